package container

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlOptional are the characters that files write as references though XML does not ask for it: tabs and line feeds in texts only, as
// in attributes they have to be.
const xmlOptional = ">\"'\t\n"

// xmlNames are the references that have a name.
var xmlNames = map[rune]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&apos;"}

// xmlStyle gathers how a file spells what can be spelled in several ways.
type xmlStyle struct {
	empty, quote      string
	gap               *string // before the attributes of the root element but the first; nil: not seen
	text, inAttribute xmlSpelling
	references        map[rune]string // the first of each character that is spelled otherwise than plainest
	wide, bareWide    bool            // characters beyond ASCII stand as references, as they are
	lf, crlf          bool            // values have line breaks of the sort
}

// xmlSpelling is which of the optional characters stand as references, and which as they are.
type xmlSpelling struct{ escaped, bare [len(xmlOptional)]bool }

// see takes a token as it is spelled.
func (s *xmlStyle) see(raw string) {
	switch {
	case strings.HasPrefix(raw, "<![CDATA["):
		s.lineBreaks(raw)
	case strings.HasPrefix(raw, "<!"), strings.HasPrefix(raw, "<?"):
		return
	case strings.HasPrefix(raw, "<"):
		s.tag(raw)
	case !IsBlank(raw):
		s.lineBreaks(raw)
		s.value(&s.text, raw)
	}
}

func (s *xmlStyle) lineBreaks(raw string) {
	lf, crlf := strings.Count(raw, "\n"), strings.Count(raw, "\r\n")
	s.lf, s.crlf = s.lf || lf > crlf, s.crlf || crlf > 0
}

// value takes a text or the value of an attribute.
func (s *xmlStyle) value(in *xmlSpelling, raw string) {
	for i := range len(raw) {
		switch c := raw[i]; {
		case c >= utf8.RuneSelf:
			s.bareWide = true
		case c == '&':
			s.reference(in, raw[i:i+strings.IndexByte(raw[i:], ';')+1])
		case c <= '>':
			if at := strings.IndexByte(xmlOptional, c); at >= 0 {
				in.bare[at] = true
			}
		}
	}
}

// reference takes a reference, which the reader has accepted.
func (s *xmlStyle) reference(in *xmlSpelling, raw string) {
	r := referred(raw)
	if at := strings.IndexRune(xmlOptional, r); at >= 0 {
		in.escaped[at] = true
	}
	s.wide = s.wide || r >= utf8.RuneSelf
	if s.references == nil {
		s.references = map[rune]string{}
	}
	if _, known := s.references[r]; !known {
		s.references[r] = raw
	}
}

