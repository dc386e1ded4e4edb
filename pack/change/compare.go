package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// Compare gives all that differs in meaning between two packs.
//
// Categories, alerts, reports, dashlets, their rules and lists of names have no order; columns, setup steps, knowledge objects and
// those of their rules and expressions that capture a token in common have.
func Compare(old, now Side) *Result {
	c := &comparer{old: old, new: now, paths: map[string]string{}, renames: renames{}, unheld: map[string]bool{}}
	r := &Result{Old: endOf(old), New: endOf(now), NotCompared: []string{}, paths: c.paths, renames: c.renames}
	a, b := reflect.ValueOf(old.Pack).Elem(), reflect.ValueOf(now.Pack).Elem()
	for _, f := range fieldsOf(a.Type()) {
		if c.comparable(f, a, b) {
			c.field(f, a.FieldByIndex(f.index), b.FieldByIndex(f.index), where{what: "pack"}, pack.DotNet)
		} else if isKind(f.name) {
			r.NotCompared = append(r.NotCompared, f.name)
		}
	}
	r.NotCompared = append(r.NotCompared, slices.Sorted(maps.Keys(c.unheld))...)
	r.Changes = gather(movedRules(c.settled()))
	r.settleVersion()
	return r
}

func endOf(s Side) End { return End{s.Name, s.Pack.Name, s.Pack.Version} }

func isKind(name string) bool { return slices.Contains(artifact.Kinds(), artifact.Kind(name)) }

// comparable reports whether both sides say something of a field of the pack: single files have only their own kinds, and files
// without a manifest have no more than items. The version is judged, not compared.
func (c *comparer) comparable(f field, a, b reflect.Value) bool {
	if !isKind(f.name) {
		return f.name != "version" && c.old.Pack.Name != "" && c.new.Pack.Name != ""
	}
	has := func(s Side, v reflect.Value) bool {
		return !s.Part || v.FieldByIndex(f.index).Len() > 0 || fileOf(s.Pack, f.name) != ""
	}
	return has(c.old, a) && has(c.new, b)
}

// fileOf is the pack's file of a kind.
func fileOf(p *pack.Pack, kind string) string {
	v := reflect.ValueOf(p.Files)
	for _, f := range fieldsOf(v.Type()) {
		if f.name == kind {
			return v.FieldByIndex(f.index).String()
		}
	}
	return ""
}

// renames are the old names of what has a new one, as the comparison of sample lines needs them: by scope, then old name. The scope is
// the noun of an item, "token", or the new title of a report for its columns' headings.
type renames map[string]map[string]string

func (r renames) add(scope, old, now string) {
	if r[scope] == nil {
		r[scope] = map[string]string{}
	}
	r[scope][old] = now
}

// now gives the new name.
func (r renames) now(scope, old string) string {
	if name, ok := r[scope][old]; ok {
		return name
	}
	return old
}

// follow gives the pieces of a text as they would be with the new names in the places of the old ones. A name that the new text has,
// too, stays.
func (r renames) follow(scope string, pieces []string, old, now []token) []string {
	out := slices.Clone(pieces)
	at := 0
	for i, piece := range pieces {
		isName := func(t token) bool { return t.stretch == stretch{at, at + len(piece)} }
		stays := func(t token) bool { return t.name == piece }
		if slices.ContainsFunc(old, isName) && !slices.ContainsFunc(now, stays) {
			out[i] = r.now(scope, piece)
		}
		at += len(piece)
	}
	return out
}

type comparer struct {
	old, new Side
	changes  []Change
	texts    []differing
	paths    map[string]string // old path of an item to its path in the new pack
	renames  renames
	unheld   map[string]bool // generic paths of values that differ and that one of the sides cannot hold
}

// differing are two expressions or queries to be compared when all renames are known, and how many changes were found before.
type differing struct {
	id, old, now string
	where        where
	flavour      pack.Flavour
	before       int
}

// settled gives all changes in the order they were found.
func (c *comparer) settled() []Change {
	var out []Change
	at := 0
	for _, d := range c.texts {
		out = append(append(out, c.changes[at:d.before]...), c.stretches(d)...)
		at = d.before
	}
	return append(out, c.changes[at:]...)
}

// field is a field of a struct of the model.
type field struct {
	owner string // the struct's type
	name  string // in JSON
	index []int
}

var knownFields sync.Map // of a reflect.Type, a []field

// fieldsOf lists the fields of a struct, those of embedded ones among them.
func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		owner := t
		if len(f.Index) > 1 {
			owner = t.FieldByIndex(f.Index[:len(f.Index)-1]).Type
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, field{owner.Name(), name, f.Index})
	}
	knownFields.Store(t, out)
	return out
}

// where is the value at hand in both packs: the item it belongs to, and the field of that.
type where struct {
	what             string
	oldPath, newPath string // of the item
	field            string // from the item on
}

func (w where) below(name string) where {
	w.field = join(w.field, name)
	return w
}

func join(path, name string) string {
	if path == "" || name == "" {
		return path + name
	}
	return path + "." + name
}

