package decompile

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
)

// Source is what one spec is made of: a folder, or import files.
type Source []string

// Sources sorts what a person names into packs. A folder with a manifest is one. Other files, those of a folder or those named, are one
// pack as long as there is one of each kind; else those are that stand in one folder and are called alike, as Category_Door.iscat
// and Alert_Door.isalt are, or have a manifest there.
func Sources(paths []string) []Source {
	var out []Source
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() {
			files = append(files, path)
			continue
		}
		in, built := importFiles(path)
		if built || len(in) == 0 {
			out = append(out, Source{path})
			continue
		}
		out = append(out, packs(in)...)
	}
	return append(out, packs(files)...)
}

// importFiles lists the import files in a folder; built says that there is a manifest, which names them.
func importFiles(folder string) (files []string, built bool) {
	entries, _ := os.ReadDir(folder) // what cannot be listed has none, and reading it says why
	for _, e := range entries {
		if _, ok := artifact.KindOf(e.Name()); ok && !e.IsDir() {
			files = append(files, filepath.Join(folder, e.Name()))
		}
		built = built || e.Name() == artifact.ManifestName
	}
	return files, built
}

// packs sorts files into packs, in the order of the first file of each.
func packs(files []string) []Source {
	if len(files) == 0 {
		return nil
	}
	kinds := map[artifact.Kind]int{}
	for _, name := range files {
		k, _ := artifact.KindOf(name)
		kinds[k]++
	}
	delete(kinds, "") // a manifest, a run sheet, or what reading refuses
	if !slices.ContainsFunc(slices.Collect(maps.Values(kinds)), func(n int) bool { return n > 1 }) {
		return []Source{files}
	}
	built := map[string]bool{}
	for _, name := range files {
		if filepath.Base(name) == artifact.ManifestName {
			built[filepath.Dir(name)] = true
		}
	}
	var out []Source
	at := map[string]int{}
	for _, name := range files {
		key := filepath.Dir(name)
		if !built[key] {
			key = filepath.Join(key, strings.ToLower(stem(filepath.Base(name))))
		}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], name)
	}
	return out
}

// Open reads the files.
func (s Source) Open(d *artifact.Dialect) (*artifact.Bundle, error) {
	if len(s) == 1 {
		return artifact.Open(s[0], d)
	}
	var files []artifact.File
	var found diag.List
	for _, name := range s {
		f, problem := artifact.ReadFile(name)
		if problem != nil {
			found = append(found, *problem)
			continue
		}
		files = append(files, f)
	}
	if len(found) > 0 {
		return nil, found
	}
	return artifact.Decode(files, d)
}
