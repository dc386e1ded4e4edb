package proof_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/proof"
)

// edit changes a file of the door pack before it is proved: old is replaced by new; without old the file becomes new.
type edit struct{ file, old, new string }

// prove proves the door pack with edits and gives the findings as "file:line:col id", files relative to the pack.
func prove(t *testing.T, edits ...edit) []string {
	t.Helper()
	dir := door(t, edits...)
	spec, found := load.Load(dir)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	samples, found := proof.LoadSamples(filepath.Join(dir, "samples"))
	if found.Err() == nil {
		p, err := proof.Run(context.Background(), spec.Pack, spec, samples, proof.Options{Timeout: 20 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		found = p.Findings
		if p.OK() != (len(found) == 0) {
			t.Error("a proof with findings is OK")
		}
	}
	return brief(found, dir)
}

func brief(found diag.List, dir string) []string {
	got := []string{}
	for _, d := range found {
		got = append(got, strings.TrimPrefix(fmt.Sprintf("%s %s", d.Span, d.ID), filepath.ToSlash(dir)+"/"))
	}
	return got
}

func door(t *testing.T, edits ...edit) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "door")
	if err := os.CopyFS(dir, os.DirFS("testdata/door")); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		name := filepath.Join(dir, e.file)
		text, err := os.ReadFile(name)
		if e.old != "" {
			if err != nil || !strings.Contains(string(text), e.old) {
				t.Fatalf("%s has no %q: %v", e.file, e.old, err)
			}
			e.new = strings.ReplaceAll(string(text), e.old, e.new)
		}
		if err := os.WriteFile(name, []byte(e.new), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindings(t *testing.T) {
	const sheet, log = "samples/doors.yaml", "samples/doors.log"
	tests := []struct {
		name  string
		edits []edit
		want  []string
	}{
		{"clean", nil, nil},
		{"a rule that takes nothing", []edit{{"alerts.yaml", `\sforced$`, `\sforzed$`}},
			[]string{"alerts.yaml:9:9 rule-untested", "samples/doors.yaml:16:5 alert-missing"}},
		{"a rule without a near miss", []edit{{sheet, `"Door: Refused / Forced", `, ""}}, []string{"alerts.yaml:9:9 rule-without-near-miss"}},
		{"an exception that excludes nothing", []edit{{"alerts.yaml", "test badge", "best badge"}},
			[]string{"alerts.yaml:5:9 rule-without-near-miss", "samples/doors.yaml:17:5 alert-unexpected", "samples/doors.yaml:18:5 near-miss-matched"}},
		{"a device id no line has", []edit{{"pack.yaml", `door-\d`, `gate-\D`}}, []string{"pack.yaml:9:27 device-id-untested"}},
		{"an expression that captures nothing", []edit{{"knowledge-objects.yaml", "'%{badge}'", `'(?<Badge>\d{9})'`}}, []string{
			"dashlets.yaml:2:5 dashlet-empty", "knowledge-objects.yaml:8:13 expression-untested", "knowledge-objects.yaml:8:13 group-untested",
			"reports.yaml:9:9 column-empty", "samples/doors.yaml:8:42 column-differs", "samples/doors.yaml:11:14 token-differs",
			"samples/doors.yaml:12:18 property-differs", "samples/doors.yaml:14:43 column-differs", "samples/doors.yaml:20:43 column-differs"}},
		{"a category that takes a line it should not", []edit{{"categories.yaml", `\sopened\s`, `\s(?:opened|refused)\s`}},
			[]string{"samples/doors.yaml:9:5 category-unexpected", "samples/doors.yaml:17:5 category-unexpected"}},
		{"a category and a row that are missing", []edit{{log, "opened badge=00A1", "closed"}},
			[]string{"categories.yaml:4:9 rule-untested", "samples/doors.yaml:5:5 category-missing", "samples/doors.yaml:7:5 row-missing"}},
		{"a row too many", []edit{{sheet, "  - line: 4\n    near_miss: [\"Door: Refused / By badge\"]\n    rows:\n      Door - Movements: {Action: refused, Badge: 00B2}\n",
			"  - line: 4\n    near_miss: [\"Door: Refused / By badge\"]\n"}}, []string{"samples/doors.yaml:17:5 row-unexpected"}},
		{"a token too many", []edit{{sheet, "tokens: {Badge: 00B2, Action: refused}", "tokens: {Badge: 00B2}"}},
			[]string{"samples/doors.yaml:11:5 token-unexpected"}},
		{"a column the report has not", []edit{{sheet, "{Action: opened,", "{Akshun: x, Action: opened,"}}, []string{"samples/doors.yaml:8:26 column-unknown"}},
		{"an event property", []edit{{sheet, "event_computer: doors", "event_computer: gates"}}, []string{"samples/doors.yaml:6:13 property-differs"}},
		{"a near miss of nothing", []edit{{sheet, `"Door: Openings", `, `"Door: Openinks", "Door: Openings", `}}, []string{"samples/doors.yaml:22:5 near-miss-unknown", "samples/doors.yaml:22:5 near-miss-unknown"}},
		{"a line nothing is expected of", []edit{{log, "no event", "<134>1 2026-03-01T09:00:00Z door-1 ctl 1 - - x\nno event"}},
			[]string{"samples/doors.log:8 sample-unexpected", "samples/doors.yaml:24:5 line-error"}},
		{"an expectation without a line", []edit{{sheet, "  - line: 7", "  - line: 9"}},
			[]string{"samples/doors.log:7 sample-unexpected", "samples/doors.yaml:23:5 expectation-without-line"}},
		{"a log without expectations", []edit{{"samples/new.log", "", "x\n"}}, []string{"samples/new.log:1 sample-unexpected"}},
		{"expectations without a log", []edit{{"samples/new.yaml", "", "expect: []\n"}}, []string{"samples/new.yaml samples-missing"}},
		{"an expression out of time", []edit{{"categories.yaml", `\sopened\s`, `\sopened\s|(?=.*forced$)^(.+)+\b\B`}},
			[]string{"categories.yaml:5:16 expression-timeout"}},
		{"two objects", []edit{{"knowledge-objects.yaml", "    properties:", "      - {title: x, event_source: none, expressions: ['(?<Badge>x)']}\n    properties:"}},
			[]string{"knowledge-objects.yaml:10:9 rule-untested",
				"knowledge-objects.yaml:10:54 expression-untested", "knowledge-objects.yaml:10:54 group-untested"}},
		{"no YAML", []edit{{sheet, "", "expect: [\n"}}, []string{"samples/doors.yaml:2 sheet-invalid"}},
		{"all that is wrong in a sheet", []edit{{sheet, "", "time_zone: Mars\nexpcet: []\nexpect:\n  - line: 0\n  - lines: 3-1\n  - what: x\n  - 5\n  - line: 1\n    categories: {a: b}\n    allerts: []\n    line: 2\n"}},
			[]string{"samples/doors.yaml:1:12 sheet-invalid", "samples/doors.yaml:2:1 sheet-unknown-key", "samples/doors.yaml:4:5 sheet-invalid",
				"samples/doors.yaml:4:11 sheet-invalid", "samples/doors.yaml:5:5 sheet-invalid", "samples/doors.yaml:5:12 sheet-invalid",
				"samples/doors.yaml:6:5 sheet-invalid", "samples/doors.yaml:7:5 sheet-invalid", "samples/doors.yaml:9:17 sheet-invalid",
				"samples/doors.yaml:10:5 sheet-unknown-key", "samples/doors.yaml:11:5 sheet-invalid"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == nil {
				tt.want = []string{}
			}
			if diff := cmp.Diff(tt.want, prove(t, tt.edits...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSamplesFolderMissing(t *testing.T) {
	_, found := proof.LoadSamples(filepath.Join(t.TempDir(), "none"))
	if len(found) != 1 || found[0].ID != "samples-unreadable" {
		t.Error(found)
	}
}

// TestUpdateMakesTheProofHold: whatever the expectations say, after an update only near misses can be found.
func TestUpdateMakesTheProofHold(t *testing.T) {
	dir := door(t, edit{"samples/doors.yaml", "", `expect:
  - lines: 1-6 # all the same, they say
    what: doors
    near_miss: ["Door: Refused / Forced"]
    tokens: {}
    alerts: ["Door: Refused"]
`})
	spec, found := load.Load(dir)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "samples")
	samples, found := proof.LoadSamples(folder)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	if err := proof.Update(context.Background(), spec.Pack, samples, proof.Options{}); err != nil {
		t.Fatal(err)
	}
	samples, found = proof.LoadSamples(folder)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	p, err := proof.Run(context.Background(), spec.Pack, spec, samples, proof.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range p.Findings {
		if d.ID != "rule-without-near-miss" && d.ID != "near-miss-matched" {
			t.Error(d)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "doors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "what: doors"); n != 6 {
		t.Errorf("the words stand %d times in\n%s", n, text)
	}
}
