package calibrate_test

import (
	"fmt"
	"path/filepath"
	"reflect"
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

// TestRandomDialects: what was learned of a random dialect from the probe pack's files is all there is, with nothing open; the files
// are built anew byte by byte, but for what is generated; and a random pack's files in the same dialect are read as that pack, and
// written again to the same bytes.
func TestRandomDialects(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	for seed := range uint64(30) {
		for _, k := range artifact.Kinds() {
			checkTrial(t, seed, k, probe)
		}
	}
}

// FuzzDialects is the same for any seed.
func FuzzDialects(f *testing.F) {
	probe := spec(f, "../../templates/probe")
	for seed := range uint64(5) {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, seed, kind uint64) { checkTrial(t, seed, artifact.Kinds()[kind%5], probe) })
}

func checkTrial(t *testing.T, seed uint64, k artifact.Kind, probe *pack.Pack) {
	t.Helper()
	st := randomStyle(seed)
	faults, _ := try(st, k, probe, randomPack(seed))
	for _, f := range faults {
		t.Errorf("dialect %d %+v, %s: %s", seed, st, k, f)
	}
}

// TestNamedDialects: the forms one by one, plain, with what was found of the probe pack.
func TestNamedDialects(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	for _, form := range []string{"elements", "attributes", "bag", "pairs", "dataset", "cdata", "escaped", "base64", "prefixed", "json", "jsonstring",
		"sections", "nested", "numbered", "records"} {
		t.Run(form, func(t *testing.T) {
			st := style{Form: form, Charset: "utf-8", Names: "words", Absent: "empty", Zero: "0", Truth: [2]string{"1", "0"}, Enum: "numbers",
				Unit: "seconds", GUID: "upper", Number: 1, Count: true, Date: true, Around: true, Indent: true}.possible()
			if form == "records" {
				st.Count = false
			}
			for _, k := range artifact.Kinds() {
				faults, tr := try(st, k, probe, randomPack(7))
				for _, f := range faults {
					t.Errorf("%s: %s", k, f)
				}
				if tr.result == nil {
					continue
				}
				kind := &tr.result.Kinds[0]
				t.Logf("%-18s certain %2d, likely %2d, one value %2d, by name or elimination %2d, open %d, not found %d", k, kind.Count(calibrate.Certain),
					kind.Count(calibrate.Likely), kind.Count(calibrate.Weak), kind.Count(calibrate.ByName, calibrate.Eliminated),
					kind.Count(calibrate.Open), kind.Count(calibrate.NotFound))
			}
		})
	}
}

// TestAmbiguity: what the files leave open is said, with what would settle it, and another item or file does.
func TestAmbiguity(t *testing.T) {
	category := func(name, group, description string) pack.Category {
		return pack.Category{Name: name, Group: group, Description: description, Rules: []pack.Rule{{Title: "t" + name, EventSource: "syslog"}}}
	}
	file := func(text string) artifact.File { return artifact.File{Name: "c.iscat", Data: []byte(text)} }
	one := &pack.Pack{Categories: []pack.Category{category("Doors", "House", "House"), category("Gates", "Yard", "Yard")}}
	oneFile := file(`<X><C A="Doors" B="House" D="House"><R T="tDoors" S="syslog"/></C><C A="Gates" B="Yard" D="Yard"><R T="tGates" S="syslog"/></C></X>`)
	two := &pack.Pack{Categories: []pack.Category{category("Roof", "Above", "Wet")}}
	twoFile := file(`<X><C A="Roof" B="Wet" D="Above"><R T="tRoof" S="syslog"/></C></X>`)

	find := func(r *calibrate.Result, path string) calibrate.Field {
		for _, f := range r.Kinds[0].Fields {
			if f.Path == path {
				return f
			}
		}
		t.Fatalf("%s: %+v\n%s", path, r.Kinds[0], r.Files[1].Data)
		return calibrate.Field{}
	}
	r, err := calibrate.Learn("x", []calibrate.Sample{{Pack: one, File: oneFile}})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"categories[].group", "categories[].description"} {
		if f := find(r, path); f.Sure != calibrate.Open || f.Ask == "" {
			t.Errorf("%+v", f)
		}
	}
	r, err = calibrate.Learn("x", []calibrate.Sample{{Pack: one, File: oneFile}, {Pack: two, File: twoFile}})
	if err != nil {
		t.Fatal(err)
	}
	if f := find(r, "categories[].group"); len(f.Where) != 1 || f.Where[0] != "X/C/@D" {
		t.Errorf("%+v", f)
	}
	if f := find(r, "categories[].description"); len(f.Where) != 1 || f.Where[0] != "X/C/@B" {
		t.Errorf("%+v", f)
	}
}

// TestBase: a dialect that rests on a learned one says only what is another: here the words of one map.
func TestBase(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	st := style{Form: "elements", Charset: "utf-8", Names: "words", Absent: "empty", Zero: "0", Truth: [2]string{"1", "0"}, Enum: "words", Unit: "seconds",
		Number: -1, Joint: ",", Indent: true}
	r, err := calibrate.Learn("acme", []calibrate.Sample{{Pack: probe, File: st.write(probe, artifact.Alerts, 1)}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := artifact.Write(filepath.Join(dir, "acme"), r.Files); err != nil {
		t.Fatal(err)
	}
	next := []artifact.File{{Name: "dialect.yaml", Data: []byte("name: next\nstatement: tried on nothing\nbase: ../acme\nvalues:\n  active: {\"true\": Y, \"false\": N}\n")}}
	if err := artifact.Write(filepath.Join(dir, "next"), next); err != nil {
		t.Fatal(err)
	}
	d, err := artifact.LoadDialect(filepath.Join(dir, "next"))
	if err != nil {
		t.Fatal(err)
	}
	st.Truth = [2]string{"Y", "N"}
	data, err := artifact.EncodeKind(probe, d, artifact.Alerts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(st.write(probe, artifact.Alerts, 1).Data), string(data)); diff != "" {
		t.Error(diff)
	}
}
