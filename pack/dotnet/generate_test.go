package dotnet

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes random expressions, most of them valid, and texts they may match.
type generator struct {
	*rand.Rand
	ascii bool
	depth int
	logs  bool // the last expression was for lines of logs
}

func newGenerator(seed uint64, ascii bool) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 2)), ascii: ascii}
}

// expression gives an expression and options for it.
func (g *generator) expression() (string, RegexOptions) {
	g.depth, g.logs = 0, g.IntN(4) == 0
	if g.logs {
		return g.logExpression(), RegexOptions(g.IntN(2))
	}
	var options RegexOptions
	for _, o := range []RegexOptions{IgnoreCase, Multiline, ExplicitCapture, Singleline, IgnorePatternWhitespace, RightToLeft} {
		if g.IntN(8) == 0 {
			options |= o
		}
	}
	if g.IntN(20) == 0 {
		options = options&(IgnoreCase|Multiline) | ECMAScript
	}
	return g.alternatives(), options
}

// logExpression gives an expression as people write them for logs.
func (g *generator) logExpression() string {
	var b strings.Builder
	b.WriteString(g.pick("", "", "", "^", `\b`, `^.*?`, `(?<=\s)`, `^(?!.*error)`, `(?i)`))
	for range 1 + g.IntN(4) {
		b.WriteString(g.pick("status", "at", "path", "fwd", "error", "web", `\w+`, `[a-z_]+`, `(?<key>\w+)`, `\S+`))
		b.WriteString(g.pick("=", "=", `\s*=\s*`, `[.:]`, ": ", `\.`, ``))
		b.WriteString(g.pick(`(?<v>\d+)`, `"(?<v>[^"]*)"`, `(?<v>\S+)`, `\d{3}\b`, `[^\s,]+`, `(?:"([^"]*)"|(\S*))`,
			`(\d{1,3}\.){3}\d{1,3}`, `.*?`, `(?<v>info|error|warn(?:ing)?)`, `[^\W\d_]+`, `\D?\w`, `(?<n>[\d.]+)(?<unit>ms|MB)?`))
		b.WriteString(g.pick(" ", `\s+`, `\b`, "", "", ".*", `(?=\s|$)`, "$", `(?:,\s*)?`))
	}
	return b.String()
}

// logText gives a line of a log.
func (g *generator) logText() string {
	var words []string
	for range 1 + g.IntN(5) {
		words = append(words, g.pick("status=200", "at=info", `path="/a?b=c d"`, `fwd="192.0.2.1,198.51.100.7"`, "error: x_1",
			"web.1: ok", "key = 12ms", "mem=626.77MB", "at=error code=H12", "Error=ERROR", "größe=3", "a.rb:12", "status=", `""`))
	}
	return strings.Join(words, g.pick(" ", " ", "  ", "\t", "\n"))
}

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g *generator) alternatives() string {
	branches := []string{g.concat()}
	for g.IntN(4) == 0 {
		branches = append(branches, g.concat())
	}
	return strings.Join(branches, "|")
}

func (g *generator) concat() string {
	var b strings.Builder
	for range g.IntN(4) + g.IntN(2) {
		b.WriteString(g.atom())
		if g.IntN(3) == 0 {
			b.WriteString(g.quantifier())
		}
	}
	return b.String()
}

