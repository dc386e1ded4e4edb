package syslog

import (
	"strings"
	"testing"
	"time"
)

// FuzzTime asks the standard library what a time stamp means. The library takes more forms than those it writes itself; of
// those it writes, none may be refused.
func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2021-01-24T09:51:24.537546+00:00", "2020-02-29T23:59:59-08:00", "2021-02-29T09:51:24.Z", "2021-04-31T00:00:00Z",
		"2021-06-30T00:00:00Z", "Feb 29 01:02:03", "Jan  4 01:51:24", "Jan  4 01:61:24",
	} {
		f.Add(s)
	}
	for m := time.January; m <= time.December; m++ {
		f.Add(m.String()[:3] + " 28 01:51:24")
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkTime(t, s, time.RFC3339Nano, rfc3339)
		checkTime(t, s, time.Stamp, stamp)
	})
}

func checkTime(t *testing.T, s, layout string, parse func(string) (time.Time, int)) {
	t.Helper()
	if at, n := parse(s); n > 0 {
		if want, err := time.Parse(layout, s[:n]); err != nil || !at.Equal(want) {
			t.Fatalf("%q is %v; the library: %v, %v", s, at, want, err)
		}
		return
	}
	if at, err := time.Parse(layout, s); err == nil && at.Format(layout) == s && !lenient(s) {
		t.Fatalf("%q is refused", s)
	}
}

// lenient knows the offsets of a whole day and of sixty minutes, which the library takes and RFC 3339 does not.
func lenient(s string) bool {
	return strings.HasSuffix(s, ":60") || len(s) > 6 && s[len(s)-5:len(s)-3] == "24"
}
