package syslog_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/syslog"
)

// pieces is a connection whose sender falls silent after each piece.
type pieces struct {
	left [][]byte
	read int // bytes given
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left[0])
	if p.left[0] = p.left[0][n:]; len(p.left[0]) == 0 {
		p.left = p.left[1:]
	}
	p.read += n
	return n, nil
}

func (p *pieces) ReadSoon([]byte) (int, error) { return 0, syslog.ErrSilent }

// steady is a connection that never falls silent.
type steady struct{ io.Reader }

func (s steady) ReadSoon(b []byte) (int, error) { return s.Read(b) }

func readStream(t fataler, s syslog.Stream, maxLine int) []syslog.Record {
	t.Helper()
	r := syslog.NewStream(s, "in.log", syslog.Options{MaxLine: maxLine})
	var recs []syslog.Record
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return recs
		}
		if err != nil {
			t.Fatalf("ended by %v", err)
		}
		recs = append(recs, rec)
	}
}

// A frame is given when its last byte is there, whatever its sender puts behind frames and wherever the stream is cut.
func TestStreamGivesFramesAtOnce(t *testing.T) {
	const a, b = "<13>1 2021-01-24T09:51:24Z d.5a8f app web.1 - - a", "<13>1 2021-01-24T09:51:25Z d.5a8f app web.1 - - b"
	tests := map[string][]string{ // each a stream in frames
		"line end counted":     {"50 " + a + "\n", "50 " + b + "\n"},
		"line end not counted": {"49 " + a, "\n49 " + b},
		"no line end":          {"49 " + a, "49 " + b},
		"several lines":        {"53 " + a + "\nx\ny", "53 " + b + "\nx\ny"},
		"lines":                {a + "\n", b + "\r\n"},
		"priority alone":       {"3 <1>", "4 <13>"},
	}
	for name, frames := range tests {
		t.Run(name, func(t *testing.T) {
			for cut := range len(frames[0]) {
				p := &pieces{left: [][]byte{[]byte(frames[0][:cut]), []byte(frames[0][cut:]), []byte(frames[1])}}
				if cut == 0 {
					p.left = p.left[1:]
				}
				r := syslog.NewStream(p, "in.log", syslog.Options{})
				for i, frame := range frames {
					rec, err := r.Next()
					if err != nil || rec.Err != nil || rec.Cut {
						t.Fatalf("cut at %d, frame %d: %v, %+v", cut, i, err, rec)
					}
					if !strings.Contains(frame, rec.Event.Text) || p.read > len(frames[0])+i*len(frames[1]) {
						t.Fatalf("cut at %d, frame %d: %q after %d bytes", cut, i, rec.Event.Text, p.read)
					}
				}
			}
		})
	}
}

