// Package anypack draws packs for property tests: every value the language of specs allows, the awkward ones above all.
package anypack

import (
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack"
)

// Generators of every part of a pack; texts hold anything a file may.
var (
	anyText  = rapid.OneOf(rapid.StringN(1, 30, 60), rapid.SampledFrom(OddTexts))
	anyWords = rapid.OneOf(rapid.Just(""), anyText)
	anyList  = rapid.Custom(func(t *rapid.T) []string {
		return listOf(t, anyText, "texts")
	})
	anyBool     = rapid.Bool()
	anyDuration = rapid.Custom(func(t *rapid.T) pack.Duration {
		return pack.Duration(rapid.Int64Range(1, 10_000).Draw(t, "seconds")) * 1_000_000_000
	})
)

// OddTexts are texts YAML has a meaning of its own for.
var OddTexts = []string{
	"true", "no", "null", "~", "1.0", "128", "0x1F", "2021-02-15", "- a", "a: b", "# c", " a", "a ", "\n", "a\n", "a\n\n", "\na", " \n a\n",
	"'", "''", `"`, `\`, "%{", "%%{", "%%%{x}", "%{name}", "a%", "{", "[", "*a", "&a", "!a", "|", ">", "@", "`", "\t", "\ta", "a\tb", "\x00", "\x1b",
	"\u0085", "\u2028", "a\u2028b", "\ufeff", "\ufffe", "日本語", "👩‍👩‍👧", "a\r\nb", "\r", "---", "...", "a #b", "=", "<<", "a\n b\n  c\n", "a\n\n\nb",
	`(?<Name>[^"']+)\s+it's`, "\u00a0", "a\u0300", "x\n---\ny", "key:\n  - v",
}

func listOf[T any](t *rapid.T, g *rapid.Generator[T], label string) []T {
	out := rapid.SliceOfN(g, 0, 3).Draw(t, label)
	if len(out) == 0 {
		return nil
	}
	return out
}

func anyPattern(t *rapid.T, label string) pack.Pattern {
	switch rapid.IntRange(0, 2).Draw(t, label) {
	case 0:
		return pack.Pattern{Regex: anyText.Draw(t, "regex")}
	case 1:
		return pack.Pattern{Text: anyText.Draw(t, "text")}
	}
	return pack.Pattern{}
}

var anyRule = rapid.Custom(func(t *rapid.T) pack.Rule {
	return pack.Rule{
		Title: anyWords.Draw(t, "title"), LogType: anyWords.Draw(t, "log type"), EventSource: anyWords.Draw(t, "source"),
		SourceType: anyWords.Draw(t, "source type"), EventID: anyWords.Draw(t, "id"), EventType: anyWords.Draw(t, "type"),
		Category: anyWords.Draw(t, "category"), User: anyWords.Draw(t, "user"), Computer: anyWords.Draw(t, "computer"),
		Match: anyPattern(t, "match"), Exception: anyPattern(t, "exception"),
	}
})

func someOf[T any](t *rapid.T, g *rapid.Generator[T], label string) []T {
	return rapid.SliceOfN(g, 1, 3).Draw(t, label)
}

var anyAlert = rapid.Custom(func(t *rapid.T) pack.Alert {
	a := pack.Alert{
		Name: anyText.Draw(t, "name"), Group: anyText.Draw(t, "group"), Description: anyWords.Draw(t, "description"),
		ThreatLevel: rapid.SampledFrom(pack.ThreatLevels()).Draw(t, "threat"), Active: anyBool.Draw(t, "active"),
		Systems: anyList.Draw(t, "systems"), Rules: someOf(t, anyRule, "rules"),
	}
	if anyBool.Draw(t, "threshold") {
		a.Threshold = pack.Threshold{Count: rapid.IntRange(1, 1000).Draw(t, "count"), Within: anyDuration.Draw(t, "within")}
	}
	if anyBool.Draw(t, "email") {
		a.Email = pack.Email{To: []string{"soc@example.com"}, Subject: anyWords.Draw(t, "subject")}
	}
	a.WatchLists = listOf(t, rapid.Custom(func(t *rapid.T) pack.WatchListCheck {
		return pack.WatchListCheck{Group: anyText.Draw(t, "group"), Property: anyText.Draw(t, "property"), Absent: anyBool.Draw(t, "absent")}
	}), "watch lists")
	return a
})

var anyObject = rapid.Custom(func(t *rapid.T) pack.KnowledgeObject {
	expression := rapid.Custom(func(t *rapid.T) pack.Expression {
		return pack.Expression{
			Type: pack.RegularExpression, Expression1: anyText.Draw(t, "1"), Expression2: anyWords.Draw(t, "2"), Format: anyWords.Draw(t, "format"),
		}
	})
	return pack.KnowledgeObject{
		Name: anyText.Draw(t, "name"), AppliesTo: anyText.Draw(t, "applies to"), Group: anyText.Draw(t, "group"),
		Rules: someOf(t, rapid.Custom(func(t *rapid.T) pack.ObjectRule {
			return pack.ObjectRule{Rule: anyRule.Draw(t, "rule"), Expressions: someOf(t, expression, "expressions")}
		}), "rules"),
		Properties: listOf(t, rapid.Custom(func(t *rapid.T) pack.PropertyValue {
			return pack.PropertyValue{Property: anyText.Draw(t, "property"), Tokens: someOf(t, anyText, "tokens")}
		}), "properties"),
	}
})

