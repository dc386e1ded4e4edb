package container

import (
	"regexp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// The types of elements of INI-like text that are no Key=Value.
const (
	iniSection = "section"
	iniBare    = "bare"
)

// iniReader reads line by line. Of a key, origin's start is that of its line, end is where its value begins and endTag where it ends;
// of a section, start to end is its line and endTag to endTagEnd the line that closes it, if any.
type iniReader struct {
	*Document
	open     []*etree.Element // the sections around the line, below the root
	sections map[string]bool  // in lower case, where sections have closing lines; else nil
	style    iniStyle
}

func readINI(d *Document) *diag.Diagnostic {
	if i := strings.IndexFunc(d.text, notXML); i >= 0 {
		return d.fault("control-character", i, i+1, "the text holds the control character %U", d.text[i])
	}
	root := &etree.Element{Tag: "ini"}
	if problem := d.add(d.top, root, origin{}); problem != nil {
		return problem
	}
	r := iniReader{Document: d, open: []*etree.Element{root}}
	r.findClosing()
	if r.style.INI = d.Format.INI; r.style.INI == (INI{}) {
		r.style.found = true
		r.findStyle()
	}
	start := 0
	for line := range strings.Lines(d.text) {
		if problem := r.line(start, line); problem != nil {
			return problem
		}
		start += len(line)
	}
	r.release()
	if r.style.found {
		r.style.findIndent()
	}
	d.Format.INI = r.style.INI
	return nil
}

// sectionName is the name in a trimmed line that begins a section, or is empty.
func sectionName(line string) string {
	inside, ok := strings.CutPrefix(line, "[")
	inside, closed := strings.CutSuffix(inside, "]")
	if !ok || !closed {
		return ""
	}
	return inside
}

// closeLine is a closing line as the format states it.
var closeLine = regexp.MustCompile(`(?i)^\[(/\*|end ?\*?)\]$`)

// findClosing finds out whether sections have closing lines.
func (r *iniReader) findClosing() {
	sections, closed := map[string]bool{}, false
	for line := range strings.Lines(r.text) {
		name := strings.ToLower(sectionName(strings.TrimSpace(line)))
		if name == "" {
			continue
		}
		if form := closingForm(name, sections); form != "" {
			closed = true
			continue
		}
		sections[name] = true
	}
	if closed {
		r.sections = sections
	}
}

// closingForm tells how a section line in lower case closes one of the sections, * standing for its name, or is empty.
func closingForm(name string, sections map[string]bool) string {
	for _, form := range []string{"/", "end ", "end"} {
		if of, ok := strings.CutPrefix(name, form); ok && sections[of] {
			return form + "*"
		}
	}
	if name == "end" && len(sections) > 0 {
		return name
	}
	return ""
}

// line reads one line.
func (r *iniReader) line(start int, line string) *diag.Diagnostic {
	in := r.open[len(r.open)-1]
	content := strings.TrimRight(line, "\r\n")
	if !strings.HasSuffix(line, "\n") {
		content = line // a carriage return that ends no line
	}
	at := origin{start: start, end: start + len(line)}
	trimmed := strings.TrimSpace(content)
	switch {
	case trimmed == "":
	case trimmed[0] == ';' || trimmed[0] == '#':
		if strings.HasSuffix(line, "\n") || start+len(line) == len(r.text) {
			return r.add(in, etree.NewComment(content), at)
		}
	case sectionName(trimmed) != "":
		return r.section(at, line, sectionName(trimmed))
	case strings.IndexByte(trimmed, '=') > 0:
		return r.key(in, start, line, content)
	case len(r.open) > 1 && bareWord.MatchString(trimmed):
		e := &etree.Element{Tag: trimmed}
		setType(e, iniBare)
		return r.add(in, e, at)
	}
	return r.add(in, etree.NewText(toLineFeeds(line)), at)
}

var bareWord = regexp.MustCompile(`^[\pL_][\pL\pN_.\-]*$`)

// section opens or closes a section.
func (r *iniReader) section(at origin, line, name string) *diag.Diagnostic {
	if r.sections == nil {
		r.release()
		r.open = r.open[:1]
	} else if form := closingForm(strings.ToLower(name), r.sections); form != "" {
		if r.close(at, strings.ToLower(name), form) {
			r.style.closes(name, form)
			return nil
		}
		return r.add(r.open[len(r.open)-1], etree.NewText(toLineFeeds(line)), at)
	}
	if len(r.open) > MaxDepth {
		return r.tooDeep(at)
	}
	e := &etree.Element{Tag: name}
	setType(e, iniSection)
	r.style.sections.see(line, len(r.open)-1)
	problem := r.add(r.open[len(r.open)-1], e, at)
	r.open = append(r.open, e)
	return problem
}

// release gives the blank lines and comments at the end of a section that nothing closes to the root: they stand before the next one.
func (r *iniReader) release() {
	if r.sections != nil || len(r.open) == 1 {
		return
	}
	section := r.open[1]
	var last []etree.Token
	for n := len(section.Child) - 1; n >= 0; n-- {
		if _, ok := section.Child[n].(*etree.Element); ok {
			break
		}
		last = append(last, section.RemoveChildAt(n))
	}
	for _, t := range slices.Backward(last) {
		r.open[0].AddChild(t)
	}
}

// close ends the innermost section the closing line may mean; false when there is none.
func (r *iniReader) close(at origin, name, form string) bool {
	of, named := strings.CutPrefix(name, strings.TrimSuffix(form, "*"))
	for i := len(r.open) - 1; i > 0; i-- {
		e := r.open[i]
		if form != "end" && named && strings.ToLower(e.Tag) != of {
			continue
		}
		o := r.tokens[e]
		o.endTag, o.endTagEnd = at.start, at.end
		r.tokens[e] = o
		r.open = r.open[:i]
		return true
	}
	return false
}

// key reads Key=Value.
func (r *iniReader) key(in *etree.Element, start int, line, content string) *diag.Diagnostic {
	equals := strings.IndexByte(content, '=')
	e := &etree.Element{Tag: strings.TrimSpace(content[:equals])}
	value := equals + 1
	if blanks := r.style.after(); blanks != "" && strings.HasPrefix(content[value:], blanks) {
		value += len(blanks)
	}
	r.style.keys.see(line, len(r.open)-1)
	at := origin{start: start, end: start + value, endTag: start + len(content), endTagEnd: start + len(line)}
	if problem := r.add(in, e, at); problem != nil {
		return problem
	}
	text := r.style.value(content[value:])
	if text == "" {
		return nil
	}
	return r.add(e, etree.NewText(text), origin{start: at.end, end: at.endTag})
}

// iniSegment is where the characters of a value stand: those of a quoted one inside its quotes.
func iniSegment(d *Document, c *etree.CharData, at origin) segment {
	switch raw := d.text[at.start:at.end]; {
	case raw == c.Data:
		return segment{at.start, at.end, verbatim}
	case strings.HasSuffix(raw, "\n"):
		return segment{at.start, at.end, lines}
	}
	return segment{at.start + 1, at.end - 1, doubled}
}

// iniRefuses finds what no line can hold.
func iniRefuses(_ Format, text string) *diag.Diagnostic {
	if !strings.ContainsAny(text, "\r\n") && strings.IndexFunc(text, notXML) < 0 {
		return nil
	}
	return &diag.Diagnostic{ID: "line-break-in-value", Severity: diag.Error,
		Message: "a line of INI-like text cannot hold a value with line breaks or control characters",
		Help:    "in an expression, write them as escapes such as \\n"}
}

// iniStyle is how the file spells what can be spelled in several ways.
type iniStyle struct {
	INI
	found          bool // out of the file; else it is given
	closeSeen      bool
	keys, sections indents
}

// indents are the blanks before the first line in so many sections.
type indents []*string

func (in *indents) see(line string, depth int) {
	for len(*in) <= depth {
		*in = append(*in, nil)
	}
	if (*in)[depth] == nil {
		blanks := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		(*in)[depth] = &blanks
	}
}

// unit gives the indent of one level and the levels that have none; no unit where nothing is indented.
func (in indents) unit() (unit string, outdent int) {
	for depth, blanks := range in {
		switch {
		case blanks == nil || depth == 0:
		case *blanks == "":
			outdent = depth
		default:
			return (*blanks)[:len(*blanks)/(depth-outdent)], outdent
		}
	}
	return "", outdent
}

// findIndent finds how lines in sections are indented.
func (s *iniStyle) findIndent() {
	keys, keyOutdent := s.keys.unit()
	sections, sectionOutdent := s.sections.unit()
	if s.Indent = keys; keys == "" {
		s.Indent = sections
	}
	if s.Indent != "" {
		s.KeyOutdent, s.SectionOutdent = keyOutdent, sectionOutdent
	}
}

// findStyle counts the separators, and finds whether values are quoted.
func (r *iniReader) findStyle() {
	counts, best := map[string]int{}, 0
	quoted, values, more := 0, 0, false
	for line := range strings.Lines(r.text) {
		line = strings.Trim(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		equals := strings.IndexByte(line, '=')
		if trimmed == "" || trimmed[0] == ';' || trimmed[0] == '#' || equals < 0 || sectionName(trimmed) != "" {
			continue
		}
		before := line[len(strings.TrimRight(line[:equals], " \t")):equals]
		after := line[equals+1:]
		value := strings.TrimLeft(after, " \t")
		if value == "" {
			continue // whether the blanks belong to the separator cannot be seen
		}
		separator := before + "=" + after[:len(after)-len(value)]
		if counts[separator]++; counts[separator] > best && len(separator) < 32 {
			best, r.style.Separator = counts[separator], separator
		}
		values++
		if quotedINI(value) {
			quoted++
		}
		more = more || strings.HasPrefix(value, `"`) && !quotedINI(value)
	}
	switch {
	case quoted == 0 || more:
	case quoted == values:
		r.style.Quote = "always"
	default:
		r.style.Quote = "needed"
	}
	if r.style.Separator == "" {
		r.style.Separator = "="
	}
}

// quotedINI reports whether the value stands in quotes, and every quote inside is doubled.
func quotedINI(value string) bool {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return false
	}
	return !strings.Contains(strings.ReplaceAll(value[1:len(value)-1], `""`, ""), `"`)
}

// after are the blanks after the equals sign.
func (s *iniStyle) after() string { return s.Separator[strings.IndexByte(s.Separator, '=')+1:] }

// value is what a value says.
func (s *iniStyle) value(raw string) string {
	if s.Quote == "" || !quotedINI(raw) {
		return raw
	}
	return strings.ReplaceAll(raw[1:len(raw)-1], `""`, `"`)
}

// closes takes the first closing line, as it is spelled.
func (s *iniStyle) closes(name, form string) {
	if s.found && !s.closeSeen {
		s.closeSeen = true
		word := strings.TrimSuffix(form, "*")
		s.Close = "[" + name[:len(word)] + form[len(word):] + "]"
	}
}
