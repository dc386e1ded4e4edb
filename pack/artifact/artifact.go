// Package artifact turns a pack into the import files of a console and back, through a dialect.
//
// A container knows bytes and trees, a template trees and the model (see those packages); a dialect is the container and the
// template of each kind of file. One template drives both directions, so what Encode accepts, Decode gives back.
//
// An empty list and no list are the same to the files: Decode gives nil for both.
package artifact

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

// MaxFileSize bounds each file that is read or written, in bytes.
const MaxFileSize = container.MaxFileSize

// File is one file of a built pack. Where Encode gives it, Name is a bare file name; where Decode takes it, Name may be a path,
// which diagnostics then show.
type File struct {
	Name string
	Data []byte
}

// Kind is one of the five sorts of import file, named as the pack's list of its items.
type Kind string

// The kinds, in the order the guide imports them (section 5).
const (
	Categories       Kind = "categories"
	Alerts           Kind = "alerts"
	KnowledgeObjects Kind = "knowledge_objects"
	Reports          Kind = "reports"
	Dashlets         Kind = "dashlets"
)

// Kinds lists every kind in import order.
func Kinds() []Kind { return []Kind{Categories, Alerts, KnowledgeObjects, Reports, Dashlets} }

// extensions are those the console's import dialogs offer (Figures 19-32).
var extensions = map[Kind]string{
	Categories: ".iscat", Alerts: ".isalt", KnowledgeObjects: ".etko", Reports: ".etcrx", Dashlets: ".etwd",
}

// Extension is the file name extension of the kind, with its dot.
func (k Kind) Extension() string { return extensions[k] }

// KindOf tells a file's kind by its extension, without regard to case.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds() {
		if strings.EqualFold(filepath.Ext(name), k.Extension()) {
			return k, true
		}
	}
	return "", false
}

// fileName is where the pack keeps the name of the kind's file.
func fileName(p *pack.Pack, k Kind) *string {
	return fields.Member(reflect.ValueOf(&p.Files).Elem(), string(k)).Addr().Interface().(*string)
}

// items is the pack's list of the kind.
func items(p *pack.Pack, k Kind) reflect.Value {
	return fields.Member(reflect.ValueOf(p).Elem(), string(k))
}

// Encode writes the pack's import files, those kinds that have a file name, in import order, then the manifest. The error is a
// diag.List with the path of each value the files cannot hold.
func Encode(p *pack.Pack, d *Dialect) ([]File, error) { return settle(encode(p, d, nil)) }

// EncodeKind writes the file of one kind, whatever else is in the pack and whether or not it has a name. The error is a diag.List.
func EncodeKind(p *pack.Pack, d *Dialect, k Kind) ([]byte, error) {
	only := &pack.Pack{}
	items(only, k).Set(items(p, k))
	*fileName(only, k) = "file" + k.Extension()
	files, err := Encode(only, d)
	if err != nil {
		return nil, err
	}
	return files[0].Data, nil
}

// Build gives all files of a built pack: those of Encode, and the run sheet with the parameters filled in.
func Build(p *pack.Pack, d *Dialect, params map[string]string) ([]File, error) {
	files, found := encode(p, d, nil)
	text, wrong := writeSheet(p, params)
	return settle(append(files, File{RunsheetName, text}), append(found, wrong...))
}

// Encode writes the bundle's pack back into the files it was read from: what no field explains stays as it was, byte for byte,
// and so does every value that is still the same.
func (b *Bundle) Encode() ([]File, error) { return settle(encode(b.Pack, b.dialect, b.files)) }

// settle gives the files or what is wrong with them: there is no build in part.
func settle(files []File, found diag.List) ([]File, error) {
	if len(found) > 0 {
		return nil, found
	}
	return files, nil
}

// encode writes each kind into its file of old, or a new one.
func encode(p *pack.Pack, d *Dialect, old map[Kind]File) ([]File, diag.List) {
	if found := unwritable(p, d); len(found) > 0 {
		return nil, found
	}
	var (
		files []File
		found diag.List
	)
	m := newManifest(p, d)
	for _, k := range Kinds() {
		name := *fileName(p, k)
		if name == "" {
			continue
		}
		form, now := d.kinds[k], p
		if old[k].Data == nil {
			now = d.inOrder(p, k)
		}
		data, err := form.write(now, old[k])
		if err != nil {
			err.Path = string(k)
			found = append(found, *err)
			continue
		}
		files = append(files, File{name, data})
		m.add(name, k, data, items(p, k).Len())
	}
	return append(files, File{ManifestName, m.bytes()}), found
}

