package artifact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	texttemplate "text/template"
	"unicode"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/templates"
)

// Runsheet writes RUNSHEET.md: what to do on the log source's side, then the values of every console screen in the guide's import
// order, so that a person can enter or check the pack by hand. The parameters fill {{name}} in the setup steps, over their
// defaults; one the pack does not declare is an error, and one without a value stays as it is written. The error is a diag.List.
func Runsheet(p *pack.Pack, params map[string]string) ([]byte, error) {
	text, found := writeSheet(p, params)
	return text, found.Err()
}

func writeSheet(p *pack.Pack, params map[string]string) ([]byte, diag.List) {
	s := sheet{Pack: p, values: map[string]string{}, Listing: List(p)}
	for _, param := range p.Parameters {
		s.values[param.Name] = param.Default
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if _, known := s.values[name]; !known {
			s.report("parameters", name)
		}
		s.values[name] = params[name]
	}
	for i, step := range p.Setup {
		at := fmt.Sprintf("setup[%d].", i)
		step.Command = s.fill(at+"command", step.Command)
		step.Note = s.fill(at+"note", step.Note)
		s.Steps = append(s.Steps, step)
	}
	if len(s.found) > 0 {
		return nil, s.found
	}
	var b bytes.Buffer
	if err := runsheet().Execute(&b, &s); err != nil {
		panic(err) // the template and the model are both compiled in
	}
	return b.Bytes(), nil
}

// sheet is what the template sees.
type sheet struct {
	*pack.Pack
	Steps   []pack.Step // with their parameters filled in
	Listing Listing
	values  map[string]string
	found   diag.List
}

// Value is that of a parameter.
func (s *sheet) Value(name string) string { return s.values[name] }

var parameter = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}`)

// fill puts the parameters' values into a step's text.
func (s *sheet) fill(path, text string) string {
	return parameter.ReplaceAllStringFunc(text, func(written string) string {
		name := parameter.FindStringSubmatch(written)[1]
		value, known := s.values[name]
		if !known {
			s.report(path, name)
		}
		if value == "" {
			return written
		}
		return value
	})
}

func (s *sheet) report(path, name string) {
	d := diag.Diagnostic{ID: "unknown-parameter", Message: fmt.Sprintf("the pack has no parameter %q", diag.Clip(name))}
	if len(s.Parameters) > 0 {
		var names []string
		for _, p := range s.Parameters {
			names = append(names, p.Name)
		}
		d.Help = "its parameters: " + strings.Join(names, ", ")
	}
	s.found = append(s.found, atPath(path, d))
}

var runsheet = sync.OnceValue(func() *texttemplate.Template {
	return texttemplate.Must(texttemplate.New(RunsheetName).Funcs(texttemplate.FuncMap{
		"fence": fence, "value": value, "values": values, "line": line, "prose": prose, "yes": yes, "number": func(i int) int { return i + 1 },
	}).Parse(templates.Runsheet()))
})

// fence is a text to enter, in a fence longer than any run of backticks in it. What a page cannot show is spelled out below.
func fence(text string) string {
	marks := "```"
	for strings.Contains(text, marks) {
		marks += "`"
	}
	b := marks + "\n" + text + "\n" + marks
	if strings.TrimSpace(text) == text && plain(strings.ReplaceAll(text, "\n", "")) {
		return b
	}
	return b + "\n\nExactly, as a JSON text: " + code(quote(text))
}

// value is a short text to enter, in a table cell: as it is, or in double quotes as a JSON text if blanks at its ends, line ends
// or quotes would mislead.
func value(text any) string {
	s := fmt.Sprint(text)
	switch {
	case s == "":
		return "(empty)"
	case !plain(s) || strings.HasPrefix(s, `"`):
		return code(quote(s))
	}
	return code(s)
}

// values is a list of such texts.
func values(list []string) string {
	shown := make([]string, len(list))
	for i, s := range list {
		shown[i] = value(s)
	}
	return strings.Join(shown, ", ")
}

// plain reports whether a page shows the text as it is.
func plain(s string) bool {
	return strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// code is a code span that holds in a table: one with a bar or a backtick is written in HTML, all punctuation as references.
func code(s string) string {
	if !strings.ContainsAny(s, "|`") {
		return "`" + s + "`"
	}
	var b strings.Builder
	for _, r := range s {
		if r < unicode.MaxASCII && unicode.In(r, unicode.P, unicode.S) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return "<code>" + b.String() + "</code>"
}

// quote is the text as a JSON text.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always marshals
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var markup = regexp.MustCompile("[\\\\`*_\\[\\]<>|&#~]")

// line is running text in which nothing is Markdown; its line ends become breaks, which a table takes.
func line(s string) string {
	if strings.TrimSpace(s) == "" {
		return "(empty)"
	}
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i, l := range lines {
		lines[i] = markup.ReplaceAllString(strings.Join(strings.Fields(l), " "), `\$0`)
	}
	return strings.Join(lines, "<br>")
}

// prose is a description to enter: running text, or as a value where that would not say it to the letter.
func prose(s string) string {
	if text := strings.TrimSuffix(s, "\n"); strings.TrimSpace(text) != text || markup.MatchString(text) {
		return value(s)
	}
	return line(s)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
