package artifact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// doors and gates are alerts that differ in all that templates have to tell.
func doors() []pack.Alert {
	return []pack.Alert{
		{Name: "Doors", Group: "House", ThreatLevel: pack.High, Active: true, Systems: []string{"north", "south"},
			Threshold: pack.Threshold{Count: 3, Within: pack.Duration(90 * time.Minute)}, Rules: []pack.Rule{
				{Title: "opened", EventSource: "syslog", Match: pack.Pattern{Regex: `door\s"(?<Id>\d+)"`}},
				{Title: "forced", Match: pack.Pattern{Text: "forced & left"}, User: "root"}}},
		{Name: "Gates", Group: "House", ThreatLevel: pack.Low, Rules: []pack.Rule{{Title: "closed", Match: pack.Pattern{Regex: "x"}}}},
	}
}

func gates() []pack.Alert {
	a := doors()
	a[0].Rules[1].Title = "broken"
	a[0].Systems = []string{"east"}
	a[0].Rules = append(a[0].Rules, pack.Rule{Title: "new"})
	return append([]pack.Alert{{Name: "First", ThreatLevel: pack.Low, Rules: []pack.Rule{{Title: "zero"}}}}, a...)
}

// TestTemplates writes, reads and updates alerts by the templates of testdata/templates: each a dialect, what doors are in it and
// what becomes of them when they are changed to gates.
func TestTemplates(t *testing.T) {
	names, err := filepath.Glob("testdata/templates/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			want := map[string]string{}
			for _, f := range archive.Files {
				put(t, filepath.Join(dir, f.Name), string(f.Data))
				want[f.Name] = string(f.Data)
			}
			d, err := artifact.LoadDialect(dir)
			if err != nil {
				t.Fatal(err)
			}
			p := &pack.Pack{Files: pack.Files{Alerts: "a.isalt"}, Alerts: doors()}
			files, err := artifact.Encode(p, d)
			if err != nil {
				t.Fatal(err)
			}
			bundle, err := artifact.Decode(files, d)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, bundle.Pack, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			bundle.Pack.Alerts = gates()
			changed, err := bundle.Encode()
			if err != nil {
				t.Fatal(err)
			}
			again, err := artifact.Decode(changed, d)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(gates(), again.Pack.Alerts, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if *update {
				want["doors"], want["gates"] = string(files[0].Data), string(changed[0].Data)
				record(t, name, archive, want)
			}
			for part, got := range map[string][]byte{"doors": files[0].Data, "gates": changed[0].Data} {
				if diff := cmp.Diff(want[part], string(got)); diff != "" {
					t.Errorf("%s: %s", part, diff)
				}
			}
		})
	}
}

// record writes what came out into the archive.
func record(t *testing.T, name string, archive *txtar.Archive, want map[string]string) {
	t.Helper()
	var files []txtar.File
	for _, f := range archive.Files {
		if f.Name != "doors" && f.Name != "gates" {
			files = append(files, f)
		}
	}
	for _, part := range []string{"doors", "gates"} {
		files = append(files, txtar.File{Name: part, Data: []byte(want[part])})
	}
	archive.Files = files
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
