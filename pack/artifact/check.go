package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff"

	"github.com/kpgen/kpgen/pack/diag"
)

// maxDiffLines bounds what is shown of one file's difference.
const maxDiffLines = 200

// Check compares the files with those in the folder, and gives a unified diff from the folder's to the given ones, at most 200
// lines of each file. Other files of the folder are of no account. A folder or file that is not there is a difference; the error,
// a diag.List, is for what cannot be read.
func Check(dir string, files []File) (diff string, same bool, err error) {
	var (
		b     strings.Builder
		found diag.List
	)
	same = true
	for _, f := range files {
		old, err := readFile(os.DirFS(dir), f.Name)
		missing := errors.Is(err, fs.ErrNotExist)
		if err != nil && !missing {
			found = append(found, unreadable(filepath.Join(dir, f.Name), err))
			continue
		}
		if !missing && bytes.Equal(old, f.Data) {
			continue
		}
		same = false
		from := filepath.ToSlash(filepath.Join(dir, f.Name))
		if missing {
			from = "/dev/null" // as other tools say that there is no file
		}
		b.WriteString(unified(from, f.Name, string(old), string(f.Data)))
	}
	if len(found) > 0 {
		return "", false, found
	}
	return b.String(), same, nil
}

// Difference is how a file that was built differs from the one a bundle was read from.
type Difference struct {
	Name    string // of the file that was read, as the user called it
	Kind    Kind   // empty for the manifest
	Diff    string // unified, at most 200 lines
	Unknown int    // elements in it that the dialect does not know
}

// Differences compares built files with those the bundle was read from. What was not read is of no account.
func (b *Bundle) Differences(built []File) []Difference {
	now := map[string]File{}
	for _, f := range built {
		now[f.Name] = f
	}
	var out []Difference
	add := func(k Kind, old File, name string) {
		if f := now[name]; old.Data != nil && !bytes.Equal(f.Data, old.Data) {
			d := Difference{Name: old.Name, Kind: k, Diff: unified(filepath.ToSlash(old.Name), name, string(old.Data), string(f.Data))}
			for _, u := range b.Unknown {
				if u.File == old.Name {
					d.Unknown++
				}
			}
			out = append(out, d)
		}
	}
	for _, k := range Kinds() {
		add(k, b.files[k], *fileName(b.Pack, k))
	}
	add("", b.manifestFile, ManifestName)
	return out
}

// unified is the bounded diff of one file, with nothing in it that drives a terminal.
func unified(from, to, old, now string) string {
	if len(old) > MaxFileSize {
		return fmt.Sprintf("--- %s\n+++ %s\nThe file is larger than the %d MiB that are compared.\n", from, to, MaxFileSize>>20)
	}
	lines := strings.SplitAfter(udiff.Unified(from, to, old, now), "\n")
	if more := len(lines) - maxDiffLines; more > 0 {
		lines = append(lines[:maxDiffLines], fmt.Sprintf("… %d more lines\n", more))
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(lines, ""))
}
