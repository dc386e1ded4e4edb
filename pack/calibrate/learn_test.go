package calibrate

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"time"
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
			values := map[string]map[string]string{}
			l, problem := learn(artifact.Alerts, []Sample{{&pack.Pack{Alerts: doors()}, artifact.File{Name: "a.isalt", Data: f.Data}}}, values)
			if problem != nil {
				t.Fatal(problem)
			}
			var b bytes.Buffer
			l.Template.WriteTo(&b)
			os.Stdout.WriteString(name + "\n" + b.String() + "\n")
			for k, v := range values {
				t.Log(k, v)
			}
		}
	}
}
