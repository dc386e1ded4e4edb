package artifact_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// awkward are characters and pieces that containers spell in a way of their own.
var awkward = rapid.SampledFrom([]string{
	"a", "B", "7", " ", "  ", "\t", "\n", "\r", "\r\n", "<", ">", "&", `"`, "'", "]]>", "]]", "&lt;", "&#xD;", "<!--", "-->",
	"<![CDATA[", "{", "}", "{name}", `\`, `\u0000`, "`", "|", "é", "ß", "日本", "😀", "\u0085", "\u00a0", "\u2028", "\ufeff", "\ufffd",
	"\x7f", "(?<Card>[^\\s]+)", "=", "/>", "</Name>"})

var awkwardText = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(awkward, 0, 6).Draw(t, "pieces"), "")
})

// wordsOf are the values of the model's enumerations; each may also be left empty.
var wordsOf = map[reflect.Type]any{
	reflect.TypeFor[pack.Flavour]():        pack.Flavours(),
	reflect.TypeFor[pack.PropertyType]():   pack.PropertyTypes(),
	reflect.TypeFor[pack.ThreatLevel]():    pack.ThreatLevels(),
	reflect.TypeFor[pack.ExpressionType](): pack.ExpressionTypes(),
	reflect.TypeFor[pack.Chart]():          pack.Charts(),
	reflect.TypeFor[pack.Aggregate]():      pack.Aggregates(),
}

var spans = []string{"0s", "1s", "59s", "90s", "15m", "36h", "7d", "365d", "100000d"}

// fill draws any value of the model, whatever fields it comes to have.
func fill(t *rapid.T, v reflect.Value, at string) {
	if words, ok := wordsOf[v.Type()]; ok {
		list := reflect.ValueOf(words)
		if i := rapid.IntRange(-1, list.Len()-1).Draw(t, at); i >= 0 {
			v.Set(list.Index(i))
		}
		return
	}
	if v.Type() == reflect.TypeFor[pack.Duration]() {
		d, _ := pack.ParseDuration(rapid.SampledFrom(spans).Draw(t, at))
		v.Set(reflect.ValueOf(d))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), at+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		n := rapid.IntRange(-1, 2).Draw(t, at)
		if n < 0 {
			return // nil, where 0 makes an empty list
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), fmt.Sprintf("%s[%d]", at, i))
		}
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, at))
	case reflect.Int:
		v.SetInt(rapid.Int64().Draw(t, at))
	default:
		v.SetString(awkwardText.Draw(t, at))
	}
}

// anyPack draws a pack that can be written: what Encode refuses has tests of its own.
var anyPack = rapid.Custom(func(t *rapid.T) *pack.Pack {
	p := &pack.Pack{}
	fill(t, reflect.ValueOf(p).Elem(), "pack")
	p.Files = pack.Files{Categories: "c.iscat", Alerts: "a.isalt", KnowledgeObjects: "k.etko", Reports: "r.etcrx", Dashlets: "d.etwd"}
	return p
})

// TestRoundTrip: what was encoded is decoded, and decoding gives one form only, in which no list is empty.
func TestRoundTrip(t *testing.T) {
	d := reference(t)
	rapid.Check(t, func(t *rapid.T) {
		p := anyPack.Draw(t, "pack")
		files, err := artifact.Encode(p, d)
		if err != nil {
			t.Fatal(err)
		}
		bundle, err := artifact.Decode(files, d)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p, bundle.Pack, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		again, err := artifact.Encode(bundle.Pack, d)
		if diff := cmp.Diff(files, again); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		second, err := artifact.Decode(again, d)
		if err != nil || !reflect.DeepEqual(bundle.Pack, second.Pack) {
			t.Fatal(err, "the decoded form is not the canonical one")
		}
	})
}

// TestUpdate: a bundle whose pack became any other pack writes that pack, with what the dialect does not know still there.
func TestUpdate(t *testing.T) {
	d := reference(t)
	rapid.Check(t, func(t *rapid.T) {
		old, now := anyPack.Draw(t, "old"), anyPack.Draw(t, "now")
		files, err := artifact.Encode(old, d)
		if err != nil {
			t.Fatal(err)
		}
		for i := range files[:5] {
			files[i].Data = []byte(strings.Replace(string(files[i].Data), "</", "<Vendor:X y='1'/></", 1))
		}
		bundle, err := artifact.Decode(files, d)
		if err != nil {
			t.Fatal(err)
		}
		same, err := bundle.Encode()
		if diff := cmp.Diff(files[:5], same[:5]); err != nil || diff != "" {
			t.Fatal("unchanged: ", err, diff)
		}
		bundle.Pack = now
		changed, err := bundle.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := artifact.Decode(changed, d)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(now, back.Pack, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestRunsheetOfAnyPack: whatever the values, the sheet's fences are closed and its tables keep their columns.
func TestRunsheetOfAnyPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPack.Draw(t, "pack")
		p.Setup = nil
		sheet, err := artifact.Runsheet(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		fence := ""
		for l := range strings.SplitSeq(string(sheet), "\n") {
			switch {
			case fence != "" && l == fence:
				fence = ""
			case fence == "" && strings.HasPrefix(l, "```"):
				fence = l
			case fence == "" && strings.HasPrefix(l, "|"):
				if n := strings.Count(strings.ReplaceAll(l, `\|`, ""), "|"); n < 3 || n > 4 {
					t.Fatalf("a table row with %d bars: %q", n, l)
				}
			}
		}
		if fence != "" {
			t.Fatal("a fence is not closed")
		}
	})
}
