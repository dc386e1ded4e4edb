package lint

import "github.com/kpgen/kpgen/pack/diag"

var unknownToken = check{
	diag.Check{
		ID: "unknown-token", Severity: diag.Error,
		Description: "A report column or a filled property names a token that no expression captures; the columns of a pack " +
			"without knowledge objects show those of another.",
	},
	func(l *linter) {
		if known, all := l.allTokens(); all && len(l.KnowledgeObjects) > 0 {
			for i, r := range l.Reports {
				for j, c := range r.Columns {
					l.mustBeToken(item(item("reports", i)+".columns", j)+".token", c.Token, known, "no knowledge object captures")
				}
			}
		}
		for i, o := range l.KnowledgeObjects {
			known, all := l.tokens(o)
			for j, v := range o.Properties {
				for k, token := range v.Tokens {
					if all {
						path := item(item(item("knowledge_objects", i)+".properties", j)+".tokens", k)
						l.mustBeToken(path, token, known, "this knowledge object does not capture")
					}
				}
			}
		}
	},
}

func (l *linter) mustBeToken(path, token string, known set, says string) {
	if token != "" && !known[token] {
		l.report(path, -1, -1, l.suggest(token, known), "%s the token %q", says, token)
	}
}
