package container

import (
	"fmt"
	"slices"
	"strings"
)

// Format is how a file holds a tree: what a dialect.yaml states below container, and what reading found. The facts of style are for
// what is written new; their zero values are the plainest style there is.
type Format struct {
	Format        string    `yaml:"format"`                    // xml, json, ini, reg, delimited or zip
	Parts         bool      `yaml:"parts,omitempty"`           // several documents one after the other
	Wrap          string    `yaml:"wrap,omitempty"`            // gzip, or nothing
	Charset       string    `yaml:"charset,omitempty"`         // utf-8, utf-16le, utf-16be or windows-1252
	ByteOrderMark bool      `yaml:"byte_order_mark,omitempty"` // of the Unicode character sets
	LineEnds      string    `yaml:"line_ends,omitempty"`       // lf or crlf
	Declaration   string    `yaml:"declaration,omitempty"`     // of XML, with the white space after it
	XML           XML       `yaml:"xml,omitempty"`
	JSON          JSON      `yaml:"json,omitempty"`
	INI           INI       `yaml:"ini,omitempty"`
	Delimited     Delimited `yaml:"delimited,omitempty"`
	Entries       []Entry   `yaml:"entries,omitempty"` // of a zip archive
}

// XML is the style of XML.
type XML struct {
	Empty            string `yaml:"empty,omitempty"`             // the end of an element without content: "/>" (also when empty), " />" or "></>"
	Quote            string `yaml:"quote,omitempty"`             // around attribute values: `"` (also when empty) or `'`
	Escapes          string `yaml:"escapes,omitempty"`           // which of > " ' tab and line feed in texts are written as references though they need not be
	AttributeEscapes string `yaml:"attribute_escapes,omitempty"` // which of > " ' in attribute values
	ASCII            bool   `yaml:"ascii,omitempty"`             // all others are written as references
	LineBreaks       string `yaml:"line_breaks,omitempty"`       // inside texts: lf; empty: as the line ends
	RootAttributes   string `yaml:"root_attributes,omitempty"`   // white space before each attribute of the root element but the first; empty: a blank
	References       string `yaml:"references,omitempty"`        // that are spelled otherwise than by name, or else by &#x…;, as in "&#39; &#10;"
}

// JSON is the style of JSON.
type JSON struct {
	Indent   string `yaml:"indent,omitempty"`    // of one level; empty: all on one line
	End      string `yaml:"end,omitempty"`       // the white space after the value
	Colon    string `yaml:"colon,omitempty"`     // with the blanks around it; empty: ":"
	Comma    string `yaml:"comma,omitempty"`     // on one line, with the blanks around it; empty: ","
	Escapes  string `yaml:"escapes,omitempty"`   // which ASCII characters are escaped by their numbers though they need not be; / by a backslash
	ASCII    bool   `yaml:"ascii,omitempty"`     // all others are escaped
	UpperHex bool   `yaml:"upper_hex,omitempty"` // \u00E9, not \u00e9
}

// INI is the style of INI-like text.
type INI struct {
	Separator string `yaml:"separator,omitempty"` // "=" with the blanks around it; a dialect states it
	Quote     string `yaml:"quote,omitempty"`     // values in double quotes, doubled inside: always, needed or, when empty, never
	Close     string `yaml:"close,omitempty"`     // the line that ends a section, * for its name: "[End]", "[/*]"; empty: none
	Indent    string `yaml:"indent,omitempty"`    // of one level of sections: of a key by the sections around it, of a section by those around that
	// The levels by which keys and sections are indented less.
	KeyOutdent     int `yaml:"key_outdent,omitempty"`
	SectionOutdent int `yaml:"section_outdent,omitempty"`
}

// Delimited is the style of delimited text.
type Delimited struct {
	Delimiter  string         `yaml:"delimiter,omitempty"`   // one of , ; | and tab
	Header     []string       `yaml:"header,omitempty"`      // the headings of the first line; empty: there is none
	Columns    int            `yaml:"columns,omitempty"`     // without header
	Types      map[string]int `yaml:"types,omitempty"`       // columns by the first field, where there are records of several types
	Backslash  bool           `yaml:"backslash,omitempty"`   // stands before a delimiter, a backslash, n and r in fields; nothing is quoted
	Quote      string         `yaml:"quote,omitempty"`       // always, text (all but numbers), never or, when empty, where needed
	LineBreaks string         `yaml:"line_breaks,omitempty"` // inside fields: lf or crlf; empty: as the line ends
}

// Entry is the format of a zip archive's entry, or, without a name, of all that have none of their own.
type Entry struct {
	Name   string `yaml:"name,omitempty"`
	Format `yaml:",inline"`
}

// Problem is a fact of a format that is not known. The key is as in line_ends, or json.indent.
type Problem struct{ Key, Message string }

