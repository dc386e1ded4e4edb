// Package diag is the one kind of error a user of kpgen can cause: a diagnostic with an id, a place, what is wrong and how to
// mend it. Loading, linting, decoding, replaying and proving all report in it, and its printers are the only ones.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a diagnostic means for the exit status.
type Severity string

// The severities, gravest first.
const (
	Error   Severity = "error"   // the input is not valid, or what was to be proved does not hold
	Warning Severity = "warning" // valid, but likely not what was meant
	Note    Severity = "note"    // worth knowing
)

// Span is a place in a file: from a position up to, not including, another. Lines and columns count from 1, columns in
// characters. A zero Line means the file as a whole, an empty File no file at all (a pack written in Go).
type Span struct {
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"end_line,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
}

// String gives file:line:col with whatever is known of it.
func (s Span) String() string {
	if s.Line == 0 {
		return s.File
	}
	if s.Column == 0 {
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// Diagnostic is one thing to tell the user.
type Diagnostic struct {
	ID       string   `json:"id"` // lower-case-with-hyphens, stable: tests, suppressions and documentation name it
	Severity Severity `json:"severity"`
	Span
	Path    string `json:"path,omitempty"` // the value in the model, as in alerts[0].rules[1].match.regex
	Message string `json:"message"`        // what is wrong, then what was expected
	Help    string `json:"help,omitempty"` // how to mend it
}

// Error gives the diagnostic on one line.
func (d Diagnostic) Error() string {
	place := d.Span.String()
	if place == "" {
		place = d.Path
	}
	if place != "" {
		place += ": "
	}
	return fmt.Sprintf("%s%s: %s [%s]", place, d.Severity, d.Message, d.ID)
}

// List is all that was found; as an error it is the lines of its diagnostics.
type List []Diagnostic

// Error gives one line for each diagnostic.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is the list as an error when it holds an Error, else nil.
func (l List) Err() error {
	if l.Has(Error) {
		return l
	}
	return nil
}

// Has reports whether a diagnostic of the severity is in the list.
func (l List) Has(s Severity) bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == s })
}

// Sort orders the list by file, line, column and id, keeping the order of equals.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.ID, b.ID))
	})
}

// Locator finds the place of a model value. The path names it as in Diagnostic.Path; from and to are byte offsets into the
// value's text, or both -1 for the value as a whole. A path that is not known gives the place of its nearest known parent.
type Locator interface {
	Locate(path string, from, to int) Span
}

// Unique orders the list and drops what is said twice of one place. Diagnostics without a place differ by their path.
func (l List) Unique() List {
	type said struct {
		Span
		id, message, path string
	}
	l.Sort()
	seen := map[said]bool{}
	var out List
	for _, d := range l {
		s := said{Span: d.Span, id: d.ID, message: d.Message}
		if d.Line == 0 {
			s.path = d.Path
		}
		if !seen[s] {
			out = append(out, d)
		}
		seen[s] = true
	}
	return out
}
