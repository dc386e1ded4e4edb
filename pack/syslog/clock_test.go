package syslog

import (
	"strings"
	"testing"
	"time"
)

// FuzzTime asks the standard library what a time stamp means.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2021-01-24T09:51:24.537546+00:00", "2020-02-29T23:59:59-08:00", "2021-02-29T09:51:24.Z", "Feb 29 01:02:03", "Jan  4 01:51:24"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, n := rfc3339(s); n > 0 {
			if want, err := time.Parse(time.RFC3339Nano, s[:n]); err != nil || !at.Equal(want) {
				t.Fatalf("rfc3339(%q) = %v; time.Parse: %v, %v", s, at, want, err)
			}
		} else if _, err := time.Parse(time.RFC3339Nano, s); err == nil && len(s) <= len("2006-01-02T15:04:05.999999999-07:00") &&
			s[10] == 'T' && !strings.ContainsAny(s, ",z") {
			t.Fatalf("rfc3339 refuses %q", s)
		}
		if at, n := stamp(s); n > 0 {
			if want, err := time.Parse(time.Stamp, s[:n]); err != nil || !at.Equal(want) {
				t.Fatalf("stamp(%q) = %v; time.Parse: %v, %v", s, at, want, err)
			}
		}
	})
}
