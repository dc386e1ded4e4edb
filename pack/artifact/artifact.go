// Package artifact turns a pack into the import files of a console and back, through a dialect.
//
// Two halves meet at an etree document. A container (its own package) knows bytes and trees, and keeps how every token of a file
// it read was spelled and where it stood. A template (template.go) knows trees and the model: it is an example document whose
// {field} places name model fields by their JSON names and whose kp:each attributes name the list that repeats an element. One
// template drives both directions, so what Encode accepts, Decode gives back.
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
	"github.com/kpgen/kpgen/pack/diag"
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
	return member(reflect.ValueOf(&p.Files).Elem(), string(k)).Addr().Interface().(*string)
}

// items is the pack's list of the kind.
func items(p *pack.Pack, k Kind) reflect.Value { return member(reflect.ValueOf(p).Elem(), string(k)) }

// Encode writes the pack's import files, those kinds that have a file name, in import order, then the manifest. The error is a
// diag.List with the path of each value the files cannot hold.
func Encode(p *pack.Pack, d *Dialect) ([]File, error) { return settle(encode(p, d, nil)) }

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
		data, err := d.templates[k].write(p, old[k])
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
func (t *template) write(p *pack.Pack, old File) ([]byte, *diag.Diagnostic) {
	now := reflect.ValueOf(p).Elem()
	if old.Data == nil {
		return t.build(now).Bytes()
	}
	doc, err := container.ReadAs(t.format, old.Name, old.Data)
	if err != nil {
		return nil, err
	}
	before := reflect.New(now.Type()).Elem()
	t.read(doc, before)
	t.update(doc, before, now)
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
		case name != "" && d.templates[k] == nil:
			found = append(found, atPath("files."+string(k), diag.Diagnostic{ID: "kind-not-in-dialect",
				Message: fmt.Sprintf("dialect %s has no template for %s", d.Name, k.plural())}))
		}
	}
	leaves(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
		if problem := d.checkLeaf(path, v); problem != nil {
			found = append(found, atPath(path, *problem))
		}
	})
	return found
}

// checkLeaf says why the scalar at the path cannot be written, or nil.
func (d *Dialect) checkLeaf(path string, v reflect.Value) *diag.Diagnostic {
	if problem := writable(v); problem != nil {
		return problem
	}
	k := Kind(path[:strings.IndexAny(path+"[", "[.")])
	t := d.templates[k]
	if t == nil { // the manifest's
		return nil
	}
	if !t.holds(generic(path), v.IsZero()) {
		return &diag.Diagnostic{ID: "field-not-in-dialect", Message: fmt.Sprintf("dialect %s has no place for this value", d.Name),
			Help: "leave the field out, or give it a place in the dialect's template"}
	}
	if v.Kind() == reflect.String {
		return d.format.Refuses(v.String())
	}
	return nil
}

// holds reports whether the template has a place for a value at the generic path. A zero value needs none of its own, as long as
// the item it belongs to has one.
func (t *template) holds(path string, zero bool) bool {
	return t.fields[path] || zero && t.fields[path[:strings.LastIndex(path, "[]")]]
}

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
