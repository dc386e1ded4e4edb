package change_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/change"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
)

var sampleIDs = []string{"event-lost", "event-gained", "object-lost", "object-gained", "category-lost", "category-gained", "alert-lost",
	"alert-gained", "row-lost", "row-gained", "rule-lost", "rule-gained", "device-id-differs", "event-property-differs", "token-differs",
	"property-differs", "column-differs", "finding-gained", "finding-lost", "dashlet-lost", "dashlet-gained", "point-lost", "point-gained", "point-differs"}

// replayed compares two packs on a log and gives the effects, a line for each: id, what, rule, the number of lines and the first line.
func replayed(t testing.TB, old, now change.Side, logs ...change.Log) (*change.Result, []string) {
	t.Helper()
	r := change.Compare(old, now)
	found, err := change.Samples(t.Context(), r, old, now, logs, console.Options{})
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	var out []string
	for _, e := range r.Samples.Effects {
		x, by := e.Examples[0], e.Rule
		if e.Points > 0 {
			by = fmt.Sprintf("%d: %s/%s", e.Points, x.Axis, x.Series)
		}
		out = append(out, fmt.Sprintf("%s %s; %s %d×, %s:%d %q %q", e.ID, e.What, by, e.Lines, filepath.Base(x.File), x.Line, x.Old, x.New))
	}
	return r, out
}

var doors = change.Log{Source: replay.FileSource("../proof/testdata/door/samples/doors.log")}

