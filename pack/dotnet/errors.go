package dotnet

import (
	"fmt"
	"time"
)

// TimeoutError says that a search for a match was given up.
type TimeoutError struct {
	Pattern string
	Limit   time.Duration
}

// Error names the expression and the limit.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("no answer within %v for the expression %s", e.Limit, e.Pattern)
}
