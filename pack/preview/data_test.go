package preview

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/xuri/excelize/v2"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/internal/mmdb"
	"github.com/kpgen/kpgen/pack/lucene"
	"github.com/kpgen/kpgen/pack/preview/geo"
	"github.com/kpgen/kpgen/pack/replay"
	"github.com/kpgen/kpgen/pack/syslog"
)

// replayed is a line as kpgen replay prints it.
type replayed struct {
	Error      string
	Event      map[string]string
	Properties map[string]string
	Categories []string
	Alerts     []string
	Rows       []struct{ Report string }
}

// replayLog gives what replay says of a log, and its CSV of each report.
func replayLog(t testing.TB, c *console.Console, sources []replay.Source) (lines []replayed, csv []string) {
	t.Helper()
	var out bytes.Buffer
	w := replay.NewJSONL(&out)
	if _, err := replay.Run(context.Background(), c, sources, replay.Options{}, w.Write); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	for line := range strings.Lines(out.String()) {
		var r replayed
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, r)
	}
	for i := range c.Pack().Reports {
		var out bytes.Buffer
		w, err := replay.NewCSV(&out, &c.Pack().Reports[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := replay.Run(context.Background(), c, sources, replay.Options{}, w.Write); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		csv = append(csv, out.String())
	}
	return lines, csv
}

// eventTime is when an event came, as replay prints it.
func (r replayed) eventTime() time.Time {
	at, _ := time.Parse("1/2/2006 3:04:05 PM", r.Event["event_datetime"]) // zero: it tells none
	return at
}

// dashletOf counts a dashlet from what replay printed, by axis and by axis and series: all events, or the recent ones, which came
// within the dashlet's period up to the newest.
func dashletOf(t testing.TB, d *pack.Dashlet, lines []replayed, recent bool) (all map[string]float64, events int) {
	t.Helper()
	q, err := lucene.Parse(d.Query)
	if err != nil {
		t.Fatal(err)
	}
	all = map[string]float64{}
	var since time.Time
	for _, l := range lines {
		if at := l.eventTime().Add(-time.Duration(d.Period)); recent && l.Error == "" && at.After(since) {
			since = at
		}
	}
	for _, l := range lines {
		if at := l.eventTime(); !at.IsZero() && at.Before(since) {
			continue
		}
		value := func(name string) (string, bool) {
			if v, ok := l.Properties[name]; ok {
				return v, true
			}
			v, ok := l.Event[name]
			return v, ok
		}
		axis, ok := value(d.Axis.Property)
		if l.Error != "" || !ok || !q.Match(value) {
			continue
		}
		if d.Axis.Interval > 0 {
			at, err := time.Parse("1/2/2006 3:04:05 PM", axis)
			if err != nil {
				axis = "0001-01-01"
			} else {
				axis = at.Format(time.DateOnly)
			}
		}
		if d.Series != "" {
			series, ok := value(d.Series)
			if !ok {
				continue
			}
			all[axis+", "+series]++
		}
		all[axis]++
		events++
	}
	return all, events
}

type dashboardJSON struct {
	Status status
	Data   struct{ Dashlets []Chart }
}

func dashboardOf(t testing.TB, s *Session) dashboardJSON { return dashboard(t, s, "index.json") }

func dashboard(t testing.TB, s *Session, name string) dashboardJSON {
	t.Helper()
	var d dashboardJSON
	if err := json.Unmarshal([]byte(get(t, s, name)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// compareWithReplay holds every figure of the pages against replay's.
func compareWithReplay(t *testing.T, s *Session, sources []replay.Source) {
	t.Helper()
	st, _, _ := s.state()
	lines, csv := replayLog(t, st.console, sources)
	board := dashboardOf(t, s)
	categories, alerts := map[string]int{}, map[string]int{}
	rows, failures, raised := 0, 0, 0
	for _, l := range lines {
		for _, name := range l.Categories {
			categories[name]++
		}
		for _, name := range l.Alerts {
			alerts[name]++
			raised++
		}
		rows += len(l.Rows)
		if l.Error != "" {
			failures++
		}
	}
	want := Tally{Lines: len(lines), Failures: failures, Alerts: raised, Rows: rows, Findings: board.Status.Findings}
	if board.Status.Tally != want {
		t.Errorf("%+v, replay has %+v", board.Status.Tally, want)
	}
	for i := range st.pack.Dashlets {
		all, recent := dashboard(t, s, "index-all.json").Data.Dashlets[i], dashboard(t, s, "index-recent.json").Data.Dashlets[i]
		compareDashlet(t, s, &st.pack.Dashlets[i], &all, lines)
		compareDashlet(t, s, &st.pack.Dashlets[i], &recent, lines)
		if w := all.Window; all.Events-recent.Events != w.Outside || w != (Window{w.Period, w.From, w.To, recent.Window.Outside, false}) {
			t.Errorf("%s: %d events, %d recent ones, %+v", all.Title, all.Events, recent.Events, w)
		}
	}
	var page struct{ Data Alerts }
	if err := json.Unmarshal([]byte(get(t, s, "alerts.json")), &page); err != nil {
		t.Fatal(err)
	}
	for _, f := range page.Data.Alerts {
		compareFired(t, f, alerts[f.Name])
	}
	for _, f := range page.Data.Categories {
		compareFired(t, f, categories[f.Name])
	}
	for i, want := range csv {
		if got := get(t, s, fmt.Sprintf("report-%d.csv", i)); got != want {
			t.Errorf("%s: CSV of %d bytes, replay's has %d", st.pack.Reports[i].Title, len(got), len(want))
		}
	}
}

func compareDashlet(t *testing.T, s *Session, d *pack.Dashlet, c *Chart, lines []replayed) {
	t.Helper()
	want, events := dashletOf(t, d, lines, c.Window.Applied)
	if d.Chart == pack.Map {
		byPlace := map[string]float64{}
		for address, n := range want {
			byPlace[s.opt.Geo.Locate(address).Name()] += n
		}
		want = byPlace
	}
	got := map[string]float64{}
	for _, b := range c.Bars {
		if b.Events > 0 {
			got[b.Label] = b.Value
		}
		for _, p := range b.Parts {
			got[b.Label+", "+p.Series] = p.Value
		}
	}
	if d.Axis.Limit > 0 && c.Note != "" {
		maps.DeleteFunc(want, func(k string, _ float64) bool { _, shown := got[k]; return !shown })
	}
	if diff := cmp.Diff(want, got); diff != "" || c.Events != events {
		t.Errorf("%s: %d events, replay has %d; -replay +page %s", d.Title, c.Events, events, diff)
	}
}

func compareFired(t *testing.T, f *Fired, want int) {
	t.Helper()
	days := 0
	for _, b := range f.Times {
		days += b.Events
	}
	if f.Count != want || days > want {
		t.Errorf("%s: %d, on days %d, replay has %d", f.Name, f.Count, days, want)
	}
}

func TestFiguresAreReplays(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(sampleLog(t))
	compareWithReplay(t, open(t, opt), opt.Sources())
}

// TestOldestLeave: with room for fewer lines the figures are those of the newest, and what left is counted.
func TestOldestLeave(t *testing.T) {
	all := strings.SplitAfter(strings.TrimSuffix(sampleLog(t), "\n"), "\n")
	all = slices.DeleteFunc(all, func(l string) bool { return !strings.HasPrefix(l, "<") })
	const room = 300
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources, opt.MaxEvents = log(strings.Join(all, "")), room
	s := open(t, opt)
	few := options(t, reading(corpus.Spec, ""))
	few.Sources = log(strings.Join(all[len(all)-room:], ""))
	got, want := dashboardOf(t, s), dashboardOf(t, open(t, few))
	if got.Status.Left != len(all)-room || got.Status.Lines != room {
		t.Errorf("%+v", got.Status)
	}
	got.Status.Left = 0
	if diff := cmp.Diff(want.Data.Dashlets, got.Data.Dashlets, cmp.AllowUnexported(Chart{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want.Status, got.Status); diff != "" {
		t.Error(diff)
	}
}

// TestDrillDown: behind each bar and part of it are as many lines as it counts, of a log of days and of one of an hour.
func TestDrillDown(t *testing.T) {
	t.Run("days", func(t *testing.T) { drillDown(t, sampleLog(t), "day") })
	t.Run("hours", func(t *testing.T) { drillDown(t, string(corpus.Log(t, 3000, 1)), "hour") })
}

func drillDown(t *testing.T, lines, every string) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(lines)
	s := open(t, opt)
	st, _, _ := s.state()
	v := &view{state: st, geo: opt.Geo, expressions: map[string]Marked{}}
	checked := 0
	behind := func(href string, want int) {
		t.Helper()
		sel, ok := v.selected(strings.TrimSuffix(strings.TrimPrefix(href, "lines"), ".html"))
		if !ok {
			t.Fatalf("%s leads nowhere", href)
		}
		if got := v.lines(sel, query{sort: -1, page: 1}).Total; got != want {
			t.Errorf("%s: %d lines, %d are counted", href, got, want)
		}
		checked++
	}
	for _, v.recent = range []bool{false, true} {
		for _, c := range v.dashboard().Charts {
			for _, b := range c.Bars {
				if b.Href != "" {
					behind(b.Href, b.Events)
				}
				for _, p := range b.Parts {
					behind(p.Href, p.Events)
				}
			}
		}
	}
	a := v.alerts()
	for _, f := range append(a.Alerts, a.Categories...) {
		behind(f.Href, f.Count)
		total := 0
		for _, b := range f.Times {
			if total += b.Events; b.Href != "" {
				behind(b.Href, b.Events)
			}
		}
		if total != f.Count {
			t.Errorf("%s: %d, over time %d", f.Name, f.Count, total)
		}
	}
	if a.Every != every {
		t.Errorf("a bar for every %s", a.Every)
	}
	if checked < 50 {
		t.Errorf("only %d bars", checked)
	}
}

// TestMapOfOwnDatabase: the map and its figures come from the owner's database, and a private address is no country's.
func TestMapOfOwnDatabase(t *testing.T) {
	name := mmdb.Write(t, "Owner-Country", 6, map[string]mmdbtype.DataType{
		"8.8.8.0/24": mmdb.Country("CH"), "2a00:1450::/32": mmdb.Country("AT")})
	where, err := geo.NewLocator(name)
	if err != nil {
		t.Fatal(err)
	}
	defer where.Close()
	opt := options(t, reading(corpus.Spec, ""))
	opt.Geo = where
	var lines strings.Builder
	for _, address := range []string{"8.8.8.8", "8.8.8.9", "2a00:1450::1", "10.1.2.3", "193.0.6.139"} {
		lines.WriteString(strings.Replace(request, "192.0.2.1", address, 1))
	}
	opt.Sources = log(lines.String())
	s := open(t, opt)
	chart := dashboardOf(t, s).Data.Dashlets[0]
	got := map[string]float64{}
	for _, b := range chart.Bars {
		got[b.Label] = b.Value
	}
	if diff := cmp.Diff(map[string]float64{"Switzerland": 2, "Austria": 1, "Private address": 1, "Unknown": 1}, got); diff != "" {
		t.Error(diff)
	}
	page := get(t, s, "")
	for _, want := range []string{`aria-label="Switzerland: 2 requests"`, `aria-label="Austria: 1 requests"`, "Owner-Country.mmdb (Owner-Country, 2023-11-14)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "Netherlands") || strings.Contains(page, "United States") {
		t.Error("the built-in table is asked, too")
	}
}

// TestPeriod: a dashlet of a log looks back its period from the newest event, says so, and can count all events; of samples, all.
func TestPeriod(t *testing.T) {
	at := func(when string) string { return strings.Replace(request, "2021-03-02T08:00:00", when, 1) }
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(at("2021-03-09T08:00:00") + at("2021-03-02T08:00:00") + at("2021-03-02T07:59:59") + at("2021-01-01T00:00:00") + "no event\n")
	s := open(t, opt)
	code := func(page string) Chart { return dashboard(t, s, page).Data.Dashlets[1] }
	want := Window{Period: "7 days", From: "2021-03-02 08:00", To: "2021-03-09 08:00", Outside: 2, Applied: true}
	for _, page := range []string{"index.json", "index-recent.json"} {
		if c := code(page); c.Events != 2 || c.Window != want {
			t.Errorf("%s: %d events, %+v", page, c.Events, c.Window)
		}
	}
	want.Applied = false
	if c := code("index-all.json"); c.Events != 4 || c.Window != want {
		t.Errorf("%d events, %+v", c.Events, c.Window)
	}
	if page := get(t, s, ""); !strings.Contains(page, "Last 7 days: 2021-03-02 08:00 to 2021-03-09 08:00") || !strings.Contains(page, "2 older events not counted") {
		t.Error("the page does not say which events it counts")
	}

	// The newest event has no request: those there are came too early.
	opt.Sources = log(at("2021-03-02T08:00:00") + "<190>1 2021-04-01T00:00:00Z d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 app web.1 - - hello\n")
	s = open(t, opt)
	if c := code("index.json"); c.Empty == nil || c.Window.Outside != 1 || code("index-all.json").Empty != nil {
		t.Errorf("%+v", c)
	}
	if page := get(t, s, ""); !strings.Contains(page, "The one event that it would count came before 2021-03-25 00:00") {
		t.Error("the page does not say why the dashlet is empty")
	}

	samples := t.TempDir()
	if err := os.WriteFile(filepath.Join(samples, "a.log"), []byte(at("2021-03-02T08:00:00")+at("2020-01-01T00:00:00")), 0o644); err != nil {
		t.Fatal(err)
	}
	s = open(t, options(t, reading(corpus.Spec, samples)))
	if c := code("index.json"); c.Events != 2 || c.Window.Applied {
		t.Errorf("samples: %d events, %+v", c.Events, c.Window)
	}
}

func TestEmptyDashletSaysWhy(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log("<158>1 2021-03-02T08:00:00+00:00 d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 app web.1 - - hello\n")
	board := dashboardOf(t, open(t, opt))
	for _, c := range board.Data.Dashlets {
		if c.Title != "Heroku: HTTP Code by Volume" {
			continue
		}
		if c.Empty == nil || !slices.Equal(c.Empty.Missing(), []string{"http_response_code"}) || c.Empty.Events != 1 {
			t.Errorf("%+v", c.Empty)
		}
		return
	}
	t.Error("no such dashlet")
}

// TestSortFilterPage: rows come in the order of a column's values, a filter keeps those that hold a text, and pages add up.
func TestSortFilterPage(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(string(corpus.Log(t, 3000, 1)))
	s := open(t, opt)
	st, _, _ := s.state()
	v := &view{state: st, geo: opt.Geo, expressions: map[string]Marked{}}
	r := &st.pack.Reports[1]
	column := slices.IndexFunc(r.Columns, func(c pack.Column) bool { return c.Heading == "Service Time" })
	for _, desc := range []bool{false, true} {
		rows, total := st.store.rowsOf(r, query{sort: column, desc: desc})
		if len(rows) != total || total < 500 {
			t.Fatal(len(rows), total)
		}
		last, ended := 0.0, false
		for i, row := range rows {
			n, ok := leading(row.row[column])
			if !ok {
				ended = ended || row.row[column] == ""
				continue
			}
			if ended || i > 0 && (n < last && !desc || n > last && desc) {
				t.Fatalf("descending %v: %v behind %v", desc, n, last)
			}
			last = n
		}
	}
	seen := 0
	for page := 1; ; page++ {
		p := v.report(1, query{text: "post", sort: -1, page: page})
		seen += len(p.Rows)
		for _, row := range p.Rows {
			if !strings.Contains(strings.ToLower(strings.Join(row.Values, " ")), "post") {
				t.Errorf("%v", row.Values)
			}
		}
		if p.Table.Next == "" {
			if seen != p.Found || page != p.Table.Last || seen == 0 || seen == p.Total {
				t.Errorf("%d rows on %d pages, %d found of %d", seen, page, p.Found, p.Total)
			}
			break
		}
	}
	if p := v.report(1, query{sort: -1, page: 1 << 40}); p.Table.Page != p.Table.Last {
		t.Errorf("page %d", p.Table.Page)
	}
}

// TestColumnsSayWhatFillsThem: the header of a column tells its expression, and the rows it fills.
func TestColumnsSayWhatFillsThem(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(sampleLog(t))
	s := open(t, opt)
	st, _, _ := s.state()
	v := &view{state: st, geo: opt.Geo, expressions: map[string]Marked{}}
	for i := range st.pack.Reports {
		rows, _ := st.store.rowsOf(&st.pack.Reports[i], query{sort: -1})
		for k, c := range v.columns(&st.pack.Reports[i]) {
			filled := 0
			for _, r := range rows {
				if r.row[k] != "" {
					filled++
				}
			}
			by := 0
			for _, f := range c.By {
				by += f.Rows
				if !strings.Contains(f.Pattern, "<"+c.Token+">") || f.Place.Line == 0 {
					t.Errorf("%s: %+v", c.Heading, f)
				}
			}
			if c.Filled != filled || c.Token != "" && by != filled {
				t.Errorf("%s: filled %d, by expressions %d, in rows %d", c.Heading, c.Filled, by, filled)
			}
		}
	}
}

func TestXLSX(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(sampleLog(t))
	s := open(t, opt)
	f, err := excelize.OpenReader(strings.NewReader(get(t, s, "report-2.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	st, _, _ := s.state()
	rows, _ := st.store.rowsOf(&st.pack.Reports[2], query{sort: -1})
	if len(got) != len(rows)+1 || got[0][2] != "Command" {
		t.Fatalf("%d rows, %v", len(got), got[0])
	}
	for i, r := range rows {
		if diff := cmp.Diff(r.row, got[i+1]); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
}

// TestReload: a changed spec is shown by itself; a broken one stands above the last good state, as the command line prints it.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(corpus.Spec)); err != nil {
		t.Fatal(err)
	}
	opt := options(t, reading(dir, ""))
	opt.Sources = log(sampleLog(t))
	s := open(t, opt)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	watching := make(chan error, 1)
	go func() { watching <- s.Watch(ctx, dir) }()
	name := filepath.Join(dir, "dashlets.yaml")
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	write := func(data string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(good), "Heroku: Log Severity", "Heroku: Renamed", 1))
	for i := 0; !strings.Contains(get(t, s, ""), "Heroku: Renamed"); i++ {
		if i%200 == 199 { // the folder may not have been watched yet when it was written
			write(strings.Replace(string(good), "Heroku: Log Severity", "Heroku: Renamed", 1))
		}
		time.Sleep(5 * time.Millisecond)
	}
	write(strings.Replace(string(good), "chart: donut", "chart: doughnut", 1))
	waitFor(t, func() bool { return strings.Contains(get(t, s, ""), "doughnut") })
	page := get(t, s, "")
	if !strings.Contains(page, "Heroku: Renamed") || !strings.Contains(page, `role="alert"`) {
		t.Error("the last good state is not below the errors")
	}
	write(string(good))
	waitFor(t, func() bool {
		p := get(t, s, "")
		return strings.Contains(p, "Heroku: Log Severity") && !strings.Contains(p, "doughnut")
	})
	compareWithReplay(t, s, opt.Sources())
	cancel()
	if err := <-watching; err != nil {
		t.Error(err)
	}
}

// TestLive: lines that arrive while the page is open are shown, and none is lost or doubled when the spec changes meanwhile.
func TestLive(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Live = true
	s := open(t, opt)
	const n = 4000
	var records []syslog.Record
	r, err := syslog.NewReader(bytes.NewReader(corpus.Log(t, n, 3)), "tcp", syslog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, rec)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, rec := range records {
			s.Append(rec)
		}
	}()
	for range 3 {
		s.Reload(context.Background())
		time.Sleep(20 * time.Millisecond)
	}
	<-done
	waitFor(t, func() bool { st, _, _ := s.state(); return !st.status().Loading && st.status().Lines == n })
	st, _, _ := s.state()
	for i, rec := range records {
		if got := st.store.line(i); got == nil || got.Line != rec.Line {
			t.Fatalf("line %d is not in its place", i)
		}
	}
}

// TestLiveCountsOldest: how many lines have left is known also after the spec changed, and lines keep their numbers.
func TestLiveCountsOldest(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Live, opt.MaxEvents = true, 10
	s := open(t, opt)
	r, err := syslog.NewReader(strings.NewReader(strings.Repeat(request, 25)), "tcp", syslog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 25 {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		s.Append(rec)
	}
	before, _, _ := s.state()
	if got := before.status().Tally; got.Left != 15 || got.Lines != 10 {
		t.Errorf("%+v", got)
	}
	s.Reload(context.Background())
	waitFor(t, func() bool { st, _, _ := s.state(); return st != before && !st.status().Loading })
	st, _, _ := s.state()
	if got := st.status().Tally; got.Left != 15 || got.Lines != 10 {
		t.Errorf("after a reload: %+v", got)
	}
	if l := st.store.line(24); l == nil || l.Line != 25 {
		t.Errorf("line 24 is %+v", l)
	}
	if page := get(t, s, ""); !strings.Contains(page, `data-reason="oldest"`) {
		t.Error("the page does not count the oldest")
	}
}

// TestExplain: rules that are said to take a line are those that did, and a measured expression splits into its parts.
func TestExplain(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(string(corpus.Log(t, 60, 1)))
	s := open(t, opt)
	st, _, _ := s.state()
	w := st.console.NewWorker()
	reached := 0
	for i := range st.store.lines {
		rec := &st.store.lines[i].Record
		e := st.explain(rec, true)
		var r console.Result
		w.Evaluate(&rec.Event, &r)
		for _, v := range e.Verdicts {
			if v.Taken != slices.Contains(r.Hits, v.Path) || v.Taken == (v.Refused != "") {
				t.Errorf("line %d: %+v", i, v)
			}
			matches := slices.ContainsFunc(v.Holds, func(n Named) bool { return n.Name == "match" })
			if v.Taken != (len(v.Holds) > 0) || matches != (v.Found != nil) {
				t.Errorf("line %d: %s takes it, and why: %+v", i, v.Path, v.Found)
			}
			if f := v.Found; f != nil && (f.Text == "" || e.Text[f.From:f.To] != f.Text) {
				t.Errorf("line %d: %+v", i, f)
			}
			if v.Reached != nil {
				reached++
				if x := v.Reached; x.Pattern[:x.From]+x.Done()+x.Failing()+x.Left() != x.Pattern || x.Done() == "" || x.Failing() == "" {
					t.Errorf("line %d: %+v", i, x)
				}
			}
		}
		var text strings.Builder
		for _, p := range e.Pieces() {
			text.WriteString(p.Text)
			if p.Token != nil && !strings.Contains(p.Token.Value, p.Text) {
				t.Errorf("line %d: %q is marked as %s %q", i, p.Text, p.Token.Name, p.Token.Value)
			}
		}
		if text.String() != rec.Event.Text {
			t.Errorf("line %d: %q", i, text.String())
		}
	}
	if reached < 100 {
		t.Errorf("only %d expressions measured", reached)
	}
}

// TestFiles: the files lead only to each other, also where there would be more of them than are written, and hold what the pages hold.
func TestFiles(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(string(corpus.Log(t, 120, 1)))
	s := open(t, opt)
	for _, most := range []int{maxPages, 40} {
		dir := t.TempDir()
		n, err := s.writeFiles(context.Background(), dir, most)
		if err != nil {
			t.Fatal(err)
		}
		if n > most || n < 40 {
			t.Errorf("%d files of %d at most", n, most)
		}
		leadToEachOther(t, dir, n)
		for _, name := range []string{"index.html", "index-all.html", "report-1.csv", "report-1.xlsx", "alerts.html", "proof.html", "page.js"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil && (most == maxPages || !strings.HasPrefix(name, "report")) {
				t.Error(err)
			}
		}
	}
}

func leadToEachOther(t *testing.T, dir string, n int) {
	t.Helper()
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != n {
		t.Fatal(len(names), n, err)
	}
	links := regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)
	for _, e := range names {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(e.Name()) != ".html" {
			continue
		}
		for _, m := range links.FindAllStringSubmatch(string(data), -1) {
			if strings.HasPrefix(m[1], "#") {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, m[1])); err != nil {
				t.Errorf("%s leads to %s", e.Name(), m[1])
			}
		}
	}
}
