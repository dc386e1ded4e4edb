// Package calibrate learns the dialect of a console from files it exported whose contents a pack describes.
//
// It goes from the file's tree to the model. The pack is put into the file's order (arrange.go). What repeats as often as a list has
// items is tried as that list's elements: by tags and marks (stack.go), by sorts (sorts.go), by items (list.go), in groups (group.go,
// by.go), called by a field (called.go), in tables whose rows name their owners (owner.go); learn.go goes from element to element. Every
// place is tried as every field in every form (spot.go; texts.go, words.go, joined.go, composed.go, units.go by sort) and as what programs
// make (made.go, count.go, serial.go). What fits more than one field is settled by elimination, then by names, or left open (resolve.go),
// unless the files of another kind tell (carry.go, count.go).
//
// What came out is written as a dialect (emit.go; habit.go and layout.go say what of the file's ways no field explains, assumed.go what no
// file shows) and proved: the dialect is loaded like any other, the pack is built in it, and the result held against the file byte by byte
// (proof.go). The report (report.go, markdown.go) says of every field where it was found and how sure that is, and what to change to
// settle what is open (asks.go).
package calibrate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/beevik/etree"
	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// Sample is a file a console exported, and the pack that describes what is in it.
type Sample struct {
	Pack *pack.Pack
	File artifact.File
}

// Result is a dialect that was learned.
type Result struct {
	Files   []artifact.File // of the dialect's folder
	Dialect *artifact.Dialect
	Kinds   []Kind
	Refused diag.List // the files that nothing could be learned from, and why
	Checked []Proof   // of files that were not learned from
}

// Kind is what was learned of one kind's files.
type Kind struct {
	Kind   artifact.Kind `json:"kind"`
	Open   string        `json:"characters_open,omitempty"` // of which no file shows how they are written
	Lists  []List        `json:"lists"`                     // of the model
	Fields []Field       `json:"fields"`                    // of the model
	Spots  []Spot        `json:"spots,omitempty"`           // of the files, which no field explains
	Proofs []Proof       `json:"files"`
}

// Proof is a file built anew in the dialect and held against the one it was learned from.
type Proof struct {
	File        string       `json:"file"`
	Bytes       int          `json:"bytes"`
	Exact       bool         `json:"exact"` // but for what is generated, all bytes are the same
	Differences []Difference `json:"differences,omitempty"`
	Diff        string       `json:"diff,omitempty"`     // unified, of what is not generated; bounded
	Lines       int          `json:"lines,omitempty"`    // that differ; 0 of what is no text
	Assumed     []string     `json:"assumed,omitempty"`  // generic paths of values of which the dialect assumes how they are written
	Left        []string     `json:"left_out,omitempty"` // generic paths of values the dialect has no place for, which were left out
	Refused     diag.List    `json:"refused,omitempty"`  // why the pack cannot be built in the dialect
}

// Calibration is how a dialect is learned.
type Calibration struct {
	Name string
	// Base is another dialect, loaded, and BaseRef what dialect.yaml calls it from the Folder of the new one: only what is another than
	// there is written. Nil: all is.
	Base            *artifact.Dialect
	BaseRef, Folder string
	// Before is what the Folder has already: its kinds that no sample is of stay as they are, as do its base and the fields that the console
	// does not have. Nil: nothing.
	Before *artifact.Dialect
	// Step is told what is done with a file, each of which is learned from and then built anew.
	Step func(doing string, f artifact.File)
}

// Learn learns a dialect of the name.
func Learn(name string, samples []Sample) (*Result, error) {
	return (&Calibration{Name: name}).Learn(context.Background(), samples)
}

func (c *Calibration) step(doing string, samples ...Sample) {
	for _, s := range samples {
		if c.Step != nil {
			c.Step(doing, s.File)
		}
	}
}

