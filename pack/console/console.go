// Package console does with an event what the guide says an EventTracker console does with it: files it under a system, picks the
// knowledge object, takes the event apart into tokens, fills properties, and says which categories, alerts, report rows and
// dashlet series it belongs to. It knows nothing of files.
//
// What is fact and what is inference about the console stands with each piece; the figures are the guide's.
package console

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Options are the facts about a console that no pack carries.
type Options struct {
	Location   *time.Location // the console's time zone; nil: UTC
	SourceType string         // what "Assign device type" (Figure 4) gives the sender's events; "": the pack's source type
	Timeout    time.Duration  // limit of one expression on one event; 0: dotnet.DefaultTimeout
	Plain      bool           // ask every expression alone, without a plan for all: slower, with the same answers
}

// Console holds a pack made ready to run. It is safe for concurrent use; the state of a run is in its Workers and Alarms.
type Console struct {
	pack       *pack.Pack
	location   *time.Location
	sourceType string
	timeout    time.Duration

	plan       *dotnet.Plan
	compiled   []*dotnet.Regexp // the plan's expressions
	device     int              // as all expressions, an index in the plan; noExpression: no device id is extracted
	conditions []condition      // every distinct description pattern of the pack, each run at most once for an event
	index      map[pack.Pattern]int
	asks       []ask          // every distinct filled field of its rules, likewise
	tokens     map[string]int // indexes of all tokens
	objects    []object
	categories []item
	alerts     []item
	reports    []report
}

// condition is a description pattern made ready: an expression or a text.
type condition struct {
	path string // where the pack first says it
	re   int
	text string // folded; used when re is noExpression
}

// noExpression is the index of no expression.
const noExpression = -1

// item is a category or an alert.
type item struct {
	name  string
	path  string
	rules []rule
}

// New makes a pack ready. It fails with a diag.List that names every expression the console could not compile.
func New(p *pack.Pack, opt Options) (*Console, error) {
	c := &Console{pack: p, location: opt.Location, sourceType: cmp.Or(opt.SourceType, p.Source.Type),
		timeout: cmp.Or(opt.Timeout, dotnet.DefaultTimeout), index: map[pack.Pattern]int{}, tokens: map[string]int{}}
	if c.location == nil {
		c.location = time.UTC
	}
	var found diag.List
	c.device = c.compileDevice(&found)
	for i := range p.KnowledgeObjects {
		c.objects = append(c.objects, c.compileObject(i, &found))
	}
	for i, a := range p.Categories {
		path := fmt.Sprintf("categories[%d]", i)
		c.categories = append(c.categories, item{a.Name, path, c.compileRules(path, a.Rules, &found)})
	}
	for i, a := range p.Alerts {
		path := fmt.Sprintf("alerts[%d]", i)
		c.alerts = append(c.alerts, item{a.Name, path, c.compileRules(path, a.Rules, &found)})
	}
	for i := range p.Reports {
		c.reports = append(c.reports, c.compileReport(i, &found))
	}
	c.plan = dotnet.NewPlain(c.compiled)
	if !opt.Plain {
		c.plan = dotnet.NewPlan(c.compiled)
	}
	return c, found.Err()
}

// Pack is the pack the console runs.
func (c *Console) Pack() *pack.Pack { return c.pack }

func (c *Console) compileDevice(found *diag.List) int {
	d := c.pack.Source.DeviceID
	if d.Expression == "" || !d.Active {
		return noExpression
	}
	return c.compile("source.device_id.expression", d.Expression, d.Flavour, found)
}

// compile gives an expression's index in the plan, or noExpression and a diagnostic.
func (c *Console) compile(path, expression string, flavour pack.Flavour, found *diag.List) int {
	re, err := dotnet.Compile(expression, dotnet.Options{Flavour: flavour, Timeout: c.timeout})
	if err == nil {
		c.compiled = append(c.compiled, re)
		return len(c.compiled) - 1
	}
	d := diag.Diagnostic{ID: "bad-expression", Severity: diag.Error, Path: path, Message: err.Error()}
	if bad := (*dotnet.Error)(nil); errors.As(err, &bad) {
		d.Message, d.Help = bad.Message, bad.Help
	}
	*found = append(*found, d)
	return noExpression
}

// Worker evaluates events one at a time; each goroutine needs its own.
type Worker struct {
	c              *Console
	reading        *dotnet.Reading // of the event at hand
	memo           []verdict       // by condition: what it said of the event at hand
	asked          []verdict       // by ask
	tokens         []int           // by token: its place in the result at hand, counted from 1; 0: none
	fields         fields
	limits         limits
	lower          string        // the event's text in small letters, "" until it is wanted
	times          [1024]written // the last ones, each second in a place of its own
	sender, system string        // the last sender that an event named, and its system
}

// verdict is what a condition said of the event at hand.
type verdict uint8

