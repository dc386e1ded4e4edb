package container

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/diag"
)

// Facts of the registry editor's exports (learn.microsoft.com, "How to add, modify, or delete registry subkeys and values by using a
// .reg file"): a first line with the version, keys in brackets by their whole path, values as "Name"=, @ for the default one, strings
// in quotes in which \\ and \" are escapes, dword: with eight digits of hex, and hex: with bytes, whose lines a backslash continues.

// regSection is the type of a key's element, regDword that of a number's.
const (
	regSection = "section"
	regDword   = "dword"
)

// isReg reports whether the text is an export of the registry editor.
func isReg(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return strings.HasPrefix(text, "Windows Registry Editor Version ") || strings.HasPrefix(text, "REGEDIT4")
}

// regReader reads line by line. Of a value, origin's start is that of its line, end is where what it says begins and endTag where it
// ends; of a key, start to end is its line.
type regReader struct {
	*Document
	open  []*etree.Element // the keys around the line, below the root
	paths []string         // of the open keys, a backslash behind each; the root's is empty
	loose []loose          // lines that say nothing, which stand before the next key
}

// loose is a line that says nothing.
type loose struct {
	at   origin
	text string
}

// regName is the name of a value with its equals sign, a quoted one or @.
var regName = regexp.MustCompile(`^(?:"((?:[^"\\\r\n]|\\[\\"])*)"|@)=`)

// The sorts of what a value says: a string, which may hold line breaks, a number, and bytes on lines that a backslash continues.
var (
	regString = regexp.MustCompile(`^"((?:[^"\\]|\\[\\"])*)"\r?(?:\n|$)`)
	regNumber = regexp.MustCompile(`^dword:([0-9a-fA-F]{8})\r?(?:\n|$)`)
	regBytes  = regexp.MustCompile(`^(hex(?:\([0-9a-f]{1,8}\))?):((?:[0-9a-fA-F]{2}|,|\\\r?\n[ \t]*)*)\r?(?:\n|$)`)
	regKey    = regexp.MustCompile(`^\[([^-\]\r\n][^\r\n]*)\]\r?(?:\n|$)`)
)

func readReg(d *Document) *diag.Diagnostic {
	if i := strings.IndexFunc(d.text, notXML); i >= 0 {
		return d.fault("control-character", i, i+1, "the text holds the control character %U", d.text[i])
	}
	if !isReg(d.text) {
		return d.fault("malformed-reg", 0, 0, "a registry export begins with the line Windows Registry Editor Version 5.00 or REGEDIT4")
	}
	root := &etree.Element{Tag: "reg"}
	if problem := d.add(d.top, root, origin{}); problem != nil {
		return problem
	}
	r := regReader{Document: d, open: []*etree.Element{root}, paths: []string{""}}
	for start := 0; start < len(d.text); {
		end, problem := r.line(start)
		if problem != nil {
			return problem
		}
		start = end
	}
	return r.flush(root)
}

// line reads what begins at the start of a line, and gives where it ends.
func (r *regReader) line(start int) (end int, problem *diag.Diagnostic) {
	rest := r.text[start:]
	if m := regKey.FindStringSubmatchIndex(rest); m != nil {
		return start + m[1], r.key(rest[m[2]:m[3]], origin{start: start, end: start + m[1]})
	}
	if m := regName.FindStringSubmatch(rest); m != nil && len(r.open) > 1 {
		if end, problem, ok := r.value(start, m); ok {
			return end, problem
		}
	}
	end = len(r.text)
	if n := strings.IndexByte(rest, '\n'); n >= 0 {
		end = start + n + 1
	}
	r.loose = append(r.loose, loose{origin{start: start, end: end}, toLineFeeds(r.text[start:end])})
	return end, nil
}

// flush puts the lines that say nothing into the element.
func (r *regReader) flush(in *etree.Element) *diag.Diagnostic {
	for _, l := range r.loose {
		if problem := r.add(in, etree.NewText(l.text), l.at); problem != nil {
			return problem
		}
	}
	r.loose = r.loose[:0]
	return nil
}

// key begins a key inside the innermost that its path leads through.
func (r *regReader) key(path string, at origin) *diag.Diagnostic {
	last := len(r.open) - 1
	for !strings.HasPrefix(path, r.paths[last]) || path == r.paths[last] {
		last--
	}
	if last > MaxDepth {
		return r.tooDeep(at)
	}
	r.open, r.paths = r.open[:last+1], r.paths[:last+1]
	if problem := r.flush(r.open[last]); problem != nil {
		return problem
	}
	e := &etree.Element{Tag: path[len(r.paths[last]):]}
	setType(e, regSection)
	problem := r.add(r.open[last], e, at)
	r.open, r.paths = append(r.open, e), append(r.paths, path+`\`)
	return problem
}

// value reads what stands behind a name; false where it is nothing that is known.
func (r *regReader) value(start int, name []string) (end int, problem *diag.Diagnostic, ok bool) {
	at := origin{start: start, end: start + len(name[0])}
	e := &etree.Element{Tag: "@"}
	if name[0] != "@=" {
		if e.Tag = regUnescaped.Replace(name[1]); e.Tag == "@" {
			return 0, nil, false // the default's
		}
	}
	rest, text := r.text[at.end:], ""
	var where origin
	within := func(m []int, n int) {
		where, end = origin{start: at.end + m[2*n], end: at.end + m[2*n+1]}, at.end+m[1]
		text = rest[m[2*n]:m[2*n+1]]
	}
	if m := regString.FindStringSubmatchIndex(rest); m != nil {
		within(m, 1)
		text, at.endTag = regUnescaped.Replace(toLineFeeds(text)), where.end+1
	} else if m := regNumber.FindStringSubmatchIndex(rest); m != nil {
		within(m, 1)
		n, _ := strconv.ParseUint(text, 16, 32) // eight digits
		setType(e, regDword)
		text, at.endTag = strconv.FormatUint(n, 10), where.end
	} else if m := regBytes.FindStringSubmatchIndex(rest); m != nil {
		within(m, 2)
		setType(e, rest[m[2]:m[3]])
		text, at.endTag = toLineFeeds(text), where.end
	} else {
		return 0, nil, false
	}
	at.endTagEnd = end
	in := r.open[len(r.open)-1]
	if problem = r.flush(in); problem != nil {
		return end, problem, true
	}
	if problem = r.add(in, e, at); problem == nil && text != "" {
		problem = r.add(e, etree.NewText(text), where)
	}
	return end, problem, true
}

// regUnescaped undoes the escapes of names and strings.
var regUnescaped = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

// regSegment is where the characters of a value stand.
func regSegment(d *Document, c *etree.CharData, at origin) segment {
	if raw := d.text[at.start:at.end]; raw != c.Data && strings.ContainsAny(raw, "\\\r") {
		return segment{at.start, at.end, backslashed}
	}
	return segment{at.start, at.end, verbatim}
}

// regRefuses finds what no string can hold.
func regRefuses(_ Format, text string) *diag.Diagnostic {
	if strings.IndexFunc(text, notXML) < 0 {
		return nil
	}
	return &diag.Diagnostic{ID: "control-character", Severity: diag.Error, Message: "a registry export cannot hold control characters",
		Help: "in an expression, write them as escapes such as \\x00"}
}
