package dotnet

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// generator writes random expressions, most of them valid, and texts they may match. Both are in the form of oracle.Units.
type generator struct {
	*rand.Rand
	ascii bool
	depth int
	logs  bool // the last expression was for lines of logs
	// last is the last expression read, when it is one, for texts to be made of it.
	last *syntax.Expression
}

func newGenerator(seed uint64, ascii bool) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 2)), ascii: ascii}
}

// expression gives an expression and options for it. One that is none is mostly thrown away, but some are broken in the end.
func (g *generator) expression() (string, RegexOptions) {
	for {
		pattern, options := g.attempt()
		if g.IntN(25) == 0 {
			pattern = g.broken(pattern)
			g.read(pattern, options)
			return pattern, options
		}
		if g.last != nil || g.IntN(4) == 0 {
			return pattern, options
		}
	}
}

func (g *generator) read(pattern string, options RegexOptions) {
	g.last, _ = syntax.Parse(PatternUTF16(oracle.Units(pattern)), options)
}

func (g *generator) attempt() (string, RegexOptions) {
	g.depth, g.logs = 0, g.IntN(4) == 0
	pattern, options := "", g.options()
	if g.logs {
		pattern, options = g.logExpression(), RegexOptions(g.IntN(2))
	} else {
		pattern = g.alternatives()
	}
	g.read(pattern, options)
	return pattern, options
}

func (g *generator) options() RegexOptions {
	var options RegexOptions
	for _, o := range []RegexOptions{IgnoreCase, Multiline, ExplicitCapture, Singleline, IgnorePatternWhitespace, RightToLeft} {
		if g.IntN(8) == 0 {
			options |= o
		}
	}
	if g.IntN(20) == 0 {
		options = options&(IgnoreCase|Multiline) | ECMAScript
	}
	if g.IntN(30) == 0 {
		options |= CultureInvariant
	}
	if g.IntN(100) == 0 {
		options = RegexOptions(g.IntN(1 << 11))
	}
	return options
}

