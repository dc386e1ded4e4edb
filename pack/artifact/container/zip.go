package container

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beevik/etree"
	"github.com/klauspost/compress/zip"
	"golang.org/x/text/encoding/charmap"

	"github.com/kpgen/kpgen/pack/diag"
)

const (
	nameKey    = "name"
	typeBinary = "binary"
	encrypted  = 0x1 // flag of an entry
)

// archive is what was read of a zip file.
type archive struct {
	entries map[*etree.Element]*entry
	order   []*etree.Element
}

// entry is a file in an archive.
type entry struct {
	file     *zip.File // as it was read
	name     string
	data     []byte    // unpacked
	document *Document // nil when it is no container
}

// readZip reads an archive and what is in it.
func (d *Document) readZip(data []byte) *diag.Diagnostic {
	if d.used.nesting++; d.used.nesting > MaxNesting {
		return d.fault("too-deep", 0, 0, "archives are nested more than %d deep", MaxNesting)
	}
	defer func() { d.used.nesting-- }()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return d.fault("malformed-zip", 0, 0, "not a zip archive that can be read: %s", strings.TrimPrefix(err.Error(), "zip: "))
	}
	if len(r.File) > MaxEntries {
		return d.fault("too-many-entries", 0, 0, "the archive has %d entries, more than the %d that are read", len(r.File), MaxEntries)
	}
	root := &etree.Element{Tag: "zip"}
	d.top.AddChild(root)
	d.zip = &archive{entries: map[*etree.Element]*entry{}}
	for _, f := range r.File {
		if problem := d.readEntry(root, f); problem != nil {
			return problem
		}
	}
	if d.Format.Entries == nil {
		d.Format.Entries = d.zip.formats()
	}
	return nil
}

// formats are those of the entries that are containers: one for all if all are and in the same, else each by its name.
func (a *archive) formats() []Entry {
	var list []Entry
	same := true
	for _, e := range a.order {
		in := a.entries[e]
		if in.document != nil {
			list = append(list, Entry{in.name, in.document.Format})
		}
		same = same && in.document != nil && reflect.DeepEqual(list[0].Format, in.document.Format)
	}
	if same && len(list) > 0 {
		return []Entry{{Format: list[0].Format}}
	}
	return list
}

// readEntry reads an entry into the tree.
func (d *Document) readEntry(root *etree.Element, f *zip.File) *diag.Diagnostic {
	in := &entry{file: f, name: dosText(f.Name)}
	if f.Flags&encrypted != 0 {
		return d.unreadable(fmt.Sprintf("a zip archive whose entry %q is encrypted", diag.Clip(in.name)), "export it without a password")
	}
	var problem *diag.Diagnostic
	if in.data, problem = d.unzip(f, in.name); problem != nil {
		return problem
	}
	e := &etree.Element{Tag: "entry", Attr: []etree.Attr{{Key: nameKey, Value: in.name}}}
	root.AddChild(e)
	if problem = d.use(len(in.data)); problem != nil {
		return problem
	}
	d.zip.entries[e], d.zip.order = in, append(d.zip.order, e)
	if in.document, problem = readFile(d.Format.Entry(in.name), d.name+"!"+in.name, in.data, e, d.used); problem == nil {
		return nil
	}
	if isBound(problem) || d.hasFormat(in.name) {
		return problem
	}
	e.Child = nil
	e.CreateAttr(typeKey, typeBinary)
	if len(in.data) > 0 {
		e.AddChild(etree.NewText(base64.StdEncoding.EncodeToString(in.data)))
	}
	return nil
}

// isBound reports whether a file was refused for what reading it would cost.
func isBound(p *diag.Diagnostic) bool {
	return p.ID == "too-deep" || p.ID == "too-many-nodes" || p.ID == "file-too-large" || p.ID == "too-many-entries"
}

// dosText is a name or comment, which in old archives are in the character set of DOS.
func dosText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := charmap.CodePage437.NewDecoder().String(s) // all its bytes are characters
	return text
}

