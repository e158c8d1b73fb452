package contract

import (
	"strings"
	"unicode/utf16"

	"certuri/diagnose"
	"certuri/snippet"
	"certuri/uribuild"
)

// The verdicts of a Lint.
const (
	VerdictWorks    = "works"
	VerdictWarnings = "works-with-warnings"
	VerdictFails    = "will-not-work"
)

// lint says what a pasted connection string would do, for the chosen identity when there is one.
func (e *Engine) lint(text, target, version string) answer {
	if target != "" && !uribuild.KnowsTarget(target) {
		return refusal(formProblem("target", &snippet.Error{Code: snippet.CodeTarget}))
	}
	newer, problem := clientVersion(target, version, true)
	if problem != nil {
		return refusal(*problem)
	}
	version = strings.TrimSpace(version)
	options := uribuild.LintOptions{Target: target, Version: version}
	if id := e.identity(); id != nil {
		if name, _ := username(id.Leaf.Subject); name != nil {
			options.Username = *name
		}
	}
	result := uribuild.Lint(text, options)
	out := Lint{Verdict: VerdictWorks, Findings: []LintFinding{}}
	for _, f := range result.Findings {
		switch {
		case f.Severity == uribuild.SeverityError:
			out.Verdict = VerdictFails
		case f.Severity == uribuild.SeverityWarning && out.Verdict == VerdictWorks:
			out.Verdict = VerdictWarnings
		}
		out.Findings = append(out.Findings, LintFinding{
			ID: f.ID, Severity: string(f.Severity), What: f.What, Why: f.Why, Fix: diagnose.Worded(f.Fix, e.Page),
			Start: codeUnits(text, f.Start), End: codeUnits(text, f.End), Error: f.Error, Mended: f.Mended})
	}
	if newer {
		out.Findings = append(out.Findings, LintFinding{ID: newerID, Severity: string(uribuild.SeverityInfo),
			What: "This version of the client is newer than those that are known: " + version + ".", Why: newerWhy, Fix: newerFix})
	}
	if result.Mended != text { // which is empty where nothing can be mended
		out.Mended = result.Mended
	}
	if len(result.Parsed.Hosts) > 0 {
		out.Import = imported(result.Parsed.URI)
	}
	return answer{response: Response{Lint: &out}}
}

// codeUnits turns an offset in bytes into one in UTF-16 code units.
func codeUnits(text string, offset int) int {
	return len(utf16.Encode([]rune(text[:min(offset, len(text))])))
}

// imported is the form that a connection string fills. The password of the key goes where the form keeps one, so that
// nothing is lost; a password beside the user name has no place in an X.509 login.
func imported(u uribuild.URI) *Form {
	d, id := uribuild.Import(u)
	if uribuild.IsPlaceholder(uribuild.PartUsername, u.Username) || uribuild.IsPlaceholder(uribuild.PartPassword, u.Password) {
		id.Username, u.HasUsername = "", false
	}
	if uribuild.IsPlaceholder(uribuild.PartValue, id.CertificateKeyFile) {
		id.CertificateKeyFile = ""
	}
	form := &Form{
		Topology: string(d.Topology), Hosts: hostsText(d.Hosts), ReplicaSetName: d.ReplicaSetName, Database: d.Database,
		CAFile: d.CAFile, CertificateKeyFile: id.CertificateKeyFile, PasswordFrom: "env", WithUsername: u.HasUsername,
		Username: id.Username,
	}
	if id.KeyPassword != "" {
		form.PasswordFrom, form.Password = "inline", id.KeyPassword
	}
	for _, o := range d.Extra {
		form.Extra = append(form.Extra, Option(o))
	}
	return form
}

func hostsText(hosts []uribuild.Host) string {
	parts := make([]string, len(hosts))
	for i, h := range hosts {
		parts[i] = h.String()
	}
	return strings.Join(parts, ", ")
}
