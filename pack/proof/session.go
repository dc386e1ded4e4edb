package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

// session holds one log's lines against its sheet.
type session struct {
	*run
	log    *Log
	byLine map[int][]*Expectation // those not used yet, in the sheet's order: two records can begin on one line
	met    map[*Expectation]int   // records each was held against
	actual []actual               // only when updating
}

func newSession(r *run, l *Log) *session {
	s := &session{run: r, log: l, byLine: map[int][]*Expectation{}, met: map[*Expectation]int{}}
	for _, e := range l.Expect {
		if e.Last-e.First > maxRange {
			r.find(l.span(e, "lines"), "sheet-invalid", "", fmt.Sprintf("a run of more than %d lines", maxRange), "")
			continue
		}
		for n := e.First; n <= e.Last; n++ {
			s.byLine[n] = append(s.byLine[n], e)
		}
	}
	return s
}

// maxRange bounds a run of lines in one expectation.
const maxRange = 1 << 20

// next takes the expectation of the next record on a line; nil when there is none.
func (s *session) next(line int) *Expectation {
	left := s.byLine[line]
	if len(left) == 0 {
		return nil
	}
	s.byLine[line] = left[1:]
	s.met[left[0]]++
	return left[0]
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
	e := s.next(l.Line)
	if s.opt.Update {
		s.actual = append(s.actual, newActual(e, l))
		return nil
	}
	for _, f := range l.Result.Findings {
		s.find(s.loc.Locate(f.Path, -1, -1), f.ID, f.Path, fmt.Sprintf("%s: %s", at, f.Message), "")
	}
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
		h.differs("error", "line-error", "", fmt.Sprintf("no event: %s", orNothing(why)), "")
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

// differs reports a difference; key is where the expectation says so.
func (h *held) differs(key, id, path, message, help string) {
	h.find(h.log.span(h.e, key), id, path, fmt.Sprintf("%s: %s", h.at, message), help)
}

// names compares the names of the categories or alerts that took the line.
func (h *held) names(key, kind string, want, got []string) {
	for _, name := range want {
		if !slices.Contains(got, name) {
			h.fail(kind, name)
			h.differs(key, kind+"-missing", h.pathOf(kind, name), fmt.Sprintf("%s %q was expected and does not take the line", kind, name),
				h.nearestRule(kind, name, h.l.Event.Text))
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			h.fail(kind, name)
			h.differs(key, kind+"-unexpected", h.hit(kind, name), fmt.Sprintf("%s %q takes the line and was not expected", kind, name), "")
		}
	}
}

// pathOf gives the model path of an item, "" when the pack has none of the name.
func (r *run) pathOf(kind, item string) string {
	for _, c := range r.proof.Claims {
		if c.Kind == kind && c.Item == item {
			path, _, _ := strings.Cut(c.Path, ".rules[")
			return path
		}
	}
	return ""
}

// hit gives the path of the item's rule that took the line.
func (h *held) hit(kind, item string) string {
	for _, path := range h.l.Result.Hits {
		if c := h.byPath[path]; c != nil && c.Kind == kind && c.Item == item {
			return path
		}
	}
	return h.pathOf(kind, item)
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
			h.differs(key, what+"-differs", "", fmt.Sprintf("%s %s is %q; %q was expected", what, name, got[name], want[name]), "")
		}
	}
	for _, name := range sorted(got) {
		if _, said := want[name]; exact && !said && got[name] != "" {
			h.differs(key, what+"-unexpected", "", fmt.Sprintf("%s %s is %q and was not expected", what, name, got[name]), "")
		}
	}
}

func (h *held) rows() {
	for _, title := range sorted(h.e.Rows) {
		i := slices.IndexFunc(h.l.Result.Rows, func(r console.Row) bool { return r.Report.Title == title })
		if i < 0 {
			h.fail(kindReport, title)
			h.differs("rows", "row-missing", h.pathOf(kindReport, title), fmt.Sprintf("report %q was expected to have a row for the line", title),
				h.nearestRule(kindReport, title, h.l.Event.Text))
			continue
		}
		h.row(&h.l.Result.Rows[i], h.e.Rows[title])
	}
	for i := range h.l.Result.Rows {
		row := &h.l.Result.Rows[i]
		if _, said := h.e.Rows[row.Report.Title]; !said {
			h.fail(kindReport, row.Report.Title)
			h.differs("rows", "row-unexpected", h.hit(kindReport, row.Report.Title),
				fmt.Sprintf("report %q has a row for the line, and none was expected", row.Report.Title), "")
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
		h.byPath[path].Status = Failed
		h.differs("rows", "column-differs", path, fmt.Sprintf("column %q of %q is %q; %q was expected", c.Heading, row.Report.Title,
			row.Values[i], value), h.nearestToken(c, h.l.Event.Text))
	}
	for _, heading := range sorted(want) {
		if !slices.ContainsFunc(row.Report.Columns, func(c pack.Column) bool { return c.Heading == heading }) {
			h.differs("rows", "column-unknown", row.Path, fmt.Sprintf("report %q has no column %q", row.Report.Title, heading), "")
		}
	}
}

// nearMiss checks that the rules named refuse the line.
func (h *held) nearMiss(name string) {
	rules := h.named(name)
	if len(rules) == 0 {
		h.differs("near_miss", "near-miss-unknown", "", fmt.Sprintf("no category, alert, knowledge object or report is named %q", name),
			`write an item's name, or "item / rule title"`)
	}
	for _, c := range rules {
		if slices.Contains(h.l.Result.Hits, c.Path) {
			c.Status = Failed
			h.differs("near_miss", "near-miss-matched", c.Path, fmt.Sprintf("%s takes the line, which is meant to be a near miss", c.Title()), "")
			continue
		}
		c.Refused.add(h.at)
	}
}
