package contract

import (
	"certuri/certbuild"
	"certuri/certparse"
)

// generate makes keys of the types, here or outside, and goes on with them.
func (e *Engine) generate(types []certbuild.KeyType, take func([]*certparse.Key) answer) answer {
	var needs []Need
	var made [][]byte
	for i := range types {
		t := &types[i]
		if e.KeyMaker == nil {
			needs = append(needs, Need{Kind: "generate", Algorithm: t.Algorithm, Curve: t.Curve, Hash: t.Hash, Bits: t.Bits})
			continue
		}
		key, err := e.KeyMaker.Generate(*t)
		if err != nil {
			return fault("generate: " + err.Error())
		}
		made = append(made, key)
	}
	read := func(made [][]byte) answer { return readKeys(made, take) }
	if e.KeyMaker == nil {
		return e.outside(needs, nil, read)
	}
	return read(made)
}

// readKeys reads the keys just made as it reads any: what was made can be opened again.
func readKeys(made [][]byte, take func([]*certparse.Key) answer) answer {
	if !complete(made) {
		return refusal(noCrypto)
	}
	var keys []*certparse.Key
	for _, pkcs8 := range made {
		b := certparse.Open([]certparse.File{{Data: pkcs8}}, certparse.Options{})
		if len(b.Keys) != 1 || b.Keys[0].SPKI == nil {
			return fault("generate: this is not a key")
		}
		keys = append(keys, b.Keys[0])
	}
	return take(keys)
}

// sign signs the drafts, here or outside, and goes on with them as DER.
func (e *Engine) sign(drafts []certbuild.Draft, take func([][]byte) answer) answer {
	finish := func(signatures [][]byte) answer {
		if !complete(signatures) {
			return refusal(noCrypto)
		}
		for i := range drafts {
			der, err := drafts[i].Signed(signatures[i])
			if err != nil {
				return fault("sign: " + err.Error())
			}
			signatures[i] = der
		}
		return take(signatures)
	}
	var needs []Need
	var files, signatures [][]byte
	for i := range drafts {
		d := &drafts[i]
		t := &d.KeyType
		if e.KeyMaker == nil {
			needs = append(needs, Need{Kind: "sign", Algorithm: t.Algorithm, Curve: t.Curve, Hash: t.Hash, Key: 2 * i, Message: 2*i + 1})
			files = append(files, d.Key.PKCS8, d.Body)
			continue
		}
		signature, err := e.KeyMaker.Sign(*t, d.Key.PKCS8, d.Body)
		if err != nil {
			return refusal(Problem{Code: "cannot-sign", What: "The key cannot sign.",
				Why: "Go's standard library refuses it: " + err.Error() + ".", Fix: "Choose a new key instead."})
		}
		signatures = append(signatures, signature)
	}
	if e.KeyMaker == nil {
		return e.outside(needs, files, finish)
	}
	return finish(signatures)
}

// complete tells whether everything that was asked for could be done.
func complete(results [][]byte) bool {
	for _, r := range results {
		if len(r) == 0 {
			return false
		}
	}
	return len(results) > 0
}

// noCrypto is why a page can make no key or signature.
var noCrypto = Problem{Code: "no-crypto", What: "This browser cannot make the key or the signature.",
	Why: "A page has WebCrypto over https:// and on localhost only, and browsers differ in the types of key that they know.",
	Fix: "Choose another type of key, such as EC P-256, or use certuri's command line."}
