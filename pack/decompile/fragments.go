package decompile

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
)

// ruleAt is a rule with its path, or a fragment's.
type ruleAt struct {
	path, key string // the key whose file it is in
	item      string // the name of what it belongs to
	rule      pack.Rule
	uses      []*fragment
}

// fragment is a rule fragment and whoever uses it.
type fragment struct {
	name  string
	rule  pack.Rule
	users []*ruleAt
}

// take makes a fragment of what rules have in common.
func take(name string, rule pack.Rule, users []*ruleAt) *fragment {
	f := &fragment{name, rule, users}
	for _, u := range users {
		u.uses = append(u.uses, f)
	}
	return f
}

// rulesOf lists every rule of the pack in the order of its files.
func rulesOf(p *pack.Pack) []*ruleAt {
	var all []*ruleAt
	add := func(kind string, i int, item string, rules []pack.Rule) {
		for j, r := range rules {
			all = append(all, &ruleAt{path: fmt.Sprintf("%s[%d].rules[%d]", kind, i, j), key: kind, item: item, rule: r})
		}
	}
	for i, c := range p.Categories {
		add("categories", i, c.Name, c.Rules)
	}
	for i, a := range p.Alerts {
		add("alerts", i, a.Name, a.Rules)
	}
	for i, o := range p.KnowledgeObjects {
		var rules []pack.Rule
		for _, r := range o.Rules {
			rules = append(rules, r.Rule)
		}
		add("knowledge_objects", i, o.Name, rules)
	}
	for i, r := range p.Reports {
		add("reports", i, r.Title, r.Rules)
	}
	return all
}

// sources are the fields that say where an event comes from, those that tell most first.
var sources = []string{"EventSource", "SourceType", "LogType", "EventID", "EventType", "Category", "Computer", "User"}

// source is a rule with its source fields only.
func source(r pack.Rule) pack.Rule {
	r.Title, r.Match, r.Exception = "", pack.Pattern{}, pack.Pattern{}
	return r
}

// common is what two rules' fields have in common.
func common(a, b pack.Rule) pack.Rule {
	same := func(x *string, y string) {
		if *x != y {
			*x = ""
		}
	}
	same(&a.Title, b.Title)
	same(&a.LogType, b.LogType)
	same(&a.EventSource, b.EventSource)
	same(&a.SourceType, b.SourceType)
	same(&a.EventID, b.EventID)
	same(&a.EventType, b.EventType)
	same(&a.Category, b.Category)
	same(&a.User, b.User)
	same(&a.Computer, b.Computer)
	if a.Match != b.Match {
		a.Match = pack.Pattern{}
	}
	if a.Exception != b.Exception {
		a.Exception = pack.Pattern{}
	}
	return a
}

// filled counts the fields of a rule that are.
func filled(r pack.Rule) int {
	n, v := 0, reflect.ValueOf(r)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			n++
		}
	}
	return n
}

// fragments finds what rules repeat: the whole rule but for its title, where its events come from, what they must not be. It gives the
// fragments, and with them the rules that are still to be written: the pack's that use no whole fragment, and the whole fragments.
func fragments(all []*ruleAt) ([]*fragment, []*ruleAt) {
	taken := names{}
	whole, rest := wholeRules(all, taken)
	out := fromSources(rest, taken)
	out = append(out, exceptions(rest, taken)...)
	return append(out, whole...), rest
}