// Learn learns a dialect from the files of which that is possible; Refused says what is wrong with the others. The error is the
// context's, or a diag.List of all files, when there is no other.
func (c *Calibration) Learn(ctx context.Context, samples []Sample) (*Result, error) {
	facts, kept := c.start(samples)
	var found diag.List
	var learned []*learned
	for _, s := range samples {
		if _, ok := artifact.KindOf(s.File.Name); !ok {
			found = append(found, diag.Diagnostic{ID: "unknown-file-kind", Severity: diag.Error, Span: diag.Span{File: s.File.Name},
				Message: "the file has no import file's extension; expected .iscat, .isalt, .etko, .etcrx or .etwd",
				Help:    "give the export the extension the console's import dialog asks for"})
		}
	}
	for _, k := range artifact.Kinds() {
		of := slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool { kind, ok := artifact.KindOf(s.File.Name); return !ok || kind != k })
		if len(of) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l, wrong := learn(k, of)
		c.step("learned from", of...)
		found = append(found, wrong...)
		if l != nil {
			learned = append(learned, l)
		}
	}
	if len(learned) == 0 {
		return nil, found
	}
	settleOpen(learned)
	for _, l := range learned {
		l.habits = newHabits()
		l.habits.observe(l.root)
	}
	for _, l := range learned {
		l.describe(&facts, learned)
	}
	for _, l := range learned {
		l.assume(&facts, learned)
	}
	simplify(&facts)
	r, err := c.settle(ctx, facts, kept, learned)
	if r != nil {
		r.Refused = append(found, r.Refused...)
	}
	return r, err
}

// settleOpen settles what one kind's files leave open by what the others' tell for certain.
func settleOpen(all []*learned) {
	settleCounts(all)
	for _, l := range all {
		l.doubtConstants()
	}
	for _, l := range all {
		l.root.eachList((*node).doubt)
	}
	certain := knowledge(all)
	for _, l := range all {
		l.root.eachList(func(n *node) {
			certain.settle(n, l.kind)
			n.doubt()
		})
	}
}

// learned is the template of one kind.
type learned struct {
	kind     artifact.Kind
	samples  []Sample              // with their packs in the order of the files
	moved    map[string]bool       // generic paths of the lists that are in another order in the packs as they were given
	docs     []*container.Document // of the samples
	inside   map[*etree.Element]*container.Document
	format   container.Format
	template *etree.Document
	root     *node
	habits   *emitter // what the files do that their fields leave open
	open     string   // characters of which no file shows how they are written
}

// start gives the facts that the samples' are added to, and the templates that stay as they are.
func (c *Calibration) start(samples []Sample) (artifact.Facts, map[artifact.Kind][]byte) {
	facts, kept := artifact.Facts{Containers: map[artifact.Kind]container.Format{}, Values: map[string]map[string]string{},
		Inner: map[string]container.Format{}, Sorted: map[string]artifact.Order{}}, map[artifact.Kind][]byte{}
	if c.Before != nil {
		facts, kept = c.Before.Keep(slices.DeleteFunc(artifact.Kinds(), func(k artifact.Kind) bool {
			return slices.ContainsFunc(samples, func(s Sample) bool { kind, ok := artifact.KindOf(s.File.Name); return ok && kind == k })
		}))
	}
	facts.Name, facts.Statement = c.Name, "learned from a console's exports; not verified on a console"
	return facts, kept
}

// settle writes the dialect with the templates that are kept, loads it and proves it. A kind whose template says what none may say is
// refused.
func (c *Calibration) settle(ctx context.Context, all artifact.Facts, kept map[artifact.Kind][]byte, kinds []*learned) (*Result, error) {
	templates := maps.Clone(kept)
	for _, l := range kinds {
		data, problem := l.templateBytes()
		if problem != nil {
			return nil, diag.List{*problem}
		}
		templates[l.kind] = data
	}
	facts := all
	if c.Base != nil {
		facts, templates = facts.Over(c.Base, c.BaseRef, templates)
	}
	text, err := yaml.Marshal(facts)
	if err != nil {
		return nil, err
	}
	r := &Result{Files: []artifact.File{{Name: "dialect.yaml", Data: text}}}
	for _, k := range artifact.Kinds() {
		if data, ok := templates[k]; ok {
			r.Files = append(r.Files, artifact.File{Name: artifact.TemplateName(k), Data: data})
		}
	}
	if r.Dialect, err = artifact.NewDialect(r.Files, cmp.Or(c.Folder, c.Name)); err != nil {
		return c.withoutFaulty(ctx, all, kept, kinds, err)
	}
	for _, l := range kinds {
		k := Kind{Kind: l.kind, Open: l.open}
		l.report(&k, all.Sorted)
		r.Kinds = append(r.Kinds, k)
		l.root, l.docs, l.inside, l.habits, l.template = nil, nil, nil, nil, nil // what is large, and told
	}
	for i, l := range kinds {
		for _, s := range l.samples {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r.Kinds[i].Proofs = append(r.Kinds[i].Proofs, Prove(s, r.Dialect))
			c.step("built anew", s)
		}
	}
	return r, nil
}

