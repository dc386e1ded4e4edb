package decompile_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/template"
	"github.com/kpgen/kpgen/pack/decompile"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

var update = flag.Bool("update", false, "write the golden files anew")

func reference(t testing.TB) *artifact.Dialect {
	t.Helper()
	d, err := artifact.LoadDialect(artifact.Reference)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func open(t testing.TB, path string) *artifact.Bundle {
	t.Helper()
	b, err := artifact.Open(path, reference(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestGolden keeps what becomes of a small pack as it came from a console: five files without a manifest, with elements no field holds.
func TestGolden(t *testing.T) {
	const golden = "testdata/acme/spec"
	files, err := decompile.New(open(t, "testdata/acme/files")).Files()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := artifact.Write(golden, files); err != nil {
			t.Fatal(err)
		}
	}
	diff, same, err := artifact.Check(golden, files)
	if err != nil || !same {
		t.Errorf("%v\n%s", err, diff)
	}
	if list := loadAll(t, files); len(list) > 0 {
		t.Error(list)
	}
}

// loadAll loads the files as a spec folder and gives what is wrong with them.
func loadAll(t *testing.T, files []artifact.File) diag.List {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "spec")
	if err := artifact.Write(dir, files); err != nil {
		t.Fatal(err)
	}
	_, list := load.Load(dir)
	return list
}

// TestHeroku: the spec of the Heroku pack comes out shorter than the one people wrote, and builds the very same files.
func TestHeroku(t *testing.T) {
	b := open(t, "../../golden/heroku")
	d := decompile.New(b)
	dir := filepath.Join(t.TempDir(), "heroku")
	if err := d.Write(dir, false); err != nil {
		t.Fatal(err)
	}
	spec, list := load.Load(dir)
	if len(list) > 0 {
		t.Fatal(list)
	}
	proof := decompile.Compare(b, spec.Pack, reference(t))
	if proof.Diff != "" || len(proof.Lost) > 0 {
		t.Errorf("%v\n%s", proof.Lost, proof.Diff)
	}
	lines := func(folder string) (n int) {
		for _, name := range []string{"pack", "categories", "alerts", "knowledge-objects", "reports", "dashlets"} {
			text, err := os.ReadFile(filepath.Join(folder, name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			n += strings.Count(string(text), "\n")
		}
		return n
	}
	if got, theirs := lines(dir), lines("../../spec/heroku"); got > theirs || len(d.Expressions) < 30 {
		t.Errorf("%d lines, %d shared expressions; the spec has %d lines", got, len(d.Expressions), theirs)
	}
}

// TestDerived: without a manifest the header comes from what the files have in common.
func TestDerived(t *testing.T) {
	tests := map[string]struct {
		pack              pack.Pack
		name, title, kind string
	}{
		"file name": {pack.Pack{Files: pack.Files{Reports: "Flex_Reports_Palo Alto.etcrx"}}, "palo-alto", "Palo Alto", "Palo Alto"},
		"names": {pack.Pack{Files: pack.Files{Alerts: "alerts.isalt"}, Alerts: []pack.Alert{
			{Name: "3Com: a", Rules: []pack.Rule{{SourceType: "3Com switch"}}}, {Name: "3Com: b"}, {Name: "x - y"}}}, "n3com", "3Com", "3Com switch"},
		"group":   {pack.Pack{Categories: []pack.Category{{Name: "Logins", Group: "日本"}}}, "pack", "日本", "日本"},
		"nothing": {pack.Pack{}, "pack", "Pack", "Pack"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := decompile.New(&artifact.Bundle{Pack: &test.pack})
			if p := d.Pack; !d.Derived || p.Name != test.name || p.Title != test.title || p.Source.Type != test.kind {
				t.Errorf("%q %q %q", p.Name, p.Title, p.Source.Type)
			}
			if list := load.Check(d.Pack, nil); list.Has(diag.Error) && slices.ContainsFunc(list, func(d diag.Diagnostic) bool {
				return !strings.Contains(d.Path, "[")
			}) {
				t.Error(list)
			}
		})
	}
}

// TestLost: values the language has no way to say are told, with their place in the files.
func TestLost(t *testing.T) {
	b, err := artifact.Decode([]artifact.File{{Name: "x/Alert_Odd.isalt", Data: []byte(
		"<Alerts><Alert><Name>Odd: one</Name><Group>Odd</Group><Configuration><ThreatLevel>low</ThreatLevel></Configuration>\n" +
			"<Rules><Rule><EventSource>syslog</EventSource></Rule></Rules></Alert>\n" +
			"<Alert><Name>Odd: two</Name><Configuration><ThreatLevel>low</ThreatLevel></Configuration>" +
			"<Rules><Rule><EventSource>syslog</EventSource></Rule></Rules></Alert></Alerts>")}}, reference(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "odd")
	if err := decompile.New(b).Write(dir, false); err != nil {
		t.Fatal(err)
	}
	spec, list := load.Load(dir)
	if len(list) > 0 {
		t.Fatal(list)
	}
	proof := decompile.Compare(b, spec.Pack, reference(t))
	if len(proof.Lost) != 1 || proof.Lost[0].ID != "value-not-kept" || proof.Lost[0].Path != "alerts[1].group" ||
		proof.Lost[0].File != "x/Alert_Odd.isalt" || proof.Lost[0].Line != 3 {
		t.Error(proof.Lost)
	}
	if proof.Diff == "" {
		t.Error("no difference")
	}
}

// TestWrite: a folder with files is kept unless forced, and never mixed with what an older spec left.
func TestWrite(t *testing.T) {
	p := &pack.Pack{Name: "x", Title: "X", Group: "X", Version: "1.0.0", MinimumConsole: "9.3", Source: pack.Source{Type: "X", System: "x"}}
	d := decompile.New(&artifact.Bundle{Pack: p})
	id := func(err error) string {
		if list, ok := err.(diag.List); ok {
			return list[0].ID
		}
		return ""
	}
	dir := t.TempDir()
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("notes.txt")
	if got := id(d.Write(dir, false)); got != "folder-not-empty" {
		t.Error(got)
	}
	put("alerts.yaml")
	if got := id(d.Write(dir, true)); got != "stale-file" {
		t.Error(got)
	}
	if _, err := os.Stat(filepath.Join(dir, "pack.yaml")); err == nil {
		t.Error("written all the same")
	}
	if err := os.Remove(filepath.Join(dir, "alerts.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(dir, true); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "notes.txt")); err != nil {
		t.Error(err)
	}
	if got := id(d.Write(filepath.Join(dir, "notes.txt"), true)); got != "cannot-write" {
		t.Error(got)
	}
}

// TestFragmentNames: a rule that several items have is called as its title says, or as the first of them.
func TestFragmentNames(t *testing.T) {
	rule := func(title, regex string) []pack.Rule {
		return []pack.Rule{{Title: title, EventSource: "syslog", Match: pack.Pattern{Regex: regex}}}
	}
	p := &pack.Pack{Categories: []pack.Category{{Name: "Gate: Logon/Logoff", Rules: rule("", `%GATE-6:\s.*on`)}, {Name: "Gate: Other", Rules: rule("Denied", `%GATE-6:\s.*\d`)}},
		Alerts: []pack.Alert{{Name: "Gate: On", Rules: rule("", `%GATE-6:\s.*on`)}, {Name: "Gate: Off", Rules: rule("Refused", `%GATE-6:\s.*\d`)}}}
	d := decompile.New(&artifact.Bundle{Pack: p})
	var got []string
	for _, f := range d.Rules {
		got = append(got, f.Name)
	}
	if want := []string{"logon_logoff", "denied"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestUnheld: what no field holds and is the same in many items is told once, and otherwise where it stands.
func TestUnheld(t *testing.T) {
	p := &pack.Pack{}
	var unknown []template.Unknown
	for i := range 5 {
		p.Alerts = append(p.Alerts, pack.Alert{Name: fmt.Sprint(i), Rules: []pack.Rule{{EventSource: "syslog"}}})
		unknown = append(unknown, template.Unknown{Span: diag.Span{File: "x/a.isalt", Line: 10 + i}, Path: fmt.Sprintf("alerts[%d]", i), Name: "Rev", Text: "2"},
			template.Unknown{Span: diag.Span{File: "x/a.isalt", Line: 20 + i}, Path: fmt.Sprintf("alerts[%d]", i), Name: "@Owner", Text: fmt.Sprint("o", i/2)})
	}
	d := decompile.New(&artifact.Bundle{Pack: p, Unknown: unknown})
	want := map[string][]string{"alerts": {`No field for <Rev>, the same in 5 of alerts[], as in a.isalt:10:0: "2"`}}
	for i := range 5 {
		want[fmt.Sprintf("alerts[%d]", i)] = []string{fmt.Sprintf(`No field for the attribute Owner in a.isalt:%d:0: "o%d"`, 20+i, i/2)}
	}
	for at, lines := range want {
		if !slices.Equal(d.Comments[at], lines) {
			t.Errorf("%s: %q, want %q", at, d.Comments[at], lines)
		}
	}
}

// TestSources: which files are one pack.
func TestSources(t *testing.T) {
	dir := t.TempDir()
	put := func(names ...string) {
		t.Helper()
		for _, name := range names {
			name = filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("one/Alert_Door.isalt", "one/KO_Gate.etko", "one/notes.txt")
	put("two/Alert_Door.isalt", "two/Alert_Gate.ISALT", "two/door categories.iscat", "two/KO_Gate.etko")
	put("built/Alert_Door.isalt", "built/Cats.iscat", "built/manifest.json", "built/RUNSHEET.md")
	put("empty/notes.txt")
	for _, c := range []struct{ given, want string }{
		{"one", "one/Alert_Door.isalt one/KO_Gate.etko"},
		{"two", "two/Alert_Door.isalt two/door categories.iscat | two/Alert_Gate.ISALT two/KO_Gate.etko"},
		{"built", "built"},
		{"empty", "empty"},
		{"nowhere", "nowhere"},
		{"one,built", "one/Alert_Door.isalt one/KO_Gate.etko | built"},
		{"one/Alert_Door.isalt,two/KO_Gate.etko", "one/Alert_Door.isalt two/KO_Gate.etko"},
		{"one/Alert_Door.isalt,two/KO_Gate.etko,two/Alert_Gate.ISALT", "one/Alert_Door.isalt | two/KO_Gate.etko two/Alert_Gate.ISALT"},
		{"built/Alert_Door.isalt,built/manifest.json,built/Cats.iscat,two/Alert_Door.isalt",
			"built/Alert_Door.isalt built/manifest.json built/Cats.iscat | two/Alert_Door.isalt"},
	} {
		var paths, got []string
		for name := range strings.SplitSeq(c.given, ",") {
			paths = append(paths, filepath.Join(dir, filepath.FromSlash(name)))
		}
		for _, s := range decompile.Sources(paths) {
			got = append(got, strings.ReplaceAll(filepath.ToSlash(strings.Join(s, " ")), filepath.ToSlash(dir)+"/", ""))
		}
		if strings.Join(got, " | ") != c.want {
			t.Errorf("%s: %s, want %s", c.given, strings.Join(got, " | "), c.want)
		}
	}
}

// TestGenerated: what the dialect names as the console's own is no difference, and hides none.
func TestGenerated(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("dialect.yaml", "name: own\nstatement: own\ncontainer: {format: xml, charset: utf-8, line_ends: lf}\ngenerated: [All/Alert/@Id]\n")
	put("alerts.xml", `<All xmlns:kp="urn:kpgen:template"><Alert kp:each="alerts" Id="1" N="{name}" G="{group}" T="{threat_level}"><Rule kp:each="rules" S="{event_source}"/></Alert></All>`)
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file, summary, diff string
	}{
		{`<All><Alert Id="1" N="a" G="b" T="low"><Rule S="syslog"/></Alert></All>`, "1 alert: build gives the same files", ""},
		{`<All><Alert Id="7" N="a" G="b" T="low"><Rule S="syslog"/></Alert></All>`, "1 alert: build gives the same files, but for 1 value the console makes", ""},
		{`<All><Alert Id="7" N="a" G="b"  T="low"><Rule S="syslog"/></Alert></All>`, "1 alert: build gives the same items in other bytes\nx.isalt: spelled or laid out differently",
			"--- x.isalt\n+++ x.isalt\n@@ -1 +1 @@ 1:32\n-<All><Alert Id=\"7\" N=\"a\" G=\"b\"  T="},
	} {
		b, err := artifact.Decode([]artifact.File{{Name: "x.isalt", Data: []byte(c.file)}}, d)
		if err != nil {
			t.Fatal(err)
		}
		proof := decompile.Compare(b, decompile.New(b).Pack, d)
		if proof.Summary != c.summary || !strings.HasPrefix(proof.Diff, c.diff) || c.diff == "" && proof.Diff != "" || strings.Contains(proof.Diff, `Id="1"`) {
			t.Errorf("%s\n%s", proof.Summary, proof.Diff)
		}
	}
}
