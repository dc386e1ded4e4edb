package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// rule is a pack.Rule made ready. match and except index the console's conditions, -1 for none.
type rule struct {
	path          string
	asks          []int // among the console's
	match, except int
}

// ask is one filled field of a rule.
type ask struct {
	field  field
	want   string
	prefix bool
}

// field is one of the values a rule's plain fields are held against.
type field int

const (
	logType field = iota
	eventSource
	sourceType
	eventID
	eventType
	category
	user
	computer
	fieldCount
)

// fields holds the values of the event at hand.
type fields [fieldCount]string

// fieldsOf reads them off a described event: describe gives every event the same properties in the same order.
func fieldsOf(r *Result, source string) fields {
	return fields{logType: r.Event[atLogType].Value, eventSource: r.Event[atSource].Value, sourceType: source,
		eventID: r.Event[atID].Value, eventType: r.Event[atType].Value, category: r.Event[atCategory].Value,
		user: r.Event[atUser].Value, computer: r.Event[atComputer].Value}
}

func verdictOf(accepts bool) verdict {
	if accepts {
		return accepted
	}
	return refused
}

func (c *Console) compileRules(parent string, rules []pack.Rule, found *diag.List) []rule {
	ready := make([]rule, len(rules))
	for i := range rules {
		ready[i] = c.compileRule(fmt.Sprintf("%s.rules[%d]", parent, i), &rules[i], found)
	}
	return ready
}

// compileRule follows facts and inferences: a filled field restricts; the event source is a prefix without regard to case (the
// guide's rule `syslog` takes the event `SYSLOG local0`: inferred); the others are held equal without regard to case (unknown).
func (c *Console) compileRule(path string, r *pack.Rule, found *diag.List) rule {
	ready := rule{path: path}
	for _, a := range []ask{{logType, r.LogType, false}, {eventSource, r.EventSource, true}, {sourceType, r.SourceType, false},
		{eventID, r.EventID, false}, {eventType, r.EventType, false}, {category, r.Category, false}, {user, r.User, false},
		{computer, r.Computer, false}} {
		if a.want != "" {
			if !slices.Contains(c.asks, a) {
				c.asks = append(c.asks, a)
			}
			ready.asks = append(ready.asks, slices.Index(c.asks, a))
		}
	}
	ready.match = c.condition(path+".match", r.Match, found)
	ready.except = c.condition(path+".exception", r.Exception, found)
	return ready
}

// condition gives the index of a pattern among the console's conditions: rules that say the same share one.
func (c *Console) condition(path string, p pack.Pattern, found *diag.List) int {
	if p.IsZero() {
		return -1
	}
	if i, ok := c.index[p]; ok {
		return i
	}
	ready := condition{path: path, re: noExpression, text: strings.ToLower(p.Text)}
	if p.Regex != "" {
		ready.path += ".regex"
		ready.re = c.compile(ready.path, p.Regex, pack.DotNet, found)
	}
	c.conditions = append(c.conditions, ready)
	c.index[p] = len(c.conditions) - 1
	return c.index[p]
}

func (w *Worker) accepts(ru *rule, r *Result) bool {
	for _, a := range ru.asks {
		if !w.fits(a) {
			return false
		}
	}
	if ru.match >= 0 && w.ask(ru.match, r) != accepted {
		return false
	}
	return ru.except < 0 || w.ask(ru.except, r) != accepted
}

// fits holds a field of the event at hand against an ask, once.
func (w *Worker) fits(i int) bool {
	if w.asked[i] == unasked {
		a := &w.c.asks[i]
		w.asked[i] = verdictOf(a.accepts(w.fields[a.field]))
	}
	return w.asked[i] == accepted
}

func (a ask) accepts(value string) bool {
	if a.prefix && len(value) > len(a.want) {
		value = value[:len(a.want)]
	}
	return strings.EqualFold(value, a.want)
}

// ask runs a condition on the event at hand, once.
func (w *Worker) ask(i int, r *Result) verdict {
	if w.memo[i] != unasked {
		return w.memo[i]
	}
	c := &w.c.conditions[i]
	found, err := false, error(nil)
	if c.re != noExpression {
		found, err = w.match(c.re)
	} else {
		if w.lower == "" {
			w.lower = strings.ToLower(w.reading.Text())
		}
		found = strings.Contains(w.lower, c.text)
	}
	if err != nil {
		r.timeout(c.path, err)
	}
	w.memo[i] = verdictOf(found)
	return w.memo[i]
}
