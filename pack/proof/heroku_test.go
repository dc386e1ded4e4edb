package proof_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/proof"
)

const heroku = "../../spec/heroku"

// built gives the Heroku pack as read back from its import files.
func built(t *testing.T) *artifact.Bundle {
	t.Helper()
	spec, found := load.Load(heroku)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	d, err := artifact.LoadDialect(artifact.Reference)
	if err != nil {
		t.Fatal(err)
	}
	files, err := artifact.Encode(spec.Pack, d)
	if err != nil {
		t.Fatal(err)
	}
	b, err := artifact.Decode(files, d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEveryExpressionIsNeeded breaks the expressions and queries of the built Heroku pack one at a time: none may be broken
// without the proof noticing.
func TestEveryExpressionIsNeeded(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector's run leaves out the long way round; the plain run does not")
	}
	b := built(t)
	samples, found := proof.LoadSamples(heroku + "/samples")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	prove := func() diag.List {
		p, err := proof.Run(context.Background(), b.Pack, b, samples, proof.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p.Findings
	}
	if found := prove(); len(found) > 0 {
		t.Fatal(found)
	}
	all := expressions(reflect.ValueOf(b.Pack).Elem(), "")
	for _, e := range all {
		t.Run(e.path, func(t *testing.T) {
			kept := *e.text
			defer func() { *e.text = kept }()
			*e.text = `XQZ(?:` + kept + `)` // no sample has these letters
			if strings.HasSuffix(e.path, ".query") {
				*e.text = "log_source:Nobody AND (" + kept + ")"
			}
			if len(prove()) == 0 {
				t.Errorf("nobody would notice that it never matches: %s", kept)
			}
		})
	}
	if len(all) < 50 {
		t.Errorf("only %d expressions were broken", len(all))
	}
}

// broken is an expression of a pack and its place in the model.
type broken struct {
	path string
	text *string
}

// expressions finds every regular expression and query of a pack.
func expressions(v reflect.Value, path string) []broken {
	var all []broken
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, expressions(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous {
				all = append(all, expressions(v.Field(i), path)...)
				continue
			}
			all = append(all, expressions(v.Field(i), strings.TrimPrefix(path+"."+name, "."))...)
		}
	case reflect.String:
		last := path[strings.LastIndex(path, ".")+1:]
		isExpression := last == "regex" || last == "expression_1" || last == "query" || path == "source.device_id.expression"
		if isExpression && v.Len() > 0 {
			all = append(all, broken{path, v.Addr().Interface().(*string)})
		}
	}
	return all
}
