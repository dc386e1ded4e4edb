package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// hostile writes a file that nobody should have to read: "hostile SORT FILE".
func hostile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hostile SORT FILE")
	}
	make, ok := hostiles[args[0]]
	if !ok {
		ts.Fatalf("there is no sort %s", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), make(), 0o600))
}

var hostiles = map[string]func() []byte{
	"ole":       func() []byte { return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)) },
	"cab":       func() []byte { return []byte("MSCF\x00\x00\x00\x00\x34\x12\x00\x00") },
	"mdb":       func() []byte { return []byte("\x00\x01\x00\x00Standard Jet DB\x00\x01\x00") },
	"accdb":     func() []byte { return []byte("\x00\x01\x00\x00Standard ACE DB\x00\x02\x00") },
	"openssl":   func() []byte { return []byte("Salted__\x01\x02\x03\x04\x05\x06\x07\x08\x99\xfe") },
	"random":    func() []byte { return []byte("\x93\x03\x07\xfe\x81\x02\xee\x00\x11\xd5") },
	"empty":     func() []byte { return nil },
	"gzip":      func() []byte { return []byte("\x1f\x8b\x08\x00not really packed") },
	"encrypted": encryptedZip,
	"zip bomb":  func() []byte { return zipOf("a.xml", 200<<20) },
	"gzip bomb": func() []byte { return gzipOf(200 << 20) },
	"xml bomb": func() []byte {
		return []byte(`<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><x>&c;</x>`)
	},
	"deep":     func() []byte { return []byte(strings.Repeat("<a>", 1_000_000)) },
	"deepjson": func() []byte { return []byte(strings.Repeat("[", 1_000_000)) },
	"one line": func() []byte { return []byte("<a>" + strings.Repeat("x", 100<<20) + "</a>") },
	"nodes":    func() []byte { return []byte("<a>" + strings.Repeat("<b/>", 1_000_000) + "</a>") },
}

// encryptedZip is an archive whose one entry says that it is encrypted.
func encryptedZip() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "a.xml", Flags: 0x1, Method: zip.Store, CompressedSize64: 4, UncompressedSize64: 4})
	if err == nil {
		_, err = w.Write([]byte("\x01\x02\x03\x04"))
	}
	if err != nil || z.Close() != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

func zipOf(name string, size int64) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.CopyN(w, blanks{}, size)
	}
	if err != nil || z.Close() != nil {
		panic(err)
	}
	return b.Bytes()
}

func gzipOf(size int64) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.CopyN(z, blanks{}, size); err != nil || z.Close() != nil {
		panic(err)
	}
	return b.Bytes()
}

// blanks is text without end.
type blanks struct{}

func (blanks) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
