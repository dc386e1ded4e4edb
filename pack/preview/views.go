package preview

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/preview/geo"
	"github.com/kpgen/kpgen/pack/proof"
)

// view makes the pages' data from one state of a session.
type view struct {
	*state
	geo    *geo.Locator
	static bool
	recent bool // dashlets count the events of their period only

	expressions map[string]Marked // by path, that captured the tokens of the page
}

// Marked is an expression that a page marks tokens of. The tokens' tips share its text, which may be long.
type Marked struct {
	ID, Pattern string
	Place       diag.Span
}

// mark keeps the expressions of tokens for the page.
func (v *view) mark(tokens []Token) {
	for _, t := range tokens {
		if _, known := v.expressions[t.Path]; !known {
			v.expressions[t.Path] = Marked{expressionID(t.Path), t.Pattern, t.Place}
		}
	}
}

// expressionID names an expression within a page: the numbers of its path.
func expressionID(path string) string {
	return "x" + strings.Join(strings.FieldsFunc(path, func(c rune) bool { return c < '0' || c > '9' }), "-")
}

// Rows and lines of a page.
const (
	pageSize   = 50
	staticRows = 500 // of a report in files, which have one page
	staticList = 100 // lines of a list in files
)

// Dashboard is every dashlet drawn.
type Dashboard struct {
	Charts []*Chart `json:"dashlets"`
	Recent bool     `json:"recent"` // each counts the events of its period only
}

func (v *view) dashboard() *Dashboard {
	d := &Dashboard{Recent: v.recent}
	series, windows := v.series()
	for i, s := range series {
		d.Charts = append(d.Charts, v.chart(i, s, windows[i]))
	}
	return d
}

// Report is a page of a report's rows.
type Report struct {
	Index   int           `json:"-"`
	Title   string        `json:"title"`
	About   string        `json:"description,omitempty"`
	Total   int           `json:"total"` // rows
	Found   int           `json:"found"` // that the filter lets through
	Columns []Column      `json:"columns"`
	Rows    []ReportRow   `json:"rows"`
	Others  []pack.Report `json:"-"`
	Table   Table         `json:"-"`
}

// Column is a report's column, what fills it, and how many rows have a value in it.
type Column struct {
	Heading string   `json:"heading"`
	Token   string   `json:"token,omitempty"`
	Prop    string   `json:"property,omitempty"`
	Filled  int      `json:"filled"`
	By      []Filler `json:"filled_by,omitempty"`
	Numbers bool     `json:"-"` // the values of the page are numbers
	Sort    string   `json:"-"` // where a click on the heading leads
	Order   string   `json:"-"` // ascending, descending or ""
}

// Filler is an expression that fills a column and how many rows it filled.
type Filler struct {
	Number  int       `json:"expression"` // in the object's list, from 1
	Path    string    `json:"path"`
	Place   diag.Span `json:"place"`
	Pattern string    `json:"pattern"`
	Rows    int       `json:"rows"`
}

// ReportRow is a row and the line it is of.
type ReportRow struct {
	Line   int      `json:"-"`
	Href   string   `json:"-"`
	Values []string `json:"values"`
}

// Table is what a page of a long table needs to lead to the others.
type Table struct {
	Query      string
	Page, Last int // from 1
	From, To   int
	Prev, Next string
}

// query is what stands behind the question mark of an address.
type query struct {
	text string
	sort int // column, -1 for none
	desc bool
	page int
}

func readQuery(values url.Values) query {
	q := query{text: values.Get("q"), sort: -1, page: 1, desc: values.Get("desc") == "1"}
	if n, err := strconv.Atoi(values.Get("sort")); err == nil && n >= 0 {
		q.sort = n
	}
	if n, err := strconv.Atoi(values.Get("page")); err == nil && n > 0 {
		q.page = n
	}
	return q
}

func (q query) String() string {
	v := url.Values{}
	if q.text != "" {
		v.Set("q", q.text)
	}
	if q.sort >= 0 {
		v.Set("sort", strconv.Itoa(q.sort))
	}
	if q.desc {
		v.Set("desc", "1")
	}
	if q.page > 1 {
		v.Set("page", strconv.Itoa(q.page))
	}
	return "?" + v.Encode()
}

