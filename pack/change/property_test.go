package change_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/change"
	"github.com/kpgen/kpgen/pack/load"
)

// loadSpec loads a spec folder.
func loadSpec(t testing.TB, dir string) change.Side {
	t.Helper()
	s, found := load.Load(dir)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return change.Side{Name: dir, Pack: s.Pack, Locator: s}
}

// openBuilt opens built files in the reference dialect.
func openBuilt(t testing.TB, path string) change.Side {
	t.Helper()
	d, err := artifact.LoadDialect(artifact.Reference)
	if err != nil {
		t.Fatal(err)
	}
	b, err := artifact.Open(path, d)
	if err != nil {
		t.Fatal(err)
	}
	return change.Side{Name: path, Pack: b.Pack, Locator: b}
}

func TestHerokuIsWhatItBuilds(t *testing.T) {
	r := change.Compare(openBuilt(t, "../../golden/heroku"), loadSpec(t, "../../spec/heroku"))
	if !r.Same() || r.Version.Needed != change.None || !r.Version.Fits {
		t.Errorf("%+v", r)
	}
}

// leaf is a scalar of a pack and the list item or field it is.
type leaf struct {
	path string
	v    reflect.Value
}

// walk lists the scalars of a value, and its lists that have items.
func walk(v reflect.Value, path string, leaves, lists *[]leaf) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			below := strings.TrimPrefix(path+"."+name, ".")
			if name == "" {
				below = path
			}
			walk(v.Field(i), below, leaves, lists)
		}
	case reflect.Slice:
		if v.Len() > 0 {
			*lists = append(*lists, leaf{path, v})
		}
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), leaves, lists)
		}
	default:
		*leaves = append(*leaves, leaf{path, v})
	}
}

// copyOf gives a deep copy.
func copyOf(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(copyOf(v.Field(i)))
		}
	case reflect.Slice:
		if v.IsNil() {
			return out
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(copyOf(v.Index(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

func clone(p *pack.Pack) *pack.Pack {
	out := copyOf(reflect.ValueOf(*p)).Interface().(pack.Pack)
	return &out
}

// mutate gives a scalar another value.
func mutate(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + rapid.Int64Range(1, 1000).Draw(t, "more"))
	default:
		s := v.String()
		i := rapid.IntRange(0, len(s)).Draw(t, "at")
		for i > 0 && i < len(s) && s[i]&0xC0 == 0x80 {
			i--
		}
		v.SetString(s[:i] + rapid.SampledFrom([]string{"x", "Zz", "(?:", "é", "😀", "`|`"}).Draw(t, "insert") + s[i:])
	}
}

// names reports whether a change names the path, what holds it or what it holds.
func names(r *change.Result, path string) bool {
	related := func(p string) bool { return p != "" && (strings.HasPrefix(path, p) || strings.HasPrefix(p, path)) }
	return slices.ContainsFunc(r.Changes, func(c change.Change) bool {
		return slices.ContainsFunc(c.Places, func(at change.Place) bool { return related(at.NewPath) || related(at.OldPath) })
	})
}

// Whatever value of a pack becomes another, it is told with its path; the other way round, too.
func TestMutations(t *testing.T) {
	packs := []*pack.Pack{loadSpec(t, "../../spec/heroku").Pack, loadSpec(t, "../proof/testdata/door").Pack, full()}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(packs).Draw(t, "pack")
		old, now := change.Side{Pack: p}, change.Side{Pack: clone(p)}
		if r := change.Compare(old, now); !r.Same() {
			t.Fatalf("a pack differs from itself: %+v", r.Changes)
		}
		var leaves, lists []leaf
		walk(reflect.ValueOf(now.Pack).Elem(), "", &leaves, &lists)
		l := rapid.SampledFrom(leaves).Draw(t, "leaf")
		if l.path == "version" {
			return
		}
		mutate(t, l.v)
		for _, r := range []*change.Result{change.Compare(old, now), change.Compare(now, old)} {
			if !names(r, l.path) || r.Version.Fits {
				t.Fatalf("%s: %+v", l.path, r)
			}
		}
	})
}

// A list that lost an item differs; it and the whole in another order do only where order has meaning.
func TestListMutations(t *testing.T) {
	ordered := []string{"setup", "knowledge_objects", "columns", "tokens"} // no two rules or expressions capture one token
	rapid.Check(t, func(t *rapid.T) {
		p := full()
		now := clone(p)
		var leaves, lists []leaf
		walk(reflect.ValueOf(now).Elem(), "", &leaves, &lists)
		l := rapid.SampledFrom(lists).Draw(t, "list")
		i := rapid.IntRange(0, l.v.Len()-1).Draw(t, "item")
		if rapid.Bool().Draw(t, "remove") {
			l.v.Set(reflect.AppendSlice(l.v.Slice(0, i), l.v.Slice(i+1, l.v.Len())))
			if r := change.Compare(change.Side{Pack: p}, change.Side{Pack: now}); !names(r, l.path) {
				t.Fatalf("%s: %+v", l.path, r)
			}
			return
		}
		if i == 0 {
			return
		}
		reflect.Swapper(l.v.Interface())(0, i)
		r := change.Compare(change.Side{Pack: p}, change.Side{Pack: now})
		if slices.Contains(ordered, l.path[strings.LastIndex(l.path, ".")+1:]) == r.Same() {
			t.Fatalf("%s in another order: %+v", l.path, r.Changes)
		}
	})
}

