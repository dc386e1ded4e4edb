package artifact

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Open reads built files in the dialect: a folder, by its manifest or else by extensions, or a single import file.
func Open(path string, d *Dialect) (*Bundle, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, diag.List{unreadable(path, err)}
	}
	if !info.IsDir() {
		f, problem := openFile(filepath.Dir(path), filepath.Base(path))
		if problem != nil {
			return nil, diag.List{*problem}
		}
		return Decode([]File{f}, d)
	}
	files, found := openFolder(path, d)
	if len(found) > 0 {
		return nil, found
	}
	return Decode(files, d)
}

// BuiltIn gives the name of the dialect that the manifest of a folder of built files says they are in; "" without a manifest.
func BuiltIn(folder string) string {
	data, err := readFile(os.DirFS(folder), ManifestName)
	var m struct{ Dialect manifestDialect }
	if err != nil || json.Unmarshal(data, &m) != nil || nameProblem(m.Dialect.Name) != "" {
		return ""
	}
	return m.Dialect.Name
}

// IsBuilt reports whether the path looks like built files: a folder with a manifest or import files, or an import file.
func IsBuilt(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		_, ok := KindOf(path)
		return ok
	}
	if _, err := os.Stat(filepath.Join(path, ManifestName)); err == nil {
		return true
	}
	return len(importFiles(path)) > 0
}

// importFiles lists the files in a folder that have a kind's extension.
func importFiles(dir string) []string {
	entries, _ := os.ReadDir(dir) // what cannot be listed has none
	var names []string
	for _, e := range entries {
		if _, ok := KindOf(e.Name()); ok && !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// openFolder reads a folder's manifest and the files it names, or all import files when there is no manifest to go by. A file
// that is named but not there is left to Decode to miss.
func openFolder(dir string, d *Dialect) ([]File, diag.List) {
	names := importFiles(dir)
	var (
		files []File
		found diag.List
	)
	m, problem := openFile(dir, ManifestName)
	switch {
	case problem == nil:
		files = append(files, m)
		if header, places, wrong := readManifest(m, d); !wrong.Has(diag.Error) {
			names, found = header.names(places)
		}
	case len(names) == 0:
		return nil, diag.List{{ID: "no-pack", Severity: diag.Error, Span: diag.Span{File: dir},
			Message: fmt.Sprintf("the folder has neither %s nor an import file (%s)", ManifestName, extensionList())}}
	}
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			continue
		}
		f, problem := openFile(dir, name)
		if problem != nil {
			found = append(found, *problem)
			continue
		}
		files = append(files, f)
	}
	return files, found
}

// names gives the file names of the manifest's pack, refusing those that lead out of the folder.
func (m *manifest) names(places map[string]container.Place) ([]string, diag.List) {
	var (
		names []string
		found diag.List
	)
	for _, k := range Kinds() {
		name := *fileName(&m.Pack, k)
		if name == "" {
			continue
		}
		if problem := nameProblem(name); problem != "" {
			path := "files." + string(k)
			d := diag.Diagnostic{ID: "bad-file-name", Message: fmt.Sprintf("%q cannot be the name of a file: %s", diag.Clip(name), problem)}
			d.Span = places[path].Span(-1, -1)
			found = append(found, atPath(path, d))
			continue
		}
		names = append(names, name)
	}
	return names, found
}

// ReadFile reads a file as Decode takes it.
func ReadFile(path string) (File, *diag.Diagnostic) {
	f, problem := openFile(filepath.Dir(path), filepath.Base(path))
	f.Name = path
	return f, problem
}

// openFile reads one regular file.
func openFile(dir, name string) (File, *diag.Diagnostic) {
	path := filepath.Join(dir, name)
	data, err := readFile(os.DirFS(dir), name)
	if err != nil {
		problem := unreadable(path, err)
		return File{}, &problem
	}
	if len(data) > MaxFileSize {
		return File{}, container.TooLarge(path)
	}
	return File{path, data}, nil
}

// readLimited reads at most one byte more than a file may have.
func readLimited(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, MaxFileSize+1))
}
