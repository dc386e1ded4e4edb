package calibrate_test

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/load"
)

func spec(t testing.TB, folder string) *pack.Pack {
	t.Helper()
	s, found := load.Load(folder)
	if s == nil || found.Err() != nil {
		t.Fatal(found)
	}
	return s.Pack
}

// trial is a dialect learned from one pack and tried on others.
type trial struct {
	style  style
	kind   artifact.Kind
	result *calibrate.Result
}

// learnedOf empties what the dialect has no place for by its own report.
func (tr *trial) knows(path string) bool {
	for _, k := range tr.result.Kinds {
		for _, f := range k.Fields {
			if f.Path == path {
				return len(f.Where) > 0 && f.Sure != calibrate.Open
			}
		}
	}
	return !strings.HasSuffix(path, "[]") || tr.knows(strings.TrimSuffix(path, "[]"))
}

// dropEmpty makes lists of texts that all became empty none.
func dropEmpty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			dropEmpty(v.Field(i))
		}
	case reflect.Slice:
		some := false
		for i := range v.Len() {
			dropEmpty(v.Index(i))
			some = some || !v.Index(i).IsZero()
		}
		if !some && v.Type().Elem().Kind() == reflect.String {
			v.SetZero()
		}
	}
}

func (tr *trial) reduce(p *pack.Pack) *pack.Pack {
	only := &pack.Pack{}
	name := string(tr.kind)
	fields.Member(reflect.ValueOf(only).Elem(), name).Set(fields.Member(reflect.ValueOf(p).Elem(), name))
	fields.Leaves(reflect.ValueOf(only).Elem(), "", func(path string, v reflect.Value) {
		if at := fields.Generic(path); strings.HasPrefix(at, name+"[]") && !tr.knows(at) {
			v.SetZero()
		}
	})
	dropEmpty(reflect.ValueOf(only).Elem())
	return only
}

// try learns from the pack and decodes another; it gives what went wrong.
func try(st style, k artifact.Kind, taught, other *pack.Pack) (faults []string, tr *trial) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	r, err := calibrate.Learn("acme", []calibrate.Sample{{Pack: taught, File: st.write(taught, k, 1)}})
	tr = &trial{st, k, r}
	if err != nil {
		say("learn: %v", err)
		return faults, tr
	}
	for _, kind := range r.Kinds {
		for _, f := range kind.Fields {
			model := f.Path[strings.LastIndex(f.Path, "[].")+3:]
			without := st.without(strings.TrimSuffix(model, "[]")) || st.without(model)
			if st.Either && (strings.HasPrefix(model, "match.") || strings.HasPrefix(model, "exception.")) {
				without = st.without(model[:strings.Index(model, ".")] + ".regex")
			}
			if f.Path == "knowledge_objects[].rules[].expressions[].type" && st.Enum != "words" {
				continue // the model has one word for it, which is written in a way of the console's own
			}
			if !without && (f.Sure == calibrate.Open || f.Sure == calibrate.NotFound) {
				say("field %s: %s %v", f.Path, f.Sure, f.Where)
			}
		}
		for _, p := range kind.Proofs {
			if !p.Exact {
				say("proof: %s", faultsOf(p))
			}
		}
	}
	file := st.write(other, k, 2)
	bundle, err := artifact.Decode([]artifact.File{file}, r.Dialect)
	if err != nil {
		say("decode: %v", err)
		return faults, tr
	}
	want := tr.reduce(randomCopy(other))
	got := bundle.Pack
	got.Files = pack.Files{}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		say("decoded: %s", diff)
	}
	if len(bundle.Unknown) > 0 {
		say("unknown: %v", bundle.Unknown[0])
	}
	proof, err := calibrate.Check(file, r.Dialect)
	if err != nil || !proof.Exact {
		say("again: %v %s", err, faultsOf(proof))
	}
	return faults, tr
}

func faultsOf(p calibrate.Proof) string {
	text := fmt.Sprintf("left %v refused %v", p.Left, p.Refused)
	for _, d := range p.Differences {
		if !d.Generated && len(text) < 1200 {
			text += fmt.Sprintf("\n    %s %d: %q built %q", d.Where, d.Line, d.Console, d.Built)
		}
	}
	return text
}

func TestSeeds(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	from, to := 0, 60
	if s := os.Getenv("SEEDS"); s != "" {
		a, b, _ := strings.Cut(s, "-")
		from, _ = strconv.Atoi(a)
		to, _ = strconv.Atoi(b)
	}
	bad := 0
	for seed := from; seed < to; seed++ {
		st := randomStyle(uint64(seed))
		for _, k := range artifact.Kinds() {
			if only := os.Getenv("KIND"); only != "" && string(k) != only {
				continue
			}
			faults, tr := try(st, k, probe, randomPack(uint64(seed)))
			if len(faults) == 0 {
				continue
			}
			bad++
			t.Errorf("seed %d %s %+v", seed, k, st)
			for _, f := range faults {
				if len(f) > 6000 && os.Getenv("FULL") == "x" {
					f = f[:1500]
				}
				t.Log(f)
			}
			if os.Getenv("DUMP") != "" {
				t.Logf("FILE\n%s", st.write(probe, k, 1).Data)
				if tr.result != nil {
					for _, f := range tr.result.Files {
						t.Logf("%s\n%s", f.Name, f.Data)
					}
				}
			}
		}
	}
	t.Log("bad", bad)
}