const (
	unasked verdict = iota
	refused
	accepted
)

// NewWorker gives a worker of the console.
func (c *Console) NewWorker() *Worker {
	return &Worker{c: c, reading: c.plan.NewReading(), memo: make([]verdict, len(c.conditions)),
		asked: make([]verdict, len(c.asks)), tokens: make([]int, len(c.tokens)), limits: limits{}}
}

// Result is what the console makes of one event. A Result may be reused: Evaluate overwrites it.
type Result struct {
	Dropped         bool       // the receiver ignores the event: it has no device id, and the pack says to drop such
	DeviceID        string     // what the device-id expression captured
	Event           []Property // event_* properties, in Figure 10's order
	KnowledgeObject string     // "" when none takes the event
	Tokens          []Token
	Properties      []Property // what the knowledge object fills, in Figure 10's order
	Categories      []string
	Alerts          []string // raised: matched, and the threshold reached (set by Alarms.Raise)
	Rows            []Row
	Time            time.Time // receipt time, in the console's zone; zero when the line tells none

	Hits     []string  // model paths of the rules that took the event, the expressions and groups that captured
	Findings []Finding // what went wrong while evaluating

	matched []int    // alerts one of whose rules took the event
	values  []string // of all rows
	logTime string   // the time as reports write it
}

// Property is an event property and its value.
type Property struct{ Name, Value string }

// Token is a named group's value and its place in the event's description, in bytes.
type Token struct {
	Name, Value string
	From, To    int
	Path        string // of the expression
}

// Row is a row of a report: a value for each column, "" where the event has none.
type Row struct {
	Report *pack.Report
	Path   string
	Values []string
}

// Finding is something the pack's author should know about an event.
type Finding struct {
	ID      string // object-ambiguous, expression-timeout
	Path    string // of the rule or expression
	Message string
}

// Property gives the value of an event property and whether the event has it: the knowledge object's, the event's own, or the
// names reports use for them.
func (r *Result) Property(name string) (string, bool) {
	for _, p := range r.Properties {
		if p.Name == name {
			return p.Value, true
		}
	}
	for _, p := range r.Event {
		if p.Name == name {
			return p.Value, true
		}
	}
	return r.legacy(name)
}

// Token gives the value of a token, "" when the event has none of the name.
func (r *Result) Token(name string) string {
	for _, t := range r.Tokens {
		if t.Name == name {
			return t.Value
		}
	}
	return ""
}

func (r *Result) reset() {
	*r = Result{Event: r.Event[:0], Tokens: r.Tokens[:0], Properties: r.Properties[:0], Categories: r.Categories[:0],
		Alerts: r.Alerts[:0], Rows: r.Rows[:0], Hits: r.Hits[:0], Findings: r.Findings[:0], matched: r.matched[:0],
		values: r.values[:0]}
}

// Evaluate does all with an event that needs no memory of other events; raising alerts is Alarms' part.
func (w *Worker) Evaluate(ev *syslog.Event, r *Result) {
	r.reset()
	clear(w.memo)
	clear(w.asked)
	clear(w.tokens)
	w.lower = ""
	w.reading.Read(ev.Text)
	r.DeviceID = w.deviceID(r)
	if w.c.device != noExpression && r.DeviceID == "" && w.c.pack.Source.DeviceID.DropOthers {
		r.Dropped = true
		return
	}
	w.describe(ev, r)
	w.fields = fieldsOf(r, w.c.sourceType)
	w.pickObject(r)
	for i := range w.c.categories {
		if w.takes(&w.c.categories[i], r) {
			r.Categories = append(r.Categories, w.c.categories[i].name)
		}
	}
	for i := range w.c.alerts {
		if w.takes(&w.c.alerts[i], r) {
			r.matched = append(r.matched, i)
		}
	}
	for i := range w.c.reports {
		w.addRow(&w.c.reports[i], r)
	}
}

// takes asks every rule of an item, so that Hits says of each whether it took the event.
func (w *Worker) takes(it *item, r *Result) bool {
	taken := false
	for i := range it.rules {
		if w.accepts(&it.rules[i], r) {
			r.Hits = append(r.Hits, it.rules[i].path)
			taken = true
		}
	}
	return taken
}

func (w *Worker) deviceID(r *Result) string {
	if w.c.device == noExpression {
		return ""
	}
	m, err := w.find(w.c.device)
	if err != nil {
		r.timeout("source.device_id.expression", err)
	}
	if m == nil {
		return ""
	}
	for _, g := range m.Groups {
		if last, ok := g.Last(); ok && g.Name == w.c.pack.Source.DeviceID.Token {
			r.Hits = append(r.Hits, "source.device_id.expression")
			return last.Value
		}
	}
	return ""
}

func (r *Result) timeout(path string, err error) {
	r.Findings = append(r.Findings, Finding{ID: "expression-timeout", Path: path, Message: err.Error()})
}