// place gives the places of the value, or with marks those of parts of it.
func (c *comparer) place(w where, marks *[2]stretch) Place {
	p := Place{What: w.what, OldPath: join(w.oldPath, w.field), NewPath: join(w.newPath, w.field)}
	if marks == nil {
		marks = &[2]stretch{{-1, -1}, {-1, -1}}
	}
	p.Old = c.old.locate(p.OldPath, marks[0].from, marks[0].to)
	p.New = c.new.locate(p.NewPath, marks[1].from, marks[1].to)
	return p
}

// report adds a change of the value as a whole.
func (c *comparer) report(id string, w where, old, now, key string) {
	c.changes = append(c.changes, Change{ID: id, Step: stepOf(id), What: w.what, Field: w.field, Old: old, New: now, key: key,
		Places: []Place{c.place(w, nil)}})
}

// oneSided adds a change of what only one of the packs has.
func (c *comparer) oneSided(id string, w where, v reflect.Value, added bool) {
	ch := Change{ID: id, Step: stepOf(id), What: w.what, Field: w.field, Old: content(v), whole: canonical(v)}
	p := Place{What: w.what, OldPath: join(w.oldPath, w.field), Old: c.old.locate(join(w.oldPath, w.field), -1, -1)}
	if added {
		ch.Old, ch.New = "", ch.Old
		p = Place{What: w.what, NewPath: join(w.newPath, w.field), New: c.new.locate(join(w.newPath, w.field), -1, -1)}
	}
	ch.Places = []Place{p}
	c.changes = append(c.changes, ch)
}

// movedRules tells a rule that is gone from one item and the same in another of its kind as one change.
func movedRules(all []Change) []Change {
	kind := func(path string) string { return path[:strings.IndexByte(path+"[", '[')] }
	gone := map[string][]int{} // rules that were removed
	for i, c := range all {
		if c.ID == "rule-removed" {
			key := kind(c.Places[0].OldPath) + c.whole
			gone[key] = append(gone[key], i)
		}
	}
	found := map[int]bool{}
	for i := range all {
		c := &all[i]
		key := kind(c.Places[0].NewPath) + c.whole
		if c.ID != "rule-added" || len(gone[key]) == 0 {
			continue
		}
		was := all[gone[key][0]]
		found[gone[key][0]] = true
		gone[key] = gone[key][1:]
		c.ID, c.Step, c.Old, c.New = "rule-moved", stepOf("rule-moved"), was.What, c.What
		c.Places[0].OldPath, c.Places[0].Old = was.Places[0].OldPath, was.Places[0].Old
	}
	var out []Change
	for i, c := range all {
		if !found[i] {
			out = append(out, c)
		}
	}
	return out
}

// field compares one field of two structs.
func (c *comparer) field(f field, a, b reflect.Value, w where, flavour pack.Flavour) {
	w = w.below(f.name)
	if !c.held(w, a, b) {
		return
	}
	switch a.Kind() {
	case reflect.Slice:
		if a.Type().Elem().Kind() == reflect.String {
			c.names(f, a, b, w)
			return
		}
		c.list(a, b, w)
	case reflect.Struct:
		c.fields(a, b, w)
	default:
		c.scalar(f, a, b, w, flavour)
	}
}

// held reports whether both sides can hold a value of an item or a list of them. What one cannot hold and the other says is noted.
func (c *comparer) held(w where, a, b reflect.Value) bool {
	path := join(w.newPath, w.field)
	if a.Kind() == reflect.Struct || !strings.Contains(path, "[") || c.old.holds(join(w.oldPath, w.field)) && c.new.holds(path) {
		return true
	}
	if canonical(a) != canonical(b) {
		c.unheld[fields.Generic(path)] = true
	}
	return false
}

// fields compares two structs. A name is compared where its item is paired, and a column's source as one.
func (c *comparer) fields(a, b reflect.Value, w where) {
	flavour := pack.DotNet
	if d, ok := b.Interface().(pack.DeviceID); ok {
		flavour = d.Flavour
	}
	column, isColumn := a.Interface().(pack.Column)
	if isColumn {
		c.columnSource(column, b.Interface().(pack.Column), w)
		return
	}
	s := shapes[a.Type()]
	for _, f := range fieldsOf(a.Type()) {
		if s != nil && s.identity && f.name == s.name {
			continue
		}
		if _, isObject := a.Interface().(pack.KnowledgeObject); isObject && f.name == "properties" {
			c.tokens(a.Interface().(pack.KnowledgeObject), b.Interface().(pack.KnowledgeObject), w)
		}
		c.field(f, a.FieldByIndex(f.index), b.FieldByIndex(f.index), w, flavour)
	}
}

// references are the fields that name something else of the pack, with the scope of its renames: one that follows a rename is the same.
var references = map[string]string{
	"Axis.property": "property", "Value.property": "property", "Dashlet.series": "property", "WatchListCheck.property": "property",
	"Dashlet.report": "report",
}

