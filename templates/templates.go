// Package templates holds the data kpgen is built with: dialects of the import files, the run sheet's text and the attested
// property names. It reads nothing from disk.
package templates

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
)

//go:embed dialects probe runsheet.md.tmpl properties.yaml
var files embed.FS

// Property is an event property whose name is attested, that is: printed by a source anybody can look up.
type Property struct {
	Name        string            `yaml:"name"`
	Type        pack.PropertyType `yaml:"type"`
	Source      string            `yaml:"source"` // guide or vendor
	Where       string            `yaml:"where"`  // the place in the source, as in "Figure 10"
	Description string            `yaml:"description"`
}

// Properties lists the attested properties, in the order of properties.yaml.
func Properties() []Property { return slices.Clone(properties()) }

var properties = sync.OnceValue(func() []Property {
	var list []Property
	if err := yaml.Load(read("properties.yaml"), &list, yaml.WithKnownFields()); err != nil {
		panic(fmt.Sprintf("embedded properties.yaml: %v", err))
	}
	return list
})

// Runsheet is the text/template of RUNSHEET.md.
func Runsheet() string { return string(read("runsheet.md.tmpl")) }

// Dialect is the folder of a built-in dialect: dialect.yaml and the templates of its kinds; false when there is none.
func Dialect(name string) (fs.FS, bool) {
	if !fs.ValidPath(name) || name == "." {
		return nil, false
	}
	dir := "dialects/" + name
	if _, err := fs.Stat(files, dir+"/dialect.yaml"); err != nil {
		return nil, false
	}
	sub, err := fs.Sub(files, dir)
	return sub, err == nil
}

// Probe is the spec folder of the probe pack, of values from which a console's dialect is learned.
func Probe() fs.FS {
	sub, err := fs.Sub(files, "probe")
	if err != nil {
		panic(err)
	}
	return sub
}

// read gives an embedded file; that it is there is settled when the program is built.
func read(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return data
}
