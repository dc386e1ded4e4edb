package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestErrors asserts where and as what an expression is refused; that .NET refuses the same is the table's and the oracle's to
// say (see package dotnet).
func TestErrors(t *testing.T) {
	tests := []struct {
		pattern string
		options Options
		kind    string
		from    int
		to      int
	}{
		{`ab[c-`, 0, "unterminated-bracket", 2, 5},
		{`a[b-\d]`, 0, "shorthand-class-in-character-range", 2, 6},
		{`é[z-a]`, 0, "reversed-character-range", 3, 6},
		{`[a-[b]c]`, 0, "exclusion-group-not-last", 3, 6},
		{`a(b`, 0, "insufficient-closing-parentheses", 1, 2},
		{`ab)c`, 0, "insufficient-opening-parentheses", 2, 3},
		{`a|*`, 0, "quantifier-after-nothing", 2, 3},
		{`a{2}{3}`, 0, "nested-quantifiers-not-parenthesized", 4, 7},
		{`xa++`, 0, "nested-quantifiers-not-parenthesized", 3, 4},
		{`a{3,2}`, 0, "reversed-quantifier-range", 1, 6},
		{`a{99999999999}`, 0, "quantifier-or-capture-group-out-of-range", 2, 13},
		{`a(?P<n>b)`, 0, "invalid-grouping-construct", 1, 4},
		{`(?<1a>b)`, 0, "capture-group-name-invalid", 0, 5},
		{`(?<0>b)`, 0, "capture-group-of-zero", 3, 4},
		{`(?(1)b)`, 0, "alternation-has-undefined-reference", 3, 4},
		{`(?(1a)b)`, 0, "alternation-has-malformed-reference", 0, 5},
		{`(?(?#a)b)`, 0, "alternation-has-comment", 0, 5},
		{`(?(?<a>b)c)`, 0, "alternation-has-named-capture", 0, 5},
		{`(?(a)b|c|d)`, 0, "alternation-has-too-many-conditions", 0, 11},
		{`a(?#b`, 0, "unterminated-comment", 1, 5},
		{`a\`, 0, "unescaped-ending-backslash", 1, 2},
		{`a\h`, 0, "unrecognized-escape", 1, 3},
		{`\x4`, 0, "insufficient-or-invalid-hex-digits", 0, 3},
		{`\c`, 0, "missing-control-character", 0, 2},
		{`\c1`, 0, "unrecognized-control-character", 0, 3},
		{`a\k<b>`, 0, "undefined-named-reference", 4, 5},
		{`a\2`, 0, "undefined-numbered-reference", 1, 3},
		{`\k`, 0, "malformed-named-reference", 0, 2},
		{`a\pLbc`, 0, "malformed-unicode-property-escape", 1, 4},
		{`\p{L`, 0, "invalid-unicode-property-escape", 0, 4},
		{`a\p{Greek}`, 0, "unrecognized-unicode-property", 4, 9},
		{`a`, ECMAScript | Singleline, "options-out-of-range", 0, 0},
		{strings.Repeat("(", MaxNesting+1), 0, "nesting-too-deep", MaxNesting, MaxNesting + 1},
		{strings.Repeat("[a-z-", MaxNesting+1), 0, "nesting-too-deep", 5 * MaxNesting, 5*MaxNesting + 1},
		{strings.Repeat("a", MaxBytes+1), 0, "expression-too-long", MaxBytes, MaxBytes + 1},
	}
	for _, tt := range tests {
		_, err := Parse(tt.pattern, tt.options)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.40q is taken", tt.pattern)
			continue
		}
		if e.Kind != tt.kind || e.From != tt.from || e.To != tt.to || e.Message == "" {
			t.Errorf("%.40q: got %s at %d-%d (%s), want %s at %d-%d", tt.pattern, e.Kind, e.From, e.To, e.Message, tt.kind, tt.from, tt.to)
		}
	}
}

// TestForeign asserts that what other engines have is told how to be written.
func TestForeign(t *testing.T) {
	for pattern, help := range map[string]string{
		`(?P<n>a)`: `(?<n`, `(?P=n)`: `\k<`, `a++`: `(?>`, `a*+`: `(?>`, `\Qa\E`: `\`, `\h`: `[\t\p{Zs}]`, `\R`: `\r\n`, `\x{41}`: `\u`,
		`\p{Greek}`: `\p{IsGreek}`, `\p{Letter}`: `\p{L}`, `\pL`: `\p{L}`, `(?R)`: `(?<open>`, `(?|a)`: `(?<1>`, `(?1)`: `again`,
		`\K`: `(?<=`, `\g{1}`: `\1`, `(*F)`: `out`, `(?u)a`: `(?i)`, `\X`: `\p{M}`,
	} {
		_, err := Parse(pattern, 0)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Help, strings.TrimSuffix(help, "n")) {
			t.Errorf("%s: got %+v, want help with %s", pattern, err, help)
		}
	}
}

func TestPositionsCoverTheText(t *testing.T) {
	e, err := Parse(`é(?<n>b|[c-d]{2,3}?)\k<n>(?i)x😀`, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	e.Root.Walk(func(n *Node) { got = append(got, fmt.Sprintf("%d:%s", n.Kind, e.Pattern[n.From:n.To])) })
	want := []string{
		fmt.Sprintf("%d:%s", Concat, e.Pattern), "1:é", fmt.Sprintf("%d:(?<n>b|[c-d]{2,3}?)", Capture),
		fmt.Sprintf("%d:b|[c-d]{2,3}?", Alternate), "1:b", fmt.Sprintf("%d:[c-d]{2,3}?", Repeat), fmt.Sprintf("%d:[c-d]", Class),
		fmt.Sprintf(`%d:\k<n>`, Backreference), "1:x", "1:", "1:😀",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestGroupsAreNumberedAsInDotNet(t *testing.T) {
	e, err := Parse(`(?<b>a)(?<5>b)(c)(?<a>d)(?<b>e)`, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []Numbered{{0, "0", false}, {1, "1", false}, {2, "b", true}, {3, "a", true}, {5, "5", false}}
	if !slices.Equal(e.Groups, want) {
		t.Errorf("got %v, want %v", e.Groups, want)
	}
}

func TestPCRE(t *testing.T) {
	taken := []string{`^(?P<id>[\w.-]+)\s`, `(?<id>\d+)`, `a|(?:b)*?`, `[[:alpha:]_]{2,}`, `(?i)a(?-i:b)`, `\x41\.\\`, `[]a]`, `a{,2}`, ``}
	for _, pattern := range taken {
		if _, err := ParsePCRE(pattern); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	tests := []struct {
		pattern, kind string
		from, to      int
	}{
		{`a(?=b)`, "unsupported", 1, 4}, {`(a)\1`, "unsupported", 3, 5}, {`a++`, "unsupported", 2, 3}, {`(?>a)`, "unsupported", 0, 3},
		{`\h`, "unsupported", 0, 2}, {`a{1001}`, "unsupported", 1, 7}, {`a{1,02}`, "unsupported", 1, 7}, {`(?P<a>b)(?P<a>c)`, "unsupported", 8, 14},
		{`[[:nope:]]`, "unsupported", 1, 7}, {`(a`, "insufficient-closing-parentheses", 0, 1},
		{`a)`, "insufficient-opening-parentheses", 1, 2}, {`*`, "quantifier-after-nothing", 0, 1},
		{`a**`, "nested-quantifiers-not-parenthesized", 2, 3}, {`[b-a]`, "reversed-character-range", 1, 4},
		{`[a`, "unterminated-bracket", 0, 2}, {`(?P<1>a)`, "capture-group-name-invalid", 0, 6}, {`a\`, "unescaped-ending-backslash", 1, 2},
	}
	for _, tt := range tests {
		_, err := ParsePCRE(tt.pattern)
		var e *Error
		if !errors.As(err, &e) || e.Kind != tt.kind || e.From != tt.from || e.To != tt.to {
			t.Errorf("%s: got %+v, want %s at %d-%d", tt.pattern, err, tt.kind, tt.from, tt.to)
		}
	}
}

func TestHostileExpressionsAreCheap(t *testing.T) {
	for _, part := range []string{`\w`, `[\w]`, `a{2147483647}`, `(?#`, `\p{IsBasicLatin}`, `[^\w\d\s]`, `a|`, `x*?`, `😀`} {
		start := time.Now()
		Parse(strings.Repeat(part, MaxBytes/len(part)), IgnoreCase)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s over and over takes %v", part, took)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{`(?<n>a)\k<n>`, `[a-z-[aeiou]]`, `(?(1)a|b)`, `\p{IsGreek}{2,}?`, `(?x) a # b`, `😀\ud83d`, "\xff"} {
		f.Add(pattern, 0)
	}
	f.Fuzz(func(t *testing.T, pattern string, options int) {
		e, err := Parse(pattern, Options(options))
		if err != nil {
			at := err.(*Error)
			if at.From < 0 || at.From > at.To || at.To > len(pattern) {
				t.Errorf("%q: refused at %d-%d", pattern, at.From, at.To)
			}
			return
		}
		e.Root.Walk(func(n *Node) {
			if n.From < 0 || n.From > n.To || n.To > len(pattern) {
				t.Errorf("%q: a node at %d-%d", pattern, n.From, n.To)
			}
		})
	})
}