func (c *comparer) scalar(f field, a, b reflect.Value, w where, flavour pack.Flavour) {
	if a.Equal(b) {
		return
	}
	if scope := references[f.owner+"."+f.name]; scope != "" && c.renames.now(scope, a.String()) == b.String() {
		return
	}
	old, now, id := text(a), text(b), idOf(f, a, b)
	if id == "expression-changed" || id == "query-changed" {
		c.texts = append(c.texts, differing{id, old, now, w, flavour, len(c.changes)})
		return
	}
	c.report(id, w, old, now, id+"\x00"+f.owner+"."+f.name+"\x00"+old+"\x00"+now)
}

// stretches gives a change for each differing stretch of two texts. A name that follows a rename is no difference.
func (c *comparer) stretches(d differing) []Change {
	old, now, scope := words(d.old), words(d.now), "property"
	names := fieldsIn
	if d.id == "expression-changed" {
		old, now = cutBoth(d.old, d.now, d.flavour)
		scope, names = "token", groupsIn
	}
	var out []Change
	for _, h := range compareTexts(d.old, d.now, old, c.renames.follow(scope, old, names(d.old), names(d.now)), now) {
		marks := [2]stretch{h.old, h.new}
		out = append(out, Change{ID: d.id, Step: stepOf(d.id), What: d.where.what, Field: d.where.field, Old: d.old, New: d.now,
			Removed: d.old[h.old.from:h.old.to], Inserted: d.now[h.new.from:h.new.to], marks: marks, key: d.id + "\x00" + h.key,
			Places: []Place{c.place(d.where, &marks)}})
	}
	return out
}

// text is a scalar as people write it; "" for a text or a span of time that is not there.
func text(v reflect.Value) string {
	if d, ok := v.Interface().(pack.Duration); ok && d == 0 {
		return ""
	}
	return fmt.Sprint(v.Interface())
}

// idOf tells what kind of change a scalar's is.
func idOf(f field, a, b reflect.Value) string {
	switch f.owner + "." + f.name {
	case "Pack.name":
		return "pack-renamed"
	case "Pack.minimum_console":
		if olderConsole(a.String(), b.String()) {
			return "console-raised"
		}
		return "console-lowered"
	case "Source.type", "Source.system":
		return "source-changed"
	case "DeviceID.drop_others":
		return onOff("drop-others", b.Bool())
	case "Alert.active":
		return onOff("alert", b.Bool())
	case "KnowledgeObject.applies_to":
		return "log-category-changed"
	case "Property.type":
		return "property-retyped"
	case "Pattern.regex", "Expression.expression_1", "Expression.expression_2", "DeviceID.expression":
		return "expression-changed"
	case "Dashlet.query":
		return "query-changed"
	}
	switch {
	case f.owner == "Files" && a.IsZero():
		return "file-added"
	case f.owner == "Files" && b.IsZero():
		return "file-removed"
	case f.owner == "Files":
		return "file-renamed"
	case f.owner == "Step":
		return "setup-changed"
	case slices.Contains([]string{"title", "description", "label"}, f.name):
		return "text-changed"
	}
	return "field-changed"
}

func onOff(id string, on bool) string {
	if on {
		return id + "-on"
	}
	return id + "-off"
}

// olderConsole reports whether console version a, MAJOR.MINOR, is before b.
func olderConsole(a, b string) bool {
	x, y := numbers(a), numbers(b)
	return slices.Compare(x, y) < 0
}

// numbers are the parts of a version; nil when one is no number.
func numbers(version string) []int {
	var out []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil
		}
		out = append(out, n)
	}
	return out
}

// names compares lists of texts: tokens of a property have an order, other names have none.
func (c *comparer) names(f field, a, b reflect.Value, w where) {
	old, now := slices.Clone(a.Interface().([]string)), slices.Clone(b.Interface().([]string))
	id := "field-changed"
	switch f.owner {
	case "PropertyValue":
		id = "property-source-changed"
	default:
		old, now = set(old), set(now)
	}
	same := slices.EqualFunc(old, now, func(a, b string) bool {
		return a == b || f.owner == "PropertyValue" && c.renames.now("token", a) == b
	})
	if same {
		return
	}
	x, y := strings.Join(old, ", "), strings.Join(now, ", ")
	c.report(id, w, x, y, id+"\x00"+f.owner+"."+f.name+"\x00"+x+"\x00"+y)
}

func set(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// columnSource compares what two columns of one heading show.
func (c *comparer) columnSource(a, b pack.Column, w where) {
	if a == b {
		return
	}
	a.Token, a.Property = c.renames.now("token", a.Token), c.renames.now("property", a.Property)
	old, now := shownBy(a), shownBy(b)
	if old == now {
		return
	}
	w = w.below("token")
	if a.Token == b.Token {
		w.field = "property"
	}
	c.report("column-source-changed", w, old, now, "")
}

func shownBy(c pack.Column) string {
	switch {
	case c.Property == "":
		return "token " + c.Token
	case c.Token == "":
		return "property " + c.Property
	}
	return fmt.Sprintf("token %s, property %s", c.Token, c.Property)
}

// canonical is the whole content of a value, for looking for the same one.
func canonical(v reflect.Value) string {
	data, err := json.Marshal(v.Interface())
	if err != nil {
		panic(err) // all types of the model marshal
	}
	return string(data)
}
