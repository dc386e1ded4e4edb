package syslog

import "time"

// rfc3339 reads the time stamp of RFC 5424 at the start of s, with any number of fraction digits from none to nine, and gives
// it in UTC with its length; a length of 0 means that there is none.
func rfc3339(s string) (time.Time, int) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' {
		return time.Time{}, 0
	}
	century, year, month, day := two(s, 0), two(s, 2), two(s, 5), two(s, 8)
	clock, ok := timeOfDay(s[11:])
	if !ok || century < 0 || year < 0 || month < 1 || month > 12 {
		return time.Time{}, 0
	}
	year += century * 100
	if day < 1 || day > daysIn(year, time.Month(month)) {
		return time.Time{}, 0
	}
	nanos, n := fraction(s[19:])
	offset, m := zone(s[19+n:])
	if m == 0 {
		return time.Time{}, 0
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, nanos, time.UTC)
	return t.Add(clock - offset), 19 + n + m
}

// stamp reads the time stamp of RFC 3164, "Jan 24 01:51:24" or "Jan  4 01:51:24", at the start of s and gives it in year 0,
// which is a leap year, with its length; a length of 0 means that there is none.
func stamp(s string) (time.Time, int) {
	if len(s) < len("Jan 4 01:51:24") || s[3] != ' ' {
		return time.Time{}, 0
	}
	month, i := monthOf(s[:3]), 4
	if month == 0 {
		return time.Time{}, 0
	}
	if s[i] == ' ' {
		i++
	}
	day := 0
	for ; i < 6 && isDigit(s[i]); i++ {
		day = day*10 + int(s[i]-'0')
	}
	if day < 1 || day > daysIn(0, month) || s[i] != ' ' {
		return time.Time{}, 0
	}
	i++
	clock, ok := timeOfDay(s[i:])
	if !ok {
		return time.Time{}, 0
	}
	return time.Date(0, month, day, 0, 0, 0, 0, time.UTC).Add(clock), i + len("01:51:24")
}

// inYearOf puts a clock of year 0 into the first year in which it is not before the day preceding that of t.
func inYearOf(t, clock time.Time) time.Time {
	if t.IsZero() || t.Year() < 1 {
		return clock
	}
	earliest := time.Date(t.Year(), t.Month(), t.Day()-1, 0, 0, 0, 0, time.UTC)
	for year := earliest.Year(); ; year++ {
		if clock.Day() > daysIn(year, clock.Month()) {
			continue // 29 February waits for a leap year
		}
		if c := clock.AddDate(year, 0, 0); !c.Before(earliest) {
			return c
		}
	}
}

// timeOfDay reads hh:mm:ss. Leap seconds are refused, as RFC 5424 section 6.2.3 has it.
func timeOfDay(s string) (time.Duration, bool) {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return 0, false
	}
	h, m, sec := two(s, 0), two(s, 3), two(s, 6)
	if h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59 {
		return 0, false
	}
	return time.Duration(h*3600+m*60+sec) * time.Second, true
}

// fraction reads a full stop and one to nine digits and gives nanoseconds and the length read. What is not such a fraction has
// length 0, and then no zone follows.
func fraction(s string) (nanos, length int) {
	if len(s) == 0 || s[0] != '.' {
		return 0, 0
	}
	i := 1
	for ; i < len(s) && i <= 9 && isDigit(s[i]); i++ {
		nanos = nanos*10 + int(s[i]-'0')
	}
	if i == 1 {
		return 0, 0
	}
	for digits := i - 1; digits < 9; digits++ {
		nanos *= 10
	}
	return nanos, i
}

// zone reads Z or an offset such as -08:00 and gives the offset and the length read, 0 if there is no zone.
func zone(s string) (time.Duration, int) {
	if len(s) > 0 && s[0] == 'Z' {
		return 0, 1
	}
	if len(s) < 6 || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, 0
	}
	h, m := two(s, 1), two(s, 4)
	if h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, 0
	}
	offset := time.Duration(h*60+m) * time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, 6
}

// two gives the number of two digits at i, or -1.
func two(s string, i int) int {
	if !isDigit(s[i]) || !isDigit(s[i+1]) {
		return -1
	}
	return int(s[i]-'0')*10 + int(s[i+1]-'0')
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func daysIn(year int, m time.Month) int {
	switch m {
	case time.April, time.June, time.September, time.November:
		return 30
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func monthOf(s string) time.Month {
	switch s {
	case "Jan":
		return time.January
	case "Feb":
		return time.February
	case "Mar":
		return time.March
	case "Apr":
		return time.April
	case "May":
		return time.May
	case "Jun":
		return time.June
	case "Jul":
		return time.July
	case "Aug":
		return time.August
	case "Sep":
		return time.September
	case "Oct":
		return time.October
	case "Nov":
		return time.November
	case "Dec":
		return time.December
	}
	return 0
}
