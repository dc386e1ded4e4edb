package syslog

import (
	"strings"
	"time"
)

// Parse reads one message that is not framed: no octet count before it, no line end behind it. The error is an *Error of kind
// NotAnEvent.
func Parse(line string) (Event, error) {
	var e Event
	if !e.parse(line) {
		return Event{}, errNotAnEvent
	}
	return e, nil
}

// parse fills an empty event and reports whether the line is one. All strings of the event are parts of the line.
func (e *Event) parse(line string) bool {
	pri, n := priority(line)
	e.Priority, e.Text = pri, line[n:]
	if e.versioned(e.Text) || e.dated(e.Text) {
		return true
	}
	e.Message = e.Text
	return pri >= 0
}

// priority reads <N> with N from 0 to 191 at the start of s and gives N and the length read; -1 and 0 if there is none.
func priority(s string) (pri, length int) {
	if len(s) < 3 || s[0] != '<' {
		return -1, 0
	}
	for i := 1; i < len(s) && i < 5; i++ {
		switch c := s[i]; {
		case isDigit(c):
			pri = pri*10 + int(c-'0')
		case c == '>' && i > 1 && pri <= 191:
			return pri, i + 1
		default:
			return -1, 0
		}
	}
	return -1, 0
}

// versioned reads "1 TIME HOST APP PROC" and the message behind it: RFC 5424, a drain line. It changes the event only if that
// is what s holds.
func (e *Event) versioned(s string) bool {
	if !strings.HasPrefix(s, "1 ") {
		return false
	}
	at, n := rfc3339(s[2:])
	if n == 0 && e.Priority >= 0 && strings.HasPrefix(s[2:], "- ") {
		n = 1 // RFC 5424's nil time; without a priority such a line could be any text
	}
	if n == 0 || len(s) < 2+n+1 || s[2+n] != ' ' {
		return false
	}
	host, rest := word(s[2+n+1:])
	app, rest := word(rest)
	proc, rest := word(rest)
	if host == "" || app == "" || proc == "" {
		return false
	}
	e.Time, e.Host, e.AppName, e.ProcID = at, notNil(host), notNil(app), notNil(proc)
	e.Message = message(host, app, rest)
	return true
}

// message takes off what stands between PROC and MSG. Logplex never sends structured data, so brackets and further dashes of
// a drain line belong to its message: an HTTPS drain has one nil field, a syslog drain two, the console's display may have none.
func message(host, app, s string) string {
	switch logplex := app == "heroku" || app == "app"; {
	case logplex && host == "host":
		return afterNil(s)
	case logplex && strings.HasPrefix(host, "d."):
		return afterNil(afterNil(s))
	}
	_, data := word(s)
	if rest, ok := afterStructuredData(data); ok {
		return rest
	}
	return afterNil(s)
}

// afterNil gives what follows a nil field and its blank, or s if it does not start with one.
func afterNil(s string) string {
	if s == "-" {
		return ""
	}
	return strings.TrimPrefix(s, "- ")
}

// afterStructuredData gives what follows STRUCTURED-DATA (RFC 5424 section 6.3) and its blank; false if s starts with none.
func afterStructuredData(s string) (string, bool) {
	if s == "-" || strings.HasPrefix(s, "- ") {
		return afterNil(s), true
	}
	n := 0
	for n < len(s) && s[n] == '[' {
		m := element(s[n:])
		if m == 0 {
			return "", false
		}
		n += m
	}
	if n == 0 || n < len(s) && s[n] != ' ' {
		return "", false
	}
	return strings.TrimPrefix(s[n:], " "), true
}

// element gives the length of the SD-ELEMENT that s starts with: [name key="value" …]; 0 if it starts with none.
func element(s string) int {
	i := 1 + name(s[1:])
	if i == 1 {
		return 0
	}
	for i < len(s) && s[i] == ' ' {
		key := name(s[i+1:])
		i += 1 + key
		if key == 0 || !strings.HasPrefix(s[i:], `="`) {
			return 0
		}
		for i += 2; i < len(s) && s[i] != '"'; i++ {
			if s[i] == '\\' {
				i++
			}
		}
		i++
	}
	if i >= len(s) || s[i] != ']' {
		return 0
	}
	return i + 1
}

// name gives the length of the SD-NAME that s starts with.
func name(s string) int {
	i := 0
	for i < len(s) && s[i] > ' ' && s[i] < 0x7f && s[i] != '=' && s[i] != ']' && s[i] != '"' {
		i++
	}
	return i
}

// dated reads what starts with a time stamp: a line of RFC 3164, a relay's header before a drain line, the console's display
// form.
func (e *Event) dated(s string) bool {
	at, host, rest := e.header(s)
	if host == "" {
		return false
	}
	computer, shown, ok := displayed(rest)
	if !ok {
		e.content(at, host, rest)
		return true
	}
	e.shown(shown)
	e.Computer, e.Received = computer, inYearOf(e.Time, at)
	return true
}

// header reads "TIME HOST " of RFC 3164; the host is empty if s starts with no such header. An RFC 3339 stamp in place of the
// old one needs a priority: without, it is the start of most logs that are not syslog.
func (e *Event) header(s string) (at time.Time, host, rest string) {
	at, n := stamp(s)
	if n == 0 && e.Priority >= 0 {
		at, n = rfc3339(s)
	}
	if n == 0 || n == len(s) || s[n] != ' ' {
		return at, "", s
	}
	host, rest = word(s[n+1:])
	return at, host, rest
}

// content reads what follows a header: a drain line that a relay passed on, or the tag and text of RFC 3164.
func (e *Event) content(at time.Time, host, s string) {
	if e.versioned(s) {
		return
	}
	e.Time, e.Host = at, host
	e.AppName, e.ProcID, e.Message = tag(s)
}

// displayed splits what follows the receipt header of the display form, "Computer:X, shown".
func displayed(s string) (computer, shown string, ok bool) {
	rest, ok := strings.CutPrefix(s, "Computer:")
	if !ok {
		return "", "", false
	}
	computer, shown, ok = strings.Cut(rest, ",")
	return computer, strings.TrimPrefix(shown, " "), ok
}

// shown reads the message that the display form shows behind its own header.
func (e *Event) shown(s string) {
	if e.versioned(s) {
		return
	}
	if at, host, rest := e.header(s); host != "" {
		e.content(at, host, rest)
		return
	}
	e.Message = s
}

// tag splits the content of RFC 3164, "tag[pid]: message" or "tag: message". What has no tag is all message.
func tag(s string) (app, pid, msg string) {
	i := strings.IndexAny(s, ": [")
	if i <= 0 {
		return "", "", s
	}
	end := i
	if s[i] == '[' {
		n := strings.IndexByte(s[i:], ']')
		if n < 0 {
			return "", "", s
		}
		pid, end = s[i+1:i+n], i+n+1
	}
	rest, ok := strings.CutPrefix(s[end:], ":")
	if !ok || rest != "" && rest[0] != ' ' {
		return "", "", s // a URL or a time, not a tag
	}
	return s[:i], pid, strings.TrimPrefix(rest, " ")
}

// word splits s at its first blank. The word is empty if s is, or if it starts with a blank.
func word(s string) (first, rest string) {
	first, rest, _ = strings.Cut(s, " ")
	return first, rest
}

// notNil gives a header field, empty for the nil value of RFC 5424.
func notNil(s string) string {
	if s == "-" {
		return ""
	}
	return s
}
