package artifact

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/template"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/templates"
)

// Reference is the built-in dialect: kpgen's own layout, as the bytes consoles write are not public.
const Reference = "reference"

// Dialect is how one console's import files look: data, a folder with dialect.yaml and the templates of its kinds.
type Dialect struct {
	Name      string
	Title     string
	Verified  bool   // a console has taken files of this dialect
	Statement string // what has to be said wherever the dialect surfaces

	facts     Facts
	base      *Dialect // that it rests on; nil: on none
	kinds     map[Kind]*fileForm
	generated []generated
	ungrouped bool // items of a group need not come together in its files
}

// fileForm is how the files of one kind look.
type fileForm struct {
	format   container.Format
	template *template.Template
	source   *container.Document // of the template, which a dialect that rests on this one binds to its own facts
}

// Facts are what a dialect.yaml says.
type Facts struct {
	Name      string `yaml:"name"`
	Title     string `yaml:"title,omitempty"`
	Verified  bool   `yaml:"verified"`
	Statement string `yaml:"statement,omitempty"`
	// Base is another dialect, built in or a folder relative to this one's: what this one does not say is as there.
	Base      string           `yaml:"base,omitempty"`
	Container container.Format `yaml:"container,omitempty"`
	// Containers are those of kinds whose files are another sort than Container says.
	Containers map[Kind]container.Format `yaml:"containers,omitempty"`
	// Values are the dialect's own forms, as in yesno: {"true": "Y", "false": "N"}.
	Values map[string]map[string]string `yaml:"values,omitempty"`
	// Assumed is what no file has shown of how values are written.
	Assumed Assumed `yaml:"assumed,omitempty"`
	// Without names, by their generic paths, the fields the console does not have: their values are left out of its files, with a warning.
	Without []string `yaml:"without,omitempty"`
	// Unexplained names the places whose text changes in the console's files, which no field explains: it is always built as the
	// template has it.
	Unexplained map[Kind][]string `yaml:"unexplained,omitempty"`
	// Inner are the containers of documents that stand in texts, by the name kp:inside gives.
	Inner map[string]container.Format `yaml:"inner,omitempty"`
	// Generated names the places whose text the console makes: it is kept as it was learned, and may differ in another file.
	Generated []string `yaml:"generated,omitempty"`
	// Sorted are the orders of lists whose items stand in the files in one of the console's own, by their paths, as in alerts[].rules.
	Sorted map[string]Order `yaml:"sorted,omitempty"`
}

var dialectName = regexp.MustCompile(`^[\pL\d][\pL\d._-]{0,63}$`)

// IsDialectName reports whether a dialect may be called so: as a folder may be on any system, and not as one that is built in.
func IsDialectName(name string) bool {
	_, builtIn := templates.Dialect(name)
	return dialectName.MatchString(name) && !builtIn && nameProblem(name) == ""
}

// Folder is where dialects are kept beside the specs, each in a folder of its name.
const Folder = "dialects"

// LoadDialect reads a built-in dialect by its name, one of the folder of dialects by its name, or any other from the folder at
// the path. The error is a diag.List.
func LoadDialect(name string) (*Dialect, error) {
	at, builtIn, err := FindDialect(name)
	switch {
	case err != nil:
		return nil, err
	case builtIn:
		folder, _ := templates.Dialect(name)
		return ReadDialect(folder, name)
	}
	return ReadDialect(os.DirFS(at), at)
}

func notFound(name string) diag.Diagnostic {
	return diag.Diagnostic{ID: "dialect-not-found", Severity: diag.Error, Span: diag.Span{File: name},
		Message: fmt.Sprintf("there is neither a built-in dialect nor a folder named %q, here or in %s", diag.Clip(name), Folder),
		Help:    "the built-in dialect is " + Reference + "; kpgen calibrate learns another from a console's files"}
}

// ReadDialect reads a dialect's folder; its files are shown as below label. The error is a diag.List.
func ReadDialect(folder fs.FS, label string) (*Dialect, error) {
	return readDialect(stored(folder), label, 0)
}

