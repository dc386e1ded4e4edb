package calibrate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/kpgen/kpgen/pack/diag"
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

// Asks gives what would settle what is open, each once.
func (r *Result) Asks() []string {
	var asks []string
	for _, k := range r.Kinds {
		for _, f := range k.Fields {
			if f.Sure == Open && f.Ask != "" && !slices.Contains(asks, f.Ask) {
				asks = append(asks, f.Ask)
			}
		}
	}
	return asks
}

// WriteSummary writes what was found, kind by kind, for a terminal.
func (r *Result) WriteSummary(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "FILE\tFOUND\tBY NAME\tOPEN\tNOT FOUND\tNO VALUE\tBUILT ANEW")
	for _, k := range r.Kinds {
		for _, p := range k.Proofs {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", p.File, k.Count(Certain, Likely, Weak), k.Count(ByName, Eliminated), k.Count(Open), k.Count(NotFound),
				k.Count(NotTold), p.Outcome())
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, p := range r.Checked {
		fmt.Fprintf(w, "%s, read and written again: %s\n", p.File, p.Outcome())
	}
	for _, ask := range r.Asks() {
		fmt.Fprintln(w, "to settle:", ask)
	}
	return nil
}

// WriteJSON writes the result as one JSON object.
func (r *Result) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Dialect   string   `json:"dialect"`
		Statement string   `json:"statement"`
		Exact     bool     `json:"exact"`
		Kinds     []Kind   `json:"kinds"`
		Checked   []Proof  `json:"checked,omitempty"`
		Asks      []string `json:"asks,omitempty"`
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
	case !p.Exact:
		return fmt.Sprintf("%d places differ", max(open, 1))
	case len(p.Differences) > 0:
		return fmt.Sprintf("the same but for %d generated places", len(p.Differences))
	}
	return fmt.Sprintf("the same %d bytes", p.Bytes)
}

// Report is the readable report of the dialect's folder, in Markdown.
func (r *Result) Report() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Dialect %s\n\nLearned from the files below, whose contents a pack described; %s.\n", r.Dialect.Name, "not verified on a console")
	for _, k := range r.Kinds {
		k.write(&b)
	}
	return []byte(b.String())
}

func (k *Kind) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", strings.ReplaceAll(string(k.Kind), "_", " "))
	for _, p := range k.Proofs {
		fmt.Fprintf(b, "- %s, built anew: %s\n", code(p.File), p.Outcome())
		for _, path := range p.Left {
			fmt.Fprintf(b, "  - left out, as it has no place: %s\n", code(path))
		}
		for _, d := range p.Differences[:min(len(p.Differences), 20)] {
			if !d.Generated {
				fmt.Fprintf(b, "  - line %d, %s: %s there, %s built\n", d.Line, code(d.Where), code(diag.Clip(d.Console)), code(diag.Clip(d.Built)))
			}
		}
	}
	b.WriteString("\n| field | stands at | as | how sure |\n|---|---|---|---|\n")
	for _, f := range k.Fields {
		if f.Sure == NotTold {
			continue
		}
		where := make([]string, len(f.Where))
		for i := range where {
			where[i] = code(f.Where[i])
		}
		how := ""
		if f.How != "" {
			how = code(f.How)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", code(f.Path), strings.Join(where, "<br>"), how, f.Sure)
	}
	k.writeAsks(b)
	k.writeSpots(b)
}

func (k *Kind) writeAsks(b *strings.Builder) {
	var open, untold []string
	for _, f := range k.Fields {
		switch f.Sure {
		case Open:
			open = append(open, f.Ask)
		case NotTold:
			untold = append(untold, code(f.Path))
		}
	}
	if len(open) > 0 {
		b.WriteString("\nTo settle what is open:\n\n")
	}
	for _, ask := range open {
		fmt.Fprintf(b, "- %s\n", ask)
	}
	if len(untold) > 0 {
		fmt.Fprintf(b, "\nThe pack has no value of these, so their places could not be found: %s.\n", strings.Join(untold, ", "))
	}
}

func (k *Kind) writeSpots(b *strings.Builder) {
	if len(k.Spots) == 0 {
		return
	}
	b.WriteString("\n| place in the file that no field explains | what it is | text |\n|---|---|---|\n")
	for _, s := range k.Spots {
		what := s.Sort
		if len(s.Fits) > 0 {
			what += ": " + strings.Join(s.Fits, ", ")
		}
		text := ""
		if s.Text != "" {
			text = code(diag.Clip(s.Text))
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", code(s.Where), what, text)
	}
}

// code writes a text as code in a table of Markdown, whatever it holds.
func code(text string) string {
	text = strings.NewReplacer("|", `\|`, "\n", "␤", "\r", "␍", "\t", "␉").Replace(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}
