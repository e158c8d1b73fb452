package contract

import "testing"

// One password for all locked files: those that have it open, the others say so, and what was open stays.
func TestUnlockEveryLockedFile(t *testing.T) {
	e := &Engine{Now: clock}
	sample := func() []byte { return append([]byte(nil), samplePKCS12...) }
	third := samplePassword
	r, _ := ask(t, e, Request{Op: OpAdd, Files: []NewFile{{Name: "a.p12"}, {Name: "b.p12"}, {Name: "c.p12", Password: &third}}},
		sample(), sample(), sample())
	states := func(want ...string) {
		t.Helper()
		for i, f := range r.Report.Files {
			if f.State != want[i] {
				t.Errorf("%s is %s, not %s", f.Name, f.State, want[i])
			}
		}
	}
	states("locked", "locked", "read")
	r, _ = ask(t, e, Request{Op: OpUnlock, Password: "wrong"})
	states("locked", "locked", "read")
	if p := r.Report.Files[1].Error; p == nil || p.Code != "wrong-password" {
		t.Errorf("a wrong password is told by %+v", p)
	}
	r, _ = ask(t, e, Request{Op: OpUnlock, Password: samplePassword})
	states("read", "read", "read")
}
