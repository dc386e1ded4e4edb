package proof

import (
	"fmt"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/dotnet"
)

// The kinds of claim.
const (
	kindDevice     = "device id"
	kindCategory   = "category"
	kindAlert      = "alert"
	kindObject     = "knowledge object"
	kindExpression = "expression"
	kindGroup      = "group"
	kindReport     = "report"
	kindColumn     = "column"
	kindDashlet    = "dashlet"
)

// claims lists all the pack claims to do.
func (r *run) claims() {
	p := r.proof.Pack
	if d := p.Source.DeviceID; d.Expression != "" && d.Active {
		r.claim(&Claim{Kind: kindDevice, Item: d.Token, Path: "source.device_id.expression"})
	}
	for i, c := range p.Categories {
		r.rules(kindCategory, c.Name, fmt.Sprintf("categories[%d]", i), c.Rules)
	}
	for i, a := range p.Alerts {
		r.rules(kindAlert, a.Name, fmt.Sprintf("alerts[%d]", i), a.Rules)
	}
	for i := range p.KnowledgeObjects {
		r.object(fmt.Sprintf("knowledge_objects[%d]", i), &p.KnowledgeObjects[i])
	}
	for i, t := range p.Reports {
		path := fmt.Sprintf("reports[%d]", i)
		r.rules(kindReport, t.Title, path, t.Rules)
		for k, c := range t.Columns {
			r.claim(&Claim{Kind: kindColumn, Item: t.Title, Part: c.Heading, Path: columnPath(path, k)})
		}
	}
	for i, d := range p.Dashlets {
		r.claim(&Claim{Kind: kindDashlet, Item: d.Title, Path: dashletPath(i)})
	}
}

func columnPath(report string, i int) string { return fmt.Sprintf("%s.columns[%d]", report, i) }

func dashletPath(i int) string { return fmt.Sprintf("dashlets[%d]", i) }

func (r *run) claim(c *Claim) {
	place, _, _ := strings.Cut(c.Path, "#")
	c.Span = r.loc.Locate(place, -1, -1)
	r.proof.Claims = append(r.proof.Claims, c)
	r.byPath[c.Path] = c
}

func (r *run) rules(kind, item, path string, rules []pack.Rule) {
	for i := range rules {
		r.rule(kind, item, fmt.Sprintf("%s.rules[%d]", path, i), &rules[i], i)
	}
}

func (r *run) rule(kind, item, path string, rule *pack.Rule, i int) {
	title := rule.Title
	if title == "" {
		title = fmt.Sprintf("rule %d", i+1)
	}
	r.claim(&Claim{Kind: kind, Item: item, Part: title, Path: path, rule: rule})
}

func (r *run) object(path string, o *pack.KnowledgeObject) {
	for i := range o.Rules {
		rule := &o.Rules[i]
		at := fmt.Sprintf("%s.rules[%d]", path, i)
		r.rule(kindObject, o.Name, at, &rule.Rule, i)
		for k, e := range rule.Expressions {
			r.expression(o.Name, fmt.Sprintf("%s.expressions[%d]", at, k), k, e)
		}
	}
}

// expression claims that an expression matches, and that each of its groups captures.
func (r *run) expression(object, path string, i int, e pack.Expression) {
	re, err := dotnet.Compile(e.Expression1, dotnet.Options{})
	if err != nil {
		return // the console has refused the pack already
	}
	name := fmt.Sprintf("expression %d: %s", i+1, strings.Join(re.Groups(), ", "))
	r.claim(&Claim{Kind: kindExpression, Item: object, Part: name, Path: path})
	for _, g := range re.Groups() {
		r.claim(&Claim{Kind: kindGroup, Item: object, Part: fmt.Sprintf("%s of expression %d", g, i+1), Path: console.GroupPath(path, g)})
	}
}

// named finds the rules a near_miss names: "item", or "item / rule title".
func (r *run) named(name string) []*Claim {
	var rules []*Claim
	for _, c := range r.proof.Claims {
		if c.rule != nil && (c.Item == name || c.Title() == name) {
			rules = append(rules, c)
		}
	}
	return rules
}
