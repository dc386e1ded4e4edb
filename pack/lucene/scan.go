package lucene

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind of a token.
type kind int

const (
	end kind = iota
	term
	phrase
	and
	or
	not
	open
	closed
	colon
	rangeOpen   // [ or {
	rangeClosed // ] or }
	compare     // < <= > >=
)

// token is a word or sign of a query.
type token struct {
	kind     kind
	from, to int
	text     string  // of a term or phrase without escapes, of a sign as written
	pattern  []glyph // of a term
}

// glyph is a character of a term: itself, or a wildcard.
type glyph struct {
	r    rune
	wild bool // r is * or ?
}

var signs = map[string]kind{
	"AND": and, "&&": and, "OR": or, "||": or, "NOT": not, "!": not, "(": open, ")": closed, ":": colon,
	"[": rangeOpen, "{": rangeOpen, "]": rangeClosed, "}": rangeClosed, "<": compare, "<=": compare, ">": compare, ">=": compare,
}

// refused are the signs of Lucene that are not taken, with what to write.
var refused = map[byte][2]string{
	'~': {"fuzzy and proximity searches (~) are not taken", `write \~ where a plain ~ is meant`},
	'^': {"boosts (^) are not taken: they order results and do not choose them", `write \^ where a plain ^ is meant`},
	'/': {"regular expressions (/…/) are not taken", `write \/ or quotes where a plain / is meant`},
	'+': {"the sign + is not taken", "write AND between the terms"},
	'-': {"the sign - is not taken", "write NOT before the term"},
	'&': {"a single & means nothing", `write && or AND, or \& where a plain & is meant`},
	'|': {"a single | means nothing", `write || or OR, or \| where a plain | is meant`},
	'=': {"a value cannot begin with =", `write \= where a plain = is meant`},
}

// scan cuts a query into tokens, the last of kind end.
func scan(query string) ([]token, error) {
	var out []token
	bounds := false // signs may begin the numbers that bound a range
	for i := 0; ; {
		for i < len(query) && strings.IndexByte(" \t\r\n", query[i]) >= 0 {
			i++
		}
		if i == len(query) {
			return append(out, token{kind: end, from: i, to: i}), nil
		}
		t, err := next(query, i, bounds)
		if err != nil {
			return nil, err
		}
		switch {
		case t.kind == rangeOpen, t.kind == compare:
			bounds = true
		case t.kind == rangeClosed, bounds && out[len(out)-1].kind == compare:
			bounds = false
		}
		out = append(out, t)
		i = t.to
	}
}

// next reads the token at byte i. A bound of a range may begin with a sign.
func next(query string, i int, bound bool) (token, error) {
	for _, n := range []int{2, 1} {
		if i+n > len(query) || isLetter(query[i]) {
			continue
		}
		if k, ok := signs[query[i:i+n]]; ok {
			return token{kind: k, from: i, to: i + n, text: query[i : i+n]}, nil
		}
	}
	if query[i] == '"' {
		return quoted(query, i)
	}
	if r, ok := refused[query[i]]; ok && !(bound && (query[i] == '-' || query[i] == '+')) {
		return token{}, &Error{From: i, To: i + 1, Message: r[0], Help: r[1]}
	}
	return word(query, i)
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// quoted reads a phrase.
func quoted(query string, start int) (token, error) {
	var b strings.Builder
	for i := start + 1; i < len(query); i++ {
		switch {
		case query[i] == '"':
			return token{kind: phrase, from: start, to: i + 1, text: b.String()}, nil
		case query[i] == '\\' && i+1 < len(query):
			i++
			b.WriteByte(query[i])
		default:
			b.WriteByte(query[i])
		}
	}
	return token{}, &Error{From: start, To: len(query), Message: `the phrase has no closing "`}
}

// word reads a term or an operator's word. Signs inside a term end it or are refused, unless escaped.
func word(query string, start int) (token, error) {
	t := token{kind: term, from: start}
	var b strings.Builder
	i := start
	for i < len(query) && strings.IndexByte(" \t\r\n():[]{}\"!<>", query[i]) < 0 {
		escaped := query[i] == '\\'
		if escaped {
			i++
		}
		if i == len(query) {
			return t, &Error{From: i - 1, To: i, Message: "the query ends after a backslash", Help: `write \\ for a backslash`}
		}
		if r, ok := refused[query[i]]; ok && !escaped && strings.IndexByte("~^/", query[i]) >= 0 {
			return t, &Error{From: i, To: i + 1, Message: r[0], Help: r[1]}
		}
		if !escaped && (strings.HasPrefix(query[i:], "&&") || strings.HasPrefix(query[i:], "||")) {
			break
		}
		r, n := utf8.DecodeRuneInString(query[i:])
		t.pattern = append(t.pattern, glyph{r, !escaped && (r == '*' || r == '?')})
		b.WriteString(query[i : i+n])
		i += n
	}
	t.to, t.text = i, b.String()
	if k, ok := signs[query[start:i]]; ok {
		t.kind = k
	}
	return t, nil
}

// wild tells a term with a wildcard in it.
func (t token) wild() bool {
	for _, g := range t.pattern {
		if g.wild {
			return true
		}
	}
	return false
}

func (t token) String() string {
	if t.kind == end {
		return "the end of the query"
	}
	return fmt.Sprintf("%q", t.text)
}
