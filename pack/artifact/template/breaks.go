package template

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// breaks spells a line break as a text of its own, as in {description|breaks <br>}, and changes nothing else. A text that holds
// that text cannot be written, as it would be read as a line break.
type breaks string

func (b breaks) write(text string) (string, bool) {
	return strings.ReplaceAll(text, "\n", string(b)), !strings.Contains(text, string(b))
}

func (b breaks) read(text string) (string, bool) {
	return strings.ReplaceAll(text, string(b), "\n"), true
}

// Breaks gives the form that writes a line break as a text.
func Breaks(text string) string { return "breaks " + Joint(text) }

// breaksOf finds such a form.
func breaksOf(name string) (Form, bool) {
	text, ok := strings.CutPrefix(name, "breaks ")
	return breaks(jointMarks.Replace(text)), ok && text != ""
}

// perhapsBroken warns of a text that holds what stands for a line break in other texts, where no form of its own says whether it does
// here: an expression's own \n, or a line break. One character may stand for anything.
func (r *reader) perhapsBroken(p *place, it *item, plain string, at container.Place) {
	told := slices.ContainsFunc(p.forms, func(f Form) bool { _, is := f.(breaks); return is })
	if told || p.list != nil || p.refs[0].Type.Kind() != reflect.String {
		return
	}
	for _, b := range r.t.breaks {
		path := p.refs[0].Path(it.path)
		if len(b) < 2 || !strings.Contains(plain, string(b)) || !r.firstAt("breaks "+fields.Generic(path)) {
			continue
		}
		r.Found = append(r.Found, diag.Diagnostic{ID: "perhaps-line-break", Severity: diag.Warning, Span: at.Span(-1, -1), Path: path,
			Message: fmt.Sprintf("%q is a line break in other texts of the dialect; it is kept as it stands, here and in each such text", string(b)),
			Help:    fmt.Sprintf("if it is one here, add the form %s to the place %s in the dialect's template", Breaks(string(b)), p.source)})
	}
}

// What .NET's XmlConvert and PowerShell's Export-Clixml write for characters: _x000A_ for a line feed.
var hexCode = regexp.MustCompile(`_[xX][0-9A-Fa-f]{4}_`)

// escapeHexCodes writes control characters as such codes, and the underscore of what would be read as one.
func escapeHexCodes(s string) string {
	s = hexCode.ReplaceAllStringFunc(s, func(code string) string { return "_x005F" + code })
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) {
			fmt.Fprintf(&b, "_x%04X_", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// hexCodes are codes side by side, of which two may be one character of UTF-16.
var hexCodes = regexp.MustCompile(`(?:_[xX][0-9A-Fa-f]{4}_)+`)

func unescapeHexCodes(s string) (string, bool) {
	return hexCodes.ReplaceAllStringFunc(s, func(codes string) string {
		var units []uint16
		for _, code := range hexCode.FindAllString(codes, -1) {
			n, _ := strconv.ParseUint(code[2:6], 16, 16) // as the expression has it
			units = append(units, uint16(n))
		}
		return string(utf16.Decode(units))
	}), true
}