// groups sorts rules by what is the same of them, in the order of the first of each.
func groups(rules []*ruleAt, same func(pack.Rule) pack.Rule) [][]*ruleAt {
	at := map[pack.Rule]int{}
	var out [][]*ruleAt
	for _, r := range rules {
		k := same(r.rule)
		i, known := at[k]
		if !known {
			i = len(out)
			at[k], out = i, append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

func wholeRules(all []*ruleAt, taken names) (out []*fragment, rest []*ruleAt) {
	untitled := func(r pack.Rule) pack.Rule { r.Title = ""; return r }
	for _, g := range groups(all, untitled) {
		rule := untitled(g[0].rule)
		if len(g) < 2 || filled(rule) < 2 || rule == source(rule) {
			rest = append(rest, g...)
			continue
		}
		own := strings.TrimPrefix(g[0].item, prefix(g[0].item))
		name := cmp.Or(joined(strings.Fields(g[0].rule.Title)), joined(strings.Fields(own)), joined(wordsOf(rule.Match)), "rule")
		f := take(taken.take(name), rule, g)
		out = append(out, f)
		rest = append(rest, &ruleAt{path: "rules." + f.name, key: home(g), rule: rule})
	}
	return out, rest
}

// maxSources is the number of different sources of rules that are compared with each other.
const maxSources = 60

// fromSources finds where many rules' events come from. The source that is shared most comes first; each rule uses one.
func fromSources(rules []*ruleAt, taken names) []*fragment {
	var out []*fragment
	for {
		g := groups(rules, func(r pack.Rule) pack.Rule { return source(r) })
		slices.SortStableFunc(g, func(a, b []*ruleAt) int { return len(b) - len(a) })
		g = g[:min(len(g), maxSources)]
		var best pack.Rule
		most := 0
		for i := range g {
			for j := range i + 1 {
				c := common(source(g[i][0].rule), source(g[j][0].rule))
				n := 0
				for _, h := range g {
					if common(c, h[0].rule) == c {
						n += len(h)
					}
				}
				if score := (n - 1) * filled(c); (n >= 3 || n == 2 && filled(c) > 1) && score > most {
					best, most = c, score
				}
			}
		}
		if most == 0 {
			return out
		}
		var users, others []*ruleAt
		for _, r := range rules {
			if common(best, r.rule) == best {
				users = append(users, r)
			} else {
				others = append(others, r)
			}
		}
		out = append(out, take(taken.take(sourceName(best)), best, users))
		rules = others
	}
}

func sourceName(r pack.Rule) string {
	words, v := []string{"from"}, reflect.ValueOf(r)
	for _, name := range sources {
		if s := v.FieldByName(name).String(); s != "" {
			words = append(words, s)
		}
	}
	return cmp.Or(joined(words), "from")
}

func exceptions(rules []*ruleAt, taken names) []*fragment {
	var out []*fragment
	only := func(r pack.Rule) pack.Rule { return pack.Rule{Exception: r.Exception} }
	for _, g := range groups(rules, only) {
		rule := only(g[0].rule)
		if len(g) < 2 || len(rule.Exception.Regex)+len(rule.Exception.Text) < referenceLength {
			continue
		}
		out = append(out, take(taken.take(joined(append([]string{"unless"}, wordsOf(rule.Exception)...))), rule, g))
	}
	return out
}

// wordsOf gives the words a pattern looks for.
func wordsOf(p pack.Pattern) []string {
	if p.Regex == "" {
		return strings.Fields(p.Text)
	}
	c := newCorpus()
	t := told{sharing: newSharing(c, nil)}
	t.tell(c.add(p.Regex), false, always)
	t.flush()
	return append(t.wordsOf(), t.captures...)
}

// home is the key of the file that all users are in, or none.
func home(users []*ruleAt) string {
	key := users[0].key
	for _, u := range users {
		if u.key != key {
			return ""
		}
	}
	return key
}

// own is what is left of a rule without what its fragments give.
func (r *ruleAt) own() pack.Rule {
	rule := r.rule
	v := reflect.ValueOf(&rule).Elem()
	for _, f := range r.uses {
		given := reflect.ValueOf(f.rule)
		for i := range v.NumField() {
			if !given.Field(i).IsZero() {
				v.Field(i).SetZero()
			}
		}
	}
	return rule
}

func namesOf(uses []*fragment) []string {
	var out []string
	for _, f := range uses {
		out = append(out, f.name)
	}
	return out
}
