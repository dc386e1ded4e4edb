package calibrate_test

import (
	"cmp"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// inOrder gives a copy of a pack with its lists as a console keeps them: sorted by name, or as a hash of what they are called has them.
func inOrder(p *pack.Pack, how string) *pack.Pack {
	p = randomCopy(p)
	if how == "" {
		return p
	}
	order(how, p.Categories, func(c pack.Category) string { return c.Name })
	order(how, p.Alerts, func(a pack.Alert) string { return a.Name })
	order(how, p.KnowledgeObjects, func(o pack.KnowledgeObject) string { return o.Name })
	order(how, p.Reports, func(r pack.Report) string { return r.Title })
	order(how, p.Dashlets, func(d pack.Dashlet) string { return d.Title })
	rule := func(r pack.Rule) string { return r.Title }
	for _, c := range p.Categories {
		order(how, c.Rules, rule)
	}
	for _, a := range p.Alerts {
		order(how, a.Rules, rule)
		order(how, a.Systems, strings.Clone)
		order(how, a.WatchLists, func(w pack.WatchListCheck) string { return w.Group })
	}
	for _, o := range p.KnowledgeObjects {
		order(how, o.Rules, func(r pack.ObjectRule) string { return r.Title })
		order(how, o.Properties, func(v pack.PropertyValue) string { return v.Property })
	}
	for _, r := range p.Reports {
		order(how, r.Rules, rule)
		order(how, r.Columns, func(c pack.Column) string { return c.Heading })
	}
	return p
}

func order[T any](how string, items []T, called func(T) string) {
	slices.SortStableFunc(items, func(a, b T) int {
		if how == "hash" {
			return cmp.Compare(crc32.ChecksumIEEE([]byte(called(a))), crc32.ChecksumIEEE([]byte(called(b))))
		}
		return strings.Compare(strings.ToLower(called(a)), strings.ToLower(called(b)))
	})
}

// TestItemsInAnotherOrder: files whose items, and theirs, stand in another order than the pack's are learned like any other; the report
// says which order it is, and what is built of another pack has it, where it is one by name.
func TestItemsInAnotherOrder(t *testing.T) {
	probe, other := spec(t, "../../templates/probe"), randomPack(7)
	for _, form := range []string{"elements", "json", "sections", "dataset", "escaped", "numbered"} {
		for how, want := range map[string]string{"name": "sorted by name, whatever the case", "hash": "in an order of the console's own"} {
			t.Run(form+" by "+how, func(t *testing.T) {
				st := style{Form: form, Charset: "utf-8", Names: "words", Absent: "empty", Zero: "0", Truth: [2]string{"1", "0"}, Enum: "words",
					Unit: "seconds", GUID: "upper", Number: 1, Around: true, Indent: true, Items: how}.possible()
				for _, k := range artifact.Kinds() {
					faults, tr := try(st, k, probe, other)
					for _, f := range faults {
						t.Errorf("%s: %s", k, f)
					}
					if k == artifact.Alerts && len(faults) == 0 {
						checkOrder(t, tr, other, want)
					}
				}
			})
		}
	}
}

// checkOrder checks what is said of the order of alerts, and that a pack in another one is built in it.
func checkOrder(t *testing.T, tr *trial, p *pack.Pack, want string) {
	t.Helper()
	if got := tr.result.Kinds[0].Lists[0]; got.Path != "alerts[]" || got.Order != want {
		t.Errorf("%+v", got)
	}
	data, err := artifact.EncodeKind(tr.reduce(randomCopy(p)), tr.result.Dialect, tr.kind)
	if err != nil {
		t.Fatal(err)
	}
	if tr.style.Items != "name" {
		return
	}
	file := tr.style.write(inOrder(p, tr.style.Items), tr.kind, 2)
	if differences, exact, _ := calibrate.Compare(file, artifact.File{Name: file.Name, Data: data}, tr.result.Dialect); !exact {
		t.Errorf("%+v", differences)
	}
}