// write gives the bytes of one file: old with what the pack changes in it, or a new file when old has no bytes.
func (f *fileForm) write(p *pack.Pack, old File) ([]byte, *diag.Diagnostic) {
	now := reflect.ValueOf(p).Elem()
	if old.Data == nil {
		doc, problem := f.template.Build(f.format, now)
		if problem != nil {
			return nil, problem
		}
		return doc.Bytes()
	}
	doc, problem := container.ReadAs(f.format, old.Name, old.Data)
	if problem != nil {
		return nil, problem
	}
	before := reflect.New(now.Type()).Elem()
	f.template.Read(doc, before)
	if problem := f.template.Update(doc, before, now); problem != nil {
		return nil, problem
	}
	return doc.Bytes()
}

// unwritable finds what cannot be written, all of it: names, values, and fields the dialect has no place for.
func unwritable(p *pack.Pack, d *Dialect) diag.List {
	found := checkNames(p)
	for _, k := range Kinds() {
		switch name := *fileName(p, k); {
		case name == "" && items(p, k).Len() > 0:
			found = append(found, atPath("files."+string(k), diag.Diagnostic{ID: "items-without-file",
				Message: fmt.Sprintf("the pack has %d %s and no file name for them", items(p, k).Len(), k.plural()),
				Help:    fmt.Sprintf("name a file ending in %s", k.Extension())}))
		case name != "" && d.kinds[k] == nil:
			found = append(found, atPath("files."+string(k), diag.Diagnostic{ID: "kind-not-in-dialect",
				Message: fmt.Sprintf("dialect %s has no template for %s", d.Name, k.plural())}))
		}
	}
	fields.Leaves(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
		if problem := d.checkLeaf(p, path, v); problem != nil {
			found = append(found, atPath(path, *problem))
		}
	})
	return found
}

// checkLeaf says why the scalar at the path cannot be written, or nil. What the dialect has no place for may only be what Decode gives
// it: nothing, or the default.
func (d *Dialect) checkLeaf(p *pack.Pack, path string, v reflect.Value) *diag.Diagnostic {
	if problem := fields.Writable(v); problem != nil {
		return problem
	}
	k := Kind(path[:strings.IndexAny(path+"[", "[.")])
	f := d.kinds[k]
	if f == nil { // the manifest's
		return nil
	}
	at := fields.Generic(path)
	if !f.template.Holds(at, v.IsZero()) {
		if d.without(at) {
			return nil
		}
		if def := load.Default(at, p.Group); def != "" && def == fields.Format(v) {
			return nil
		}
		return &diag.Diagnostic{ID: "field-not-in-dialect", Message: fmt.Sprintf("dialect %s has no place for this value", d.Name),
			Help: "leave the field out, or give it a place in the dialect's template; if the console has no such field, list " + at +
				" under without in dialect.yaml"}
	}
	if problem := f.template.Refuses(at, v); problem != nil {
		return problem
	}
	if list, alone := strings.CutSuffix(path[:strings.LastIndex(path, "]")+1], "[0]"); alone && v.IsZero() {
		if items, ok := fields.At(reflect.ValueOf(p).Elem(), list); ok && f.template.Vanishes(at, items) {
			return &diag.Diagnostic{ID: "value-not-in-dialect", Message: fmt.Sprintf("the only item of %s says nothing in the texts that dialect %s joins the list in, and would be lost", list, d.Name),
				Help: "give the item a value, or leave it out"}
		}
	}
	if v.Kind() == reflect.String {
		return f.format.Refuses(f.template.Spelled(at, v))
	}
	return nil
}

// Format is how the files of a kind hold their trees; without format where the dialect has no template for them.
func (d *Dialect) Format(k Kind) container.Format {
	if form := d.kinds[k]; form != nil {
		return form.format
	}
	return container.Format{}
}

// Holds reports whether files of the dialect have a place for a value of an item, given its path.
func (d *Dialect) Holds(path string) bool {
	f := d.kinds[Kind(path[:strings.IndexAny(path+"[", "[.")])]
	return f != nil && f.template.Holds(fields.Generic(path), false)
}

// Holds reports whether the files' dialect has a place for a value of an item, given its path.
func (b *Bundle) Holds(path string) bool { return b.dialect.Holds(path) }

// plural is the kind in running text.
func (k Kind) plural() string { return strings.ReplaceAll(string(k), "_", " ") }

// atPath completes an error about a value of the model.
func atPath(path string, d diag.Diagnostic) diag.Diagnostic {
	d.Path = path
	if d.Severity == "" {
		d.Severity = diag.Error
	}
	return d
}

// isKind reports whether a normal-form key is the list of a kind.
func isKind(key string) bool { return slices.Contains(Kinds(), Kind(key)) }
