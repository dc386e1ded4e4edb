package dotnet_test

import (
	"testing"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/dotnet"
)

func TestPatternUTF16(t *testing.T) {
	for _, c := range []struct {
		units []uint16
		want  string
	}{
		{utf16.Encode([]rune(`a\d[é-ü]😀\😀\c`)), `a\d[é-ü]😀\😀\c`},
		{[]uint16{0xD83D}, `\uD83D`},
		{[]uint16{'[', 0xDE00, '-', 0xDE02, ']'}, `[\uDE00-\uDE02]`},
		{[]uint16{'\\', 0xD83D}, `\uD83D`},
		{[]uint16{'\\', '\\', 0xD83D}, `\\\uD83D`},
		{[]uint16{'\\', 'c', '\\', 0xD83D}, `\c\\uD83D`},
		{[]uint16{'\\', 'c', 0xD83D}, "\\c\uFFFD"},
		{[]uint16{0xDE00, 0xD83D, 0xDE00}, `\uDE00😀`},
		{[]uint16{'a', '\\'}, `a\`},
	} {
		if got := dotnet.PatternUTF16(c.units); got != c.want {
			t.Errorf("%x: %s, want %s", c.units, got, c.want)
		}
	}
}

// TestHalves holds matching of halves of pairs to .NET, where each is a unit like any other.
func TestHalves(t *testing.T) {
	subject := dotnet.NewSubjectUTF16([]uint16{'a', 0xDE00, 0xD83D, 0xDE00, 0xD83D})
	for pattern, want := range map[string][]int{
		`\uD83D`:       {2, 4},
		`\uD83D$`:      {4},
		`\p{Cs}{2}`:    {1, 3},
		`[^\uDE00]`:    {0, 2, 4},
		`\uFFFD`:       nil,
		`(?<=a)\uDE00`: {1},
	} {
		re, err := dotnet.Compile(pattern, dotnet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		err = re.Each(subject, func(m *dotnet.Match) bool {
			got = append(got, m.Index)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Errorf("%s: at %v, want %v", pattern, got, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: at %v, want %v", pattern, got, want)
			}
		}
	}
}
