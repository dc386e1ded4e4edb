package change_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/change"
	"github.com/kpgen/kpgen/pack/diag"
)

// edit replaces a text of a file once.
type edit struct{ file, old, new string }

const door = "../proof/testdata/door"

// edited copies the door pack and edits the copy; a file that is not there is written.
func edited(t testing.TB, edits ...edit) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(door)); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		name := filepath.Join(dir, e.file)
		text, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), e.old) {
			t.Fatalf("%s does not contain %q", e.file, e.old)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// summary gives a line for each place of each change: its id and where it is in the old and the new pack, "-" where it is in none.
func summary(r *change.Result) []string {
	at := func(s diag.Span) string {
		if s.File == "" {
			return "-"
		}
		s.File = filepath.Base(s.File)
		return s.String()
	}
	var out []string
	for _, c := range r.Changes {
		for _, p := range c.Places {
			out = append(out, fmt.Sprintf("%s %s %s", c.ID, at(p.Old), at(p.New)))
		}
	}
	return out
}

const (
	second = `  - name: "Door: Closings"
    description: Doors that were closed for the night by somebody or something.
    rules: [{title: Closed, match: '\sclosed for the night\s'}]
`
	evenings = `  - name: "Door: Evenings"
    description: Doors that were closed for the night by somebody or something.
    rules: [{title: Closed, match: '\sclosed for the night\s'}]
`
	gates = `  - name: Gate
    applies_to: gate
    rules: [{title: Gate, event_source: gate, expressions: ['gate=(?<Gate>\d+)']}]
`
	third  = "          - '%{badge}'\n          - '\\s(?<Action>opened|refused)\\s|\\s(?<Action>forced)$'\n          - 'by=(?<Badge>\\S+)'\n"
	swaped = "          - 'by=(?<Badge>\\S+)'\n          - '\\s(?<Action>opened|refused)\\s|\\s(?<Action>forced)$'\n          - '%{badge}'\n"
	both   = "          - '%{badge}'\n          - '\\s(?<Action>opened|refused)\\s|\\s(?<Action>forced)$'\n"
	turned = "          - '\\s(?<Action>opened|refused)\\s|\\s(?<Action>forced)$'\n          - '%{badge}'\n"
)

// Each case edits the pack before and after; a case with the same edits on both sides only prepares.
var cases = []struct {
	name     string
	old, new []edit
	want     []string
}{
	{name: "nothing"},
	{"comments, key order and layout", nil, []edit{
		{"reports.yaml", "reports:", "# What moved.\nreports:"},
		{"alerts.yaml", "    threat_level: high\n    rules:", "    active: false\n    systems: []\n    threat_level: \"high\"\n    rules:"},
		{"reports.yaml", "      - Action: Action", "      - {token: Action, heading: Action}"},
		{"knowledge-objects.yaml", "          - '%{badge}'", "          - >-\n            %{badge}"},
	}, nil},
	{"other named parts", nil, []edit{
		{"pack.yaml", "  badge: 'badge=(?<Badge>[0-9A-F]{4})'", "  hex: '[0-9A-F]'\n  badge: 'badge=(?<Badge>%{hex}{4})'"},
		{"pack.yaml", "  doors: {event_source: syslog, source_type", "  all: {event_source: syslog}\n  doors: {use: all, source_type"},
	}, nil},
	{"order without meaning", nil, []edit{{"alerts.yaml", "", "# \n"}, {"knowledge-objects.yaml", both, turned}}, nil},
	{"order of expressions", []edit{{"knowledge-objects.yaml", both, third}}, []edit{{"knowledge-objects.yaml", both, swaped}}, []string{
		"order-changed knowledge-objects.yaml:8:13 knowledge-objects.yaml:10:13"}},
	{"order of columns", nil, []edit{{"reports.yaml", "      - Action: Action\n      - Badge: Badge\n", "      - Badge: Badge\n      - Action: Action\n"}},
		[]string{"order-changed reports.yaml:8:9 reports.yaml:9:9"}},
	{"pack", nil, []edit{{"pack.yaml", "name: door", "name: doors"}, {"pack.yaml", "title: Door", "title: Doors"}},
		[]string{"pack-renamed pack.yaml:1:7 pack.yaml:1:7", "text-changed pack.yaml:2:8 pack.yaml:2:8"}},
	{"version alone", nil, []edit{{"pack.yaml", "1.2.3", "1.3.0"}}, nil},
	{"source", nil, []edit{{"pack.yaml", "system: doors", "system: gates"}}, []string{"source-changed pack.yaml:8:11 pack.yaml:8:11"}},
	{"drop others", nil, []edit{{"pack.yaml", "token: Computer}", "token: Computer, drop_others: true}"}},
		[]string{"drop-others-on pack.yaml:9:14 pack.yaml:9:87"}},
	{"drop no others", []edit{{"pack.yaml", "token: Computer}", "token: Computer, drop_others: true}"}}, nil,
		[]string{"drop-others-off pack.yaml:9:87 pack.yaml:9:14"}},
	{"device id", nil, []edit{{"pack.yaml", `door-\d+)\s'`, `door-\d{1,3})\s'`}}, []string{"expression-changed pack.yaml:9:50 pack.yaml:9:50"}},
	{"newer console", nil, []edit{{"pack.yaml", `"9.3"`, `"9.10"`}}, []string{"console-raised pack.yaml:5:18 pack.yaml:5:18"}},
	{"older console", nil, []edit{{"pack.yaml", `"9.3"`, `"9.2"`}}, []string{"console-lowered pack.yaml:5:18 pack.yaml:5:18"}},
	{"file renamed", nil, []edit{{"pack.yaml", "Alert_Door", "Alerts_Door"}}, []string{"file-renamed pack.yaml:17:11 pack.yaml:17:11"}},
	{"dashlets and their file gone", nil, []edit{{"pack.yaml", "  dashlets: Dashboard_Door.etwd\n", ""}, {"dashlets.yaml",
		"  - title: \"Door: Badges\"\n    chart: column\n    query: log_source:Door AND door_badge:*\n    axis: {property: door_badge}\n", "  []\n"}},
		[]string{"file-removed pack.yaml:20:13 pack.yaml:16:3", "item-removed dashlets.yaml:2:5 -"}},
	{"file new", []edit{{"pack.yaml", "  dashlets: Dashboard_Door.etwd\n", ""}}, nil, []string{"file-added pack.yaml:16:3 pack.yaml:20:13"}},
	{"category new", nil, []edit{{"categories.yaml", "categories:\n", "categories:\n" + second}}, []string{"item-added - categories.yaml:2:5"}},
	{"category gone", []edit{{"categories.yaml", "categories:\n", "categories:\n" + second}}, nil, []string{"item-removed categories.yaml:2:5 -"}},
	{"category renamed", []edit{{"categories.yaml", "categories:\n", "categories:\n" + second}}, []edit{{"categories.yaml", "categories:\n", "categories:\n" + evenings}},
		[]string{"item-renamed categories.yaml:2:11 categories.yaml:2:11"}},
	{"object before another", []edit{{"knowledge-objects.yaml", "knowledge_objects:\n", "knowledge_objects:\n" + gates}},
		[]edit{{"knowledge-objects.yaml", "      door_badge: Badge\n", "      door_badge: Badge\n" + gates}},
		[]string{"order-changed knowledge-objects.yaml:2:5 knowledge-objects.yaml:12:5"}},
	{"rule new", nil, []edit{{"categories.yaml", "    rules:\n", "    rules:\n      - match: '\\sajar$'\n"}}, []string{"rule-added - categories.yaml:4:9"}},
	{"rule gone", []edit{{"categories.yaml", "    rules:\n", "    rules:\n      - match: '\\sajar$'\n"}}, nil, []string{"rule-removed categories.yaml:4:9 -"}},
	{"rule moved", []edit{{"categories.yaml", "categories:\n", "categories:\n" + second}, {"categories.yaml", "    rules:\n", "    rules:\n      - match: '\\sajar$'\n"}},
		[]edit{{"categories.yaml", "categories:\n", "categories:\n" + second}, {"categories.yaml", "rules: [{", `rules: [{match: '\sajar$'}, {`}},
		[]string{"rule-moved categories.yaml:7:9 categories.yaml:4:13"}},
	{"names swapped, order without meaning", []edit{{"categories.yaml", "categories:\n", "categories:\n" + second}},
		[]edit{{"categories.yaml", "Openings", "Closings"}, {"categories.yaml", "categories:\n", "categories:\n" + strings.Replace(second, "Closings", "Openings", 1)}},
		[]string{"item-renamed categories.yaml:2:11 categories.yaml:2:11", "item-renamed categories.yaml:5:11 categories.yaml:5:11"}},
	{"a name taken over", []edit{{"categories.yaml", "categories:\n", "categories:\n" + second}},
		[]edit{{"categories.yaml", "Openings", "Closings"}},
		[]string{"item-removed categories.yaml:5:5 -", "text-changed categories.yaml:3:18 categories.yaml:2:5", "text-changed categories.yaml:4:21 categories.yaml:4:9",
			"field-changed categories.yaml:4:13 pack.yaml:26:25", "field-changed categories.yaml:4:13 pack.yaml:26:46",
			"expression-changed categories.yaml:4:39 categories.yaml:5:19"}},
	{"rule's title", nil, []edit{{"alerts.yaml", "title: Forced", "title: By force"}}, []string{"text-changed alerts.yaml:9:16 alerts.yaml:9:16"}},
	{"rule's field", nil, []edit{{"pack.yaml", "source_type: Door controller}", "source_type: Gate}"}}, slices.Repeat([]string{
		"field-changed pack.yaml:26:46 pack.yaml:26:46"}, 5)},
	{"pattern", nil, []edit{{"alerts.yaml", "{text: test badge}", "'test\\sbadge'"}}, []string{
		"expression-changed alerts.yaml:8:20 alerts.yaml:8:21", "field-changed alerts.yaml:8:27 alerts.yaml:8:20"}},
	{"shared expression", nil, []edit{{"pack.yaml", "{4}", "{6}"}}, slices.Repeat([]string{
		"expression-changed pack.yaml:24:34 pack.yaml:24:34"}, 3)},
	{"alert on", nil, []edit{{"alerts.yaml", "high\n", "high\n    active: true\n"}}, []string{"alert-on alerts.yaml:2:5 alerts.yaml:4:13"}},
	{"alert off", []edit{{"alerts.yaml", "high\n", "high\n    active: true\n"}}, nil, []string{"alert-off alerts.yaml:4:13 alerts.yaml:2:5"}},
	{"watch list new", nil, []edit{{"alerts.yaml", "high\n", "high\n    watch_lists: [{group: Staff, property: door_badge}]\n"}},
		[]string{"watch-list-added - alerts.yaml:4:19"}},
	{"watch list gone", []edit{{"alerts.yaml", "high\n", "high\n    watch_lists: [{group: Staff, property: door_badge}]\n"}}, nil,
		[]string{"watch-list-removed alerts.yaml:4:19 -"}},
	{"applies to", nil, []edit{{"knowledge-objects.yaml", "applies_to: door", "applies_to: gate"}},
		[]string{"log-category-changed knowledge-objects.yaml:3:17 knowledge-objects.yaml:3:17"}},
	{"expression and token new", nil, []edit{{"knowledge-objects.yaml", both, third}, {"knowledge-objects.yaml", "by=(?<Badge>", "by=(?<Guard>"}},
		[]string{"expression-added - knowledge-objects.yaml:10:13", "token-added - knowledge-objects.yaml:10:20"}},
	{"expression gone", []edit{{"knowledge-objects.yaml", both, third}}, nil, []string{"expression-removed knowledge-objects.yaml:10:13 -"}},
	{"token gone", []edit{{"knowledge-objects.yaml", both, third}, {"knowledge-objects.yaml", "by=(?<Badge>", "by=(?<Guard>"}}, nil,
		[]string{"token-removed knowledge-objects.yaml:10:20 -", "expression-removed knowledge-objects.yaml:10:13 -"}},
	{"token renamed, its columns with it", nil, []edit{{"knowledge-objects.yaml", "(?<Action>opened", "(?<Act>opened"},
		{"knowledge-objects.yaml", "(?<Action>forced", "(?<Act>forced"}, {"reports.yaml", "Action: Action", "Action: Act"}},
		[]string{"token-renamed knowledge-objects.yaml:9:19 knowledge-objects.yaml:9:19"}},
	{"token renamed in an expression that changed, and where a rule shares it", nil, []edit{{"pack.yaml", "badge=(?<Badge>[0-9A-F]{4})", "badge=(?<Card>[0-9A-F]{6})"},
		{"knowledge-objects.yaml", "door_badge: Badge", "door_badge: Card"}, {"reports.yaml", "Badge: Badge", "Badge: Card"}},
		[]string{"token-renamed pack.yaml:24:20 pack.yaml:24:20", "expression-changed pack.yaml:24:34 pack.yaml:24:33",
			"expression-changed pack.yaml:24:34 pack.yaml:24:33", "expression-changed pack.yaml:24:34 pack.yaml:24:33"}},
	{"token renamed, what refers to it with it", []edit{{"knowledge-objects.yaml", `\s(?<Action>forced)$'`, `\s(?<Action>forced)$(?(Action)x|y)\k<Action>'`}},
		[]edit{{"knowledge-objects.yaml", `(?<Action>opened|refused)\s|\s(?<Action>forced)$'`, `(?<Act>opened|refused)\s|\s(?<Act>forced)$(?(Act)x|y)\k<Act>'`},
			{"reports.yaml", "Action: Action", "Action: Act"}},
		[]string{"token-renamed knowledge-objects.yaml:9:19 knowledge-objects.yaml:9:19"}},
	{"property filled", nil, []edit{{"knowledge-objects.yaml", "door_badge: Badge\n", "door_badge: Badge\n      log_type: Action\n"}},
		[]string{"property-filled - knowledge-objects.yaml:12:7"}},
	{"property not filled", []edit{{"knowledge-objects.yaml", "door_badge: Badge\n", "door_badge: Badge\n      log_type: Action\n"}}, nil,
		[]string{"property-unfilled knowledge-objects.yaml:12:7 -"}},
	{"property filled otherwise", nil, []edit{{"knowledge-objects.yaml", "door_badge: Badge", "door_badge: [Badge, Action]"}},
		[]string{"property-source-changed knowledge-objects.yaml:11:19 knowledge-objects.yaml:11:19"}},
	{"property of numbers", nil, []edit{{"pack.yaml", "type: text", "type: number"}}, []string{"property-retyped pack.yaml:22:30 pack.yaml:22:30"}},
	{"property new", nil, []edit{{"pack.yaml", "properties:\n", "properties:\n  - {name: door_floor, type: number}\n"}}, []string{"property-added - pack.yaml:22:5"}},
	{"property gone", []edit{{"pack.yaml", "properties:\n", "properties:\n  - {name: door_floor, type: number}\n"}}, nil, []string{"property-removed pack.yaml:22:5 -"}},
	{"property renamed", nil, []edit{{"pack.yaml", "name: door_badge", "name: door_card"}}, []string{"property-renamed pack.yaml:22:12 pack.yaml:22:12"}},
	{"property renamed, what names it with it", nil, []edit{{"pack.yaml", "name: door_badge", "name: door_card"},
		{"knowledge-objects.yaml", "door_badge:", "door_card:"}, {"dashlets.yaml", "property: door_badge", "property: door_card"}, {"dashlets.yaml", "door_badge:*", "door_card:*"}},
		[]string{"property-renamed pack.yaml:22:12 pack.yaml:22:12"}},
	{"report renamed, its dashlet with it", []edit{{"dashlets.yaml", "    axis:", "    report: Door - Movements\n    axis:"}},
		[]edit{{"dashlets.yaml", "    axis:", "    report: Door - Moves\n    axis:"}, {"reports.yaml", "Door - Movements", "Door - Moves"}},
		[]string{"item-renamed reports.yaml:2:12 reports.yaml:2:12"}},
	{"column new", nil, []edit{{"reports.yaml", "      - Action", "      - Where: {property: Computer}\n      - Action"}}, []string{"column-added - reports.yaml:8:9"}},
	{"column gone", nil, []edit{{"reports.yaml", "      - Action: Action\n", ""}}, []string{"column-removed reports.yaml:8:9 -"}},
	{"column renamed", nil, []edit{{"reports.yaml", "Action: Action", "What: Action"}}, []string{"column-renamed reports.yaml:8:9 reports.yaml:8:9"}},
	{"column shows another", nil, []edit{{"reports.yaml", "Action: Action", "Action: Badge"}}, []string{"column-source-changed reports.yaml:8:17 reports.yaml:8:17"}},
	{"query", nil, []edit{{"dashlets.yaml", "door_badge:*", "door_badge:00A1"}}, []string{"query-changed dashlets.yaml:4:43 dashlets.yaml:4:43"}},
	{"parameter new", nil, []edit{{"pack.yaml", "parameters:\n", "parameters:\n  - {name: floor, description: Which one.}\n"}}, []string{"parameter-added - pack.yaml:12:5"}},
	{"parameter gone", []edit{{"pack.yaml", "parameters:\n", "parameters:\n  - {name: floor, description: Which one.}\n"}}, nil, []string{"parameter-removed pack.yaml:12:5 -"}},
	{"parameter renamed", nil, []edit{{"pack.yaml", "name: collector", "name: console"}}, []string{"parameter-renamed pack.yaml:12:12 pack.yaml:12:12"}},
	{"setup", nil, []edit{{"pack.yaml", "doorctl syslog", "doorctl log"}}, []string{"setup-changed pack.yaml:14:42 pack.yaml:14:42"}},
}

func TestCompare(t *testing.T) {
	told := map[string]bool{}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := change.Compare(loadSpec(t, edited(t, c.old...)), loadSpec(t, edited(t, c.new...)))
			got := summary(r)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s\n%v", diff, got)
			}
			for _, ch := range r.Changes {
				told[ch.ID] = true
			}
		})
	}
	for _, r := range change.Rules() {
		if r.What == "" || r.Reason == "" {
			t.Errorf("%s is not explained", r.ID)
		}
		if !told[r.ID] && !slices.Contains(sampleIDs, r.ID) {
			t.Errorf("no case has %s", r.ID)
		}
	}
}

