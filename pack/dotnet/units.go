package dotnet

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// NewSubjectUTF16 prepares a text given in UTF-16 units, which may hold halves of surrogate pairs. They are matched as they are;
// in Text and in values they are U+FFFD.
func NewSubjectUTF16(units []uint16) *Subject {
	s := NewSubject(string(utf16.Decode(units)))
	for i, unit := range units {
		if s.units[i] != rune(unit) {
			s.units[i] = rune(unit)
			s.alphabet = anyUnits
		}
	}
	return s
}

// PatternUTF16 gives the text of an expression given in UTF-16 units. A half of a surrogate pair, which no UTF-8 can hold, is
// written as the escape that means the same.
func PatternUTF16(units []uint16) string {
	var b strings.Builder
	for len(units) > 0 {
		n := escapeLength(units)
		escape := string(utf16.Decode(units[:n]))
		b.WriteString(escape)
		units = units[n:]
		units = units[writeCharacter(&b, units, escape):]
	}
	return b.String()
}

// escapeLength gives how many units before an escaped one belong to the escape: 1 for the backslash, 2 for \c.
func escapeLength(units []uint16) int {
	switch {
	case units[0] != '\\':
		return 0
	case len(units) > 1 && units[1] == 'c':
		return 2
	}
	return 1
}

// writeCharacter writes the character that comes next after an escape, if any, and gives its length in units.
func writeCharacter(b *strings.Builder, units []uint16, escape string) int {
	if len(units) == 0 {
		return 0
	}
	if len(units) > 1 && utf16.DecodeRune(rune(units[0]), rune(units[1])) != '\uFFFD' {
		b.WriteString(string(utf16.Decode(units[:2])))
		return 2
	}
	switch {
	case !utf16.IsSurrogate(rune(units[0])):
		b.WriteRune(rune(units[0]))
	case escape == `\c`:
		b.WriteRune('\uFFFD') // no control character either: refused alike
	case escape == `\`:
		fmt.Fprintf(b, "u%04X", units[0]) // escaping a half makes no difference, and the backslash is there
	default:
		fmt.Fprintf(b, `\u%04X`, units[0])
	}
	return 1
}
