package certparse

import (
	"encoding/hex"
	"math/big"
	"strconv"
	"sync/atomic"
)

// A namedCurve is an elliptic curve by its object identifier. Those that private keys come on without their public key,
// or with explicit parameters, have their domain parameters too, in hexadecimal: y² = x³ + ax + b over the prime p,
// generator (gx, gy) of order n. Sources: SEC 2, RFC 5639, GB/T 32918.5, as OpenSSL's crypto/ec/ec_curve.c has them.
type namedCurve struct {
	name string
	oid  string
	bits int // of the field

	p, a, b, gx, gy, n string

	numbers atomic.Pointer[weierstrass] // made at the first use
}

// namedCurves are the curves that OpenSSL names, those in use first.
var namedCurves = []namedCurve{
	{name: "P-256", oid: "1.2.840.10045.3.1.7", bits: 256,
		p:  "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
		a:  "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc",
		b:  "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
		gx: "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
		gy: "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
		n:  "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
	},
	{name: "P-384", oid: "1.3.132.0.34", bits: 384,
		p:  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
		a:  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc",
		b:  "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
		gx: "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
		gy: "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
		n:  "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
	},
	{name: "P-521", oid: "1.3.132.0.35", bits: 521,
		p:  "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		a:  "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc",
		b:  "51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
		gx: "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
		gy: "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
		n:  "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
	},
	{name: "P-224", oid: "1.3.132.0.33", bits: 224,
		p:  "ffffffffffffffffffffffffffffffff000000000000000000000001",
		a:  "fffffffffffffffffffffffffffffffefffffffffffffffffffffffe",
		b:  "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
		gx: "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
		gy: "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
		n:  "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
	},
	{name: "P-192", oid: "1.2.840.10045.3.1.1", bits: 192,
		p:  "fffffffffffffffffffffffffffffffeffffffffffffffff",
		a:  "fffffffffffffffffffffffffffffffefffffffffffffffc",
		b:  "64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1",
		gx: "188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012",
		gy: "07192b95ffc8da78631011ed6b24cdd573f977a11e794811",
		n:  "ffffffffffffffffffffffff99def836146bc9b1b4d22831",
	},
	{name: "secp256k1", oid: "1.3.132.0.10", bits: 256,
		p:  "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
		a:  "0",
		b:  "07",
		gx: "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
		gy: "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
		n:  "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
	},
	{name: "SM2", oid: "1.2.156.10197.1.301", bits: 256,
		p:  "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
		a:  "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
		b:  "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
		gx: "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
		gy: "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
		n:  "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
	},
	{name: "brainpoolP160r1", oid: "1.3.36.3.3.2.8.1.1.1", bits: 160,
		p:  "e95e4a5f737059dc60dfc7ad95b3d8139515620f",
		a:  "340e7be2a280eb74e2be61bada745d97e8f7c300",
		b:  "1e589a8595423412134faa2dbdec95c8d8675e58",
		gx: "bed5af16ea3f6a4f62938c4631eb5af7bdbcdbc3",
		gy: "1667cb477a1a8ec338f94741669c976316da6321",
		n:  "e95e4a5f737059dc60df5991d45029409e60fc09",
	},
	{name: "brainpoolP192r1", oid: "1.3.36.3.3.2.8.1.1.3", bits: 192,
		p:  "c302f41d932a36cda7a3463093d18db78fce476de1a86297",
		a:  "6a91174076b1e0e19c39c031fe8685c1cae040e5c69a28ef",
		b:  "469a28ef7c28cca3dc721d044f4496bcca7ef4146fbf25c9",
		gx: "c0a0647eaab6a48753b033c56cb0f0900a2f5c4853375fd6",
		gy: "14b690866abd5bb88b5f4828c1490002e6773fa2fa299b8f",
		n:  "c302f41d932a36cda7a3462f9e9e916b5be8f1029ac4acc1",
	},
	{name: "brainpoolP224r1", oid: "1.3.36.3.3.2.8.1.1.5", bits: 224,
		p:  "d7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff",
		a:  "68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43",
		b:  "2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400b",
		gx: "0d9029ad2c7e5cf4340823b2a87dc68c9e4ce3174c1e6efdee12c07d",
		gy: "58aa56f772c0726f24c6b89e4ecdac24354b9e99caa3f6d3761402cd",
		n:  "d7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939f",
	},
	{name: "brainpoolP256r1", oid: "1.3.36.3.3.2.8.1.1.7", bits: 256,
		p:  "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377",
		a:  "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9",
		b:  "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
		gx: "8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262",
		gy: "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997",
		n:  "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7",
	},
	{name: "brainpoolP320r1", oid: "1.3.36.3.3.2.8.1.1.9", bits: 320,
		p:  "d35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27",
		a:  "3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4",
		b:  "520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6",
		gx: "43bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e20611",
		gy: "14fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1",
		n:  "d35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311",
	},
	{name: "brainpoolP384r1", oid: "1.3.36.3.3.2.8.1.1.11", bits: 384,
		p:  "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53",
		a:  "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826",
		b:  "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11",
		gx: "1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e",
		gy: "8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315",
		n:  "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565",
	},
	{name: "brainpoolP512r1", oid: "1.3.36.3.3.2.8.1.1.13", bits: 512,
		p:  "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3",
		a:  "7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca",
		b:  "3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723",
		gx: "81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822",
		gy: "7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892",
		n:  "aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069",
	},
	{name: "secp112r1", oid: "1.3.132.0.6", bits: 112},
	{name: "secp112r2", oid: "1.3.132.0.7", bits: 112},
	{name: "secp128r1", oid: "1.3.132.0.28", bits: 128},
	{name: "secp128r2", oid: "1.3.132.0.29", bits: 128},
	{name: "secp160k1", oid: "1.3.132.0.9", bits: 160},
	{name: "secp160r1", oid: "1.3.132.0.8", bits: 160},
	{name: "secp160r2", oid: "1.3.132.0.30", bits: 160},
	{name: "secp192k1", oid: "1.3.132.0.31", bits: 192},
	{name: "secp224k1", oid: "1.3.132.0.32", bits: 224},
	{name: "prime192v2", oid: "1.2.840.10045.3.1.2", bits: 192},
	{name: "prime192v3", oid: "1.2.840.10045.3.1.3", bits: 192},
	{name: "prime239v1", oid: "1.2.840.10045.3.1.4", bits: 239},
	{name: "prime239v2", oid: "1.2.840.10045.3.1.5", bits: 239},
	{name: "prime239v3", oid: "1.2.840.10045.3.1.6", bits: 239},
	{name: "sect113r1", oid: "1.3.132.0.4", bits: 113},
	{name: "sect113r2", oid: "1.3.132.0.5", bits: 113},
	{name: "sect131r1", oid: "1.3.132.0.22", bits: 131},
	{name: "sect131r2", oid: "1.3.132.0.23", bits: 131},
	{name: "sect163k1", oid: "1.3.132.0.1", bits: 163},
	{name: "sect163r1", oid: "1.3.132.0.2", bits: 163},
	{name: "sect163r2", oid: "1.3.132.0.15", bits: 163},
	{name: "sect193r1", oid: "1.3.132.0.24", bits: 193},
	{name: "sect193r2", oid: "1.3.132.0.25", bits: 193},
	{name: "sect233k1", oid: "1.3.132.0.26", bits: 233},
	{name: "sect233r1", oid: "1.3.132.0.27", bits: 233},
	{name: "sect239k1", oid: "1.3.132.0.3", bits: 239},
	{name: "sect283k1", oid: "1.3.132.0.16", bits: 283},
	{name: "sect283r1", oid: "1.3.132.0.17", bits: 283},
	{name: "sect409k1", oid: "1.3.132.0.36", bits: 409},
	{name: "sect409r1", oid: "1.3.132.0.37", bits: 409},
	{name: "sect571k1", oid: "1.3.132.0.38", bits: 571},
	{name: "sect571r1", oid: "1.3.132.0.39", bits: 571},
	{name: "c2pnb163v1", oid: "1.2.840.10045.3.0.1", bits: 163},
	{name: "c2pnb163v2", oid: "1.2.840.10045.3.0.2", bits: 163},
	{name: "c2pnb163v3", oid: "1.2.840.10045.3.0.3", bits: 163},
	{name: "c2pnb176v1", oid: "1.2.840.10045.3.0.4", bits: 176},
	{name: "c2tnb191v1", oid: "1.2.840.10045.3.0.5", bits: 191},
	{name: "c2tnb191v2", oid: "1.2.840.10045.3.0.6", bits: 191},
	{name: "c2tnb191v3", oid: "1.2.840.10045.3.0.7", bits: 191},
	{name: "c2pnb208w1", oid: "1.2.840.10045.3.0.10", bits: 208},
	{name: "c2tnb239v1", oid: "1.2.840.10045.3.0.11", bits: 239},
	{name: "c2tnb239v2", oid: "1.2.840.10045.3.0.12", bits: 239},
	{name: "c2tnb239v3", oid: "1.2.840.10045.3.0.13", bits: 239},
	{name: "c2pnb272w1", oid: "1.2.840.10045.3.0.16", bits: 272},
	{name: "c2pnb304w1", oid: "1.2.840.10045.3.0.17", bits: 304},
	{name: "c2tnb359v1", oid: "1.2.840.10045.3.0.18", bits: 359},
	{name: "c2pnb368w1", oid: "1.2.840.10045.3.0.19", bits: 368},
	{name: "c2tnb431r1", oid: "1.2.840.10045.3.0.20", bits: 431},
	{name: "brainpoolP160t1", oid: "1.3.36.3.3.2.8.1.1.2", bits: 160},
	{name: "brainpoolP192t1", oid: "1.3.36.3.3.2.8.1.1.4", bits: 192},
	{name: "brainpoolP224t1", oid: "1.3.36.3.3.2.8.1.1.6", bits: 224},
	{name: "brainpoolP256t1", oid: "1.3.36.3.3.2.8.1.1.8", bits: 256},
	{name: "brainpoolP320t1", oid: "1.3.36.3.3.2.8.1.1.10", bits: 320},
	{name: "brainpoolP384t1", oid: "1.3.36.3.3.2.8.1.1.12", bits: 384},
	{name: "brainpoolP512t1", oid: "1.3.36.3.3.2.8.1.1.14", bits: 512},
	{name: "FRP256v1", oid: "1.2.250.1.223.101.256.1", bits: 256},
}

