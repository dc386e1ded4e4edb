package calibrate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// village is a pack of categories, each with rules, in the groups given; no two of one group stand together.
func village(groups ...string) *pack.Pack {
	p := &pack.Pack{Files: pack.Files{Categories: "v.iscat"}}
	for i, g := range groups {
		c := pack.Category{Name: fmt.Sprintf("House %c", 'z'-i), Group: g, Description: fmt.Sprintf("which has %d doors", 3+i*i)}
		for n := range 1 + i%3 {
			c.Rules = append(c.Rules, pack.Rule{Title: fmt.Sprintf("door %c of %d", 'a'+n, i+40)})
		}
		p.Categories = append(p.Categories, c)
	}
	return p
}

// folder is the categories of one group.
type folder struct {
	group string
	items []pack.Category
}

// foldersOf gives the categories of each group, the groups in the order of their first; sorted: by their names, as the categories in each.
func foldersOf(p *pack.Pack, sorted bool) []folder {
	var all []folder
	for _, c := range p.Categories {
		at := slices.IndexFunc(all, func(f folder) bool { return f.group == c.Group })
		if at < 0 {
			at = len(all)
			all = append(all, folder{group: c.Group})
		}
		all[at].items = append(all[at].items, c)
	}
	if sorted {
		slices.SortFunc(all, func(a, b folder) int { return strings.Compare(a.group, b.group) })
		for _, f := range all {
			slices.SortFunc(f.items, func(a, b pack.Category) int { return strings.Compare(a.Name, b.Name) })
		}
	}
	return all
}

// The writers of files in which categories stand under their groups.
var underGroups = map[string]func([]folder) string{
	"elements": func(all []folder) string {
		var b strings.Builder
		b.WriteString("<Export>\n")
		for _, f := range all {
			fmt.Fprintf(&b, "  <Folder name=\"%s\" items=\"%d\">\n", f.group, len(f.items))
			for _, c := range f.items {
				fmt.Fprintf(&b, "    <Category path=\"/%s/%s\">\n      <Name>%s</Name>\n      <Text>%s</Text>\n", c.Group, c.Name, c.Name, c.Description)
				for _, r := range c.Rules {
					fmt.Fprintf(&b, "      <Rule title=\"%s\"/>\n", r.Title)
				}
				b.WriteString("    </Category>\n")
			}
			b.WriteString("  </Folder>\n")
		}
		return b.String() + "</Export>\n"
	},
	"a head and copies": func(all []folder) string {
		var b strings.Builder
		fmt.Fprintf(&b, "<Export><Groups number=\"%d\">", len(all))
		for _, f := range all {
			fmt.Fprintf(&b, "<Group><Head Caption=\"%s\"/><Items>", f.group)
			for n, c := range f.items {
				fmt.Fprintf(&b, "<Category No=\"%d\" Name=\"%s\" Text=\"%s\" Group=\"%s\"><Rules>", n+1, c.Name, c.Description, c.Group)
				for _, r := range c.Rules {
					fmt.Fprintf(&b, "<Rule>%s</Rule>", r.Title)
				}
				b.WriteString("</Rules></Category>")
			}
			b.WriteString("</Items></Group>")
		}
		return b.String() + "</Groups></Export>"
	},
	"json": func(all []folder) string {
		groups := []any{}
		for _, f := range all {
			items := []any{}
			for _, c := range f.items {
				rules := []any{}
				for _, r := range c.Rules {
					rules = append(rules, map[string]any{"title": r.Title})
				}
				items = append(items, map[string]any{"a_name": c.Name, "b_text": c.Description, "c_rules": rules})
			}
			groups = append(groups, map[string]any{"a_group": f.group, "b_count": len(items), "c_items": items})
		}
		text, _ := json.MarshalIndent(map[string]any{"groups": groups}, "", " ")
		return string(text)
	},
	"sections": func(all []folder) string {
		var b strings.Builder
		for _, f := range all {
			fmt.Fprintf(&b, "[Folder]\nName=%s\nCount=%d\n", f.group, len(f.items))
			for _, c := range f.items {
				fmt.Fprintf(&b, "[Category]\nName=%s\nText=%s\n", c.Name, c.Description)
				for _, r := range c.Rules {
					fmt.Fprintf(&b, "[Rule]\nTitle=%s\n", r.Title)
				}
			}
		}
		return b.String()
	},
}

// TestUnderGroups: items under an element of their group are learned where two share one, and other packs are written and read so.
func TestUnderGroups(t *testing.T) {
	for name, write := range underGroups {
		for _, sorted := range []bool{false, true} {
			file := func(p *pack.Pack) artifact.File {
				return artifact.File{Name: "v.iscat", Data: []byte(write(foldersOf(p, sorted)))}
			}
			learned := village("street one", "street two", "street one", "alley", "street two", "square", "street one")
			r, err := calibrate.Learn("acme", []calibrate.Sample{{Pack: learned, File: file(learned)}})
			if err != nil {
				t.Errorf("%s, sorted %v: %v", name, sorted, err)
				continue
			}
			if p := r.Kinds[0].Proofs[0]; !p.Exact {
				t.Errorf("%s, sorted %v: %s", name, sorted, faultsOf(p))
			}
			for _, l := range r.Kinds[0].Lists {
				if l.Sure != calibrate.Certain {
					t.Errorf("%s, sorted %v: %+v", name, sorted, l)
				}
			}
			other := village("park", "lane", "lane", "park", "park")
			if got := built(t, r, other); got != string(file(other).Data) {
				t.Errorf("%s, sorted %v: %s", name, sorted, got)
			}
			b, err := artifact.Decode([]artifact.File{file(other)}, r.Dialect)
			if err != nil {
				t.Errorf("%s, sorted %v: %v", name, sorted, err)
				continue
			}
			var want []pack.Category
			for _, f := range foldersOf(other, sorted) {
				want = append(want, f.items...)
			}
			if got, want := fmt.Sprintf("%+v", b.Pack.Categories), fmt.Sprintf("%+v", want); got != want {
				t.Errorf("%s, sorted %v: %s", name, sorted, got)
			}
		}
	}
}

// TestGroupsUntold: of a pack in which no two items share a group nobody can tell, and of one in which all do only that it may repeat.
func TestGroupsUntold(t *testing.T) {
	for _, groups := range [][]string{{"street one", "street two", "alley"}, {"street one", "street one", "street one"}} {
		p := village(groups...)
		r, err := calibrate.Learn("acme", []calibrate.Sample{{Pack: p, File: artifact.File{Name: "v.iscat", Data: []byte(underGroups["elements"](foldersOf(p, false)))}}})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(r.Asks(), func(a calibrate.Ask) bool { return a.ID == calibrate.OneItem }) {
			t.Errorf("%v: %v", groups, r.Asks())
		}
	}
}
