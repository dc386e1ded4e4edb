package artifact_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// ofTemplate loads a dialect of testdata/templates, some of its text replaced.
func ofTemplate(t *testing.T, name, old, now string) *artifact.Dialect {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata/templates", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range archive.Files[:2] {
		if err := os.WriteFile(filepath.Join(dir, f.Name), bytes.ReplaceAll(f.Data, []byte(old), []byte(now)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestNamesInTags: a name that cannot stand in the tag, or would be taken for another element, is refused.
func TestNamesInTags(t *testing.T) {
	for _, c := range []struct{ dialect, old, now, name, want string }{
		{"keyed", "", "", "Version", "alerts[0].name value-not-in-dialect"},
		{"keyed", "", "", "", "alerts[0].name value-not-in-dialect"},
		{"keyed", "", "", "version", ""},
		{"named", "", "", "Doors:Rule 1", "alerts[0].name value-not-in-dialect"},
		{"named", "{name}", "{@copy name}", "Doors:Rule 1", "alerts[0].name value-not-in-dialect"},
		{"named", "", "", "Doors:Rule one", ""},
		{"named", "", "", "Doors]", ""},
		{"named", "", "", "Doors\nGates", "alerts[0].name line-break-in-value"},
	} {
		d := ofTemplate(t, c.dialect, c.old, c.now)
		if c.now != "" {
			d = ofTemplate(t, c.dialect, `{name}" type="section" kp:always="true">`, `{@copy name}" type="section" kp:always="true"><Name>{name}</Name>`)
		}
		p := &pack.Pack{Alerts: []pack.Alert{{Name: c.name, ThreatLevel: pack.Low, Rules: []pack.Rule{{Title: "x"}}}}}
		data, err := artifact.EncodeKind(p, d, artifact.Alerts)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else if b, err := artifact.Decode([]artifact.File{{Name: "a.isalt", Data: data}}, d); err != nil || b.Pack.Alerts[0].Name != c.name {
				t.Errorf("%s: read as %v %v", c.name, b, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%s: written", c.name)
			continue
		}
		same(t, findings(t, err), c.want)
	}
}

// TestXMLNames holds the form xmlname against what XmlConvert.EncodeLocalName of Mono 6 gave.
func TestXMLNames(t *testing.T) {
	names := map[string]string{"a b": "a_x0020_b", "a:b": "a_x003A_b", "_x0041_": "_x005F_x0041_", "_xg": "_xg", "_x0041": "_x0041", "é1": "é1", "1a": "_x0031_a",
		"-a": "_x002D_a", "a-b.c_": "a-b.c_", "😀x": "_x0001F600_x", "日本": "日本", "a·": "a·", "\u0301a": "_x0301_a", "a\u0301": "a\u0301", "_X0041_": "_x005F_X0041_",
		"_x00000041_": "_x005F_x00000041_", "ª": "_x00AA_", "²": "_x00B2_", "٣a": "_x0663_a", "_x004_": "_x004_"}
	dir := acme(t, facts, map[string]string{"alerts.xml": `<A xmlns:kp="k"><I kp:each="alerts" kp:tag="{name|xmlname}"><G>{group}</G></I></A>`})
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, tag := range names {
		p := &pack.Pack{Alerts: []pack.Alert{{Name: name, Group: "x"}}}
		data, err := artifact.EncodeKind(p, d, artifact.Alerts)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := "<A><" + tag + "><G>x</G></" + tag + "></A>"; !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s: %s", name, data)
		}
		b, err := artifact.Decode([]artifact.File{{Name: "a.isalt", Data: data}}, d)
		if err != nil || b.Pack.Alerts[0].Name != name {
			t.Errorf("%s: read as %v %v", name, b, err)
		}
	}
}
