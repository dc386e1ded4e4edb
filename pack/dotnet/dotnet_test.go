package dotnet

import (
	"errors"
	"slices"
	"strings"
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

func TestPrefixesAreExpressions(t *testing.T) {
	re, err := Compile(`at=(?<l>\w+)\s[^]x]+é{2}y`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, at := range re.Prefixes() {
		got = append(got, re.String()[:at])
	}
	want := []string{`a`, `at`, `at=`, `at=(?<l>\w+)`, `at=(?<l>\w+)\s`, `at=(?<l>\w+)\s[^]x]+`, `at=(?<l>\w+)\s[^]x]+é{2}`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
