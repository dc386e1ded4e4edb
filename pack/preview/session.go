package preview

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/preview/geo"
	"github.com/kpgen/kpgen/pack/proof"
	"github.com/kpgen/kpgen/pack/receive"
	"github.com/kpgen/kpgen/pack/replay"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Input is a pack as it was read.
type Input struct {
	Pack    *pack.Pack
	Locator diag.Locator
	Dialect string // and what it does not claim
	Samples string // folder of the samples to prove the pack on; "" when there are none
}

// Options say what a session shows.
type Options struct {
	Read      func() (*Input, error) // reads the pack; again whenever a file of it changes
	Sources   func() []replay.Source // the log; nil: the samples
	Live      bool                   // lines come by Receive or Append; there are no sources
	Print     func(err error) string // an error as the command line prints it
	Console   console.Options        //
	Geo       *geo.Locator           //
	MaxEvents int                    // lines held
	Loaded    func(err error)        // told when the log is read, and what of it could not be; may be nil
}

// Session is a pack and a log, shown while either changes.
type Session struct {
	opt    Options
	limits limits

	mu       sync.Mutex
	shown    *state // the last good one
	trouble  string // what is wrong with the spec now, as the command line prints it
	revision int    // counts what a page would show anew
	watchers map[chan struct{}]bool
	stop     context.CancelFunc // ends the loading under way

	receiving sync.Mutex
	into      *Store // where received lines go
	receiver  *receive.Receiver
}

// state is a pack with what it makes of the log.
type state struct {
	input   *Input
	pack    *pack.Pack
	console *console.Console
	store   *Store
	tokens  map[string][]string // of each expression, by path

	explaining sync.Mutex
	explainer  *Explainer

	mu        sync.Mutex // guards what follows
	loading   bool
	found     diag.List // sources that cannot be read
	proof     *proof.Proof
	proofErr  string
	proofText string
}

// NewSession reads the pack and begins to load the log. The error is that of the pack.
func NewSession(ctx context.Context, opt Options) (*Session, error) {
	s := &Session{opt: opt, limits: usual, watchers: map[chan struct{}]bool{}}
	st, err := s.read()
	if err != nil {
		return nil, err
	}
	s.into = st.store
	s.show(st)
	s.load(ctx, st, false)
	return s, nil
}

// read reads the pack and makes it ready.
func (s *Session) read() (*state, error) {
	in, err := s.opt.Read()
	if err != nil {
		return nil, err
	}
	c, err := console.New(in.Pack, s.opt.Console)
	if err != nil {
		return nil, located(err, in.Locator)
	}
	st := &state{input: in, pack: in.Pack, console: c, explainer: NewExplainer(c, in.Locator), loading: true, tokens: map[string][]string{}}
	if st.store, err = NewStore(c, s.opt.MaxEvents); err != nil {
		return nil, located(err, in.Locator)
	}
	eachExpression(in.Pack, func(path string, _ *pack.KnowledgeObject, e *pack.Expression) { st.tokens[path] = tokenNames(e) })
	return st, nil
}

// located gives diagnostics that have none the places of their paths.
func located(err error, loc diag.Locator) error {
	list, _ := err.(diag.List)
	for i := range list {
		if list[i].File == "" && list[i].Path != "" {
			list[i].Span = loc.Locate(list[i].Path, -1, -1)
		}
	}
	return err
}

func (s *Session) show(st *state) {
	s.mu.Lock()
	s.shown, s.trouble = st, ""
	s.mu.Unlock()
	s.changed()
}

// State gives what is shown, the trouble above it, and the revision.
func (s *Session) state() (st *state, trouble string, revision int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown, s.trouble, s.revision
}

// changed tells the pages that there is something new.
func (s *Session) changed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revision++
	for w := range s.watchers {
		select {
		case w <- struct{}{}:
		default: // it has not looked since the last time
		}
	}
}

// watch gives a channel that is told of changes until done is called.
func (s *Session) watch() (news <-chan struct{}, done func()) {
	w := make(chan struct{}, 1)
	s.mu.Lock()
	s.watchers[w] = true
	s.mu.Unlock()
	return w, func() {
		s.mu.Lock()
		delete(s.watchers, w)
		s.mu.Unlock()
	}
}

// Reload reads the pack again and evaluates the log with it. What is wrong is shown above the last good state. If evaluating takes
// long, the page shows the new state while it fills.
func (s *Session) Reload(ctx context.Context) {
	st, err := s.read()
	if err != nil {
		s.mu.Lock()
		s.trouble = s.opt.Print(err)
		s.mu.Unlock()
		s.changed()
		return
	}
	s.load(ctx, st, true)
}

// A new state that is not yet complete waits so long before it is shown, unless the log is so long that waiting is in vain.
const (
	patience = 300 * time.Millisecond
	inVain   = 10_000 // lines
)

// load fills a state's store and, when it is a new one, shows it once it is complete or patience ends. It ends the loading before.
func (s *Session) load(ctx context.Context, st *state, fresh bool) {
	within, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	if s.stop != nil {
		s.stop()
	}
	s.stop = cancel
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.fill(within, st)
		go s.prove(within, st) // behind the log: people wait for that
	}()
	if !fresh {
		return
	}
	wait := patience
	if before, _, _ := s.state(); before.status().Lines > inVain {
		wait = 0
	}
	go func() {
		select {
		case <-done:
		case <-time.After(wait):
		}
		if within.Err() == nil {
			s.show(st)
		}
	}()
}

