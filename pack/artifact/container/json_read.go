package container

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// The sorts of JSON value, as the attribute type has them; a string has none.
const (
	typeKey     = "type"
	jsonObject  = "object"
	jsonArray   = "array"
	jsonNumber  = "number"
	jsonBoolean = "boolean"
	jsonNull    = "null"
)

// jsonReader reads JSON with encoding/json's tokens. Of a value, origin's start is that of its key, end is where it begins, past the
// bracket if it has one, endTag where it ends, before the bracket and the blanks that belong to it.
type jsonReader struct {
	*Document
	decoder *json.Decoder
	at      int // end of the last token
	style   jsonStyle
}

func readJSON(d *Document) *diag.Diagnostic {
	r := jsonReader{Document: d, decoder: json.NewDecoder(strings.NewReader(d.text))}
	r.decoder.UseNumber()
	for count := 0; ; count++ {
		token, start, problem := r.next()
		if problem != nil {
			return problem
		}
		switch {
		case token == nil && count > 0 && start < 0:
			if d.Format.JSON == (JSON{}) {
				d.Format.JSON = r.style.facts()
				d.Format.JSON.End = strings.ReplaceAll(r.text[r.at:], "\r\n", "\n")
			}
			return nil
		case start < 0:
			return r.malformed(io.ErrUnexpectedEOF)
		case count > 0 && !d.Format.Parts:
			d.second = true
			return r.fault("malformed-json", start, len(r.text), "more text after the end of the JSON value")
		}
		if problem := r.value(d.top, "json", token, start, start, 0); problem != nil {
			return problem
		}
	}
}

// next gives the next token and where it starts, which is below 0 at the end of the text.
func (r *jsonReader) next() (json.Token, int, *diag.Diagnostic) {
	token, err := r.decoder.Token()
	if errors.Is(err, io.EOF) && strings.Trim(r.text[r.at:], " \t\r\n") == "" {
		return nil, -1, nil
	}
	if err != nil {
		return nil, 0, r.malformed(err)
	}
	start := r.at + len(r.text[r.at:]) - len(strings.TrimLeft(r.text[r.at:], " \t\r\n,:"))
	r.at = int(r.decoder.InputOffset())
	return token, start, nil
}

// malformed is the error of text that is no JSON. Where it is the decoder of the rest says, as offsets among tokens are not reliable.
func (r *jsonReader) malformed(err error) *diag.Diagnostic {
	at := len(r.text)
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = int(r.decoder.InputOffset())
		var rest json.RawMessage
		if e, ok := errors.AsType[*json.SyntaxError](json.NewDecoder(strings.NewReader(r.text[at:])).Decode(&rest)); ok {
			at += max(int(e.Offset)-1, 0)
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the text ends too early")
	}
	return r.fault("malformed-json", at, at, "not JSON: %s", err)
}

// value puts the value that begins with the token into the tree; key is where its key starts.
func (r *jsonReader) value(in *etree.Element, tag string, token json.Token, key, start, depth int) *diag.Diagnostic {
	e := &etree.Element{Tag: tag}
	at := origin{start: key, end: start, endTag: r.at, endTagEnd: r.at}
	text := ""
	switch t := token.(type) {
	case json.Delim:
		return r.inside(in, e, t, key, depth)
	case string:
		text = t
		r.style.see(r.text[start:r.at])
	case json.Number:
		text = t.String()
		setType(e, jsonNumber)
	case bool:
		text = r.text[start:r.at]
		setType(e, jsonBoolean)
	case nil:
		setType(e, jsonNull)
	}
	if problem := r.add(in, e, at); problem != nil || text == "" {
		return problem
	}
	return r.add(e, etree.NewText(text), origin{start: start, end: r.at})
}

func setType(e *etree.Element, t string) { e.Attr = append(e.Attr, etree.Attr{Key: typeKey, Value: t}) }

// inside reads an object or an array, whose bracket was the last token.
func (r *jsonReader) inside(in, e *etree.Element, open json.Delim, key, depth int) *diag.Diagnostic {
	sort := jsonObject
	if open == '[' {
		sort = jsonArray
	}
	setType(e, sort)
	at := origin{start: key, end: r.at}
	if depth == MaxDepth {
		return r.fault("too-deep", r.at-1, r.at, "values are nested more than %d deep", MaxDepth)
	}
	if problem := r.add(in, e, at); problem != nil {
		return problem
	}
	for {
		last := r.at
		token, start, problem := r.next()
		if problem != nil {
			return problem
		}
		if start < 0 {
			return r.malformed(io.ErrUnexpectedEOF)
		}
		if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
			at := r.tokens[e]
			at.endTag, at.endTagEnd = last, r.at
			r.tokens[e] = at
			return nil
		}
		r.style.separator(r.text[last:start], depth+1)
		r.style.hangs(r.text[:at.end-1], r.text[last:start], depth+1)
		tag, name := "item", start
		if sort == jsonObject {
			tag = token.(string) // as the decoder takes nothing else for a key
			r.style.see(r.text[start:r.at])
			last = r.at
			if token, start, problem = r.next(); problem != nil {
				return problem
			}
			r.style.colon(r.text[last:max(start, last)])
		}
		if problem := r.value(e, tag, token, name, start, depth+1); problem != nil {
			return problem
		}
	}
}

