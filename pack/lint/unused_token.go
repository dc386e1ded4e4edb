package lint

import (
	"maps"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

var unusedToken = check{
	diag.Check{
		ID: "unused-token", Severity: diag.Warning,
		Description: "A knowledge object captures a token that no report column shows and no property is filled from.",
	},
	func(l *linter) {
		shown := set{}
		for _, r := range l.Reports {
			for _, c := range r.Columns {
				shown[c.Token] = true
			}
		}
		for i, o := range l.KnowledgeObjects {
			used := maps.Clone(shown)
			for _, v := range o.Properties {
				for _, t := range v.Tokens {
					used[t] = true
				}
			}
			objectExpressions(i, o, func(path string, e pack.Expression) {
				l.unusedGroups(path+".expression_1", e.Expression1, used)
			})
		}
	},
}

func (l *linter) unusedGroups(path, text string, used set) {
	re, err := l.compile(text, pack.DotNet)
	if err != nil {
		return
	}
	for _, token := range re.Groups() {
		if used[token] {
			continue
		}
		from, to := groupName(text, token)
		l.report(path, from, to, "show it in a report, fill a property from it, or write (?:…)", "nothing uses the token %q", token)
	}
}

// groupName finds the name where a group of it begins; -1, -1 when it is not written there as it is.
func groupName(text, name string) (from, to int) {
	for _, form := range [][2]string{{"(?<", ">"}, {"(?'", "'"}, {"(?<", "-"}, {"(?'", "-"}} {
		if i := strings.Index(text, form[0]+name+form[1]); i >= 0 {
			return i + len(form[0]), i + len(form[0]) + len(name)
		}
	}
	return -1, -1
}
