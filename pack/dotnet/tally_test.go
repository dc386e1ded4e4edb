package dotnet

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
)

// tally counts what a comparison found, by class.
type tally map[class]*tallied

// class is the options of a question and the characters its expression and text are written in.
type class struct{ options, text string }

// tallied is the count of one class. An expression is counted in the class of its own characters, a pair with those of the text.
type tallied struct {
	patterns, refused, pairs, matched, differences int
	explained                                      map[string]int // by reason: pairs that are not held to the oracle's answer
	unlike                                         int            // of these: answers that differ
}

// of gives the count a question with a text belongs to.
func (t tally) of(q oracle.Question, text string) *tallied {
	k := class{optionsClass(RegexOptions(q.Options)), textClass(q.Pattern + text)}
	if t[k] == nil {
		t[k] = &tallied{explained: map[string]int{}}
	}
	return t[k]
}

func (c *tallied) explain(reason string, unlike bool) {
	c.explained[reason]++
	if unlike {
		c.unlike++
	}
}

func optionsClass(o RegexOptions) string {
	switch {
	case o&ECMAScript != 0:
		return "ECMAScript"
	case o&RightToLeft != 0:
		return "RightToLeft"
	case o&IgnoreCase != 0:
		return "IgnoreCase"
	case o != 0:
		return "others"
	}
	return "none"
}

func textClass(text string) string {
	class := "ASCII"
	for _, unit := range oracle.Units(text) {
		if utf16.IsSurrogate(rune(unit)) {
			return "astral"
		}
		if unit >= 0x80 {
			class = "non-ASCII"
		}
	}
	return class
}

// add adds another count.
func (c *tallied) add(o *tallied) {
	c.patterns, c.refused, c.pairs, c.matched = c.patterns+o.patterns, c.refused+o.refused, c.pairs+o.pairs, c.matched+o.matched
	c.differences, c.unlike = c.differences+o.differences, c.unlike+o.unlike
	for reason, n := range o.explained {
		c.explained[reason] += n
	}
}

func (t tally) total() *tallied {
	sum := &tallied{explained: map[string]int{}}
	for _, c := range t {
		sum.add(c)
	}
	return sum
}

// String gives a line for each class.
func (t tally) String() string {
	var b strings.Builder
	line := func(options, text string, c *tallied) {
		fmt.Fprintf(&b, "%-12s %-10s %8d expressions, %7d refused, %8d pairs, %8d match, %d differ", options, text, c.patterns,
			c.refused, c.pairs, c.matched, c.differences)
		for _, reason := range slices.Sorted(maps.Keys(c.explained)) {
			fmt.Fprintf(&b, ", %d %s", c.explained[reason], reason)
		}
		if c.unlike > 0 {
			fmt.Fprintf(&b, " (%d unlike)", c.unlike)
		}
		b.WriteByte('\n')
	}
	for _, k := range slices.SortedFunc(maps.Keys(t), func(a, b class) int {
		return cmp.Or(cmp.Compare(a.options, b.options), cmp.Compare(a.text, b.text))
	}) {
		line(k.options, k.text, t[k])
	}
	line("all", "", t.total())
	return b.String()
}
