package calibrate_test

import (
	"crypto/md5"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// tables writes things as a relational console does: a row for each, which names the row it belongs to by its key.
type tables struct {
	key   func(table string, n int) string // of the nth row, from 0
	rows  map[string][]string
	order []string
}

func (t *tables) add(l list, owner, owned string) {
	if !slices.Contains(t.order, l.name) {
		t.order = append(t.order, l.name)
	}
	for _, thing := range l.things {
		key := t.key(l.name, len(t.rows[l.name]))
		row := "<" + l.name + "><" + l.name + "_Id>" + key + "</" + l.name + "_Id>"
		if owner != "" {
			row += "<" + owner + "_Id>" + owned + "</" + owner + "_Id>"
		}
		for _, p := range thing.props {
			if p.there {
				name := cmpOr(p.name, "Text")
				row += "<" + name + ">" + escapes(">", "&gt;").Replace(p.text) + "</" + name + ">"
			}
		}
		t.rows[l.name] = append(t.rows[l.name], row+"</"+l.name+">\n")
		for _, sub := range thing.lists {
			t.add(sub, l.name, key)
		}
	}
}

// TestTables: tables of texts and of items of items, whose keys are numbers from some number on or ids, in any order.
func TestTables(t *testing.T) {
	from := func(first int) func(string, int) string {
		return func(_ string, n int) string { return fmt.Sprint(first + n) }
	}
	guid := func(table string, n int) string {
		sum := md5.Sum(fmt.Append(nil, table, n))
		return fmt.Sprintf("%x-%x-4%s-a%s-%x", sum[:4], sum[4:6], fmt.Sprintf("%x", sum[6:8])[:3], fmt.Sprintf("%x", sum[8:10])[:3], sum[10:16])
	}
	for name, test := range map[string]struct {
		key   func(string, int) string
		order func([]string)
	}{
		"from 1":            {from(1), func([]string) {}},
		"from 0":            {from(0), func([]string) {}},
		"from 1001":         {from(1001), func([]string) {}},
		"ids":               {guid, func([]string) {}},
		"from 1, backwards": {from(1), slices.Reverse[[]string]},
		"ids, backwards":    {guid, slices.Reverse[[]string]},
		"from 1001, sorted": {from(1001), slices.Sort[[]string]},
	} {
		t.Run(name, func(t *testing.T) {
			st := plainStyle("elements")
			tryFiles(t, func(p *pack.Pack, k artifact.Kind, salt uint64) string {
				b := &builder{st: st, count: map[string]int{}}
				all := &tables{key: func(table string, n int) string { return test.key(table+fmt.Sprint(salt), n) }, rows: map[string][]string{}}
				all.add(b.items(p, k), "", "")
				test.order(all.order)
				text := "<NewDataSet>\n"
				for _, name := range all.order {
					text += strings.Join(all.rows[name], "")
				}
				return text + "</NewDataSet>"
			})
		})
	}
}
