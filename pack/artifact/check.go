package artifact

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Check compares the files with those in the folder, and gives a unified diff of the texts in them from the folder's to the given ones,
// at most 200 lines of each file. Other files of the folder are of no account. A folder or file that is not there is a difference; the error,
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
		b.WriteString(unified(from, f.Name, old, f.Data))
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
	Diff    string // unified, of the texts in them, at most 200 lines
	Unknown int    // elements in it that the dialect does not know
	Packed  bool   // only the packing of the file differs: another program packed it, or another version
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
			d := Difference{Name: old.Name, Kind: k, Diff: unified(filepath.ToSlash(old.Name), name, old.Data, f.Data),
				Packed: bytes.Equal(container.Plain(old.Data), container.Plain(f.Data))}
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
