package change

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack"
)

// FuzzCompareTexts: what is between the stretches is the same in both texts, in order and in whole characters.
func FuzzCompareTexts(f *testing.F) {
	for _, s := range [][2]string{{"", "a"}, {`a(?<Who>\w+)b`, `a(?<Whom>\w+)b`}, {`(?'a'x)(?<b>y)`, `(?'a'x)(y)`}, {"😀x{2}", "😁x{3}"},
		{"(", ")"}, {`[a-z-[aeiou]]+`, `[a-z]+`}, {"\xff", "\xfe"}, {`(?<a-b>x)`, `(?<a>x)(?<b>)`}, {`(?(a)b|c)`, `(?(?=a)b|c)`},
		{`(?<a>x)\k<a>\k'a'\1(?(a)b|c)(?(1)b)`, `(?<b>x)\k<b>\k'b'\1(?(b)b|c)(?(1)b)`}} {
		f.Add(s[0], s[1], false)
		f.Add(s[0], s[1], true)
	}
	f.Fuzz(func(t *testing.T, old, now string, pcre bool) {
		flavour := pack.DotNet
		if pcre {
			flavour = pack.PCRE
		}
		tokens(old)
		a, b := cutBoth(old, now, flavour)
		if strings.Join(a, "") != old || strings.Join(b, "") != now {
			t.Fatalf("%q, %q", a, b)
		}
		i, j := 0, 0
		hunks := compareTexts(old, now, a, a, b)
		for _, h := range hunks {
			if h.old.from < i || h.new.from < j || old[i:h.old.from] != now[j:h.new.from] {
				t.Fatalf("%q, %q: %+v", old, now, hunks)
			}
			i, j = h.old.to, h.new.to
			if utf8.ValidString(old) && !utf8.ValidString(old[h.old.from:h.old.to]) {
				t.Fatalf("%q: %+v", old, h)
			}
		}
		if old[i:] != now[j:] || (len(hunks) == 0) != (old == now) {
			t.Fatalf("%q, %q: %+v", old, now, hunks)
		}
	})
}
