//go:build ignore

// Generate makes the certificate files that the project itself needs. Run it from the project's root:
//
//	go run testdata/generate.go
//
// Keys and salts are random, so the files differ from run to run; what the tests say of them does not.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"log"
	"math/big"
	"os"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

func main() {
	log.SetFlags(0)
	if err := sample("contract/sample.p12", "sample"); err != nil {
		log.Fatal(err)
	}
}

// sample writes the PKCS#12 behind «Try a sample»: a client certificate with a comma in its subject, signed by a root
// that comes along.
func sample(path, password string) error {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               name(attribute{country, "US"}, attribute{organization, "Example, Inc"}, attribute{commonName, "Example Sample CA"}),
		NotBefore:             from,
		NotAfter:              from.AddDate(20, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return err
	}
	if ca, err = x509.ParseCertificate(caDER); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject: name(attribute{country, "US"}, attribute{organization, "Example, Inc"},
			attribute{unit, "Data"}, attribute{commonName, "alice"}),
		NotBefore:   from,
		NotAfter:    from.AddDate(15, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return err
	}
	if leaf, err = x509.ParseCertificate(leafDER); err != nil {
		return err
	}
	p12, err := pkcs12.Modern2023.Encode(key, leaf, []*x509.Certificate{ca}, password)
	if err != nil {
		return err
	}
	return os.WriteFile(path, p12, 0o644)
}

// An attribute of a subject. pkix.Name's own fields would lose the order, so names are built from these.
type attribute struct {
	id    asn1.ObjectIdentifier
	value string
}

var (
	country      = asn1.ObjectIdentifier{2, 5, 4, 6}
	organization = asn1.ObjectIdentifier{2, 5, 4, 10}
	unit         = asn1.ObjectIdentifier{2, 5, 4, 11}
	commonName   = asn1.ObjectIdentifier{2, 5, 4, 3}
)

func name(attributes ...attribute) (n pkix.Name) {
	for _, a := range attributes {
		n.ExtraNames = append(n.ExtraNames, pkix.AttributeTypeAndValue{Type: a.id, Value: a.value})
	}
	return n
}
