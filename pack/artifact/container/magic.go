package container

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/diag"
)

// magic tells files that are no text by the bytes at an offset.
type magic struct {
	offset int
	bytes  string
	name   string
}

// magics are kinds of file a Windows program may write. The numbers are those their makers and the file(1) command publish.
var magics = []magic{
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an OLE compound file (a structured storage of Windows)"},
	{0, "MSCF\x00\x00\x00\x00", "a CAB archive"},
	{4, "Standard Jet DB\x00", "a Jet database (Access, .mdb)"},
	{4, "Standard ACE DB\x00", "an ACE database (Access, .accdb)"},
	{0, "SQLite format 3\x00", "an SQLite database"},
	{0, "TAPE\x00\x00", "a backup of SQL Server or NT Backup"},
	{0, "\x01\x0f\x00\x00", "a database file of SQL Server"},
	{0, "\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00", "a binary serialization of .NET"},
	{0, "\xac\xed\x00\x05", "a serialization of Java"},
	{0, "ElfFile\x00", "a Windows event log"},
	{0, "regf", "a registry hive"},
	{0, "MZ", "a Windows program"},
	{0, "7z\xbc\xaf\x27\x1c", "a 7z archive"},
	{0, "Rar!\x1a\x07", "a RAR archive"},
	{0, "BZh", "a file packed by bzip2"},
	{0, "\xfd7zXZ\x00", "a file packed by xz"},
	{0, "\x28\xb5\x2f\xfd", "a file packed by Zstandard"},
	{0, "\x78\x01", "a zlib stream"}, {0, "\x78\x9c", "a zlib stream"}, {0, "\x78\xda", "a zlib stream"},
	{0, "%PDF-", "a PDF document"},
	{0, "{\\rtf", "an RTF document"},
	{0, "\x89PNG\r\n\x1a\n", "a PNG picture"},
	{0, "\xff\xd8\xff", "a JPEG picture"},
	{257, "ustar", "a tar archive"},
	{0, "-----BEGIN PGP MESSAGE", "encrypted by PGP"},
	{0, "Salted__", "encrypted by OpenSSL"},
	{0, "\x01\x00\x00\x00\xd0\x8c\x9d\xdf\x01\x15\xd1\x11", "encrypted by Windows (DPAPI)"},
}

// binaryName names what the bytes are, or gives "". Magic numbers that a text could begin with count only in what is no text.
func binaryName(data []byte, text bool) string {
	for _, m := range magics {
		if text && !strings.ContainsFunc(m.bytes, notText) {
			continue
		}
		if len(data) >= m.offset && bytes.HasPrefix(data[m.offset:], []byte(m.bytes)) {
			return m.name
		}
	}
	return ""
}

// notText reports whether a magic number's byte, or what is no UTF-8 in it, is in no text.
func notText(r rune) bool { return r < ' ' || r == utf8.RuneError }

// binary is the error of bytes that are no text.
func (d *Document) binary(data []byte) *diag.Diagnostic {
	if name := binaryName(data, false); name != "" {
		return d.unreadable(name, "")
	}
	return d.unreadable(fmt.Sprintf("binary of no known kind (it begins with % x)", data[:min(len(data), 8)]), "")
}

// unreadable is the error of a file that is of a kind not read.
func (d *Document) unreadable(what, help string) *diag.Diagnostic {
	if help == "" {
		help = "export it in another form, or enter the pack by hand from the run sheet"
	}
	return &diag.Diagnostic{ID: "not-a-container", Severity: diag.Error, Span: diag.Span{File: d.name}, Help: help,
		Message: "the file is " + what + ", which is not read; expected XML, JSON, INI-like or delimited text or a registry export, also packed by gzip or zip"}
}