// NewDialect is ReadDialect of files that are to be in the folder label. What they rest on is there already.
func NewDialect(files []File, label string) (*Dialect, error) {
	return readDialect(func(name string) ([]byte, error) {
		at := slices.IndexFunc(files, func(f File) bool { return f.Name == name })
		if at < 0 {
			return nil, fs.ErrNotExist
		}
		return files[at].Data, nil
	}, label, 0)
}

// reader gives the content of a file in a dialect's folder.
type reader func(name string) ([]byte, error)

func stored(folder fs.FS) reader {
	return func(name string) ([]byte, error) { return readFile(folder, name) }
}

func readDialect(read reader, label string, depth int) (*Dialect, error) {
	at := label + "/dialect.yaml"
	data, err := read("dialect.yaml")
	if err != nil {
		return nil, diag.List{unreadable(at, err)}
	}
	var f Facts
	if err := yaml.Load(data, &f, yaml.WithKnownFields()); err != nil {
		return nil, yamlFaults(at, err)
	}
	base, found := f.inherit(label, depth)
	inherited := map[Kind]*fileForm{}
	if base != nil {
		inherited = maps.Clone(base.kinds)
	}
	if found = append(found, f.check(at, data)...); len(found) > 0 {
		return nil, found
	}
	d := &Dialect{Name: f.Name, Title: f.Title, Verified: f.Verified, Statement: f.Statement, facts: f, base: base, kinds: inherited}
	for _, where := range f.Generated {
		d.generated = append(d.generated, newGenerated(where))
	}
	for _, k := range Kinds() {
		found = append(found, d.loadTemplate(read, label, k, f)...)
	}
	if len(found) == 0 {
		found = d.checkWithout(at, data)
	}
	if len(found) > 0 {
		return nil, found
	}
	return d, nil
}

// maxBases bounds how many dialects one may rest on, each on the next.
const maxBases = 16

// inherit takes over what another dialect says and this one does not, and gives it.
func (f *Facts) inherit(label string, depth int) (*Dialect, diag.List) {
	if f.Base == "" {
		return nil, nil
	}
	var base *Dialect
	err := error(diag.List{{ID: "bad-dialect", Severity: diag.Error, Span: diag.Span{File: label + "/dialect.yaml"},
		Message: "base: the dialects rest on each other in a circle"}})
	if builtIn, ok := templates.Dialect(f.Base); ok {
		base, err = readDialect(stored(builtIn), f.Base, depth+1)
	} else if at := filepath.Join(label, filepath.FromSlash(f.Base)); depth < maxBases {
		base, err = readDialect(stored(os.DirFS(at)), at, depth+1)
	}
	if err != nil {
		list, _ := err.(diag.List)
		return nil, list
	}
	f.Name = cmp.Or(f.Name, filepath.Base(label))
	if !f.Verified {
		f.Statement = cmp.Or(f.Statement, "rests on "+base.Name+", "+base.Statement)
	}
	if f.Container.Format == "" {
		f.Container = base.facts.Container
	}
	f.Containers = merged(base.facts.Containers, f.Containers)
	f.Values = merged(base.facts.Values, f.Values)
	f.Assumed = f.Assumed.with(base.facts.Assumed)
	f.Unexplained = merged(base.facts.Unexplained, f.Unexplained)
	f.Inner = merged(base.facts.Inner, f.Inner)
	f.Sorted = merged(base.facts.Sorted, f.Sorted)
	f.Without = append(slices.Clone(base.facts.Without), f.Without...)
	f.Generated = append(slices.Clone(base.facts.Generated), f.Generated...)
	return base, nil
}

// merged gives both maps in one, the second's entries before the first's.
func merged[K comparable, V any](base, own map[K]V) map[K]V {
	all := maps.Clone(base)
	if all == nil {
		return own
	}
	maps.Copy(all, own)
	return all
}