// withoutFaulty settles the kinds of whose templates the error says nothing.
func (c *Calibration) withoutFaulty(ctx context.Context, facts artifact.Facts, kept map[artifact.Kind][]byte, all []*learned, err error) (*Result, error) {
	wrong, _ := err.(diag.List)
	var refused diag.List
	var fit []*learned
	for _, l := range all {
		at := slices.IndexFunc(wrong, func(d diag.Diagnostic) bool { return strings.HasSuffix(d.File, "/"+artifact.TemplateName(l.kind)) })
		if at < 0 {
			fit = append(fit, l)
			continue
		}
		refused = append(refused, diag.Diagnostic{ID: "not-learned", Severity: diag.Error, Span: diag.Span{File: l.samples[0].File.Name},
			Message: "what was found in the file makes no template: " + wrong[at].Message, Help: "enter the pack by the run sheet"})
	}
	if len(fit) == 0 || len(refused) == 0 {
		return nil, err
	}
	r, err := c.settle(ctx, facts, kept, fit)
	if r != nil {
		r.Refused = append(refused, r.Refused...)
	}
	return r, err
}

// templateBytes writes the template.
func (l *learned) templateBytes() ([]byte, *diag.Diagnostic) {
	doc := container.Format{Format: "xml", Charset: "utf-8", LineEnds: "lf"}.New()
	for len(l.template.Child) > 0 {
		doc.Tree.AddChild(l.template.Child[0])
	}
	data, problem := doc.Bytes()
	l.template = doc.Tree
	return data, problem
}

// simplify says the container of most kinds once.
func simplify(facts *artifact.Facts) {
	for _, k := range artifact.Kinds() {
		if f, ok := facts.Containers[k]; ok && facts.Container.Format == "" {
			facts.Container = f
		}
	}
	for k, f := range facts.Containers {
		if reflect.DeepEqual(f, facts.Container) {
			delete(facts.Containers, k)
		}
	}
}

// Prove builds the one file of a sample's kind in the dialect and holds it against the sample. Values for which the dialect has
// no place are left out, and named.
func Prove(s Sample, d *artifact.Dialect) Proof {
	proof := Proof{File: s.File.Name, Bytes: len(s.File.Data)}
	k, _ := artifact.KindOf(s.File.Name)
	built, err := artifact.EncodeKind(s.Pack, d, k)
	if list, ok := err.(diag.List); ok {
		without := clone(s.Pack)
		proof.Left = leaveOut(without, list)
		built, err = artifact.EncodeKind(without, d, k)
		if list, ok := err.(diag.List); ok { // what is left of the items of a list
			proof.Left = append(proof.Left, leaveOut(without, list)...)
			built, err = artifact.EncodeKind(without, d, k)
		}
	}
	if err != nil {
		proof.Refused, _ = err.(diag.List)
		return proof
	}
	for _, w := range d.Assumes(s.Pack) {
		if w.Path = fields.Generic(w.Path); strings.HasPrefix(w.Path, string(k)+"[") {
			proof.Assumed = append(proof.Assumed, w.Path)
		}
	}
	var rest artifact.Difference
	proof.Differences, proof.Exact, rest = Compare(s.File, artifact.File{Name: s.File.Name, Data: built}, d)
	if !proof.Exact {
		proof.Diff, proof.Lines = rest.Diff()
	}
	return proof
}

// Check reads a file that a console wrote in the dialect, writes what it says anew, and holds the two against each other. The
// error, a diag.List, says what in the file the dialect cannot read.
func Check(f artifact.File, d *artifact.Dialect) (Proof, error) {
	bundle, err := artifact.Decode([]artifact.File{f}, d)
	if err != nil {
		return Proof{}, err
	}
	return Prove(Sample{bundle.Pack, f}, d), nil
}

// Describing gives, of packs, the one whose texts a file holds most of.
func Describing(packs []*pack.Pack, f artifact.File) *pack.Pack {
	k, _ := artifact.KindOf(f.Name)
	best, most := packs[0], -1
	for _, p := range packs {
		told := 0
		fields.Leaves(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
			text := fields.Format(v)
			if strings.HasPrefix(path, string(k)+"[") && len(text) > 2 && bytes.Contains(f.Data, []byte(text)) {
				told++
			}
		})
		if told > most {
			best, most = p, told
		}
	}
	return best
}

