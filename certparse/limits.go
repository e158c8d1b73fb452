package certparse

// Every number that a file can choose has its ceiling here. "A page" below means this package as WebAssembly in a
// browser's worker on an ordinary laptop; natively the same work takes a tenth to a half of the time.

// What comes in.
const (
	// maxInputBytes bounds the files of one call together. PEM is read in place and its DER takes as much again; with
	// maxCertificates in it the page takes some 250 MB more than when empty. The promise is 300.
	maxInputBytes = 32 << 20
	maxFiles      = 2_000 // a folder dropped whole; about 1 ms of bookkeeping
	// maxPasswords bounds the passwords tried for one file: each costs a full key derivation for each encrypted thing.
	maxPasswords     = 16
	maxPasswordBytes = 4 << 10 // the PKCS#12 derivation copies the password into every block of its input
)

// What is found.
const (
	maxCertificates = 12_000 // 3 KB each beside the DER, and 15 KB as the page shows them: 200 MB
	maxKeys         = 2_000  // computing an RSA or EC public key: up to 5 ms each in a page
	maxPEMBlocks    = 50_000 // 2 µs each when they hold nothing of use
	maxBags         = 20_000 // PKCS#12 safe bags and key store entries of one file
	maxProblems     = 1_000  // problems and notes kept; more say nothing new
	maxChain        = 16     // issuers followed from one leaf; real chains have 1 to 4
	maxExtensions   = 200    // of one certificate, and each is compared with those before it; 8 to 12 are usual
)

// How deep it goes.
const (
	maxNesting = 6 // wrappings inside wrappings: a base64 of a ZIP of a Secret of a PKCS#12 is 4
	// maxDERDepth bounds constructed elements inside one another while BER is read, each of which may walk over the bytes
	// again. Real files stay under 20; one of AWS-LC's test files cuts an octet string into 158.
	maxDERDepth = 200
	// maxObjectBytes bounds one object of DER or BER, whose readers may go over it once for each level: 1 s in a page for
	// one that is made for the purpose. 10,000 certificates in a PKCS#7 take 15 MB.
	maxObjectBytes = 16 << 20
	maxSafeNesting = 8 // PKCS#12 safe-contents bags inside one another; real files have 0
)

// Archives.
const (
	maxArchiveEntries = 10_000
	// maxExpandedBytes bounds what all archives and encodings of one call may grow to, together: 64 MiB of memory, and
	// 1 s of inflating in a page.
	maxExpandedBytes = 64 << 20
	// maxExpansion is the ratio past which an archive entry over maxExpansionFree is a bomb. Certificates shrink to a
	// half, a text of blanks to a thousandth.
	maxExpansion     = 100
	maxExpansionFree = 1 << 20
)

// Text.
const (
	// maxBlockBytes bounds the text of one PEM block, three copies of which may be held at once; it is the base64 of
	// maxObjectBytes and its line ends.
	maxBlockBytes = 24 << 20
	// maxRecodedText bounds a text that is rewritten as a whole: UTF-16, percent-encoding and the like. Beyond, it is read
	// as it stands. Rewriting takes up to three times the text: 96 MB.
	maxRecodedText = 32 << 20
	maxLabel       = 64 // characters of a PEM label; the longest in use has 31
	// maxStructuredText bounds a JSON or YAML text that is taken apart; beyond, only PEM is looked for in it. The parts take
	// three times the text: 48 MB.
	maxStructuredText = 16 << 20
	// maxTextStrings bounds the strings looked at in a JSON or YAML file; 100 ns each.
	maxTextStrings = 200_000
	// maxTextNesting bounds braces and brackets in JSON, mappings in YAML.
	maxTextNesting = 64
	maxNameBytes   = 200 // characters of an archive entry's or JSON key's name shown in a place
)

// Key derivation. Rounds multiply the cost of trying one password.
const (
	maxPBKDF2Rounds = 10_000_000 // SHA-256: 3 s natively, 5 s with a browser's WebCrypto; 600,000 is today's advice
	maxPKCS12Rounds = 2_000_000  // RFC 7292 appendix B, always our own code: 10 s in a page; 600,000 is the most seen
	// maxUnaskedRounds bounds trying the empty password on a file that none was given for: 20 ms in a page.
	maxUnaskedRounds = 20_000
	maxPBES1Rounds   = 10_000_000 // one MD5 or SHA-1 each: 5 s in a page
	// maxScryptMemory bounds 128·N·r bytes, which scrypt fills; OpenSSL's default takes 16 MiB.
	maxScryptMemory = 64 << 20
	maxScryptWork   = 1 << 22 // N·r·p: 1.5 s natively, 10 s in a page; OpenSSL's default is 1<<17
	maxSalt         = 4 << 10 // bytes; 8 to 64 are used
	maxDerivedKey   = 256     // bytes asked of a key derivation; a MAC key has at most 144
	// maxTotalRounds bounds all derivations of one call together: 40 passwords at the advised count.
	maxTotalRounds = 50_000_000
)

// Key sizes.
const (
	maxEncryptedKey = 128 << 10 // bytes, decrypted under each password in each encoding; a key of maxModulusBits has 10 KB
	// maxPublicKeyWork bounds the computing of public keys, all keys of one call together, in microseconds natively: 10 s
	// in a page. 600 keys on P-256 take that; of those beyond, a public key that stands in the file is believed.
	maxPublicKeyWork = 2_000_000
	// maxFieldBits bounds explicit curve parameters; the largest curve in use has 638.
	maxFieldBits   = 640
	maxModulusBits = 16_384 // RSA and DSA; checking one such key takes 0.1 s in a page
)
