package artifact_test

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

var update = flag.Bool("update", false, "write the golden files anew")

const golden = "testdata/turnstile"

func reference(t testing.TB) *artifact.Dialect {
	t.Helper()
	d, err := artifact.LoadDialect(artifact.Reference)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func encode(t testing.TB, p *pack.Pack) []artifact.File {
	t.Helper()
	files, err := artifact.Encode(p, reference(t))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestGolden keeps the bytes of a whole build: every field of the model, in the reference dialect.
func TestGolden(t *testing.T) {
	p := turnstile()
	sheet, err := artifact.Runsheet(p, map[string]string{"collector": "collector.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	files := append(encode(t, p), artifact.File{Name: artifact.RunsheetName, Data: sheet})
	if *update {
		if err := artifact.Write(golden, files); err != nil {
			t.Fatal(err)
		}
	}
	diff, same, err := artifact.Check(golden, files)
	if err != nil {
		t.Fatal(err)
	}
	if !same {
		t.Errorf("the build differs from %s; if that is meant, run go test -update and read the difference:\n%s", golden, diff)
	}
	bundle, err := artifact.Open(golden, reference(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, bundle.Pack); diff != "" {
		t.Error(diff)
	}
	if len(bundle.Warnings) > 0 || len(bundle.Unknown) > 0 {
		t.Error(bundle.Warnings, bundle.Unknown)
	}
}
