package container

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// maxColumns bounds the fields of a record.
const maxColumns = 1_000

// delimiters are those that are looked for, the least likely in running text first.
var delimiters = []string{"\t", "|", ";", ","}

// splitting is how a text is cut into fields.
type splitting struct {
	delimiter         string
	quotes, backslash bool
}

// row splits one record: the fields as they are spelled, and what is left of the text after its line end. False when a quote is not
// closed where a field ends.
func (s splitting) row(text string, fields []string) (found []string, rest string, ok bool) {
	for {
		n := 0
		if s.quotes && strings.HasPrefix(text, `"`) {
			if n = quotedField(text); n < 0 {
				return fields, "", false
			}
			if after := text[n:]; after != "" && !strings.HasPrefix(after, s.delimiter) && lineBreak(after) == 0 {
				return fields, "", false
			}
		} else if n = s.fieldEnd(text); n < len(text) && text[n] == '\n' && n > 0 && text[n-1] == '\r' {
			n--
		}
		fields = append(fields, text[:n])
		text = text[n:]
		if !strings.HasPrefix(text, s.delimiter) {
			return fields, text[lineBreak(text):], true
		}
		text = text[len(s.delimiter):]
	}
}

// fieldEnd is where the field without quotes ends that the text begins with.
func (s splitting) fieldEnd(text string) int {
	marks := s.delimiter + "\n"
	if s.backslash {
		marks += `\`
	}
	for at := 0; ; {
		n := strings.IndexAny(text[at:], marks)
		if n < 0 {
			return len(text)
		}
		at += n
		if text[at] != '\\' || !s.backslash {
			return at
		}
		at = min(at+2, len(text))
	}
}

// lineBreak is the length of the line end the text begins with, or 0.
func lineBreak(text string) int {
	switch {
	case strings.HasPrefix(text, "\n"):
		return 1
	case strings.HasPrefix(text, "\r\n"):
		return 2
	}
	return 0
}

// quotedField is the length of the field in quotes the text begins with, below 0 when it is not closed.
func quotedField(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '"' {
			return i + 1
		}
		i++
	}
	return -1
}

// splittingOf finds the delimiter that cuts every record into the same number of fields, the more the better: two at least, and three
// in a text of one record, as any sentence may hold one comma. Else it is the one that cuts records of several types, which their
// first fields name, each into the same number. There is no delimiter when there is none.
func splittingOf(text string) splitting {
	var best, typed splitting
	most, mostTyped := 1, 2
	for _, delimiter := range delimiters {
		s := splitting{delimiter: delimiter, backslash: escapesIn(text, delimiter)}
		s.quotes = !s.backslash && quotesIn(text, s)
		w := widthsOf(text, s)
		if w.columns > most {
			best, most = s, w.columns
		}
		if types := w.types(); types > mostTyped {
			typed, mostTyped = s, types
		}
	}
	if best.delimiter == "" {
		return typed
	}
	return best
}

// escapesIn reports whether fields hold escapes: every backslash is that of one, and some are a delimiter's or, where nothing begins
// with a quote, a backslash's.
func escapesIn(text, delimiter string) bool {
	counts := escapes(text, delimiter)
	quotes := strings.HasPrefix(text, `"`) || strings.Contains(text, delimiter+`"`) || strings.Contains(text, "\n\"")
	return counts != nil && (counts[delimiter] > 0 || counts[`\`] > 0 && !quotes)
}

// escapes counts what stands behind backslashes; nil: some are those of no escape.
func escapes(text, delimiter string) map[string]int {
	counts := map[string]int{}
	for {
		at := strings.IndexByte(text, '\\')
		if at < 0 {
			return counts
		}
		if text = text[at+1:]; text == "" || !strings.Contains(`\nrt`+delimiter, text[:1]) {
			return nil
		}
		counts[text[:1]]++
		text = text[1:]
	}
}

// widths are how many fields records have.
type widths struct {
	columns int            // of all; 0: not of all, or too many
	by      map[string]int // by the first field; below 0: not of all
	records int
	alike   int // that begin with the field that the first record does
}

func widthsOf(text string, s splitting) widths {
	w := widths{by: map[string]int{}}
	var fields []string
	same, first := true, ""
	for text != "" && w.records < sample {
		if n := lineBreak(text); n > 0 {
			text = text[n:]
			continue
		}
		fields, text, _ = s.row(text, fields[:0])
		if w.records++; w.records == 1 {
			first = fields[0]
		}
		if fields[0] == first {
			w.alike++
		}
		same = same && len(fields) <= maxColumns && (w.columns == 0 || w.columns == len(fields))
		w.columns = len(fields)
		if isLoneNumber(fields) {
			continue
		}
		if was, known := w.by[fields[0]]; known && was != len(fields) || len(fields) > maxColumns || len(fields) == 1 {
			w.by[fields[0]] = -1
		} else if len(w.by) <= maxTypes {
			w.by[fields[0]] = len(fields)
		}
	}
	if w.records == 1 {
		w.columns--
	}
	if !same {
		w.columns = 0
	}
	return w
}

// isLoneNumber tells a record that is no more than a number, as one that counts the others, and is of no type.
func isLoneNumber(fields []string) bool { return len(fields) == 1 && number.MatchString(fields[0]) }

// maxTypes bounds how many types of records there are.
const maxTypes = 16

// typeName is a first field that names a record's type.
var typeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.\-]{0,23}$`)

// types gives the columns of the widest of several types; 0: the records are not of types.
func (w widths) types() int {
	if len(w.by) < 2 || len(w.by) > maxTypes || len(w.by) == w.records {
		return 0
	}
	most := 0
	for name, columns := range w.by {
		if columns < 0 || !typeName.MatchString(name) {
			return 0
		}
		most = max(most, columns)
	}
	return most
}

// quotesIn reports whether fields stand in quotes: every quote that begins a field is closed where a field ends.
func quotesIn(text string, s splitting) bool {
	s.quotes = true
	var fields []string
	for ok := true; text != ""; {
		if fields, text, ok = s.row(text, fields[:0]); !ok {
			return false
		}
	}
	return true
}

// delimitedReader reads record by record. Of a record, start to end is its line, line end and all; of a field, the field.
type delimitedReader struct {
	*Document
	splitting
	tags  []string
	style delimitedStyle
}

func readDelimited(d *Document) *diag.Diagnostic {
	if i := strings.IndexFunc(d.text, notXML); i >= 0 {
		return d.fault("control-character", i, i+1, "the text holds the control character %U", d.text[i])
	}
	root := &etree.Element{Tag: "records"}
	if problem := d.add(d.top, root, origin{}); problem != nil {
		return problem
	}
	asked := d.Format.Delimited
	r := delimitedReader{Document: d}
	r.splitting = splitting{delimiter: asked.Delimiter, backslash: asked.Backslash}
	if asked.Delimiter == "" {
		if r.splitting = splittingOf(d.text); r.delimiter == "" {
			return d.fault("malformed-delimited", 0, 0, "no delimiter cuts all records into the same number of fields")
		}
	}
	r.quotes = asked.Quote != "never" && !r.backslash && quotesIn(d.text, r.splitting)
	if !r.quotes && asked.Delimiter != "" && asked.Quote != "never" && !r.backslash {
		return d.fault("malformed-delimited", 0, 0, "a quote that begins a field is not closed where a field ends")
	}
	if asked.Backslash && escapes(d.text, r.delimiter) == nil {
		return d.fault("malformed-delimited", 0, 0, "a backslash in a field stands before none of the delimiter, a backslash, n, r and t")
	}
	r.style.Delimiter, r.style.Backslash = r.delimiter, r.backslash
	return r.records(root, asked)
}

// records reads all lines. Whether the first is a header the dialect says, or else its look.
func (r *delimitedReader) records(root *etree.Element, asked Delimited) *diag.Diagnostic {
	start, first := 0, true
	var fields []string
	for start < len(r.text) {
		at := origin{start: start, end: start + lineBreak(r.text[start:])}
		if at.end > at.start {
			if problem := r.add(root, etree.NewText("\n"), at); problem != nil {
				return problem
			}
			start = at.end
			continue
		}
		var rest string
		fields, rest, _ = r.row(r.text[start:], fields[:0])
		at.end = len(r.text) - len(rest)
		if len(fields) > maxColumns {
			return r.fault("too-many-columns", at.start, at.end, "a record has more than the %d fields that are read", maxColumns)
		}
		start = at.end
		if first {
			first = false
			if r.isHeader(fields, rest, asked) {
				r.header = &at
				continue
			}
		}
		if problem := r.record(root, fields, at); problem != nil {
			return problem
		}
	}
	found := r.style.facts(r.quotes)
	if asked.Delimiter != "" {
		asked.Header, asked.Columns = found.Header, found.Columns
		found = asked
	} else if !r.style.even {
		found.Types = r.style.types
	}
	r.Format.Delimited = found
	return nil
}

// isHeader takes the first line for a header when the dialect has one, or when it looks like one: distinct names, followed by a record.
func (r *delimitedReader) isHeader(fields []string, rest string, asked Delimited) bool {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = r.value(f)
	}
	isHeader := len(asked.Header) > 0
	if asked.Columns == 0 && len(asked.Header) == 0 {
		w := widthsOf(r.text, r.splitting)
		isHeader = rest != "" && looksLikeHeader(names) && w.columns > 0 && w.alike == 1
	}
	if isHeader {
		r.style.Header = slices.Clone(names)
		r.style.quotedName = slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, `"`) })
	}
	r.tags = columnTags(r.style.Header)
	return isHeader
}

