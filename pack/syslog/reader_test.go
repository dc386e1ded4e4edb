package syslog_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"

	"github.com/kpgen/kpgen/pack/syslog"
)

var update = flag.Bool("update", false, "write the golden files anew")

// readAll gives all records of an input and the error that ended them.
func readAll(r io.Reader, maxLine int) ([]syslog.Record, error) {
	reader, err := syslog.NewReader(r, "in.log", syslog.Options{MaxLine: maxLine})
	if err != nil {
		return nil, err
	}
	var recs []syslog.Record
	for {
		rec, err := reader.Next()
		if err != nil {
			return recs, err
		}
		recs = append(recs, rec)
	}
}

// read gives the records of an input that can be read to its end.
func read(t *testing.T, r io.Reader, maxLine int) []syslog.Record {
	t.Helper()
	recs, err := readAll(r, maxLine)
	if err != io.EOF {
		t.Fatalf("ended by %v", err)
	}
	return recs
}

func kind(r syslog.Record) string {
	var e *syslog.Error
	if errors.As(r.Err, &e) {
		return e.Kind
	}
	return ""
}

// list shows records for a golden file.
func list(recs []syslog.Record) string {
	var b strings.Builder
	for _, r := range recs {
		if r.Err != nil {
			fmt.Fprintf(&b, "%d %s\n  raw %q\n", r.Line, kind(r), r.Raw)
			continue
		}
		e := r.Event
		fmt.Fprintf(&b, "%d pri=%d time=%s", r.Line, e.Priority, e.Time.Format(time.RFC3339Nano))
		fmt.Fprintf(&b, " host=%s app=%s proc=%s", e.Host, e.AppName, e.ProcID)
		if !e.Received.IsZero() {
			fmt.Fprintf(&b, " received=%s computer=%s", e.Received.Format(time.RFC3339), e.Computer)
		}
		fmt.Fprintf(&b, "\n  msg %q\n", e.Message)
	}
	return b.String()
}

func TestReaderFiles(t *testing.T) {
	for _, file := range inputs(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			recs := read(t, bytes.NewReader(data), 0)
			checkWhole(t, data, recs)
			checkGolden(t, strings.TrimSuffix(file, ".log")+".golden", list(recs))
		})
	}
}

func inputs(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.log")
	if err != nil || len(files) == 0 {
		t.Fatalf("no input: %v", err)
	}
	return files
}

func checkGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// fataler is a test of testing or of rapid.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkWhole finds every byte of the input in exactly one record or in a line end between records, and every record on its
// line. What an overlong record does not show of its line belongs to it.
func checkWhole(t fataler, data []byte, recs []syslog.Record) {
	t.Helper()
	pos, line := 0, 1
	skipLineEnds := func() {
		for pos < len(data) && (data[pos] == '\n' || bytes.HasPrefix(data[pos:], []byte("\r\n"))) {
			pos += bytes.IndexByte(data[pos:], '\n') + 1
			line++
		}
	}
	for i, r := range recs {
		skipLineEnds()
		if !bytes.HasPrefix(data[pos:], []byte(r.Raw)) || r.Raw == "" {
			t.Fatalf("record %d is %q, the input goes on %.60q", i, r.Raw, data[pos:])
		}
		if r.Line != line || r.File != "in.log" {
			t.Fatalf("record %d at %s:%d, want line %d", i, r.File, r.Line, line)
		}
		pos += len(r.Raw)
		line += strings.Count(r.Raw, "\n")
		if r.Err == nil && !strings.HasSuffix(r.Raw, r.Event.Text) {
			t.Fatalf("record %d: %q is not the text of %q", i, r.Event.Text, r.Raw)
		}
		if kind(r) == syslog.LineTooLong {
			pos += hidden(data[pos:], recs[i+1:], line)
		}
	}
	skipLineEnds()
	if pos != len(data) {
		t.Fatalf("no record has %.60q", data[pos:])
	}
}

// hidden gives the length of what an overlong record does not show: up to the next record on its line, or else the line's end.
func hidden(data []byte, next []syslog.Record, line int) int {
	rest, _, _ := bytes.Cut(data, []byte("\n"))
	if len(next) > 0 && next[0].Line == line {
		return max(0, bytes.Index(data, []byte(next[0].Raw)))
	}
	return len(rest)
}

