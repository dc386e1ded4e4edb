package pack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// units of a Duration's text, largest first: the text of a duration is the largest unit that divides it.
var units = []struct {
	name string
	span time.Duration
}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}

// DurationPattern is what a Duration's text looks like.
const DurationPattern = `^[0-9]{1,9}[dhms]$`

var durationText = regexp.MustCompile(DurationPattern)

// ParseDuration reads a number and one of the units d, h, m, s. A span longer than time.Duration holds is an error.
func ParseDuration(s string) (Duration, error) {
	if !durationText.MatchString(s) {
		return 0, fmt.Errorf("%q is no duration: write a number and a unit, as in 90s, 15m, 1h or 7d", s)
	}
	n, _ := strconv.ParseInt(s[:len(s)-1], 10, 64) // at most nine digits, so it always fits
	for _, u := range units {
		if u.name != s[len(s)-1:] {
			continue
		}
		if n > int64(1<<63-1)/int64(u.span) {
			return 0, fmt.Errorf("%q is longer than a duration can be", s)
		}
		return Duration(n) * Duration(u.span), nil
	}
	panic("unreachable: the pattern allows only the units")
}

// String gives the text ParseDuration reads; fractions of a second are cut.
func (d Duration) String() string {
	for _, u := range units {
		if d != 0 && d%Duration(u.span) == 0 {
			return strconv.FormatInt(int64(d/Duration(u.span)), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(d/Duration(time.Second)), 10) + "s"
}

// MarshalJSON writes the duration as its text.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the duration's text.
func (d *Duration) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := ParseDuration(s)
	*d = v
	return err
}
