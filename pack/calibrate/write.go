package calibrate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// ReportName is the file of a dialect's folder that says how it was learned.
const ReportName = "REPORT.md"

// Count gives how many fields of the kind are as sure as one of the given sureties.
func (k *Kind) Count(sure ...Surety) int {
	n := 0
	for _, f := range k.Fields {
		if slices.Contains(sure, f.Sure) {
			n++
		}
	}
	return n
}

// Unexplained gives the places of the kind's files whose text changes and is not understood.
func (k *Kind) Unexplained() []Spot {
	return slices.DeleteFunc(slices.Clone(k.Spots), func(s Spot) bool { return s.Sort != string(unexplained) && s.Sort != string(ambiguous) })
}

// Exact reports whether every file was built anew with no unexplained byte.
func (r *Result) Exact() bool {
	if slices.ContainsFunc(r.Checked, func(p Proof) bool { return !p.Exact }) {
		return false
	}
	return !slices.ContainsFunc(r.Kinds, func(k Kind) bool {
		return slices.ContainsFunc(k.Proofs, func(p Proof) bool { return !p.Exact })
	})
}

// Asks gives what would settle what is open, each once. Fields of which the pack says nothing are counted only (NotTold).
func (r *Result) Asks() []Ask {
	var asks []Ask
	for _, k := range r.Kinds {
		asks = append(asks, k.Asks()...)
	}
	return asks
}

// Asks gives what would settle what is open in the kind's files.
func (k *Kind) Asks() []Ask {
	var asks []Ask
	add := func(more []Ask) {
		for _, a := range more {
			if a.ID != NoValue && !slices.Contains(asks, a) {
				asks = append(asks, a)
			}
		}
	}
	for _, l := range k.Lists {
		add(l.Asks)
	}
	for _, f := range k.Fields {
		add(f.Asks)
	}
	for _, s := range k.Spots {
		add(s.Asks)
	}
	add(askCharacters(k.Open, k.textField()))
	return asks
}

// textField is a field with a place that may well have any text.
func (k *Kind) textField() string {
	for _, suffix := range []string{".description", ".title", ".name"} {
		for _, f := range k.Fields {
			if strings.HasSuffix(f.Path, suffix) && len(f.Where) > 0 {
				return f.Path
			}
		}
	}
	return string(k.Kind) + "[]"
}

// WriteSummary writes what was found, kind by kind, for a terminal.
func (r *Result) WriteSummary(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "FILE\tFOUND\tBY NAME\tOPEN\tNOT FOUND\tNO VALUE\tBUILT ANEW")
	for _, k := range r.Kinds {
		for _, p := range k.Proofs {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", p.File, k.Count(Certain, Likely, Weak, Elsewhere), k.Count(ByName, Eliminated), len(k.Asks()), k.Count(NotFound),
				k.Count(NotTold), p.Outcome())
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, p := range r.Checked {
		fmt.Fprintf(w, "%s, read and written again: %s\n", p.File, p.Outcome())
	}
	for _, k := range r.Kinds {
		if places := k.Unexplained(); len(places) > 0 {
			fmt.Fprintf(w, "not explained: %s of %s, such as %s; the report lists them\n", counted(len(places), "place"),
				strings.ReplaceAll(string(k.Kind), "_", " "), places[0].Where)
		}
	}
	for _, ask := range r.Asks() {
		fmt.Fprintln(w, "to settle:", ask.Change)
	}
	return nil
}

// WriteJSON writes the result as one JSON object.
func (r *Result) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Dialect   string  `json:"dialect"`
		Statement string  `json:"statement"`
		Exact     bool    `json:"exact"`
		Kinds     []Kind  `json:"kinds"`
		Checked   []Proof `json:"checked,omitempty"`
		Asks      []Ask   `json:"asks,omitempty"`
	}{r.Dialect.Name, r.Dialect.Statement, r.Exact(), r.Kinds, r.Checked, r.Asks()})
}

// Outcome says in a few words how a file came out.
func (p *Proof) Outcome() string {
	open := 0
	for _, d := range p.Differences {
		if !d.Generated {
			open++
		}
	}
	switch {
	case len(p.Refused) > 0:
		return "cannot be built: " + p.Refused[0].Message
	case open == 1:
		return "1 place differs"
	case open > 0:
		return fmt.Sprintf("%d places differ", open)
	case !p.Exact && p.Lines > 0:
		return "the same values, " + counted(p.Lines, "line") + " spelled otherwise"
	case !p.Exact:
		return "the same values, spelled otherwise"
	case len(p.Differences) > 0:
		return "the same but for " + counted(len(p.Differences), "generated place")
	}
	return fmt.Sprintf("the same %d bytes", p.Bytes)
}