func (g *generator) quantifier() string {
	q := g.pick("*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "{0,3}", "{1}", "{0}", "{1,}", "{,2}")
	return q + g.pick("", "", "?")
}

func (g *generator) atom() string {
	if g.depth > 3 || g.IntN(3) > 0 {
		return g.leaf()
	}
	g.depth++
	defer func() { g.depth-- }()
	switch g.IntN(16) {
	case 0, 1, 2, 3:
		return "(" + g.alternatives() + ")"
	case 4, 5, 6:
		return "(?:" + g.alternatives() + ")"
	case 7:
		return "(?" + g.pick("=", "!", "<=", "<!", ">") + g.alternatives() + ")"
	case 8:
		return "(?>" + g.alternatives() + ")"
	case 9:
		return "(?<" + g.pick("n", "m", "1", "3") + ">" + g.alternatives() + ")"
	case 10:
		return "(?" + g.pick("i", "m", "s", "n", "x", "-i", "i-s", "-x") + ":" + g.alternatives() + ")"
	case 11:
		return "(?<" + g.pick("n-m", "-n", "n-n", "-1", "2-1", "m-1") + ">" + g.alternatives() + ")"
	case 12:
		return "(?(" + g.pick("1", "n", "m", "2") + ")" + g.concat() + g.pick("", "|"+g.concat()) + ")"
	case 13:
		return "(?(" + g.pick("", "?=", "?!", "?<=", "?:", "?>") + g.concat() + ")" + g.concat() + g.pick("", "|"+g.concat()) + ")"
	case 14:
		return "(?" + g.pick("=", "!", "<=", "<!") + g.alternatives() + ")"
	default:
		return "(?" + g.pick("i", "m", "s", "n", "x", "-i", "-x") + ")"
	}
}

func (g *generator) leaf() string {
	switch g.IntN(14) {
	case 0, 1, 2, 3, 4:
		return g.literal()
	case 5:
		return "."
	case 6, 7:
		return g.pick(`\d`, `\D`, `\w`, `\W`, `\s`, `\S`)
	case 8, 9:
		return g.class(0)
	case 10:
		return g.pick(`^`, `$`, `\b`, `\B`, `\A`, `\z`, `\Z`, `\G`)
	case 11:
		return g.pick(`\1`, `\2`, `\k<n>`, `\k<m>`, `\k<1>`, `\k'n'`, `\10`)
	case 12:
		return g.pick(`\p{L}`, `\P{L}`, `\p{Lu}`, `\P{Lu}`, `\p{Ll}`, `\p{Nd}`, `\p{IsBasicLatin}`, `\P{IsBasicLatin}`, `\p{P}`,
			`\P{IsCyrillic}`, `\p{Lt}`, `\p{IsGreek}`)
	default:
		return g.pick(`\x41`, `\u0062`, `\t`, `\n`, `\e`, `\cA`, `\060`, `\-`, `\ `, ` `, `#`, `{`, `}`, `]`, `-`, `(?#c)`, `{1`, `a{`)
	}
}

func (g *generator) literal() string {
	if !g.ascii && g.IntN(3) == 0 {
		return g.pick("é", "É", "ß", "ſ", "K", "İ", "ı", "ǅ", "Σ", "ς", "σ", "😀", "\u0301", "\u200d", "Ж", "ж",
			"٣", "\u00a0", "\u2028")
	}
	return g.pick("a", "b", "c", "A", "B", "1", "2", "_", "-", "k", "s", "i", "I")
}

func (g *generator) class(depth int) string {
	var b strings.Builder
	b.WriteString("[" + g.pick("", "", "^"))
	for range 1 + g.IntN(3) {
		switch g.IntN(9) {
		case 0, 1, 2:
			b.WriteString(g.literal())
		case 3, 4:
			b.WriteString(g.pick("a-c", "A-C", "0-9", "a-z", "A-Z", "_-a", "+--", "Z-a", " -~", "A-z"))
			if !g.ascii && g.IntN(3) == 0 {
				b.WriteString(g.pick("é-ö", "À-Þ", "Α-Ω", "а-я", "Ā-ž", "\\u0000-\\uffff", "😀", "ǆ-ǌ", "ı-İ"))
			}
		case 5, 6:
			b.WriteString(g.pick(`\d`, `\D`, `\w`, `\W`, `\s`, `\S`))
		case 7:
			b.WriteString(g.pick(`\p{L}`, `\P{L}`, `\p{Lu}`, `\P{Ll}`, `\P{IsBasicLatin}`, `\p{P}`))
		default:
			b.WriteString(g.pick(`\-`, `-`, `\]`, `\n`, `^`, `[`, `[:alpha:]`, `\b`, `\x41`, ` `, `#`, `\-z`))
		}
	}
	if depth < 2 && g.IntN(6) == 0 {
		b.WriteString("-" + g.class(depth+1))
	}
	b.WriteString("]")
	return b.String()
}

// text gives an input.
func (g *generator) text() string {
	var b strings.Builder
	for range g.IntN(9) {
		switch n := g.IntN(12); {
		case n == 0:
			b.WriteString(g.pick("\n", "\r\n", " ", "\t", "\n\n"))
		case n == 1 && !g.ascii:
			b.WriteString(g.pick("😀", "\u0301", "\u200d", "\u0085", "\u2028", "٣", "ǅ"))
		case n < 5:
			b.WriteString(g.pick("ab", "ba", "aa", "12", "a1", "AB", "{1", "-", "#"))
		default:
			b.WriteString(g.literal())
		}
	}
	return b.String()
}

func (g *generator) texts(n int) []string {
	texts := []string{""}
	for len(texts) < n {
		if g.logs {
			texts = append(texts, g.logText())
		} else {
			texts = append(texts, g.text())
		}
	}
	return texts
}

// describe names an expression with its options.
func describe(pattern string, options RegexOptions) string {
	return fmt.Sprintf("%q with options %d", pattern, options)
}