// TestStretches: what is marked of an expression.
func TestStretches(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`a(?<Who>\w+)b`, `a(?<Whom>\w+)b`, "Who→Whom"},
		{`at=(?:error|warning)`, `at=(?:eror|warning)`, "error→eror"},
		{`x{4}y`, `x{4,6}y`, "{4}→{4,6}"},
		{`[a-f0-9]+:`, `[a-f]+:`, "[a-f0-9]→[a-f]"},
		{`\bfoo\b`, `\bfoo\b.*`, "→.*"},
		{`a\sbb\tcc dd\de`, `a\Sbb\tcc dd\De`, `\s→\S \d→\D`},
		{`at=(?:error|warning) by`, `at=error by`, `(?:error|warning)→error`},
		{`(unclosed`, `(unopened`, "unclosed→unopened"},
		{`😀x`, `😁x`, "😀→😁"},
		{`one`, `completely (?:other)`, "one→completely (?:other)"},
	} {
		p, q := full(), full()
		p.Alerts[0].Rules[0].Match.Regex, q.Alerts[0].Rules[0].Match.Regex = c.old, c.new
		var got []string
		for _, ch := range change.Compare(change.Side{Pack: p}, change.Side{Pack: q}).Changes {
			got = append(got, ch.Removed+"→"+ch.Inserted)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s, %s: %v", c.old, c.new, got)
		}
	}
}

