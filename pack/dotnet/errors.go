package dotnet

import (
	"fmt"
	"time"
)

// Error says why an expression is none. Kind is .NET's name of the error (RegexParseError) in kebab-case, or a kind of our own
// where an engine takes more or less than .NET.
type Error struct {
	From, To int    // byte offsets in the expression
	Kind     string // as in unterminated-bracket
	Message  string // what is wrong, then what was expected
	Help     string // how to write it; may be empty
}

// Error gives the message with its place.
func (e *Error) Error() string { return fmt.Sprintf("at %d: %s [%s]", e.From, e.Message, e.Kind) }

// TimeoutError says that a search for a match was given up.
type TimeoutError struct {
	Pattern string
	Limit   time.Duration
}

// Error names the expression and the limit.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("no answer within %v for the expression %s", e.Limit, e.Pattern)
}