var anyReport = rapid.Custom(func(t *rapid.T) pack.Report {
	column := rapid.Custom(func(t *rapid.T) pack.Column {
		c := pack.Column{Heading: anyText.Draw(t, "heading"), Token: anyText.Draw(t, "shown")}
		if anyBool.Draw(t, "property") {
			c.Token, c.Property = "", c.Token
		}
		return c
	})
	return pack.Report{
		Title: anyText.Draw(t, "title"), Group: anyText.Draw(t, "group"), Description: anyWords.Draw(t, "description"),
		Sites: anyList.Draw(t, "sites"), Groups: anyList.Draw(t, "groups"), Systems: anyList.Draw(t, "systems"),
		Frequency: anyText.Draw(t, "frequency"), Rules: someOf(t, anyRule, "rules"), Columns: someOf(t, column, "columns"),
	}
})

var anyDashlet = rapid.Custom(func(t *rapid.T) pack.Dashlet {
	d := pack.Dashlet{
		Title: anyText.Draw(t, "title"), Description: anyWords.Draw(t, "description"), Chart: rapid.SampledFrom(pack.Charts()).Draw(t, "chart"),
		Query: anyText.Draw(t, "query"), Report: anyWords.Draw(t, "report"), UseSQL: anyBool.Draw(t, "sql"),
		Axis:   pack.Axis{Property: anyText.Draw(t, "axis"), Label: anyWords.Draw(t, "label"), Limit: rapid.IntRange(0, 10).Draw(t, "limit")},
		Value:  pack.Value{Aggregate: rapid.SampledFrom(pack.Aggregates()).Draw(t, "aggregate"), Property: anyWords.Draw(t, "value")},
		Series: anyWords.Draw(t, "series"), Period: anyDuration.Draw(t, "period"),
	}
	if anyBool.Draw(t, "interval") {
		d.Axis.Interval = anyDuration.Draw(t, "interval length")
	}
	return d
})

// Pack draws packs of which a spec's language allows every value, and no list is empty but not nil.
func Pack() *rapid.Generator[pack.Pack] {
	return rapid.Custom(func(t *rapid.T) pack.Pack {
		p := pack.Pack{
			Name: "some-pack", Title: anyText.Draw(t, "title"), Description: anyWords.Draw(t, "description"), Group: anyText.Draw(t, "group"),
			Version: "1.2.3", MinimumConsole: "9.3",
			Source: pack.Source{Type: anyText.Draw(t, "type"), System: anyText.Draw(t, "system"), Priority: rapid.IntRange(0, 191).Draw(t, "priority")},
			Parameters: listOf(t, rapid.Custom(func(t *rapid.T) pack.Parameter {
				return pack.Parameter{Name: "app", Description: anyText.Draw(t, "description"), Default: anyWords.Draw(t, "default")}
			}), "parameters"),
			Setup: listOf(t, rapid.Custom(func(t *rapid.T) pack.Step {
				return pack.Step{Title: anyText.Draw(t, "title"), Command: anyWords.Draw(t, "command"), Note: anyWords.Draw(t, "note")}
			}), "setup"),
			Files: pack.Files{Categories: anyWords.Draw(t, "categories file"), Dashlets: anyWords.Draw(t, "dashlets file")},
			Properties: listOf(t, rapid.Custom(func(t *rapid.T) pack.Property {
				return pack.Property{Name: "some_property", Type: rapid.SampledFrom(pack.PropertyTypes()).Draw(t, "type"), Description: anyWords.Draw(t, "d")}
			}), "properties"),
			Categories: listOf(t, rapid.Custom(func(t *rapid.T) pack.Category {
				return pack.Category{
					Name: anyText.Draw(t, "name"), Group: anyText.Draw(t, "group"), Description: anyWords.Draw(t, "d"), Rules: someOf(t, anyRule, "rules"),
				}
			}), "categories"),
			Alerts: listOf(t, anyAlert, "alerts"), KnowledgeObjects: listOf(t, anyObject, "objects"), Reports: listOf(t, anyReport, "reports"),
			Dashlets: listOf(t, anyDashlet, "dashlets"),
		}
		if anyBool.Draw(t, "device id") {
			p.Source.DeviceID = pack.DeviceID{
				Expression: anyText.Draw(t, "expression"), Flavour: rapid.SampledFrom(pack.Flavours()).Draw(t, "flavour"),
				Token: anyText.Draw(t, "token"), Active: anyBool.Draw(t, "active"), DropOthers: anyBool.Draw(t, "drop"),
			}
		}
		return p
	})
}
