package console

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/syslog"
)

// figure10 is the event of the guide's Figure 10.
const figure10 = `Feb 15 15:52:19 Heroku Computer:Heroku, Jan 24 01:51:24 52.2.229.255 1 2021-01-24T09:51:24.537546+00:00 ` +
	`d.5a8fd083-0972-4e18-b912-94dc2d099dac heroku web.1 source=web.1 dyno=heroku.85170982.7541d2e4-778f-442e-88f6-ad72cd81b0ff ` +
	`sample#memory_total=639.80MB sample#memory_rss=626.77MB sample#memory_cache=13.03MB sample#memory_swap=0.00MB ` +
	`sample#memory_pgpgin=236487pages sample#memory_pgpgout=73720pages sample#memory_quota=1024.00MB`

// metrics is a pack with what the figure needs.
func metrics() *pack.Pack {
	return &pack.Pack{
		Source: pack.Source{Type: "Heroku", System: "Elsewhere", Priority: 131,
			DeviceID: pack.DeviceID{Expression: `(?P<Computer>d\.\S+)`, Flavour: pack.PCRE, Token: "Computer", Active: true}},
		KnowledgeObjects: []pack.KnowledgeObject{{Name: "Heroku", AppliesTo: "heroku", Group: "Heroku",
			Rules: []pack.ObjectRule{{
				Rule: pack.Rule{Title: "Heroku", EventSource: "syslog", SourceType: "Heroku"},
				Expressions: []pack.Expression{
					{Type: pack.RegularExpression, Expression1: `\s(?<DrainId>d\.\S+)`},
					{Type: pack.RegularExpression, Expression1: `\ssource=(?<Source>\S+)\sdyno=(?<DynoId>\S+)`},
					{Type: pack.RegularExpression, Expression1: `memory_rss=(?<Rss>\S+)`},
					{Type: pack.RegularExpression, Expression1: `memory_pgpgin=(?<In>\S+)`},
					{Type: pack.RegularExpression, Expression1: `memory_pgpgout=(?<Out>\S+)`},
					{Type: pack.RegularExpression, Expression1: `memory_quota=(?<Quota>\S+)`},
				}}},
			Properties: []pack.PropertyValue{
				{Property: "application_category", Tokens: []string{"DrainId"}},
				{Property: "application_type", Tokens: []string{"Missing", "Source"}},
				{Property: "log_type", Tokens: []string{"Source"}},
				{Property: "log_info", Tokens: []string{"DynoId"}},
				{Property: "total_bytes_in", Tokens: []string{"In"}},
				{Property: "total_bytes_out", Tokens: []string{"Out"}},
				{Property: "total_packets_count", Tokens: []string{"Quota"}},
				{Property: "total_packets_in", Tokens: []string{"Rss"}},
			}}},
		Reports: []pack.Report{{Title: "Memory", Rules: []pack.Rule{{Match: pack.Pattern{Text: "SAMPLE#MEMORY"}}},
			Columns: []pack.Column{{Heading: "LogTime", Property: "LogTime"}, {Heading: "Computer", Property: "Computer"},
				{Heading: "Quota", Token: "Quota"}, {Heading: "None", Token: "None"}}}},
	}
}

// evaluate runs one line through a pack.
func evaluate(t *testing.T, p *pack.Pack, opt Options, line string) *Result {
	t.Helper()
	c, err := New(p, opt)
	if err != nil {
		t.Fatal(err)
	}
	ev, err := syslog.Parse(line)
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	c.NewWorker().Evaluate(&ev, &r)
	c.NewAlarms().Raise(&r)
	return &r
}

