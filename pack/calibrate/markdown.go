package calibrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// Report is the readable report of the dialect's folder, in Markdown. What an older one says of other kinds is taken over.
func (r *Result) Report(older []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# Dialect %s\n\nLearned from the files below, whose contents a pack described; %s.\n", r.Dialect.Name, "not verified on a console")
	for _, d := range r.Refused {
		fmt.Fprintf(&b, "\nNothing was learned from %s: %s (%s).\n", code(d.File), d.Message, d.ID)
	}
	r.writeAsks(&b)
	for _, k := range r.Kinds {
		k.write(&b)
	}
	for _, chapter := range strings.SplitAfter("\n"+string(older), "\n## ")[1:] {
		title, _, _ := strings.Cut(chapter, "\n")
		if kind := artifact.Kind(strings.ReplaceAll(title, " ", "_")); slices.Contains(artifact.Kinds(), kind) &&
			!slices.ContainsFunc(r.Kinds, func(k Kind) bool { return k.Kind == kind }) {
			b.WriteString("\n## " + strings.TrimSuffix(chapter, "\n## ") + "\n")
		}
	}
	b.WriteString(legend)
	return []byte(b.String())
}

// legend explains the words of the report.
const legend = `
## How to read this

Below each list of the pack stands what repeats for its items in the files, then each field: the place in that element where it stands
(the first is read, others are copies), and the place as the template has it, with the forms its text is spelled in.

How sure: **certain**, three different values or more are there; **likely**, two; **one value**, which could be there by chance; **by name**, the
place is called like the field and nothing speaks against it; **by elimination**, nothing else is left for it; **as in** another kind, where a
place of the same name is certain; **one item**, a list never has two, so that nothing is seen to repeat; **open**, more than one fits.
`

func (k *Kind) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", strings.ReplaceAll(string(k.Kind), "_", " "))
	k.writeProofs(b)
	for i, l := range k.Lists {
		fmt.Fprintf(b, "\n### %s: each %s, at most %d in one list, %s\n\n", code(l.Path), code(l.Where), l.Most, l.Sure)
		if l.Order != "" {
			fmt.Fprintf(b, "In another order than the pack's: %s.\n\n", l.Order)
		}
		k.writeFields(b, i)
	}
	k.writeLost(b, NotFound, "Not found in the files, though the pack has values")
	k.writeLost(b, NotTold, "The pack has no value of these, so their places could not be found")
	k.writeSpots(b)
}

func (k *Kind) writeProofs(b *strings.Builder) {
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
		if p.Diff != "" {
			fmt.Fprintf(b, "\n%s\n\n", fenced("diff", p.Diff))
		}
	}
}

// writeFields tells of the fields with a place in the items of the numbered list.
func (k *Kind) writeFields(b *strings.Builder, list int) {
	l := k.Lists[list]
	header := "| field | stands at | as | how sure | not seen |\n|---|---|---|---|---|\n"
	for _, f := range k.Fields {
		if len(f.Where) == 0 || k.listOf(f.Path) != list {
			continue
		}
		b.WriteString(header)
		header = ""
		var where []string
		for _, w := range f.Where {
			where = append(where, code(cmp.Or(strings.TrimPrefix(strings.TrimPrefix(w, l.Where), "/"), "its text")))
		}
		how := ""
		if f.How != "" {
			how = code(f.How)
		}
		name := cmp.Or(strings.TrimPrefix(strings.TrimPrefix(f.Path, l.Path), "."), "the text")
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", code(name), strings.Join(where, "<br>"), how, f.sure(), f.inferences())
	}
	if header != "" {
		b.WriteString("None of its fields has a place.\n")
	}
}

// listOf is the number of the innermost list with elements of its own that a field is in; -1: none.
func (k *Kind) listOf(path string) int {
	for at := path; at != ""; at = fields.List(at) {
		if n := slices.IndexFunc(k.Lists, func(l List) bool { return l.Path == at || l.Path == fields.List(at)+"[]" }); n >= 0 {
			return n
		}
	}
	return -1
}

// writeLost names the fields without a place, for one reason.
func (k *Kind) writeLost(b *strings.Builder, sure Surety, why string) {
	var lost []string
	for _, f := range k.Fields {
		if f.Sure == sure {
			lost = append(lost, code(f.Path))
		}
	}
	if len(lost) > 0 {
		fmt.Fprintf(b, "\n**%s:** %s.\n", why, strings.Join(lost, ", "))
	}
}

// writeSpots tells of what no field explains: first what changes, last what never does.
func (k *Kind) writeSpots(b *strings.Builder) {
	if len(k.Spots) == 0 {
		return
	}
	b.WriteString("\n### What in the files no field explains\n\n| place | what it is | text |\n|---|---|---|\n")
	order := []string{string(unexplained), string(ambiguous), string(dated), string(digest), string(identity), string(made), string(constant)}
	spots := slices.Clone(k.Spots)
	slices.SortStableFunc(spots, func(a, b Spot) int { return slices.Index(order, a.Sort) - slices.Index(order, b.Sort) })
	for _, s := range spots {
		what := s.What()
		switch {
		case len(s.Fits) > 0:
			what += ": " + strings.Join(s.Fits, ", ")
		case s.Sort == string(unexplained):
			what += ", and built alike for all"
		}
		text := ""
		if s.Text != "" {
			text = code(diag.Clip(s.Text))
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", code(s.Where), what, text)
	}
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
			InferredForm: "the form, as escapes", InferredSpelling: "values that were not seen", SmoothedBlanks: "the console does not keep line breaks and blanks at the ends"}[what])
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