// unzip gives the entry's content.
func (d *Document) unzip(f *zip.File, name string) ([]byte, *diag.Diagnostic) {
	if f.UncompressedSize64 > uint64(d.used.bytes) {
		return nil, TooLarge(d.name)
	}
	r, err := f.Open()
	if err == nil {
		defer r.Close()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(r, int64(d.used.bytes)+1)); err == nil && len(data) > d.used.bytes {
			return nil, TooLarge(d.name)
		}
		if err == nil {
			return data, nil
		}
	}
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, d.unreadable(fmt.Sprintf("a zip archive whose entry %q is packed by method %d", diag.Clip(name), f.Method), "")
	}
	return nil, d.fault("malformed-zip", 0, 0, "entry %q of the archive cannot be unpacked: %s", diag.Clip(name),
		strings.TrimPrefix(err.Error(), "zip: "))
}

// Entry is the format of an archive's entry, by its name.
func (f Format) Entry(name string) Format {
	var others Format
	for _, e := range f.Entries {
		if e.Name == name {
			return e.Format
		}
		if e.Name == "" {
			others = e.Format
		}
	}
	return others
}

func (d *Document) hasFormat(name string) bool { return d.Format.Entry(name).Format != "" }

// writeZip gives the archive, and whether it is the one that was read. What is new or has changed is packed with nothing of the
// time or the system in it.
func (d *Document) writeZip() (data []byte, same bool, problem *diag.Diagnostic) {
	root := onlyElement(d.top)
	if root == nil || root.FullTag() != "zip" {
		return nil, false, notHeld(d.Format, "the root of an archive is one element zip")
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	same = d.zip != nil
	count := 0
	for _, t := range root.Child {
		e, ok := t.(*etree.Element)
		if c, blank := t.(*etree.CharData); blank && IsBlank(c.Data) {
			continue
		}
		if !ok || e.FullTag() != "entry" {
			return nil, false, notHeld(d.Format, "an archive holds entries and nothing else")
		}
		kept, problem := d.writeEntry(w, e)
		if problem != nil {
			return nil, false, problem
		}
		same = same && kept && count < len(d.zip.order) && d.zip.order[count] == e
		count++
	}
	if d.zip != nil {
		same = same && count == len(d.zip.order)
	}
	if err := w.Close(); err != nil {
		return nil, false, notHeld(d.Format, err.Error())
	}
	return b.Bytes(), same, nil
}

// writeEntry writes an entry, and tells whether it is the one that was read.
func (d *Document) writeEntry(w *zip.Writer, e *etree.Element) (same bool, problem *diag.Diagnostic) {
	name := e.SelectAttrValue(nameKey, "")
	in := &entry{}
	if d.zip != nil && d.zip.entries[e] != nil {
		in = d.zip.entries[e]
	}
	data, problem := d.entryData(e, in, name)
	if problem != nil {
		return false, problem
	}
	if in.file != nil && name == in.name && bytes.Equal(data, in.data) {
		if err := w.Copy(in.file); err != nil {
			return false, notHeld(d.Format, err.Error())
		}
		return true, nil
	}
	if name == "" || len(name) > 0xFFFF {
		return false, notHeld(d.Format, "an entry has a name of at most 65535 bytes")
	}
	header := zip.FileHeader{Method: zip.Deflate}
	if in.file != nil {
		header = in.file.FileHeader
		header.Extra, header.Modified = nil, time.Time{} // the date stands in the header's other fields too
	}
	header.Name, header.Comment, header.NonUTF8 = name, dosText(header.Comment), false
	f, err := w.CreateHeader(&header)
	if err == nil {
		_, err = f.Write(data)
	}
	if err != nil {
		return false, notHeld(d.Format, err.Error())
	}
	return false, nil
}

// entryData gives the content of an entry.
func (d *Document) entryData(e *etree.Element, in *entry, name string) ([]byte, *diag.Diagnostic) {
	if e.SelectAttrValue(typeKey, "") == typeBinary {
		text, plain := plainText(e)
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if !plain || err != nil {
			return nil, notHeld(d.Format, fmt.Sprintf("entry %q is no Base64", diag.Clip(name)))
		}
		return data, nil
	}
	if in.document != nil {
		return in.document.Bytes()
	}
	f := d.Format.Entry(name)
	if f.Format == "" {
		return nil, notHeld(d.Format, fmt.Sprintf("entry %q is new, and nothing says in which format", diag.Clip(name)))
	}
	document := f.New()
	document.top = e
	return document.Bytes()
}