// jsonSegment is where the characters of a scalar stand: those of a string inside its quotes.
func jsonSegment(d *Document, _ *etree.CharData, at origin) segment {
	if d.text[at.start] == '"' {
		return segment{at.start + 1, at.end - 1, jsonText}
	}
	return segment{at.start, at.end, verbatim}
}

// jsonKey is where the characters of a string stand that a value begins with: those of its key.
func (d *Document) jsonKey(at origin) Place {
	end := at.start + 1
	for d.text[end] != '"' {
		written, _ := jsonText.next(d.text[end:])
		end += written
	}
	s := segment{at.start + 1, end, jsonText}
	return Place{d.source, s.start, s.end, []segment{s}}
}

// jsonStyle gathers how a file spells what can be spelled in several ways.
type jsonStyle struct {
	indent, comma, between    string
	indented, listed, named   bool
	escaped, bare             [utf8.RuneSelf]bool
	wideEscaped, wideBare, up bool
	hex                       bool
	hanging, nested           bool // what is inside is indented from its bracket, by its depth
}

// separator takes what stands before a value; the first of its sort counts.
func (s *jsonStyle) separator(raw string, depth int) {
	line := strings.LastIndexByte(raw, '\n')
	switch {
	case line >= 0 && !s.indented && strings.Trim(raw[line:], "\n\t ") == "":
		s.indented = true
		blanks := raw[line+1:]
		s.indent = blanks[:len(blanks)/depth]
	case !s.listed && strings.Trim(raw, "\t ") == ",":
		s.listed, s.comma = true, raw
	}
}

// hangs takes the text before a bracket and what stands before a value inside.
func (s *jsonStyle) hangs(outer, raw string, depth int) {
	line := strings.LastIndexByte(raw, '\n')
	if line < 0 || s.indent == "" || depth < 2 {
		return
	}
	blanks := len(raw) - line - 1
	hangs, nested := blanks == column(outer)+len(s.indent), blanks == depth*len(s.indent)
	s.hanging, s.nested = s.hanging || hangs && !nested, s.nested || nested && !hangs
}

// column is how many characters stand in the last line of a text.
func column(text string) int {
	return utf8.RuneCountInString(text[1+strings.LastIndexByte(text, '\n'):])
}

func (s *jsonStyle) colon(raw string) {
	if !s.named && strings.Trim(raw, "\t ") == ":" {
		s.named, s.between = true, raw
	}
}

// see takes a string as it is spelled.
func (s *jsonStyle) see(raw string) {
	raw = raw[1 : len(raw)-1]
	for i := 0; i < len(raw); {
		written, _ := jsonText.next(raw[i:])
		switch c := raw[i]; {
		case c >= utf8.RuneSelf:
			s.wideBare = true
		case c != '\\':
			s.bare[c] = true
		case raw[i+1] == '/':
			s.escaped['/'] = true
		case raw[i+1] == '"' || raw[i+1] == '\\':
			s.bare[raw[i+1]] = true // with no more than it has to have
		case raw[i+1] == 'u':
			s.unicode(raw[i+2 : i+6])
		}
		i += written
	}
}

// unicode takes the digits of an escape.
func (s *jsonStyle) unicode(digits string) {
	if r := hex4(digits); r < utf8.RuneSelf {
		s.escaped[r] = true
	} else {
		s.wideEscaped = true
	}
	if i := strings.IndexAny(digits, "abcdefABCDEF"); i >= 0 && !s.hex {
		s.hex, s.up = true, digits[i] < 'a'
	}
}

// facts is the style, with nothing said of what is plain.
func (s *jsonStyle) facts() JSON {
	j := JSON{Indent: s.indent, Hanging: s.hanging && !s.nested, ASCII: s.wideEscaped && !s.wideBare, UpperHex: s.up}
	if s.between != ":" {
		j.Colon = s.between
	}
	if s.comma != "," {
		j.Comma = s.comma
	}
	cautious := s.escaped['"'] && !s.bare['"']
	for c := ' '; c <= '~'; c++ {
		if (s.escaped[c] || cautious && strings.ContainsRune(textJSON, c)) && !s.bare[c] {
			j.Escapes += string(c)
		}
	}
	return j
}

// textJSON are the characters that .NET's System.Text.Json writes by their numbers unless it is told otherwise, of all programs the one
// that writes quotes so.
const textJSON = "\"&'+<>`"