// page cuts a page out of n things; in files it has another size.
func (v *view) page(q *query, n, static int) Table {
	size := pageSize
	if v.static {
		size = static
	}
	t := Table{Query: q.text, Last: max(1, (n+size-1)/size)}
	q.page = min(q.page, t.Last)
	t.Page, t.From, t.To = q.page, (q.page-1)*size, min(q.page*size, n)
	if v.static {
		return t
	}
	if q.page > 1 {
		before := *q
		before.page--
		t.Prev = before.String()
	}
	if q.page < t.Last {
		after := *q
		after.page++
		t.Next = after.String()
	}
	return t
}

// found is a row of a report among the lines held.
type found struct {
	line int // number
	row  []string
	at   time.Time
}

// rowsOf gives the rows of a report that hold the text, in the order of the lines or of a column.
func (s *Store) rowsOf(r *pack.Report, q query) (rows []found, total int) {
	want := strings.ToLower(q.text)
	for i := range s.lines {
		e := s.lines[i]
		if e.failure != "" {
			continue
		}
		for k, of := range e.reports {
			if of != r {
				continue
			}
			total++
			if want == "" || slices.ContainsFunc(e.rows[k], func(v string) bool { return strings.Contains(strings.ToLower(v), want) }) {
				rows = append(rows, found{s.first + i, e.rows[k], e.at})
			}
		}
	}
	if q.sort >= 0 && q.sort < len(r.Columns) {
		sortRows(rows, q.sort, r.Columns[q.sort].Property == "LogTime", q.desc)
	}
	return rows, total
}

// sortRows orders rows by a column: numbers by value, with whatever unit stands behind them, before texts; empty values last.
func sortRows(rows []found, column int, byTime, desc bool) {
	type key struct {
		class int
		n     float64
		text  string
		found
	}
	keys := make([]key, len(rows))
	for i, r := range rows {
		k := key{found: r, text: r.row[column], class: 1}
		switch n, ok := leading(k.text); {
		case byTime:
			k.n = float64(r.at.Unix())
		case k.text == "":
			k.class = 2
		case ok:
			k.class, k.n = 0, n
		}
		keys[i] = k
	}
	sign := 1
	if desc {
		sign = -1
	}
	slices.SortStableFunc(keys, func(a, b key) int {
		if a.class == 2 || b.class == 2 {
			return cmp.Compare(a.class, b.class)
		}
		return sign * cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.n, b.n), cmp.Compare(a.text, b.text))
	})
	for i := range keys {
		rows[i] = keys[i].found
	}
}

// leading gives the number a value is, or begins with before a unit of letters: 15.79MB, 0ms.
func leading(s string) (float64, bool) {
	number := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
	n, err := strconv.ParseFloat(number, 64)
	return n, err == nil
}

func (v *view) report(i int, q query) *Report {
	r := &v.pack.Reports[i]
	rows, total := v.store.rowsOf(r, q)
	out := &Report{Index: i, Title: r.Title, About: r.Description, Total: total, Found: len(rows), Others: v.pack.Reports}
	out.Table = v.page(&q, len(rows), staticRows)
	for _, f := range rows[out.Table.From:out.Table.To] {
		out.Rows = append(out.Rows, ReportRow{f.line, v.lineHref(f.line), f.row})
	}
	out.Columns = v.columns(r)
	for k := range out.Columns {
		out.Columns[k].Numbers = numbers(out.Rows, k)
		by := query{text: q.text, sort: k}
		if q.sort == k {
			out.Columns[k].Order, by.desc = "ascending", !q.desc
			if q.desc {
				out.Columns[k].Order = "descending"
			}
		}
		out.Columns[k].Sort = by.String()
	}
	return out
}

// numbers reports whether a column has numbers in all rows that have a value in it.
func numbers(rows []ReportRow, column int) bool {
	found := false
	for _, r := range rows {
		_, ok := leading(r.Values[column])
		if found = found || ok; !ok && r.Values[column] != "" {
			return false
		}
	}
	return found
}