func TestFigure10(t *testing.T) {
	india, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	r := evaluate(t, metrics(), Options{Location: india}, figure10)
	want := []Property{
		{"application_category", "d.5a8fd083-0972-4e18-b912-94dc2d099dac"},
		{"application_type", "web.1"},
		{"event_category", "0"},
		{"event_computer", "Heroku-syslog"},
		{"event_datetime", "2/15/2021 3:52:19 PM"},
		{"event_datetime_utc", "1613384539"},
		{"event_description", figure10},
		{"event_id", "128"},
		{"event_log_type", "Application"},
		{"event_source", "SYSLOG local0"},
		{"event_type", "Error"},
		{"event_user_domain", "N/A"},
		{"event_user_name", "N/A"},
		{"log_category", "heroku"},
		{"log_info", "heroku.85170982.7541d2e4-778f-442e-88f6-ad72cd81b0ff"},
		{"log_source", "Heroku"},
		{"log_type", "web.1"},
		{"source_type", "Heroku"},
		{"total_bytes_in", "236487"},
		{"total_bytes_out", "73720"},
		{"total_packets_count", "1024"},
		{"total_packets_in", "627"},
	}
	for _, p := range want {
		if got, _ := r.Property(p.Name); got != p.Value {
			t.Errorf("%s = %q, want %q", p.Name, got, p.Value)
		}
	}
	if n := len(r.Event) + len(r.Properties); n != len(want) {
		t.Errorf("%d properties, the figure has %d", n, len(want))
	}
	if r.DeviceID != "d.5a8fd083-0972-4e18-b912-94dc2d099dac" {
		t.Errorf("device id %q", r.DeviceID)
	}
	if len(r.Rows) != 1 || !cmp.Equal(r.Rows[0].Values, []string{"02-15-2021 03:52:19 PM", "Heroku-syslog", "1024.00MB", ""}) {
		t.Errorf("rows %+v", r.Rows)
	}
}

func TestEventProperties(t *testing.T) {
	tests := []struct{ name, line, property, want string }{
		{"priority decides source", "<158>1 2021-01-24T09:51:24+00:00 d.x heroku router - - m", "event_source", "SYSLOG local3"},
		{"priority decides id", "<158>1 2021-01-24T09:51:24+00:00 d.x heroku router - - m", "event_id", "152"},
		{"informational", "<158>1 2021-01-24T09:51:24+00:00 d.x heroku router - - m", "event_type", "Information"},
		{"warning", "<132>1 2021-01-24T09:51:24+00:00 d.x heroku router - - m", "event_type", "Warning"},
		{"emergency", "<40>1 2021-01-24T09:51:24+00:00 d.x heroku router - - m", "event_type", "Error"},
		{"no header: the pack's system", "<158>1 2021-01-24T09:51:24+00:00 d.x heroku router - - m", "event_computer", "Elsewhere"},
		{"no receipt header: the sender's time", "<158>1 2021-01-24T09:51:24+02:00 d.x heroku router - - m", "event_datetime", "1/24/2021 7:51:24 AM"},
		{"midnight and noon", "<158>1 2021-01-24T00:05:00Z d.x heroku router - - m", "LogTime", "01-24-2021 12:05:00 AM"},
		{"a time without a year is none", "<34>Oct 11 22:14:15 host su: failed", "event_datetime", ""},
		{"dashes stay, priority goes", "<158>1 2021-01-24T09:51:24Z d.x heroku router - - m", "event_description", "1 2021-01-24T09:51:24Z d.x heroku router - - m"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := evaluate(t, metrics(), Options{}, tt.line).Property(tt.property); got != tt.want {
				t.Errorf("%s = %q, want %q", tt.property, got, tt.want)
			}
		})
	}
}