// check finds facts that are missing or that no container fits.
func (f Facts) check(at string, data []byte) diag.List {
	var found diag.List
	fault := func(key, message string) {
		span := diag.Span{File: at}
		span.Line, span.Column = keyPosition(data, key)
		found = append(found, diag.Diagnostic{ID: "bad-dialect", Severity: diag.Error, Span: span, Message: message})
	}
	if f.Name == "" {
		fault("name", "name is missing")
	}
	if !f.Verified && f.Statement == "" {
		fault("statement", "statement is missing; a dialect that is not verified says so in one")
	}
	for _, p := range f.Container.Check() {
		fault("container."+p.Key, "container."+p.Message)
	}
	for _, k := range slices.Sorted(maps.Keys(f.Containers)) {
		at := "containers." + string(k)
		if !isKind(string(k)) {
			fault(at, fmt.Sprintf("%s is no kind of file; expected one of %v", at, Kinds()))
		}
		for _, p := range f.Containers[k].Check() {
			fault(at+"."+p.Key, at+"."+p.Message)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Inner)) {
		for _, p := range f.Inner[name].Check() {
			fault("inner."+name+"."+p.Key, "inner."+name+"."+p.Message)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(f.Sorted)) {
		if wrong := f.Sorted[path].check(path); wrong != "" {
			fault("sorted", "sorted: "+wrong)
		}
	}
	return found
}

// TemplateName is the name of the kind's template in a dialect's folder.
func TemplateName(k Kind) string { return strings.ReplaceAll(string(k), "_", "-") + ".xml" }

// keyPosition is where the value of a key such as container.entries[0].charset stands in a YAML text, or that of the nearest around
// it; zero for the whole.
func keyPosition(data []byte, key string) (line, column int) {
	var root yaml.Node
	if err := yaml.Load(data, &root); err != nil || len(root.Content) == 0 {
		return 0, 0
	}
	at := root.Content[0]
	for part := range strings.SplitSeq(strings.NewReplacer("[", ".", "]", "").Replace(key), ".") {
		next := yamlChild(at, part)
		if next == nil {
			break
		}
		at, line, column = next, next.Line, next.Column
	}
	return line, column
}

// yamlChild is the value of the key, or the item of the number, or nil.
func yamlChild(in *yaml.Node, key string) *yaml.Node {
	if in.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(key); err == nil && i < len(in.Content) {
			return in.Content[i]
		}
		return nil
	}
	for i := 0; i+1 < len(in.Content); i += 2 {
		if in.Content[i].Value == key {
			return in.Content[i+1]
		}
	}
	return nil
}

// loadTemplate reads the template of a kind; a dialect need not have one for each.
func (d *Dialect) loadTemplate(read reader, label string, k Kind, facts Facts) diag.List {
	name := TemplateName(k)
	data, err := read(name)
	var doc *container.Document
	switch base := d.kinds[k]; {
	case errors.Is(err, fs.ErrNotExist) && base == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		doc = base.source
	case err != nil:
		return diag.List{unreadable(label+"/"+name, err)}
	default:
		var problem *diag.Diagnostic
		if doc, problem = container.ReadAs(container.Format{Format: "xml"}, label+"/"+name, data); problem != nil {
			return diag.List{*problem}
		}
	}
	format, own := facts.Containers[k]
	if !own {
		format = facts.Container
	}
	t, found := template.Compile(string(k), format, doc, template.Forms{Values: facts.Values, Inner: facts.Inner})
	d.kinds[k] = &fileForm{format, t, doc}
	return found
}

// readFile reads a regular file of at most container.MaxFileSize bytes; of a larger one it gives one byte more, for the reader to refuse.
func readFile(folder fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readLimited(f)
}

// unreadable is the error of a file the system does not give.
func unreadable(name string, err error) diag.Diagnostic {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return diag.Diagnostic{ID: "unreadable-file", Severity: diag.Error, Span: diag.Span{File: name},
		Message: "cannot be read: " + err.Error()}
}

// yamlFaults gives the errors of the YAML reader with their lines.
func yamlFaults(at string, err error) diag.List {
	var found diag.List
	add := func(line, column int, message string) {
		found = append(found, diag.Diagnostic{ID: "bad-dialect", Severity: diag.Error,
			Span: diag.Span{File: at, Line: line, Column: column}, Message: message})
	}
	if list, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		for _, e := range list.Errors {
			add(e.Mark.Line, e.Mark.Column, e.Message)
		}
	} else if e, ok := errors.AsType[*yaml.LoadError](err); ok {
		add(e.Mark.Line, e.Mark.Column, e.Message)
	} else {
		add(0, 0, err.Error())
	}
	return found
}
