package proof

import (
	"fmt"
	"slices"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

// expected hands out a log's expectations, line by line.
type expected struct {
	byLine map[int][]*Expectation // those not used yet, in the sheet's order: two records can begin on one line
	met    map[*Expectation]int   // how many records each was handed out for
}

func newExpected(l *Log) *expected {
	x := &expected{byLine: map[int][]*Expectation{}, met: map[*Expectation]int{}}
	for _, e := range l.Expect {
		for n := e.First; n <= e.Last; n++ {
			x.byLine[n] = append(x.byLine[n], e)
		}
	}
	return x
}

// next takes the expectation of the next record on a line; nil when there is none.
func (x *expected) next(line int) *Expectation {
	left := x.byLine[line]
	if len(left) == 0 {
		return nil
	}
	x.byLine[line] = left[1:]
	x.met[left[0]]++
	return left[0]
}

// session holds one log's lines against its sheet.
type session struct {
	*run
	*expected
	log *Log
}

// visit takes one line of the log.
func (s *session) visit(l *replay.Line) error {
	at := Place{l.File, l.Line}
	s.proof.Lines++
	if l.Failure() == "" {
		s.proof.Events++
		s.keep(at, l.Event.Text)
		s.show(at, l)
	}
	for _, f := range l.Result.Findings {
		s.find(s.loc.Locate(f.Path, -1, -1), f.ID, f.Path, fmt.Sprintf("%s: %s", at, f.Message), "")
	}
	e := s.next(l.Line)
	if e == nil {
		s.find(diag.Span{File: l.File, Line: l.Line}, "sample-unexpected", "", "nothing says what this line is",
			fmt.Sprintf("say it in %s, or let `kpgen validate --update` write what it is and review that", s.log.Expectations))
		return nil
	}
	h := &held{session: s, e: e, l: l, at: at}
	h.all()
	return nil
}

// finish reports expectations no line was held against.
func (s *session) finish() {
	for _, e := range s.log.Expect {
		if s.met[e] <= e.Last-e.First {
			s.find(s.log.span(e, "line"), "expectation-without-line", "",
				fmt.Sprintf("%s has no such line, or the line is expected twice", s.log.File), "correct the line number")
		}
	}
}

// held is a line held against its expectation.
type held struct {
	*session
	e  *Expectation
	l  *replay.Line
	at Place
}

func (h *held) all() {
	why := h.l.Failure()
	if h.e.Error != (why != "") {
		h.differs("line-error", "", fmt.Sprintf("no event: %s", orNothing(why)), "", "error")
		return
	}
	if why != "" {
		return
	}
	res := &h.l.Result
	h.names("categories", kindCategory, h.e.Categories, res.Categories)
	h.names("alerts", kindAlert, h.e.Alerts, res.Alerts)
	h.tokens()
	h.properties("event", h.e.Event)
	h.properties("properties", h.e.Properties)
	h.rows()
	for _, name := range h.e.NearMiss {
		h.nearMiss(name)
	}
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// differs reports a difference; keys lead to where the expectation says so.
func (h *held) differs(id, path, message, help string, keys ...string) {
	h.find(h.log.span(h.e, keys...), id, path, fmt.Sprintf("%s: %s", h.at, message), help)
}

// names compares the names of the categories or alerts that took the line.
func (h *held) names(key, kind string, want, got []string) {
	for _, name := range want {
		if !slices.Contains(got, name) {
			h.missing(key, kind+"-missing", kind, name, fmt.Sprintf("%s %q was expected and does not take the line", kind, name))
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			h.unexpected(key, kind+"-unexpected", kind, name, fmt.Sprintf("%s %q takes the line and was not expected", kind, name))
		}
	}
}

// missing reports an item that does not take the line, and blames the rule of it that comes nearest.
func (h *held) missing(key, id, kind, item, message string) {
	path, help := h.nearestRule(kind, item, h.l.Event.Text)
	h.fail(path)
	h.differs(id, path, message, help, key)
}

// unexpected reports an item that takes the line, and blames the rule that did.
func (h *held) unexpected(key, id, kind, item, message string) {
	path, help := h.hit(kind, item), ""
	if c := h.byPath[path]; c != nil {
		help = fmt.Sprintf("rule %q at %s took it", c.Part, c.Span)
	}
	h.fail(path)
	h.differs(id, path, message, help, key)
}

// hit gives the path of the item's rule that took the line.
func (h *held) hit(kind, item string) string {
	i := slices.IndexFunc(h.l.Result.Hits, func(path string) bool {
		c := h.byPath[path]
		return c != nil && c.Kind == kind && c.Item == item
	})
	return h.l.Result.Hits[i] // an item takes a line by one of its rules
}

func (h *held) tokens() {
	if h.e.Tokens == nil {
		return
	}
	got := map[string]string{}
	for _, t := range h.l.Result.Tokens {
		got[t.Name] = t.Value
	}
	h.values("tokens", "token", h.e.Tokens, got, true)
}

func (h *held) properties(key string, want map[string]string) {
	got := map[string]string{}
	for name := range want {
		got[name], _ = h.l.Result.Property(name)
	}
	h.values(key, "property", want, got, false)
}

// values compares named values; exact means a value that is not expected must not be there.
func (h *held) values(key, what string, want, got map[string]string, exact bool) {
	for _, name := range sorted(want) {
		if want[name] != got[name] {
			h.differs(what+"-differs", "", fmt.Sprintf("%s %s is %q; %q was expected", what, name, got[name], want[name]), "", key, name)
		}
	}
	for _, name := range sorted(got) {
		if _, said := want[name]; exact && !said && got[name] != "" {
			h.differs(what+"-unexpected", "", fmt.Sprintf("%s %s is %q and was not expected", what, name, got[name]), "", key)
		}
	}
}

func (h *held) rows() {
	for _, title := range sorted(h.e.Rows) {
		i := slices.IndexFunc(h.l.Result.Rows, func(r console.Row) bool { return r.Report.Title == title })
		if i < 0 {
			h.missing("rows", "row-missing", kindReport, title, fmt.Sprintf("report %q was expected to have a row for the line", title))
			continue
		}
		h.row(&h.l.Result.Rows[i], h.e.Rows[title])
	}
	for i := range h.l.Result.Rows {
		row := &h.l.Result.Rows[i]
		if _, said := h.e.Rows[row.Report.Title]; !said {
			h.unexpected("rows", "row-unexpected", kindReport, row.Report.Title,
				fmt.Sprintf("report %q has a row for the line, and none was expected", row.Report.Title))
		}
	}
}

// row compares a row: token columns exactly, property columns (LogTime, Computer) where the expectation lists them.
func (h *held) row(row *console.Row, want map[string]string) {
	for i, c := range row.Report.Columns {
		value, said := want[c.Heading]
		if row.Values[i] == value || !said && c.Token == "" {
			continue
		}
		path := columnPath(row.Path, i)
		h.fail(path)
		h.differs("column-differs", path, fmt.Sprintf("column %q of %q is %q; %q was expected", c.Heading, row.Report.Title,
			row.Values[i], value), h.nearestToken(c, h.l.Event.Text), "rows", row.Report.Title, c.Heading)
	}
	for _, heading := range sorted(want) {
		if !slices.ContainsFunc(row.Report.Columns, func(c pack.Column) bool { return c.Heading == heading }) {
			h.differs("column-unknown", row.Path, fmt.Sprintf("report %q has no column %q", row.Report.Title, heading), "",
				"rows", row.Report.Title, heading)
		}
	}
}

// nearMiss checks that the rules named refuse the line.
func (h *held) nearMiss(name string) {
	rules := h.named(name)
	if len(rules) == 0 {
		h.differs("near-miss-unknown", "", fmt.Sprintf("no category, alert, knowledge object or report is named %q", name),
			`write an item's name, or "item / rule title"`, "near_miss")
	}
	for _, c := range rules {
		if slices.Contains(h.l.Result.Hits, c.Path) {
			h.fail(c.Path)
			h.differs("near-miss-matched", c.Path, fmt.Sprintf("%s takes the line, which is meant to be a near miss", c.Title()),
				fmt.Sprintf("the rule is at %s", c.Span), "near_miss")
			continue
		}
		c.Refused.add(h.at)
	}
}