// A captured line was received when the capture got it, unless a console's header says more.
func TestReceiptOfCapturedLine(t *testing.T) {
	const plain, shown = "<158>1 2021-01-24T09:51:24Z d.x app web.1 - - m", "Jan 25 07:00:00 Heroku Computer:Heroku, 1 2021-01-24T09:51:24Z d.x app web.1 m"
	for text, want := range map[string]string{plain: "1/24/2021 9:59:00 AM", shown: "1/25/2021 7:00:00 AM"} {
		c, err := New(metrics(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		ev, err := syslog.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		ev.Arrived = time.Date(2021, 1, 24, 9, 59, 0, 0, time.UTC)
		var r Result
		c.NewWorker().Evaluate(&ev, &r)
		if got, _ := r.Property("event_datetime"); got != want {
			t.Errorf("%s: received %s, want %s", text, got, want)
		}
	}
}

const line = "<158>1 2021-01-24T09:51:24Z d.x app web.1 - - ERROR boom"

func TestRules(t *testing.T) {
	tests := []struct {
		name string
		rule pack.Rule
		want bool
	}{
		{"empty takes all", pack.Rule{}, true},
		{"source is a prefix without regard to case", pack.Rule{EventSource: "syslog"}, true},
		{"source of another kind", pack.Rule{EventSource: "security"}, false},
		{"source longer than the event's", pack.Rule{EventSource: "SYSLOG local3 and more"}, false},
		{"id", pack.Rule{EventID: "152"}, true},
		{"another id", pack.Rule{EventID: "15"}, false},
		{"log type", pack.Rule{LogType: "application"}, true},
		{"event type", pack.Rule{EventType: "Error"}, false},
		{"category", pack.Rule{Category: "0"}, true},
		{"user", pack.Rule{User: "N/A"}, true},
		{"computer", pack.Rule{Computer: "elsewhere"}, true},
		{"source type", pack.Rule{SourceType: "Linux"}, false},
		{"regex", pack.Rule{Match: pack.Pattern{Regex: `\bERROR\b`}}, true},
		{"regex regards case", pack.Rule{Match: pack.Pattern{Regex: `error`}}, false},
		{"text does not regard case", pack.Rule{Match: pack.Pattern{Text: "error BOOM"}}, true},
		{"text is no regex", pack.Rule{Match: pack.Pattern{Text: "e.ror"}}, false},
		{"exception", pack.Rule{Match: pack.Pattern{Regex: `ERROR`}, Exception: pack.Pattern{Text: "boom"}}, false},
		{"exception that does not match", pack.Rule{Match: pack.Pattern{Regex: `ERROR`}, Exception: pack.Pattern{Regex: "^boom"}}, true},
		{"every field must agree", pack.Rule{EventSource: "syslog", EventID: "1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := metrics()
			p.Categories = []pack.Category{{Name: "C", Rules: []pack.Rule{{Match: pack.Pattern{Regex: "nowhere"}}, tt.rule}}}
			p.Alerts = []pack.Alert{{Name: "A", Rules: []pack.Rule{tt.rule}}}
			r := evaluate(t, p, Options{}, line)
			if got := len(r.Categories) == 1; got != tt.want {
				t.Errorf("category taken: %t", got)
			}
			if got := len(r.Alerts) == 1; got != tt.want {
				t.Errorf("alert raised: %t", got)
			}
		})
	}
}

func TestObjects(t *testing.T) {
	second := pack.KnowledgeObject{Name: "Second", AppliesTo: "x", Rules: []pack.ObjectRule{{Rule: pack.Rule{EventSource: "SYSLOG"}}}}
	p := metrics()
	p.KnowledgeObjects = append(p.KnowledgeObjects, second)
	r := evaluate(t, p, Options{}, figure10)
	if len(r.Findings) != 1 || r.Findings[0].ID != "object-ambiguous" || r.Findings[0].Path != "knowledge_objects[1]" {
		t.Errorf("findings %+v", r.Findings)
	}
	if r.KnowledgeObject != "Heroku" {
		t.Errorf("object %q, want the first", r.KnowledgeObject)
	}
	other := evaluate(t, p, Options{SourceType: "Linux"}, figure10)
	if other.KnowledgeObject != "Second" || len(other.Tokens) != 0 || len(other.Findings) != 0 {
		t.Errorf("another source type: %q, %v, %v", other.KnowledgeObject, other.Tokens, other.Findings)
	}
}

func TestTokens(t *testing.T) {
	p := metrics()
	p.KnowledgeObjects[0].Rules[0].Expressions = []pack.Expression{
		{Expression1: `(?<A>b)oom|(?<A>E)RR`},        // one name in two branches
		{Expression1: `\s(?:(?<Last>[A-Z]))+\sboom`}, // the last capture is the group's value
		{Expression1: `(?<A>ERROR)\s(?<B>\w)`},       // a token keeps its first value
		{Expression1: `(?<Empty>)boom`},
	}
	r := evaluate(t, p, Options{}, line)
	var got []string
	for _, tok := range r.Tokens {
		got = append(got, tok.Name+"="+tok.Value)
		if text, _ := r.Property("event_description"); text[tok.From:tok.To] != tok.Value {
			t.Errorf("%s does not stand at %d-%d", tok.Name, tok.From, tok.To)
		}
	}
	if want := "A=E Last=R B=b Empty="; strings.Join(got, " ") != want {
		t.Errorf("tokens %q, want %q", strings.Join(got, " "), want)
	}
}

func TestLeadingNumber(t *testing.T) {
	for in, want := range map[string]string{"626.77MB": "627", "1024.00MB": "1024", "236487pages": "236487", "0.49": "0", "0.5": "1",
		"-2.5x": "-3", "-0.4": "0", "MB": "", "": "", "1.2.3.4": "", "12 34": "12"} {
		if got := leadingNumber(in); got != want {
			t.Errorf("leadingNumber(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDeviceID(t *testing.T) {
	p := metrics()
	p.Source.System = ""
	if got, _ := evaluate(t, p, Options{}, line).Property("event_computer"); got != "d.x" {
		t.Errorf("without a system the device id names the computer; got %q", got)
	}
	p.Source.DeviceID.DropOthers = true
	if evaluate(t, p, Options{}, line).Dropped {
		t.Error("a line with a device id is not dropped")
	}
	if r := evaluate(t, p, Options{}, "<158>1 2021-01-24T09:51:24Z host app web.1 - m"); !r.Dropped || len(r.Event) != 0 {
		t.Error("a line without a device id is dropped")
	}
	p.Source.DeviceID.Active = false
	if r := evaluate(t, p, Options{}, line); r.Dropped || r.DeviceID != "" {
		t.Error("an inactive expression is not run")
	}
}

func TestThreshold(t *testing.T) {
	p := metrics()
	p.Alerts = []pack.Alert{{Name: "A", Threshold: pack.Threshold{Count: 3, Within: pack.Duration(time.Minute)}, Rules: []pack.Rule{{}}}}
	c, err := New(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w, alarms := c.NewWorker(), c.NewAlarms()
	var got strings.Builder
	for _, second := range []int{0, 10, 20, 30, 40, 130, 140, 191, 192} {
		ev := syslog.Event{Priority: -1, Time: time.Unix(int64(second), 0)}
		var r Result
		w.Evaluate(&ev, &r)
		alarms.Raise(&r)
		got.WriteByte("-!"[len(r.Alerts)])
	}
	// 0, 10, 20 reach it; counting begins anew; 30 and 40 are left behind by 130; 130 is left behind by 191.
	if want := "--!-----!"; got.String() != want {
		t.Errorf("raised %s, want %s", got.String(), want)
	}
}

func TestTimeout(t *testing.T) {
	p := metrics()
	p.KnowledgeObjects = nil
	p.Categories = []pack.Category{{Name: "C", Rules: []pack.Rule{{Match: pack.Pattern{Regex: `^(?:1 )(?:\w|\W|.)+(?:a+)+(?:a+)+(?:a+)+$(?<!x)y`}}}}}
	r := evaluate(t, p, Options{Timeout: 5 * time.Millisecond}, "<158>1 2021-01-24T09:51:24Z d.x app web.1 - - "+strings.Repeat("a", 5000))
	if len(r.Findings) != 1 || r.Findings[0].ID != "expression-timeout" || r.Findings[0].Path != "categories[0].rules[0].match.regex" {
		t.Errorf("findings %+v", r.Findings)
	}
	if len(r.Categories) != 0 {
		t.Error("an expression that runs out of time takes nothing")
	}
}

func TestNewReportsEveryExpression(t *testing.T) {
	p := metrics()
	p.Source.DeviceID.Expression = "("
	p.Categories = []pack.Category{{Rules: []pack.Rule{{Match: pack.Pattern{Regex: "["}}}}}
	p.KnowledgeObjects[0].Rules[0].Expressions[2].Expression1 = "(?P<n>x)"
	_, err := New(p, Options{})
	var list diag.List
	if !errors.As(err, &list) {
		t.Fatalf("error %v", err)
	}
	var got []string
	for _, d := range list {
		got = append(got, d.ID+" "+d.Path)
	}
	want := []string{"bad-expression source.device_id.expression",
		"bad-expression knowledge_objects[0].rules[0].expressions[2].expression_1",
		"bad-expression categories[0].rules[0].match.regex"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBoard(t *testing.T) {
	p := metrics()
	p.KnowledgeObjects[0].Properties = append(p.KnowledgeObjects[0].Properties, pack.PropertyValue{Property: "word", Tokens: []string{"Word"}})
	p.KnowledgeObjects[0].Rules[0].Expressions = append(p.KnowledgeObjects[0].Rules[0].Expressions, pack.Expression{Expression1: `- - (?<Word>\w+)`})
	p.Dashlets = []pack.Dashlet{
		{Title: "count", Query: "word:*", Axis: pack.Axis{Property: "word"}, Value: pack.Value{Aggregate: pack.Count}},
		{Title: "days", Query: "word:a*", Axis: pack.Axis{Property: "event_datetime", Interval: pack.Duration(24 * time.Hour)}, Value: pack.Value{Aggregate: pack.Count}, Series: "word"},
		{Title: "sum", Query: "word:*", Axis: pack.Axis{Property: "event_source"}, Value: pack.Value{Aggregate: pack.Sum, Property: "event_id"}},
		{Title: "average", Query: "word:*", Axis: pack.Axis{Property: "event_log_type"}, Value: pack.Value{Aggregate: pack.Average, Property: "event_id"}},
		{Title: "hours", Query: "word:ab", Axis: pack.Axis{Property: "event_datetime", Interval: pack.Duration(6 * time.Hour)}, Value: pack.Value{Aggregate: pack.Count}},
		{Title: "nothing", Query: "word:*", Axis: pack.Axis{Property: "missing"}, Value: pack.Value{Aggregate: pack.Count}},
	}
	c, err := New(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	board, err := c.NewBoard()
	if err != nil {
		t.Fatal(err)
	}
	w := c.NewWorker()
	var counted []Counted
	for _, l := range []string{
		"<158>1 2021-01-24T23:59:59Z d.x app web.1 - - ab",
		"<158>1 2021-01-25T00:00:00Z d.x app web.1 - - ab",
		"<134>1 2021-01-25T11:00:00Z d.x app web.1 - - ac",
		"<134>1 2021-01-25T11:00:00Z d.x app web.1 - - ?",
	} {
		ev, err := syslog.Parse(l)
		if err != nil {
			t.Fatal(err)
		}
		var r Result
		w.Evaluate(&ev, &r)
		counted = append(counted, board.Add(&r)...)
	}
	want := map[string][]Point{
		"count":   {{"ab", "", 2, 2, 0}, {"ac", "", 1, 1, 0}},
		"days":    {{"2021-01-24", "ab", 1, 1, 0}, {"2021-01-25", "ab", 1, 1, 0}, {"2021-01-25", "ac", 1, 1, 0}},
		"sum":     {{"SYSLOG local0", "", 128, 1, 0}, {"SYSLOG local3", "", 304, 2, 0}},
		"average": {{"Application", "", 144, 3, 0}},
		"hours":   {{"2021-01-24 18:00", "", 1, 1, 0}, {"2021-01-25 00:00", "", 1, 1, 0}},
		"nothing": nil,
	}
	for _, s := range board.Series() {
		if diff := cmp.Diff(want[s.Dashlet.Title], s.Points, cmpopts.IgnoreFields(Point{}, "Number")); diff != "" {
			t.Errorf("%s: %s", s.Dashlet.Title, diff)
		}
	}
	for i, s := range board.SeriesOf(slices.Values(counted)) {
		if diff := cmp.Diff(board.Series()[i].Points, s.Points); diff != "" {
			t.Errorf("%s of all events: %s", s.Dashlet.Title, diff)
		}
	}
	some := board.SeriesOf(func(yield func(Counted) bool) {
		for _, c := range counted {
			if c.Point == 0 && !yield(c) {
				return
			}
		}
	})
	if diff := cmp.Diff([]Point{{"ab", "", 2, 2, 0}}, some[0].Points); diff != "" {
		t.Error(diff)
	}
	board.Remove(counted)
	for _, s := range board.Series() {
		if s.Events != 0 || len(s.Points) != 0 {
			t.Errorf("%s: %v is left when all events are taken back", s.Dashlet.Title, s.Points)
		}
	}
}
