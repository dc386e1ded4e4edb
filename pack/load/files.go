package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/kpgen/kpgen/pack/diag"
)

const packFile = "pack.yaml"

// files are the files of a spec folder, each with the key it is for; pack.yaml is for every key.
var files = []struct{ name, key string }{
	{packFile, ""},
	{"categories.yaml", "categories"},
	{"alerts.yaml", "alerts"},
	{"knowledge-objects.yaml", "knowledge_objects"},
	{"reports.yaml", "reports"},
	{"dashlets.yaml", "dashlets"},
}

// fileFor names the file a top-level key is for.
func fileFor(key string) string {
	for _, f := range files {
		if f.key == key {
			return f.name
		}
	}
	return packFile
}

// read reads every file of the folder and sorts out their top-level keys.
func (l *loader) read() {
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		l.refuse(diag.Span{File: l.file("")}, "unreadable", "cannot read the spec folder: "+cause(err), "")
		return
	}
	defer root.Close()
	present := l.present(root)
	for _, f := range files {
		if !slices.Contains(present, f.name) {
			continue
		}
		src := l.open(root, f.name)
		if src == nil {
			continue
		}
		if doc := l.parse(src); doc != nil {
			l.topLevel(value{Node: doc, src: src}, f.name, f.key)
		}
	}
}

// present lists the folder, and tells of a missing pack.yaml and of YAML files nobody will read.
func (l *loader) present(root *os.Root) []string {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		l.refuse(diag.Span{File: l.file("")}, "unreadable", "cannot list the spec folder: "+cause(err), "")
		return nil
	}
	known := []string{SynthFile}
	for _, f := range files {
		known = append(known, f.name)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if (ext == ".yaml" || ext == ".yml") && !slices.Contains(known, e.Name()) {
			l.warn(diag.Span{File: l.file(e.Name())}, "unknown-file", "no spec file has this name, so it is not read",
				diag.DidYouMean(e.Name(), known))
		}
	}
	if !slices.Contains(names, packFile) {
		l.refuse(diag.Span{File: l.file(packFile)}, "missing-file", "a spec folder needs a "+packFile, "")
	}
	return names
}

// open reads one file; nil after a diagnostic.
func (l *loader) open(root *os.Root, name string) *source {
	at := diag.Span{File: l.file(name)}
	info, err := root.Stat(name)
	if err != nil {
		id := "unreadable"
		if _, outside := os.Stat(filepath.Join(l.dir, name)); outside == nil {
			id = "outside-folder" // the link works, but the folder's root does not follow it
		}
		l.refuse(at, id, "cannot read the file: "+cause(err), "")
		return nil
	}
	if !info.Mode().IsRegular() {
		l.refuse(at, "unreadable", "this is no file but a "+kindOf(info.Mode())+"; expected a YAML file", "")
		return nil
	}
	text, err := readLimited(root, name)
	if err != nil {
		l.refuse(at, "unreadable", "cannot read the file: "+cause(err), "")
		return nil
	}
	if len(text) > MaxFileSize {
		l.refuse(at, "too-large", fmt.Sprintf("the file is larger than %d bytes, the most a spec file may have", MaxFileSize), "")
		return nil
	}
	src := newSource(at.File, text)
	if i := invalidUTF8(text); i >= 0 {
		l.refuse(src.span(i, i+1), "not-utf8", "this byte is not UTF-8, the character set of a spec", "save the file as UTF-8")
		return nil
	}
	if i := strings.IndexFunc(src.text, noYAML); i >= 0 {
		r, n := utf8.DecodeRuneInString(src.text[i:])
		l.refuse(src.span(i, i+n), "yaml-syntax", fmt.Sprintf("not YAML: the character %U is not allowed", r),
			`in double quotes it can be written as an escape, as in "\x1b"`)
		return nil
	}
	return src
}

func kindOf(m fs.FileMode) string {
	if m.IsDir() {
		return "folder"
	}
	return "special file"
}

// cause is an error without the path it names, which the diagnostic has already.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// readLimited reads a file up to one byte more than a spec file may have.
func readLimited(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFileSize+1))
}

// invalidUTF8 gives the offset of the first byte that is not UTF-8, -1 when all are.
func invalidUTF8(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// noYAML tells the characters YAML 1.2.2 section 5.1 does not allow. The parser refuses them too, but does not say where.
func noYAML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF'
}

var errTooDeep = errors.New("too deep")

// parse reads the file's only document; nil after a diagnostic.
func (l *loader) parse(src *source) *yaml.Node {
	limits := loaderlimits.New(loaderlimits.AliasNone(), loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
		if depth > maxDepth {
			return errTooDeep
		}
		return nil
	}))
	in, err := yaml.NewLoader(bytes.NewReader([]byte(src.text)), yaml.WithPlugin(limits))
	if err != nil {
		l.refuse(diag.Span{File: src.name}, "yaml-syntax", err.Error(), "")
		return nil
	}
	var doc, next yaml.Node
	err = in.Load(&doc)
	if err == io.EOF || err == nil && emptyDocument(&doc) {
		l.refuse(diag.Span{File: src.name}, "empty-file", "the file holds nothing; expected keys of the spec",
			"delete the file if the pack has nothing of its kind")
		return nil
	}
	if err != nil {
		l.syntax(src, err)
		return nil
	}
	if countNodes(&doc, maxNodes+1) > maxNodes {
		l.refuse(diag.Span{File: src.name}, "too-many-values", fmt.Sprintf("the file has more than %d values", maxNodes), "part the pack")
		return nil
	}
	switch err := in.Load(&next); {
	case err == io.EOF:
		return doc.Content[0]
	case err != nil:
		l.syntax(src, err)
	default:
		at := src.offset(next.Line, next.Column)
		l.refuse(src.span(at, at), "several-documents", "a second YAML document begins here; expected one document in a file", "")
	}
	return nil
}

func emptyDocument(doc *yaml.Node) bool {
	return len(doc.Content) == 0 || doc.Content[0].Kind == yaml.ScalarNode && doc.Content[0].Tag == "!!null"
}

// syntax reports what the YAML parser refused.
func (l *loader) syntax(src *source, err error) {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		l.refuse(diag.Span{File: src.name}, "yaml-syntax", err.Error(), "")
		return
	}
	at := src.offset(e.Mark.Line, e.Mark.Column)
	if strings.TrimSpace(src.text[at:]) == "" && e.ContextMsg != "" { // what is open at the end is to be seen where it begins
		at = src.offset(e.ContextMark.Line, e.ContextMark.Column)
	}
	if strings.Contains(e.Message, errTooDeep.Error()) {
		l.refuse(src.span(at, at), "too-deep", fmt.Sprintf("lists and mappings are nested more than %d deep here", maxDepth), "")
		return
	}
	message := "not YAML: " + e.Message
	if e.ContextMsg != "" {
		message += " (" + e.ContextMsg + ")"
	}
	help := ""
	if strings.HasPrefix(src.text[at:], "\t") {
		help = "YAML is indented with spaces, not tabs"
	}
	l.refuse(src.span(at, min(at+1, len(src.text))), "yaml-syntax", message, help)
}

// IsSpecFile reports whether Load reads a file of the name in a spec folder.
func IsSpecFile(name string) bool {
	for _, f := range files {
		if f.name == name {
			return true
		}
	}
	return false
}
