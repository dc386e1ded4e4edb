package preview

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/replay"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Explanation says of one line what the console makes of it and why.
type Explanation struct {
	Text        string       `json:"text"`
	Failure     string       `json:"error,omitempty"` // why the line is no event; nothing below is there then
	Event       []Named      `json:"event,omitempty"`
	DeviceID    string       `json:"device_id,omitempty"`
	Object      string       `json:"knowledge_object"`
	Tokens      []Token      `json:"tokens"`
	Properties  []Named      `json:"properties"`
	Categories  []string     `json:"categories"`
	Alerts      []string     `json:"alerts"`
	Verdicts    []Verdict    `json:"rules"`
	Expressions []Expression `json:"expressions,omitempty"` // of the knowledge object that took the event
	Findings    []Named      `json:"findings,omitempty"`
}

// Named is a value with a name.
type Named struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Token is a value the knowledge object took from the line, from byte From up to To of the text.
type Token struct {
	Name       string    `json:"name"`
	Value      string    `json:"value"`
	From       int       `json:"from"`
	To         int       `json:"to"`
	Path       string    `json:"path"` // of the expression
	Place      diag.Span `json:"place"`
	Properties []string  `json:"properties,omitempty"` // that the token fills

	Pattern string `json:"-"`
}

// Verdict is what one rule says of the line.
type Verdict struct {
	Kind     string    `json:"kind"` // category, alert, knowledge object, report
	Item     string    `json:"item"`
	Rule     string    `json:"rule"`
	Path     string    `json:"path"`
	Place    diag.Span `json:"place"`
	Taken    bool      `json:"taken"`
	Refused  string    `json:"refused_by,omitempty"` // the condition's key in the spec
	Want     string    `json:"want,omitempty"`
	Got      string    `json:"got,omitempty"`
	Reached  *Reach    `json:"reached,omitempty"`
	Holds    []Named   `json:"holds,omitempty"`    // of a rule that takes the line, its conditions: key in the spec and what it asks for
	Found    *Found    `json:"found,omitempty"`    // what its expression takes
	Withheld string    `json:"withheld,omitempty"` // why an alert that takes the line need not be raised
}