// looksLikeHeader reports whether the fields are names: words, no two the same.
func looksLikeHeader(names []string) bool {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] || !headerName(name) {
			return false
		}
		seen[name] = true
	}
	return true
}

// headerName reports whether a field may be a heading: it begins with a letter and has no more than letters, digits, blanks and a
// little punctuation, and it is not a whole value such as True.
func headerName(name string) bool {
	const most = 40
	if len(name) > most || name == "" || slices.Contains([]string{"true", "false", "yes", "no", "null"}, strings.ToLower(name)) {
		return false
	}
	for i, c := range name {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c > '~'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789 -.()#/", c)) {
			return false
		}
	}
	return true
}

// columnTags are the tags of fields by column: the headings that stand once and are not empty.
func columnTags(header []string) []string {
	count := map[string]int{}
	for _, h := range header {
		count[h]++
	}
	tags := make([]string, len(header))
	for i, h := range header {
		if tags[i] = h; h == "" || count[h] > 1 || columnNumber.MatchString(h) {
			tags[i] = fmt.Sprintf("f%d", i+1)
		}
	}
	return tags
}

// tagOf is the tag of the column, counted from 0.
func tagOf(tags []string, column int) string {
	if column < len(tags) {
		return tags[column]
	}
	return "f" + strconv.Itoa(column+1)
}

