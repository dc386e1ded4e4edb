package artifact

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/artifact/template"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

// Bundle is a pack read from its files, with the place of every value in them. It is a diag.Locator.
type Bundle struct {
	Pack     *pack.Pack
	Unknown  []template.Unknown // what no template explains, in file order; Encode keeps it
	Warnings diag.List

	dialect      *Dialect
	manifest     *manifest // nil when there is none
	files        map[Kind]File
	manifestFile File
	places       map[string]container.Place
	found        diag.List
}

// Decode reads the files of a pack: import files, told apart by the manifest or their extensions, and the manifest if it is
// there. Without one the pack has no more than its items and file names. A value that the dialect has no place for has the default of a
// spec. The error is a diag.List of all that is wrong in all files, the warnings among them.
//
// No file may exceed container.MaxFileSize; elements nest at most 64 deep, a file has at most 500,000 nodes (elements, texts and
// comments), and document types are refused, so that reading takes time and memory in proportion to the bytes read: at these
// bounds some seconds and half a gigabyte.
func Decode(files []File, d *Dialect) (*Bundle, error) {
	b := &Bundle{Pack: &pack.Pack{}, dialect: d, files: map[Kind]File{}, places: map[string]container.Place{}}
	for _, f := range files {
		if strings.EqualFold(filepath.Base(f.Name), ManifestName) {
			b.readManifest(f)
		}
	}
	for _, f := range files {
		b.assign(f)
	}
	b.checkFiles()
	for _, k := range Kinds() {
		if f, ok := b.files[k]; ok {
			b.readKind(k, f)
		}
	}
	for _, w := range d.Assumes(b.Pack) {
		w.Span = b.Locate(w.Path, -1, -1)
		b.found = append(b.found, w)
	}
	b.found.Sort()
	if err := b.found.Err(); err != nil {
		return nil, err
	}
	b.Warnings = b.found
	return b, nil
}

// readManifest takes the pack's header from the manifest.
func (b *Bundle) readManifest(f File) {
	m, places, found := readManifest(f, b.dialect)
	b.found = append(b.found, found...)
	if m == nil || found.Has(diag.Error) {
		return
	}
	b.manifest, b.manifestFile, b.places = m, f, places
	*b.Pack = m.Pack
}

// assign finds the kind of a file. Without a manifest the file's name becomes the pack's.
func (b *Bundle) assign(f File) {
	base := filepath.Base(f.Name)
	if strings.EqualFold(base, ManifestName) || strings.EqualFold(base, RunsheetName) {
		return
	}
	k, ok := b.kindOf(base)
	if !ok {
		b.fault(f, "unknown-file-kind", "the file has no import file's extension; expected one of "+extensionList(), "")
		return
	}
	if other, taken := b.files[k]; taken {
		b.fault(f, "two-files-of-one-kind", fmt.Sprintf("%s has the pack's %s already", other.Name, k.plural()),
			"give the files of one pack at a time")
		return
	}
	b.files[k] = f
	if name := fileName(b.Pack, k); *name == "" {
		*name = base
	}
}

func (b *Bundle) kindOf(base string) (Kind, bool) {
	for _, k := range Kinds() {
		if *fileName(b.Pack, k) == base {
			return k, true
		}
	}
	return KindOf(base)
}

func (b *Bundle) fault(f File, id, message, help string) {
	b.found = append(b.found, diag.Diagnostic{ID: id, Severity: diag.Error, Span: diag.Span{File: f.Name}, Message: message, Help: help})
}