// full is a pack with at least two of everything.
func full() *pack.Pack {
	rules := func(of string) []pack.Rule {
		return []pack.Rule{
			{Title: of + " taken", EventSource: "syslog", Match: pack.Pattern{Regex: `\btaken=` + of}, Exception: pack.Pattern{Text: "drill"}},
			{Title: of + " given", EventID: "12", User: "root", Match: pack.Pattern{Text: of + " was given"}},
		}
	}
	objectRule := func(title, token string) pack.ObjectRule {
		return pack.ObjectRule{Rule: pack.Rule{Title: title, EventSource: "syslog"}, Expressions: []pack.Expression{
			{Type: pack.RegularExpression, Expression1: `by=(?<` + token + `>\S+)`, Format: token},
			{Type: pack.RegularExpression, Expression1: `at (?<Place` + token + `>[a-z]+)`, Expression2: "second"},
		}}
	}
	return &pack.Pack{
		Name: "keys", Title: "Keys", Description: "Who has which key.", Group: "Keys", Version: "1.4.2", MinimumConsole: "9.3",
		Source: pack.Source{Type: "Keys", System: "keys", Priority: 13,
			DeviceID: pack.DeviceID{Expression: `box-(?P<Box>\d+)`, Flavour: pack.PCRE, Token: "Box", Active: true}},
		Parameters: []pack.Parameter{{Name: "host", Description: "The console.", Default: "192.0.2.1"}, {Name: "port", Description: "Its port.", Default: "514"}},
		Setup:      []pack.Step{{Title: "Log in", Command: "keys login"}, {Title: "Send to the console", Command: "keys send {{host}}", Note: "TLS"}},
		Files:      pack.Files{Categories: "k.iscat", Alerts: "k.isalt", KnowledgeObjects: "k.etko", Reports: "k.etcrx", Dashlets: "k.etwd"},
		Properties: []pack.Property{{Name: "key_holder", Type: pack.Text, Description: "Who has it."}, {Name: "key_number", Type: pack.Number, Description: "Its number."}},
		Categories: []pack.Category{{Name: "Keys: Taken", Group: "Keys", Description: "Taken.", Rules: rules("key")}, {Name: "Keys: Boxes", Group: "Keys", Rules: rules("box")}},
		Alerts: []pack.Alert{
			{Name: "Keys: Lost", Group: "Keys", ThreatLevel: pack.High, Active: true, Systems: []string{"a", "b"}, Rules: rules("lost"),
				Threshold: pack.Threshold{Count: 3, Within: pack.Duration(60e9)}, Email: pack.Email{To: []string{"a@example.com", "b@example.com"}, Subject: "Lost"},
				WatchLists: []pack.WatchListCheck{{Group: "Staff", Property: "key_holder"}, {Group: "Guests", Property: "key_holder", Absent: true}}},
			{Name: "Keys: Copied", Group: "Keys", ThreatLevel: pack.Critical, Rules: rules("copy")},
		},
		KnowledgeObjects: []pack.KnowledgeObject{
			{Name: "Keys", AppliesTo: "keys", Group: "Keys", Rules: []pack.ObjectRule{objectRule("Taken", "Who"), objectRule("Given", "Whom")},
				Properties: []pack.PropertyValue{{Property: "key_holder", Tokens: []string{"Who", "Whom"}}, {Property: "key_number", Tokens: []string{"PlaceWho"}}}},
			{Name: "Boxes", AppliesTo: "boxes", Group: "Keys", Rules: []pack.ObjectRule{objectRule("Opened", "Opener")}},
		},
		Reports: []pack.Report{
			{Title: "Keys - Holders", Group: "Keys", Sites: []string{"s", "t"}, Groups: []string{"g", "h"}, Systems: []string{"x", "y"}, Frequency: "Undefined", Rules: rules("holder"),
				Columns: []pack.Column{{Heading: "LogTime", Property: "LogTime"}, {Heading: "Who", Token: "Who"}, {Heading: "Where", Token: "PlaceWho"}}},
			{Title: "Keys - Boxes", Group: "Keys", Frequency: "Daily", Rules: rules("boxes"), Columns: []pack.Column{{Heading: "Opener", Token: "Opener"}}},
		},
		Dashlets: []pack.Dashlet{
			{Title: "Keys: Holders", Chart: pack.Pie, Query: "log_source:Keys", Axis: pack.Axis{Property: "key_holder", Label: "Who", Limit: 10}, Value: pack.Value{Aggregate: pack.Count, Label: "Keys"}, Period: pack.Duration(7 * 24 * 3600e9)},
			{Title: "Keys: By day", Chart: pack.Bar, Query: "log_source:Keys AND key_number:*", Report: "Keys - Holders", Axis: pack.Axis{Property: "event_datetime", Interval: pack.Duration(24 * 3600e9)}, Value: pack.Value{Aggregate: pack.Sum, Property: "key_number"}, Series: "key_holder"},
		},
	}
}
