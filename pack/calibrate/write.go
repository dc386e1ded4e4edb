package calibrate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/kpgen/kpgen/pack/artifact"
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

// Report is the readable report of the dialect's folder, in Markdown. What an older one says of other kinds is taken over.
func (r *Result) Report(older []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Dialect %s\n\nLearned from the files below, whose contents a pack described; %s.\n", r.Dialect.Name, "not verified on a console")
	r.writeAsks(&b)
	for _, k := range r.Kinds {
		k.write(&b)
	}
	for _, chapter := range strings.SplitAfter("\n"+string(older), "\n## ")[1:] {
		title, _, _ := strings.Cut(chapter, "\n")
		if kind := artifact.Kind(strings.ReplaceAll(title, " ", "_")); slices.Contains(artifact.Kinds(), kind) &&
			!slices.ContainsFunc(r.Kinds, func(k Kind) bool { return k.Kind == kind }) {
			b.WriteString("\n## " + strings.TrimSuffix(chapter, "## "))
		}
	}
	return []byte(b.String())
}

func (k *Kind) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", strings.ReplaceAll(string(k.Kind), "_", " "))
	for _, p := range k.Proofs {
		fmt.Fprintf(b, "- %s, built anew: %s\n", code(p.File), p.Outcome())
		for _, path := range p.Moved {
			fmt.Fprintf(b, "  - in another order than the pack's, and built in the file's: %s\n", code(path))
		}
		for _, path := range p.Left {
			fmt.Fprintf(b, "  - left out, as it has no place: %s\n", code(path))
		}
		for _, d := range p.Differences[:min(len(p.Differences), 20)] {
			if !d.Generated {
				fmt.Fprintf(b, "  - line %d, %s: %s there, %s built\n", d.Line, code(d.Where), code(diag.Clip(d.Console)), code(diag.Clip(d.Built)))
			}
		}
		if p.Diff != "" {
			fmt.Fprintf(b, "\n%s\n\n", fenced("diff", p.Diff))
		}
	}
	b.WriteString("\n| list | repeats | items at most | how sure |\n|---|---|---|---|\n")
	for _, l := range k.Lists {
		fmt.Fprintf(b, "| %s | %s | %d | %s |\n", code(l.Path), code(l.Where), l.Most, l.Sure)
	}
	b.WriteString("\n| field | stands at | as | how sure | inferred, not seen |\n|---|---|---|---|---|\n")
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
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(f.Path), strings.Join(where, "<br>"), how, f.sure(), f.inferences())
	}
	k.writeUntold(b)
	k.writeSpots(b)
}

// writeAsks lists what is open before all else.
func (r *Result) writeAsks(b *strings.Builder) {
	asks := r.Asks()
	if len(asks) == 0 {
		b.WriteString("\nNothing of what the pack says is open.\n")
		return
	}
	fmt.Fprintf(b, "\n## To settle\n\nThe files leave %s open. Change the pack, enter the change on the console, export again:\n\n", counted(len(asks), "thing"))
	for _, a := range asks {
		fmt.Fprintf(b, "- %s (%s)\n", a.Change, a.ID)
	}
}

// counted is a number of things in words.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func (k *Kind) writeUntold(b *strings.Builder) {
	var untold []string
	for _, f := range k.Fields {
		if f.Sure == NotTold {
			untold = append(untold, code(f.Path))
		}
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
		what := s.What()
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

// sure says how sure the field is, and by what.
func (f *Field) sure() string {
	if f.Sure == Elsewhere {
		return "as in " + strings.ReplaceAll(string(f.AsIn), "_", " ")
	}
	return string(f.Sure)
}

// inferences says what of the field no file shows.
func (f *Field) inferences() string {
	var all []string
	for _, what := range f.Inferred {
		all = append(all, map[Inferred]string{InferredEmpty: "whether it stands without a value", InferredNone: "the text for no value",
			InferredForm: "escapes", InferredSpelling: "values that were not seen", SmoothedBlanks: "the console does not keep line breaks and blanks at the ends"}[what])
	}
	return strings.Join(all, ", ")
}

// fenced is a block of code in Markdown, whatever it holds.
func fenced(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence
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