func curveByOID(oid string) *namedCurve {
	for i := range namedCurves {
		if namedCurves[i].oid == oid {
			return &namedCurves[i]
		}
	}
	return nil
}

// A weierstrass is a curve y² = x³ + ax + b over a prime field with a generator, as numbers.
type weierstrass struct {
	p, a, b, gx, gy, n *big.Int
}

// parameters are the curve's numbers, nil when the table does not have them. They are not to be changed: each curve's are
// made once, for a bundle of ten thousand certificates asks ten thousand times.
func (c *namedCurve) parameters() *weierstrass {
	if c.p == "" {
		return nil
	}
	if made := c.numbers.Load(); made != nil {
		return made
	}
	made := &weierstrass{hexNumber(c.p), hexNumber(c.a), hexNumber(c.b), hexNumber(c.gx), hexNumber(c.gy), hexNumber(c.n)}
	c.numbers.Store(made)
	return made
}

// hexNumber reads a constant of ours. It does without big.Int.SetString, and nothing here may put a *big.Int into an
// interface: either would bring all of fmt into the page.
func hexNumber(digits string) *big.Int {
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	b, _ := hexBytes(digits)
	return new(big.Int).SetBytes(b)
}

// hexBytes reads hexadecimal digits of either case. encoding/hex does it too, but its error brings fmt into the page.
func hexBytes(digits string) (b []byte, ok bool) {
	if len(digits)%2 == 1 {
		return nil, false
	}
	for i := 0; i < len(digits); i += 2 {
		n, err := strconv.ParseUint(digits[i:i+2], 16, 8)
		if err != nil || digits[i] == '+' {
			return nil, false
		}
		b = append(b, byte(n))
	}
	return b, true
}

