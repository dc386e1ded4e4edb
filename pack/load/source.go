package load

import (
	"sort"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack/diag"
)

// source is the text of one file and finds its way between the parser's marks, byte offsets and the lines and columns people
// count.
type source struct {
	name  string // as diagnostics print it
	text  string
	lines []int // offset of each line's first byte, as editors break lines: LF, CRLF, CR
	marks []int // the same as the YAML parser breaks lines: NEL, LS and PS as well
	runes []int // number of characters before each block of the text, so that a line of a megabyte costs no more than others

	mu      sync.Mutex // places are asked for one after the other in one expression, perhaps by several at once
	scanned *yaml.Node
	last    scalar // of the scanned node
}

// blockSize is the number of bytes in a block of source.runes.
const blockSize = 1024

const byteOrderMark = "\uFEFF"

func newSource(name string, text []byte) *source {
	s := &source{name: name, text: string(text), lines: []int{0}, marks: []int{0}, runes: []int{0}}
	for i := blockSize; i <= len(s.text); i += blockSize {
		s.runes = append(s.runes, s.runes[len(s.runes)-1]+countStarts(s.text[i-blockSize:i]))
	}
	for i := 0; i < len(s.text); {
		n, wide := lineBreak(s.text[i:])
		if n == 0 {
			i++
			continue
		}
		i += n
		s.marks = append(s.marks, i)
		if !wide {
			s.lines = append(s.lines, i)
		}
	}
	return s
}

// lineBreak gives the length of the line break s begins with, 0 for none; wide tells the breaks only YAML 1.1 knows.
func lineBreak(s string) (n int, wide bool) {
	switch {
	case s == "":
		return 0, false
	case s[0] == '\n':
		return 1, false
	case s[0] == '\r' && len(s) > 1 && s[1] == '\n':
		return 2, false
	case s[0] == '\r':
		return 1, false
	case s[0] == 0xC2 && len(s) > 1 && s[1] == 0x85: // NEL
		return 2, true
	case s[0] == 0xE2 && len(s) > 2 && s[1] == 0x80 && (s[2] == 0xA8 || s[2] == 0xA9): // LS, PS
		return 3, true
	}
	return 0, false
}

// offset is the byte offset of a parser's mark; a mark past the end is the end.
func (s *source) offset(line, column int) int {
	if line < 1 || line > len(s.marks) {
		return len(s.text)
	}
	i := s.marks[line-1]
	if i == 0 && hasMark(s.text) {
		i = len(byteOrderMark)
	}
	return s.afterRunes(s.runesBefore(i) + column - 1)
}

// countStarts counts the characters that begin in a text cut anywhere.
func countStarts(s string) int {
	n := 0
	for i := range len(s) {
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return n
}

// runesBefore counts the characters before a byte offset.
func (s *source) runesBefore(offset int) int {
	block := offset / blockSize
	return s.runes[block] + countStarts(s.text[block*blockSize:offset])
}

// afterRunes gives the offset of the n-th character, the text's length when it has fewer.
func (s *source) afterRunes(n int) int {
	block := max(sort.SearchInts(s.runes, n)-1, 0)
	i := block * blockSize
	for seen := s.runes[block]; i < len(s.text); i++ {
		if !utf8.RuneStart(s.text[i]) {
			continue
		}
		if seen == n {
			return i
		}
		seen++
	}
	return i
}

func hasMark(text string) bool {
	return len(text) >= len(byteOrderMark) && text[:len(byteOrderMark)] == byteOrderMark
}

// position gives the line and column of a byte offset.
func (s *source) position(offset int) (line, column int) {
	line = sort.SearchInts(s.lines, offset+1)
	start := s.lines[line-1]
	if start == 0 && hasMark(s.text) && offset >= len(byteOrderMark) {
		start = len(byteOrderMark)
	}
	return line, 1 + s.runesBefore(offset) - s.runesBefore(start)
}

// span is the place between two byte offsets.
func (s *source) span(from, to int) diag.Span {
	out := diag.Span{File: s.name}
	out.Line, out.Column = s.position(from)
	out.EndLine, out.EndColumn = s.position(max(from, to))
	return out
}

// spanOf is the place of a node: a scalar from its first character to its last, a collection's first scalar, because a caret
// under half a file helps nobody.
func (s *source) spanOf(n *yaml.Node) diag.Span {
	if n.Kind == yaml.ScalarNode {
		sc := s.scan(n)
		return s.span(sc.start, sc.end)
	}
	start := s.offset(n.Line, n.Column)
	if n.Kind == yaml.AliasNode {
		return s.span(start, start+len("*")+len(n.Value))
	}
	if len(n.Content) > 0 && n.Content[0].Kind == yaml.ScalarNode {
		return s.span(start, s.scan(n.Content[0]).end)
	}
	return s.span(start, start)
}
