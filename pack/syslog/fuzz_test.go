package syslog_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack/syslog"
)

func FuzzParse(f *testing.F) {
	for _, file := range inputs(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			f.Add(strings.TrimSpace(line))
		}
	}
	f.Add(figure10)
	f.Add(`<165>1 2003-10-11T22:14:15.003Z mail.example.com evntslog - ID47 [a@32473 k="3\]"][b] text`)
	f.Fuzz(func(t *testing.T, line string) {
		e, err := syslog.Parse(line)
		if err != nil {
			if diff := cmp.Diff(syslog.Event{}, e); diff != "" {
				t.Fatalf("an error with an event: %s", diff)
			}
			return
		}
		pri, ok := strings.CutSuffix(line, e.Text)
		if !ok || e.Priority < 0 && pri != "" || e.Priority >= 0 && (pri == "" || len(pri) > len("<191>")) || e.Priority > 191 {
			t.Fatalf("priority %d, text %q", e.Priority, e.Text)
		}
		if !strings.HasSuffix(e.Text, e.Message) {
			t.Fatalf("message %q is not the end of the text", e.Message)
		}
		for _, s := range []string{e.Host, e.AppName, e.ProcID, e.Computer} {
			if !strings.Contains(e.Text, s) {
				t.Fatalf("%q is not in the text", s)
			}
		}
		if e.Time.Location() != time.UTC || e.Received.Location() != time.UTC {
			t.Fatalf("zones %v, %v", e.Time.Location(), e.Received.Location())
		}
		if e.Priority < 0 && e.Time.IsZero() && e.Received.IsZero() && !strings.Contains(line, "0001-01-01T") {
			t.Fatal("an event without a header")
		}
	})
}

// Whatever the bytes: nothing is lost, and how they arrive makes no difference.
func FuzzReader(f *testing.F) {
	for _, file := range inputs(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, 0)
		f.Add(data, 90)
	}
	f.Add([]byte(gzipped(f, "<13>a\n<13>b")), 0)
	f.Add([]byte(zstded(f, "<13>a\n<13>b")), 0)
	captured := "@2021-03-02T08:01:37.104729Z 192.0.2.17:41234 - "
	f.Add([]byte(captured+"<13>a\n"+captured+"7 <13>a\nb\n"+captured+"garbage 5 <13>a\n"+captured+"\n"+captured), 0)
	f.Add([]byte(captured+"<13>"+strings.Repeat("x", 90)+"\n"+captured+"<13>a\n"), 50)
	f.Add([]byte("\xff\xfe<\x001\x003\x00>\x00a\x00\n\x00"), 0)
	f.Fuzz(func(t *testing.T, data []byte, maxLine int) {
		maxLine = min(maxLine, 1<<20)
		checkStream(t, data, maxLine)
	})
}

// Fuzzing seldom hits on frames that are nearly right; this puts streams together from such parts.
func TestStreams(t *testing.T) {
	notice := "<172>1 2021-01-24T09:51:25Z host heroku logplex - " +
		"Error L10 (output buffer overflow): 1 messages dropped since 2021-01-24T09:50:24Z."
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			"\n", "\r\n", "\r", " ", "<", "0", "7", "x", "\x00", "\xff", "12 ", "<13>", " <13>", "<13>1 ", "<192>", "no event", "35 <13>1 ",
			notice, figure10, "<13>1 2021-01-24T09:51:24Z host app web.1 - x", "Jan 24 01:51:24 ", strings.Repeat("y", 100),
		}),
		rapid.Custom(func(t *rapid.T) string {
			msg := rapid.SampledFrom([]string{
				"<13>", "<13>a\nb", notice, "<13>1 2021-01-24T09:51:24Z host app web.1 - x 7",
				"<13>1 2021-01-24T09:51:24Z host app web.1 - x 7\n",
			}).Draw(t, "message")
			return fmt.Sprintf("%d %s", max(0, len(msg)+rapid.IntRange(-3, 3).Draw(t, "lie")), msg)
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(part, 0, 20).Draw(t, "parts"), "")
		checkStream(t, []byte(in), rapid.SampledFrom([]int{0, 1, 20, 45, 50, 130}).Draw(t, "limit"))
	})
}

// checkStream checks all that must hold of any input.
func checkStream(t fataler, data []byte, maxLine int) {
	t.Helper()
	recs, err := readAll(bytes.NewReader(data), maxLine)
	slow, slowErr := readAll(iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(data))), maxLine)
	if err.Error() != slowErr.Error() {
		t.Fatalf("at once %v, byte by byte %v", err, slowErr)
	}
	if diff := cmp.Diff(recs, slow); diff != "" {
		t.Fatalf("(-at once +byte by byte)\n%s", diff)
	}
	checkRecords(t, recs, maxLine)
	if plain, ok := plainText(data); ok && err == io.EOF {
		checkWhole(t, plain, recs)
	}
}

// checkRecords checks what holds for all records, whatever they were read from.
func checkRecords(t fataler, recs []syslog.Record, maxLine int) {
	t.Helper()
	if maxLine <= 0 {
		maxLine = syslog.DefaultMaxLine
	}
	line := 1
	for i, r := range recs {
		origin := 0
		if !r.Origin.Received.IsZero() {
			origin = len(r.Raw) - len(r.Message()) // an octet count is in it, too
		}
		if r.Line < line || len(r.Raw)-origin > maxLine {
			t.Fatalf("record %d in line %d has %d bytes; the one before is in line %d", i, r.Line, len(r.Raw), line)
		}
		line = r.Line
		if (kind(r) == "") != (r.Err == nil) {
			t.Fatalf("record %d: error %v", i, r.Err)
		}
		if r.Err != nil && r.Event != (syslog.Event{}) {
			t.Fatalf("record %d: error %v with event %+v", i, r.Err, r.Event)
		}
	}
}

// plainText gives the text of an input that is neither compressed nor UTF-16, without byte-order mark.
func plainText(data []byte) ([]byte, bool) {
	for _, magic := range []string{"\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return nil, false
		}
	}
	if len(data) >= 4 && data[0]>>4 == 5 && bytes.Equal(data[1:4], []byte("\x2a\x4d\x18")) {
		return nil, false
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), true
}
