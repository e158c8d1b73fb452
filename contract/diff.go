package contract

import "certuri/diagnose"

// diff compares a name that was typed or pasted with the chosen identity's user name.
func (e *Engine) diff(text string) answer {
	id := e.identity()
	if id == nil {
		return refusal(Problem{Code: "no-certificate", What: "There is no certificate to compare the name with.",
			Why: "The user name is a certificate's subject.",
			Fix: "Open the client's certificate first: a .p12, .pfx, .pem or .crt file."})
	}
	c := diagnose.Diff(text, id.Leaf, e.bundle.Certificates)
	out := Diff{Verdict: string(c.Verdict), What: c.What, Why: c.Why, Fix: diagnose.Worded(c.Fix, e.Page), Entry: c.Entry, Username: c.Ours, Compared: c.Theirs,
		Rows: []DiffRow{}}
	for _, r := range c.Rows {
		out.Rows = append(out.Rows, DiffRow{
			Label: r.Label, Ours: r.Ours, Theirs: r.Theirs, State: string(r.State), Kind: string(r.Kind),
			OursStart: codeUnits(r.Ours, r.OursStart), OursEnd: codeUnits(r.Ours, r.OursEnd),
			TheirsStart: codeUnits(r.Theirs, r.TheirsStart), TheirsEnd: codeUnits(r.Theirs, r.TheirsEnd)})
	}
	return answer{response: Response{Diff: &out}}
}
