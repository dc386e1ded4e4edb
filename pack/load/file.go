package load

import (
	"os"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack/diag"
)

// SynthFile is the file of a spec folder that says how to make log lines. It is no part of the pack.
const SynthFile = "synth.yaml"

// File is a YAML file of a spec folder that is no part of the pack.
type File struct {
	Name string // as diagnostics print it
	Root *yaml.Node
	src  *source
}

// ReadFile reads such a file by the rules for spec files: UTF-8, one document, bounded in size and depth. The file is nil when the
// list has what is wrong.
func ReadFile(dir, name string) (*File, diag.List) {
	l := newLoader(dir)
	root, err := os.OpenRoot(dir)
	if err != nil {
		l.refuse(diag.Span{File: l.file("")}, "unreadable", "cannot read the spec folder: "+cause(err), "")
		return nil, l.result()
	}
	defer root.Close()
	src := l.open(root, name)
	if src == nil {
		return nil, l.result()
	}
	doc := l.parse(src)
	if doc == nil {
		return nil, l.result()
	}
	return &File{Name: src.name, Root: doc, src: src}, nil
}

// Locate gives the place of a node; from and to are byte offsets in a scalar's value, or both -1 for the node as a whole.
func (f *File) Locate(n *yaml.Node, from, to int) diag.Span {
	return place{value: value{Node: n, src: f.src}}.span(from, to)
}
