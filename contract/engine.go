package contract

import (
	"strconv"
	"time"

	"certuri/certbuild"
	"certuri/certparse"
)

// ProductVersion is the release's version; the linker sets it (-X certuri/contract.ProductVersion=1.2.3).
var ProductVersion = "0.0.0-dev"

// An Engine answers requests and holds the opened files between them, so that a file is read and its keys are derived
// once. It is not safe for concurrent use: a page has one worker, and a command has one.
type Engine struct {
	// DeriveOutside makes the engine answer with Need instead of computing PBKDF2 keys itself. The page sets it, since
	// WebCrypto is some fifteen times faster than Go in wasm.
	DeriveOutside bool
	// Page makes advice speak of the page's parts where it would name commands of the program.
	Page bool
	// Now is the clock for validity; nil stands for time.Now.
	Now func() time.Time
	// JKS writes Java's old key stores; nil leaves their forms out. See package certbuild/jks for what it costs.
	JKS certbuild.StoreWriter
	// Spelling is how equivalent commands name files and passwords; nil stands for the files' names, and for OLD_PASSWORD
	// and NEW_PASSWORD in the environment.
	Spelling *certbuild.Spelling
	// KeyMaker makes and verifies keys and signatures; nil where DeriveOutside leaves them to the page.
	KeyMaker certbuild.KeyMaker

	files  []*openFile
	lastID int
	bundle *certparse.Bundle // what files hold; never nil after the first request about them
	chosen string            // SHA-256 of the chosen leaf, "" for the first identity
	asIs   bool              // a client is to read these very files

	keys       certparse.KeyMemory
	signatures map[signedPair]int            // what was verified
	unverified []pendingSignature            // what is yet to be
	resume     func(results [][]byte) answer // the request that waits for what the last Need asked for, nil when none does
}

// An openFile is one file of the person's, as long as they keep it.
type openFile struct {
	id        int
	name      string
	data      []byte
	passwords []string           // newest first; nil when none was given
	form      *certparse.PEMForm // nil before it is asked for
}

// maxPasswordsKept bounds how many passwords of one file are tried again: a key store can need two (its own and its
// key's), and every one more costs a derivation for each locked item.
const maxPasswordsKept = 4

// An answer is a Response and the byte arrays that go with it.
type answer struct {
	response Response
	files    [][]byte
}

// Handle answers one request. Its arguments and results are those of the bridge: JSON text, and byte arrays beside it.
// It never panics: what goes wrong inside is reported in Response.Internal.
func (e *Engine) Handle(request []byte, files [][]byte) (response []byte, out [][]byte) {
	defer func() {
		if r := recover(); r != nil {
			e.resume = nil
			response, out = Internal(r), nil
		}
	}()
	var req Request
	if err := decode(request, &req); err != nil {
		return Internal("request: " + err.Error()), nil
	}
	answered, out := e.Do(req, files)
	return encode(answered), out
}

// Internal is the response to a fault of ours: r is what was recovered from a panic, or a message. Runtime errors carry
// indexes and type names, never data of the person's, and other panic values are not shown.
func Internal(r any) []byte {
	text := "panic"
	switch r := r.(type) {
	case string:
		text = r
	case interface {
		error
		RuntimeError()
	}:
		text = r.Error()
	}
	return encode(Response{Internal: text})
}

// Do is Handle without JSON: the command line uses it. It may panic where Handle reports.
func (e *Engine) Do(req Request, files [][]byte) (Response, [][]byte) {
	a := e.do(req, files)
	return a.response, a.files
}

func (e *Engine) do(req Request, files [][]byte) answer {
	if req.Op != OpDerived {
		e.resume = nil
	}
	switch req.Op {
	case OpHello:
		return answer{response: Response{Hello: &Hello{Contract: Version, Version: ProductVersion}}}
	case OpAdd:
		if len(files) != len(req.Files) {
			return fault("add: " + strconv.Itoa(len(req.Files)) + " files named, " + strconv.Itoa(len(files)) + " given")
		}
		for i, f := range req.Files {
			e.lastID++
			file := &openFile{id: e.lastID, name: f.Name, data: files[i]}
			if f.Password != nil {
				file.passwords = []string{*f.Password}
			}
			e.files = append(e.files, file)
		}
		e.asIs = req.AsIs
		return e.open()
	case OpUnlock:
		if req.File == 0 {
			for i, f := range e.files {
				if e.fileState(i).State == "locked" {
					f.addPassword(req.Password)
				}
			}
			return e.open()
		}
		f := e.file(req.File)
		if f == nil {
			return fault("unlock: no such file")
		}
		f.addPassword(req.Password)
		return e.open()
	case OpRemove:
		if req.File == 0 {
			var kept []*openFile
			for i, f := range e.files {
				if e.fileState(i).State != "refused" {
					kept = append(kept, f)
				}
			}
			e.files = kept
			return e.open()
		}
		for i, f := range e.files {
			if f.id == req.File {
				e.files = append(e.files[:i:i], e.files[i+1:]...)
				return e.open()
			}
		}
		return fault("remove: no such file")
	case OpClear:
		*e = Engine{DeriveOutside: e.DeriveOutside, Page: e.Page, Now: e.Now, JKS: e.JKS, Spelling: e.Spelling, KeyMaker: e.KeyMaker, lastID: e.lastID}
		return e.open()
	case OpChoose:
		e.chosen = req.Identity
		return e.choose()
	case OpDerived:
		return e.derived(files)
	case OpSample:
		return sampleFile()
	case OpTargets:
		return answer{response: Response{Targets: targets()}}
	case OpRender:
		if req.Form == nil {
			return fault("render: no form")
		}
		return e.render(*req.Form)
	case OpSave:
		if req.Form == nil {
			return fault("save: no form")
		}
		return e.save(req)
	case OpForms:
		return e.fileForms(req.Target)
	case OpLint:
		return e.lint(req.Text, req.Target, req.Version)
	case OpDoctor:
		return e.doctor(req, files)
	case OpExplain:
		return e.explain(req.Text)
	case OpDiff:
		return e.diff(req.Text)
	case OpServer:
		if req.Form == nil {
			return fault("server: no form")
		}
		return e.server(*req.Form)
	case OpCSR:
		if req.CSR == nil {
			return fault("csr: no form")
		}
		return e.csr(*req.CSR, req.NewPassword)
	case OpReply:
		return e.reply(req.Files, files)
	case OpTestKit:
		if req.Kit == nil {
			return fault("testKit: no form")
		}
		return e.testKit(*req.Kit, req.To == "zip")
	}
	return fault("unknown op " + strconv.Quote(string(req.Op)))
}