// clone copies a pack by its normal form.
func clone(p *pack.Pack) *pack.Pack {
	copy := &pack.Pack{}
	data, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(data, copy)
	}
	if err != nil {
		panic(err) // all its types marshal
	}
	return copy
}

// leaveOut empties the values that have no place, and gives their generic paths.
func leaveOut(p *pack.Pack, found diag.List) []string {
	var left []string
	for _, d := range found {
		v, ok := fields.At(reflect.ValueOf(p).Elem(), d.Path)
		if d.ID != "field-not-in-dialect" || !ok {
			continue
		}
		if at := strings.LastIndex(d.Path, "["); v.IsZero() && at >= 0 { // an item of which nothing has a place
			if v, ok = fields.At(reflect.ValueOf(p).Elem(), d.Path[:at]); !ok || v.Len() == 0 {
				continue
			}
		}
		if path := fields.Generic(d.Path); !slices.Contains(left, path) {
			left = append(left, path)
		}
		v.SetZero()
	}
	for _, path := range left {
		emptyLists(reflect.ValueOf(p).Elem(), path)
	}
	return left
}

// emptyLists removes the lists of texts at a generic path, of which no text has a place.
func emptyLists(v reflect.Value, path string) {
	name, rest, inList := strings.Cut(path, "[]")
	list, ok := fields.At(v, strings.TrimPrefix(name, "."))
	if !inList || !ok {
		return
	}
	if rest == "" {
		list.SetZero()
		return
	}
	for i := range list.Len() {
		emptyLists(list.Index(i), strings.TrimPrefix(rest, "."))
	}
}

// learn finds what the files of a kind have in common. What it found wrong is of files that it left out; nil if those are all.
func learn(k artifact.Kind, all []Sample) (*learned, diag.List) {
	var docs []*container.Document
	var samples []Sample
	var found diag.List
	for _, s := range all {
		doc, problem := container.Read(s.File.Name, s.File.Data)
		if problem == nil && len(docs) > 0 && doc.Tree.Root().FullTag() != docs[0].Tree.Root().FullTag() {
			problem = doc.Fault("other-root", doc.Tree.Root(), "the file begins with %s and %s with %s: files of one kind have one form",
				doc.Tree.Root().FullTag(), samples[0].File.Name, docs[0].Tree.Root().FullTag())
		}
		if problem != nil {
			found = append(found, *problem)
			continue
		}
		docs, samples = append(docs, doc), append(samples, s)
	}
	if len(docs) == 0 {
		return nil, found
	}
	l := &learned{kind: k, samples: samples, docs: docs}
	l.learn()
	if !l.placesAll() {
		if ordered, moved := arranged(k, samples, docs); len(moved) > 0 {
			other := &learned{kind: k, samples: ordered, docs: docs, moved: moved}
			if other.learn(); cmp.Or(other.placed()-l.placed(), other.root.score-l.root.score) > 0 {
				l = other
			}
		}
	}
	if len(l.root.lists) == 0 {
		d := docs[0].Fault("pack-not-in-file", docs[0].Tree.Root(), "nothing in the file repeats as the pack's %s do", strings.ReplaceAll(string(k), "_", " "))
		d.Help = "give the pack that describes what is in the file: as many items, with the same names"
		return nil, append(found, *d)
	}
	return l, found
}

// learn finds the structure of the files.
func (l *learned) learn() {
	var parts []part
	for i, s := range l.samples {
		parts = append(parts, part{x: l.docs[i].Tree.Root(), s: &scope{item: reflect.ValueOf(s.Pack).Elem()}})
	}
	whole := kindOf(reflect.TypeFor[pack.Pack](), "", nil)
	whole.only(string(l.kind))
	whole.addGroups(parts)
	tag := parts[0].x.FullTag()
	var roots []*etree.Element
	for _, p := range parts {
		roots = append(roots, p.x)
	}
	how := &learner{inside: map[*etree.Element]*container.Document{}, serials: findSerials(roots)}
	l.root = how.element(tag, tag, parts, nil, whole)
	l.root.resolve()
	if l.root.copiesNothing(l.root) { // what looked like an index says what stands nowhere else
		how.noIndex = true
		l.root = how.element(tag, tag, parts, nil, whole)
		l.root.resolve()
	}
	l.root.settleOwners()
	l.root.withoutCounters()
	l.root.countGroups()
	if f := l.docs[0].Format; f.Format == "delimited" || f.Parts { // whose headers and trailers count lines
		l.root.countElements()
	}
	l.inside = how.inside
	l.root.remark = l.remark()
}

