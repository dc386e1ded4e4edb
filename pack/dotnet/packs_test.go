package dotnet

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/syslog"
)

// TestPacksAgainstOracle compares every .NET expression of every pack on the text of every sample event of that pack.
func TestPacksAgainstOracle(t *testing.T) {
	o := oracle.New(t)
	specs, err := filepath.Glob("../../spec/*/pack.yaml")
	if err != nil || len(specs) == 0 {
		t.Fatal("no packs", err)
	}
	for _, spec := range specs {
		dir := filepath.Dir(spec)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s, found := load.Load(dir)
			if err := found.Err(); err != nil {
				t.Fatal(err)
			}
			texts, patterns := eventTexts(t, filepath.Join(dir, "samples")), packExpressions(s.Pack)
			counts := tally{}
			for _, pattern := range patterns {
				q := oracle.Question{Pattern: pattern, Inputs: texts}
				for _, text := range counts.compare(q, askInParts(t, o, q)) {
					t.Errorf("the answers differ:\n%s", question{[]expression{{pattern, 0, pack.DotNet}}, text})
				}
			}
			t.Logf("\n%s", counts)
		})
	}
}

// askInParts asks about some of the texts at a time, so that there are answers while the oracle is waited for.
func askInParts(t *testing.T, o *oracle.Oracle, q oracle.Question) oracle.Answer {
	t.Helper()
	var parts []oracle.Question
	for texts := range slices.Chunk(q.Inputs, 200) {
		parts = append(parts, oracle.Question{Options: q.Options, Pattern: q.Pattern, Inputs: texts})
	}
	var whole oracle.Answer
	for _, part := range ask(t, o, parts) {
		whole.Refused, whole.Inputs = part.Refused, append(whole.Inputs, part.Inputs...)
	}
	return whole
}

// packExpressions gives the .NET expressions of a pack, each once.
func packExpressions(p *pack.Pack) []string {
	all := map[string]bool{}
	add := func(rules ...pack.Rule) {
		for _, r := range rules {
			all[r.Match.Regex], all[r.Exception.Regex] = true, true
		}
	}
	for _, c := range p.Categories {
		add(c.Rules...)
	}
	for _, a := range p.Alerts {
		add(a.Rules...)
	}
	for _, r := range p.Reports {
		add(r.Rules...)
	}
	for _, o := range p.KnowledgeObjects {
		for _, r := range o.Rules {
			add(r.Rule)
			for _, e := range r.Expressions {
				all[e.Expression1] = true
			}
		}
	}
	delete(all, "")
	return slices.Sorted(maps.Keys(all))
}

// eventTexts gives the text of every event in a folder of samples, each once.
func eventTexts(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	texts := map[string]bool{}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := syslog.NewReader(f, name, syslog.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for {
			record, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if record.Err == nil {
				texts[record.Event.Text] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(texts))
}
