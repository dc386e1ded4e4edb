package lint_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lint"
	"github.com/kpgen/kpgen/pack/load"
)

var update = flag.Bool("update", false, "write what is expected anew")

// summary gives path:line:col: id of each diagnostic, the path without the folder.
func summary(list diag.List, dir string) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%s: %s\n", strings.TrimPrefix(d.Span.String(), filepath.ToSlash(dir)+"/"), d.ID)
	}
	return b.String()
}

// Each archive is a spec folder and, in want, the path:line:col: id of all that is wrong with it. There is one for every check.
func TestChecks(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, c := range lint.Checks() {
		if !slices.Contains(archives, filepath.Join("testdata", c.ID+".txtar")) {
			t.Errorf("no test of %s", c.ID)
		}
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, f := range a.Files[:len(a.Files)-1] {
				if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			s, list := load.Load(dir)
			if s == nil {
				t.Fatal(list)
			}
			list = append(list, lint.Thoroughly(s.Pack, s)...).Unique()
			got := summary(list, dir)
			want := &a.Files[len(a.Files)-1]
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("%s\n%v", diff, list)
			}
			id := strings.TrimSuffix(filepath.Base(name), ".txtar")
			if slices.ContainsFunc(lint.Checks(), func(c diag.Check) bool { return c.ID == id }) && !strings.Contains(got, ": "+id+"\n") {
				t.Errorf("%s is not found", id)
			}
			for _, d := range list {
				if d.Message == "" || strings.Contains(d.Message+d.Help, "%!") {
					t.Errorf("message of %+v", d)
				}
			}
		})
	}
}

// The shipped packs have nothing to be said of them.
func TestShippedPacks(t *testing.T) {
	folders, _ := filepath.Glob("../../spec/*/pack.yaml")
	for _, f := range folders {
		s, list := load.Load(filepath.Dir(f))
		if s == nil {
			t.Fatal(list)
		}
		if list = append(list, lint.Thoroughly(s.Pack, s)...); len(list) > 0 {
			t.Error(list)
		}
	}
}

// A pack written in Go is told by paths, and gets the checks of values a spec gets.
func TestPackInGo(t *testing.T) {
	p := &pack.Pack{
		Name: "Small", Title: "Small", Group: "Small", Version: "1", MinimumConsole: "9.3", Source: pack.Source{Type: "S", System: "S"},
		Categories: []pack.Category{{Name: "A", Group: "Small", Rules: []pack.Rule{{Match: pack.Pattern{Regex: "a(b", Text: "c"}}}}},
		Alerts:     []pack.Alert{{Name: "A", Group: "Small", ThreatLevel: "grave", Rules: []pack.Rule{{}}}},
		KnowledgeObjects: []pack.KnowledgeObject{{Name: "K", AppliesTo: "k", Group: "G", Rules: []pack.ObjectRule{
			{Expressions: []pack.Expression{{Type: "Text", Expression1: "(?<A>a)"}}},
		}}},
		Dashlets: []pack.Dashlet{{Title: "D", Chart: pack.Map, Query: "*:*"}},
	}
	var got []string
	for _, d := range lint.Run(p, nil) {
		got = append(got, d.Path+": "+d.ID)
		if d.File != "" || d.Line != 0 {
			t.Errorf("a place: %+v", d)
		}
	}
	slices.Sort(got)
	want := []string{
		"alerts[0].rules[0]: empty-rule",
		"alerts[0].threat_level: bad-enum",
		"categories[0].rules[0].match.regex: bad-expression",
		"categories[0].rules[0].match.text: pattern-both",
		"dashlets[0].axis: missing-key",
		"dashlets[0].period: missing-key",
		"dashlets[0].value.aggregate: missing-key",
		"files.alerts: missing-file-name",
		"files.categories: missing-file-name",
		"files.dashlets: missing-file-name",
		"files.knowledge_objects: missing-file-name",
		"knowledge_objects[0].rules[0].expressions[0].expression_1: unused-token",
		"knowledge_objects[0].rules[0].expressions[0].type: bad-enum",
		"knowledge_objects[0].rules[0]: no-signature",
		"knowledge_objects[0].rules[0]: object-rule-key",
		"name: bad-value",
		"version: bad-value",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// An empty pack lacks values and breaks nothing.
func TestEmptyPack(t *testing.T) {
	for _, d := range lint.Run(&pack.Pack{}, nil) {
		if d.ID != "missing-key" {
			t.Errorf("%+v", d)
		}
	}
}

func TestChecksAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range append(lint.Checks(), load.Checks()...) {
		if c.ID == "" || c.Description == "" || c.Severity == "" || seen[c.ID] {
			t.Errorf("%+v", c)
		}
		seen[c.ID] = true
	}
}
