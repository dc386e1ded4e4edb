package artifact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

func TestOpen(t *testing.T) {
	const head = `{"format": 1, "dialect": {"name": "reference"}, "pack": {"name": "x", "files": {"categories": "`
	tests := map[string]struct {
		files map[string]string
		path  string
		want  []string
	}{
		"single file":      {map[string]string{"C.IsCat": "<Categories/>"}, "C.IsCat", nil},
		"by extensions":    {map[string]string{"C.ISCAT": "<Categories/>", "a.isalt": "<Alerts/>", "notes.txt": "x"}, "", nil},
		"by manifest":      {map[string]string{"manifest.json": head + `c.iscat"}}}`, "c.iscat": "<Categories/>", "older.iscat": "<"}, "", nil},
		"run sheet beside": {map[string]string{"manifest.json": head + `c.iscat"}}}`, "c.iscat": "<Categories/>", "RUNSHEET.md": "x"}, "", nil},
		"nothing there":    {nil, "none", []string{"none unreadable-file"}},
		"empty folder":     {nil, "", []string{" no-pack"}},
		"two of a kind": {map[string]string{"a.iscat": "<Categories/>", "b.iscat": "<Categories/>"}, "",
			[]string{"b.iscat two-files-of-one-kind"}},
		"no import file": {map[string]string{"notes.txt": "x"}, "notes.txt", []string{"notes.txt unknown-file-kind"}},
		"file missing": {map[string]string{"manifest.json": head + `c.iscat"}}}`}, "",
			[]string{"files.categories manifest.json:1:96 file-missing"}},
		"name leads out": {map[string]string{"manifest.json": head + `../c.iscat"}}}`}, "",
			[]string{"files.categories manifest.json:1:96 bad-file-name"}},
		"manifest broken": {map[string]string{"manifest.json": "{", "c.iscat": "<Categories"}, "",
			[]string{"c.iscat:1:12 malformed-xml", "manifest.json:1:2 malformed-json"}},
		"folder as a file": {map[string]string{"c.iscat/x": ""}, "", []string{" no-pack"}},
	}
	d := reference(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				put(t, filepath.Join(dir, name), text)
			}
			_, err := artifact.Open(filepath.Join(dir, test.path), d)
			got := findings(t, err)
			for i := range got {
				got[i] = strings.Replace(got[i], dir+string(filepath.Separator), "", 1)
				got[i] = strings.Replace(got[i], dir, "", 1)
			}
			same(t, got, test.want...)
		})
	}
}

func TestOpenTooLarge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.iscat")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(1 << 40); err != nil {
		t.Skip(err)
	}
	_, err = artifact.Open(path, reference(t))
	same(t, findings(t, err), path+" file-too-large")
}

func TestIsBuilt(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "spec", "pack.yaml"), "")
	put(t, filepath.Join(dir, "built", "manifest.json"), "{}")
	put(t, filepath.Join(dir, "files", "a.ISALT"), "")
	for path, want := range map[string]bool{"spec": false, "built": true, "files": true, "files/a.ISALT": true, "spec/pack.yaml": false, "none.etko": false} {
		if got := artifact.IsBuilt(filepath.Join(dir, path)); got != want {
			t.Errorf("IsBuilt(%s) = %v", path, got)
		}
	}
}

func TestList(t *testing.T) {
	p := turnstile()
	p.Reports[0].Sites = nil
	p.Dashlets = []pack.Dashlet{
		{Title: "Größe: 1234567890 1234567"},       // 25 characters
		{Title: "Größe: 1234567890 1234567 89012"}, // cut to the same at 25
		{Title: "Größe: 1234567890 1234567 89012x"},
		{Title: "Größe: 1234567890 1234567"}, // the same name in full
		{Title: "Another"},
	}
	l := artifact.List(p)
	want := artifact.Listing{
		Objects: []artifact.ListedObject{{Name: "Turnstile", AppliesTo: "turnstile", Group: "Turnstile"}},
		Reports: []artifact.ListedReport{{Title: "Turnstile - Refusals", Sites: []string{}, Groups: []string{"Default"},
			Systems: []string{"Turnstile-syslog"}, Frequency: "Undefined"}},
		Widgets: []artifact.ListedWidget{
			{"Größe: 1234567890 1234567", "Größe: 1234567890 1234567", "Größe: 1234567890 1234567"},
			{"Größe: 1234567890 1234567 89012", "Größe: 1234567890 1234567", "Größe: 1234567890 1234567 8901"},
			{"Größe: 1234567890 1234567 89012x", "Größe: 1234567890 1234567", "Größe: 1234567890 1234567 8901"},
			{"Größe: 1234567890 1234567", "Größe: 1234567890 1234567", "Größe: 1234567890 1234567"},
			{"Another", "Another", "Another"},
		},
	}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
}

func TestRunsheetFindings(t *testing.T) {
	tests := map[string]struct {
		change func(p *pack.Pack)
		params map[string]string
		want   []string
	}{
		"given": {func(*pack.Pack) {}, map[string]string{"port": "514"}, nil},
		"not declared": {func(*pack.Pack) {}, map[string]string{"prot": "514", "app": "x"},
			[]string{"parameters unknown-parameter", "parameters unknown-parameter"}},
		"named in command": {func(p *pack.Pack) { p.Setup[1].Command = "x {{ none }} {{collector}}" }, nil,
			[]string{"setup[1].command unknown-parameter"}},
		"named in note": {func(p *pack.Pack) { p.Setup[0].Note = "{{none}}" }, nil,
			[]string{"setup[0].note unknown-parameter"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := turnstile()
			test.change(p)
			_, err := artifact.Runsheet(p, test.params)
			same(t, findings(t, err), test.want...)
			_, err = artifact.Build(p, reference(t), test.params)
			same(t, findings(t, err), test.want...)
		})
	}
}