// broken puts into an expression, or at an end cut off, what is likely to be wrong.
func (g *generator) broken(pattern string) string {
	units := oracle.Units(pattern)
	at := g.IntN(len(units) + 1)
	before, after := oracle.Text(units[:at]), oracle.Text(units[at:])
	return before + g.pick("(", ")", "[", "]", "{", "}", "*", "+", "?", "|", `\`, `-`, "(?", "(?#", "(?<", "(?'", "(?(", "(?P<n>", "{2,1}", `\p`,
		`\p{`, `\pL`, `\pLb}`, `\p{L`, `\p{Greek}`, `\p{l}`, `\x4`, `\xg1`, `\u12`, `\c`, `\c1`, `\k`, `\k<`, `\k<n`, `\k{n}`, `\q`, "_", "(?(?#a)b)",
		"(?(?<n>a)b)", "(?(?'n'a)b)", "(?(a)b|c|d)", "(?(1)b|c|d)", "(?(9)a)", "(?(1a)b)", "(?<0>a)", "(?<1a>b)", "(?<n", "(?<n-", "(?<n-9>a)",
		"[a-z-[b]c]", "[z-a]", `[a-\d]`, "[a", "[]", "[^]", "(?i", "(?im", "(?i-", "(?q)", "**", "a++", "(?<99999999999>a)", `\99999999999`, "(?)",
		"(?:", "(?=", "(?>", "(?<=", "\x00", "[[:x:]", "[[:", "(?<-n>a)", "$<n>", "#", "x{,}", `\G*`, "^*", `(?=a)*`, `\b+?`, "(?i)*", `\`) + g.pick(after, "")
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
	q := g.pick("*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "{0,3}", "{1}", "{0}", "{1,}", "{,2}", "*", "+", "?")
	if g.IntN(20) == 0 {
		q = g.pick("{10}", "{17}", "{5,20}", "{0,2147483647}", "{33,}", "{0,99}", "{3,2}", "{02,003}", "{2147483648}", "{1,2", "{a}")
	}
	if g.IntN(40) == 0 {
		q = g.pick(" ", "(?#c)", "#c\n") + q + g.pick("", " ", "(?#c)") // blanks with IgnorePatternWhitespace
	}
	return q + g.pick("", "", "?")
}

func (g *generator) atom() string {
	if g.depth > 3 || g.IntN(3) > 0 {
		return g.leaf()
	}
	g.depth++
	defer func() { g.depth-- }()
	switch g.IntN(17) {
	case 0, 1, 2, 3:
		return "(" + g.alternatives() + ")"
	case 4, 5, 6:
		return "(?:" + g.alternatives() + ")"
	case 7, 8:
		return "(?" + g.pick("=", "!", "<=", "<!", ">") + g.alternatives() + ")"
	case 9:
		return g.named(g.pick("n", "m", "1", "3", "n", "m", "Größe", "_9", "01", "n2"))
	case 10:
		return g.named(g.pick("n-m", "-n", "n-n", "-1", "2-1", "m-1", "3-n", "0-n", "n-"))
	case 11:
		return "(?" + g.toggle() + ":" + g.alternatives() + ")"
	case 12:
		return "(?(" + g.pick("1", "n", "m", "2", "0", "Größe") + ")" + g.branches() + ")"
	case 13:
		return "(?(" + g.pick("", "?=", "?!", "?<=", "?<!", "?:", "?>", "?i:") + g.concat() + ")" + g.branches() + ")"
	case 14:
		return "(?" + g.toggle() + ")"
	case 15:
		return "(?" + g.toggle() + ")" + g.leaf() + "(?" + g.toggle() + ")" + g.concat()
	default:
		return "(?:(?<n>" + g.concat() + ")" + g.concat() + "(?<-n>" + g.concat() + "))" + g.quantifier()
	}
}

func (g *generator) named(name string) string {
	if g.IntN(3) == 0 {
		return "(?'" + name + "'" + g.alternatives() + ")"
	}
	return "(?<" + name + ">" + g.alternatives() + ")"
}

func (g *generator) toggle() string {
	return g.pick("i", "m", "s", "n", "x", "-i", "-x", "i-s", "-n", "+i", "im-sx", "I", "x-i", "n-i+m", "s-m", "xi")
}

// branches gives what follows a condition.
func (g *generator) branches() string { return g.concat() + g.pick("", "|"+g.concat(), "|"+g.concat()) }

func (g *generator) leaf() string {
	switch g.IntN(15) {
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
		return g.pick(`\1`, `\2`, `\k<n>`, `\k<m>`, `\k<1>`, `\k'n'`, `\10`, `\<n>`, `\'1'`, `\k<Größe>`, `\3`, `\11`)
	case 12:
		return g.property()
	case 13:
		return g.escape()
	default:
		return g.pick(" ", "#", "{", "}", "]", "-", "(?#c)", "{1", "a{", "{,1}", "a{1,x}", "#c\n", "\n", "\t", "\v", "/", `"`, "=", ":", ",")
	}
}

func (g *generator) property() string {
	if g.IntN(2) == 0 {
		return g.pick(`\p{L}`, `\P{L}`, `\p{Lu}`, `\P{Lu}`, `\p{Ll}`, `\p{Nd}`, `\p{IsBasicLatin}`, `\P{IsBasicLatin}`, `\p{P}`)
	}
	return g.pick(`\p{`, `\P{`) + propertyNames[g.IntN(len(propertyNames))] + "}"
}

// propertyNames are the names .NET takes in \p{…}.
var propertyNames = func() []string {
	text, err := os.ReadFile("syntax/tables.txt")
	if err != nil {
		panic(err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, " ")
		if strings.HasPrefix(name, "Is") || strings.HasPrefix(name, "_xml") || len(name) <= 2 && 'A' <= name[0] && name[0] <= 'Z' {
			names = append(names, name)
		}
	}
	return names
}()

// escape gives a character escaped in one of the ways there are.
func (g *generator) escape() string {
	switch g.IntN(7) {
	case 0:
		return fmt.Sprintf(`\x%02x`, g.IntN(0x80))
	case 1:
		return fmt.Sprintf(`\u%04X`, g.unit())
	case 2:
		return fmt.Sprintf(`\c%c`, '@'+g.IntN(32))
	case 3:
		return g.pick(`\060`, `\0`, `\07`, `\141`, `\377`, `\400`, `\08`, `\1012`, `\777`)
	case 4:
		return g.pick(`\a`, `\e`, `\f`, `\n`, `\r`, `\t`, `\v`)
	default:
		return `\` + g.pick("-", " ", "#", "{", "}", "[", "]", "(", ")", "|", "*", "+", "?", ".", "^", "$", `\`, "/", `"`, "'", "é", "😀", "\n")
	}
}

// unit gives the number of a UTF-16 unit.
func (g *generator) unit() int {
	switch {
	case g.ascii || g.IntN(3) == 0:
		return g.IntN(0x80)
	case g.IntN(4) == 0:
		return 0xD83D + g.IntN(2)*0x3C3 // halves of 😀, once with another second half
	}
	return g.IntN(0x3000)
}

func (g *generator) literal() string {
	if !g.ascii && g.IntN(3) == 0 {
		return g.pick("é", "É", "ß", "ſ", "\u212a", "İ", "ı", "ǅ", "Σ", "ς", "σ", "😀", "\u0301", "\u200d", "Ж", "ж",
			"٣", "\u00a0", "\u2028", "日", "\u00b5", "μ", "\u1e9e", "\u0085", oracle.Text([]uint16{0xD83D}), oracle.Text([]uint16{0xDE00}))
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
				b.WriteString(g.pick("é-ö", "À-Þ", "Α-Ω", "а-я", "Ā-ž", "\\u0000-\\uffff", "😀", "ǆ-ǌ", "ı-İ", `\ud800-\udfff`))
			}
		case 5, 6:
			b.WriteString(g.pick(`\d`, `\D`, `\w`, `\W`, `\s`, `\S`))
		case 7:
			b.WriteString(g.property())
		default:
			b.WriteString(g.pick(`\-`, `-`, `\]`, `\n`, `^`, `[`, `[:alpha:]`, `\b`, `\x41`, ` `, `#`, `\-z`, g.escape(), g.escape()+"-"+g.escape()))
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
			b.WriteString(g.pick("\n", "\r\n", " ", "\t", "\n\n", "\x00", "\v"))
		case n == 1 && !g.ascii:
			b.WriteString(g.pick("😀", "\u0301", "\u200d", "\u0085", "\u2028", "٣", "ǅ", "é"))
		case n < 5:
			b.WriteString(g.pick("ab", "ba", "aa", "12", "a1", "AB", "{1", "-", "#"))
		default:
			b.WriteString(g.literal())
		}
	}
	return b.String()
}