// Check gives what is wrong with the format's facts, as a dialect states them.
func (f Format) Check() []Problem {
	var c checker
	c.oneOf("format", f.Format, "xml", "json", "ini", "reg", "delimited", "zip")
	c.oneOf("wrap", f.Wrap, "", "gzip")
	if f.Format == "zip" {
		for i, e := range f.Entries {
			for _, p := range e.Check() {
				c.found = append(c.found, Problem{fmt.Sprintf("entries[%d].%s", i, p.Key), p.Message})
			}
		}
		return c.found
	}
	c.oneOf("charset", f.Charset, charsets()...)
	c.want("byte_order_mark", !f.ByteOrderMark || f.Charset != windows, "belongs to Unicode's character sets")
	c.want("parts", !f.Parts || f.Format == "xml" || f.Format == "json", "is for xml and json")
	c.oneOf("line_ends", f.LineEnds, "lf", "crlf")
	c.want("declaration", f.Declaration == "" || f.Format == "xml" && isDeclaration(f.Declaration), "is no XML declaration: <?xml … ?>")
	c.oneOf("xml.empty", f.XML.Empty, "", "/>", " />", "></>")
	c.oneOf("xml.quote", f.XML.Quote, "", `"`, "'")
	c.want("xml.attribute_escapes", strings.Trim(f.XML.AttributeEscapes, `>"'`) == "", `may name > " and ' only`)
	c.want("xml.escapes", strings.Trim(f.XML.Escapes, xmlOptional) == "", `may name > " ' tab and line feed only`)
	c.oneOf("xml.line_breaks", f.XML.LineBreaks, "", "lf")
	c.want("xml.root_attributes", IsBlank(f.XML.RootAttributes), "is not blank")
	c.want("xml.references", isReferences(f.XML.References), "is no list of references, as in &#39; &#10;")
	c.want("json.indent", IsBlank(f.JSON.Indent) && !strings.ContainsAny(f.JSON.Indent, "\r\n"), "is not blank")
	c.around("json.colon", f.JSON.Colon, ":")
	c.around("json.comma", f.JSON.Comma, ",")
	c.want("json.escapes", !strings.ContainsFunc(f.JSON.Escapes, func(r rune) bool { return r < ' ' || r > '~' }), "may name printable ASCII only")
	c.want("ini.separator", f.Format != "ini" || f.INI.Separator != "", `is missing; expected "=" with or without blanks`)
	c.around("ini.separator", f.INI.Separator, "=")
	c.want("json.end", IsBlank(f.JSON.End), "may be white space only")
	c.oneOf("ini.quote", f.INI.Quote, "", "always", "needed")
	c.want("ini.close", f.INI.Close == "" || closeLine.MatchString(f.INI.Close), `is none of "[End]", "[/*]", "[End *]", "[End*]"`)
	c.want("ini.indent", strings.Trim(f.INI.Indent, " \t") == "", "is not blank")
	c.want("ini.key_outdent", f.INI.KeyOutdent >= 0 && f.INI.KeyOutdent <= MaxDepth, "is no number of levels")
	c.want("ini.section_outdent", f.INI.SectionOutdent >= 0 && f.INI.SectionOutdent <= MaxDepth, "is no number of levels")
	if f.Format == "delimited" {
		c.oneOf("delimited.delimiter", f.Delimited.Delimiter, ",", ";", "|", "\t")
		c.want("delimited.columns", len(f.Delimited.Header) > 0 || f.Delimited.Columns > 0, "is missing; without a header it is needed")
		c.want("delimited.columns", f.Delimited.Columns <= maxColumns, fmt.Sprintf("is more than %d", maxColumns))
	}
	c.oneOf("delimited.quote", f.Delimited.Quote, "", "always", "text", "never")
	c.want("delimited.types", len(f.Delimited.Types) == 0 || len(f.Delimited.Header) == 0, "is for records without a header")
	c.oneOf("delimited.line_breaks", f.Delimited.LineBreaks, "", "lf", "crlf")
	return c.found
}

type checker struct{ found []Problem }

func (c *checker) want(key string, ok bool, message string) {
	if !ok {
		c.found = append(c.found, Problem{key, key + " " + message})
	}
}

func (c *checker) oneOf(key, value string, allowed ...string) {
	known := slices.DeleteFunc(slices.Clone(allowed), func(s string) bool { return s == "" })
	for i, s := range known {
		known[i] = strings.ReplaceAll(s, "\t", "tab")
	}
	c.want(key, slices.Contains(allowed, value), "is not known; expected "+strings.Join(known, " or "))
}

// around finds a separator that has more than blanks around its mark.
func (c *checker) around(key, value, mark string) {
	c.want(key, value == "" || strings.Trim(value, " \t") == mark, "is not "+mark+" with or without blanks")
}

// Root is the tag of the root element, empty where it may be any.
func (f Format) Root() string {
	if f.Parts {
		return "parts"
	}
	return map[string]string{"json": "json", "ini": "ini", "reg": "reg", "delimited": "records", "zip": "zip"}[f.Format]
}

// lineEnd is how a line ends.
func (f Format) lineEnd() string {
	if f.LineEnds == "crlf" {
		return "\r\n"
	}
	return "\n"
}