// What a file says of itself is not believed of a connection.
func TestStreamBelievesNoHead(t *testing.T) {
	const line = "@2021-03-02T08:01:37Z 192.0.2.17:4123 - <13>a\n"
	for name, in := range map[string]string{"gzip": gzipped(t, line), "zstd": zstded(t, line), "BOM": "\ufeff<13>a\n", "origin": line} {
		for _, rec := range readStream(t, steady{strings.NewReader(in)}, 0) {
			if rec.Err == nil || rec.Origin != (syslog.Origin{}) {
				t.Errorf("%s: %+v", name, rec)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for in, want := range map[string]bool{
		"<13>a": true, "<13>a\n": false, "5 <13>a": false, "6 <13>a": true, "6 <13>a\n": false, "9 <13>": true, "garbage": true, "3 <13>a": true,
	} {
		recs := readStream(t, steady{strings.NewReader(in)}, 0)
		if len(recs) != 1 || recs[0].Cut != want {
			t.Errorf("%q: %+v", in, recs)
		}
	}
}

// Whatever comes, in whatever pieces: a stream without pauses is read like a file, and with them nothing is lost.
func FuzzStream(f *testing.F) {
	for _, file := range inputs(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint64(1), 0)
		f.Add(data, uint64(2), 90)
	}
	f.Add([]byte("5 <13>a5 <13>b\n99 <13>c\n4 <13>"), uint64(3), 0)
	f.Fuzz(func(t *testing.T, data []byte, seed uint64, maxLine int) {
		maxLine = min(maxLine, 1<<20)
		recs := readStream(t, steady{bytes.NewReader(data)}, maxLine)
		checkRecords(t, recs, maxLine)
		checkWhole(t, data, recs)
		if plain, ok := plainText(data); ok && bytes.Equal(plain, data) && !bytes.Contains(data, []byte("@")) {
			file, _ := readAll(bytes.NewReader(data), maxLine)
			if diff := cmp.Diff(file, recs); diff != "" {
				t.Fatalf("(-file +stream)\n%s", diff)
			}
		}
		checkWhole(t, data, readStream(t, &pieces{left: split(data, seed)}, maxLine))
		checkWhole(t, data, readStream(t, &pieces{left: split(data, 0)}, maxLine))
	})
}

// split cuts data into pieces of random lengths; of one byte each with seed 0.
func split(data []byte, seed uint64) [][]byte {
	random := rand.New(rand.NewPCG(seed, 0))
	var all [][]byte
	for len(data) > 0 {
		n := 1
		if seed > 0 {
			n = 1 + random.IntN(min(len(data), 1+random.IntN(200)))
		}
		all = append(all, data[:n])
		data = data[n:]
	}
	return all
}

// What is captured is read back: each record with its origin, message and line.
func TestCapturedRoundTrip(t *testing.T) {
	at := time.Date(2021, 3, 2, 8, 1, 37, 104729000, time.UTC)
	origins := []syslog.Origin{
		{Received: at, Sender: "192.0.2.17:41234"},
		{Received: at.Add(time.Second), Sender: "[2001:db8::7%eth0]:65535", Drain: "d." + strings.Repeat("x", syslog.MaxDrain-2)},
	}
	messages := []string{
		"<158>1 2021-03-02T08:01:37.104729+00:00 d.8f2b app web.1 - - x", "<13>two\nlines", "<13>three\n<13>lines\n", "<007>x", "no event",
		"<13>1 2021-03-02T08:01:37Z host app web.1 - 5 <13>a", figure10, "@2021-03-02T08:01:37Z 192.0.2.17:4123 - <13>forged", "12 no count",
		"<172>1 2021-01-24T09:51:25Z host heroku logplex - Error L10 (output buffer overflow): 1 messages dropped since 2021-01-24T09:50:24Z.",
	}
	var file []byte
	for _, m := range messages {
		for _, o := range origins {
			file = syslog.AppendLine(o.Append(file), m)
		}
	}
	recs := read(t, bytes.NewReader(file), 0)
	if len(recs) != len(messages)*len(origins) {
		t.Fatalf("%d records", len(recs))
	}
	for i, rec := range recs {
		if want := origins[i%2]; rec.Origin != want || rec.Err == nil && rec.Event.Arrived != want.Received {
			t.Errorf("%q: origin %+v, arrived %v", rec.Raw, rec.Origin, rec.Event.Arrived)
		}
		if want := strings.TrimSuffix(messages[i/2], "\n"); rec.Message() != want {
			t.Errorf("%q, want %q", rec.Message(), want)
		}
	}
}

// What only resembles an origin is no event, like any other text.
func TestNoOrigin(t *testing.T) {
	for _, in := range []string{
		"@2021-03-02T08:01:37Z 192.0.2.17 - <13>a", "@2021-03-02 192.0.2.17:41234 - <13>a", "@2021-03-02T08:01:37Z 192.0.2.17:41234 <13>a",
		"@2021-03-02T08:01:37Z 192.0.2.17:41234 - ", "@2021-03-02T08:01:37Z 192.0.2.17:41234  <13>a", "@",
		"@2021-03-02T08:01:37Z 192.0.2.17:41234 d." + strings.Repeat("x", syslog.MaxDrain) + " <13>a",
	} {
		recs := read(t, strings.NewReader(in+"\n"), 0)
		if len(recs) != 1 || recs[0].Err == nil || recs[0].Raw != in {
			t.Errorf("%q: %+v", in, recs)
		}
	}
}
