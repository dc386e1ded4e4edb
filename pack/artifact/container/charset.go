package container

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/kpgen/kpgen/pack/diag"
)

// The character sets.
const (
	utf8Set    = "utf-8"
	utf16LE    = "utf-16le"
	utf16BE    = "utf-16be"
	windows    = "windows-1252"
	byteOrder  = "\ufeff"
	utf32LE    = "\xff\xfe\x00\x00"
	utf32BE    = "\x00\x00\xfe\xff"
	maxDeclare = 512 // bytes in which an XML declaration is looked for
)

func charsets() []string { return []string{utf8Set, utf16LE, utf16BE, windows} }

// marks are the byte-order marks as they stand in files.
var marks = map[string]string{utf8Set: "\xef\xbb\xbf", utf16LE: "\xff\xfe", utf16BE: "\xfe\xff"}

// declarable are the names XML declarations use for character sets; of the sets of one byte the others differ from Windows-1252
// in control characters only.
var declarable = map[string]string{"utf-8": utf8Set, "us-ascii": utf8Set, "ascii": utf8Set, "utf-16": "utf-16", "utf-16le": utf16LE,
	"utf-16be": utf16BE, "windows-1252": windows, "iso-8859-1": windows, "latin1": windows, "unicode": "utf-16"}

var declaredCharset = regexp.MustCompile(`^<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']`)

// declares is the character set the text's XML declaration names, as it names it.
func declares(text string) string {
	if m := declaredCharset.FindStringSubmatch(text[:min(len(text), maxDeclare)]); m != nil {
		return m[1]
	}
	return ""
}

// decode makes the file's bytes the document's text.
func (d *Document) decode(data []byte) *diag.Diagnostic {
	found, marked := charsetOf(data)
	if found == "utf-32" {
		return d.unreadable("a text in UTF-32", "save it in UTF-8")
	}
	asked := d.Format.Charset
	if asked != "" && !fits(asked, found, marked, data) {
		return d.fault("wrong-charset", 0, 0, "the file is in %s; the dialect's files are in %s", strings.ToUpper(found), strings.ToUpper(asked))
	} else if asked != "" {
		found = asked
	}
	d.Format.Charset, d.Format.ByteOrderMark = found, marked
	if marked {
		data = data[len(marks[found]):]
	}
	text, bad := decodeText(found, data)
	d.source = newSource(d.name, text)
	if d.Format.Format == "" && !marked && (bad || strings.ContainsFunc(text, notXML)) {
		return d.binary(data)
	}
	if bad {
		return d.fault("invalid-"+strings.TrimRight(strings.ReplaceAll(found, "-", ""), "lbe"), len(text), len(text),
			"the bytes here are not valid %s", strings.ToUpper(found))
	}
	return d.checkDeclared(asked)
}

// fits reports whether what was found may be in the character set asked for: sets of one byte cannot be told apart, and UTF-16 only by
// its NUL bytes.
func fits(asked, found string, marked bool, data []byte) bool {
	switch {
	case asked == found:
		return true
	case marked || found == utf16LE || found == utf16BE:
		return false
	case asked == utf16LE || asked == utf16BE:
		return len(data) == 0 || bytes.IndexByte(data, 0) >= 0
	}
	return true
}

// charsetOf tells a file's character set by its mark, its NUL bytes, its declaration, or by what is valid.
func charsetOf(data []byte) (name string, marked bool) {
	text := string(data[:min(len(data), maxDeclare)])
	if strings.HasPrefix(text, utf32LE) || strings.HasPrefix(text, utf32BE) {
		return "utf-32", true
	}
	for _, name := range charsets() {
		if mark := marks[name]; mark != "" && strings.HasPrefix(text, mark) {
			return name, true
		}
	}
	switch {
	case len(text) > 1 && text[0] != 0 && text[1] == 0:
		return utf16LE, false
	case len(text) > 1 && text[0] == 0 && text[1] != 0:
		return utf16BE, false
	}
	switch declared := declarable[strings.ToLower(declares(text))]; {
	case declared == windows || declared == utf8Set:
		return declared, false
	case utf8.Valid(data):
		return utf8Set, false
	}
	return windows, false
}

