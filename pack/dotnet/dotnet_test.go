package dotnet

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
)

func TestFindCountsUnitsAndBytes(t *testing.T) {
	tests := map[string]struct {
		pattern, text string
		want          []Capture
	}{
		"ascii":        {`b+`, "abba", []Capture{{1, 2, 1, 3, "bb"}}},
		"after umlaut": {`b`, "äb", []Capture{{1, 1, 2, 3, "b"}}},
		"astral":       {`^.{2}(?=a)`, "😀a", []Capture{{0, 2, 0, 4, "😀"}}},
		"half a pair":  {`^.`, "😀", []Capture{{0, 1, 0, 4, "\uFFFD"}}},
		"literal":      {`😀+`, "x😀", []Capture{{1, 2, 1, 5, "😀"}}},
		"bad bytes":    {`a.b`, "\xffa\xfeb", []Capture{{1, 3, 1, 4, "a\uFFFDb"}}},
		"empty":        {`x*`, "ä", []Capture{{0, 0, 0, 0, ""}, {1, 0, 2, 2, ""}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			re, err := Compile(tt.pattern, Options{})
			if err != nil {
				t.Fatal(err)
			}
			all, err := re.FindAll(NewSubject(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []Capture
			for _, m := range all {
				got = append(got, m.Capture)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestGroupsKeepAllCaptures(t *testing.T) {
	for _, flavour := range []pack.Flavour{pack.DotNet, pack.PCRE} {
		re, err := Compile(`(?<k>\w)=((?<v>\d);?)+`, Options{Flavour: flavour})
		if err != nil {
			t.Fatal(err)
		}
		if got := re.Groups(); !slices.Equal(got, []string{"k", "v"}) {
			t.Errorf("%s: groups are %v", flavour, got)
		}
		m, err := re.Find(NewSubject("x=1;2"))
		if err != nil || m == nil {
			t.Fatal(m, err)
		}
		v, ok := m.Group("v")
		if last, _ := v.Last(); !ok || last.Value != "2" {
			t.Errorf("%s: v is %+v", flavour, v)
		}
		if flavour == pack.DotNet && len(v.Captures) != 2 {
			t.Errorf("captures of v: %+v", v.Captures)
		}
	}
}

func TestCultureInvariantIsNoMode(t *testing.T) {
	if _, err := Compile(`(?<=a)b`, Options{Regex: CultureInvariant}); err != nil {
		t.Fatal(err)
	}
}

func TestTimeLimit(t *testing.T) {
	re, err := Compile(`^(a+)+$`, Options{Timeout: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	_, err = re.Match(NewSubject(strings.Repeat("a", 40) + "!"))
	var timeout *TimeoutError
	if !errors.As(err, &timeout) || timeout.Limit != 5*time.Millisecond || timeout.Pattern != `^(a+)+$` {
		t.Fatalf("got %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("gave up after %v", took)
	}
}

func TestLongBacktrackingIsNoTimeout(t *testing.T) {
	re, err := Compile(`^(?:[^"\\]|\\.)*$`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := re.Match(NewSubject(strings.Repeat("a", 100_000))); !ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
}

func TestCutsAreExpressions(t *testing.T) {
	re, err := Compile(`at=(?<l>\w+)\s[^]x]+é{2}y|(a\k<b>(?<b>c))d|`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range re.Alternatives() {
		for _, cut := range a.Cuts {
			got = append(got, re.String()[a.From:cut])
		}
	}
	want := []string{`a`, `at`, `at=`, `at=(?<l>\w+)`, `at=(?<l>\w+)\s`, `at=(?<l>\w+)\s[^]x]+`, `at=(?<l>\w+)\s[^]x]+é{2}`,
		`at=(?<l>\w+)\s[^]x]+é{2}y`, `(a\k<b>(?<b>c))`, `(a\k<b>(?<b>c))d`, ``}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestHostileExpressionsEnd(t *testing.T) {
	texts := []*Subject{NewSubject(strings.Repeat("ab 1", 2000)), NewSubject(strings.Repeat("é😀", 2000))}
	for _, pattern := range []string{
		strings.Repeat(`\w`, 30_000), strings.Repeat(`[\W\d]?`, 9000), strings.Repeat(`(a|b)*`, 10_000),
		strings.Repeat(`(`, 200) + `a` + strings.Repeat(`+)`, 199) + `)`, `(?:(?:(?:a?){1000}){1000}){1000}c`, `(?:){2147483647}`,
		`((a|b)*)*c`, `(?:a|ab|b| |1)*?x`, `(\w+)*\1!`, `.*.*.*.*.*=x`, `(?>(a*)*)*(?<!b)c`,
	} {
		start := time.Now()
		re, err := Compile(pattern, Options{Regex: IgnoreCase, Timeout: 50 * time.Millisecond})
		if err != nil {
			t.Errorf("%.20s: %v", pattern, err)
			continue
		}
		for _, s := range texts {
			var timeout *TimeoutError
			if _, err := re.Find(s); err != nil && !errors.As(err, &timeout) {
				t.Errorf("%.20s: %v", pattern, err)
			}
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%.20s takes %v", pattern, took)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	re, err := Compile(`(?<w>\w)\b|(x*)*y`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	subjects := []*Subject{NewSubject("ab cd"), NewSubject("äb cd"), NewSubject("😀b cd")}
	var group sync.WaitGroup
	for i := range 30 {
		group.Go(func() {
			if all, err := re.FindAll(subjects[i%3]); err != nil || len(all) != 2 {
				t.Error(len(all), err)
			}
		})
	}
	group.Wait()
}