func TestReaderFraming(t *testing.T) {
	const event = "<13>1 2021-01-24T09:51:24Z host app web.1 - "
	count := func(n int, s string) string { return fmt.Sprintf("%d %s", n, s) }
	tests := map[string]struct {
		in   string
		want []string // line and text of each record, kind and start of what is none
	}{
		"lines in a message": {
			count(10, "<13>a\nb\nc") + "\n" + count(6, "<13>d\n"), []string{`1 "a\nb\nc"`, `4 "d"`},
		},
		"lines in a message, then a line with priority": {
			count(8, "<13>a\nb\n") + "<13>c\n", []string{`1 "a\nb"`, `3 "c"`},
		},
		"a count that reaches over a line to where no record starts": {
			count(15, "<13>a\nno event\n") + "more\n", []string{`1 "a"`, `2 not-an-event "no event"`, `3 not-an-event "more"`},
		},
		"a count that reaches over a frame, after a false one": {
			count(99, "<13>a\n") + count(14, "<13>b\n") + count(6, "<13>c\n") + count(6, "<13>d\n"),
			[]string{`1 "a"`, `2 "b"`, `3 "c"`, `4 "d"`},
		},
		"lines in a message, after a false count": {
			count(99, "<13>a\n") + count(8, "<13>b\nc\n") + count(6, "<13>d\n"), []string{`1 "a"`, `2 "b\nc"`, `4 "d"`},
		},
		"more digits than a count has": {
			strings.Repeat("1", 65) + " <13>a\n", []string{`1 not-an-event "` + strings.Repeat("1", 65) + ` <13>a"`},
		},
		"many digits": {
			strings.Repeat("9", 64) + " <13>a\n", []string{`1 "a"`},
		},
		"a false count, then digits before a frame": {
			count(60, event+"bytes=148") + count(len(event)+1, event+"x"),
			[]string{`1 "` + event[4:] + `bytes=148"`, `1 "` + event[4:] + `x"`},
		},
		"a count without priority": {
			"5 hello\n5 hello", []string{`1 not-an-event "5 hello"`, `2 not-an-event "5 hello"`},
		},
		"logplex, no loss notice": {
			"<172>1 2021-01-24T09:51:25Z host heroku logplex - lost since 2021-01-24T09:50:24Z.5 <13>a\n",
			[]string{`1 "1 2021-01-24T09:51:25Z host heroku logplex - lost since 2021-01-24T09:50:24Z.5 <13>a"`},
		},
		"a loss notice without time": {
			"<172>1 2021-01-24T09:51:25Z host heroku logplex - Error L10 since then.5 <13>a\n",
			[]string{`1 "1 2021-01-24T09:51:25Z host heroku logplex - Error L10 since then.5 <13>a"`},
		},
		"an app that imitates a loss notice": {
			"<172>1 2021-01-24T09:51:25Z host app logplex - Error L10 since 2021-01-24T09:50:24Z.5 <13>a\n",
			[]string{`1 "1 2021-01-24T09:51:25Z host app logplex - Error L10 since 2021-01-24T09:50:24Z.5 <13>a"`},
		},
		"RFC 3164 inside garbage": {
			"garbage" + count(20, "<13>Jan 24 01:51:24 ") + "\n", []string{`1 not-an-event "garbage"`, `1 "Jan 24 01:51:24 "`},
		},
		"something else inside garbage": {
			"garbage 5 <13>a 5 <b>\n", []string{`1 not-an-event "garbage 5 <13>a 5 <b>"`},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			recs := read(t, strings.NewReader(tt.in), 0)
			checkWhole(t, []byte(tt.in), recs)
			var got []string
			for _, r := range recs {
				if r.Err != nil {
					got = append(got, fmt.Sprintf("%d %s %q", r.Line, kind(r), r.Raw))
					continue
				}
				got = append(got, fmt.Sprintf("%d %q", r.Line, r.Event.Text))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReaderContainers(t *testing.T) {
	const line = "<190>1 2021-01-24T09:51:24Z d.5a8f app web.1 - - grüße\n"
	plain := strings.Repeat(line, 3)
	utf16 := func(e unicode.Endianness) string {
		s, err := unicode.UTF16(e, unicode.UseBOM).NewEncoder().String(plain)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	skippable := "\x53\x2a\x4d\x18\x04\x00\x00\x00meta"
	tests := map[string]string{
		"plain":           plain,
		"BOM":             "\ufeff" + plain,
		"UTF-16 LE":       utf16(unicode.LittleEndian),
		"UTF-16 BE":       utf16(unicode.BigEndian),
		"gzip":            gzipped(t, plain),
		"gzip, members":   gzipped(t, plain[:50]) + gzipped(t, plain[50:]),
		"gzip of UTF-16":  gzipped(t, utf16(unicode.LittleEndian)),
		"gzip of BOM":     gzipped(t, "\ufeff"+plain),
		"zstd":            zstded(t, plain),
		"zstd, frames":    zstded(t, plain[:50]) + zstded(t, plain[50:]),
		"zstd, skippable": skippable + zstded(t, plain),
	}
	want := read(t, strings.NewReader(plain), 0)
	if len(want) != 3 || want[2].Line != 3 || want[2].Event.Message != "grüße" {
		t.Fatalf("records: %s", list(want))
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(data), iotest.OneByteReader(strings.NewReader(data))} {
				if diff := cmp.Diff(want, read(t, r, 0)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
		})
	}
}

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstded(t testing.TB, s string, opts ...zstd.EOption) string {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, opts...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReaderEmpty(t *testing.T) {
	for _, in := range []string{"", "\n", "\r\n\n\n", "\ufeff", "\xff\xfe", gzipped(t, ""), zstded(t, "")} {
		if recs := read(t, strings.NewReader(in), 0); len(recs) != 0 {
			t.Errorf("%q: %s", in, list(recs))
		}
	}
}

var errDisk = errors.New("disk failed")

// What can be read is read, then the failure comes once.
func TestReaderFailures(t *testing.T) {
	line := "<13>1 2021-01-24T09:51:24Z d.5a8f app web.1 - - "
	var plain strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&plain, "%s%d %x\n", line, i, i*i*i)
	}
	zip, zst := gzipped(t, plain.String()), zstded(t, plain.String(), zstd.WithEncoderLevel(zstd.SpeedFastest))
	tests := map[string]struct {
		in      io.Reader
		cause   error // nil is any
		records int   // at least
		line    int   // of the failure, 0 is any
	}{
		"read error":        {io.MultiReader(strings.NewReader("<13>a\n<13>b\n<13>c"), iotest.ErrReader(errDisk)), errDisk, 3, 3},
		"read error at 2":   {io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(errDisk)), errDisk, 1, 1},
		"read error at 0":   {iotest.ErrReader(errDisk), errDisk, 0, 1},
		"no progress":       {stuck{}, io.ErrNoProgress, 0, 1},
		"gzip cut":          {strings.NewReader(zip[:len(zip)/2]), io.ErrUnexpectedEOF, 500, 0},
		"gzip without sum":  {strings.NewReader(zip[:len(zip)-4]), io.ErrUnexpectedEOF, 3000, 3001},
		"gzip, false sum":   {strings.NewReader(zip[:len(zip)-8] + "abcdefgh"), gzip.ErrChecksum, 3000, 3001},
		"gzip, then text":   {strings.NewReader(zip + "not gzip, and long enough"), gzip.ErrHeader, 3000, 3001},
		"zstd cut":          {strings.NewReader(zst[:len(zst)-10]), io.ErrUnexpectedEOF, 0, 0},
		"zstd, then text":   {strings.NewReader(zst + "not zstd"), nil, 3000, 3001},
		"UTF-16, then cut":  {io.MultiReader(strings.NewReader("\xff\xfe<\x005\x00>\x00a\x00\n\x00b"), iotest.ErrReader(errDisk)), errDisk, 1, 0},
		"zstd, 1 GB window": {strings.NewReader("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00"), zstd.ErrWindowSizeExceeded, 0, 1},
		"gzip of cut UTF16": {strings.NewReader(gzipped(t, "\xff\xfea\x00b\x00")[:22]), io.ErrUnexpectedEOF, 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := syslog.NewReader(tt.in, "in.log", syslog.Options{})
			if err != nil {
				t.Fatal(err)
			}
			records := 0
			for ; err == nil; records++ {
				_, err = r.Next()
			}
			records--
			var re *syslog.ReadError
			if !errors.As(err, &re) || tt.cause != nil && !errors.Is(err, tt.cause) || re.File != "in.log" {
				t.Fatalf("error %#v", err)
			}
			if records < tt.records || tt.line > 0 && re.Line != tt.line {
				t.Errorf("%d records, failure in line %d", records, re.Line)
			}
			if _, err := r.Next(); err != io.EOF {
				t.Errorf("the failure came again: %v", err)
			}
		})
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestNewReaderRefuses(t *testing.T) {
	_, err := syslog.NewReader(strings.NewReader("\x1f\x8b\x08"), "in.gz", syslog.Options{})
	var re *syslog.ReadError
	if !errors.As(err, &re) || re.File != "in.gz" || re.Line != 1 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %#v", err)
	}
}

func TestReaderMaxLine(t *testing.T) {
	const maxLine = 40
	event := func(n int) string { return "<13>" + strings.Repeat("x", n-4) }
	word := func(n int) string { return strings.Repeat("y", n) }
	counted := func(n int) string { return fmt.Sprintf("%d %s", n, event(n)) }
	tests := map[string]struct {
		in   string
		want []string // line and kind of each record
	}{
		"exactly":               {event(40) + "\n" + event(40) + "\r\n" + event(40), []string{"1 ", "2 ", "3 "}},
		"one over":              {event(41) + "\n" + event(40) + "\n", []string{"1 line-too-long", "2 "}},
		"one over, CRLF":        {event(41) + "\r\n" + event(40) + "\r\n", []string{"1 line-too-long", "2 "}},
		"far over":              {event(99999) + "\n" + event(40) + "\n", []string{"1 line-too-long", "2 "}},
		"far over, at the end":  {event(40) + "\n" + event(99999), []string{"1 ", "2 line-too-long"}},
		"text far over":         {word(99999) + "\n" + event(40), []string{"1 line-too-long", "2 "}},
		"frame, exactly":        {counted(37) + counted(37), []string{"1 ", "1 "}},
		"frame, one over":       {counted(38) + counted(37), []string{"1 line-too-long", "1 "}},
		"frame far over":        {counted(9999) + counted(20), []string{"1 line-too-long", "1 "}},
		"frame far over, line":  {counted(9999) + "\n" + counted(20), []string{"1 line-too-long", "2 "}},
		"frame far over, false": {"5" + counted(9999) + "\n" + counted(20), []string{"1 line-too-long", "2 "}},
		"lines in a frame":      {"39 <13>" + word(17) + "\n" + word(16) + "\n" + event(9) + "\n", []string{"1 ", "2 not-an-event", "3 "}},
		"a frame inside text":   {word(20) + "35 <13>1 2021-01-24T09:51:24Z a b c d\n" + event(9) + "\n", []string{"1 line-too-long", "2 "}},
		"a frame in long event": {"<13>xx24 <13>Jan 24 01:51:24 host" + counted(37) + "\n" + event(9), []string{"1 line-too-long", "2 "}},
		"a frame in long text":  {word(9) + "24 <13>Jan 24 01:51:24 host" + counted(37), []string{"1 not-an-event", "1 ", "1 "}},
		"false count":           {"9999 " + event(20) + "\n" + event(20), []string{"1 ", "2 "}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				var got []string
				for _, rec := range read(t, r, maxLine) {
					got = append(got, fmt.Sprintf("%d %s", rec.Line, kind(rec)))
					if len(rec.Raw) > maxLine || !strings.Contains(tt.in, rec.Raw) {
						t.Errorf("raw %q", rec.Raw)
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
		})
	}
}

// A gigabyte that compresses well, without a line end, costs neither memory nor the line that follows.
func TestReaderBomb(t *testing.T) {
	var unit bytes.Buffer
	w := gzip.NewWriter(&unit)
	block := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := strings.Repeat(unit.String(), 16) + gzipped(t, "\n<13>after\n")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	recs := read(t, strings.NewReader(bomb), 0)
	runtime.ReadMemStats(&after)
	if len(recs) != 2 || kind(recs[0]) != syslog.LineTooLong || recs[1].Event.Message != "after" || recs[1].Line != 2 {
		t.Errorf("records: %s", list(recs))
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
		t.Errorf("%d bytes allocated", used)
	}
}

// However much an octet count claims, the reader looks no further than a line may reach.
func TestReaderLooksAheadLittle(t *testing.T) {
	const event = "<13>1 2021-01-24T09:51:24Z host app web.1 - "
	for _, first := range []string{
		"99999999 " + event + "a\n",
		"9 " + event + "a99999999 " + event + "b\n",
		"no event 99999999 " + event + "b\n",
	} {
		in := &counter{r: strings.NewReader(first + strings.Repeat(event+"\n", 100000))}
		r, err := syslog.NewReader(in, "", syslog.Options{MaxLine: 200})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if in.n > 1<<17 {
			t.Errorf("%.30q: read %d bytes", first, in.n)
		}
	}
}

// counter counts the bytes read.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

// False octet counts cost a look ahead, not a look through the file for each of them.
func TestReaderFalseCountsAreLinear(t *testing.T) {
	const n = 20000
	in := strings.Repeat("999999 <13>1 2021-01-24T09:51:24Z host app web.1 - x 1 <2\n", n)
	start := time.Now()
	if recs := read(t, strings.NewReader(in), 0); len(recs) != n {
		t.Errorf("%d records", len(recs))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
