package container

import "github.com/kpgen/kpgen/pack/diag"

// Text is a file's text, in UTF-8 and without byte-order mark, for readers of their own who name places in it.
type Text struct{ *source }

// NewText takes the text of a file.
func NewText(name, text string) Text { return Text{newSource(name, text)} }

// String is the text.
func (t Text) String() string { return t.text }

// Check finds the first byte that is no UTF-8.
func (t Text) Check() *diag.Diagnostic { return t.checkText() }

// Fault is an error at the bytes from start up to end.
func (t Text) Fault(id string, start, end int, message string, args ...any) *diag.Diagnostic {
	return t.fault(id, start, end, message, args...)
}

// Place is that of the bytes from start up to end.
func (t Text) Place(start, end int) Place { return Place{src: t.source, start: start, end: end} }

// JSONPlace is that of a JSON string, without its quotes.
func (t Text) JSONPlace(start, end int) Place {
	return Place{t.source, start, end, []segment{{start, end, jsonText}}}
}