// checkDeclared refuses a declaration that names a character set that is not read, and one that names another than the dialect's,
// unless the dialect's own declaration does. UTF-16 over text that is not is the habit of a platform whose strings are UTF-16, and
// harmless.
func (d *Document) checkDeclared(asked string) *diag.Diagnostic {
	name := declares(d.text)
	known := declarable[strings.ToLower(name)]
	switch {
	case name == "" || known == d.Format.Charset || known == "utf-16" || declares(d.Format.Declaration) == name:
		return nil
	case known != "" && asked == "":
		return nil // the bytes were plain enough
	}
	end := strings.Index(d.text, "?>") + 2
	return d.fault("wrong-charset", 0, end, "the file is declared as %s and is read as %s", diag.Clip(name),
		strings.ToUpper(d.Format.Charset))
}

// decodeText gives the text, or as much of it as is valid.
func decodeText(charset string, data []byte) (text string, bad bool) {
	switch charset {
	case utf16LE:
		return decodeUTF16(data, binary.LittleEndian)
	case utf16BE:
		return decodeUTF16(data, binary.BigEndian)
	case windows:
		return decodeWindows(data), false
	}
	return string(data), false // checkText finds what is not valid
}

// decodeUTF16 is strict, where the library puts U+FFFD in the place of what is not valid.
func decodeUTF16(data []byte, order binary.ByteOrder) (text string, bad bool) {
	var b strings.Builder
	b.Grow(len(data)/2 + 16)
	for len(data) > 1 {
		r, size := rune(order.Uint16(data)), 2
		if utf16.IsSurrogate(r) {
			if len(data) < 4 {
				return b.String(), true
			}
			if r = utf16.DecodeRune(r, rune(order.Uint16(data[2:]))); r == utf8.RuneError {
				return b.String(), true
			}
			size = 4
		}
		b.WriteRune(r)
		data = data[size:]
	}
	return b.String(), len(data) > 0
}

// decodeWindows gives the five bytes Windows-1252 leaves open the control characters Windows gives them.
func decodeWindows(data []byte) string {
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for _, c := range data {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError {
			r = rune(c)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// windowsByte is the character in Windows-1252.
func windowsByte(r rune) (byte, bool) {
	if c, ok := charmap.Windows1252.EncodeRune(r); ok {
		return c, true
	}
	open := r >= 0x80 && r <= 0x9F && charmap.Windows1252.DecodeByte(byte(r)) == utf8.RuneError
	return byte(r), open
}

// encode gives the text as bytes in the format's character set.
func (f Format) encode(text string) ([]byte, *diag.Diagnostic) {
	if problem := f.charsetRefuses(text); problem != nil {
		return nil, problem
	}
	var b bytes.Buffer
	if f.ByteOrderMark {
		b.WriteString(marks[f.Charset])
	}
	switch f.Charset {
	case utf16LE, utf16BE:
		var order binary.AppendByteOrder = binary.LittleEndian
		if f.Charset == utf16BE {
			order = binary.BigEndian
		}
		out := b.AvailableBuffer()
		for _, r := range text {
			if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
				out = order.AppendUint16(order.AppendUint16(out, uint16(r1)), uint16(r2))
			} else {
				out = order.AppendUint16(out, uint16(r))
			}
		}
		b.Write(out)
	case windows:
		for _, r := range text {
			c, _ := windowsByte(r)
			b.WriteByte(c)
		}
	default:
		b.WriteString(text)
	}
	return b.Bytes(), nil
}

// lacks reports whether the format's character set has not the character.
func (f Format) lacks(r rune) bool {
	if f.Charset != windows || r < utf8.RuneSelf {
		return false
	}
	_, ok := windowsByte(r)
	return !ok
}

// charsetRefuses finds the first character the format's character set has not.
func (f Format) charsetRefuses(text string) *diag.Diagnostic {
	if !utf8.ValidString(text) {
		return &diag.Diagnostic{ID: "invalid-utf8", Severity: diag.Error, Message: "the text is not valid UTF-8", Help: "give the text in UTF-8"}
	}
	if f.Charset != windows {
		return nil
	}
	for i, r := range text {
		if f.lacks(r) {
			return &diag.Diagnostic{ID: "character-not-in-charset", Severity: diag.Error,
				Message: fmt.Sprintf("Windows-1252 has no character %U (%c), at byte %d of the text", r, r, i),
				Help:    "in an expression, write it as an escape such as \\u2192"}
		}
	}
	return nil
}
