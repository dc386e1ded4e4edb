package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack/artifact/container"
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

	format    container.Format
	templates map[Kind]*template
}

// dialectFile is dialect.yaml.
type dialectFile struct {
	Name      string           `yaml:"name"`
	Title     string           `yaml:"title"`
	Verified  bool             `yaml:"verified"`
	Statement string           `yaml:"statement"`
	Container container.Format `yaml:"container"`
}

// LoadDialect reads a built-in dialect by its name, or any other from the folder at the path. The error is a diag.List.
func LoadDialect(name string) (*Dialect, error) {
	if folder, ok := templates.Dialect(name); ok {
		return loadDialect(folder, name)
	}
	if info, err := os.Stat(name); err != nil || !info.IsDir() {
		return nil, diag.List{{ID: "dialect-not-found", Severity: diag.Error, Span: diag.Span{File: name},
			Message: fmt.Sprintf("there is neither a built-in dialect nor a folder named %q", diag.Clip(name)),
			Help:    "the built-in dialect is " + Reference}}
	}
	return loadDialect(os.DirFS(name), name)
}

// loadDialect reads a dialect's folder; its files are shown as below label.
func loadDialect(folder fs.FS, label string) (*Dialect, error) {
	at := label + "/dialect.yaml"
	data, err := readFile(folder, "dialect.yaml")
	if err != nil {
		return nil, diag.List{unreadable(at, err)}
	}
	var f dialectFile
	if err := yaml.Load(data, &f, yaml.WithKnownFields()); err != nil {
		return nil, yamlFaults(at, err)
	}
	if found := f.check(at, data); len(found) > 0 {
		return nil, found
	}
	d := &Dialect{f.Name, f.Title, f.Verified, f.Statement, f.Container, map[Kind]*template{}}
	var found diag.List
	for _, k := range Kinds() {
		found = append(found, d.loadTemplate(folder, label, k)...)
	}
	if len(found) > 0 {
		return nil, found
	}
	return d, nil
}

// check finds facts that are missing or that no container fits.
func (f dialectFile) check(at string, data []byte) diag.List {
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
	return found
}

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
func (d *Dialect) loadTemplate(folder fs.FS, label string, k Kind) diag.List {
	name := strings.ReplaceAll(string(k), "_", "-") + ".xml"
	data, err := readFile(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return diag.List{unreadable(label+"/"+name, err)}
	}
	doc, problem := container.ReadAs(container.Format{Format: "xml"}, label+"/"+name, data)
	if problem != nil {
		return diag.List{*problem}
	}
	t, found := compile(k, d.format, doc)
	d.templates[k] = t
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