// columns says of a report's columns what fills them.
func (v *view) columns(r *pack.Report) []Column {
	all := make([]Column, len(r.Columns))
	by := make([]map[string]int, len(r.Columns))
	for k, c := range r.Columns {
		all[k] = Column{Heading: c.Heading, Token: c.Token, Prop: c.Property}
		by[k] = map[string]int{}
	}
	for i := range v.store.lines {
		e := v.store.lines[i]
		for n, row := range e.rows {
			if e.reports[n] != r {
				continue
			}
			for k, value := range row {
				if value == "" {
					continue
				}
				all[k].Filled++
				if path := e.paths[r.Columns[k].Token]; path != "" {
					by[k][path]++
				}
			}
		}
	}
	eachExpression(v.pack, func(path string, _ *pack.KnowledgeObject, ex *pack.Expression) {
		names := v.tokens[path]
		number, _ := strconv.Atoi(strings.TrimSuffix(path[strings.LastIndex(path, "[")+1:], "]"))
		for k := range all {
			if all[k].Token != "" && slices.Contains(names, all[k].Token) {
				all[k].By = append(all[k].By, Filler{number + 1, path, v.input.Locator.Locate(path, -1, -1), ex.Expression1, by[k][path]})
			}
		}
	})
	return all
}

// Fired is a category or an alert: how often it fired, over time, and the newest lines.
type Fired struct {
	Kind   string           `json:"-"` // category or alert
	Index  int              `json:"-"`
	Name   string           `json:"name"`
	About  string           `json:"description,omitempty"`
	Threat pack.ThreatLevel `json:"threat_level,omitempty"`
	Active bool             `json:"active,omitempty"`
	Raised string           `json:"threshold,omitempty"`
	Count  int              `json:"count"`
	Share  string           `json:"-"`
	PerDay string           `json:"per_day"`
	Times  []Bar            `json:"over_time"`
	Lines  []LineRow        `json:"-"`
	Href   string           `json:"-"`
	Chart  *Chart           `json:"-"`
}

// Alerts is the page of alerts and categories.
type Alerts struct {
	Alerts     []*Fired `json:"alerts"`
	Categories []*Fired `json:"categories"`
	Every      string   `json:"every"` // what a bar over time stands for: hour or day
	Days       int      `json:"days"`  // that have events
	Span       string   `json:"span"`  // from the first event to the last
	PerDay     string   `json:"alerts_per_day"`
	Total      int      `json:"total"`
	Most       Bar      `json:"most"` // the day with the most alerts
}

func (v *view) alerts() *Alerts {
	out := &Alerts{}
	byName := map[string]*Fired{}
	for i, a := range v.pack.Alerts {
		f := &Fired{Kind: "alert", Index: i, Name: a.Name, About: a.Description, Threat: a.ThreatLevel, Active: a.Active,
			Href: fmt.Sprintf("lines-alert-%d.html", i)}
		if a.Threshold.Count > 1 {
			f.Raised = fmt.Sprintf("%d within %s", a.Threshold.Count, a.Threshold.Within)
		}
		byName["alert "+a.Name] = f
		out.Alerts = append(out.Alerts, f)
	}
	for i, c := range v.pack.Categories {
		f := &Fired{Kind: "category", Index: i, Name: c.Name, About: c.Description, Href: fmt.Sprintf("lines-category-%d.html", i)}
		byName["category "+c.Name] = f
		out.Categories = append(out.Categories, f)
	}
	first, last := v.store.span()
	every := everyDay
	if last.Sub(first) < maxHours {
		every = everyHour
	}
	out.Every, out.Span = every.name, roughly(last.Sub(first))
	counts := map[*Fired]map[string]int{}
	perDay, times := map[string]int{}, map[string]bool{}
	events := 0
	fire := func(f *Fired, at string, number int) {
		if counts[f] == nil {
			counts[f] = map[string]int{}
		}
		f.Count++
		counts[f][at]++
		if len(f.Lines) < 3 {
			f.Lines = append(f.Lines, v.lineRow(number))
		}
	}
	for i := len(v.store.lines) - 1; i >= 0; i-- {
		e := v.store.lines[i]
		if e.failure != "" {
			continue
		}
		events++
		at := every.of(e.at)
		times[at] = true
		perDay[everyDay.of(e.at)] += len(e.alerts)
		for _, name := range e.alerts {
			fire(byName["alert "+name], at, v.store.first+i)
		}
		for _, name := range e.categories {
			fire(byName["category "+name], at, v.store.first+i)
		}
	}
	for day, n := range perDay {
		if out.Total += n; day != noTime {
			out.Days++
		}
		if n > out.Most.Events || n == out.Most.Events && day < out.Most.Label {
			out.Most = Bar{Label: day, Events: n}
		}
	}
	out.PerDay = average(out.Total, out.Days)
	for _, f := range byName {
		f.PerDay = average(f.Count, out.Days)
		if events > 0 {
			f.Share = percent(float64(f.Count) / float64(events))
		}
		f.overTime(every, counts[f], times)
	}
	return out
}