func TestSamples(t *testing.T) {
	told := map[string]bool{}
	for _, c := range []struct {
		name     string
		old, new []edit
		want     []string
	}{
		{name: "nothing"},
		{"renamed", nil, []edit{{"alerts.yaml", "Door: Refused", "Door: Turned away"}, {"reports.yaml", "Action: Action", "What: Action"},
			{"reports.yaml", "Door - Movements", "Door - Moves"}, {"knowledge-objects.yaml", "name: Door", "name: Gate"}}, []string{
			`dashlet-lost dashlet "Door: Badges"; 2: 00A1/ 3×, doors.log:1 "1" ""`,
			`property-differs property "log_source";  6×, doors.log:1 "Door" "Gate"`}},
		{"an alert's rule", nil, []edit{{"alerts.yaml", `\srefused\s`, `\sREFUSED\s`}}, []string{
			`alert-lost alert "Door: Refused"; rule "By badge" 1×, doors.log:2 "" ""`}},
		{"an alert's exception", nil, []edit{{"alerts.yaml", "test badge", "a test"}}, []string{
			`alert-gained alert "Door: Refused"; rule "By badge" 1×, doors.log:4 "" ""`}},
		{"a rule beside another", nil, []edit{{"alerts.yaml", "      - title: Forced", "      - title: Any\n        use: doors\n        match: '\\srefused'\n        exception: {text: test}\n      - title: Forced"}},
			[]string{`rule-gained alert "Door: Refused"; rule "Any" 1×, doors.log:2 "" ""`}},
		{"a rule beside another gone", []edit{{"alerts.yaml", "      - title: Forced", "      - title: Any\n        use: doors\n        match: '\\srefused'\n        exception: {text: test}\n      - title: Forced"}}, nil,
			[]string{`rule-lost alert "Door: Refused"; rule "Any" 1×, doors.log:2 "" ""`}},
		{"a threshold", nil, []edit{{"alerts.yaml", "high\n", "high\n    threshold: {count: 2, within: 1h}\n"}}, []string{
			`alert-lost alert "Door: Refused";  1×, doors.log:2 "" ""`}},
		{"categories", nil, []edit{{"categories.yaml", "opened", "refused"}}, []string{
			`category-lost category "Door: Openings"; rule 1 1×, doors.log:1 "" ""`,
			`category-gained category "Door: Openings"; rule 1 2×, doors.log:2 "" ""`}},
		{"rows", nil, []edit{{"reports.yaml", "'%{badge}'", `'\sforced'`}}, []string{
			`row-lost report "Door - Movements"; rule 1 3×, doors.log:1 "" ""`,
			`row-gained report "Door - Movements"; rule 1 2×, doors.log:3 "" ""`}},
		{"an object", nil, []edit{{"knowledge-objects.yaml", "        use: doors\n", "        use: doors\n        match: badge\n"}}, []string{
			`object-lost knowledge object "Door"; rule "Door" 3×, doors.log:3 "" ""`}},
		{"an object the other way", []edit{{"knowledge-objects.yaml", "        use: doors\n", "        use: doors\n        match: badge\n"}}, nil, []string{
			`object-gained knowledge object "Door"; rule "Door" 3×, doors.log:3 "" ""`}},
		{"a token", nil, []edit{{"pack.yaml", "[0-9A-F]{4}", "[0-9A-F]{2}"}}, []string{
			`token-differs token "Badge";  3×, doors.log:1 "00A1" "00"`,
			`property-differs property "door_badge";  3×, doors.log:1 "00A1" "00"`,
			`column-differs report "Door - Movements", column "Badge";  3×, doors.log:1 "00A1" "00"`,
			`point-lost dashlet "Door: Badges"; 2: 00A1/ 3×, doors.log:1 "1" ""`,
			`point-gained dashlet "Door: Badges"; 1: 00/ 3×, doors.log:1 "" "3"`}},
		{"a token of no value", nil, []edit{{"knowledge-objects.yaml", "opened|refused", "refused"}}, []string{
			`token-differs token "Action";  1×, doors.log:1 "opened" ""`,
			`column-differs report "Door - Movements", column "Action";  1×, doors.log:1 "opened" ""`}},
		{"the device id", nil, []edit{{"pack.yaml", `door-\d+`, `door`}, {"pack.yaml", `)\s'`, `)-'`}}, []string{
			`device-id-differs device id;  6×, doors.log:1 "door-1" "door"`}},
		{"the system", nil, []edit{{"pack.yaml", "system: doors", "system: gates"}}, []string{
			`event-property-differs event property "event_computer";  6×, doors.log:1 "doors" "gates"`}},
		{"dropped", nil, []edit{{"pack.yaml", `door-\d+`, `gate-\d+`}, {"pack.yaml", "token: Computer}", "token: Computer, drop_others: true}"}}, []string{
			`event-lost event;  6×, doors.log:1 "" "the receiver ignores the line: the device-id expression does not match"`,
			`dashlet-lost dashlet "Door: Badges"; 2: 00A1/ 3×, doors.log:1 "1" ""`}},
		{"no longer dropped", []edit{{"pack.yaml", `door-\d+`, `gate-\d+`}, {"pack.yaml", "token: Computer}", "token: Computer, drop_others: true}"}},
			[]edit{{"pack.yaml", `door-\d+`, `gate-\d+`}}, []string{
				`event-gained event;  6×, doors.log:1 "the receiver ignores the line: the device-id expression does not match" ""`,
				`dashlet-gained dashlet "Door: Badges"; 2: 00A1/ 3×, doors.log:1 "" "1"`}},
		{"a query", nil, []edit{{"dashlets.yaml", "door_badge:*", "door_badge:00A1"}}, []string{
			`point-lost dashlet "Door: Badges"; 1: 00B2/ 2×, doors.log:2 "2" ""`}},
		{"a query, the other way, and a title", []edit{{"dashlets.yaml", "door_badge:*", "door_badge:00A1"}, {"dashlets.yaml", "Badges", "Cards"}}, nil, []string{
			`point-gained dashlet "Door: Badges"; 1: 00B2/ 2×, doors.log:2 "" "2"`}},
		{"a series", nil, []edit{{"dashlets.yaml", "    axis:", "    series: event_computer\n    axis:"}}, []string{
			`point-lost dashlet "Door: Badges"; 2: 00A1/ 3×, doors.log:1 "1" ""`,
			`point-gained dashlet "Door: Badges"; 2: 00A1/doors 3×, doors.log:1 "" "1"`}},
		{"a sum", nil, []edit{{"dashlets.yaml", "    axis:", "    value: {aggregate: sum, property: event_id}\n    axis:"}}, []string{
			`point-differs dashlet "Door: Badges"; 2: 00A1/ 3×, doors.log:1 "1" "128"`}},
		{"an average of what was a sum", []edit{{"dashlets.yaml", "    axis:", "    value: {aggregate: sum, property: event_id}\n    axis:"}},
			[]edit{{"dashlets.yaml", "    axis:", "    value: {aggregate: average, property: event_id}\n    axis:"}}, []string{
				`point-differs dashlet "Door: Badges"; 1: 00B2/ 2×, doors.log:2 "256" "128"`}},
		{"a dashlet new and one gone", []edit{{"dashlets.yaml", "    axis:", "    axis:"}}, []edit{{"dashlets.yaml", "dashlets:\n",
			"dashlets:\n  - {title: Another, chart: pie, query: 'event_id:*', axis: {property: event_computer}}\n"}}, nil},
		{"two objects", nil, []edit{{"knowledge-objects.yaml", "      door_badge: Badge\n",
			"      door_badge: Badge\n  - name: Ajar\n    applies_to: ajar\n    rules: [{use: doors, match: ajar, expressions: ['left\\s(?<How>ajar)']}]\n"}}, []string{
			`rule-gained knowledge object "Ajar"; rule 1 1×, doors.log:6 "" ""`,
			`finding-gained object-ambiguous;  1×, doors.log:6 "" ""`}},
		{"no longer two objects", []edit{{"knowledge-objects.yaml", "      door_badge: Badge\n",
			"      door_badge: Badge\n  - name: Ajar\n    applies_to: ajar\n    rules: [{use: doors, match: ajar, expressions: ['left\\s(?<How>ajar)']}]\n"}}, nil, []string{
			`rule-lost knowledge object "Ajar"; rule 1 1×, doors.log:6 "" ""`,
			`finding-lost object-ambiguous;  1×, doors.log:6 "" ""`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, got := replayed(t, loadSpec(t, edited(t, c.old...)), loadSpec(t, edited(t, c.new...)), doors)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if r.Samples.Lines != 7 {
				t.Errorf("%d lines", r.Samples.Lines)
			}
			for _, e := range r.Samples.Effects {
				told[e.ID] = true
			}
		})
	}
	for _, id := range sampleIDs {
		if !told[id] || !slices.ContainsFunc(change.Rules(), func(r change.Rule) bool { return r.ID == id }) {
			t.Errorf("no case has %s", id)
		}
	}
}