// fault is the answer to a request that only a bug in the caller can send.
func fault(text string) answer { return answer{response: Response{Internal: text}} }

// refusal is the answer when what the person gave cannot be used.
func refusal(p Problem) answer { return answer{response: Response{Error: &p}} }

func (e *Engine) file(id int) *openFile {
	for _, f := range e.files {
		if f.id == id {
			return f
		}
	}
	return nil
}

// addPassword puts a password first, so that the newest try decides, and keeps those before it.
func (f *openFile) addPassword(password string) {
	kept := []string{password}
	for _, p := range f.passwords {
		if p != password && len(kept) < maxPasswordsKept {
			kept = append(kept, p)
		}
	}
	f.passwords = kept
}

// open reads all files again, which costs little beyond the keys, and those are remembered.
func (e *Engine) open() answer {
	bundle := certparse.Open(e.certparseFiles(), certparse.Options{Derive: e.deriver()})
	if bundle.Pending {
		return e.ask(e.open)
	}
	e.bundle = bundle
	return e.report()
}

func (e *Engine) certparseFiles() []certparse.File {
	files := make([]certparse.File, len(e.files))
	for i, f := range e.files {
		files[i] = certparse.File{Name: f.name, Data: f.data, Passwords: f.passwords}
	}
	return files
}

// deriver is the engine's memory of keys, with what WebCrypto does better left to it.
func (e *Engine) deriver() *certparse.KeyMemory {
	e.keys.Elsewhere = nil
	if e.DeriveOutside {
		e.keys.Elsewhere = func(k certparse.KDF) bool { return k.Kind == certparse.KDFPBKDF2 && webCryptoHash(k.Hash) }
	}
	return &e.keys
}

// ask answers with the keys that are wanted; again runs when they are there. No keys at all means that the caller has no
// WebCrypto (a page that is not a secure context): then they are computed here.
func (e *Engine) ask(again func() answer) answer {
	wanted := e.keys.Wanted()
	var needs []Need
	var files [][]byte
	for _, k := range wanted {
		needs = append(needs, Need{
			Kind: "derive", Hash: k.Hash, Iterations: k.Iterations, Length: k.Length,
			Password: len(files), Salt: len(files) + 1,
		})
		files = append(files, k.Password, k.Salt)
	}
	return e.outside(needs, files, func(keys [][]byte) answer {
		for i, w := range wanted {
			var key []byte
			if len(keys) > 0 {
				key = keys[i]
			} else if k, err := (certparse.StandardDeriver{}).Derive(w); err == nil {
				key = k
			}
			if len(key) != w.Length {
				return fault("derived: a key of " + strconv.Itoa(len(key)) + " bytes instead of " + strconv.Itoa(w.Length))
			}
			e.keys.Supply(w, key)
		}
		return again()
	})
}

// outside answers with what is to be done outside. take goes on with the results, one for each need, or none at all.
func (e *Engine) outside(needs []Need, files [][]byte, take func(results [][]byte) answer) answer {
	e.resume = func(results [][]byte) answer {
		if len(results) != len(needs) && len(results) != 0 {
			return fault("derived: " + strconv.Itoa(len(needs)) + " things asked for, " + strconv.Itoa(len(results)) + " given")
		}
		return take(results)
	}
	return answer{Response{Need: needs}, files}
}

// derived goes on with the request that waited.
func (e *Engine) derived(results [][]byte) answer {
	take := e.resume
	if e.resume = nil; take == nil {
		return fault("derived: nothing was asked for")
	}
	return take(results)
}

// webCryptoHash tells whether PBKDF2 with this hash can be left to WebCrypto
// (https://w3c.github.io/webcrypto/#pbkdf2-registration).
func webCryptoHash(hash string) bool {
	switch hash {
	case "SHA-1", "SHA-256", "SHA-384", "SHA-512":
		return true
	}
	return false
}