// overTime draws how often something fired at each of the times that have events.
func (f *Fired) overTime(every every, counts map[string]int, times map[string]bool) {
	for at := range times {
		b := Bar{Label: at, Value: float64(counts[at]), Events: counts[at]}
		if b.Events > 0 {
			b.Href = fmt.Sprintf("lines-%s-%d-%s.html", f.Kind, f.Index, strings.NewReplacer(" ", "T", ":", "").Replace(at))
		}
		f.Times = append(f.Times, b)
	}
	slices.SortFunc(f.Times, func(a, b Bar) int { return cmp.Compare(a.Label, b.Label) })
	if f.Count > 0 {
		f.Chart = &Chart{Title: f.Name + " by the " + every.name, Value: "times", Bars: fillGaps(f.Times, every.length)}
		f.Chart.drawColumns(150, true)
	}
}

// every is what a bar over time stands for.
type every struct {
	name   string
	length time.Duration
	layout string // of its label, which is as a dashlet's axis has it
}

var (
	everyDay  = every{"day", 24 * time.Hour, time.DateOnly}
	everyHour = every{"hour", time.Hour, "2006-01-02 15:00"}
)

// maxHours is how long a log is shown by the hour.
const maxHours = 48 * time.Hour

// noTime stands for the time of an event that tells none.
const noTime = "no-time"

func (e every) of(t time.Time) string {
	if t.IsZero() {
		return noTime
	}
	return t.Format(e.layout)
}

// span gives the times of the first and the last event held.
func (s *Store) span() (first, last time.Time) {
	for _, e := range s.lines {
		if e.failure != "" || e.at.IsZero() {
			continue
		}
		if first.IsZero() || e.at.Before(first) {
			first = e.at
		}
		if e.at.After(last) {
			last = e.at
		}
	}
	return first, last
}

// roughly writes a time span in its two largest units.
func roughly(d time.Duration) string {
	minutes := int(d.Round(time.Minute).Minutes())
	switch days, hours := minutes/(24*60), minutes/60%24; {
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	}
	return fmt.Sprintf("%d min", minutes)
}

func average(n, days int) string {
	if days == 0 {
		return "0"
	}
	return number(float64(n) / float64(days))
}

// Lines is a page of lines.
type Lines struct {
	Title  string    `json:"title"`
	All    bool      `json:"-"`
	Total  int       `json:"total"`
	Rows   []LineRow `json:"lines"`
	Table  Table     `json:"-"`
	Tokens []Named   `json:"-"`
}

