package container

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/diag"
)

// source is a file's text, in UTF-8 and without byte-order mark, with what it takes to name places in it quickly even when all of
// it is one line.
type source struct {
	name       string // as the user called the file
	text       string
	lines      []int  // offset of the first byte of each line
	characters []int  // number of characters before every stride of bytes
	within     *Place // the value of another file that the text is
}

const stride = 1024

func newSource(name, text string) *source {
	s := &source{name: name, text: text, lines: []int{0}}
	characters := 0
	for i := range len(text) {
		if i%stride == 0 {
			s.characters = append(s.characters, characters)
		}
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
		if utf8.RuneStart(text[i]) {
			characters++
		}
	}
	s.characters = append(s.characters, characters)
	return s
}

// before counts the characters before an offset.
func (s *source) before(offset int) int {
	n := s.characters[offset/stride]
	for i := offset / stride * stride; i < offset; i++ {
		if utf8.RuneStart(s.text[i]) {
			n++
		}
	}
	return n
}

// span is the place of the bytes from start up to end.
func (s *source) span(start, end int) diag.Span {
	if s.within != nil {
		return s.within.Span(start, end)
	}
	line, column := s.position(start)
	endLine, endColumn := s.position(end)
	return diag.Span{File: s.name, Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

func (s *source) position(offset int) (line, column int) {
	line = sort.SearchInts(s.lines, offset+1)
	return line, 1 + s.before(offset) - s.before(s.lines[line-1])
}

// fault is an error at the bytes from start up to end.
func (s *source) fault(id string, start, end int, message string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{ID: id, Severity: diag.Error, Span: s.span(start, end), Message: fmt.Sprintf(message, args...)}
}

// checkText finds the first byte that is no UTF-8.
func (s *source) checkText() *diag.Diagnostic {
	if utf8.ValidString(s.text) {
		return nil
	}
	for i, r := range s.text {
		if _, size := utf8.DecodeRuneInString(s.text[i:]); r == utf8.RuneError && size == 1 {
			return s.fault("invalid-utf8", i, i+1, "byte %#02x is not valid UTF-8", s.text[i])
		}
	}
	return nil
}

// spelling is how a container writes the characters of a value.
type spelling int

const (
	verbatim     spelling = iota
	xmlText               // text or attribute value: entities, line ends read as line feeds
	lines                 // line ends read as line feeds
	jsonText              // the inside of a JSON string
	doubled               // the inside of double quotes, where a quote is two
	doubledLines          // both of the two
	backslashed           // a backslash and the character it stands before are one
)

// next gives the bytes the first character of raw takes as written, and those it takes in the value.
func (s spelling) next(raw string) (written, value int) {
	_, size := utf8.DecodeRuneInString(raw)
	switch {
	case s == jsonText && raw[0] == '\\':
		return jsonEscape(raw)
	case s == backslashed && raw[0] == '\\' && len(raw) > 1:
		return 2, 1
	case s == jsonText, s == verbatim:
		return size, size
	case (s == doubled || s == doubledLines) && strings.HasPrefix(raw, `""`):
		return 2, 1
	case s != doubled && strings.HasPrefix(raw, "\r\n"):
		return 2, 1
	case s == xmlText && raw[0] == '&':
		end := strings.IndexByte(raw, ';') + 1
		return end, len(string(referred(raw[:end])))
	}
	return size, size
}

// segment is a stretch of a file that holds a value's text or a part of it.
type segment struct {
	start, end int
	spelling   spelling
}

// Place is where a value stands in a file: its text in one or more segments, or none when it has no text there.
type Place struct {
	src        *source
	start, end int
	segments   []segment
}

// Span is the place of the value's bytes from from up to to, of the whole value when from is negative or it has no text.
func (p Place) Span(from, to int) diag.Span {
	if from < 0 || len(p.segments) == 0 {
		return p.src.span(p.start, p.end)
	}
	start, _ := p.character(from)
	if to <= from {
		return p.src.span(start, start)
	}
	_, end := p.character(to - 1)
	return p.src.span(start, end)
}

// Whole is the place without regard to what stands where in it, for a value that is spelled in a way of its own there.
func (p Place) Whole() Place { return Place{src: p.src, start: p.start, end: p.end} }

// character gives the offsets in the file of the character the value's byte n belongs to; past the value, those of its end.
func (p Place) character(n int) (start, end int) {
	for _, s := range p.segments {
		for at := s.start; at < s.end; {
			written, value := s.spelling.next(p.src.text[at:s.end])
			if n < value {
				return at, at + written
			}
			n -= value
			at += written
		}
	}
	last := p.segments[len(p.segments)-1].end
	return last, last
}

// jsonEscape gives the sizes of the escape raw begins with.
func jsonEscape(raw string) (written, value int) {
	if raw[1] != 'u' {
		return 2, 1
	}
	r := hex4(raw[2:])
	if utf16.IsSurrogate(r) && strings.HasPrefix(raw[6:], `\u`) {
		if r = utf16.DecodeRune(r, hex4(raw[8:])); r != utf8.RuneError {
			return 12, utf8.RuneLen(r)
		}
	}
	return 6, len(string(r))
}

// hex4 reads the four digits after \u.
func hex4(s string) rune {
	var r rune
	for _, c := range strings.ToLower(s[:4]) {
		r = r<<4 | rune(strings.IndexRune("0123456789abcdef", c))
	}
	return r
}
