package load_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

var update = flag.Bool("update", false, "write what is expected anew")

// summary gives path:line:col: id of each diagnostic, the path without the folder.
func summary(list diag.List, dir string) string {
	var b strings.Builder
	for _, d := range list {
		place := strings.TrimPrefix(strings.TrimPrefix(d.Span.String(), filepath.ToSlash(dir)), "/")
		fmt.Fprintf(&b, "%s: %s\n", place, d.ID)
	}
	return b.String()
}

// Each archive in testdata/err is a spec folder and, in want, the path:line:col: id of what is wrong with it.
func TestErrors(t *testing.T) {
	archives, _ := filepath.Glob("testdata/err/*.txtar")
	if len(archives) == 0 {
		t.Fatal("no archives")
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			files := map[string]string{}
			for _, f := range a.Files[:len(a.Files)-1] {
				files[f.Name] = string(f.Data)
			}
			write(t, dir, files)
			_, list := load.Load(dir)
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
			for _, d := range list {
				if d.Message == "" || strings.Contains(d.Message, "%!") || strings.Contains(d.Help, "%!") {
					t.Errorf("message of %+v", d)
				}
			}
		})
	}
}

// Each folder in testdata/ok loads without a word to the pack in its pack.json.
func TestOK(t *testing.T) {
	folders, _ := filepath.Glob("testdata/ok/*")
	if len(folders) == 0 {
		t.Fatal("no folders")
	}
	for _, dir := range folders {
		s, list := load.Load(dir)
		if len(list) > 0 {
			t.Errorf("%v", list)
			continue
		}
		got, err := json.MarshalIndent(s.Pack, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "pack.json")
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
			t.Errorf("%s: %s", dir, diff)
		}
	}
}

// The last released build is the spec's, not the pack's.
func TestReleased(t *testing.T) {
	for dir, want := range map[string]string{"testdata/ok/full": "../small", "testdata/ok/small": ""} {
		s, list := load.Load(dir)
		if len(list) > 0 || s.Released != want {
			t.Errorf("%s: %q, %v", dir, s.Released, list)
		}
	}
}

const small = "name: small\ntitle: Small\ngroup: Small\nversion: 0.1.0\nminimum_console: \"9.3\"\nsource: {type: S, system: S}\n"

func TestFilesThatCannotBeRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and pipes")
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "outside.yaml")
	must(os.WriteFile(outside, []byte("categories: []\n"), 0o644))
	tests := []struct {
		name string
		make func(dir string)
		want string
	}{
		{"link out of the folder", func(dir string) { must(os.Symlink(outside, filepath.Join(dir, "categories.yaml"))) }, "categories.yaml: outside-folder\n"},
		{"link up and back in", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "real"), []byte("categories: []\n"), 0o644))
			must(os.Symlink("../"+filepath.Base(dir)+"/real", filepath.Join(dir, "categories.yaml")))
		}, "categories.yaml: outside-folder\n"},
		{"link to nothing", func(dir string) { must(os.Symlink("nothing", filepath.Join(dir, "categories.yaml"))) }, "categories.yaml: unreadable\n"},
		{"link to itself", func(dir string) { must(os.Symlink("categories.yaml", filepath.Join(dir, "categories.yaml"))) }, "categories.yaml: unreadable\n"},
		{"link inside", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "real"), []byte("categories: []\n"), 0o644))
			must(os.Symlink("real", filepath.Join(dir, "categories.yaml")))
		}, ""},
		{"folder", func(dir string) { must(os.Mkdir(filepath.Join(dir, "categories.yaml"), 0o755)) }, "categories.yaml: unreadable\n"},
		{"device", func(dir string) { must(os.Symlink("/dev/zero", filepath.Join(dir, "categories.yaml"))) }, "categories.yaml: outside-folder\n"},
		{"large", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "categories.yaml"), []byte(strings.Repeat("#\n", load.MaxFileSize/2)+"#"), 0o644))
		}, "categories.yaml: too-large\n"},
		{"just not too large", func(dir string) {
			text := "categories: []\n"
			must(os.WriteFile(filepath.Join(dir, "categories.yaml"), []byte(strings.Repeat("#", load.MaxFileSize-len(text)-1)+"\n"+text), 0o644))
		}, ""},
		{"many values", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "categories.yaml"), []byte("categories: ["+strings.Repeat("{},", 250_000)+"]"), 0o644))
		}, "categories.yaml: too-many-values\n"},
		{"not UTF-8", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "categories.yaml"), []byte("categories:\n  - name: caf\xe9\n"), 0o644))
		}, "categories.yaml:2:14: not-utf8\n"},
		{"UTF-16", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "categories.yaml"), []byte("\xff\xfea\x00"), 0o644))
		}, "categories.yaml:1:1: not-utf8\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"pack.yaml": small})
			tt.make(dir)
			s, list := load.Load(dir)
			if got := summary(list, dir); got != tt.want {
				t.Errorf("%v", list)
			}
			if (s == nil) != (tt.want != "") {
				t.Errorf("spec %v", s)
			}
		})
	}
}

func TestFolderThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	write(t, dir, map[string]string{"file": ""})
	for _, at := range []string{file, filepath.Join(dir, "nothing")} {
		if s, list := load.Load(at); s != nil || summary(list, at) != ": unreadable\n" {
			t.Errorf("%v", list)
		}
	}
	if s, list := load.Load(dir); s != nil || summary(list, dir) != "pack.yaml: missing-file\n" {
		t.Errorf("%v", list)
	}
}

// What a small file can make of itself is bounded, in time as in what is reported.
func TestBombs(t *testing.T) {
	var aliases, shared strings.Builder
	aliases.WriteString("categories:\n  - name: &a [x,x,x,x,x,x,x,x,x]\n")
	for i := range 9 {
		fmt.Fprintf(&aliases, "    %c: &%[1]c [%s]\n", 'b'+i, strings.Repeat(fmt.Sprintf("*%c,", 'a'+i), 9))
	}
	aliases.WriteString("    rules: *j\n")
	shared.WriteString("expressions:\n  e0: " + strings.Repeat("x", 100) + "\n")
	for i := range 40 {
		fmt.Fprintf(&shared, "  e%d: '%s'\n", i+1, strings.Repeat(fmt.Sprintf("%%{e%d}", i), 10))
	}
	tests := []struct{ name, text, id string }{
		{"aliases", aliases.String(), "wrong-type"},
		{"many aliases", "categories:\n- &a {name: A, rules: [{match: a}]}\n" + strings.Repeat("- *a\n", 100_000), "too-many-aliases"},
		{"shared expressions", shared.String(), "expression-too-long"},
		{"long expressions used often", "expressions: {e: " + strings.Repeat("x", 60_000) + "}\ncategories:\n- name: A\n  rules:\n" +
			strings.Repeat("  - match: '%{e}'\n", 40_000), "expression-too-long"},
		{"flow nesting", "categories: " + strings.Repeat("[", 500_000), "too-deep"},
		{"mapping nesting", "categories: " + strings.Repeat("{a: ", 200_000), "too-deep"},
		{"block nesting", "categories:\n" + strings.Repeat("- ", 500_000), "too-deep"},
		{"errors", "categories:\n" + strings.Repeat("- {nmae: 1, x: 2}\n", 20_000), "too-many"},
		{"long unknown keys", "categories:\n- " + strings.Repeat("k", 900_000) + ": 1\n", "unknown-key"},
		{"expression of a megabyte", "categories:\n- name: A\n  rules: [match: " + strings.Repeat("x", 1_000_000) + "]\n", "expression-too-long"},
		{"references of a megabyte", "categories:\n- name: A\n  rules: [match: '" + strings.Repeat("%{e}", 250_000) + "']\n", "unknown-expression"},
		{"one line", "categories: [" + strings.Repeat("{nmae: é}, ", 40_000) + "]\n", "too-many"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, map[string]string{"pack.yaml": small, "categories.yaml": tt.text})
			start := time.Now()
			_, list := load.Load(dir)
			if took := time.Since(start); took > 60*time.Second {
				t.Errorf("took %v", took)
			}
			found := map[string]bool{}
			for _, d := range list {
				found[d.ID] = true
			}
			if !found[tt.id] || len(list) > 1001 {
				t.Errorf("%d findings: %v", len(list), found)
			}
		})
	}
}

// Every id is documented and has a test that says where it is reported.
func TestChecksAreTested(t *testing.T) {
	var tested strings.Builder
	archives, _ := filepath.Glob("testdata/err/*.txtar")
	for _, name := range append(archives, "load_test.go") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if a := txtar.Parse(text); len(a.Files) > 0 {
			text = a.Files[len(a.Files)-1].Data
			for line := range strings.Lines(string(text)) {
				_, id, _ := strings.Cut(strings.TrimSpace(line), ": ")
				if !slices.ContainsFunc(load.Checks(), func(c diag.Check) bool { return c.ID == id }) {
					t.Errorf("%s: %q is not documented", name, id)
				}
			}
		}
		tested.Write(text)
	}
	for _, c := range load.Checks() {
		if !strings.Contains(tested.String(), ": "+c.ID+"\n") && !strings.Contains(tested.String(), ": "+c.ID+`\n"`) &&
			!strings.Contains(tested.String(), `"`+c.ID+`"}`) && !strings.Contains(tested.String(), c.ID+`\n"}`) {
			t.Errorf("no test finds %s", c.ID)
		}
		if c.Description == "" || c.Severity == "" {
			t.Errorf("%+v", c)
		}
	}
}

// TestDefault: what a spec has that does not write a key.
func TestDefault(t *testing.T) {
	for path, want := range map[string]string{"reports[].frequency": "Undefined", "dashlets[].value.aggregate": "count", "dashlets[].period": "7d",
		"knowledge_objects[].rules[].expressions[].type": "Regular Expression", "alerts[].active": "false", "alerts[].group": "G", "categories[].group": "G",
		"alerts[].watch_lists[].group": "", "alerts[].name": "", "nothing[].here": ""} {
		if got := load.Default(path, "G"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
