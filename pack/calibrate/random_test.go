package calibrate_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack"
)

// randomPack draws a pack whose values are texts as people write them, with characters that containers spell in a way of their own.
func randomPack(seed uint64) *pack.Pack {
	g := &generator{rand.New(rand.NewPCG(seed, 2))}
	p := &pack.Pack{Name: "random"}
	for range 1 + g.IntN(3) {
		p.Categories = append(p.Categories, pack.Category{Name: g.text(), Group: g.text(), Description: g.maybe(), Rules: g.rules()})
	}
	for range 1 + g.IntN(3) {
		a := pack.Alert{Name: g.text(), Group: g.text(), Description: g.maybe(), ThreatLevel: pick(g.Rand, pack.ThreatLevels()...), Active: g.IntN(2) == 0,
			Systems: g.list(), Email: pack.Email{To: g.list(), Subject: g.maybe()}, Rules: g.rules()}
		if g.IntN(2) == 0 {
			a.Threshold = pack.Threshold{Count: 1 + g.IntN(50), Within: g.days()}
		}
		for range g.IntN(3) {
			a.WatchLists = append(a.WatchLists, pack.WatchListCheck{Group: g.text(), Property: g.text(), Absent: g.IntN(2) == 0})
		}
		p.Alerts = append(p.Alerts, a)
	}
	for range 1 + g.IntN(2) {
		o := pack.KnowledgeObject{Name: g.text(), AppliesTo: g.text(), Group: g.text()}
		for _, r := range g.rules() {
			rule := pack.ObjectRule{Rule: r}
			for range 1 + g.IntN(3) {
				rule.Expressions = append(rule.Expressions, pack.Expression{Type: pack.RegularExpression, Expression1: g.regex(), Expression2: g.maybe(), Format: g.maybe()})
			}
			o.Rules = append(o.Rules, rule)
		}
		for range g.IntN(3) {
			o.Properties = append(o.Properties, pack.PropertyValue{Property: g.text(), Tokens: append(g.list(), "Last")})
		}
		p.KnowledgeObjects = append(p.KnowledgeObjects, o)
	}
	for range 1 + g.IntN(2) {
		r := pack.Report{Title: g.text(), Group: g.text(), Description: g.maybe(), Sites: g.list(), Groups: g.list(), Systems: g.list(),
			Frequency: g.text(), Rules: g.rules()}
		for range 1 + g.IntN(3) {
			c := pack.Column{Heading: g.text()}
			if g.IntN(2) == 0 {
				c.Token = g.text()
			} else {
				c.Property = g.text()
			}
			r.Columns = append(r.Columns, c)
		}
		p.Reports = append(p.Reports, r)
	}
	for range 1 + g.IntN(4) {
		d := pack.Dashlet{Title: g.text(), Description: g.maybe(), Chart: pick(g.Rand, pack.Charts()...), Query: g.text(), Report: g.maybe(), UseSQL: g.IntN(2) == 0,
			Axis:  pack.Axis{Property: g.text(), Label: g.maybe(), Limit: g.IntN(3) * 10},
			Value: pack.Value{Aggregate: pick(g.Rand, pack.Aggregates()...), Property: g.maybe(), Label: g.maybe()}, Series: g.maybe(), Period: g.days()}
		if g.IntN(2) == 0 {
			d.Axis.Interval = g.days()
		}
		p.Dashlets = append(p.Dashlets, d)
	}
	return p
}

type generator struct{ *rand.Rand }

var bits = []string{"gate", "door", "Heroku", "log", "Ampel", "größe", "a&b", "<x>", `"said"`, `C:\dir`, "it's", "x=1", "50%", "key: v", "#1", "(a|b)", "$5", "1", "12"}

func (g *generator) text() string {
	var words []string
	for range 1 + g.IntN(4) {
		words = append(words, pick(g.Rand, bits...))
	}
	return strings.Join(words, " ")
}

func (g *generator) maybe() string {
	if g.IntN(2) == 0 {
		return ""
	}
	return g.text()
}

func (g *generator) regex() string {
	return pick(g.Rand, `^\s*(?<A>[^"]+)$`, `key="(?<B>\w+)"`, `(?:a|b){2,3}<c>&d`, `\bx\b.*?y`, `[\[\]{}]`) + pick(g.Rand, "", `\d`, "z")
}

func (g *generator) days() pack.Duration {
	return pack.Duration(1+g.IntN(40)) * pack.Duration(24*time.Hour)
}

func (g *generator) list() []string {
	var all []string
	for range g.IntN(4) {
		all = append(all, pick(g.Rand, "alpha", "beta.example.com", "north", "a b", "zeta"))
	}
	return all
}

func (g *generator) pattern() pack.Pattern {
	switch g.IntN(3) {
	case 0:
		return pack.Pattern{Regex: g.regex()}
	case 1:
		return pack.Pattern{Text: g.text()}
	}
	return pack.Pattern{}
}

func (g *generator) rules() []pack.Rule {
	var all []pack.Rule
	for range 1 + g.IntN(3) {
		all = append(all, pack.Rule{Title: g.maybe(), LogType: g.maybe(), EventSource: g.maybe(), SourceType: g.maybe(), EventID: g.maybe(),
			EventType: g.maybe(), Category: g.maybe(), User: g.maybe(), Computer: g.maybe(), Match: g.pattern(), Exception: g.pattern()})
	}
	return all
}

// randomCopy copies a pack.
func randomCopy(p *pack.Pack) *pack.Pack {
	data, _ := json.Marshal(p)
	q := &pack.Pack{}
	_ = json.Unmarshal(data, q)
	return q
}
