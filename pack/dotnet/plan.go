package dotnet

import (
	"errors"
	"slices"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Plan is a set of expressions that are asked about one text after the other, made ready to be asked together. Each answers what
// it answers alone. One pass over a text tells which of them can match at all by the literals they need; those that begin alike
// share the work of finding where their beginning ends; and a machine in which most ways fail at a glance runs the rest.
//
// A plan is safe for concurrent use; each goroutine reads texts with a Reading of its own.
type Plan struct {
	expressions []planned
	scanner     *scanner
	clauses     []planClause
	stems       []stem
	plain       bool
}

// planClause is a clause and the expressions that need it.
type planClause struct{ expressions []int32 }

// planned is one expression.
type planned struct {
	*Regexp
	clauses int32      // how many clauses a text must fulfil
	whole   *swiftPart // nil: the expression is matched plainly
	first   *unitTable // what a match begins with where .NET looks for that; nil: anything
	lead    lead
	ways    []rest // when all ways begin where the text does
	linear  bool   // of the PCRE family: matched plainly but on ASCII, and a group has one capture
}

// NewPlain makes a plan that asks each expression alone, which are known by their index.
func NewPlain(expressions []*Regexp) *Plan {
	p := &Plan{expressions: make([]planned, len(expressions)), plain: true}
	for i, re := range expressions {
		p.expressions[i].Regexp = re
	}
	return p
}

// NewPlan makes a plan of expressions, which are known by their index.
func NewPlan(expressions []*Regexp) *Plan {
	p := NewPlain(expressions)
	p.plain = false
	g := &grower{tables: &tables{known: map[string]*unitTable{}}, stems: []stem{{follow: anyGuard}}}
	var routes []route
	for i, re := range expressions {
		e := &p.expressions[i]
		_, e.linear = re.engine.(*linear)
		if !isSwift(re.tree) || e.linear && !isSwiftPCRE(re.tree) {
			continue
		}
		e.prepare(g.tables)
		if own := routesOf(e, re.tree); own != nil {
			e.ways = make([]rest, len(own))
			routes = append(routes, own...)
		}
	}
	if len(routes) > 0 {
		g.grow(routes, root, 0, false)
	}
	p.stems = g.stems
	p.findLiterals()
	return p
}

// prepare says how the expression as a whole is searched for.
func (e *planned) prepare(t *tables) {
	e.whole = t.partOf(e.tree, []*syntax.Node{e.tree.Root}, anyGuard, true)
	if first, ok := firstUnits(e.tree.Root); ok && !e.linear {
		e.first = t.of(first.set())
	}
	e.lead = leadOf(t, partsOf(nil, e.tree.Root))
}

// lead is what an expression that is searched for begins with.
type lead struct {
	boundary bool // \b
	// run holds the units of a run without upper bound that comes next. When there is no match from where such a run begins, there
	// is none from any place in it or right behind it: what follows the run was tried at every end a shorter run has.
	run *unitTable
}

func leadOf(t *tables, parts []*syntax.Node) lead {
	var l lead
	if len(parts) > 0 && parts[0].Kind == syntax.WordBoundary {
		l.boundary, parts = true, parts[1:]
	}
	if len(parts) > 0 && parts[0].Kind == syntax.Repeat {
		if run := newLoop(parts[0]); single(run.body) && run.max == unlimited {
			l.run = t.of(run.body.Units())
		}
	}
	return l
}

// findLiterals makes the scanner. A clause that several expressions need is one.
func (p *Plan) findLiterals() {
	known := map[string]int32{}
	var clauses []clause
	for i := range p.expressions {
		e := &p.expressions[i]
		if e.whole == nil {
			continue
		}
		for _, c := range clausesOf(e.tree.Root) {
			key := string(appendStrings(nil, c))
			id, ok := known[key]
			if !ok {
				id = int32(len(clauses))
				known[key] = id
				clauses, p.clauses = append(clauses, c), append(p.clauses, planClause{})
			}
			if of := &p.clauses[id].expressions; !slices.Contains(*of, int32(i)) {
				*of = append(*of, int32(i))
				e.clauses++
			}
		}
	}
	p.scanner = newScanner(clauses)
}

func appendStrings(key []byte, c clause) []byte {
	for _, literal := range c {
		key = append(append(key, literal...), 0)
	}
	return key
}

// Reading asks a plan's expressions about one text after the other.
type Reading struct {
	plan    *Plan
	text    string
	subject *Subject // nil until it is wanted
	ascii   bool
	narrow  lane[byte]
	wide    lane[uint16]

	expressions []*planned // the plan's, or with a limit of the reading's own
	fulfilled   []uint64   // by clause: the last text that fulfils it
	counts      []count    // by expression
	match       Match      // what Find gives
}

// count is how many of its clauses a text fulfils.
type count struct {
	text    uint64
	clauses int32
}

// NewReading gives a reading of the plan, of the empty text.
func (p *Plan) NewReading() *Reading {
	r := &Reading{plan: p, fulfilled: make([]uint64, len(p.clauses)), counts: make([]count, len(p.expressions))}
	for i := range p.expressions {
		r.expressions = append(r.expressions, &p.expressions[i])
	}
	r.narrow.init(p)
	r.wide.init(p)
	r.Read("")
	return r
}

// Limit gives an expression another limit in this reading: see Regexp.Within.
func (r *Reading) Limit(i int, limit time.Duration) {
	within := r.plan.expressions[i]
	within.Regexp = within.Within(limit)
	r.expressions[i] = &within
}

// Read goes on to another text.
func (r *Reading) Read(text string) {
	r.text, r.subject, r.ascii = text, nil, ascii(text)
	r.narrow.number++
	r.wide.number = r.narrow.number
	if r.plan.plain {
		return
	}
	if r.ascii {
		r.narrow.text = append(r.narrow.text[:0], text...)
		r.narrow.oneLine = !slices.Contains(r.narrow.text, '\n')
		r.plan.scanner.scan(text, r.fulfil)
		return
	}
	r.wide.text = r.wide.text[:0]
	for _, unit := range r.Subject().units {
		r.wide.text = append(r.wide.text, uint16(unit))
	}
	r.wide.oneLine = !slices.Contains(r.wide.text, '\n')
	r.plan.scanner.scan(lowered(r.subject), r.fulfil)
}

// fulfil notes clauses the text fulfils.
func (r *Reading) fulfil(clauses []int32) {
	text := r.narrow.number
	for _, c := range clauses {
		if r.fulfilled[c] == text {
			continue
		}
		r.fulfilled[c] = text
		for _, e := range r.plan.clauses[c].expressions {
			if n := &r.counts[e]; n.text != text {
				*n = count{text, 1}
			} else {
				n.clauses++
			}
		}
	}
}

// possible reports whether the text has the literals an expression needs.
func (r *Reading) possible(i int) bool {
	n := &r.counts[i]
	wanted := r.plan.expressions[i].clauses
	return wanted == 0 || n.text == r.narrow.number && n.clauses == wanted
}

// Text gives the text as it came.
func (r *Reading) Text() string { return r.text }

// Subject gives the text made ready for expressions outside the plan.
func (r *Reading) Subject() *Subject {
	if r.subject == nil {
		r.subject = NewSubject(r.text)
	}
	return r.subject
}

// plainly reports whether an expression is to be matched without the machine.
func (r *Reading) plainly(e *planned) bool { return e.whole == nil || e.linear && !r.ascii }

// Match is Regexp.Match of an expression on the text.
func (r *Reading) Match(i int) (bool, error) {
	e := r.expressions[i]
	if r.plainly(e) {
		return e.Match(r.Subject())
	}
	if !r.possible(i) {
		return false, nil
	}
	var from int32
	var err error
	if r.ascii {
		from, _, err = r.narrow.search(e, false)
	} else {
		from, _, err = r.wide.search(e, false)
	}
	return from != none, e.limit(err)
}

// Find is Regexp.Find of an expression on the text. The match is valid until the next Find or Read.
func (r *Reading) Find(i int) (*Match, error) {
	e := r.expressions[i]
	if r.plainly(e) {
		return e.Find(r.Subject())
	}
	if !r.possible(i) {
		return nil, nil
	}
	if r.ascii {
		return find(r, &r.narrow, e)
	}
	return find(r, &r.wide, e)
}

func find[E unit](r *Reading, l *lane[E], e *planned) (*Match, error) {
	from, to, err := l.search(e, true)
	if from == none || err != nil {
		return nil, e.limit(err)
	}
	m := &r.match
	m.Groups = slices.Grow(m.Groups[:0], len(e.tree.Groups))[:len(e.tree.Groups)]
	for slot, g := range e.tree.Groups {
		group := &m.Groups[slot]
		group.Name, group.Captures = g.Name, group.Captures[:0]
		for at := l.scratch.last[slot]; at != none; at = l.scratch.captures[at].before {
			if c := l.scratch.captures[at]; c.from <= c.to {
				group.Captures = append(group.Captures, r.capture(c.from, c.to))
			}
			if e.linear {
				break
			}
		}
		slices.Reverse(group.Captures)
	}
	m.Capture = r.capture(from, to)
	m.Groups[0].Captures = append(m.Groups[0].Captures[:0], m.Capture)
	return m, nil
}

func (r *Reading) capture(from, to int32) Capture {
	if !r.ascii {
		return r.subject.capture(int(from), int(to-from))
	}
	return Capture{Index: int(from), Length: int(to - from), From: int(from), To: int(to), Value: r.text[from:to]}
}

// lane is a text in units of one width, with what is known of it.
type lane[E unit] struct {
	plan    *Plan
	number  uint64 // of the text, so that what is known of an earlier one is told
	text    []E
	oneLine bool
	clock   clock
	ends    []ends[E] // by stem
	scratch machine[E]
}

// ends is where a stem ends in a text, as far as known.
type ends[E unit] struct {
	number  uint64
	known   []int32
	asked   int // how many ends of the parent were gone on from
	running bool
	over    bool // all are known
	unclean bool // a capture is kept that the expression refers to
	machine machine[E]
}

var errUnclean = errors.New("a stem keeps captures")

func (l *lane[E]) init(p *Plan) {
	l.plan, l.ends = p, make([]ends[E], len(p.stems))
	l.scratch.clock = &l.clock
	for i := range l.ends {
		l.ends[i].machine.clock = &l.clock
	}
}

// search finds the first match: from where to where, or none when there is none or an error. The scratch machine holds its
// captures when they are wanted.
func (l *lane[E]) search(e *planned, captures bool) (from, to int32, err error) {
	l.clock.start(e.timeout)
	if e.ways == nil {
		return l.searchWhole(e)
	}
	if !mayBegin(e, l.text, 0) {
		return none, none, nil
	}
	for i := range e.ways {
		to, err := l.goOn(&e.ways[i], captures)
		if err == errUnclean {
			l.begin()
			to, err = l.scratch.start(e.whole.get(), 0)
			return either(to == none, int32(none), 0), to, err
		}
		if to != none || err != nil {
			return either(to == none, int32(none), 0), to, err
		}
	}
	return none, none, nil
}

// begin gives the scratch machine the text.
func (l *lane[E]) begin() { l.scratch.text, l.scratch.oneLine = l.text, l.oneLine }

// goOn runs what is left of a way from each end of its stem and gives the first end of a match.
func (l *lane[E]) goOn(w *rest, captures bool) (int32, error) {
	part := w.match
	if captures {
		part = w.find
		if w.captured {
			return none, errUnclean
		}
	}
	for n := 0; ; n++ {
		pos, err := l.end(w.stem, n)
		if pos == none || err != nil {
			return none, err
		}
		if !holds(&part.enter, l.text, pos) {
			continue
		}
		l.begin()
		if to, err := l.scratch.start(part.get(), pos); to != none || err != nil {
			return to, err
		}
	}
}

// end gives the nth place a stem ends at, or none.
func (l *lane[E]) end(at, n int) (int32, error) {
	if at == root {
		return either(n == 0, int32(0), none), nil
	}
	s := &l.ends[at]
	if s.number != l.number {
		s.number, s.known, s.asked, s.running, s.over, s.unclean = l.number, s.known[:0], 0, false, false, false
		s.machine.text, s.machine.oneLine = l.text, l.oneLine
	}
	for len(s.known) <= n && !s.over && !s.unclean {
		if err := l.advance(s, &l.plan.stems[at]); err != nil {
			s.number = 0 // what is known is not to be gone on with: another search begins anew
			return none, err
		}
	}
	switch {
	case n < len(s.known):
		return s.known[n], nil
	case s.unclean:
		return none, errUnclean
	}
	return none, nil
}

// advance looks for one more end of a stem.
func (l *lane[E]) advance(s *ends[E], st *stem) error {
	pos, err := l.another(s, st)
	if err != nil || pos == none {
		return err
	}
	for _, slot := range st.part.get().state {
		s.unclean = s.unclean || s.machine.last[slot] != none
	}
	if !s.unclean && holds(&st.follow, l.text, pos) {
		s.known = append(s.known, pos)
	}
	return nil
}

// another gives the stem's next end from where its machine stands or from the parent's next end; none when that led to none.
func (l *lane[E]) another(s *ends[E], st *stem) (int32, error) {
	if s.running {
		pos, err := s.machine.next()
		s.running = pos != none
		return pos, err
	}
	from, err := l.end(st.parent, s.asked)
	if err != nil {
		if err == errUnclean {
			s.unclean, err = true, nil
		}
		return none, err
	}
	s.asked++
	if s.over = from == none; s.over || !holds(&st.part.enter, l.text, from) {
		return none, nil
	}
	pos, err := s.machine.start(st.part.get(), from)
	s.running = pos != none
	return pos, err
}

// searchWhole tries an expression from each place a match may begin at.
func (l *lane[E]) searchWhole(e *planned) (from, to int32, err error) {
	l.begin()
	text, whole := l.text, e.whole.get()
	for pos := int32(0); int(pos) <= len(text); pos++ {
		if !holds(&e.whole.enter, text, pos) || !mayBegin(e, text, int(pos)) || e.lead.boundary && !l.scratch.boundary(pos) {
			continue
		}
		to, err := l.scratch.start(whole, pos)
		if err != nil {
			return none, none, err
		}
		if to != none {
			return pos, to, nil
		}
		for e.lead.run != nil && int(pos) < len(text) && has(e.lead.run, text[pos]) {
			pos++
		}
	}
	return none, none, nil
}

// mayBegin reports whether .NET looks for a match at a position.
func mayBegin[E unit](e *planned, text []E, pos int) bool {
	return e.first == nil || pos < len(text) && has(e.first, text[pos])
}
