package load

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// plainText is what YAML reads as a text without quotes wherever it stands on a line: a word, then anything that begins no comment
// and ends no key. Versions have two dots too many for a number.
var plainText = regexp.MustCompile(`^(?:[\p{L}(/]|[0-9]+\.[0-9]+\.[0-9]+$).*$`)

// notText are words YAML reads as something else, in one of its versions.
var notText = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}

func isPlain(s string) bool {
	return plainText.MatchString(s) && isPrintable(s) && !slices.Contains(notText, strings.ToLower(s)) && !strings.HasSuffix(s, " ") &&
		!strings.HasSuffix(s, ":") && !strings.Contains(s, ": ") && !strings.Contains(s, " #")
}

func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// quote writes a text on one line, in quotes if it needs any.
func quote(s string) string {
	if isPlain(s) {
		return s
	}
	return quoteFlow(s)
}

// quoteFlow writes a text on one line in quotes.
func quoteFlow(s string) string {
	if isPrintable(s) && strings.ContainsAny(s, `"\`) {
		return singleQuoted(s)
	}
	return doubleQuoted(s)
}

// quoteRegex writes an expression on one line: in single quotes, in which nothing but they is doubled, unless it has characters no
// editor shows.
func quoteRegex(s string) string {
	if isPrintable(s) {
		return singleQuoted(s)
	}
	return doubleQuoted(s)
}

func singleQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xFF:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// shown is a text as a comment can hold it.
func shown(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// literalLines gives the lines of a literal block that reads as the text; nil when there is none, or when it hangs on blanks that
// editors take off.
func literalLines(s string) []string {
	lines := strings.Split(s, "\n")
	if s == "" || strings.HasPrefix(s, " ") || lines[0] == "" || lines[len(lines)-1] == "" {
		return nil
	}
	for _, line := range lines {
		if !isPrintable(line) || strings.HasSuffix(line, " ") {
			return nil
		}
	}
	return lines
}

// foldable tells a text of words with single blanks between them.
func foldable(s string) bool {
	return isPrintable(s) && strings.Contains(s, " ") && strings.Join(strings.Fields(s), " ") == s
}

// wrap spreads a text over lines of at most so many characters, where its words allow.
func wrap(s string, width int) []string {
	var lines []string
	line, length := "", 0
	for i, word := range strings.Split(s, " ") {
		n := len([]rune(word))
		switch {
		case i == 0:
			line, length = word, n
		case length+1+n > width:
			lines = append(lines, line)
			line, length = word, n
		default:
			line += " " + word
			length += 1 + n
		}
	}
	return append(lines, line)
}