func (s *Session) fill(ctx context.Context, st *state) {
	var found diag.List
	var err error
	if s.opt.Live {
		err = s.refill(ctx, st)
	} else {
		found, err = replay.Run(ctx, st.console, s.sources(st), replay.Options{}, s.adding(st))
	}
	if ctx.Err() != nil {
		return
	}
	st.mu.Lock()
	st.loading, st.found = false, found
	st.mu.Unlock()
	if err == nil {
		err = found.Err()
	}
	if s.opt.Loaded != nil {
		s.opt.Loaded(err)
	}
	s.changed()
}

// refill evaluates again what was received, and has what is received from now on go to the new state. A later reload, which ends
// the context, goes on from whatever store lines go to then.
func (s *Session) refill(ctx context.Context, st *state) error {
	s.receiving.Lock()
	from := s.into
	s.receiving.Unlock()
	if from == st.store {
		return nil // the first one, which lines go to from the start
	}
	next := 0
	st.store.follow(from)
	if err := replay.Records(ctx, st.console, from.records(&next), replay.Options{}, s.adding(st)); err != nil {
		return err
	}
	s.receiving.Lock()
	defer s.receiving.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	for rec := range from.records(&next) {
		st.store.Append(rec)
	}
	st.store.follow(from)
	s.into = st.store
	return nil
}

// Receive shows what a receiver receives, and counts of what is not, until the context ends. It is for sessions that are Live.
func (s *Session) Receive(ctx context.Context, r *receive.Receiver) error {
	s.receiving.Lock()
	s.receiver = r
	s.receiving.Unlock()
	within, stop := context.WithCancel(ctx)
	defer stop()
	go s.tellCounts(within, r)
	return r.Run(ctx, func(records []syslog.Record) error {
		for _, rec := range records {
			s.Append(rec)
		}
		return nil
	})
}

// tellCounts tells the pages when a receiver's counts change: most of what is counted comes with no line.
func (s *Session) tellCounts(ctx context.Context, r *receive.Receiver) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if now := fmt.Sprint(r.Counts(), r.Counts().Open); now != told {
				told = now
				s.changed()
			}
		}
	}
}

// received is what the receiver counts, nil when there is none.
func (s *Session) received() *Received {
	s.receiving.Lock()
	defer s.receiving.Unlock()
	if s.receiver == nil {
		return nil
	}
	return received(s.receiver)
}

// Append adds a record that was received. It is for sessions that are Live, and safe for concurrent use.
func (s *Session) Append(rec syslog.Record) {
	s.receiving.Lock()
	s.into.Append(rec)
	s.receiving.Unlock()
	s.changed()
}

// adding gives what adds lines to a state, and now and then tells the pages.
func (s *Session) adding(st *state) func(*replay.Line) error {
	n, told := 0, time.Now()
	return func(l *replay.Line) error {
		if n++; n%256 == 0 && time.Since(told) > time.Second {
			told = time.Now()
			s.changed()
		}
		return st.store.Add(l)
	}
}

func (s *Session) sources(st *state) []replay.Source {
	if s.opt.Sources != nil {
		return s.opt.Sources()
	}
	samples, _ := proof.LoadSamples(st.input.Samples) // what is wrong with expectations is the proof's to say
	var all []replay.Source
	for _, l := range samples.Logs {
		all = append(all, l.Source())
	}
	return all
}

// prove proves the pack on its samples and keeps what the command would say.
func (s *Session) prove(ctx context.Context, st *state) {
	result, text, problem := s.proofOf(ctx, st)
	if ctx.Err() != nil {
		return
	}
	st.mu.Lock()
	st.proof, st.proofText, st.proofErr = result, text, problem
	st.mu.Unlock()
	s.changed()
}

func (s *Session) proofOf(ctx context.Context, st *state) (result *proof.Proof, text, problem string) {
	if st.input.Samples == "" {
		return nil, "", "The files have no samples beside them: name their folder with --samples."
	}
	samples, found := proof.LoadSamples(st.input.Samples)
	if err := found.Err(); err != nil {
		return nil, "", s.opt.Print(err)
	}
	result, err := proof.Run(ctx, st.pack, st.input.Locator, samples, proof.Options{Timeout: s.opt.Console.Timeout, Plain: s.opt.Console.Plain})
	if err != nil {
		return nil, "", s.opt.Print(err)
	}
	if len(result.Findings) > 0 {
		text = s.opt.Print(result.Findings)
	}
	return result, text, ""
}

// explain explains a record; in full, with how far every rule got, or only as far as a list of lines shows.
func (st *state) explain(rec *syslog.Record, full bool) *Explanation {
	st.explaining.Lock()
	defer st.explaining.Unlock()
	if full {
		return st.explainer.Explain(rec)
	}
	return st.explainer.Mark(rec)
}

// status is what the head of every page says of the loading.
type status struct {
	Tally
	Loading  bool      `json:"loading"`
	Problems []string  `json:"problems,omitempty"`
	Received *Received `json:"received,omitempty"` // of a live session
	Room     int       `json:"-"`                  // how many lines are held at most
}

func (st *state) status() status {
	st.store.mu.RLock()
	tally := st.store.tally
	st.store.mu.RUnlock()
	st.mu.Lock()
	defer st.mu.Unlock()
	out := status{Tally: tally, Loading: st.loading}
	for _, d := range st.found {
		out.Problems = append(out.Problems, d.Error())
	}
	return out
}
