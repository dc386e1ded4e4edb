package load

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// scalar says which bytes of a file each byte of a scalar's value was written as. The YAML parser tells a value and where it
// starts; the way between the two (quotes, escapes, folded lines, a block's indentation) is walked again here, and the result
// is trusted only when it spells the parser's value.
type scalar struct {
	start, end int // the token in the file, quotes or block header included
	pieces     []piece
}

// piece maps bytes of the value to bytes of the file: byte by byte when n == size, as copied text does, else as one unit (an
// escape, a folded line break).
type piece struct {
	at, n     int // in the value
	off, size int // in the file
}

// where gives the file's bytes for value[from:to].
func (s scalar) where(from, to int) (int, int) {
	if len(s.pieces) == 0 {
		return s.start, s.end
	}
	start, _ := s.find(from)
	if to <= from {
		return start, start
	}
	_, end := s.find(to - 1)
	return start, max(start, end)
}

// find gives the file's bytes for the value's byte i; past the value's end it is the end of its last piece.
func (s scalar) find(i int) (from, to int) {
	lo, hi := 0, len(s.pieces)
	for lo < hi {
		mid := (lo + hi) / 2
		if p := s.pieces[mid]; p.at+p.n <= i {
			lo = mid + 1
			continue
		}
		hi = mid
	}
	if lo == len(s.pieces) {
		last := s.pieces[lo-1]
		return last.off + last.size, last.off + last.size
	}
	p := s.pieces[lo]
	if p.n != p.size {
		return p.off, p.off + p.size
	}
	return p.off + i - p.at, p.off + i - p.at + 1
}

// scan finds a scalar node's token and the pieces of its value. When the walk does not spell the value, the token is the place
// where the node begins and there are no pieces.
func (s *source) scan(n *yaml.Node) scalar {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scanned != n {
		s.scanned, s.last = n, s.walk(n)
	}
	return s.last
}

func (s *source) walk(n *yaml.Node) scalar {
	start := s.offset(n.Line, n.Column)
	if n.Value == "" && n.Style&^yaml.TaggedStyle == 0 { // nothing is written but perhaps an anchor or a tag
		return scalar{start: start, end: start}
	}
	start = s.skipProperties(start, n)
	w := walker{text: s.text, pos: start, want: n.Value}
	ok := false
	switch {
	case n.Style&yaml.LiteralStyle != 0, n.Style&yaml.FoldedStyle != 0:
		return s.scanBlock(start, n)
	case n.Style&yaml.SingleQuotedStyle != 0:
		ok = w.quoted('\'', w.single)
	case n.Style&yaml.DoubleQuotedStyle != 0:
		ok = w.quoted('"', w.double)
	default:
		ok = w.plain()
	}
	if !ok || w.out.String() != n.Value {
		return scalar{start: start, end: start}
	}
	return scalar{start: start, end: w.pos, pieces: w.pieces}
}

// skipProperties passes over a node's anchor and tag, and the blanks, comments and line breaks that may follow them.
func (s *source) skipProperties(i int, n *yaml.Node) int {
	for i < len(s.text) && (s.text[i] == '&' || s.text[i] == '!') {
		if s.text[i] == '&' {
			i = s.skipBlankAndComments(i + len("&") + len(n.Anchor))
			continue
		}
		for i < len(s.text) && !isBlank(s.text[i]) && !isBreak(s.text[i:]) {
			i++
		}
		i = s.skipBlankAndComments(i)
	}
	return i
}

