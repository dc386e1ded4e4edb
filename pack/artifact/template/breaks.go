package template

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// breaks spells a line break as a text of its own, as in {description|breaks <br>}, and changes nothing else. A text that holds
// that text cannot be written, as it would be read as a line break.
type breaks string

func (b breaks) write(text string) (string, bool) {
	return strings.ReplaceAll(text, "\n", string(b)), !strings.Contains(text, string(b))
}

func (b breaks) read(text string) (string, bool) {
	return strings.ReplaceAll(text, string(b), "\n"), true
}

// Breaks gives the form that writes a line break as a text.
func Breaks(text string) string { return "breaks " + Joint(text) }

// breaksOf finds such a form.
func breaksOf(name string) (Form, bool) {
	text, ok := strings.CutPrefix(name, "breaks ")
	return breaks(jointMarks.Replace(text)), ok && text != ""
}

// perhapsBroken warns of a text that holds what stands for a line break in other texts, where no form of its own says whether it does
// here: an expression's own \n, or a line break. One character may stand for anything.
func (r *reader) perhapsBroken(p *place, it *item, plain string, at container.Place) {
	told := slices.ContainsFunc(p.forms, func(f Form) bool { _, is := f.(breaks); return is })
	if told || p.list != nil || p.refs[0].Type.Kind() != reflect.String {
		return
	}
	for _, b := range r.t.breaks {
		path := p.refs[0].Path(it.path)
		if len(b) < 2 || !strings.Contains(plain, string(b)) || !r.firstAt("breaks "+fields.Generic(path)) {
			continue
		}
		r.Found = append(r.Found, diag.Diagnostic{ID: "perhaps-line-break", Severity: diag.Warning, Span: at.Span(-1, -1), Path: path,
			Message: fmt.Sprintf("%q is a line break in other texts of the dialect; it is kept as it stands, here and in each such text", string(b)),
			Help:    fmt.Sprintf("if it is one here, add the form %s to the place %s in the dialect's template", Breaks(string(b)), p.source)})
	}
}

// notControl reports whether a character stands as it is in PowerShell's Export-Clixml, which writes _x000A_ for a line feed.
func notControl(r rune, _ bool) bool { return r >= ' ' && (r < 0x7f || r >= 0xa0) }
