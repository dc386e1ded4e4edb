package container

import (
	"cmp"
	"fmt"
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

// row splits one record: the fields as they are spelled, and what is left of the text after its line end. False when a quote is not
// closed where a field ends.
func row(text, delimiter string, quotes bool, fields []string) (found []string, rest string, ok bool) {
	for {
		n := 0
		if quotes && strings.HasPrefix(text, `"`) {
			if n = quotedField(text); n < 0 {
				return fields, "", false
			}
			if after := text[n:]; after != "" && !strings.HasPrefix(after, delimiter) && lineBreak(after) == 0 {
				return fields, "", false
			}
		} else if n = strings.IndexAny(text, delimiter+"\n"); n < 0 {
			n = len(text)
		} else if text[n] == '\n' && n > 0 && text[n-1] == '\r' {
			n--
		}
		fields = append(fields, text[:n])
		text = text[n:]
		if !strings.HasPrefix(text, delimiter) {
			return fields, text[lineBreak(text):], true
		}
		text = text[len(delimiter):]
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

// delimiterOf finds the delimiter that cuts every record into the same number of fields, the more the better: two at least, and
// three in a text of one record, as any sentence may hold one comma. It is empty when there is none.
func delimiterOf(text string) string {
	best, most := "", 1
	for _, delimiter := range delimiters {
		quotes := quotesIn(text, delimiter)
		columns, records := 0, 0
		var fields []string
		for rest := text; rest != "" && records < sample; {
			if n := lineBreak(rest); n > 0 {
				rest = rest[n:]
				continue
			}
			fields, rest, _ = row(rest, delimiter, quotes, fields[:0])
			if records++; columns > 0 && len(fields) != columns || len(fields) > maxColumns {
				columns = 0
				break
			}
			columns = len(fields)
		}
		if records == 1 {
			columns--
		}
		if columns > most {
			best, most = delimiter, columns
		}
	}
	return best
}

// raggedDelimiterOf finds the delimiter of records of several sorts, each with a width of its own, that begin with the name of their
// sort: of a sort that stands several times, all have as many fields. It is empty when there is none.
func raggedDelimiterOf(text string) string {
	for _, delimiter := range delimiters {
		quotes := quotesIn(text, delimiter)
		widths, times, wide := map[string]int{}, map[string]int{}, 0
		var fields []string
		records, fits := 0, true
		for rest := text; rest != "" && fits && records < sample; {
			if n := lineBreak(rest); n > 0 {
				rest = rest[n:]
				continue
			}
			fields, rest, _ = row(rest, delimiter, quotes, fields[:0])
			records++
			name, known := fields[0], widths[fields[0]]
			fits = (known == 0 || known == len(fields)) && len(fields) <= maxColumns && len(widths) <= maxRecordSorts
			widths[name] = len(fields)
			if times[name]++; times[name] == 2 && len(fields) > 2 {
				wide++
			}
		}
		if fits && wide > 0 && len(widths) < records {
			return delimiter
		}
	}
	return ""
}

// maxRecordSorts bounds how many sorts of records a text has.
const maxRecordSorts = 24

// quotesIn reports whether fields stand in quotes: every quote that begins a field is closed where a field ends.
func quotesIn(text, delimiter string) bool {
	var fields []string
	for ok := true; text != ""; {
		if fields, text, ok = row(text, delimiter, true, fields[:0]); !ok {
			return false
		}
	}
	return true
}

// delimitedReader reads record by record. Of a record, start to end is its line, line end and all; of a field, the field.
type delimitedReader struct {
	*Document
	tags   []string
	quotes bool
	style  delimitedStyle
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
	if r.style.Delimiter = asked.Delimiter; asked.Delimiter == "" {
		if r.style.Delimiter = cmp.Or(delimiterOf(d.text), raggedDelimiterOf(d.text)); r.style.Delimiter == "" {
			return d.fault("malformed-delimited", 0, 0, "no delimiter cuts all records into the same number of fields")
		}
	}
	r.quotes = asked.Quote != "never" && quotesIn(d.text, r.style.Delimiter)
	if !r.quotes && asked.Delimiter != "" && asked.Quote != "never" {
		return d.fault("malformed-delimited", 0, 0, "a quote that begins a field is not closed where a field ends")
	}
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
		fields, rest, _ = row(r.text[start:], r.style.Delimiter, r.quotes, fields[:0])
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
	if asked.Columns == 0 && len(asked.Header) == 0 && !asked.Ragged {
		isHeader = rest != "" && looksLikeHeader(names) && !r.beginsAlike(fields[0], len(fields), rest)
	}
	if isHeader {
		r.style.Header = slices.Clone(names)
	}
	r.tags = columnTags(r.style.Header)
	return isHeader
}

// beginsAlike reports whether a record of the next ones begins with the first field, too, as those of one sort do, or has another width.
func (r *delimitedReader) beginsAlike(first string, width int, rest string) bool {
	var fields []string
	for range maxRecordSorts {
		if rest == "" {
			break
		}
		if fields, rest, _ = row(rest, r.style.Delimiter, r.quotes, fields[:0]); len(fields) > 1 && (fields[0] == first || len(fields) != width) {
			return true
		}
	}
	return false
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
	r.style.record(len(fields))
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
	if !r.quotes || !strings.HasPrefix(raw, `"`) {
		return raw
	}
	return strings.ReplaceAll(toLineFeeds(raw[1:len(raw)-1]), `""`, `"`)
}

// delimitedSegment is where the characters of a field stand.
func delimitedSegment(d *Document, c *etree.CharData, at origin) segment {
	if raw := d.text[at.start:at.end]; raw == c.Data || raw[0] != '"' {
		return segment{at.start, at.end, verbatim}
	}
	return segment{at.start + 1, at.end - 1, doubledLines}
}

// delimitedRefuses finds what no field can hold.
func delimitedRefuses(f Format, text string) *diag.Diagnostic {
	switch {
	case strings.IndexFunc(text, notXML) >= 0:
		return &diag.Diagnostic{ID: "control-character", Severity: diag.Error, Message: "delimited text cannot hold control characters",
			Help: "in an expression, write them as escapes such as \\x00"}
	case f.Delimited.Quote == "never" && strings.ContainsAny(text, f.Delimited.Delimiter+"\r\n"):
		return &diag.Diagnostic{ID: "delimiter-in-value", Severity: diag.Error,
			Message: "the file's fields stand in no quotes, so that none can hold the delimiter or a line break"}
	}
	return nil
}

// delimitedStyle gathers how the file spells what can be spelled in several ways.
type delimitedStyle struct {
	Delimited
	quoted, bareNumber, bareText, crlf bool
	bareQuote                          bool // a quote stands in a field that is in none
	counts                             map[int]int
}

func (s *delimitedStyle) record(fields int) {
	if s.counts == nil {
		s.counts = map[int]int{}
	}
	if s.counts[fields]++; s.counts[fields] > s.counts[s.Columns] {
		s.Columns = fields
	}
}

func (s *delimitedStyle) see(raw string, quotes bool) {
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
		s.bareQuote = s.bareQuote || strings.Contains(raw, `"`)
	}
}

func (s *delimitedStyle) facts(quotes bool) Delimited {
	switch {
	case !quotes, s.bareQuote && !s.quoted:
		s.Quote = "never"
	case s.quoted && !s.bareText && !s.bareNumber:
		s.Quote = "always"
	case s.quoted && !s.bareText:
		s.Quote = "text"
	}
	if s.crlf {
		s.LineBreaks = "crlf"
	}
	if s.Ragged = len(s.counts) > 1 && len(s.Header) == 0; s.Ragged || len(s.Header) > 0 {
		s.Columns = 0
	}
	return s.Delimited
}
