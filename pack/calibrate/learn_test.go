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
			_ = fields.Parse(v, load.Default(at, "")) // as what is read has where there is no place for a value
		}
	})
	dropEmpty(reflect.ValueOf(only).Elem())
	return only
}

// try learns from the pack and decodes another; it gives what went wrong.
func try(st style, k artifact.Kind, taught, other *pack.Pack) (faults []string, tr *trial) {
	taught = st.enterable(taught)
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

// askedOf gives the questions of a result, as "id path".
func askedOf(r *calibrate.Result) []string {
	var all []string
	for _, a := range r.Asks() {
		all = append(all, string(a.ID)+" "+a.At)
	}
	return all
}

func fieldOf(t *testing.T, r *calibrate.Result, path string) calibrate.Field {
	t.Helper()
	for _, k := range r.Kinds {
		for _, f := range k.Fields {
			if f.Path == path {
				return f
			}
		}
	}
	t.Fatalf("no field %s", path)
	return calibrate.Field{}
}

// export is a pack's file of one kind.
func export(p *pack.Pack, name, text string) calibrate.Sample {
	return calibrate.Sample{Pack: p, File: artifact.File{Name: name, Data: []byte(text)}}
}

func alertsOf(all ...pack.Alert) *pack.Pack { return &pack.Pack{Alerts: all} }

func categoriesOf(all ...pack.Category) *pack.Pack { return &pack.Pack{Categories: all} }

// TestAmbiguity: what files leave open is asked for, each by its question, and further files settle it.
func TestAmbiguity(t *testing.T) {
	rules := func(n string) []pack.Rule {
		return []pack.Rule{{Title: "t" + n, User: `"u\` + n}, {Title: "v" + n, User: "w" + n}}
	}
	inside := func(n string) string {
		return `<R T="t` + n + `" U="&quot;u\` + n + `"/><R T="v` + n + `" U="w` + n + `"/>`
	}
	category := func(name, group, description string) pack.Category {
		return pack.Category{Name: name, Group: group, Description: description, Rules: rules(name)}
	}
	alert := func(name string, level pack.ThreatLevel, active bool) pack.Alert {
		return pack.Alert{Name: name, ThreatLevel: level, Active: active, Rules: rules(name)}
	}
	with := func(a pack.Alert, systems ...string) pack.Alert { a.Systems = systems; return a }
	checking := func(a pack.Alert, absent ...bool) pack.Alert {
		for i, is := range absent {
			a.WatchLists = append(a.WatchLists, pack.WatchListCheck{Group: fmt.Sprint(a.Name, i), Property: "p" + a.Name, Absent: is})
		}
		return a
	}
	matching := func(name string, patterns ...pack.Pattern) pack.Category {
		c := pack.Category{Name: name}
		for i, p := range patterns {
			c.Rules = append(c.Rules, pack.Rule{Title: fmt.Sprint(name, i), Match: p})
		}
		return c
	}
	single := func(name string) pack.Category {
		return pack.Category{Name: name, Rules: []pack.Rule{{Title: "t" + name, User: `"u\` + name}}}
	}
	for _, test := range []struct {
		name    string
		samples []calibrate.Sample
		open    []string // with the first file
		then    []string // with all
		field   string   // that is settled, and where
		where   []string
	}{
		{"two fields with one value", []calibrate.Sample{
			export(categoriesOf(category("Doors", "House", "House"), category("Gates", "Yard", "Yard")), "a.iscat",
				`<X><C A="Doors" B="House" D="House">`+inside("Doors")+`</C><C A="Gates" B="Yard" D="Yard">`+inside("Gates")+`</C></X>`),
			export(categoriesOf(category("Roof", "Above", "Wet")), "b.iscat", `<X><C A="Roof" B="Wet" D="Above">`+inside("Roof")+`</C></X>`),
		}, []string{"same-value categories[].group", "same-value categories[].description"}, nil, "categories[].group", []string{"X/C/@D"}},
		{"two places with one text", []calibrate.Sample{
			export(categoriesOf(category("Doors", "House", ""), category("Gates", "House", "")), "a.iscat",
				`<X><C A="Doors" B="House" D="House">`+inside("Doors")+`</C><C A="Gates" B="House" D="House">`+inside("Gates")+`</C></X>`),
			export(categoriesOf(category("Roof", "Above", "")), "b.iscat", `<X><C A="Roof" B="House" D="Above">`+inside("Roof")+`</C></X>`),
		}, []string{"same-places categories[].group"}, nil, "categories[].group", []string{"X/C/@D"}},
		{"two places with one text, one called like it", []calibrate.Sample{
			export(categoriesOf(category("Doors", "House", ""), category("Gates", "House", "")), "a.iscat",
				`<X><C A="Doors" B="House" Group="House">`+inside("Doors")+`</C><C A="Gates" B="House" Group="House">`+inside("Gates")+`</C></X>`),
		}, nil, nil, "categories[].group", []string{"X/C/@Group"}},
		{"a list with one item", []calibrate.Sample{
			export(categoriesOf(single("Doors"), single("Gates")), "a.iscat",
				`<X><C A="Doors"><L><R T="tDoors" U="&quot;u\Doors"/></L></C><C A="Gates"><L><R T="tGates" U="&quot;u\Gates"/></L></C></X>`),
			export(categoriesOf(category("Roof", "", "")), "b.iscat", `<X><C A="Roof"><L>`+inside("Roof")+`</L></C></X>`),
		}, []string{"one-item categories[].rules[]"}, nil, "categories[].rules[].title", []string{"X/C/L/R/@T"}},
		{"a list with one text", []calibrate.Sample{
			export(alertsOf(with(alert("Doors", "", false), "north"), with(alert("Gates", "", false), "south")), "a.isalt",
				`<X><A N="Doors" S="north">`+inside("Doors")+`</A><A N="Gates" S="south">`+inside("Gates")+`</A></X>`),
			export(alertsOf(with(alert("Roof", "", false), "east", "west")), "b.isalt", `<X><A N="Roof" S="east,west">`+inside("Roof")+`</A></X>`),
		}, []string{"one-item alerts[].systems"}, nil, "alerts[].systems", []string{"X/A/@S"}},
		{"values that are not seen", []calibrate.Sample{
			export(alertsOf(alert("Doors", pack.Low, false), alert("Gates", pack.High, false)), "a.isalt",
				`<X><A N="Doors" Level="1">`+inside("Doors")+`</A><A N="Gates" Level="3">`+inside("Gates")+`</A></X>`),
			export(alertsOf(alert("Roof", pack.Medium, false), alert("Wall", pack.Serious, false), alert("Pipe", pack.Critical, false)), "b.isalt",
				`<X><A N="Roof" Level="2">`+inside("Roof")+`</A><A N="Wall" Level="4">`+inside("Wall")+`</A><A N="Pipe" Level="5">`+inside("Pipe")+`</A></X>`),
		}, []string{"values-unseen alerts[].threat_level"}, nil, "alerts[].threat_level", []string{"X/A/@Level"}},
		{"one truth value", []calibrate.Sample{
			export(alertsOf(alert("Doors", "", false), alert("Gates", "", false)), "a.isalt",
				`<X><A N="Doors" Active="0">`+inside("Doors")+`</A><A N="Gates" Active="0">`+inside("Gates")+`</A></X>`),
			export(alertsOf(alert("Roof", "", true)), "b.isalt", `<X><A N="Roof" Active="-1">`+inside("Roof")+`</A></X>`),
		}, []string{"other-word alerts[].active"}, nil, "alerts[].active", []string{"X/A/@Active"}},
		{"a truth value that is the item's number", []calibrate.Sample{
			export(alertsOf(alert("Doors", "", false), alert("Gates", "", true)), "a.isalt",
				`<X><A N="Doors" Q="0">`+inside("Doors")+`</A><A N="Gates" Q="1">`+inside("Gates")+`</A></X>`),
			export(alertsOf(alert("Roof", "", true), alert("Wall", "", false)), "b.isalt",
				`<X><A N="Roof" Q="1">`+inside("Roof")+`</A><A N="Wall" Q="0">`+inside("Wall")+`</A></X>`),
		}, []string{"same-value alerts[].active"}, nil, "alerts[].active", []string{"X/A/@Q"}},
		{"a place that may hold a text, too", []calibrate.Sample{
			export(categoriesOf(matching("Doors", pack.Pattern{Regex: "a"}, pack.Pattern{Regex: "b"})), "a.iscat",
				`<X><C A="Doors"><R T="Doors0" M="a" K="1"/><R T="Doors1" M="b" K="1"/></C></X>`),
			export(categoriesOf(matching("Gates", pack.Pattern{Regex: "c"}, pack.Pattern{Text: "d"}), matching("Roof", pack.Pattern{Text: `e"\`}, pack.Pattern{})), "b.iscat",
				`<X><C A="Gates"><R T="Gates0" M="c" K="1"/><R T="Gates1" M="d" K="0"/></C><C A="Roof"><R T="Roof0" M="e&quot;\" K="0"/><R T="Roof1" M="" K="0"/></C></X>`),
		}, []string{"one-item categories[]", "one-alternative categories[].rules[].match.text", "characters-unseen categories[].rules[].title"}, nil, "categories[].rules[].match.text", []string{"X/C/R/@M"}},
		{"a place that holds either, and nothing tells which", []calibrate.Sample{
			export(categoriesOf(matching("Doors", pack.Pattern{Regex: `a"\`}, pack.Pattern{Text: "b"}), matching("Gates", pack.Pattern{Text: "c"}, pack.Pattern{Regex: "d"})), "a.iscat",
				`<X><C A="Doors"><R T="Doors0" M="a&quot;\"/><R T="Doors1" M="b"/></C><C A="Gates"><R T="Gates0" M="c"/><R T="Gates1" M="d"/></C></X>`),
		}, []string{"either-untold categories[].rules[].match.regex", "either-untold categories[].rules[].match.text"},
			[]string{"either-untold categories[].rules[].match.regex", "either-untold categories[].rules[].match.text"}, "categories[].rules[].match.text", []string{"X/C/R/@M"}},
		{"one truth value, with the pair elsewhere", []calibrate.Sample{
			export(alertsOf(checking(alert("Doors", "", false), true, false), checking(alert("Gates", "", false), false, true)), "a.isalt",
				`<X><A N="Doors" Active="0"><W G="Doors0" P="pDoors" Not="-1"/><W G="Doors1" P="pDoors" Not="0"/>`+inside("Doors")+
					`</A><A N="Gates" Active="0"><W G="Gates0" P="pGates" Not="0"/><W G="Gates1" P="pGates" Not="-1"/>`+inside("Gates")+`</A></X>`),
		}, nil, nil, "alerts[].active", []string{"X/A/@Active"}},
		{"a number that may count", []calibrate.Sample{
			export(categoriesOf(category("Doors", "", ""), category("Gates", "", "")), "a.iscat",
				`<X Q="2"><C A="Doors">`+inside("Doors")+`</C><C A="Gates">`+inside("Gates")+`</C></X>`),
			export(categoriesOf(category("Roof", "", "")), "b.iscat", `<X Q="2"><C A="Roof">`+inside("Roof")+`</C></X>`),
		}, []string{"perhaps-count X/@Q"}, nil, "categories[].name", []string{"X/C/@A"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for n, want := range map[int][]string{1: test.open, len(test.samples): test.then} {
				r, err := calibrate.Learn("x", test.samples[:n])
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, askedOf(r)); diff != "" {
					t.Errorf("%d files: %s\n%s", n, diff, r.Report(nil))
				}
				for _, p := range r.Kinds[0].Proofs {
					if !p.Exact && len(want) == 0 {
						t.Errorf("%d files: %s", n, faultsOf(p))
					}
				}
				if f := fieldOf(t, r, test.field); n == len(test.samples) && !cmp.Equal(f.Where, test.where) {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestOtherKinds: what the files of one kind tell for certain settles those of another in which places have the same names.
func TestOtherKinds(t *testing.T) {
	rule := func(title, source, user string) pack.Rule {
		return pack.Rule{Title: title, EventSource: source, User: user}
	}
	alerts := export(alertsOf(pack.Alert{Name: "Doors", Rules: []pack.Rule{rule("a", "b", "c"), rule("d", "e", "f"), rule("g", "h", "i")}}), "a.isalt",
		`<X><A N="Doors"><R K="a" L="b" M="c"/><R K="d" L="e" M="f"/><R K="g" L="h" M="i"/></A></X>`)
	categories := export(categoriesOf(pack.Category{Name: "Gates", Rules: []pack.Rule{rule("s", "s", ""), rule("t", "t", "")}}), "c.iscat",
		`<X><C N="Gates"><R K="s" L="s" M=""/><R K="t" L="t" M=""/></C></X>`)
	r, err := calibrate.Learn("x", []calibrate.Sample{categories})
	if err != nil {
		t.Fatal(err)
	}
	if f := fieldOf(t, r, "categories[].rules[].event_source"); f.Sure != calibrate.Open {
		t.Errorf("%+v", f)
	}
	r, err = calibrate.Learn("x", []calibrate.Sample{categories, alerts})
	if err != nil {
		t.Fatal(err)
	}
	for name, place := range map[string]string{"title": "K", "event_source": "L", "user": "M"} {
		f := fieldOf(t, r, "categories[].rules[]."+name)
		if f.Sure != calibrate.Elsewhere || f.AsIn != artifact.Alerts || !cmp.Equal(f.Where, []string{"X/C/R/@" + place}) {
			t.Errorf("%+v", f)
		}
	}
}

// TestOtherKindsHabits: escapes that no text of a kind needed are those of the other kinds' files.
func TestOtherKindsHabits(t *testing.T) {
	object := func(name, title string) pack.Category {
		return pack.Category{Name: name, Rules: []pack.Rule{{Title: title}, {Title: title + "2"}}}
	}
	r, err := calibrate.Learn("x", []calibrate.Sample{
		export(categoriesOf(object("Gates", "a"), object("Doors", "b")), "c.iscat",
			`<X><C N="Gates"><R K="a"/><R K="a2"/></C><C N="Doors"><R K="b"/><R K="b2"/></C></X>`),
		export(alertsOf(pack.Alert{Name: "Doors", Rules: []pack.Rule{{Title: `a\b`}, {Title: "c"}, {Title: `d\e`}}}), "a.isalt",
			`<X><A N="Doors"><R K="a\\b"/><R K="c"/><R K="d\\e"/></A></X>`),
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := artifact.EncodeKind(categoriesOf(object(`O\P`, `q\r`)), r.Dialect, artifact.Categories)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`<X><C N="O\\P"><R K="q\\r"/><R K="q\\r2"/></C></X>`, string(data)); diff != "" {
		t.Error(diff)
	}
}

// TestInferred: what no file shows and the dialect has by the files' habit is told apart from what was seen.
func TestInferred(t *testing.T) {
	rule := func(title, user string) pack.Rule { return pack.Rule{Title: title, User: user} }
	r, err := calibrate.Learn("x", []calibrate.Sample{export(
		alertsOf(pack.Alert{Name: "Doors", Active: true, Rules: []pack.Rule{rule("a", `b\b`), rule("c", ""), rule("d", `e\e`)}}), "a.isalt",
		`<X><A N="Doors" Active="True"><R T="a" U="b\\b"/><R T="c" U="*"/><R T="d" U="e\\e"/></A></X>`)})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]calibrate.Inferred{
		"alerts[].rules[].title": {calibrate.InferredNone},
		"alerts[].rules[].user":  nil,
		"alerts[].active":        {calibrate.InferredEmpty, calibrate.InferredSpelling},
	} {
		if f := fieldOf(t, r, path); !cmp.Equal(f.Inferred, want) {
			t.Errorf("%+v\n%s", f, r.Files[1].Data)
		}
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

// TestKindsTogether: learned with the files of all kinds at once, each kind's files are still built anew, and those of a random pack
// read and written again.
func TestKindsTogether(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	for seed := range uint64(8) {
		st := randomStyle(seed)
		st.Left = 0
		var samples []calibrate.Sample
		for _, k := range artifact.Kinds() {
			taught := st.enterable(probe)
			samples = append(samples, calibrate.Sample{Pack: taught, File: st.write(taught, k, 1)})
		}
		r, err := calibrate.Learn("acme", samples)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Exact() || len(r.Asks()) > 0 && st.Enum == "words" {
			t.Errorf("dialect %d %+v: %v", seed, st, r.Asks())
		}
		for _, k := range artifact.Kinds() {
			if p, err := calibrate.Check(st.write(randomPack(seed), k, 2), r.Dialect); err != nil || !p.Exact {
				t.Errorf("dialect %d %+v, %s: %v %s", seed, st, k, err, faultsOf(p))
			}
		}
	}
}
