package decompile

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// naive lists the repeats by looking at every two suffixes' common lengths.
func naiveOrder(text []int32) []int32 {
	order := make([]int32, len(text))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return slices.Compare(text[a:], text[b:]) })
	return order
}

func TestSuffixArray(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Int32Range(0, 3), 0, 40).Draw(t, "text")
		got := suffixArray(text)
		if want := naiveOrder(text); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for _, r := range repeats(text, got) {
			if r.length < 1 || r.hi-r.lo < 2 {
				t.Fatalf("%+v repeats nothing", r)
			}
			first := text[got[r.lo]:][:r.length]
			for k, at := range got {
				same := len(text)-int(at) >= r.length && slices.Equal(text[at:int(at)+r.length], first)
				if same != (r.lo <= k && k < r.hi) {
					t.Fatalf("%+v: suffix %d", r, k)
				}
			}
		}
	})
}

// shareAll gives the expressions as they are written, and the shared ones.
func shareAll(texts ...string) (written, bodies []string) {
	c := newCorpus()
	var tops []stretch
	for _, text := range texts {
		tops = append(tops, c.add(text))
	}
	w := &writer{sharing: share(c, tops), names: names{}, keys: map[*shared]map[string]bool{}}
	for _, top := range tops {
		w.define(top, false)
		written = append(written, w.render(top, false))
	}
	for _, d := range w.definitions() {
		bodies = append(bodies, d.Name+" = "+d.Written)
	}
	return written, bodies
}

func TestShare(t *testing.T) {
	const header = `^(?>.*?1\s\d{4}-\d\d-\d\dT\S+\s)\S+\s`
	tests := map[string]struct {
		texts, written, bodies []string
	}{
		"nothing in common": {[]string{`one\stwo`, `three\sfour`}, []string{`one\stwo`, `three\sfour`}, nil},
		"a beginning": {
			[]string{header + "sshd: failed", header + "sudo: failed", header + "cron: failed"},
			[]string{"%{line_start}sshd: failed", "%{line_start}sudo: failed", "%{line_start}cron: failed"},
			[]string{"line_start = " + header}},
		"no word is cut": {
			[]string{header + `memory_pgpgin=(?<In>\S+)`, header + `memory_pgpgout=(?<Out>\S+)`, header + `memory_total=(?<Total>\S+)`},
			[]string{`%{line_start}memory_pgpgin=(?<In>\S+)`, `%{line_start}memory_pgpgout=(?<Out>\S+)`, `%{line_start}memory_total=(?<Total>\S+)`},
			[]string{"line_start = " + header}},
		"one within the other": {
			[]string{header + `kernel:\sAudit\sfailed\spolicy\s=\s1`, header + `kernel:\sAudit\sfailed\spolicy\s=\s2`,
				header + `kernel:\sAudit\sfailed\spolicy\s=\s3`, header + `sshd`, header + `sudo`, header + `cron`},
			[]string{"%{kernel_audit_failed_line}1", "%{kernel_audit_failed_line}2", "%{kernel_audit_failed_line}3",
				"%{line_start}sshd", "%{line_start}sudo", "%{line_start}cron"},
			[]string{"line_start = " + header, `kernel_audit_failed_line = %{line_start}kernel:\sAudit\sfailed\spolicy\s=\s`}},
		"in a group": {
			[]string{`a(?:"(?>[^"\\\x00-\x1F\x7F]+|\\[^\x00-\x1F\x7F])*")b`, `(?<X>"(?>[^"\\\x00-\x1F\x7F]+|\\[^\x00-\x1F\x7F])*")+`, `x|"(?>[^"\\\x00-\x1F\x7F]+|\\[^\x00-\x1F\x7F])*"`},
			[]string{`a(?:%{quoted_value})b`, `(?<X>%{quoted_value})+`, `x|%{quoted_value}`},
			[]string{`quoted_value = "(?>[^"\\\x00-\x1F\x7F]+|\\[^\x00-\x1F\x7F])*"`}},
		"behind a per cent": {
			[]string{`1%\d{1,3}(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}a`, `2%\d{1,3}(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}b`,
				`3%\d{1,3}(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}c`},
			[]string{`1%{part}a`, `2%{part}b`, `3%{part}c`},
			[]string{`part = %\d{1,3}(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}`}},
		"no expressions of .NET's": {
			[]string{strings.Repeat("(?P<a>x", 8), strings.Repeat("(?P<a>x", 8), strings.Repeat("(?P<a>x", 8)},
			[]string{"%{part}", "%{part}", "%{part}"}, []string{"part = " + strings.Repeat("(?P<a>x", 8)}},
		"a plain %{": {
			[]string{`cost:\s%{amount}\sof\sthe\stotal\sbudget:a`, `cost:\s%{amount}\sof\sthe\stotal\sbudget:b`, `cost:\s%{amount}\sof\sthe\stotal\sbudget:c`},
			[]string{`%{cost_amount_total}:a`, `%{cost_amount_total}:b`, `%{cost_amount_total}:c`},
			[]string{`cost_amount_total = cost:\s%%{amount}\sof\sthe\stotal\sbudget`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			written, bodies := shareAll(test.texts...)
			if !slices.Equal(written, test.written) || !slices.Equal(bodies, test.bodies) {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", strings.Join(written, "\n"), strings.Join(bodies, "\n"),
					strings.Join(test.written, "\n"), strings.Join(test.bodies, "\n"))
			}
		})
	}
}

// TestHostileExpressionsEnd: what repeats in itself without end is looked at for a bounded time.
func TestHostileExpressionsEnd(t *testing.T) {
	for _, text := range []string{
		strings.Repeat(`\d`, 30_000), strings.Repeat(`\d\s`, 15_000), strings.Repeat("(", 240) + strings.Repeat(`\d`, 1000) + strings.Repeat(")", 240),
		strings.Repeat(`(?:a|b)`, 8_000), strings.Repeat("a|", 30_000),
	} {
		written, _ := shareAll(text, text+"x", "y"+text)
		if len(written) != 3 {
			t.Fatal(len(written))
		}
	}
}

// FuzzShare: the expressions as they are written, with the shared ones in place, are the expressions.
func FuzzShare(f *testing.F) {
	f.Add(`^\S+\shost(?:"[^"]*")`, `%{x}`, "100%")
	f.Add("(?<a>b)%", "{1}", "😀")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		texts := []string{a + b + c, b + a + c, c + b, a + a + b + b, a}
		written, bodies := shareAll(texts...)
		text := map[string]string{}
		expand := func(s string) string {
			var out strings.Builder
			for {
				i := strings.Index(s, "%{")
				switch {
				case i < 0:
					return out.String() + s
				case i > 0 && s[i-1] == '%':
					out.WriteString(s[:i-1] + "%{")
					s = s[i+2:]
				default:
					name, rest, _ := strings.Cut(s[i+2:], "}")
					out.WriteString(s[:i] + text[name])
					s = rest
				}
			}
		}
		for _, body := range bodies {
			name, written, _ := strings.Cut(body, " = ")
			text[name] = expand(written)
		}
		for i := range texts {
			if got := expand(written[i]); got != texts[i] {
				t.Fatalf("%q is written %q with %q", texts[i], written[i], bodies)
			}
		}
	})
}
