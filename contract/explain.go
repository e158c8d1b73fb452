package contract

import "certuri/diagnose"

// explain says what a pasted message is about.
func (e *Engine) explain(text string) answer {
	out := Explain{Entries: []Entry{}, Shortened: len(text) > diagnose.MaxExplain}
	for _, x := range diagnose.Explain(text) {
		out.Entries = append(out.Entries, Entry{
			ID: x.ID, What: x.What, Why: x.Why, Fix: diagnose.Worded(x.Fix, e.Page), TellApart: x.TellApart, Offline: x.Offline, Source: x.Source})
	}
	if len(out.Entries) == 1 {
		out.Entries[0].TellApart = "" // from nothing
	}
	return answer{response: Response{Explain: &out}}
}
