// Package lucene reads and answers the Lucene queries of dashlets: the part of Lucene's classic query syntax whose meaning does
// not hang on a server's settings. It takes field:value, phrases, the wildcards * and ?, ranges, comparisons, AND, OR, NOT,
// their signs && || !, and brackets, also around values (field:(a OR b)). A value is compared as a keyword, whole and without
// regard to case.
//
// Refused, with the place: fuzzy and proximity (~), boost (^), regular expressions (/…/), + and -, terms without a field and
// terms side by side without an operator, because the console's default field and operator are not known.
package lucene

import "fmt"

// Limits of a query.
const (
	maxLength = 8 << 10 // bytes
	maxDepth  = 64      // brackets and NOTs within each other
)

// Query is a parsed query. It is safe for concurrent use.
type Query struct {
	text   string
	root   node
	fields []Field
	mixed  *Error
}

// Field is a field a query names, with its place in the query.
type Field struct {
	Name     string
	From, To int // byte offsets
}

// Error says why a query is none.
type Error struct {
	From, To int    // byte offsets in the query
	Message  string // what is wrong, then what was expected
	Help     string // how to write it; may be empty
}

// Error gives the message with its place.
func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.Message, e.From) }

// Parse reads a query; the error is an *Error.
func Parse(query string) (*Query, error) {
	if len(query) > maxLength {
		return nil, &Error{From: maxLength, To: len(query), Message: fmt.Sprintf("the query is longer than %d bytes", maxLength)}
	}
	tokens, err := scan(query)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens}
	root, err := p.query()
	if err != nil {
		return nil, err
	}
	return &Query{text: query, root: root, fields: p.fields, mixed: p.mixed}, nil
}

// String gives the query as written.
func (q *Query) String() string { return q.text }

// Fields lists the fields the query names, in the order and as often as it names them.
func (q *Query) Fields() []Field { return q.fields }

// Mixed gives the first AND or OR that stands beside the other without brackets, or nil. Here AND binds more strongly; Lucene's
// classic parser makes a AND b OR c mean that a and b are needed and c is not.
func (q *Query) Mixed() *Error { return q.mixed }

// Match answers the query for one event. The function gives a field's value, false when the event has none.
func (q *Query) Match(value func(field string) (string, bool)) bool { return q.root.match(value) }
