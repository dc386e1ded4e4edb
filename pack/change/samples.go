package change

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

// Replay is what log lines show of the difference.
type Replay struct {
	Lines   int      `json:"lines"`   // replayed
	Differ  int      `json:"differ"`  // of which so many come out differently
	Effects []Effect `json:"effects"` // the gravest first
}

// Effect is one difference in what becomes of log lines, told once for all lines it is found on.
type Effect struct {
	ID       string    `json:"id"`
	Step     Step      `json:"step"`
	What     string    `json:"what"`             // as in `alert "Door: Refused"`
	Rule     string    `json:"rule,omitempty"`   // the first rule that took the lines, or takes them now
	Points   int       `json:"points,omitempty"` // of a dashlet, that the lines are counted at otherwise
	Lines    int       `json:"lines"`
	Examples []Example `json:"examples"` // the first few
}

// Example is a line with an effect, and of a value what it was and is, cut to 4 KiB. Of a dashlet's point it is the first of its lines,
// and the value that the point has of all of them.
type Example struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Axis   string `json:"axis,omitempty"` // of a point
	Series string `json:"series,omitempty"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
}

// Limits of what is kept of an effect.
const (
	maxExamples = 3
	maxValue    = 4 << 10
)

// Log is a log to replay through both packs, which opens it twice at once.
type Log struct {
	replay.Source
	Location   *time.Location // the console's time zone; nil: UTC
	SourceType string         // of the sender; "": the pack's
}

// Samples replays logs through both packs, adds what becomes of their lines otherwise to the result and judges the version anew.
// Memory grows with the packs and with the values on the axes of dashlets, not with the logs. The list says which logs could not be
// read on; the error, a diag.List when a pack cannot be run, that there is no result.
func Samples(ctx context.Context, r *Result, old, now Side, logs []Log, opt console.Options) (diag.List, error) {
	w := &watcher{Result: r, replay: &Replay{Effects: []Effect{}}, known: map[string]int{}, old: rulesOf(old.Pack), new: rulesOf(now.Pack)}
	a, b := consoles{pack: old, opt: opt}, consoles{pack: now, opt: opt}
	var found diag.List
	for _, l := range logs {
		x, err := a.get(l)
		if err != nil {
			return nil, err
		}
		y, err := b.get(l)
		if err != nil {
			return nil, err
		}
		if w.boards == nil {
			w.boards = newBoards(r.paths, old.Pack, now.Pack, a.board, b.board)
		}
		unread, err := both(ctx, x, y, l.Source, w.line)
		if err != nil {
			return nil, err
		}
		found = append(found, unread...)
	}
	if w.boards != nil {
		w.replay.Effects = append(w.replay.Effects, w.boards.effects()...)
	}
	slices.SortStableFunc(w.replay.Effects, func(a, b Effect) int { return cmp.Compare(b.Step.rank(), a.Step.rank()) })
	r.Samples = w.replay
	r.settleVersion()
	return found, nil
}

// consoles makes one pack ready for each kind of log.
type consoles struct {
	pack  Side
	opt   console.Options
	made  map[string]*console.Console
	board *console.Board // of all of them
}

func (c *consoles) get(l Log) (*console.Console, error) {
	key := fmt.Sprint(l.Location, "\x00", l.SourceType)
	if made := c.made[key]; made != nil {
		return made, nil
	}
	opt := c.opt
	opt.SourceType = l.SourceType
	if l.Location != nil {
		opt.Location = l.Location
	}
	made, err := console.New(c.pack.Pack, opt)
	if err == nil && c.board == nil {
		c.board, err = made.NewBoard()
	}
	if err != nil {
		return nil, c.pack.located(err)
	}
	if c.made == nil {
		c.made = map[string]*console.Console{}
	}
	c.made[key] = made
	return made, nil
}

// both replays a log through two consoles, line by line in step.
func both(ctx context.Context, a, b *console.Console, s replay.Source, visit func(x, y *replay.Line) error) (diag.List, error) {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	second, next, ended := make(chan *replay.Line), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := replay.Run(within, b, []replay.Source{s}, replay.Options{}, func(l *replay.Line) error {
			second <- l
			<-next
			return nil
		})
		close(second)
		ended <- err
	}()
	found, err := replay.Run(ctx, a, []replay.Source{s}, replay.Options{}, func(x *replay.Line) error {
		y, ok := <-second
		if !ok {
			return changing(s, x.Line)
		}
		err := visit(x, y)
		if y.Line != x.Line {
			err = changing(s, x.Line)
		}
		next <- struct{}{}
		return err
	})
	if err != nil {
		cancel()
	}
	for y := range second {
		if err == nil && len(found) == 0 {
			err = changing(s, y.Line)
		}
		next <- struct{}{}
	}
	if e := <-ended; err == nil {
		err = e
	}
	return found, err
}

func changing(s replay.Source, line int) error {
	return diag.List{{ID: "log-changing", Severity: diag.Error, Span: diag.Span{File: s.Name, Line: line},
		Message: "the log was read twice and was not the same both times", Help: "compare on a copy nobody writes to"}}
}

// rule is a rule of an item, as results name it by its path.
type rule struct{ noun, item, label string }

// rulesOf lists a pack's rules by path.
func rulesOf(p *pack.Pack) map[string]rule {
	out := map[string]rule{}
	add := func(list string, i, j int, noun, item, title string) {
		label := fmt.Sprintf("rule %d", j+1)
		if title != "" {
			label = fmt.Sprintf("rule %q", title)
		}
		out[fmt.Sprintf("%s[%d].rules[%d]", list, i, j)] = rule{noun, item, label}
	}
	for i, c := range p.Categories {
		for j, r := range c.Rules {
			add("categories", i, j, "category", c.Name, r.Title)
		}
	}
	for i, a := range p.Alerts {
		for j, r := range a.Rules {
			add("alerts", i, j, "alert", a.Name, r.Title)
		}
	}
	for i, o := range p.KnowledgeObjects {
		for j, r := range o.Rules {
			add("knowledge_objects", i, j, "knowledge object", o.Name, r.Title)
		}
	}
	for i, t := range p.Reports {
		for j, r := range t.Rules {
			add("reports", i, j, "report", t.Title, r.Title)
		}
	}
	return out
}

// watcher holds what the two packs make of a line against each other.
type watcher struct {
	*Result
	replay   *Replay
	known    map[string]int // effects by id, what and rule
	old, new map[string]rule
	boards   *boards

	at     *replay.Line
	differ bool // the line at hand
}

// tell counts the line at hand for an effect.
func (w *watcher) tell(id, what, rule, old, now string) {
	w.differ = true
	key := id + "\x00" + what + "\x00" + rule
	i, known := w.known[key]
	if !known {
		i = len(w.replay.Effects)
		w.known[key] = i
		w.replay.Effects = append(w.replay.Effects, Effect{ID: id, Step: stepOf(id), What: what, Rule: rule})
	}
	e := &w.replay.Effects[i]
	e.Lines++
	if len(e.Examples) < maxExamples {
		e.Examples = append(e.Examples, Example{File: w.at.File, Line: w.at.Line, Old: cut(old), New: cut(now)})
	}
}

// cut gives a text of its own with at most maxValue bytes of another, in whole characters.
func cut(s string) string {
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "") + "…"
	}
	return strings.Clone(s)
}

func (w *watcher) line(x, y *replay.Line) error {
	w.at, w.differ = x, false
	w.replay.Lines++
	switch lost, gained := y.Failure(), x.Failure(); {
	case lost != "" && gained != "":
	case lost != "":
		w.tell("event-lost", "event", "", "", lost)
	case gained != "":
		w.tell("event-gained", "event", "", gained, "")
	default:
		w.event(&x.Result, &y.Result)
	}
	if !w.boards.add(x, y) {
		w.differ = true
	}
	if w.differ {
		w.replay.Differ++
	}
	return nil
}

func (w *watcher) event(x, y *console.Result) {
	if x.DeviceID != y.DeviceID {
		w.tell("device-id-differs", "device id", "", x.DeviceID, y.DeviceID)
	}
	w.properties("event-property-differs", "event property", x.Event, y.Event)
	h := w.hits(x, y)
	one := func(name string) []string {
		if name == "" {
			return nil
		}
		return []string{name}
	}
	w.items(h, "object", "knowledge object", one(x.KnowledgeObject), one(y.KnowledgeObject))
	w.items(h, "category", "category", x.Categories, y.Categories)
	w.items(h, "alert", "alert", x.Alerts, y.Alerts)
	w.items(h, "row", "report", reports(x), reports(y))
	w.rules(h)
	if x.KnowledgeObject != "" && y.KnowledgeObject != "" {
		w.tokens(x.Tokens, y.Tokens)
		w.properties("property-differs", "property", x.Properties, y.Properties)
	}
	w.columns(x.Rows, y.Rows)
	w.findings(x.Findings, y.Findings)
}

func reports(r *console.Result) []string {
	var out []string
	for _, row := range r.Rows {
		out = append(out, row.Report.Title)
	}
	return out
}

// hit is a rule that took the line at hand in only one of the packs.
type hit struct {
	rule
	lost bool
	told bool // with its item
}

// hits lists the rules that took the line in one of the packs.
func (w *watcher) hits(x, y *console.Result) []hit {
	var out []hit
	for _, path := range x.Hits {
		ru, ok := w.old[path]
		if now, both := w.paths[path]; !ok || both && slices.Contains(y.Hits, now) {
			continue
		}
		ru.item = w.renames.now(ru.noun, ru.item)
		out = append(out, hit{rule: ru, lost: true})
	}
	before := func(now string) bool {
		return slices.ContainsFunc(x.Hits, func(path string) bool { return w.paths[path] == now })
	}
	for _, path := range y.Hits {
		if ru, ok := w.new[path]; ok && !before(path) {
			out = append(out, hit{rule: ru})
		}
	}
	return out
}

// items tells the items of a kind that took the line in only one of the packs, with the first rule that did.
func (w *watcher) items(hits []hit, id, noun string, old, now []string) {
	by := func(item string, lost bool) string {
		for i := range hits {
			if h := &hits[i]; h.noun == noun && h.item == item && h.lost == lost {
				h.told = true
				return h.label
			}
		}
		return ""
	}
	var were []string
	for _, name := range old {
		name = w.renames.now(noun, name)
		were = append(were, name)
		if !slices.Contains(now, name) {
			w.tell(id+"-lost", fmt.Sprintf("%s %q", noun, name), by(name, true), "", "")
		}
	}
	for _, name := range now {
		if !slices.Contains(were, name) {
			w.tell(id+"-gained", fmt.Sprintf("%s %q", noun, name), by(name, false), "", "")
		}
	}
}

// rules tells the rest of the rules.
func (w *watcher) rules(hits []hit) {
	for _, h := range hits {
		id := "rule-gained"
		if h.lost {
			id = "rule-lost"
		}
		if !h.told {
			w.tell(id, fmt.Sprintf("%s %q", h.noun, h.item), h.label, "", "")
		}
	}
}

func (w *watcher) tokens(x, y []console.Token) {
	old, now := make([]console.Property, len(x)), make([]console.Property, len(y))
	for i, t := range x {
		old[i] = console.Property{Name: w.renames.now("token", t.Name), Value: t.Value}
	}
	for i, t := range y {
		now[i] = console.Property{Name: t.Name, Value: t.Value}
	}
	w.properties("token-differs", "token", old, now)
}

// properties tells values that differ, a missing one being "".
func (w *watcher) properties(id, noun string, x, y []console.Property) {
	value := func(all []console.Property, name string) string {
		for _, p := range all {
			if p.Name == name {
				return p.Value
			}
		}
		return ""
	}
	for _, p := range x {
		name := p.Name
		if noun == "property" {
			name = w.renames.now("property", name)
		}
		if now := value(y, name); now != p.Value {
			w.tell(id, fmt.Sprintf("%s %q", noun, name), "", p.Value, now)
		}
	}
	for _, p := range y {
		known := func(q console.Property) bool { return w.renames.now("property", q.Name) == p.Name || q.Name == p.Name }
		if p.Value != "" && !slices.ContainsFunc(x, known) {
			w.tell(id, fmt.Sprintf("%s %q", noun, p.Name), "", "", p.Value)
		}
	}
}

// columns compares the rows of reports that have one in both packs, in the columns both have.
func (w *watcher) columns(x, y []console.Row) {
	for _, row := range y {
		i := slices.IndexFunc(x, func(r console.Row) bool { return w.paths[r.Path] == row.Path })
		if i < 0 {
			continue
		}
		for k, c := range row.Report.Columns {
			j := slices.IndexFunc(x[i].Report.Columns, func(o pack.Column) bool { return w.renames.now(row.Path, o.Heading) == c.Heading })
			if j >= 0 && x[i].Values[j] != row.Values[k] {
				w.tell("column-differs", fmt.Sprintf("report %q, column %q", row.Report.Title, c.Heading), "", x[i].Values[j], row.Values[k])
			}
		}
	}
}

func (w *watcher) findings(x, y []console.Finding) {
	one := func(id string, all, others []console.Finding) {
		for i, f := range all {
			same := func(o console.Finding) bool { return o.ID == f.ID }
			if !slices.ContainsFunc(others, same) && !slices.ContainsFunc(all[:i], same) {
				w.tell(id, f.ID, "", "", "")
			}
		}
	}
	one("finding-lost", x, y)
	one("finding-gained", y, x)
}
