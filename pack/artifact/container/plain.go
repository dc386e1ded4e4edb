package container

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"
)

// Plain is what is in a file that Read takes, unpacked: of an archive the names and contents of its entries, one after the other. Two
// files with the same Plain say the same, however well a program packed them.
func Plain(data []byte) []byte { return unpacked(data, func(content []byte) []byte { return content }) }

// Text is Plain with every content out of its character set, for people to read; false when one of them is no text.
func Text(data []byte) (string, bool) {
	all := true
	text := unpacked(data, func(content []byte) []byte {
		text, ok := textOf(content)
		all = all && ok
		return []byte(text)
	})
	return string(text), all
}

// textOf is the text of a file, in the character set that Read finds it to be in.
func textOf(data []byte) (string, bool) {
	charset, marked := charsetOf(data)
	if marked {
		data = bytes.TrimPrefix(data, []byte(marks[charset]))
	}
	text, bad := decodeText(charset, data)
	// What no mark says was guessed, and anything is valid in Windows-1252.
	bad = bad || charset == "utf-32" || !marked && charset != utf8Set && strings.ContainsFunc(text, notXML)
	return text, !bad && utf8.ValidString(text) && binaryName(data, true) == ""
}

// unpacked gives what read makes of every content.
func unpacked(data []byte, read func([]byte) []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte(gzipMagic)):
		if r, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
			return unpackedFrom(r, read)
		}
	case isZip(data):
		if r, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
			return entries(r, read)
		}
	}
	return read(data)
}

func entries(z *zip.Reader, read func([]byte) []byte) []byte {
	var plain []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			continue
		}
		content := unpackedFrom(r, read)
		r.Close()
		plain = append(plain, strconv.Quote(f.Name)+" "+strconv.Itoa(len(content))+"\n"...)
		plain = append(plain, content...)
	}
	return plain
}

func unpackedFrom(r io.Reader, read func([]byte) []byte) []byte {
	data, _ := io.ReadAll(io.LimitReader(r, MaxFileSize))
	return unpacked(data, read)
}

// And is the format of a file that is like two others, each of which shows facts of style the other has no occasion to show.
func (f Format) And(o Format) Format {
	if f.Format != o.Format {
		return f
	}
	if f.Charset == utf8Set && o.Charset != "" {
		f.Charset = o.Charset
	}
	if f.LineEnds == "lf" && o.LineEnds != "" {
		f.LineEnds = o.LineEnds
	}
	f.XML.Escapes, f.XML.AttributeEscapes = either(f.XML.Escapes, o.XML.Escapes), either(f.XML.AttributeEscapes, o.XML.AttributeEscapes)
	f.XML.Empty, f.XML.Quote = either(f.XML.Empty, o.XML.Empty), either(f.XML.Quote, o.XML.Quote)
	f.XML.ASCII, f.XML.References = f.XML.ASCII || o.XML.ASCII, bothReferences(f.XML.References, o.XML.References)
	f.XML.RootAttributes = either(f.XML.RootAttributes, o.XML.RootAttributes)
	f.XML.LineBreaks = either(f.XML.LineBreaks, o.XML.LineBreaks)
	f.JSON.End = either(f.JSON.End, o.JSON.End)
	f.JSON.Indent, f.JSON.Colon, f.JSON.Comma = either(f.JSON.Indent, o.JSON.Indent), either(f.JSON.Colon, o.JSON.Colon), either(f.JSON.Comma, o.JSON.Comma)
	f.JSON.Escapes, f.JSON.ASCII, f.JSON.UpperHex = either(f.JSON.Escapes, o.JSON.Escapes), f.JSON.ASCII || o.JSON.ASCII, f.JSON.UpperHex || o.JSON.UpperHex
	f.INI.Quote, f.INI.Close = either(f.INI.Quote, o.INI.Quote), either(f.INI.Close, o.INI.Close)
	if f.INI.Indent == "" {
		f.INI.Indent, f.INI.KeyOutdent, f.INI.SectionOutdent = o.INI.Indent, o.INI.KeyOutdent, o.INI.SectionOutdent
	}
	f.Delimited.Quote, f.Delimited.LineBreaks = either(f.Delimited.Quote, o.Delimited.Quote), either(f.Delimited.LineBreaks, o.Delimited.LineBreaks)
	f.Delimited.Columns, f.Delimited.Backslash = max(f.Delimited.Columns, o.Delimited.Columns), f.Delimited.Backslash || o.Delimited.Backslash
	f.Delimited.Types = wider(f.Delimited.Types, o.Delimited.Types)
	f.Entries = alike(slices.Concat(f.Entries, o.Entries))
	return f
}

// wider gives the types of both, with the columns of the wider.
func wider(a, b map[string]int) map[string]int {
	if len(a) == 0 || len(b) == 0 {
		return a
	}
	all := maps.Clone(a)
	for name, columns := range b {
		all[name] = max(all[name], columns)
	}
	return all
}

// Alike is the format with one entry for all of the commonest sort, and each other by its name.
func (f Format) Alike() Format {
	f.Entries = alike(f.Entries)
	return f
}

func alike(entries []Entry) []Entry {
	entries = unique(entries)
	var sorts [][]Entry
	common := 0
	for _, e := range entries {
		at := slices.IndexFunc(sorts, func(s []Entry) bool { return s[0].Format.alike(e.Format) })
		if at < 0 {
			at, sorts = len(sorts), append(sorts, nil)
		}
		sorts[at] = append(sorts[at], e)
		if len(sorts[at]) > len(sorts[common]) {
			common = at
		}
	}
	if len(sorts) == 0 || len(sorts[common]) < 2 {
		return entries
	}
	one := sorts[common][0].Format
	for _, e := range sorts[common][1:] {
		one = one.And(e.Format)
	}
	others := slices.DeleteFunc(entries, func(e Entry) bool { return e.Format.alike(one) })
	return append([]Entry{{Format: one}}, others...)
}

// alike reports whether two formats differ at most in style.
func (f Format) alike(o Format) bool {
	return f.Format == o.Format && f.Wrap == o.Wrap && f.ByteOrderMark == o.ByteOrderMark && f.Declaration == o.Declaration && f.Parts == o.Parts
}

// unique gives entries of one name once.
func unique(entries []Entry) []Entry {
	list := make([]Entry, 0, len(entries))
	for _, e := range entries {
		at := slices.IndexFunc(list, func(o Entry) bool { return o.Name == e.Name })
		if at < 0 {
			list = append(list, e)
			continue
		}
		list[at].Format = list[at].Format.And(e.Format)
	}
	return list
}

func either(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}