// TestManyLines: ten thousand lines with one change are one entry with a few examples, and the version is judged by it.
func TestManyLines(t *testing.T) {
	old, now := loadSpec(t, door), loadSpec(t, edited(t, edit{"alerts.yaml", `\sforced$`, `\sforced by$`}))
	text := strings.Repeat("<134>1 2026-03-01T08:02:00Z door-1 ctl 1 - - forced\n", 10_000)
	log := change.Log{Source: replay.Source{Name: "many.log", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}
	r, got := replayed(t, old, now, log)
	if len(got) != 1 || r.Samples.Effects[0].Lines != 10_000 || len(r.Samples.Effects[0].Examples) != 3 || r.Samples.Differ != 10_000 {
		t.Errorf("%v", got)
	}
	if r.Version.Needed != change.Breaking {
		t.Errorf("%+v", r.Version)
	}
}

// TestSampleSettings: a log is read in its own time zone and from its own source type.
func TestSampleSettings(t *testing.T) {
	log := doors
	log.Location, log.SourceType = time.FixedZone("", 3600), "Gate controller"
	old, now := loadSpec(t, door), loadSpec(t, edited(t, edit{"pack.yaml", ", source_type: Door controller", ""}))
	_, got := replayed(t, old, now, log)
	if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "object-gained ") }) {
		t.Errorf("%v", got)
	}
}

// TestLogsThatCannotBeRead: what could be read is compared; a log that changes meanwhile is not.
func TestLogsThatCannotBeRead(t *testing.T) {
	p := loadSpec(t, door)
	run := func(open ...func() (io.ReadCloser, error)) (diag.List, error) {
		n := make(chan func() (io.ReadCloser, error), 2)
		n <- open[0]
		n <- open[1]
		log := change.Log{Source: replay.Source{Name: "x.log", Open: func() (io.ReadCloser, error) { return (<-n)() }}}
		return change.Samples(t.Context(), change.Compare(p, p), p, p, []change.Log{log}, console.Options{})
	}
	text := func(s string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
	}
	const line = "<134>1 2026-03-01T08:02:00Z door-1 ctl 1 - - forced\n"
	missing := func() (io.ReadCloser, error) { return nil, os.ErrNotExist }
	if found, err := run(missing, missing); err != nil || !hasID(found, "log-unreadable") {
		t.Error(found, err)
	}
	broken := func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(line), iotest.ErrReader(io.ErrClosedPipe))), nil
	}
	if found, err := run(broken, broken); err != nil || !hasID(found, "log-unreadable") {
		t.Error(found, err)
	}
	for _, two := range [][2]string{{line, line + line}, {line + line, line}, {line + line, "\n" + line + line}} {
		if _, err := run(text(two[0]), text(two[1])); !hasID(err, "log-changing") {
			t.Errorf("%q: %v", two, err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := change.Samples(cancelled, change.Compare(p, p), p, p, []change.Log{doors}, console.Options{}); err == nil {
		t.Error("not interrupted")
	}
}

func hasID(err error, id string) bool {
	list, _ := err.(diag.List)
	return slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.ID == id })
}

// TestPackThatCannotRun: an expression the console cannot compile, or a query nobody can read, is named with its place.
func TestPackThatCannotRun(t *testing.T) {
	good := loadSpec(t, door)
	for _, c := range []struct {
		edit edit
		id   string
		line int
	}{
		{edit{"alerts.yaml", `\sforced$`, `(`}, "bad-expression", 11},
		{edit{"dashlets.yaml", `door_badge:*`, `(`}, "bad-query", 4},
	} {
		bad := loadSpec(t, edited(t, c.edit))
		_, err := change.Samples(t.Context(), change.Compare(good, bad), good, bad, []change.Log{doors}, console.Options{})
		list, _ := err.(diag.List)
		if len(list) != 1 || list[0].ID != c.id || filepath.Base(list[0].File) != c.edit.file || list[0].Line != c.line {
			t.Errorf("%v", err)
		}
	}
}
