package lint

import (
	"errors"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
)

var badExpression = check{
	diag.Check{
		ID: "bad-expression", Severity: diag.Error,
		Description: "A regular expression is none in the flavour of its place: .NET for rules and knowledge objects, what the " +
			"source says for the device id.",
	},
	func(l *linter) {
		l.rules(func(path string, r pack.Rule, _ bool) {
			l.mustCompile(path+".match.regex", r.Match.Regex, pack.DotNet)
			l.mustCompile(path+".exception.regex", r.Exception.Regex, pack.DotNet)
		})
		for i, o := range l.KnowledgeObjects {
			objectExpressions(i, o, func(path string, e pack.Expression) {
				l.mustCompile(path+".expression_1", e.Expression1, pack.DotNet)
			})
		}
		l.mustCompile("source.device_id.expression", l.Source.DeviceID.Expression, l.Source.DeviceID.Flavour)
	},
}

func (l *linter) mustCompile(path, text string, flavour pack.Flavour) {
	_, err := l.compile(text, flavour)
	var e *dotnet.Error
	if errors.As(err, &e) {
		l.report(path, e.From, e.To, e.Help, "%s", e.Message)
	}
}
