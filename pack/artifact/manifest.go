package artifact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Names of the files beside the import files.
const (
	ManifestName = "manifest.json"
	RunsheetName = "RUNSHEET.md"
)

// manifestFormat counts changes of the manifest that an older kpgen cannot read.
const manifestFormat = 1

// manifest is manifest.json: all of the pack that no import file carries, and what the files were when they were built.
type manifest struct {
	Format      int             `json:"format"`
	Dialect     manifestDialect `json:"dialect"`
	Pack        pack.Pack       `json:"pack"` // without the lists of the kinds
	Files       []manifestFile  `json:"files"`
	ImportOrder []string        `json:"import_order"`
}

type manifestDialect struct {
	Name      string `json:"name"`
	Verified  bool   `json:"verified"`
	Statement string `json:"statement"`
}

type manifestFile struct {
	Name   string `json:"name"`
	Kind   Kind   `json:"kind"`
	SHA256 string `json:"sha256"`
	Items  int    `json:"items"`
}

func newManifest(p *pack.Pack, d *Dialect) *manifest {
	m := &manifest{Format: manifestFormat, Dialect: manifestDialect{d.Name, d.Verified, d.Statement}, Pack: *p,
		Files: []manifestFile{}, ImportOrder: []string{}}
	for _, k := range Kinds() {
		items(&m.Pack, k).SetZero()
	}
	return m
}

// add notes a file that was written.
func (m *manifest) add(name string, k Kind, data []byte, items int) {
	m.Files = append(m.Files, manifestFile{name, k, checksum(data), items})
	m.ImportOrder = append(m.ImportOrder, name)
}

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// bytes is the manifest as it is written; expressions in it are not escaped for HTML.
func (m *manifest) bytes() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		panic(err) // all its types marshal
	}
	return b.Bytes()
}

// readManifest reads manifest.json for the dialect, and the places of the pack's values in it.
func readManifest(f File, d *Dialect) (*manifest, map[string]container.Place, diag.List) {
	doc, problem := container.ReadAs(container.Format{Format: "json", Charset: "utf-8"}, f.Name, f.Data)
	if problem != nil {
		return nil, nil, diag.List{*problem}
	}
	r := &jsonReader{doc: doc, places: map[string]container.Place{}, locate: modelPath}
	m := &manifest{}
	r.fill(reflect.ValueOf(m).Elem(), doc.Tree.Root(), "manifest")
	r.checkManifest(m, d)
	return m, r.places, r.found
}

// modelPath gives values below the manifest's pack the paths they have in the pack.
func modelPath(path string) string {
	if path == "manifest.pack" {
		return ""
	}
	return strings.TrimPrefix(path, "manifest.pack.")
}

// checkManifest refuses a manifest of another format, and one of another dialect than the files are to be read in.
func (r *jsonReader) checkManifest(m *manifest, d *Dialect) {
	fault := func(path, id, help, message string) {
		at, ok := r.places[path]
		if !ok {
			at = r.doc.Place(r.doc.Tree.Root())
		}
		r.found = append(r.found, diag.Diagnostic{ID: id, Severity: diag.Error, Span: at.Span(-1, -1), Message: message, Help: help})
	}
	if m.Format != manifestFormat {
		fault("manifest.format", "unknown-manifest-format", "build the pack again, or use the kpgen that built it",
			fmt.Sprintf("the manifest is of format %d; this kpgen reads %d", m.Format, manifestFormat))
	}
	if m.Dialect.Name != d.Name {
		fault("manifest.dialect.name", "other-dialect", "name the dialect it was built in",
			fmt.Sprintf("the pack was built in dialect %q and is read in %q", diag.Clip(m.Dialect.Name), d.Name))
	}
}
