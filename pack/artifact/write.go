package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

// Write puts the files into the folder, making it when it is not there: all of them or, on any error, none. What else is in the
// folder stays.
//
// The files are written to a temporary folder first and flushed to disk. Then the folder as a whole takes the place of the old
// one in a single step, so that a build killed at any time leaves the old files or the new ones. Where a folder cannot be swapped
// (the system has no call for it, the folder is a mount point or the current folder, or holds folders of its own) the files are
// renamed one by one, and back again if one fails; killed between two of these renames, a build leaves some old and some new
// files, which the checksums of the manifest show. What a killed build leaves behind has ".kpgen-" in its name.
func Write(dir string, files []File) error {
	found := checkOutput(files)
	if len(found) > 0 {
		return found
	}
	if err := write(dir, files); err != nil {
		return diag.List{{ID: "cannot-write", Severity: diag.Error, Span: diag.Span{File: dir},
			Message: "the files cannot be written: " + err.Error(), Help: "nothing was changed"}}
	}
	return nil
}

// checkOutput refuses names that are no bare names, or that two files share.
func checkOutput(files []File) diag.List {
	var found diag.List
	seen := map[string]bool{}
	for _, f := range files {
		problem, key := nameProblem(f.Name), strings.ToLower(f.Name)
		if problem == "" && seen[key] {
			problem = "another file has it already"
		}
		seen[key] = true
		if problem != "" {
			found = append(found, diag.Diagnostic{ID: "bad-file-name", Severity: diag.Error,
				Message: fmt.Sprintf("%q cannot be the name of a file: %s", diag.Clip(f.Name), problem)})
		}
	}
	return found
}

func write(dir string, files []File) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	switch real, err := filepath.EvalSymlinks(dir); {
	case err == nil:
		dir = real
	case errors.Is(err, fs.ErrNotExist):
		return writeNew(dir, files)
	default:
		return err
	}
	if err := replace(dir, files); err == nil {
		return nil
	}
	return writeInside(dir, files)
}

// stage writes the files into a new folder within parent; the caller removes what is left of it.
func stage(parent, pattern string, files []File) (tmp, ready string, err error) {
	tmp, err = os.MkdirTemp(parent, pattern)
	if err != nil {
		return "", "", err
	}
	ready = filepath.Join(tmp, "new") // made with the mode the user's mask gives, which the temporary folder has not
	if err = os.Mkdir(ready, 0o777); err != nil {
		return tmp, ready, err
	}
	for _, f := range files {
		if err = writeFile(filepath.Join(ready, f.Name), f.Data); err != nil {
			return tmp, ready, err
		}
	}
	return tmp, ready, syncDir(ready)
}

func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir flushes a folder's names to disk, on systems that can.
func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = f.Sync() // Windows has no such thing for folders
	return f.Close()
}

// siblingPattern names temporary folders beside the folder, hidden where a leading dot hides.
func siblingPattern(dir string) string { return "." + filepath.Base(dir) + ".kpgen-*" }

// writeNew makes a folder that is not there.
func writeNew(dir string, files []File) error {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	tmp, ready, err := stage(parent, siblingPattern(dir), files)
	defer os.RemoveAll(tmp)
	if err != nil {
		return err
	}
	if err := os.Rename(ready, dir); err != nil {
		return err
	}
	return syncDir(parent)
}

// replace swaps the folder for one with the new files and links to whatever else is in it. It changes nothing when it fails.
func replace(dir string, files []File) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if here, err := os.Stat("."); err != nil || os.SameFile(here, info) {
		return errors.ErrUnsupported // whoever stands in the folder would be left in the old one
	}
	tmp, ready, err := stage(filepath.Dir(dir), siblingPattern(dir), files)
	if err != nil {
		os.RemoveAll(tmp)
		return err
	}
	links, err := linkOthers(dir, ready, files)
	if err == nil {
		err = os.Chmod(ready, info.Mode().Perm())
	}
	if err == nil {
		err = exchange(ready, dir)
	}
	if err != nil {
		os.RemoveAll(tmp)
		return err
	}
	// By name, not as a whole: a file that came into the old folder meanwhile is not ours to remove.
	for _, f := range files {
		os.Remove(filepath.Join(ready, f.Name))
	}
	for _, name := range links {
		os.Remove(filepath.Join(ready, name))
	}
	os.Remove(ready)
	os.Remove(tmp)
	return syncDir(filepath.Dir(dir))
}

// linkOthers links every other file of the folder into the new one, and gives their names.
func linkOthers(dir, ready string, files []File) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var links []string
	for _, e := range entries {
		if slices.ContainsFunc(files, func(f File) bool { return f.Name == e.Name() }) {
			if !e.Type().IsRegular() {
				return nil, errors.ErrUnsupported
			}
			continue
		}
		if !e.Type().IsRegular() {
			return nil, errors.ErrUnsupported
		}
		if err := os.Link(filepath.Join(dir, e.Name()), filepath.Join(ready, e.Name())); err != nil {
			return nil, err
		}
		links = append(links, e.Name())
	}
	return links, nil
}

// writeInside renames the files into the folder one by one.
func writeInside(dir string, files []File) error {
	tmp, ready, err := stage(dir, ".kpgen-*", files)
	old := filepath.Join(tmp, "old")
	if err == nil {
		err = os.Mkdir(old, 0o700)
	}
	var renames []rename
	for _, f := range files {
		target := filepath.Join(dir, f.Name)
		if info, statErr := os.Lstat(target); statErr == nil {
			if info.IsDir() {
				err = errors.Join(err, fmt.Errorf("%s is a folder", target))
			}
			renames = append(renames, rename{target, filepath.Join(old, f.Name)})
		}
		renames = append(renames, rename{filepath.Join(ready, f.Name), target})
	}
	if err == nil {
		var stuck bool
		if stuck, err = apply(renames); stuck {
			return fmt.Errorf("%w; the old files are in %s", err, old)
		}
	}
	os.RemoveAll(tmp)
	return errors.Join(err, syncDir(dir))
}

type rename struct{ from, to string }

// apply does all renames or none; stuck when one could not be taken back.
func apply(renames []rename) (stuck bool, err error) {
	for i, r := range renames {
		if err = os.Rename(r.from, r.to); err == nil {
			continue
		}
		for _, done := range slices.Backward(renames[:i]) {
			stuck = os.Rename(done.to, done.from) != nil || stuck
		}
		return stuck, err
	}
	return false, nil
}
