// Package preview shows a pack on log lines in a browser before anyone imports it: dashboard, reports, alerts and categories, every
// line with its tokens, and the proof. It draws pages; what they say comes from the console and the proof.
package preview

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/lucene"
	"github.com/kpgen/kpgen/pack/replay"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Store holds the newest lines of a log, at most so many, with what the console made of them. Lines are added at one end, by one
// goroutine, while pages are drawn; the oldest leave at the other and are counted. Every figure is of the lines held.
type Store struct {
	console *console.Console
	max     int

	mu     sync.RWMutex
	board  *console.Board
	lines  []*entry // oldest first
	first  int      // number of lines[0]; lines are numbered from 0 as they come, and keep their number
	kinds  map[string]*kind
	needed []string // properties the dashlets need, the first 64
	tally  Tally
	worker *console.Worker
	alarms *console.Alarms
}

// entry is one line.
type entry struct {
	syslog.Record
	*kind
	failure  string // why it is no event
	at       time.Time
	counted  []console.Counted
	rows     [][]string // of kind.reports
	carries  uint64     // bit i: the event has needed[i]
	findings []console.Finding
}

// kind is what many lines have in common.
type kind struct {
	object     string
	categories []string
	alerts     []string
	reports    []*pack.Report
	paths      map[string]string // of each token, the expression that captured it
}

// NewStore gives an empty store for at most max lines. It fails with a diag.List of the queries that cannot be read.
func NewStore(c *console.Console, max int) (*Store, error) {
	s := &Store{console: c, max: max, kinds: map[string]*kind{}, needed: needed(c.Pack()), worker: c.NewWorker(), alarms: c.NewAlarms()}
	var err error
	s.board, err = c.NewBoard()
	return s, err
}

// needed lists the properties that some dashlet cannot do without.
func needed(p *pack.Pack) []string {
	var all []string
	known := map[string]bool{}
	for i := range p.Dashlets {
		for _, name := range needs(&p.Dashlets[i]) {
			if !known[name] && len(all) < 64 {
				known[name] = true
				all = append(all, name)
			}
		}
	}
	return all
}

// needs lists the properties a dashlet counts by, and those its query names.
func needs(d *pack.Dashlet) []string {
	var all []string
	if q, err := lucene.Parse(d.Query); err == nil {
		for _, f := range q.Fields() {
			all = append(all, f.Name)
		}
	}
	for _, name := range []string{d.Axis.Property, d.Series, d.Value.Property} {
		if name != "" {
			all = append(all, name)
		}
	}
	return all
}

// Append evaluates a record and adds its line: the way in for records that arrive one at a time.
func (s *Store) Append(rec syslog.Record) {
	l := replay.Line{Record: rec}
	if rec.Err == nil {
		s.worker.Evaluate(&rec.Event, &l.Result)
		if !l.Result.Dropped {
			s.alarms.Raise(&l.Result)
		}
	}
	_ = s.Add(&l)
}

// Add adds a line that a replay evaluated. It never fails; it has the form replay.Run wants.
func (s *Store) Add(l *replay.Line) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := &entry{Record: l.Record, failure: l.Failure()}
	if e.failure == "" {
		s.evaluated(e, &l.Result)
	} else {
		e.kind = s.kindOf(&console.Result{})
	}
	if len(s.lines) >= s.max {
		s.board.Remove(s.lines[0].counted)
		s.tally.add(s.lines[0], -1)
		s.lines[0] = nil
		s.lines = s.lines[1:]
		s.first++
	}
	s.lines = append(s.lines, e)
	s.tally.add(e, 1)
	s.tally.Left = s.first
	return nil
}

func (s *Store) evaluated(e *entry, r *console.Result) {
	e.kind = s.kindOf(r)
	e.at = r.Time
	e.counted = slices.Clip(slices.Clone(s.board.Add(r)))
	e.rows = make([][]string, 0, len(r.Rows))
	for _, row := range r.Rows {
		e.rows = append(e.rows, slices.Clone(row.Values)) // a result is overwritten by the next
	}
	for i, name := range s.needed {
		if _, ok := r.Property(name); ok {
			e.carries |= 1 << i
		}
	}
	e.findings = append(e.findings, r.Findings...)
}

// kindOf gives the kind of a result, one for all that are alike.
func (s *Store) kindOf(r *console.Result) *kind {
	var key strings.Builder
	for _, list := range [][]string{{r.KnowledgeObject}, r.Categories, r.Alerts} {
		for _, name := range list {
			key.WriteString(name)
			key.WriteByte(0)
		}
		key.WriteByte(1)
	}
	for i := range r.Rows {
		key.WriteString(r.Rows[i].Path)
	}
	for i := range r.Tokens {
		key.WriteString(r.Tokens[i].Name)
		key.WriteByte(0)
		key.WriteString(r.Tokens[i].Path)
	}
	if k := s.kinds[key.String()]; k != nil {
		return k
	}
	k := &kind{object: r.KnowledgeObject, categories: append([]string(nil), r.Categories...), alerts: append([]string(nil), r.Alerts...),
		paths: map[string]string{}}
	for i := range r.Rows {
		k.reports = append(k.reports, r.Rows[i].Report)
	}
	for i := range r.Tokens {
		k.paths[r.Tokens[i].Name] = r.Tokens[i].Path
	}
	s.kinds[key.String()] = k
	return k
}

// records gives the records held from a number on, and sets the number to that of the first one not given. Lines may come and leave
// meanwhile.
func (s *Store) records(number *int) func(yield func(syslog.Record) bool) {
	next := func() (rec syslog.Record, ok bool) {
		s.mu.RLock()
		defer s.mu.RUnlock()
		*number = max(*number, s.first)
		e := s.line(*number)
		if e == nil {
			return rec, false
		}
		*number++
		return e.Record, true
	}
	return func(yield func(syslog.Record) bool) {
		for rec, ok := next(); ok && yield(rec); rec, ok = next() {
		}
	}
}

// follow has the lines be numbered, and those that left be counted, as in a store that holds the same lines and got them first.
func (s *Store) follow(before *Store) {
	before.mu.RLock()
	next := before.first + len(before.lines)
	if len(s.lines) == 0 {
		next = before.first
	}
	before.mu.RUnlock()
	s.mu.Lock()
	s.first = next - len(s.lines)
	s.tally.Left = s.first
	s.mu.Unlock()
}

// Tally is the store in figures.
type Tally struct {
	Lines    int `json:"lines"` // held
	Left     int `json:"left"`  // that came and are held no more
	Failures int `json:"failures"`
	Findings int `json:"findings"`
	Alerts   int `json:"alerts"`
	Rows     int `json:"rows"`
}

// Events is how many of the lines are events.
func (t Tally) Events() int { return t.Lines - t.Failures }

// add counts a line, or takes it back.
func (t *Tally) add(e *entry, sign int) {
	t.Lines += sign
	if e.failure != "" {
		t.Failures += sign
	}
	t.Findings += sign * len(e.findings)
	t.Alerts += sign * len(e.alerts)
	t.Rows += sign * len(e.rows)
}

// line gives a line by its number, nil when it is not held.
func (s *Store) line(number int) *entry {
	if i := number - s.first; i >= 0 && i < len(s.lines) {
		return s.lines[i]
	}
	return nil
}