func (r *delimitedReader) record(root *etree.Element, fields []string, at origin) *diag.Diagnostic {
	record := &etree.Element{Tag: "record"}
	if problem := r.add(root, record, at); problem != nil {
		return problem
	}
	r.style.record(fields)
	start := at.start
	for i, raw := range fields {
		e := &etree.Element{Tag: tagOf(r.tags, i)}
		where := origin{start: start, end: start + len(raw)}
		if problem := r.add(record, e, where); problem != nil {
			return problem
		}
		r.style.see(raw, r.quotes)
		if text := r.value(raw); text != "" {
			if problem := r.add(e, etree.NewText(text), where); problem != nil {
				return problem
			}
		}
		start += len(raw) + len(r.style.Delimiter)
	}
	return nil
}

// value is what a field says.
func (r *delimitedReader) value(raw string) string {
	if r.backslash {
		return unescaped.Replace(raw)
	}
	if !r.quotes || !strings.HasPrefix(raw, `"`) {
		return raw
	}
	return strings.ReplaceAll(toLineFeeds(raw[1:len(raw)-1]), `""`, `"`)
}

// unescaped undoes escapes; a delimiter other than a tab stands for itself.
var unescaped = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\|`, "|", `\;`, ";", `\,`, ",")

// delimitedSegment is where the characters of a field stand.
func delimitedSegment(d *Document, c *etree.CharData, at origin) segment {
	switch raw := d.text[at.start:at.end]; {
	case raw == c.Data:
		return segment{at.start, at.end, verbatim}
	case raw[0] != '"' || d.Format.Delimited.Backslash:
		return segment{at.start, at.end, backslashed}
	}
	return segment{at.start + 1, at.end - 1, doubledLines}
}

// delimitedRefuses finds what no field can hold.
func delimitedRefuses(f Format, text string) *diag.Diagnostic {
	switch {
	case strings.IndexFunc(text, notXML) >= 0:
		return &diag.Diagnostic{ID: "control-character", Severity: diag.Error, Message: "delimited text cannot hold control characters",
			Help: "in an expression, write them as escapes such as \\x00"}
	case f.Delimited.Quote == "never" && !f.Delimited.Backslash && strings.ContainsAny(text, f.Delimited.Delimiter+"\r\n"):
		return &diag.Diagnostic{ID: "delimiter-in-value", Severity: diag.Error,
			Message: "the file's fields stand in no quotes, so that none can hold the delimiter or a line break"}
	}
	return nil
}

// delimitedStyle gathers how the file spells what can be spelled in several ways.
type delimitedStyle struct {
	Delimited
	quoted, bareNumber, bareText, bareQuote, crlf bool
	quotedName                                    bool // a heading in quotes
	counts                                        map[int]int
	even                                          bool           // all records have the same number of fields
	types                                         map[string]int // fields by the first
}

func (s *delimitedStyle) record(fields []string) {
	if s.counts == nil {
		s.counts, s.types, s.even = map[int]int{}, map[string]int{}, true
	}
	n := len(fields)
	if s.counts[n]++; s.counts[n] > s.counts[s.Columns] {
		s.Columns = n
	}
	s.even = s.even && len(s.counts) == 1
	if len(s.types) < maxTypes && !isLoneNumber(fields) {
		s.types[fields[0]] = max(n, s.types[fields[0]])
	}
}

func (s *delimitedStyle) see(raw string, quotes bool) {
	s.bareQuote = s.bareQuote || strings.Contains(raw, `"`) && !strings.HasPrefix(raw, `"`)
	switch {
	case quotes && strings.HasPrefix(raw, `"`):
		s.quoted = true
		s.crlf = s.crlf || strings.Contains(raw, "\r\n")
		if s.LineBreaks == "" && strings.Contains(raw, "\n") {
			s.LineBreaks = "lf"
		}
	case number.MatchString(raw):
		s.bareNumber = true
	default:
		s.bareText = s.bareText || raw != ""
	}
}

func (s *delimitedStyle) facts(quotes bool) Delimited {
	switch {
	case s.Backslash:
	case !quotes, s.bareQuote && !s.quoted && !s.quotedName:
		s.Quote = "never"
	case s.quoted && !s.bareText && !s.bareNumber:
		s.Quote = "always"
	case s.quoted && !s.bareText:
		s.Quote = "text"
	}
	if s.crlf {
		s.LineBreaks = "crlf"
	}
	if len(s.Header) > 0 {
		s.Columns = 0
	}
	return s.Delimited
}