// Found is what an expression takes of the line, from byte From up to To of the text.
type Found struct {
	Text string `json:"text"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

// End is the end of what is taken: what comes first is often the line's beginning.
func (f *Found) End() string {
	all := []rune(f.Text)
	if len(all) <= leadShown {
		return f.Text
	}
	return "…" + string(all[len(all)-leadShown:])
}

// Expression is what one expression of the knowledge object says of the line.
type Expression struct {
	Path    string    `json:"path"`
	Place   diag.Span `json:"place"`
	Tokens  []string  `json:"tokens"`
	Pattern string    `json:"pattern"`
	Matched bool      `json:"matched"`
	Reached *Reach    `json:"reached,omitempty"`
}

// Reach is the furthest point an expression reached: its alternative from From matches as far as To, and the part from there to
// Next finds nothing. Offsets are bytes of Pattern. Before and After are of the text: what the part that matches takes of it.
type Reach struct {
	Pattern string `json:"pattern"`
	From    int    `json:"from"`
	To      int    `json:"to"`
	Next    int    `json:"next"`
	Before  int    `json:"text_from"`
	After   int    `json:"text_to"`
}

// Done is the part that matches, Failing the part that matches nothing behind it, and Left what comes behind that.
func (r *Reach) Done() string { return r.Pattern[r.From:r.To] }

// Failing is the part that matches nothing behind Done.
func (r *Reach) Failing() string { return r.Pattern[r.To:r.Next] }

// Left is what comes behind Failing.
func (r *Reach) Left() string { return r.Pattern[r.Next:] }

// Complete reports whether all of the expression matches.
func (r *Reach) Complete() bool { return r.To == r.Next && r.To > r.From }

// Characters of an expression shown before, in and behind the part that fails.
const (
	leadShown = 90
	failShown = 240
	tailShown = 60
)

// Lead is the end of what comes before the failing part.
func (r *Reach) Lead() string {
	all := []rune(r.Pattern[:r.To])
	return string(all[max(0, len(all)-leadShown):])
}

// Fails is the failing part, its beginning when it is long.
func (r *Reach) Fails() string { return head(r.Failing(), failShown) }

// Tail is the beginning of what is left.
func (r *Reach) Tail() string { return head(r.Left(), tailShown) }

// Clipped reports whether Lead, Fails and Tail leave something out.
func (r *Reach) Clipped() bool { return r.Lead()+r.Fails()+r.Tail() != r.Pattern }

func head(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// Explainer explains lines with one console. It is not safe for concurrent use.
type Explainer struct {
	console  *console.Console
	loc      diag.Locator
	worker   *console.Worker
	result   console.Result // of the record at hand
	measures map[string]*dotnet.Measure
	matchers map[string]*dotnet.Regexp
}

// NewExplainer gives an explainer; loc places rules in the pack's files.
func NewExplainer(c *console.Console, loc diag.Locator) *Explainer {
	return &Explainer{console: c, loc: loc, worker: c.NewWorker(), measures: map[string]*dotnet.Measure{},
		matchers: map[string]*dotnet.Regexp{}}
}

// Explain explains a record.
func (x *Explainer) Explain(rec *syslog.Record) *Explanation {
	e := x.Mark(rec)
	if e.Failure != "" {
		return e
	}
	x.verdicts(e)
	x.expressions(e)
	return e
}

// Mark explains a record but for the rules and expressions that do not take it.
func (x *Explainer) Mark(rec *syslog.Record) *Explanation {
	r := &x.result
	e := &Explanation{Text: rec.Event.Text, Tokens: []Token{}, Properties: []Named{}, Categories: []string{}, Alerts: []string{}, Verdicts: []Verdict{}}
	l := replay.Line{Record: *rec}
	if rec.Err == nil {
		x.worker.Evaluate(&rec.Event, r)
		l.Result.Dropped, e.DeviceID = r.Dropped, r.DeviceID
	} else {
		e.Text = rec.Raw
	}
	if e.Failure = l.Failure(); e.Failure != "" {
		return e
	}
	e.Event, e.Properties = named(r.Event), named(r.Properties)
	e.Object = r.KnowledgeObject
	e.Categories = append(e.Categories, r.Categories...)
	for _, f := range r.Findings {
		e.Findings = append(e.Findings, Named{f.ID, f.Message})
	}
	x.tokens(e)
	return e
}

func named(all []console.Property) []Named {
	out := make([]Named, len(all))
	for i, p := range all {
		out[i] = Named{p.Name, p.Value}
	}
	return out
}

func (x *Explainer) tokens(e *Explanation) {
	r := &x.result
	object := x.object(r.KnowledgeObject)
	for _, t := range r.Tokens {
		token := Token{Name: t.Name, Value: t.Value, From: t.From, To: t.To, Path: t.Path, Place: x.loc.Locate(t.Path, -1, -1)}
		if object != nil {
			token.Properties = filledBy(object, t.Name)
		}
		eachExpression(x.console.Pack(), func(path string, _ *pack.KnowledgeObject, ex *pack.Expression) {
			if path == t.Path {
				token.Pattern = ex.Expression1
			}
		})
		e.Tokens = append(e.Tokens, token)
	}
}

func (x *Explainer) object(name string) *pack.KnowledgeObject {
	p := x.console.Pack()
	for i := range p.KnowledgeObjects {
		if p.KnowledgeObjects[i].Name == name {
			return &p.KnowledgeObjects[i]
		}
	}
	return nil
}

// filledBy lists the properties a token may fill.
func filledBy(o *pack.KnowledgeObject, token string) []string {
	var all []string
	for _, p := range o.Properties {
		for _, t := range p.Tokens {
			if t == token {
				all = append(all, p.Property)
			}
		}
	}
	return all
}

// ruleOf is a rule with where it stands.
type ruleOf struct {
	kind, item, path string
	index            int
	rule             *pack.Rule
	alert            *pack.Alert
}

// rules lists all rules of a pack in the order of console.Worker.Judge.
func rules(p *pack.Pack) []ruleOf {
	var all []ruleOf
	for i := range p.Categories {
		for k := range p.Categories[i].Rules {
			all = append(all, ruleOf{"category", p.Categories[i].Name, fmt.Sprintf("categories[%d].rules[%d]", i, k), k,
				&p.Categories[i].Rules[k], nil})
		}
	}
	for i := range p.Alerts {
		for k := range p.Alerts[i].Rules {
			all = append(all, ruleOf{"alert", p.Alerts[i].Name, fmt.Sprintf("alerts[%d].rules[%d]", i, k), k, &p.Alerts[i].Rules[k],
				&p.Alerts[i]})
		}
	}
	for i := range p.KnowledgeObjects {
		o := &p.KnowledgeObjects[i]
		for k := range o.Rules {
			all = append(all, ruleOf{"knowledge object", o.Name, fmt.Sprintf("knowledge_objects[%d].rules[%d]", i, k), k,
				&o.Rules[k].Rule, nil})
		}
	}
	for i := range p.Reports {
		for k := range p.Reports[i].Rules {
			all = append(all, ruleOf{"report", p.Reports[i].Title, fmt.Sprintf("reports[%d].rules[%d]", i, k), k, &p.Reports[i].Rules[k],
				nil})
		}
	}
	return all
}

func (x *Explainer) verdicts(e *Explanation) {
	r := &x.result
	subject := dotnet.NewSubject(e.Text)
	judged := x.worker.Judge(r)
	for i, rule := range rules(x.console.Pack()) {
		j := judged[i]
		v := Verdict{Kind: rule.kind, Item: rule.item, Rule: rule.rule.Title, Path: rule.path, Place: x.loc.Locate(rule.path, -1, -1),
			Taken: j.Taken, Refused: j.Refused, Got: j.Got}
		if v.Rule == "" {
			v.Rule = fmt.Sprintf("rule %d", rule.index+1)
		}
		v.Want = wanted(rule.rule, j.Refused)
		if j.Refused == "match" && rule.rule.Match.Regex != "" {
			v.Reached = x.reach(rule.rule.Match.Regex, subject)
		}
		if j.Taken {
			v.Holds, v.Found = conditions(rule.rule), x.found(rule.rule.Match.Regex, subject)
		}
		if rule.alert != nil && j.Taken {
			if rule.alert.Threshold.Count > 1 {
				v.Withheld = fmt.Sprintf("raised when %d such events came within %s", rule.alert.Threshold.Count, rule.alert.Threshold.Within)
			}
			if n := len(e.Alerts); n == 0 || e.Alerts[n-1] != rule.item {
				e.Alerts = append(e.Alerts, rule.item)
			}
		}
		e.Verdicts = append(e.Verdicts, v)
	}
}

// wanted gives what a condition of a rule asks for, by its key in the spec.
func wanted(r *pack.Rule, key string) string {
	pattern := func(p pack.Pattern) string {
		if p.Regex != "" {
			return p.Regex
		}
		return p.Text
	}
	switch key {
	case "log_type":
		return r.LogType
	case "event_source":
		return r.EventSource
	case "source_type":
		return r.SourceType
	case "event_id":
		return r.EventID
	case "event_type":
		return r.EventType
	case "category":
		return r.Category
	case "user":
		return r.User
	case "computer":
		return r.Computer
	case "match":
		return pattern(r.Match)
	case "exception":
		return pattern(r.Exception)
	}
	return ""
}

// conditions lists what a rule asks for, in the order of the spec.
func conditions(r *pack.Rule) []Named {
	var all []Named
	for _, key := range []string{"log_type", "event_source", "source_type", "event_id", "event_type", "category", "user", "computer", "match",
		"exception"} {
		if want := wanted(r, key); want != "" {
			all = append(all, Named{key, want})
		}
	}
	return all
}

// found gives what an expression takes of a text, nil when there is none, or it runs out of time.
func (x *Explainer) found(expression string, s *dotnet.Subject) *Found {
	if expression == "" {
		return nil
	}
	re := x.matchers[expression]
	if re == nil {
		var err error
		if re, err = dotnet.Compile(expression, dotnet.Options{}); err != nil {
			return nil // the console refused it already
		}
		x.matchers[expression] = re
	}
	m, err := re.Find(s)
	if err != nil || m == nil {
		return nil
	}
	return &Found{s.Text()[m.From:m.To], m.From, m.To}
}

// reach measures how far an expression that does not match gets on a text.
func (x *Explainer) reach(expression string, s *dotnet.Subject) *Reach {
	m := x.measures[expression]
	if m == nil {
		m = dotnet.NewMeasure(expression, dotnet.Options{})
		x.measures[expression] = m
	}
	b := m.Reach(s, nil)
	if b == nil {
		next := m.Next(&dotnet.Beginning{Whole: len(expression)})
		return &Reach{Pattern: expression, Next: wordEnd(expression, 0, next, len(expression))}
	}
	r := &Reach{Pattern: expression, From: b.From, To: b.To, Next: wordEnd(expression, b.To, m.Next(b), b.Whole)}
	if at := b.Find(s); at != nil {
		r.Before, r.After = at.From, at.To
	}
	return r
}

// wordEnd takes the rest of a word to its first letter: a word says more than the letter that is not there.
func wordEnd(expression string, from, to, end int) int {
	word := func(c byte) bool { return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }
	if to != from+1 || !word(expression[from]) {
		return to
	}
	for to < end && word(expression[to]) {
		to++
	}
	if to < end && strings.IndexByte("?*+{", expression[to]) >= 0 { // it belongs to the last letter
		to--
	}
	return max(to, from+1)
}

// eachExpression visits the expressions of all knowledge objects.
func eachExpression(p *pack.Pack, visit func(path string, o *pack.KnowledgeObject, e *pack.Expression)) {
	for i := range p.KnowledgeObjects {
		o := &p.KnowledgeObjects[i]
		for k := range o.Rules {
			for n := range o.Rules[k].Expressions {
				visit(fmt.Sprintf("knowledge_objects[%d].rules[%d].expressions[%d]", i, k, n), o, &o.Rules[k].Expressions[n])
			}
		}
	}
}

func (x *Explainer) expressions(e *Explanation) {
	r := &x.result
	if r.KnowledgeObject == "" {
		return
	}
	subject := dotnet.NewSubject(e.Text)
	hit := map[string]bool{}
	for _, path := range r.Hits {
		hit[path] = true
	}
	eachExpression(x.console.Pack(), func(path string, o *pack.KnowledgeObject, ex *pack.Expression) {
		rule := path[:strings.LastIndex(path, ".expressions[")]
		if o.Name != r.KnowledgeObject || !hit[rule] {
			return
		}
		out := Expression{Path: path, Place: x.loc.Locate(path, -1, -1), Pattern: ex.Expression1, Matched: hit[path], Tokens: tokenNames(ex)}
		if !out.Matched {
			out.Reached = x.reach(ex.Expression1, subject)
		}
		e.Expressions = append(e.Expressions, out)
	})
}

// tokenNames lists the tokens an expression captures.
func tokenNames(e *pack.Expression) []string {
	re, err := dotnet.Compile(e.Expression1, dotnet.Options{})
	if err != nil {
		return nil // the console refused it already
	}
	return re.Groups()
}

// Piece is a part of a line: a token's, or what is between tokens.
type Piece struct {
	Text  string
	Token *Token // nil between tokens
	Color int    // of the token, from 1
}

// colors is how many colours there are for tokens.
const colors = 12

// Pieces cuts the line at its tokens. Of tokens that overlap the shorter is shown, which is the one within the other.
func (e *Explanation) Pieces() []Piece {
	owner := make([]int, len(e.Text))
	for size := len(e.Text); size > 0 && len(e.Tokens) > 0; {
		next := 0
		for i, t := range e.Tokens {
			switch n := t.To - t.From; {
			case n == size:
				for at := t.From; at < t.To; at++ {
					owner[at] = i + 1
				}
			case n < size:
				next = max(next, n)
			}
		}
		size = next
	}
	var all []Piece
	for at := 0; at < len(owner); {
		end := at + 1
		for end < len(owner) && (owner[end] == owner[at] || !utf8.RuneStart(e.Text[end])) {
			end++
		}
		p := Piece{Text: diag.Visible(e.Text[at:end])}
		if i := owner[at]; i > 0 {
			p.Token, p.Color = &e.Tokens[i-1], e.Color(i-1)
		}
		all = append(all, p)
		at = end
	}
	return all
}

// Color of a token: the first of each name in turn.
func (e *Explanation) Color(i int) int { return i%colors + 1 }
