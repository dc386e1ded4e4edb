package artifact

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

// Check compares the files with those in the folder, and gives a unified diff of the texts in them from the folder's to the given ones,
// at most 200 lines of each file. Other files of the folder are of no account. A folder or file that is not there is a difference; the
// error, a diag.List, is for what cannot be read.
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
		text, _ := unified(from, f.Name, old, f.Data)
		b.WriteString(text)
	}
	if len(found) > 0 {
		return "", false, found
	}
	return b.String(), same, nil
}

// Difference is a file that was built otherwise than the one a bundle was read from.
type Difference struct {
	Old, New File // Old.Name is as the user called it
	Kind     Kind // empty for the manifest
	Unknown  int  // elements in the old file that the dialect does not know
}

// Diff is the unified diff of the texts in the two files, at most 200 lines, and the number of lines that are in the one alone or in the
// other; 0 of what is no text.
func (d Difference) Diff() (text string, lines int) {
	return unified(filepath.ToSlash(d.Old.Name), d.New.Name, d.Old.Data, d.New.Data)
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
			d := Difference{Old: old, New: File{name, f.Data}, Kind: k}
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
