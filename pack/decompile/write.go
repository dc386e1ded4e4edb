package decompile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

// Write writes the spec folder, all of it or nothing. A folder that holds anything is refused, and with force only one with a spec
// file that would not be replaced and would be read. The error is a diag.List.
func (d *Draft) Write(dir string, force bool) error {
	if d.Derived && d.Pack.Files == (pack.Files{}) {
		return diag.List{{ID: "no-pack", Severity: diag.Error, Message: "none of the files is an import file; nothing was written"}}
	}
	files, err := d.Files()
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return diag.List{{ID: "cannot-write", Severity: diag.Error, Span: diag.Span{File: dir}, Message: "the folder cannot be written: " + err.Error()}}
	}
	if len(entries) > 0 && !force {
		return diag.List{{ID: "folder-not-empty", Severity: diag.Error, Span: diag.Span{File: dir},
			Message: "the folder has files already; nothing was written", Help: "name another folder, or use --force to replace the spec in it"}}
	}
	var found diag.List
	for _, e := range entries {
		ours := slices.ContainsFunc(files, func(f artifact.File) bool { return f.Name == e.Name() })
		if !ours && load.IsSpecFile(e.Name()) {
			found = append(found, diag.Diagnostic{ID: "stale-file", Severity: diag.Error, Span: diag.Span{File: filepath.Join(dir, e.Name())},
				Message: "the new spec has no such file, and this one would become a part of it; nothing was written",
				Help:    fmt.Sprintf("remove it, or name another folder than %s", dir)})
		}
	}
	if len(found) > 0 {
		return found
	}
	return artifact.Write(dir, files)
}