// checkFiles compares the files with the manifest: none may be missing, and one that is another since it was built is warned of.
func (b *Bundle) checkFiles() {
	for _, k := range Kinds() {
		name := *fileName(b.Pack, k)
		if _, ok := b.files[k]; name != "" && !ok {
			path := "files." + string(k)
			d := diag.Diagnostic{ID: "file-missing", Message: fmt.Sprintf("the pack's file %s is not there", diag.Clip(name))}
			d.Span = b.Locate(path, -1, -1)
			b.found = append(b.found, atPath(path, d))
		}
	}
	if b.manifest == nil {
		return
	}
	for _, was := range b.manifest.Files {
		f, ok := b.files[was.Kind]
		if ok && filepath.Base(f.Name) == was.Name && checksum(f.Data) != was.SHA256 {
			b.found = append(b.found, diag.Diagnostic{ID: "file-differs-from-manifest", Severity: diag.Warning,
				Span: diag.Span{File: f.Name}, Message: "the file was changed since it was built: its SHA-256 is not the manifest's",
				Help: "build the pack again, unless the change is meant"})
		}
	}
}

// readKind reads one import file.
func (b *Bundle) readKind(k Kind, f File) {
	form := b.dialect.kinds[k]
	if form == nil {
		b.fault(f, "kind-not-in-dialect", fmt.Sprintf("dialect %s has no template for %s", b.dialect.Name, k.plural()), "")
		return
	}
	doc, problem := container.ReadAs(form.format, f.Name, f.Data)
	if problem != nil {
		b.found = append(b.found, *problem)
		return
	}
	r := form.template.Read(doc, reflect.ValueOf(b.Pack).Elem())
	b.fill(k, form)
	b.found = append(b.found, r.Found...)
	slices.SortFunc(r.Unknown, func(a, b template.Unknown) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	b.Unknown = append(b.Unknown, r.Unknown...)
	b.found = append(b.found, b.changed(r.Changed)...)
	maps.Copy(b.places, r.Places)
	if _, ok := b.places[""]; !ok { // without a manifest the pack begins in its first file
		b.places[""] = b.places[string(k)]
	}
}

// changed warns of constants that are others in the file than in the dialect, but for what the console makes: each place of the
// dialect once.
func (b *Bundle) changed(all []template.Changed) diag.List {
	var found diag.List
	first := map[any]int{} // the warning of a place
	more := map[int]int{}
	for _, c := range all {
		if b.dialect.Generates(c.Way, c.Attribute) {
			continue
		}
		if n, known := first[c.Place]; known {
			more[n]++
			continue
		}
		first[c.Place] = len(found)
		found = append(found, diag.Diagnostic{ID: "constant-differs", Severity: diag.Warning, Span: c.Span,
			Message: fmt.Sprintf("%q stands here; the files of dialect %s have %q", diag.Clip(c.Text), b.dialect.Name, diag.Clip(c.Want)),
			Help:    "the file may be of another version of the console: kpgen calibrate learns its dialect"})
	}
	for n, times := range more {
		found[n].Message += fmt.Sprintf("; and so in %d more places", times)
	}
	return found
}

// fill gives the items of a kind their defaults where the dialect has no place for a value.
func (b *Bundle) fill(k Kind, form *fileForm) {
	fields.Leaves(items(b.Pack, k), string(k), func(path string, v reflect.Value) {
		at := fields.Generic(path)
		if !form.template.Holds(at, false) {
			_ = fields.Parse(v, load.Default(at, b.Pack.Group)) // it is what the loader takes
		}
	})
}

// Locate gives the place of a value in the files, or that of its nearest known parent. Offsets count in the value's text; where
// the file spells a character as an escape, the place is that of the escape.
func (b *Bundle) Locate(path string, from, to int) diag.Span {
	for at := path; ; at = at[:max(0, strings.LastIndexAny(at, ".["))] {
		if p, ok := b.places[at]; ok {
			if at != path {
				from = -1
			}
			return p.Span(from, to)
		}
		if at == "" {
			return diag.Span{}
		}
	}
}

// extensionList names the extensions of the kinds.
func extensionList() string {
	var list []string
	for _, k := range Kinds() {
		list = append(list, k.Extension())
	}
	return strings.Join(list, ", ")
}
