package syslog

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Origin is what a receiver knows of a message beyond its text. A captured file has it before every record:
//
//	@2021-03-02T08:01:37.104729Z 192.0.2.17:41234 d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 <158>1 2021-03-02T08:01:37…
//
// that is when the message was received, from where, and the drain that the request named, "-" if none did. A line that
// imitates an origin is captured behind one of its own, which alone is read.
type Origin struct {
	Received time.Time // in UTC; zero if there is no origin
	Sender   string    // address and port of the connection's other end
	Drain    string    // Logplex-Drain-Token of an HTTPS drain, whose lines do not name it; "" if none
}

// maxOrigin is the most bytes that an origin has, its drain token being no longer than MaxDrain.
const maxOrigin = len("@2021-03-02T08:01:37.104729123+00:00 [ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255%0123456789abcdef]:65535 ") + MaxDrain + 1

// MaxDrain is the most bytes that Origin.Drain may have.
const MaxDrain = 100

// originLayout keeps all digits, so that origins of one second have one width.
const originLayout = "2006-01-02T15:04:05.000000Z"

// Append adds the origin as a captured file has it, with the blank behind it.
func (o Origin) Append(b []byte) []byte {
	b = o.Received.UTC().AppendFormat(append(b, '@'), originLayout)
	b = append(append(b, ' '), o.Sender...)
	b = append(b, ' ')
	if o.Drain == "" {
		b = append(b, '-')
	}
	return append(append(b, o.Drain...), ' ')
}

// parseOrigin reads the origin at the start of s and gives its length with the blank behind it; 0 if there is none.
func parseOrigin(s string) (Origin, int) {
	at, n := rfc3339(strings.TrimPrefix(s, "@"))
	if n == 0 || len(s) <= 1+n || s[1+n] != ' ' {
		return Origin{}, 0
	}
	from, rest := word(s[1+n+1:])
	drain, _, found := strings.Cut(rest, " ")
	if _, err := netip.ParseAddrPort(from); err != nil || !found || drain == "" || len(drain) > MaxDrain {
		return Origin{}, 0
	}
	return Origin{Received: at, Sender: from, Drain: notNil(drain)}, 1 + n + 1 + len(from) + 1 + len(drain) + 1
}

// Message is the record without origin and octet count: the priority, if it has one, and the text. What is no event is given as
// it stands, behind the origin.
func (r *Record) Message() string {
	if r.Err != nil && r.Origin.Received.IsZero() {
		return r.Raw
	}
	if r.Err != nil {
		_, n := parseOrigin(r.Raw)
		return r.Raw[n:]
	}
	at := len(r.Raw) - len(r.Event.Text)
	if r.Event.Priority >= 0 {
		at = strings.LastIndexByte(r.Raw[:at], '<')
	}
	return r.Raw[at:]
}

// AppendLine adds a message to a file such that a Reader gives it back: with a line end and, when it has several lines, with an
// octet count.
func AppendLine(b []byte, message string) []byte {
	if strings.Contains(message, "\n") {
		b = append(strconv.AppendInt(b, int64(len(message)), 10), ' ')
	}
	return append(append(b, message...), '\n')
}
