package contract

import _ "embed"

// samplePKCS12 is a certificate of nobody, to try the page with; testdata/generate.go makes it.
//
//go:embed sample.p12
var samplePKCS12 []byte

const samplePassword = "sample"

// sampleFile answers with the sample and its password; the caller opens it like any other file.
func sampleFile() answer {
	return answer{
		Response{Saved: &SavedFile{Name: "sample.p12", Description: "a certificate of nobody, to try"}, Password: samplePassword},
		[][]byte{append([]byte(nil), samplePKCS12...)},
	}
}
