package contract

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"certuri/certbuild/signing"
)

// kitPEM gives the server's and the client's certificates of a test kit, with their keys, as files to open.
func kitPEM(t *testing.T) (named []NewFile, files [][]byte) {
	t.Helper()
	r, made := ask(t, &Engine{KeyMaker: signing.Maker{}}, Request{Op: OpTestKit, Kit: &KitForm{}})
	for _, name := range []string{"server.pem", "client.pem"} {
		named = append(named, NewFile{Name: name})
		files = append(files, kitFile(r.Kit, made, name))
	}
	return named, files
}

// What a choice answers, laid over the report before it as the page does, is the report that opening gives for that choice.
func TestChosenIsTheRestOfTheReport(t *testing.T) {
	e := &Engine{Now: clock}
	named, files := kitPEM(t)
	files[0] = append(files[0], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"...) // cannot be read
	r, _ := ask(t, e, Request{Op: OpAdd, Files: named}, files...)
	before := *r.Report
	if len(before.Identities) < 2 {
		t.Fatalf("%d identities", len(before.Identities))
	}
	for _, id := range append(before.Identities, Identity{Leaf: "none of them"}) {
		r, _ := ask(t, e, Request{Op: OpChoose, Identity: id.Leaf})
		if r.Report != nil || r.Chosen == nil {
			t.Fatalf("%+v", r)
		}
		if id.Username != nil && (r.Chosen.Username == nil || *r.Chosen.Username != *id.Username) {
			t.Errorf("%s: %v", id.Label, r.Chosen.Username)
		}
		if last := r.Chosen.Findings[len(r.Chosen.Findings)-1]; last.ID != "not-read" {
			t.Errorf("what could not be read is missing: %+v", last)
		}
		whole := *e.report().response.Report
		if got, want := fields(t, before, *r.Chosen), fields(t, whole); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%v\n%v", id.Label, got, want)
		}
	}
}

// fields lays the JSON of values over one another, without what is empty.
func fields(t *testing.T, values ...any) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatal(err)
		}
	}
	for name, v := range all {
		if list, ok := v.([]any); v == "" || ok && len(list) == 0 {
			delete(all, name)
		}
	}
	return all
}

// A request beside a certificate is no file that could not be opened: it is compared. Alone it still is.
func TestRequestBesideACertificate(t *testing.T) {
	e := &Engine{Now: clock, KeyMaker: signing.Maker{}}
	_, made := ask(t, e, Request{Op: OpCSR, CSR: &CSRForm{Subject: "CN=dave,O=Example"}})
	r, _ := ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "client.csr"}}}, made[0])
	if f := r.Report.Files[0]; f.State != "refused" || f.Request {
		t.Errorf("alone: %+v", f)
	}
	r, _ = ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "sample.p12", Password: password("sample")}}}, samplePKCS12)
	if f := r.Report.Files[0]; f.State != "read" || !f.Request || f.Error != nil {
		t.Errorf("beside a certificate: %+v", f)
	}
	d, _ := ask(t, e, Request{Op: OpDoctor})
	for _, f := range append(d.Doctor.Findings, r.Report.Findings...) {
		if strings.Contains(f.What, "certificate request") {
			t.Errorf("%+v", f)
		}
	}
}

// Of several certificates the one for the request's key is compared, and the chosen one where several are. A key that belongs
// to another certificate says nothing about this one.
func TestReplyComparesTheRightCertificate(t *testing.T) {
	maker := signing.Maker{}
	named, files := kitPEM(t)
	server, client := &Engine{Now: clock, KeyMaker: maker}, &Engine{Now: clock, KeyMaker: maker}
	ask(t, client, Request{Op: OpAdd, Files: named[1:]}, files[1])
	_, made := ask(t, client, Request{Op: OpCSR, CSR: &CSRForm{}}) // for the client's own key
	r, _ := ask(t, server, Request{Op: OpAdd, Files: named}, files...)
	wanted := client.report().response.Report.Identity
	for _, id := range r.Report.Identities {
		ask(t, server, Request{Op: OpChoose, Identity: id.Leaf})
		r, _ := ask(t, server, Request{Op: OpReply, Files: []NewFile{{Role: "request"}}}, made[0])
		if r.Reply == nil || r.Reply.Certificate != wanted || r.Reply.Verdict != VerdictWorks || r.Reply.Asked != "CN=alice,OU=Clients,O=Test clients" {
			t.Errorf("%s chosen: %+v", id.Label, r.Reply)
		}
	}

	// The client's certificate without its key, beside a server's with its own.
	alone := &Engine{Now: clock}
	certificate := files[1][bytes.Index(files[1], []byte("-----BEGIN CERTIFICATE")):]
	if key := bytes.Index(certificate, []byte("-----BEGIN PRIVATE KEY")); key >= 0 {
		certificate = certificate[:key]
	}
	ask(t, alone, Request{Op: OpAdd, Files: named}, files[0], certificate)
	r, _ = ask(t, alone, Request{Op: OpReply, Files: []NewFile{{Role: "request"}}}, made[0])
	if r.Reply == nil || r.Reply.Verdict != VerdictWorks {
		t.Errorf("without its key: %+v", r.Reply)
	}
}

// Removing what was refused leaves the rest, locked files among them.
func TestRemoveRefused(t *testing.T) {
	e := &Engine{Now: clock}
	ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "a.txt"}, {Name: "sample.p12"}, {Name: "b.txt"}}}, []byte("notes"), samplePKCS12, []byte("more"))
	r, _ := ask(t, e, Request{Op: OpRemove})
	if len(r.Report.Files) != 1 || r.Report.Files[0].Name != "sample.p12" || r.Report.Files[0].State != "locked" {
		t.Errorf("%+v", r.Report.Files)
	}
}
