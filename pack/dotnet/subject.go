package dotnet

import (
	"sort"
	"unicode/utf16"
	"unicode/utf8"
)

// Subject is a text made ready for matching: its UTF-16 units and where each stands in the text. It is made once and matched by
// many expressions, at the same time if need be.
type Subject struct {
	text    string
	units   []rune  // one UTF-16 unit each
	offsets []int32 // byte offset of each unit and of the end; both halves of a pair have the pair's; nil when all is ASCII
	valid   bool    // the text is valid UTF-8, so that a capture's value is a part of it
	alphabet
}

// NewSubject prepares a text. A byte that is no UTF-8 counts as U+FFFD.
func NewSubject(text string) *Subject {
	if ascii(text) {
		units := make([]rune, len(text))
		for i := range len(text) {
			units[i] = rune(text[i])
		}
		return &Subject{text: text, units: units, valid: true}
	}
	s := &Subject{text: text, valid: utf8.ValidString(text), alphabet: basic}
	s.units = make([]rune, 0, len(text))
	s.offsets = make([]int32, 0, len(text)+1)
	for i, r := range text {
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			s.units = append(s.units, hi)
			s.offsets = append(s.offsets, int32(i))
			s.alphabet = anyUnits
			r = lo
		}
		s.units = append(s.units, r)
		s.offsets = append(s.offsets, int32(i))
	}
	s.offsets = append(s.offsets, int32(len(text)))
	return s
}

// Text gives the text as it came.
func (s *Subject) Text() string { return s.text }

// capture makes a capture of length units at index.
func (s *Subject) capture(index, length int) Capture {
	c := Capture{Index: index, Length: length, From: s.from(index), To: s.to(index + length)}
	if length == 0 {
		c.To = c.From
		return c
	}
	c.Value = s.value(c)
	return c
}

// captureBytes makes a capture of text[from:to], both at the start of a character.
func (s *Subject) captureBytes(from, to int) Capture {
	index := s.unit(from)
	return s.capture(index, s.unit(to)-index)
}

// from gives the byte offset of the character unit i belongs to.
func (s *Subject) from(i int) int {
	if s.offsets == nil {
		return i
	}
	return int(s.offsets[i])
}

// to is like from, but gives the character's end when i is in the middle of a pair.
func (s *Subject) to(i int) int {
	if s.splits(i) {
		return int(s.offsets[i+1])
	}
	return s.from(i)
}

// splits reports whether i is between the halves of a pair.
func (s *Subject) splits(i int) bool {
	return s.offsets != nil && i > 0 && i < len(s.units) && s.offsets[i] == s.offsets[i-1]
}

// unit gives the index of the unit at a byte offset.
func (s *Subject) unit(offset int) int {
	if s.offsets == nil {
		return offset
	}
	return sort.Search(len(s.units), func(i int) bool { return int(s.offsets[i]) >= offset })
}

func (s *Subject) value(c Capture) string {
	if s.valid && !s.splits(c.Index) && !s.splits(c.Index+c.Length) {
		return s.text[c.From:c.To]
	}
	units := make([]uint16, c.Length)
	for i := range units {
		units[i] = uint16(s.units[c.Index+i])
	}
	return string(utf16.Decode(units))
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
