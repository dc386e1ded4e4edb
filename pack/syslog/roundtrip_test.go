package syslog_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// message draws a drain line whose text may imitate frames, headers and line ends. Two texts are left out because no reader of
// frames could tell: one that ends with CR, and one whose last line is digits, the start of the next frame's length.
func message() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{
		"a", " ", "\t", "- ", "12", "ü", "\xff", "\x00", "\r", "\n", "\n\n", "57 <13>1 x", "Computer:x, ", figure10,
		" <190>1 2021-01-24T09:51:24Z host app web.1 - ", "\n40 <13>", "bytes=148",
		"Error L10 (output buffer overflow): 1 messages dropped since 2021-01-24T09:51:24+00:00.",
	})
	header := rapid.SampledFrom([]string{
		"<158>1 2021-01-24T09:51:24.537546+00:00 d.5a8f heroku router - - ", "<190>1 2021-01-24T09:51:24Z host app web.1 - ",
		"<13>1 2021-01-24T09:51:24Z gw.example.net java 7 ID1 - ", "<34>Oct 11 22:14:15 gw.example.net su[7]: ", "<13>",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return header.Draw(t, "header") + strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "text"), "")
	}).Filter(func(s string) bool {
		last := s[strings.LastIndexByte(s, '\n')+1:]
		return !strings.HasSuffix(s, "\r") && !strings.HasSuffix(s, "\n") && strings.Trim(last, "0123456789") != ""
	})
}

// Whoever counts right is read right: the messages of an octet-counted stream come out as they went in, whatever they hold and
// wherever their line ends are.
func TestOctetCountedRoundTrip(t *testing.T) {
	tests := map[string]func(msg string) string{
		"line end counted":          func(m string) string { return fmt.Sprintf("%d %s\n", len(m)+1, m) },
		"CRLF counted":              func(m string) string { return fmt.Sprintf("%d %s\r\n", len(m)+2, m) },
		"line end not counted":      func(m string) string { return fmt.Sprintf("%d %s\n", len(m), m) },
		"CRLF not counted":          func(m string) string { return fmt.Sprintf("%d %s\r\n", len(m), m) },
		"line end counted, another": func(m string) string { return fmt.Sprintf("%d %s\n\n", len(m)+1, m) },
		"no line end":               func(m string) string { return fmt.Sprintf("%d %s", len(m), m) },
	}
	for name, frame := range tests {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			msgs := rapid.SliceOfN(message(), 1, 6).Draw(t, "messages")
			var in strings.Builder
			for _, m := range msgs {
				in.WriteString(frame(m))
			}
			checkMessages(t, in.String(), msgs)
		}))
	}
}

// Where lines have ends, false counts cost nothing, unless they reach over the next line to where a record may end.
func TestFalseCounts(t *testing.T) {
	const header = "<190>1 2021-01-24T09:51:24.537546+00:00 d.5a8f app web.1 - - "
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringMatching(`[a-z0-9 \t<>-]{0,20}`), 1, 6).Draw(t, "texts")
		var msgs []string
		var in strings.Builder
		for _, text := range texts {
			m := header + text
			lie := rapid.IntRange(-len(m)-1, len(header)).Draw(t, "lie")
			fmt.Fprintf(&in, "%d %s\n", len(m)+1+lie, m)
			msgs = append(msgs, m)
		}
		checkMessages(t, in.String(), msgs)
	})
}

// checkMessages reads an input, at once and byte by byte, and wants these messages.
func checkMessages(t *rapid.T, in string, msgs []string) {
	t.Helper()
	for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
		recs, err := readAll(r, 0)
		if err != io.EOF {
			t.Fatalf("ended by %v", err)
		}
		var got []string
		for _, rec := range recs {
			_, msg, _ := strings.Cut(rec.Raw, " ") // the octet count
			got = append(got, msg)
		}
		if diff := cmp.Diff(msgs, got); diff != "" {
			t.Fatalf("%q\n(-want +got)\n%s", in, diff)
		}
	}
}