// is says whether the named curve has these parameters, so that a key with explicit parameters can be told by its name.
// A nil gy is that of a compressed generator.
func (c *namedCurve) is(w *weierstrass) bool {
	same := func(digits string, n *big.Int) bool {
		return digits == hex.EncodeToString(n.Bytes()) || n.Sign() == 0 && digits == "0"
	}
	return same(c.p, w.p) && same(c.b, w.b) && same(c.gx, w.gx) && same(c.n, w.n) && same(c.a, w.a) && (w.gy == nil || same(c.gy, w.gy))
}

// contains says whether the point satisfies the curve's equation.
func (w *weierstrass) contains(x, y *big.Int) bool {
	if x.Cmp(w.p) >= 0 || y.Cmp(w.p) >= 0 {
		return false
	}
	right := w.ySquared(x)
	left := new(big.Int).Mul(y, y)
	return left.Mod(left, w.p).Cmp(right) == 0
}

func (w *weierstrass) ySquared(x *big.Int) *big.Int {
	v := new(big.Int).Mul(x, x)
	v.Add(v, w.a)
	v.Mul(v, x)
	v.Add(v, w.b)
	return v.Mod(v, w.p)
}

// publicPoint multiplies the generator by a private key, to learn which certificate the key belongs to. It is plain
// affine arithmetic and takes a time that depends on the key. That tells nobody anything here: the key is in the file of
// the person who runs this, once, and nobody else can ask for it to be done. Nothing is signed or agreed with it.
//
// It serves all curves alike, those of crypto/ecdh too: explicit parameters, secp256k1 and brainpool need it in any
// case, and with the standard library's P-256, P-384 and P-521 beside it the page would load 159 KB more (brotli), an
// eighth of the whole. The tests hold it to crypto/ecdh.
//
// It reports false for a private key out of range and for parameters that are no curve.
func (w *weierstrass) publicPoint(private []byte) (x, y *big.Int, ok bool) {
	d := new(big.Int).SetBytes(private)
	if d.Sign() == 0 || d.Cmp(w.n) >= 0 || !w.contains(w.gx, w.gy) {
		return nil, nil, false
	}
	for i := d.BitLen() - 1; i >= 0; i-- {
		if x != nil {
			if x, y, ok = w.add(x, y, x, y); !ok {
				return nil, nil, false
			}
		}
		if d.Bit(i) == 0 {
			continue
		}
		if x == nil {
			x, y = w.gx, w.gy
		} else if x, y, ok = w.add(x, y, w.gx, w.gy); !ok {
			return nil, nil, false
		}
	}
	return x, y, true
}

// add adds two finite points. Below the order of the generator no sum is the point at infinity; parameters for which
// one is are no curve, and it reports false.
func (w *weierstrass) add(x1, y1, x2, y2 *big.Int) (x, y *big.Int, ok bool) {
	slope, divisor := new(big.Int), new(big.Int)
	if x1.Cmp(x2) == 0 && y1.Cmp(y2) == 0 {
		slope.Mul(x1, x1)
		slope.Mul(slope, big.NewInt(3))
		slope.Add(slope, w.a)
		divisor.Lsh(y1, 1)
	} else {
		slope.Sub(y2, y1)
		divisor.Sub(x2, x1)
	}
	divisor.Mod(divisor, w.p)
	if divisor.ModInverse(divisor, w.p) == nil {
		return nil, nil, false
	}
	slope.Mul(slope, divisor)
	slope.Mod(slope, w.p)
	x = new(big.Int).Mul(slope, slope)
	x.Sub(x, x1)
	x.Sub(x, x2)
	x.Mod(x, w.p)
	y = new(big.Int).Sub(x1, x)
	y.Mul(y, slope)
	y.Sub(y, y1)
	return x, y.Mod(y, w.p), true
}