// LineRow is a line with its tokens.
type LineRow struct {
	Number     int      `json:"-"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Failure    string   `json:"error,omitempty"`
	Pieces     []Piece  `json:"-"`
	Text       string   `json:"text"`
	Object     string   `json:"knowledge_object"`
	Categories []string `json:"categories"`
	Alerts     []string `json:"alerts"`
	Findings   int      `json:"findings,omitempty"`
	Href       string   `json:"-"`
}

// lineRow explains a line as far as a list shows it.
func (v *view) lineRow(number int) LineRow {
	e := v.store.line(number)
	x := v.explain(&e.Record, false)
	v.mark(x.Tokens)
	return LineRow{Number: number, File: e.File, Line: e.Line, Failure: e.failure, Pieces: x.Pieces(), Text: x.Text, Object: e.object,
		Categories: e.categories, Alerts: e.alerts, Findings: len(e.findings), Href: v.lineHref(number)}
}

// lineHref leads to a line's own page; files have one only for the first lines.
func (v *view) lineHref(number int) string {
	if v.static && number-v.store.first >= staticLines {
		return ""
	}
	return fmt.Sprintf("line-%d.html", number)
}

// selection says which lines a page lists.
type selection struct {
	title string
	takes func(*entry) bool
}

// selected reads what stands between "lines" and ".html" in a page's name; false when there is no such page.
func (v *view) selected(name string) (selection, bool) {
	if name == "" {
		return selection{"", func(*entry) bool { return true }}, true
	}
	kind, rest, _ := strings.Cut(strings.TrimPrefix(name, "-"), "-")
	switch kind {
	case "failed":
		return selection{"Lines that are no event", func(e *entry) bool { return e.failure != "" }}, rest == ""
	case "findings":
		return selection{"Lines with findings", func(e *entry) bool { return len(e.findings) > 0 }}, rest == ""
	}
	index, detail, _ := strings.Cut(rest, "-")
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 {
		return selection{}, false
	}
	switch {
	case i < len(v.pack.Dashlets) && (kind == "dashlet" || kind == "recentdashlet" || kind == "place" || kind == "recentplace"):
		of := *v
		kind, of.recent = strings.CutPrefix(kind, "recent")
		if kind == "place" {
			return of.selectPlace(i, detail)
		}
		return of.selectPoints(i, detail)
	case kind == "alert" && i < len(v.pack.Alerts):
		name := v.pack.Alerts[i].Name
		return during(name, detail, func(e *entry) bool { return slices.Contains(e.alerts, name) })
	case kind == "category" && i < len(v.pack.Categories):
		name := v.pack.Categories[i].Name
		return during(name, detail, func(e *entry) bool { return slices.Contains(e.categories, name) })
	}
	return selection{}, false
}

// during narrows a selection to what stands behind a bar over time: a day, as 2021-03-02, or an hour, as 2021-03-02T0800.
func during(title, at string, takes func(*entry) bool) (selection, bool) {
	every, on := everyDay, " on "
	if hour, err := time.Parse("2006-01-02T1504", at); err == nil {
		every, on, at = everyHour, " in the hour from ", everyHour.of(hour)
	}
	if at == "" {
		return selection{title, takes}, true
	}
	return selection{title + on + at, func(e *entry) bool { return takes(e) && every.of(e.at) == at }}, true
}

func (v *view) selectPoints(dashlet int, id string) (selection, bool) {
	numbers := map[int]bool{}
	title := ""
	series, _ := v.series()
	for _, p := range series[dashlet].Points {
		switch id {
		case axisID(p.Axis):
			title = p.Axis
		case pointID(p.Axis, p.Series):
			title = p.Axis + ", " + p.Series
		default:
			continue
		}
		numbers[p.Number] = true
	}
	return selection{v.dashletTitle(dashlet, title), v.counted(dashlet, numbers)}, len(numbers) > 0
}

func (v *view) selectPlace(dashlet int, id string) (selection, bool) {
	numbers := map[int]bool{}
	title := ""
	series, _ := v.series()
	for _, p := range series[dashlet].Points {
		if at := v.geo.Locate(p.Axis); placeID(at) == id {
			numbers[p.Number] = true
			title = at.Name()
		}
	}
	return selection{v.dashletTitle(dashlet, title), v.counted(dashlet, numbers)}, len(numbers) > 0
}

func (v *view) dashletTitle(dashlet int, of string) string {
	d := &v.pack.Dashlets[dashlet]
	title := d.Title + ": " + of
	if v.recent {
		title += ", last " + inWords(d.Period)
	}
	return title
}

// counted takes the lines that were counted in points of a dashlet.
func (v *view) counted(dashlet int, numbers map[int]bool) func(*entry) bool {
	_, newest := v.store.span()
	since := v.since(newest)
	return func(e *entry) bool {
		for _, c := range e.counted {
			if c.Dashlet == dashlet && numbers[c.Point] && (!v.recent || e.within(since[dashlet])) {
				return true
			}
		}
		return false
	}
}

func (v *view) lines(s selection, q query) *Lines {
	want := strings.ToLower(q.text)
	var numbers []int
	for i := range v.store.lines {
		e := v.store.lines[i]
		if s.takes(e) && (want == "" || strings.Contains(strings.ToLower(e.Raw), want)) {
			numbers = append(numbers, v.store.first+i)
		}
	}
	out := &Lines{Title: s.title, All: s.title == "", Total: len(numbers), Table: v.page(&q, len(numbers), staticList)}
	for _, n := range numbers[out.Table.From:out.Table.To] {
		out.Rows = append(out.Rows, v.lineRow(n))
	}
	return out
}

// LinePage is one line explained.
type LinePage struct {
	File string `json:"file"`
	Line int    `json:"line"`
	*Explanation
	Items      []Item   `json:"-"`
	Prev, Next string   `json:"-"`
	Raised     []string `json:"-"`
	Rows       []RowOf  `json:"-"`
}

// RowOf is a row of a report, heading by heading.
type RowOf struct {
	Report string
	Cells  []Named
}

// Item is an item of the pack with the verdicts of its rules.
type Item struct {
	Kind, Name string
	Taken      bool
	Verdicts   []Verdict
}

func (v *view) line(number int) *LinePage {
	e := v.store.line(number)
	x := v.explain(&e.Record, true)
	v.mark(x.Tokens)
	p := &LinePage{File: e.File, Line: e.Line, Explanation: x, Items: items(x.Verdicts), Raised: e.alerts}
	if v.store.line(number-1) != nil {
		p.Prev = v.lineHref(number - 1)
	}
	if v.store.line(number+1) != nil {
		p.Next = v.lineHref(number + 1)
	}
	for i, row := range e.rows {
		r := RowOf{Report: e.reports[i].Title}
		for k, value := range row {
			r.Cells = append(r.Cells, Named{e.reports[i].Columns[k].Heading, value})
		}
		p.Rows = append(p.Rows, r)
	}
	return p
}

// items gathers verdicts by the item their rules are of.
func items(all []Verdict) []Item {
	var out []Item
	for _, v := range all {
		if n := len(out); n == 0 || out[n-1].Name != v.Item || out[n-1].Kind != v.Kind {
			out = append(out, Item{Kind: v.Kind, Name: v.Item})
		}
		it := &out[len(out)-1]
		it.Taken = it.Taken || v.Taken
		it.Verdicts = append(it.Verdicts, v)
	}
	return out
}

// ProofPage is what kpgen validate says.
type ProofPage struct {
	Running  bool          `json:"running,omitempty"`
	Missing  string        `json:"missing,omitempty"` // why there is no proof
	Samples  string        `json:"samples"`
	Summary  proof.Summary `json:"summary"`
	Items    []ProofItem   `json:"items"`
	Findings diag.List     `json:"findings"`
	Text     string        `json:"-"` // the findings as the command prints them
}

// ProofItem is an item and what the samples show of its parts.
type ProofItem struct {
	Kind   string         `json:"kind"`
	Name   string         `json:"name"`
	Claims []*proof.Claim `json:"claims"`
}

func (v *view) proofPage() *ProofPage {
	p := &ProofPage{Running: v.proof == nil && v.proofErr == "", Missing: v.proofErr}
	if v.proof == nil {
		return p
	}
	p.Samples, p.Summary, p.Findings = v.proof.Samples, v.proof.Summary(), v.proof.Findings
	for _, c := range v.proof.Claims {
		if c.Kind == "group" && c.Status == proof.Proved {
			continue // its expression stands for it
		}
		kind, name := c.Heading()
		if n := len(p.Items); n == 0 || p.Items[n-1].Kind != kind || p.Items[n-1].Name != name {
			p.Items = append(p.Items, ProofItem{Kind: kind, Name: name})
		}
		it := &p.Items[len(p.Items)-1]
		it.Claims = append(it.Claims, c)
	}
	p.Text = v.proofText
	return p
}