func (s *source) skipBlankAndComments(i int) int {
	for i < len(s.text) {
		n, _ := lineBreak(s.text[i:])
		switch {
		case isBlank(s.text[i]):
			i++
		case n > 0:
			i += n
		case s.text[i] == '#':
			for i < len(s.text) && !isBreak(s.text[i:]) {
				i++
			}
		default:
			return i
		}
	}
	return i
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isBreak(s string) bool {
	n, _ := lineBreak(s)
	return n > 0
}

// walker spells a scalar's value again, noting for each part of it where it stands.
type walker struct {
	text   string
	pos    int
	want   string // what is to come out, which ends a plain scalar
	out    strings.Builder
	pieces []piece
}

// emit adds a part of the value, written as text[off:off+size]. Parts as long as their writing join: they map byte by byte.
func (w *walker) emit(value string, off, size int) {
	if value == "" {
		return
	}
	p := piece{at: w.out.Len(), n: len(value), off: off, size: size}
	w.out.WriteString(value)
	if last := len(w.pieces) - 1; last >= 0 && p.n == p.size {
		if q := &w.pieces[last]; q.n == q.size && q.off+q.size == off {
			q.n += p.n
			q.size += p.size
			return
		}
	}
	w.pieces = append(w.pieces, p)
}

// plain walks an unquoted scalar.
func (w *walker) plain() bool {
	for w.out.Len() < len(w.want) {
		if w.pos >= len(w.text) {
			return false
		}
		if !w.blanks() {
			w.char()
		}
	}
	return true
}

// quoted walks from quote to quote; unit takes the quote character's own escapes and tells whether it took something.
func (w *walker) quoted(quote byte, unit func() (took, ok bool)) bool {
	if w.pos >= len(w.text) || w.text[w.pos] != quote {
		return false
	}
	w.pos++
	for w.pos < len(w.text) {
		took, ok := unit()
		if !ok {
			return false
		}
		if took || w.blanks() {
			continue
		}
		if w.text[w.pos] == quote {
			w.pos++
			return true
		}
		w.char()
	}
	return false
}

func (w *walker) char() {
	_, n := utf8.DecodeRuneInString(w.text[w.pos:])
	w.emit(w.text[w.pos:w.pos+n], w.pos, n)
	w.pos += n
}

// blanks takes a run of white space. A run with a line break in it is folded (YAML 1.2.2 section 6.5): one break is a space, more
// are one break less. It tells whether there was a run.
func (w *walker) blanks() bool {
	start, breaks := w.pos, []string(nil)
	i := start
	for i < len(w.text) {
		n, _ := lineBreak(w.text[i:])
		if n == 0 && !isBlank(w.text[i]) {
			break
		}
		if n > 0 {
			breaks = append(breaks, normalBreak(w.text[i:i+n]))
		}
		i += max(n, 1)
	}
	if i == start {
		return false
	}
	value := w.text[start:i]
	if len(breaks) > 0 {
		value = foldBreaks(breaks)
	}
	w.emit(value, start, i-start)
	w.pos = i
	return true
}

// normalBreak is what the parser makes of a line break: LF, but LS and PS stay themselves.
func normalBreak(s string) string {
	if s[0] == 0xE2 {
		return s
	}
	return "\n"
}

func foldBreaks(breaks []string) string {
	if breaks[0] != "\n" {
		return strings.Join(breaks, "")
	}
	if len(breaks) == 1 {
		return " "
	}
	return strings.Join(breaks[1:], "")
}

// single takes the doubled quote of a single-quoted scalar.
func (w *walker) single() (took, ok bool) {
	if !strings.HasPrefix(w.text[w.pos:], "''") {
		return false, true
	}
	w.emit("'", w.pos, 2)
	w.pos += 2
	return true, true
}

// escapes of one character (YAML 1.2.2 section 5.7).
var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b",
	' ': " ", '"': "\"", '/': "/", '\\': "\\", 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// double takes an escape of a double-quoted scalar, an escaped line break among them.
func (w *walker) double() (took, ok bool) {
	if w.text[w.pos] != '\\' {
		return false, true
	}
	rest := w.text[w.pos+1:]
	if rest == "" {
		return false, false
	}
	if n, _ := lineBreak(rest); n > 0 {
		w.pos += 1 + n
		w.escapedBreak()
		return true, true
	}
	if v, known := escapes[rest[0]]; known {
		w.emit(v, w.pos, 2)
		w.pos += 2
		return true, true
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[rest[0]]
	if digits == 0 || len(rest) < 1+digits {
		return false, false
	}
	code, err := strconv.ParseUint(rest[1:1+digits], 16, 32)
	if err != nil {
		return false, false
	}
	w.emit(string(rune(code)), w.pos, 2+digits)
	w.pos += 2 + digits
	return true, true
}

// escapedBreak passes over what follows an escaped line break: blanks, and breaks that stand for themselves.
func (w *walker) escapedBreak() {
	for w.pos < len(w.text) {
		n, _ := lineBreak(w.text[w.pos:])
		switch {
		case n > 0:
			w.emit(normalBreak(w.text[w.pos:w.pos+n]), w.pos, n)
			w.pos += n
		case isBlank(w.text[w.pos]):
			w.pos++
		default:
			return
		}
	}
}

// scanBlock walks a literal or folded block scalar. Its indentation hangs on the parent's, which a node does not tell; the
// indentation that spells the value is the right one.
func (s *source) scanBlock(start int, n *yaml.Node) scalar {
	h, body := s.blockHeader(start)
	first, last := h.indent, h.indent+s.widestIndent(body)
	if h.indent == 0 {
		first = s.widestIndent(body) // at least 1, except at the top of a document
		last = first + 1             // where that line is a comment behind a block of empty lines only
	}
	for indent := first; indent <= last; indent++ {
		w := walker{text: s.text, pos: body}
		b := block{walker: &w, indent: indent, folded: n.Style&yaml.FoldedStyle != 0, chomp: h.chomp}
		b.walk()
		if w.out.String() == n.Value {
			return scalar{start: start, end: max(w.pos, body), pieces: w.pieces}
		}
	}
	return scalar{start: start, end: start}
}

// header of a block scalar: the chomping indicator '+', '-' or 0, the indentation indicator or 0.
type header struct {
	chomp  byte
	indent int
}

// blockHeader reads the header at i and gives the offset of the line after it.
func (s *source) blockHeader(i int) (header, int) {
	var h header
	for i++; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '+' || c == '-':
			h.chomp = c
		case c >= '1' && c <= '9':
			h.indent = int(c - '0')
		default:
			for i < len(s.text) && !isBreak(s.text[i:]) {
				i++
			}
			n, _ := lineBreak(s.text[i:])
			return h, i + n
		}
	}
	return h, i
}

