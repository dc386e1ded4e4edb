package proof

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

// Proof is what the samples show of a pack.
type Proof struct {
	Pack     *pack.Pack
	Samples  string // the folder
	Claims   []*Claim
	Lines    int // records in the samples
	Events   int // of them, those that are events
	Findings diag.List
}

// Status is the verdict on a claim.
type Status string

// The verdicts.
const (
	Proved   Status = "proved"
	Untested Status = "untested" // no sample shows it
	Failed   Status = "failed"   // a sample shows the contrary
)

// Claim is one thing the pack says it does, and the samples that show it.
type Claim struct {
	Kind    string    `json:"kind"`           // device id, category, alert, knowledge object, expression, group, report, column, dashlet
	Item    string    `json:"item"`           // the name of the category, alert, …
	Part    string    `json:"part,omitempty"` // the rule, expression, group or column within it
	Path    string    `json:"path"`           // in the model
	Span    diag.Span `json:"place"`          // in the pack's files
	Status  Status    `json:"status"`
	Shown   Evidence  `json:"shown_by"`         // lines that show it
	Refused Evidence  `json:"refuses,omitzero"` // near misses it refuses; only a rule has them

	rule *pack.Rule // nil for what is no rule
}

// Evidence is lines that show something: how many, and the first.
type Evidence struct {
	Count int   `json:"count"`
	First Place `json:"first,omitzero"`
}

// IsZero reports whether there is no evidence.
func (e Evidence) IsZero() bool { return e.Count == 0 }

func (e *Evidence) add(at Place) {
	if e.Count == 0 {
		e.First = at
	}
	e.Count++
}

// Place is a line of a sample file.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// String gives file:line.
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Options say how to prove.
type Options struct {
	Replay  replay.Options
	Timeout time.Duration // of one expression on one line; 0: the engine's default
	Plain   bool          // see console.Options
}

// Run proves a pack, as decoded from its import files, on samples. The error is what kept it from proving at all: a diag.List of
// expressions that do not compile, or a context that ended.
func Run(ctx context.Context, p *pack.Pack, loc diag.Locator, samples *Samples, opt Options) (*Proof, error) {
	r := &run{consoles: newConsoles(p, opt), loc: loc, proof: &Proof{Pack: p, Samples: filepath.ToSlash(samples.Dir)}, byPath: map[string]*Claim{}}
	c, err := r.consoles.get(&Sheet{Location: time.UTC})
	if err != nil {
		return nil, err
	}
	if r.board, err = c.NewBoard(); err != nil {
		return nil, err
	}
	r.claims()
	for _, l := range samples.Logs {
		if err := r.log(ctx, l); err != nil {
			return nil, err
		}
	}
	r.conclude()
	return r.proof, nil
}

// consoles are those of one pack, by what the sheets say of the console that received their lines.
type consoles struct {
	pack *pack.Pack
	opt  Options
	made map[setting]*console.Console
}

type setting struct{ zone, sourceType string }

func newConsoles(p *pack.Pack, opt Options) *consoles {
	return &consoles{pack: p, opt: opt, made: map[setting]*console.Console{}}
}

func (c *consoles) get(s *Sheet) (*console.Console, error) {
	at := setting{s.Location.String(), s.SourceType}
	if made := c.made[at]; made != nil {
		return made, nil
	}
	made, err := console.New(c.pack, console.Options{Location: s.Location, SourceType: s.SourceType, Timeout: c.opt.Timeout,
		Plain: c.opt.Plain})
	if err != nil {
		return nil, err
	}
	c.made[at] = made
	return made, nil
}

// replay runs a log through the console its sheet describes.
func (c *consoles) replay(ctx context.Context, l *Log, visit func(*replay.Line) error) (diag.List, error) {
	made, err := c.get(l.Sheet)
	if err != nil {
		return nil, err
	}
	return replay.Run(ctx, made, []replay.Source{l.Source()}, c.opt.Replay, visit)
}

// run is a proof under way.
type run struct {
	consoles *consoles
	loc      diag.Locator
	proof    *Proof
	byPath   map[string]*Claim
	board    *console.Board
	seen     []sample
}

