package diag

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// The longest name compared, the longest list of names shown, and how many known names are compared at all.
const (
	maxCompared = 64
	maxListed   = 12
	maxKnown    = 1000
)

// Nearest gives the known name most like the given one, "" when none is like it: a third of its letters, rounded up, may differ.
func Nearest(name string, known []string) string {
	if len(name) > maxCompared {
		return ""
	}
	best, distance := "", (len([]rune(name))+2)/3+1
	for _, k := range known[:min(len(known), maxKnown)] {
		if len(k) > maxCompared {
			continue
		}
		// Without the library's bound on the cost: with it, distances past the bound come out too small.
		if d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(k), nil); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// DidYouMean is help for a name that is not known: the nearest known one, else all of them when they are few.
func DidYouMean(name string, known []string) string {
	if n := Nearest(name, known); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	if len(known) == 0 || len(known) > maxListed {
		return ""
	}
	return "known: " + strings.Join(known, ", ")
}

// Clip keeps a message short whatever the input holds.
func Clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
