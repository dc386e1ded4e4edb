package syslog_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/syslog"
)

// figure10 is the line of the guide's Figure 10, its metrics cut short.
const figure10 = "Feb 15 15:52:19 Heroku Computer:Heroku, Jan 24 01:51:24 52.2.229.255 1 2021-01-24T09:51:24.537546+00:00 " +
	"d.5a8fd083-0972-4e18-b912-94dc2d099dac heroku web.1 source=web.1 dyno=heroku.85170982 sample#memory_total=639.80MB"

func date(y int, mo time.Month, d, h, mi, s, ns int) time.Time {
	return time.Date(y, mo, d, h, mi, s, ns, time.UTC)
}

func TestParse(t *testing.T) {
	drained := date(2021, 1, 24, 9, 51, 24, 537546000)
	old := date(0, 10, 11, 22, 14, 15, 0)
	tests := map[string]struct {
		line string
		want syslog.Event
	}{
		"syslog drain": {
			"<158>1 2021-01-24T09:51:24.537546+00:00 d.5a8f heroku router - - at=info method=GET",
			syslog.Event{Priority: 158, Time: drained, Host: "d.5a8f", AppName: "heroku", ProcID: "router", Message: "at=info method=GET"},
		},
		"HTTPS drain": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 host app web.1 - hello",
			syslog.Event{Priority: 190, Time: drained, Host: "host", AppName: "app", ProcID: "web.1", Message: "hello"},
		},
		"syslog drain, one dash": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - hello",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: "hello"},
		},
		"syslog drain, no dash": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 hello - - you",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: "hello - - you"},
		},
		"no priority": {
			"1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - - hello",
			syslog.Event{Priority: -1, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: "hello"},
		},
		"message starts with a dash, syslog drain": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - - - item",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: "- item"},
		},
		"message starts with a dash, HTTPS drain": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 host app web.1 - - item",
			syslog.Event{Priority: 190, Time: drained, Host: "host", AppName: "app", ProcID: "web.1", Message: "- item"},
		},
		"message starts with blanks": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - -  \tat main.go:3  ",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: " \tat main.go:3  "},
		},
		"message starts with a tab": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 host app web.1 - \tat main.go:3",
			syslog.Event{Priority: 190, Time: drained, Host: "host", AppName: "app", ProcID: "web.1", Message: "\tat main.go:3"},
		},
		"message looks like structured data": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 host app web.1 - [main] started",
			syslog.Event{Priority: 190, Time: drained, Host: "host", AppName: "app", ProcID: "web.1", Message: "[main] started"},
		},
		"empty message behind two dashes": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - - ",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1"},
		},
		"empty message, last blank cut off": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - -",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1"},
		},
		"empty message, no dash": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web-abc-123",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web-abc-123"},
		},
		"any bytes in the message": {
			"<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - - \xff\x00\xc3(",
			syslog.Event{Priority: 190, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: "\xff\x00\xc3("},
		},
		"RFC 5424 with structured data": {
			`<165>1 2003-10-11T22:14:15.003Z mail.example.com evntslog 8710 ID47 [a@32473 k="3" l="x \"y\] z"][b@1] - an event`,
			syslog.Event{Priority: 165, Time: date(2003, 10, 11, 22, 14, 15, 3000000), Host: "mail.example.com", AppName: "evntslog",
				ProcID: "8710", Message: "- an event"},
		},
		"RFC 5424 with structured data alone": {
			`<165>1 2003-10-11T22:14:15.003Z mail.example.com evntslog - ID47 [a@32473 k="3"]`,
			syslog.Event{Priority: 165, Time: date(2003, 10, 11, 22, 14, 15, 3000000), Host: "mail.example.com", AppName: "evntslog"},
		},
		"RFC 5424, all nil": {
			"<0>1 - - - - - -",
			syslog.Event{},
		},
		"RFC 5424, host like a drain token": {
			"<34>1 2003-10-11T22:14:15Z d.example.net su - ID47 - failed for root",
			syslog.Event{Priority: 34, Time: date(2003, 10, 11, 22, 14, 15, 0), Host: "d.example.net", AppName: "su",
				Message: "failed for root"},
		},
		"RFC 5424, brackets that are no structured data": {
			"<34>1 2003-10-11T22:14:15Z gw.example.net su 7 - [a=b] x",
			syslog.Event{Priority: 34, Time: date(2003, 10, 11, 22, 14, 15, 0), Host: "gw.example.net", AppName: "su", ProcID: "7",
				Message: "[a=b] x"},
		},
		"RFC 5424, structured data that is not closed": {
			`<34>1 2003-10-11T22:14:15Z gw.example.net su 7 - [a b="c" x`,
			syslog.Event{Priority: 34, Time: date(2003, 10, 11, 22, 14, 15, 0), Host: "gw.example.net", AppName: "su", ProcID: "7",
				Message: `[a b="c" x`},
		},
		"RFC 5424, structured data without name": {
			"<34>1 2003-10-11T22:14:15Z gw.example.net su 7 - [] x",
			syslog.Event{Priority: 34, Time: date(2003, 10, 11, 22, 14, 15, 0), Host: "gw.example.net", AppName: "su", ProcID: "7",
				Message: "[] x"},
		},
		"RFC 5424, text behind structured data without a blank": {
			"<34>1 2003-10-11T22:14:15Z gw.example.net su 7 - [a]x",
			syslog.Event{Priority: 34, Time: date(2003, 10, 11, 22, 14, 15, 0), Host: "gw.example.net", AppName: "su", ProcID: "7",
				Message: "[a]x"},
		},
		"RFC 3164, tag that is not closed": {
			"<34>Oct 11 22:14:15 gw.example.net su[230: failed",
			syslog.Event{Priority: 34, Time: old, Host: "gw.example.net", Message: "su[230: failed"},
		},
		"RFC 3164": {
			"<34>Oct 11 22:14:15 gw.example.net su[230]:  failed for root",
			syslog.Event{Priority: 34, Time: old, Host: "gw.example.net", AppName: "su", ProcID: "230", Message: " failed for root"},
		},
		"RFC 3164 without priority": {
			"Oct  1 22:14:15 gw.example.net su: failed",
			syslog.Event{Priority: -1, Time: date(0, 10, 1, 22, 14, 15, 0), Host: "gw.example.net", AppName: "su", Message: "failed"},
		},
		"RFC 3164 without tag": {
			"<34>Oct 11 22:14:15 198.51.100.7 see http://example.com/",
			syslog.Event{Priority: 34, Time: old, Host: "198.51.100.7", Message: "see http://example.com/"},
		},
		"RFC 3164 with a URL for content": {
			"<34>Oct 11 22:14:15 198.51.100.7 http://example.com/",
			syslog.Event{Priority: 34, Time: old, Host: "198.51.100.7", Message: "http://example.com/"},
		},
		"RFC 3164 with the stamp of RFC 3339": {
			"<34>2003-10-11T22:14:15Z gw.example.net su: failed",
			syslog.Event{Priority: 34, Time: date(2003, 10, 11, 22, 14, 15, 0), Host: "gw.example.net", AppName: "su", Message: "failed"},
		},
		"a relay's header before a drain line": {
			"Jan 24 01:51:24 198.51.100.7 1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - - hello",
			syslog.Event{Priority: -1, Time: drained, Host: "d.5a8f", AppName: "app", ProcID: "web.1", Message: "hello"},
		},
		"priority alone": {
			"<13>use the source",
			syslog.Event{Priority: 13, Message: "use the source"},
		},
		"priority and an impossible time": {
			"<13>1 2021-02-29T09:51:24Z d.5a8f app web.1 - - hello",
			syslog.Event{Priority: 13, Message: "1 2021-02-29T09:51:24Z d.5a8f app web.1 - - hello"},
		},
		"display form": {
			figure10,
			syslog.Event{Priority: -1, Received: date(2021, 2, 15, 15, 52, 19, 0), Time: drained, Computer: "Heroku",
				Host: "d.5a8fd083-0972-4e18-b912-94dc2d099dac", AppName: "heroku", ProcID: "web.1",
				Message: "source=web.1 dyno=heroku.85170982 sample#memory_total=639.80MB"},
		},
		"display form with two dashes": {
			"Feb 15 15:52:19 Heroku Computer:Heroku-syslog, Jan 24 01:51:24 198.51.100.7 " +
				"1 2021-01-24T09:51:24.537546+00:00 d.5a8f app api - - x",
			syslog.Event{Priority: -1, Received: date(2021, 2, 15, 15, 52, 19, 0), Time: drained, Computer: "Heroku-syslog",
				Host: "d.5a8f", AppName: "app", ProcID: "api", Message: "x"},
		},
		"display form without the relay's header": {
			"Feb 15 15:52:19 Heroku Computer:a b, 1 2021-01-24T09:51:24.537546+00:00 d.5a8f app api x",
			syslog.Event{Priority: -1, Received: date(2021, 2, 15, 15, 52, 19, 0), Time: drained, Computer: "a b",
				Host: "d.5a8f", AppName: "app", ProcID: "api", Message: "x"},
		},
		"display form of RFC 3164": {
			"Feb 15 15:52:19 gw Computer:gw, Oct 11 22:14:15 198.51.100.7 su[1]: failed",
			syslog.Event{Priority: -1, Received: date(0, 2, 15, 15, 52, 19, 0), Time: old, Computer: "gw",
				Host: "198.51.100.7", AppName: "su", ProcID: "1", Message: "failed"},
		},
		"display form of any text": {
			"Feb 15 15:52:19 gw Computer:gw,  any text",
			syslog.Event{Priority: -1, Received: date(0, 2, 15, 15, 52, 19, 0), Computer: "gw", Message: " any text"},
		},
		"a message that imitates the display form": {
			"<13>Feb 15 15:52:19 gw app: Computer:gw, x",
			syslog.Event{Priority: 13, Time: date(0, 2, 15, 15, 52, 19, 0), Host: "gw", AppName: "app", Message: "Computer:gw, x"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.want.Text = tt.line
			if tt.want.Priority >= 0 {
				_, tt.want.Text, _ = strings.Cut(tt.line, ">")
			}
			got, err := syslog.Parse(tt.line)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, line := range []string{
		"", " ", "hello world", "-", "<", "<>", "<1", "<1234>x", "<192>1 2021-01-24T09:51:24Z d.5a8f app web.1 - - x", "<a>x",
		"2021-01-24T09:51:24.537546+00:00 heroku[router]: at=info", // what `heroku logs` prints
		"2021-01-24T09:51:24+00:00 gw.example.net su: failed",
		"1 - d.5a8f app web.1 - - x",
		"1 2021-01-24T09:51:24Z d.5a8f app",
		"1 2021-01-24T09:51:24Z  d.5a8f app x",
		"2 2021-01-24T09:51:24Z d.5a8f app web.1 - - x",
		"Feb 30 15:52:19 gw su: x", "Feb 15 24:52:19 gw su: x", "Fob 15 15:52:19 gw su: x", "Feb  15 15:52:19 gw su: x",
		"Feb 15 15:52:19", "Feb 15 15:52:19 ", "Feb 15 15:52:19  gw",
		"50 <13>1 2021-01-24T09:51:24Z d.5a8f app web.1 - - x", // framing is the Reader's
	} {
		_, err := syslog.Parse(line)
		var e *syslog.Error
		if !errors.As(err, &e) || e.Kind != syslog.NotAnEvent || e.Message == "" || e.Help == "" {
			t.Errorf("Parse(%q): error %#v", line, err)
		}
	}
}

func TestParseTime(t *testing.T) {
	tests := map[string]time.Time{
		"2021-01-24T09:51:24+00:00":           date(2021, 1, 24, 9, 51, 24, 0),
		"2021-01-24T09:51:24Z":                date(2021, 1, 24, 9, 51, 24, 0),
		"2021-01-24T09:51:24.5Z":              date(2021, 1, 24, 9, 51, 24, 500000000),
		"2021-01-24T09:51:24.123+00:00":       date(2021, 1, 24, 9, 51, 24, 123000000),
		"2021-01-24T09:51:24.12345+00:00":     date(2021, 1, 24, 9, 51, 24, 123450000),
		"2021-01-24T09:51:24.000000+00:00":    date(2021, 1, 24, 9, 51, 24, 0),
		"2021-01-24T09:51:24.123456789-00:00": date(2021, 1, 24, 9, 51, 24, 123456789),
		"2021-01-24T01:51:24.5-08:00":         date(2021, 1, 24, 9, 51, 24, 500000000),
		"2020-12-31T23:30:00-05:30":           date(2021, 1, 1, 5, 0, 0, 0),
		"2020-02-29T00:00:00+23:59":           date(2020, 2, 28, 0, 1, 0, 0),
		"2000-02-29T00:00:00Z":                date(2000, 2, 29, 0, 0, 0, 0),

		"2021-01-24T09:51:24":             {},
		"2021-01-24T09:51:24.Z":           {},
		"2021-01-24T09:51:24.1234567890Z": {},
		"2021-01-24T09:51:24+0000":        {},
		"2021-01-24T09:51:24+24:00":       {},
		"2021-01-24T09:51:60Z":            {},
		"2021-01-24T24:00:00Z":            {},
		"2021-13-24T09:51:24Z":            {},
		"2021-00-24T09:51:24Z":            {},
		"2021-01-32T09:51:24Z":            {},
		"1900-02-29T09:51:24Z":            {},
		"2021-01-24 09:51:24Z":            {},
		"2021-01-24T09:51:2xZ":            {},
	}
	for stamp, want := range tests {
		e, err := syslog.Parse("<13>1 " + stamp + " d.5a8f app web.1 - - x")
		if err != nil || !e.Time.Equal(want) || e.Time.Location() != time.UTC {
			t.Errorf("%s: %v, %v; want %v", stamp, e.Time, err, want)
		}
	}
}

// The year of the receipt header comes from the drain line's time stamp.
func TestParseReceived(t *testing.T) {
	tests := []struct {
		received, sent string
		want           time.Time
	}{
		{"Feb 15 15:52:19", "2021-01-24T09:51:24Z", date(2021, 2, 15, 15, 52, 19, 0)},
		{"Jan 24 09:51:24", "2021-01-24T09:51:24Z", date(2021, 1, 24, 9, 51, 24, 0)},
		{"Jan 23 22:51:24", "2021-01-24T09:51:24Z", date(2021, 1, 23, 22, 51, 24, 0)},      // the console's zone is behind UTC
		{"Jan 23 00:00:00", "2021-01-24T23:59:59Z", date(2021, 1, 23, 0, 0, 0, 0)},         // the first moment of the day before
		{"Jan 22 23:59:59", "2021-01-24T00:00:00Z", date(2022, 1, 22, 23, 59, 59, 0)},      // earlier than that is next year
		{"Dec 31 16:30:00", "2021-01-01T00:30:00Z", date(2020, 12, 31, 16, 30, 0, 0)},      // over new year, behind UTC
		{"Jan  1 05:00:00", "2020-12-31T23:59:59Z", date(2021, 1, 1, 5, 0, 0, 0)},          // over new year, ahead of UTC
		{"Feb 29 10:00:00", "2021-03-01T10:00:00Z", date(2024, 2, 29, 10, 0, 0, 0)},        // a day that few years have
		{"Mar  1 00:00:00", "2020-02-29T23:00:00+00:00", date(2020, 3, 1, 0, 0, 0, 0)},     //
		{"Dec 31 16:30:00", "2021-01-01T05:30:00+06:00", date(2020, 12, 31, 16, 30, 0, 0)}, // the day is UTC's
	}
	for _, tt := range tests {
		e, err := syslog.Parse(tt.received + " Heroku Computer:Heroku, 1 " + tt.sent + " d.5a8f app web.1 x")
		if err != nil || !e.Received.Equal(tt.want) {
			t.Errorf("%s of %s: %v, %v; want %v", tt.received, tt.sent, e.Received, err, tt.want)
		}
	}
}