// log replays one sample file and holds its lines against its expectations.
func (r *run) log(ctx context.Context, l *Log) error {
	s := &session{run: r, log: l, expected: newExpected(l)}
	found, err := r.consoles.replay(ctx, l, s.visit)
	r.proof.Findings = append(r.proof.Findings, found...)
	s.finish()
	return err
}

// find adds a finding.
func (r *run) find(at diag.Span, id, path, message, help string) {
	r.proof.Findings = append(r.proof.Findings, diag.Diagnostic{ID: id, Severity: diag.Error, Span: at, Path: path,
		Message: message, Help: help})
}

// show counts a line as evidence for all the claims it shows.
func (r *run) show(at Place, l *replay.Line) {
	res := &l.Result
	for _, hit := range res.Hits {
		if c := r.byPath[hit]; c != nil {
			c.Shown.add(at)
		}
	}
	for _, row := range res.Rows {
		for i, v := range row.Values {
			if v != "" {
				r.byPath[columnPath(row.Path, i)].Shown.add(at)
			}
		}
	}
	for _, c := range r.board.Add(res) {
		r.byPath[dashletPath(c.Dashlet)].Shown.add(at)
	}
}

// conclude gives every claim its verdict and reports those nobody tests.
func (r *run) conclude() {
	for _, c := range r.proof.Claims {
		verdict := Proved
		if c.Shown.Count == 0 {
			verdict = Untested
			r.unshown(c)
		}
		if c.rule != nil && c.Refused.Count == 0 {
			verdict = Untested
			r.find(c.Span, "rule-without-near-miss", c.Path, fmt.Sprintf("%s: no near miss shows what the rule refuses", c.Title()),
				fmt.Sprintf("add a line that comes near to it and is not meant, with near_miss: [%q]", c.Title()))
		}
		if c.Status != Failed {
			c.Status = verdict
		}
	}
	r.proof.Findings.Sort()
}

// Title names the claim as near_miss does.
func (c *Claim) Title() string {
	if c.Part == "" {
		return c.Item
	}
	return c.Item + " / " + c.Part
}

// untested gives the id and the words for a claim no sample shows.
var untested = map[string][2]string{
	kindDevice:     {"device-id-untested", "captures the device id of no sample"},
	kindCategory:   {"rule-untested", "matches no sample"},
	kindAlert:      {"rule-untested", "matches no sample"},
	kindObject:     {"rule-untested", "matches no sample"},
	kindReport:     {"rule-untested", "matches no sample"},
	kindExpression: {"expression-untested", "matches no sample"},
	kindGroup:      {"group-untested", "captures in no sample"},
	kindColumn:     {"column-empty", "is filled in no row"},
	kindDashlet:    {"dashlet-empty", "has no data"},
}

func (r *run) unshown(c *Claim) {
	words := untested[c.Kind]
	help := "add a sample that shows it, or delete it"
	if near := r.nearest(c); near != "" {
		help = near
	}
	r.find(c.Span, words[0], c.Path, fmt.Sprintf("%s %s %s", c.Kind, c.Title(), words[1]), help)
}

// fail marks a claim as shown wrong.
func (r *run) fail(path string) {
	if c := r.byPath[path]; c != nil {
		c.Status = Failed
	}
}

// OK reports whether nothing was found.
func (p *Proof) OK() bool { return len(p.Findings) == 0 }

// Count tells how many claims have a status.
func (p *Proof) Count(s Status) int {
	n := 0
	for _, c := range p.Claims {
		if c.Status == s {
			n++
		}
	}
	return n
}

// sample is an event kept to find the nearest miss in.
type sample struct {
	at   Place
	text string
}

// maxKept bounds how many events are kept to find nearest misses in.
const maxKept = 4000

func (r *run) keep(at Place, text string) {
	if len(r.seen) < maxKept && !slices.ContainsFunc(r.seen[max(0, len(r.seen)-1):], func(s sample) bool { return s.text == text }) {
		r.seen = append(r.seen, sample{at, text})
	}
}