// referred is the character a reference stands for.
func referred(raw string) rune {
	name := raw[1 : len(raw)-1]
	digits, numeric := strings.CutPrefix(name, "#")
	if !numeric {
		for r, named := range xmlNames {
			if named == raw {
				return r
			}
		}
		return utf8.RuneError
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	r, err := strconv.ParseInt(digits, base, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(r)
}

// facts are the characters that stand as references only.
func (s *xmlSpelling) facts() string {
	facts := ""
	for i, escaped := range s.escaped {
		if escaped && !s.bare[i] {
			facts += xmlOptional[i : i+1]
		}
	}
	return facts
}

// tag takes a start tag; the first of its sort counts. In it quotes stand only around values.
func (s *xmlStyle) tag(raw string) {
	var gaps []string
	for rest := raw; ; {
		at := strings.IndexAny(rest, `"'`)
		if at < 0 {
			break
		}
		gaps = append(gaps, rest[:len(rest)-len(strings.TrimLeft(rest, " \t\r\n"))])
		quote := rest[at : at+1]
		if s.quote == "" {
			s.quote = quote
		}
		value, behind, _ := strings.Cut(rest[at+1:], quote)
		s.value(&s.inAttribute, value)
		s.inAttribute.escaped[strings.Index(xmlOptional, quote)] = false // has to be
		rest = behind
	}
	s.rootGap(gaps)
	if s.empty == "" && strings.HasSuffix(raw, "/>") {
		s.empty = "/>"
		if strings.HasSuffix(raw, " />") {
			s.empty = " />"
		}
	}
}

// rootGap takes what stands before each attribute of a tag, of which the first is the root element's. All but the first have to be alike.
func (s *xmlStyle) rootGap(gaps []string) {
	if s.gap != nil {
		return
	}
	s.gap = new(string)
	if len(gaps) > 1 && gaps[1] != " " && !slices.ContainsFunc(gaps[2:], func(gap string) bool { return gap != gaps[1] }) {
		*s.gap = toLineFeeds(gaps[1])
	}
}

// facts is the style, with nothing said of what is plain.
func (s *xmlStyle) facts() XML {
	x := XML{ASCII: s.wide && !s.bareWide}
	if s.lf && !s.crlf {
		x.LineBreaks = "lf"
	}
	if s.gap != nil {
		x.RootAttributes = *s.gap
	}
	if s.empty != "/>" {
		x.Empty = s.empty
	}
	if s.quote == "'" {
		x.Quote = s.quote
	}
	for i := range s.text.bare { // what no attribute shows is as in texts
		if !s.inAttribute.bare[i] && !s.inAttribute.escaped[i] && xmlOptional[i:i+1] != s.quote {
			s.inAttribute.bare[i], s.inAttribute.escaped[i] = s.text.bare[i], s.text.escaped[i]
		}
	}
	x.Escapes, x.AttributeEscapes = s.text.facts(), strings.Trim(s.inAttribute.facts(), "\t\n")
	x.References = s.spelled()
	return x
}

// spelled gives the references that are not as they would be written anyway: those of ASCII, and one that shows the numbers of others.
func (s *xmlStyle) spelled() string {
	var all []string
	plain, told := XML{}, false
	for r := range rune(utf8.RuneSelf) {
		if raw, ok := s.references[r]; ok && raw != plain.reference(r) {
			all = append(all, raw)
			told = told || strings.HasPrefix(raw, "&#")
		}
	}
	if !told && s.wide {
		least := rune(utf8.MaxRune)
		for r := range s.references {
			if r >= utf8.RuneSelf {
				least = min(least, r)
			}
		}
		if raw := s.references[least]; raw != plain.reference(least) {
			all = append(all, raw)
		}
	}
	return strings.Join(all, " ")
}

// reference is how the style writes a character as a reference: as its references have it, by name, or by a number like theirs.
func (x XML) reference(r rune) string {
	number := ""
	for raw := range strings.FieldsSeq(x.References) {
		if referred(raw) == r {
			return raw
		}
		if strings.HasPrefix(raw, "&#") {
			number = raw
		}
	}
	switch name, named := xmlNames[r]; {
	case named:
		return name
	case strings.HasPrefix(number, "&#x") && number == strings.ToLower(number) && strings.ContainsAny(number[3:], "abcdef"):
		return fmt.Sprintf("&#x%x;", r)
	case number != "" && !strings.HasPrefix(number, "&#x"):
		return fmt.Sprintf("&#%d;", r)
	}
	return fmt.Sprintf("&#x%X;", r)
}

// Borrowed is the style with the references of another one, for characters of which the text of a file shows none.
func (x XML) Borrowed(o XML, text string) XML {
	var shown []string
	for raw := range strings.FieldsSeq(o.References) {
		if !strings.Contains(text, XML{}.reference(referred(raw))) {
			shown = append(shown, raw)
		}
	}
	x.References = bothReferences(x.References, strings.Join(shown, " "))
	return x
}

// bothReferences joins two lists of references, the first of which counts where both have one for a character.
func bothReferences(a, b string) string {
	all := strings.Fields(a)
	for raw := range strings.FieldsSeq(b) {
		if !slices.ContainsFunc(all, func(known string) bool { return referred(known) == referred(raw) }) {
			all = append(all, raw)
		}
	}
	return strings.Join(all, " ")
}

// isReferences reports whether the text is references with blanks between.
func isReferences(text string) bool {
	for raw := range strings.FieldsSeq(text) {
		if !strings.HasPrefix(raw, "&") || !strings.HasSuffix(raw, ";") || referred(raw) == utf8.RuneError {
			return false
		}
	}
	return true
}
