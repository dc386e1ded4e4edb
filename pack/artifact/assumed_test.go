package artifact_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
)

func listOf(t *testing.T, err error) diag.List {
	t.Helper()
	list, ok := errors.AsType[diag.List](err)
	if !ok || len(list) == 0 {
		t.Fatalf("no list of what is wrong: %v", err)
	}
	return list
}

// TestAssumed: what no file has shown of a console's spelling is warned of, building and reading; what a field says of itself counts.
func TestAssumed(t *testing.T) {
	dir := acme(t, facts+`assumed:
  characters: {alerts: "\"é", "alerts[].group": "\\"}
  words: {"alerts[].threat_level": [critical], "alerts[].active": ["true"]}
`, map[string]string{"alerts.xml": `<A xmlns:kp="k"><I kp:each="alerts" N="{name}" G="{group}" T="{threat_level}" E="{active}"/></A>`})
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &pack.Pack{Files: pack.Files{Alerts: "a.isalt"}, Alerts: []pack.Alert{
		{Name: `plain \`, Group: `a "b"`, ThreatLevel: pack.Low},
		{Name: "größe", Group: `a\b`, ThreatLevel: pack.Critical, Active: true},
		{Name: `"said"`, ThreatLevel: pack.Critical},
	}}
	paths := func(of []string) string { return strings.Join(of, "\n") }
	var warned []string
	for _, w := range d.Assumes(p) {
		warned = append(warned, w.Path+" "+w.ID)
	}
	const want = "alerts[1].active assumed-spelling\nalerts[1].group assumed-spelling\nalerts[1].name assumed-spelling\nalerts[1].threat_level assumed-spelling"
	if paths(warned) != want {
		t.Error(paths(warned))
	}
	files, err := artifact.Encode(p, d)
	if err != nil {
		t.Fatal(err)
	}
	b, err := artifact.Decode(files[:1], d)
	if err != nil {
		t.Fatal(err)
	}
	same(t, findings(t, b.Warnings), "alerts[1].name a.isalt:1:54 assumed-spelling", "alerts[1].group a.isalt:1:64 assumed-spelling",
		"alerts[1].threat_level a.isalt:1:72 assumed-spelling", "alerts[1].active a.isalt:1:85 assumed-spelling")
}

// TestWordsOfADialect: a word of which a dialect does not know how it is written is refused, with the line to add; so is a word in a
// file that it does not know.
func TestWordsOfADialect(t *testing.T) {
	dir := acme(t, facts+"values: {levels: {low: '1'}}\n", map[string]string{"alerts.xml": `<A xmlns:kp="k"><I kp:each="alerts" N="{name}" T="{threat_level|levels}"/></A>`})
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &pack.Pack{Files: pack.Files{Alerts: "a.isalt"}, Alerts: []pack.Alert{{Name: "x", ThreatLevel: pack.Critical}}}
	_, err = artifact.Encode(p, d)
	same(t, findings(t, err), "alerts[0].threat_level value-not-in-dialect")
	helps := func(err error) {
		t.Helper()
		if help := listOf(t, err)[0].Help; !strings.Contains(help, "values: levels:") {
			t.Error(help)
		}
	}
	helps(err)
	_, err = artifact.Decode([]artifact.File{{Name: "a.isalt", Data: []byte(`<A><I N="x" T="5"/></A>`)}}, d)
	same(t, findings(t, err), "alerts[0].threat_level a.isalt:1:16 bad-value")
	helps(err)
}

// TestParallelTexts: of items whose fields stand in parallel texts some may be empty; an item that says nothing in any is refused.
func TestParallelTexts(t *testing.T) {
	dir := acme(t, facts, map[string]string{"reports.xml": `<A xmlns:kp="k"><I kp:each="reports" N="{title}" T="{columns[].token|join ,}" P="{columns[].property|join ,}"/></A>`})
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	of := func(columns ...pack.Column) *pack.Pack {
		return &pack.Pack{Files: pack.Files{Reports: "r.etcrx"}, Reports: []pack.Report{{Title: "x", Columns: columns}}}
	}
	for text, columns := range map[string][]pack.Column{
		`T="a,,c" P=",y,"`: {{Token: "a"}, {Property: "y"}, {Token: "c"}},
		`T="a"`:            {{Token: "a"}},
		`P="y"`:            {{Property: "y"}},
		`T="," P=","`:      {{}, {}},
	} {
		files, err := artifact.Encode(of(columns...), d)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(files[0].Data), text) {
			t.Errorf("%s: %s", text, files[0].Data)
		}
		b, err := artifact.Decode(files[:1], d)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Pack.Reports[0].Columns; len(got) != len(columns) || got[0] != columns[0] || got[len(got)-1] != columns[len(got)-1] {
			t.Errorf("%s: %v", text, got)
		}
	}
	_, err = artifact.Encode(of(pack.Column{}), d)
	if list := listOf(t, err); len(list) == 0 || list[0].ID != "value-not-in-dialect" {
		t.Error(list)
	}
	_, err = artifact.Encode(of(pack.Column{Token: "a,b"}), d)
	same(t, findings(t, err), "reports[0].columns[0].token value-not-in-dialect")
}
