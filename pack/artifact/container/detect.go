package container

import (
	"regexp"
	"strings"

	"github.com/kpgen/kpgen/pack/diag"
)

// detect tells the syntax of a text.
func (d *Document) detect() *diag.Diagnostic {
	start := strings.TrimLeft(d.text, " \t\r\n")
	switch {
	case start == "":
		return d.fault("empty-file", 0, 0, "the file is empty; expected XML, JSON, INI-like or delimited text or a registry export")
	case start[0] == '<':
		d.Format.Format = "xml"
	case start[0] == '{' || start[0] == '[' && jsonList.MatchString(start):
		d.Format.Format = "json"
	case isReg(d.text):
		d.Format.Format = "reg"
	case looksLikeINI(d.text, 1):
		d.Format.Format = "ini"
	default:
		return d.detectLoose(start)
	}
	return nil
}

// detectLoose tells delimited text, and INI-like text with much besides.
func (d *Document) detectLoose(start string) *diag.Diagnostic {
	if splittingOf(d.text).delimiter != "" {
		d.Format.Format = "delimited"
		return nil
	}
	if looksLikeINI(d.text, 2) {
		d.Format.Format = "ini"
		return nil
	}
	if name := binaryName([]byte(d.text), false); name != "" {
		return d.unreadable(name, "")
	}
	if base64Text.MatchString(start) {
		return d.unreadable("one text in Base64", "decode it first, as base64 -d does, and give what comes out")
	}
	return d.unreadable("text of no known form", "")
}

// base64Text is a long text that is all Base64.
var base64Text = regexp.MustCompile(`^[A-Za-z0-9+/\r\n]{64,}={0,2}\s*$`)

// jsonList tells a list of JSON from the section line of an INI file: [1] and [true] could be either and are taken for JSON.
var jsonList = regexp.MustCompile(`^\[\s*(?:[\[{"\]]|-?[0-9][0-9.eE+-]*\s*[,\]]|(?:true|false|null)\s*[,\]])`)

// keyLine is a line that is likely a key of an INI file: words, then an equals sign.
var keyLine = regexp.MustCompile(`^[ \t]*[\pL_][\pL\pN_ .\-/#:]{0,63}=`)

// sample is how many lines or records are looked at to tell a syntax.
const sample = 10_000

// looksLikeINI reports whether the text has keys, and one line in as many as every is one, a section, a comment or blank.
func looksLikeINI(text string, every int) bool {
	lines, known, keys, sections := 0, 0, 0, 0
	for line := range strings.Lines(text) {
		if lines == sample {
			break
		}
		line = strings.Trim(line, " \t\r\n")
		lines++
		switch {
		case line == "" || line[0] == ';' || line[0] == '#':
			known++
		case sectionName(line) != "":
			known++
			sections++
		case keyLine.MatchString(line):
			known++
			keys++
		}
	}
	return keys > 0 && (known*every >= lines || sections > 0 && keys > sections) || sections > 0 && known == lines
}