// TestOneChangeOfManyExpressions: the same change in many expressions is one, whether a spec names the part they share or not.
func TestOneChangeOfManyExpressions(t *testing.T) {
	with := func(header string) change.Side {
		p := full()
		for i := range 25 {
			p.Categories = append(p.Categories, pack.Category{Name: fmt.Sprint("Category ", i), Rules: []pack.Rule{
				{Match: pack.Pattern{Regex: fmt.Sprint(header, "kind", i)}}}})
		}
		return change.Side{Pack: p}
	}
	r := change.Compare(with(`^d\.\S+\s`), with(`^d\.[^\s]+\s`))
	if len(r.Changes) != 1 || len(r.Changes[0].Places) != 25 {
		t.Errorf("%+v", r.Changes)
	}
}

// TestDialects: a pack read from files of another dialect is the same.
func TestDialects(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../templates/dialects/reference")); err != nil {
		t.Fatal(err)
	}
	for _, e := range []edit{{"dialect.yaml", "name: reference", "name: other"}, {"dialect.yaml", "line_ends: crlf", "line_ends: lf"},
		{"alerts.xml", `<Name kp:always="true">{name}</Name>`, "<Called is='{name}'/>"}} {
		name := filepath.Join(dir, e.file)
		text, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(text), e.old) {
			t.Fatal(err, e)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	spec := loadSpec(t, door)
	files, err := artifact.Encode(spec.Pack, d)
	if err != nil {
		t.Fatal(err)
	}
	b, err := artifact.Decode(files, d)
	if err != nil {
		t.Fatal(err)
	}
	if r := change.Compare(spec, change.Side{Pack: b.Pack, Locator: b}); !r.Same() {
		t.Errorf("%v", summary(r))
	}
}