// placed counts the values that have a place.
func (l *learned) placed() int {
	n := 0
	l.root.eachList(func(items *node) {
		for _, f := range items.kind.fields {
			if !items.spotFor(f) {
				continue
			}
			for _, p := range items.parts {
				if items.kind.grouped { // each of its items has the value
					n += len(p.s.items(items.kind.lists[0]))
				} else if f.joined != nil {
					n += len(slices.DeleteFunc(slices.Clone(f.texts(p.s)), func(text string) bool { return text == "" }))
				} else if f.tells(p.s) {
					n++
				}
			}
		}
	})
	return n
}

// placesAll reports whether all values have a place.
func (l *learned) placesAll() bool {
	n := 0
	for _, s := range l.samples {
		fields.Leaves(reflect.ValueOf(s.Pack).Elem(), "", func(path string, v reflect.Value) {
			if strings.HasPrefix(path, string(l.kind)+"[") && !v.IsZero() {
				n++
			}
		})
	}
	return l.placed() >= n
}

// describe makes the template and adds what the dialect says beside it. What the kind's files do not show is as those of all kinds
// in the same container have it.
func (l *learned) describe(facts *artifact.Facts, all []*learned) {
	e := newHabits()
	e.adopt(l.habits)
	for _, other := range all {
		if other != l && other.docs[0].Format.Format == l.docs[0].Format.Format {
			e.adopt(other.habits)
		}
	}
	e.format, e.values, e.inner = l.docs[0].Format.Format, facts.Values, facts.Inner
	e.endTags = l.hasEndTag
	e.formatAt = l.docs[0].FormatAt
	l.format = l.docs[0].Format.Alike()
	for _, d := range l.docs[1:] {
		l.format = l.format.And(d.Format)
	}
	for _, other := range all {
		l.format = l.escapedAs(other)
	}
	l.template = e.template(l.root, l.docs[0].Tree)
	facts.Containers[l.kind] = l.format
	facts.Generated = append(facts.Generated, l.generated()...)
	for path := range l.moved {
		if order, ok := sortedBy(l.samples, path); ok {
			facts.Sorted[strings.TrimSuffix(path, "[]")] = order
		}
	}
}

// escapedAs is the format of the files with the escapes of another kind's of the same sort, where the files do not show their own: they
// have no backslash, or no reference for a character.
func (l *learned) escapedAs(other *learned) container.Format {
	f, o := l.format, other.docs[0].Format
	shows := slices.ContainsFunc(l.samples, func(s Sample) bool { return bytes.ContainsRune(container.Plain(s.File.Data), '\\') })
	if f.Format == "delimited" && o.Format == f.Format && o.Delimited.Delimiter == f.Delimited.Delimiter && o.Delimited.Backslash && !shows {
		f.Delimited.Backslash, f.Delimited.Quote = true, ""
	}
	for _, s := range l.samples {
		if text, ok := container.Text(s.File.Data); ok && f.Format == "xml" && o.Format == f.Format && other != l {
			f.XML = f.XML.Borrowed(o.XML, text)
		}
	}
	return f
}

// hasEndTag reports whether the element has one in the document that it is in, which may be one in a text.
func (l *learned) hasEndTag(x *etree.Element) bool {
	top := x
	for top.Parent() != nil {
		top = top.Parent()
	}
	if doc, ok := l.inside[top]; ok {
		return doc.HasEndTag(x)
	}
	return slices.ContainsFunc(l.docs, func(d *container.Document) bool { return d.HasEndTag(x) })
}

// generated names the places of what the console makes.
func (l *learned) generated() []string {
	var places []string
	l.root.eachSpot(func(s *spot) {
		made := s.outcome != nil && (s.outcome.made == "@guid" || s.outcome.made == "@parent guid" || s.outcome.id)
		if made || slices.Contains([]sort{dated, digest, measure, identity}, s.sort) {
			places = append(places, s.where)
		}
	})
	for _, doc := range l.docs {
		if slices.ContainsFunc(comments(doc), func(t etree.Token) bool { return datePart.MatchString(commentText(t)) }) {
			return append(places, doc.Tree.Root().FullTag()+"/"+artifact.Comments)
		}
	}
	return places
}
