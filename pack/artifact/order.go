package artifact

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// Order is how a console sorts the items of a list in the files it writes.
type Order struct {
	By         []string `yaml:"by" json:"by"` // fields of the items, the first that differs tells; . is an item that is a text
	IgnoreCase bool     `yaml:"ignore_case,omitempty" json:"ignore_case,omitempty"`
}

// String is the order in words.
func (o Order) String() string {
	words := "sorted by " + strings.Join(o.By, ", then by ")
	if o.By[0] == "." {
		words = "sorted"
	}
	if o.IgnoreCase {
		words += ", whatever the case"
	}
	return words
}

// Compare tells which of two items of a list stands first: below 0 the first, above 0 the second, 0 either.
func (o Order) Compare(a, b reflect.Value) int {
	for _, name := range o.By {
		ref, ok := fields.Resolve(a.Type(), name)
		if !ok {
			continue
		}
		if c := cmp.Compare(o.key(ref, a), o.key(ref, b)); c != 0 {
			return c
		}
	}
	return 0
}

func (o Order) key(ref *fields.Ref, item reflect.Value) string {
	v, _ := ref.Get(item)
	if text := fields.Format(v); !o.IgnoreCase {
		return text
	}
	return strings.ToLower(fields.Format(v))
}

// check says what is wrong with the order of the list at a generic path, or "".
func (o Order) check(path string) string {
	items, ok := itemsAt(reflect.TypeFor[pack.Pack](), path)
	if !ok {
		return fmt.Sprintf("%q is no list of a pack; expected one as in alerts[].rules", path)
	}
	if len(o.By) == 0 {
		return "by is missing: the fields by which the items are sorted"
	}
	for _, name := range o.By {
		if ref, ok := fields.Resolve(items, name); !ok || !fields.IsScalar(ref.Type) {
			return fmt.Sprintf("%q is no value of the items of %s", name, path)
		}
	}
	return ""
}

// itemsAt is the type of the items of the list at a generic path, as in alerts[].rules.
func itemsAt(t reflect.Type, path string) (reflect.Type, bool) {
	for name := range strings.SplitSeq(path, "[].") {
		ref, ok := fields.Resolve(t, name)
		if !ok || ref.Type.Kind() != reflect.Slice {
			return nil, false
		}
		t = ref.Type.Elem()
	}
	return t, true
}

// AsGiven is the dialect without the orders of its lists, and without bringing the items of a group together: items stand in its files as they do in the pack.
func (d *Dialect) AsGiven() *Dialect {
	as := *d
	as.facts.Sorted, as.ungrouped = nil, true
	return &as
}

// inOrder gives the pack with the lists of a kind's items in the order the dialect has for them.
func (d *Dialect) inOrder(p *pack.Pack, k Kind) *pack.Pack {
	sorted := *p
	list := items(&sorted, k)
	d.sort(list, string(k))
	if by := d.kinds[k].template.Grouped(); by != "" && !d.ungrouped {
		list.Set(together(list, by))
	}
	return &sorted
}

// together gives the items of a list in the order of the first that has the same text in a field.
func together(list reflect.Value, field string) reflect.Value {
	ref, _ := fields.Resolve(list.Type().Elem(), field)
	first := map[string]int{}
	number := func(item reflect.Value) int {
		v, _ := ref.Get(item)
		n, known := first[v.String()]
		if !known {
			n = len(first)
			first[v.String()] = n
		}
		return n
	}
	for i := range list.Len() {
		number(list.Index(i))
	}
	grouped := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
	reflect.Copy(grouped, list)
	stable(grouped, func(a, b reflect.Value) int { return number(a) - number(b) })
	return grouped
}

// sort replaces the list at the generic path, and those inside, by sorted ones. Lists that the dialect has no order for are shared.
func (d *Dialect) sort(list reflect.Value, path string) {
	order, sorted := d.facts.Sorted[path]
	inside := d.sortsInside(path)
	if list.Len() == 0 || !sorted && !inside {
		return
	}
	copied := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
	reflect.Copy(copied, list)
	if sorted {
		stable(copied, order.Compare)
	}
	list.Set(copied)
	if !inside {
		return
	}
	for i := range copied.Len() {
		for name := range d.facts.Sorted {
			if rest, below := strings.CutPrefix(name, path+"[]."); below {
				name, _, _ = strings.Cut(rest, "[].")
				ref, _ := fields.Resolve(copied.Type().Elem(), name)
				at, _ := ref.Get(copied.Index(i))
				d.sort(at, path+"[]."+name)
			}
		}
	}
}

func (d *Dialect) sortsInside(path string) bool {
	for name := range d.facts.Sorted {
		if strings.HasPrefix(name, path+"[].") {
			return true
		}
	}
	return false
}

// stable sorts a slice; items that are alike stay in their order.
func stable(list reflect.Value, compare func(a, b reflect.Value) int) {
	all := make([]reflect.Value, list.Len())
	for i := range all {
		all[i] = reflect.New(list.Type().Elem()).Elem()
		all[i].Set(list.Index(i))
	}
	slices.SortStableFunc(all, compare)
	for i, item := range all {
		list.Index(i).Set(item)
	}
}