// widestIndent is the indentation of the first line that is not empty, or of an emptier one before it that is longer: what the
// parser takes for the block's when its header names none, and more than any it can name.
func (s *source) widestIndent(i int) int {
	widest := 0
	for i < len(s.text) {
		start := i
		for i < len(s.text) && s.text[i] == ' ' {
			i++
		}
		widest = max(widest, i-start)
		n, _ := lineBreak(s.text[i:])
		if n == 0 {
			break
		}
		i += n
	}
	return widest
}

// block walks the lines of a block scalar.
type block struct {
	*walker
	indent int
	folded bool
	chomp  byte

	pending      []breakAt // line breaks seen and not yet written
	afterBlank   bool      // the line before began with a blank, which keeps the breaks around it
	hasContent   bool
	contentBreak bool // pending[0] ends a line of content
}

// breakAt is a line break in the file.
type breakAt struct {
	value     string
	off, size int
}

func (b *block) walk() {
	for {
		b.emptyLines()
		if !b.content() {
			break
		}
	}
	b.finish()
}

// emptyLines collects the breaks of lines that hold at most the indentation.
func (b *block) emptyLines() {
	for b.pos < len(b.text) {
		i := b.pos
		for i < len(b.text) && i-b.pos < b.indent && b.text[i] == ' ' {
			i++
		}
		if !b.lineEnd(i, i > b.pos) {
			return
		}
	}
}

// lineEnd takes the line break at i. The end of the text is one, too, after a line of blanks.
func (b *block) lineEnd(i int, blanks bool) bool {
	n, _ := lineBreak(b.text[i:])
	switch {
	case n > 0:
		b.pending = append(b.pending, breakAt{normalBreak(b.text[i : i+n]), i, n})
	case i == len(b.text) && blanks:
		b.pending = append(b.pending, breakAt{"\n", i, 0})
	default:
		return false
	}
	b.pos = i + n
	return true
}

// content takes one line of text and tells whether there was one at this indentation.
func (b *block) content() bool {
	i := b.pos
	for i < len(b.text) && i-b.pos < b.indent && b.text[i] == ' ' {
		i++
	}
	if i-b.pos < b.indent || i >= len(b.text) {
		return false
	}
	b.writeBreaks(isBlank(b.text[i]))
	b.afterBlank = isBlank(b.text[i])
	start := i
	for i < len(b.text) && !isBreak(b.text[i:]) {
		i++
	}
	b.emit(b.text[start:i], start, i-start)
	b.pos = i
	b.hasContent = true
	b.contentBreak = b.lineEnd(i, strings.Trim(b.text[start:i], " \t") == "")
	return true
}

// writeBreaks writes the breaks before a line: a folded block joins two lines of text with a space, unless one of them begins
// with a blank or empty lines stand between them (YAML 1.2.2 section 8.1.3).
func (b *block) writeBreaks(beforeBlank bool) {
	pending := b.pending
	if b.folded && b.contentBreak && !b.afterBlank && !beforeBlank && pending[0].value == "\n" {
		if len(pending) == 1 {
			b.emit(" ", pending[0].off, pending[0].size)
		}
		pending = pending[1:]
	}
	for _, p := range pending {
		b.emit(p.value, p.off, p.size)
	}
	b.pending, b.contentBreak = nil, false
}

// finish writes the breaks the chomping indicator keeps.
func (b *block) finish() {
	for i, p := range b.pending {
		last := i == 0 && b.contentBreak
		if b.chomp == '+' || b.chomp == 0 && last {
			b.emit(p.value, p.off, p.size)
		}
	}
}