// TestParts: a single file is compared in what it holds.
func TestParts(t *testing.T) {
	whole, alerts := loadSpec(t, "../../spec/heroku"), openBuilt(t, "../../golden/heroku/Alert_Heroku.isalt")
	alerts.Part = true
	r := change.Compare(whole, alerts)
	if !r.Same() || len(r.NotCompared) != 4 {
		t.Errorf("%v %v", summary(r), r.NotCompared)
	}
	alerts.Part = false
	if r := change.Compare(whole, alerts); r.Same() || len(r.NotCompared) != 0 {
		t.Errorf("a folder without the other files: %v", r.NotCompared)
	}
}

func TestVersion(t *testing.T) {
	for _, c := range []struct {
		old, now  string
		edit      func(p *pack.Pack)
		moved     change.Step
		suggested string
		fits      bool
	}{
		{"1.4.2", "1.4.2", func(p *pack.Pack) {}, change.None, "1.4.2", true},
		{"1.4.2", "1.4.2", func(p *pack.Pack) { p.Title = "x" }, change.None, "1.4.3", false},
		{"1.4.2", "1.4.3", func(p *pack.Pack) { p.Title = "x" }, change.Fix, "1.4.3", true},
		{"1.4.2", "1.4.9", func(p *pack.Pack) { p.Alerts[1].Active = true }, change.Fix, "1.5.0", false},
		{"1.4.2", "1.5.1", func(p *pack.Pack) { p.Alerts[1].Active = true }, change.Feature, "1.5.0", true},
		{"1.4.2", "1.9.0", func(p *pack.Pack) { p.Alerts = p.Alerts[:1] }, change.Feature, "2.0.0", false},
		{"1.4.2", "3.0.0", func(p *pack.Pack) { p.Alerts = p.Alerts[:1] }, change.Breaking, "2.0.0", true},
		{"1.4.2", "1.4.1", func(p *pack.Pack) { p.Title = "x" }, "", "1.4.3", false},
		{"1.4.2", "1.4.1", func(p *pack.Pack) {}, "", "1.4.2", false},
		{"1.4.2", "2.0.0", func(p *pack.Pack) {}, change.Breaking, "1.4.2", true},
		{"0.4.2", "0.4.3", func(p *pack.Pack) { p.Alerts[1].Active = true }, change.Feature, "0.4.3", true},
		{"0.4.2", "0.5.0", func(p *pack.Pack) { p.Alerts = p.Alerts[:1] }, change.Breaking, "0.5.0", true},
		{"1.4", "2.0.0", func(p *pack.Pack) { p.Title = "x" }, "", "", false},
	} {
		p, q := full(), full()
		p.Version, q.Version = c.old, c.now
		c.edit(q)
		v := change.Compare(change.Side{Pack: p}, change.Side{Pack: q}).Version
		if v.Moved != c.moved || v.Suggested != c.suggested || v.Fits != c.fits {
			t.Errorf("%s to %s: %+v", c.old, c.now, v)
		}
	}
}

// TestHeld: what the files of one side cannot hold is no difference, and is told when the other side says it.
func TestHeld(t *testing.T) {
	d, err := artifact.LoadDialect(artifact.Reference)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"alerts[0].name", "alerts[1].systems", "alerts[1].rules[0].match.regex", "reports[0].columns", "dashlets[0].value.aggregate",
		"alerts[0].watch_lists", "alerts[0].email.to", "knowledge_objects[0].properties[0].tokens"} {
		if !d.Holds(path) {
			t.Errorf("the reference dialect does not hold %s", path)
		}
	}
	without := loadSpec(t, edited(t, edit{"reports.yaml", "    rules:", "    systems: [x]\n    rules:"}, edit{"alerts.yaml", "threat_level: high", "threat_level: low"}))
	without.Holds = func(path string) bool { return path != "alerts[0].threat_level" && path != "reports[0].systems" }
	for _, sides := range [][2]change.Side{{without, loadSpec(t, door)}, {loadSpec(t, door), without}} {
		r := change.Compare(sides[0], sides[1])
		if got := strings.Join(r.NotCompared, " "); !r.Same() || got != "alerts[].threat_level reports[].systems" {
			t.Errorf("%v %s", summary(r), got)
		}
	}
}
