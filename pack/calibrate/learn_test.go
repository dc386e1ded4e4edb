package calibrate_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

func doors() []pack.Alert {
	return []pack.Alert{
		{Name: "Doors", Group: "House", ThreatLevel: pack.High, Active: true, Systems: []string{"north", "south"},
			Threshold: pack.Threshold{Count: 3, Within: pack.Duration(90 * time.Minute)}, Rules: []pack.Rule{
				{Title: "opened", EventSource: "syslog", Match: pack.Pattern{Regex: `door\s"(?<Id>\d+)"`}},
				{Title: "forced", Match: pack.Pattern{Text: "forced & left"}, User: "root"}}},
		{Name: "Gates", Group: "House", ThreatLevel: pack.Low, Rules: []pack.Rule{{Title: "closed", Match: pack.Pattern{Regex: "x"}}}},
	}
}

func TestTry(t *testing.T) {
	names, _ := filepath.Glob("../artifact/testdata/templates/*.txtar")
	for _, name := range names {
		a, _ := txtar.ParseFile(name)
		for _, f := range a.Files {
			if f.Name != "doors" {
				continue
			}
			r, err := calibrate.Learn("acme", []calibrate.Sample{{&pack.Pack{Alerts: doors()}, artifact.File{Name: "a.isalt", Data: f.Data}}})
			t.Log(name, err)
			if r == nil {
				continue
			}
			for _, f := range r.Files {
				t.Logf("%s\n%s", f.Name, f.Data)
			}
			for _, k := range r.Kinds {
				for _, f := range k.Fields {
					t.Logf("%+v", f)
				}
				for _, f := range k.Spots {
					t.Logf("%+v", f)
				}
				for _, f := range k.Proofs {
					t.Logf("%+v", f)
				}
			}
		}
	}
}
