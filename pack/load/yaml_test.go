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

func TestNormalFormOfWhatYAMLCannotHold(t *testing.T) {
	p := pack.Pack{Alerts: []pack.Alert{{Systems: []string{"a", "\xff"}}}}
	if _, err := load.YAML(&p); err == nil {
		t.Error("no error for a text that is not UTF-8")
	}
}

var _ diag.Locator = (*load.Spec)(nil)
