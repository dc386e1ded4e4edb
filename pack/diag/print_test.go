package diag_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/kpgen/kpgen/pack/diag"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

var files = map[string]string{
	"a.yaml": "\uFEFFname: x\r\n\tthreat: hgih # tab\r\nwide: '日本語 error 👩‍👩‍👧 here'\rcombined: e\u0301lan vital\nescape: \x1b[31m\u202ered\n" +
		"long: " + strings.Repeat("abcdefgh ", 40) + "HERE" + strings.Repeat(" xyz", 60) + "\n",
}

func sources(file string) []byte { return []byte(files[file]) }

func at(line, column, endLine, endColumn int) diag.Span {
	return diag.Span{File: "a.yaml", Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

var list = diag.List{
	{ID: "first", Severity: diag.Error, Span: at(1, 7, 1, 8), Message: "after a byte-order mark"},
	{ID: "tab", Severity: diag.Error, Span: at(2, 10, 2, 14), Message: "after a tab", Help: `did you mean "high"?`},
	{ID: "wide", Severity: diag.Warning, Span: at(3, 12, 3, 17), Message: "after wide characters"},
	{ID: "joined", Severity: diag.Warning, Span: at(3, 18, 3, 23), Message: "a family of five code points"},
	{ID: "combining", Severity: diag.Note, Span: at(4, 16, 4, 21), Message: "after a combining accent"},
	{ID: "control", Severity: diag.Error, Span: at(5, 15, 5, 18), Message: "a\x1b[2Jb\x07\u009b\u2066\nc", Help: "\x00\xff"},
	{ID: "long", Severity: diag.Error, Span: at(6, 367, 6, 371), Message: "far to the right"},
	{ID: "long-start", Severity: diag.Error, Span: at(6, 1, 6, 5), Message: "at its start"},
	{ID: "empty-place", Severity: diag.Error, Span: at(1, 8, 1, 8), Message: "past the end of the line"},
	{ID: "no-end", Severity: diag.Error, Span: at(1, 1, 0, 0), Message: "a place without an end"},
	{ID: "lines", Severity: diag.Error, Span: at(4, 11, 5, 3), Message: "over two lines"},
	{ID: "line-only", Severity: diag.Error, Span: at(4, 0, 0, 0), Message: "a whole line"},
	{ID: "past", Severity: diag.Error, Span: at(99, 1, 99, 2), Message: "a line the file has not"},
	{ID: "file", Severity: diag.Error, Span: diag.Span{File: "b\x1b.yaml"}, Message: "a whole file", Help: "mend it"},
	{ID: "model", Severity: diag.Warning, Path: "alerts[0].name", Message: "a pack written in Go"},
	{ID: "nowhere", Severity: diag.Note, Message: "no place at all"},
}

func TestPrintText(t *testing.T) {
	for name, color := range map[string]bool{"plain.txt": false, "color.txt": true} {
		var b bytes.Buffer
		if err := diag.PrintText(&b, list, sources, color); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}

// The carets stand under the marked text, however wide the characters before it are.
func TestCaretsAlign(t *testing.T) {
	for line, marked := range map[string]string{
		"a MARK b": "MARK", "日本語 MARK": "MARK", "\t\tMARK": "MARK", "👩‍👩‍👧👩‍👩‍👧 MARK": "MARK", "e\u0301e\u0301 MARK": "MARK",
		"日本語": "本", "\x1b\x1b MARK": "MARK", strings.Repeat("日", 300) + "MARK" + strings.Repeat("本", 300): "MARK",
		strings.Repeat("x", 5000) + "MARK" + strings.Repeat("y", 5000): "MARK",
	} {
		column := 1 + len([]rune(line[:strings.Index(line, marked)]))
		end := column + len([]rune(marked))
		d := diag.Diagnostic{ID: "x", Severity: diag.Error, Span: at(1, column, 1, end), Message: "m"}
		var b bytes.Buffer
		if err := diag.PrintText(&b, diag.List{d}, func(string) []byte { return []byte(line) }, false); err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(b.String(), "\n")
		before, _, found := strings.Cut(rows[1], marked)
		if !found {
			t.Errorf("%.20q: the marked text is not shown in %q", line, rows[1])
			continue
		}
		carets := strings.TrimLeft(rows[2][strings.Index(rows[2], "|")+1:], " ")
		if got, want := strings.Index(rows[2], "^"), uniseg.StringWidth(before); got != want || len(carets) != uniseg.StringWidth(marked) {
			t.Errorf("%.20q: %d carets at %d, want %d at %d", line, len(carets), got, uniseg.StringWidth(marked), want)
		}
	}
}

func TestPrintJSON(t *testing.T) {
	var b bytes.Buffer
	if err := diag.PrintJSON(&b, list); err != nil {
		t.Fatal(err)
	}
	golden(t, "list.json", b.Bytes())
	var back diag.List
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if len(back) != len(list) || back[5].Message != list[5].Message {
		t.Errorf("read back: %+v", back)
	}
	b.Reset()
	if err := diag.PrintJSON(&b, nil); err != nil || b.String() != "[]\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestPrintSARIF(t *testing.T) {
	checks := []diag.Check{{"tab", diag.Error, "Text after a tab."}, {"unused", diag.Warning, "Never found."}}
	some := diag.List{list[1], list[13], list[14], list[15], {ID: "tab", Severity: diag.Note, Span: diag.Span{File: "/root/ä #.yaml", Line: 3}}}
	var b bytes.Buffer
	if err := diag.PrintSARIF(&b, some, checks); err != nil {
		t.Fatal(err)
	}
	golden(t, "log.sarif", b.Bytes())
}

func TestUnique(t *testing.T) {
	l := diag.List{
		{ID: "b", Span: at(2, 1, 2, 2), Message: "x", Path: "p"},
		{ID: "a", Span: at(2, 1, 2, 2), Message: "x"},
		{ID: "b", Span: at(2, 1, 2, 2), Message: "x", Path: "q"}, // one place twice, by two paths
		{ID: "b", Span: at(2, 1, 2, 2), Message: "y"},
		{ID: "c", Path: "p"},
		{ID: "c", Path: "q"},
	}
	var got []string
	for _, d := range l.Unique() {
		got = append(got, d.ID+d.Message+d.Path)
	}
	if diff := cmp.Diff([]string{"cp", "cq", "ax", "bxp", "by"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"threat_level", "threshold", "systems", "email"}
	for name, want := range map[string]string{
		"threat_levl": "threat_level", "Threshold": "threshold", "system": "systems", "emial": "email", "x": "", "": "",
		"completely": "", strings.Repeat("e", 100): "",
	} {
		if got := diag.Nearest(name, known); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := diag.DidYouMean("zzz", known); !strings.Contains(got, "systems") {
		t.Errorf("few names are listed: %q", got)
	}
	if got := diag.DidYouMean("zzz", make([]string, 100)); got != "" {
		t.Errorf("many names are not: %q", got)
	}
}

func TestListAsError(t *testing.T) {
	if err := (diag.List{{Severity: diag.Warning}}).Err(); err != nil {
		t.Errorf("warnings are no error: %v", err)
	}
	err := diag.List{list[1], list[14]}.Err()
	want := "a.yaml:2:10: error: after a tab [tab]\nalerts[0].name: warning: a pack written in Go [model]"
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

func TestPrintTextManyFindings(t *testing.T) {
	var out strings.Builder
	list := make(diag.List, 1_002)
	for i := range list {
		list[i] = diag.Diagnostic{ID: "x", Severity: diag.Error, Message: "m"}
	}
	if err := diag.PrintText(&out, list, nil, false); err != nil {
		t.Fatal(err)
	}
	if shown := strings.Count(out.String(), "[x]"); shown != 1_000 || !strings.Contains(out.String(), " 2 more ") {
		t.Errorf("%d shown, then %q", shown, out.String()[len(out.String())-60:])
	}
}
