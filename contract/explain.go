package contract

import "certuri/diagnose"

// explain says what a pasted message is about.
func explain(text string) answer {
	out := Explain{Entries: []Entry{}, Shortened: len(text) > diagnose.MaxExplain}
	for _, e := range diagnose.Explain(text) {
		out.Entries = append(out.Entries, Entry{
			ID: e.ID, What: e.What, Why: e.Why, Fix: e.Fix, TellApart: e.TellApart, Offline: e.Offline, Source: e.Source})
	}
	if len(out.Entries) == 1 {
		out.Entries[0].TellApart = "" // from nothing
	}
	return answer{response: Response{Explain: &out}}
}
