package decompile_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/template"
	"github.com/kpgen/kpgen/pack/decompile"
	"github.com/kpgen/kpgen/pack/internal/anypack"
	"github.com/kpgen/kpgen/pack/load"
)

// shareable are pieces that expressions come to have in common.
var shareable = []string{
	`^(?>.*?1\s\d{4}-\d\d-\d\dT\S+\s)host\s`, `(?:"(?>[^"\\]+|\\.)*"|'(?>[^'\\]+|\\.)*')`, `(?<User>[^\n']+)\sfailed`, `100%`, `%`, `{`, `%{`, `%%{name}`,
	`(?:error|warn(?:ing)?|crit(?:ical)?)`, `(?i)`, `(?x) a b # c`, "\n", " ", `(`, `)`, `[`, `|`, `\d{1,3}(?:\.\d{1,3}){3}`, `😀+`, `(?(1)a|b)`, `(?#%)`, "'", `(?:%|x)*`,
}

// shared replaces expressions of the pack by ones made of a few pieces each, and gives some rules the fields of others.
func shared(t *rapid.T, p *pack.Pack) {
	pieces := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(shareable), rapid.SampledFrom(anypack.OddTexts)), 1, 4).Draw(t, "pieces")
	expression := rapid.Custom(func(t *rapid.T) string {
		return "a" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "expression"), "")
	})
	var rules []*pack.Rule
	each(reflect.ValueOf(p).Elem(), func(v reflect.Value) {
		switch m := v.Addr().Interface().(type) {
		case *pack.Pattern:
			if m.Regex != "" {
				m.Regex = expression.Draw(t, "regex")
			}
		case *pack.Expression:
			m.Expression1 = expression.Draw(t, "expression 1")
		case *pack.Rule:
			rules = append(rules, m)
		}
	})
	for _, r := range rules {
		other := *rapid.SampledFrom(rules).Draw(t, "other rule")
		switch rapid.IntRange(0, 4).Draw(t, "taken") {
		case 0:
			*r = other
		case 1:
			r.EventSource, r.LogType = other.EventSource, other.LogType
		case 2:
			r.Exception = other.Exception
		}
	}
}

// each visits every struct in a value.
func each(v reflect.Value, visit func(reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		visit(v)
		for i := range v.NumField() {
			each(v.Field(i), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), visit)
		}
	}
}

// TestLoadsToTheSamePack: whatever a spec can say is what it says after decompiling, in whatever way it is written.
func TestLoadsToTheSamePack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spec")
	rapid.Check(t, func(t *rapid.T) {
		p := anypack.Pack().Draw(t, "pack")
		shared(t, &p)
		d := decompile.New(&artifact.Bundle{Pack: &p, Unknown: []template.Unknown{
			{Path: "alerts[0].rules[0]", Name: "X", Text: rapid.String().Draw(t, "unknown")},
			{Path: "knowledge_objects[0].properties[0]", Name: "Y"}, {Path: "reports[0].columns[0]", Name: "Z"},
		}})
		files, err := d.Files()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(dir, folder(files)); err != nil {
			t.Fatal(err)
		}
		spec, list := load.Load(dir)
		if len(list) > 0 {
			t.Fatalf("%v\n%s", list, all(files))
		}
		if diff := cmp.Diff(&p, spec.Pack); diff != "" {
			t.Fatalf("%s\n%s", diff, all(files))
		}
	})
}

func folder(files []artifact.File) fstest.MapFS {
	out := fstest.MapFS{}
	for _, f := range files {
		out[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return out
}

func all(files []artifact.File) string {
	var b strings.Builder
	for _, f := range files {
		b.WriteString("-- " + f.Name + " --\n" + string(f.Data))
	}
	return b.String()
}