// texts gives inputs for the last expression: the empty one, ones made of it, which it is likely to match, and others.
func (g *generator) texts(n int) []string {
	texts := []string{""}
	for len(texts) < n {
		switch {
		case g.last != nil && g.IntN(2) == 0:
			texts = append(texts, g.text()+oracle.Text(g.matching(nil, g.last.Root))+g.text())
		case g.logs:
			texts = append(texts, g.logText())
		default:
			texts = append(texts, g.text())
		}
	}
	if g.IntN(250) == 0 {
		texts[n-1] = g.long(texts[n-1])
	}
	return texts
}

// long repeats a text up to some thousand units.
func (g *generator) long(text string) string {
	return strings.Repeat(text, 10_000/(1+len(oracle.Units(text)))) + g.text()
}

// matching adds units that a node may take. It knows nothing of what stands around: many texts do not match after all.
func (g *generator) matching(units []uint16, n *syntax.Node) []uint16 {
	switch n.Kind {
	case syntax.Literal, syntax.Class:
		return g.oneOf(units, n.Units())
	case syntax.Alternate:
		return g.matching(units, n.Nodes[g.IntN(len(n.Nodes))])
	case syntax.Repeat:
		for range min(n.Min, 40) + g.IntN(3) {
			if n.Max != 0 && len(units) < 200 {
				units = g.matching(units, n.Nodes[0])
			}
		}
		return units
	case syntax.NotLookAhead, syntax.NotLookBehind:
		return units
	case syntax.LookAhead:
		if g.IntN(2) == 0 {
			return units
		}
	}
	for _, child := range n.Nodes {
		units = g.matching(units, child)
	}
	return units
}

// oneOf adds a unit of a set, if it has any.
func (g *generator) oneOf(units []uint16, s syntax.Set) []uint16 {
	if near := s.Intersect(syntax.Set{{Lo: ' ', Hi: '~'}}); len(near) > 0 && (g.ascii || g.IntN(4) > 0) {
		s = near
	}
	if len(s) == 0 {
		return units
	}
	r := s[g.IntN(len(s))]
	return append(units, r.Lo+uint16(g.IntN(int(r.Hi-r.Lo)+1)))
}
