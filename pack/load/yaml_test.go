package load_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/internal/anypack"
	"github.com/kpgen/kpgen/pack/load"
)

// write makes a spec folder of files.
func write(t interface {
	Helper()
	Fatal(...any)
}, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Any pack whose values are allowed comes back from its normal form as it was.
func TestNormalFormLoadsToTheSamePack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		p := anypack.Pack().Draw(t, "pack")
		text, err := load.YAML(&p)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, map[string]string{"pack.yaml": string(text)})
		s, list := load.Load(dir)
		if len(list) > 0 {
			t.Fatalf("%v\n%s", list, text)
		}
		if diff := cmp.Diff(&p, s.Pack); diff != "" {
			t.Fatalf("%s\n%s", diff, text)
		}
	})
}

// So it does from the files a person would write.
func TestFormatLoadsToTheSamePack(t *testing.T) {
	outer := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		p := anypack.Pack().Draw(t, "pack")
		comments := map[string][]string{}
		for _, path := range []string{"", "name", "alerts", "alerts[0]", "alerts[0].rules[0]", "alerts[0].rules[0].match", "dashlets[0].axis.label",
			"reports[0].columns[0]", "knowledge_objects[0].properties[0]", "knowledge_objects[0].rules[0].expressions[0]"} {
			comments[path] = rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom(anypack.OddTexts)), 0, 2).Draw(t, path)
		}
		files, err := load.Format(&p, load.Notation{Comments: comments})
		if err != nil {
			t.Fatal(err)
		}
		dir, texts := filepath.Join(outer, "spec"), map[string]string{}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			texts[f.Name] = string(f.Data)
		}
		write(t, dir, texts)
		s, list := load.Load(dir)
		if len(list) > 0 {
			t.Fatalf("%v\n%v", list, texts)
		}
		if diff := cmp.Diff(&p, s.Pack); diff != "" {
			t.Fatalf("%s\n%v", diff, texts)
		}
	})
}

func TestNormalFormOfWhatYAMLCannotHold(t *testing.T) {
	p := pack.Pack{Alerts: []pack.Alert{{Systems: []string{"a", "\xff"}}}}
	if _, err := load.YAML(&p); err == nil {
		t.Error("no error for a text that is not UTF-8")
	}
	if _, err := load.Format(&p, load.Notation{}); err == nil {
		t.Error("no error for a text that is not UTF-8")
	}
}

var _ diag.Locator = (*load.Spec)(nil)
