package lint

import (
	"regexp"
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

// parameterUse is a parameter in a setup step. Blanks around the name are none of the form, but nobody who writes them means
// anything else.
var parameterUse = regexp.MustCompile(`\{\{( *[A-Za-z_][A-Za-z0-9_-]* *)\}\}`)

var unknownParameter = check{
	diag.Check{
		ID: "unknown-parameter", Severity: diag.Error,
		Description: "A setup step names a parameter the pack does not have.",
	},
	func(l *linter) {
		known := set{}
		for _, p := range l.Parameters {
			known[p.Name] = true
		}
		l.parameterUses(func(path string, from, to int, name string) {
			if !known[name] {
				l.report(path, from, to, l.suggest(strings.TrimSpace(name), known), "no parameter is called %q", name)
			}
		})
	},
}

// parameterUses visits every parameter of the setup steps.
func (l *linter) parameterUses(visit func(path string, from, to int, name string)) {
	for i, s := range l.Setup {
		path := item("setup", i)
		for _, text := range []struct{ path, text string }{
			{path + ".title", s.Title}, {path + ".command", s.Command}, {path + ".note", s.Note},
		} {
			for _, at := range parameterUse.FindAllStringSubmatchIndex(text.text, -1) {
				visit(text.path, at[0], at[1], text.text[at[2]:at[3]])
			}
		}
	}
}
