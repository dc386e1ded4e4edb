package receive_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/internal/certificate"
	"github.com/kpgen/kpgen/pack/receive"
	"github.com/kpgen/kpgen/pack/syslog"
)

// patience is how long a test waits for what must come; none takes as long.
const patience = time.Minute

// station is a receiver at work.
type station struct {
	*testing.T
	*receive.Receiver
	stop context.CancelFunc
	done chan error
	gate sync.Mutex // held: nothing is delivered

	mu   sync.Mutex
	recs []syslog.Record
}

// start runs a receiver of one address until the test ends.
func start(t *testing.T, address string, limits receive.Limits) *station {
	t.Helper()
	opt := receive.Options{Limits: limits}
	if strings.HasPrefix(address, "tls:") || strings.HasPrefix(address, "https:") {
		opt.Certificate, opt.Key, _ = certificate.Write(t)
	}
	a, err := receive.ParseAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	r, err := receive.Open([]receive.Address{a}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, r)
}

// run has a receiver work until the test ends.
func run(t *testing.T, r *receive.Receiver) *station {
	ctx, stop := context.WithCancel(context.Background())
	s := &station{T: t, Receiver: r, stop: stop, done: make(chan error, 1)}
	go func() { s.done <- r.Run(ctx, s.deliver) }()
	t.Cleanup(stop)
	return s
}

func (s *station) deliver(recs []syslog.Record) error {
	s.gate.Lock()
	defer s.gate.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recs = append(s.recs, recs...)
	return nil
}

// finish stops the receiver and gives what it delivered.
func (s *station) finish() []syslog.Record {
	s.Helper()
	s.stop()
	select {
	case err := <-s.done:
		if err != nil {
			s.Fatal(err)
		}
	case <-time.After(patience):
		s.Fatal("the receiver does not end")
	}
	return s.recs
}

// until waits for what must come true.
func (s *station) until(what string, holds func(receive.Counts) bool) {
	s.Helper()
	for end := time.Now().Add(patience); !holds(s.Counts()); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("%s: %v", what, s.Counts())
		}
	}
}

func (s *station) untilRecords(n int) {
	s.Helper()
	s.until(fmt.Sprintf("%d records", n), func(c receive.Counts) bool { return c.Records == n })
}

func (s *station) untilReason(reason receive.Reason, n int) {
	s.Helper()
	s.until(string(reason), func(c receive.Counts) bool { return c.Reasons[reason] == n })
}

func (s *station) dial() net.Conn {
	s.Helper()
	a := s.Addresses()[0]
	var c net.Conn
	var err error
	if a.Secure() {
		c, err = tls.Dial("tcp", a.Host, &tls.Config{InsecureSkipVerify: true})
	} else {
		c, err = net.Dial("tcp", a.Host)
	}
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	return c
}

func (s *station) send(c net.Conn, text string) {
	s.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		s.Fatal(err)
	}
}

// post sends a request and gives the status of the reply.
func (s *station) post(body string, header map[string]string) int {
	s.Helper()
	status, err := s.tryPost(s.Addresses()[0].String(), http.MethodPost, strings.NewReader(body), header)
	if err != nil {
		s.Fatal(err)
	}
	return status
}

func (s *station) tryPost(url, method string, body io.Reader, header map[string]string) (int, error) {
	q, err := http.NewRequest(method, url, body)
	if err != nil {
		return 0, err
	}
	q.Header.Set("Content-Type", "application/logplex-1")
	for name, value := range header {
		q.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	reply, err := client.Do(q)
	if err != nil {
		return 0, err
	}
	defer reply.Body.Close()
	return reply.StatusCode, nil
}

func line(i int) string {
	return fmt.Sprintf("<190>1 2021-03-02T08:01:37.104729+00:00 d.8f2b app web.1 - - line %d", i)
}

func frame(text string) string { return fmt.Sprintf("%d %s\n", len(text)+1, text) }

func messages(recs []syslog.Record) []string {
	var all []string
	for i := range recs {
		all = append(all, recs[i].Message())
	}
	return all
}

func lines(from, to int) []string {
	var all []string
	for i := from; i < to; i++ {
		all = append(all, line(i))
	}
	return all
}

// checkMessages compares what was delivered with what was sent.
func checkMessages(t testing.TB, want []string, recs []syslog.Record) {
	t.Helper()
	if diff := cmp.Diff(want, messages(recs)); diff != "" {
		t.Errorf("(-sent +delivered)\n%s", diff)
	}
}

func TestStreamInOddChunks(t *testing.T) {
	framings := map[string]func(string) string{
		"octets":                  frame,
		"octets without line end": func(s string) string { return fmt.Sprintf("%d %s", len(s), s) },
		"lines":                   func(s string) string { return s + "\n" },
	}
	for _, scheme := range []string{"tcp", "tls"} {
		for name, framed := range framings {
			for _, chunk := range []int{1, 7, 1021} {
				t.Run(fmt.Sprint(scheme, " ", name, " ", chunk), func(t *testing.T) {
					t.Parallel()
					s := start(t, scheme+"://127.0.0.1:0", receive.Limits{})
					var in strings.Builder
					for _, l := range lines(0, 30) {
						in.WriteString(framed(l))
					}
					c := s.dial()
					for rest := in.String(); rest != ""; rest = rest[min(chunk, len(rest)):] {
						s.send(c, rest[:min(chunk, len(rest))])
					}
					s.untilRecords(30) // while the connection stays open: nothing is held back
					recs := s.finish()
					checkMessages(t, lines(0, 30), recs)
					for i, rec := range recs {
						o := rec.Origin
						if rec.File != s.Addresses()[0].String() || rec.Line != i+1 || o.Sender != c.LocalAddr().String() || rec.Event.Arrived != o.Received {
							t.Fatalf("record %d: %+v", i, rec)
						}
					}
				})
			}
		}
	}
}

// Many senders at once, each with many connections one after the other: what each sent is there once, in its order.
func TestManySenders(t *testing.T) {
	const senders, rounds, each = 20, 5, 100
	s := start(t, "tcp://127.0.0.1:0", receive.Limits{Queued: 64 << 10})
	var sending sync.WaitGroup
	for sender := range senders {
		sending.Go(func() {
			for round := range rounds {
				c, err := net.Dial("tcp", s.Addresses()[0].Host)
				if err != nil {
					t.Error(err)
					return
				}
				for i := range each {
					fmt.Fprint(c, frame(fmt.Sprintf("<190>1 2021-03-02T08:01:37Z d.%d app web.1 - - %d", sender, round*each+i)))
				}
				c.Close()
			}
		})
	}
	sending.Wait()
	s.untilRecords(senders * rounds * each)
	next := map[string]map[string]bool{}
	for _, rec := range s.finish() {
		seen := next[rec.Event.Host]
		if seen == nil {
			seen = map[string]bool{}
			next[rec.Event.Host] = seen
		}
		if seen[rec.Event.Message] {
			t.Fatalf("%q twice", rec.Raw)
		}
		seen[rec.Event.Message] = true
	}
	if c := s.Counts(); c.Connections != senders*rounds || c.Open != 0 || len(c.Reasons) != 0 || c.Events != c.Records {
		t.Errorf("%+v", c)
	}
}

// A half frame at a close is delivered as far as it came, and counted.
func TestHalfFrame(t *testing.T) {
	s := start(t, "tcp://127.0.0.1:0", receive.Limits{})
	c := s.dial()
	s.send(c, frame(line(1))+frame(line(2))[:60])
	c.Close()
	s.untilRecords(2)
	recs := s.finish()
	if recs[0].Cut || !recs[1].Cut || !strings.HasPrefix(line(2), recs[1].Message()) || s.Counts().Reasons[receive.CutOff] != 1 {
		t.Errorf("%+v %v", recs, s.Counts())
	}
}

// Whatever a sender does, others are served, and what it did is counted.
func TestHostileSenders(t *testing.T) {
	good := frame(line(1))
	tests := map[string]struct {
		send    string
		reason  receive.Reason
		n       int
		records int
	}{
		"a length beyond all bounds": {"99999999999999999999 " + line(0) + "\n" + good, "", 0, 2},
		"a negative length":          {"-5 " + line(0) + "\n" + good, receive.NotAnEvent, 1, 2},
		"a length of letters":        {"abc " + line(0) + "\n" + good, receive.NotAnEvent, 1, 2},
		"garbage before frames":      {"\x00\xff garbage\n" + good, receive.NotAnEvent, 1, 2},
		"a TLS hello":                {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n" + good, receive.NotAnEvent, 1, 2},
		"a request":                  {"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + good, receive.NotAnEvent, 2, 3},
		"a line without end":         {"<13>" + strings.Repeat("x", 3<<20) + "\n" + good, receive.LineTooLong, 1, 2},
		"line ends only":             {strings.Repeat("\n", 1<<20) + good, "", 0, 1},
		"many digits":                {strings.Repeat("1", 1<<20) + "\n" + good, receive.LineTooLong, 1, 2},
		"no length":                  {"0 " + line(0) + "\n" + good, "", 0, 2},
		"leading zeros":              {"000" + good + good, "", 0, 2},
		"no blank":                   {strings.Replace(good, " <", "<", 1) + good, receive.NotAnEvent, 1, 2},
		"two blanks":                 {strings.Replace(good, " <", "  <", 1) + good, receive.NotAnEvent, 1, 2},
		"NUL in a message":           {frame(line(0)+"\x00\x00") + good, "", 0, 2},
		"no UTF-8":                   {frame(line(0)+"\xff\xc3") + good, "", 0, 2},
		"lines and frames":           {line(0) + "\n" + good + line(2) + "\r\n" + good, "", 0, 4},
		"a frame of frames":          {frame(strings.TrimSuffix(good, "\n")) + good, receive.NotAnEvent, 1, 3},
		"a length one short":         {fmt.Sprintf("%d %s\n", len(line(1))-1, line(1)) + good, "", 0, 2},
		"nothing":                    {"", "", 0, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "tcp://127.0.0.1:0", receive.Limits{})
			c := s.dial()
			s.send(c, tt.send)
			c.Close()
			s.untilRecords(tt.records)
			s.untilReason(tt.reason, tt.n)
			s.send(s.dial(), frame(line(7)))
			s.untilRecords(tt.records + 1)
			recs := s.finish()
			if last := recs[len(recs)-1]; last.Message() != line(7) {
				t.Errorf("last is %q", last.Raw)
			}
			if c := s.Counts(); c.Records-c.Events != c.Reasons[receive.NotAnEvent]+c.Reasons[receive.LineTooLong] {
				t.Errorf("%v", c)
			}
		})
	}
}

func TestIdleAndSlowAreCut(t *testing.T) {
	for _, scheme := range []string{"tcp", "tls"} {
		t.Run(scheme, func(t *testing.T) {
			s := start(t, scheme+"://127.0.0.1:0", receive.Limits{Idle: 50 * time.Millisecond})
			idle := s.dial()
			s.send(idle, frame(line(0)))
			s.untilReason(receive.Idle, 1)
			s = start(t, scheme+"://127.0.0.1:0", receive.Limits{Slow: 50 * time.Millisecond})
			slow := s.dial()
			s.send(slow, frame(line(0))+frame(line(1))[:70])
			s.untilReason(receive.Slow, 1)
			s.untilRecords(2)
			s.untilReason(receive.CutOff, 1)
			if _, err := slow.Read(make([]byte, 1)); err == nil {
				t.Error("the connection is open")
			}
		})
	}
}

// A line without end takes no memory and no more time than any other.
func TestEndlessLine(t *testing.T) {
	s := start(t, "tcp://127.0.0.1:0", receive.Limits{Slow: 100 * time.Millisecond})
	c := s.dial()
	for endless := strings.Repeat("x", 1<<16); ; {
		if _, err := io.WriteString(c, endless); err != nil {
			break
		}
	}
	s.untilReason(receive.Slow, 1)
	s.untilReason(receive.LineTooLong, 1)
}

// Slow is what keeps its message for long, not who has much to say.
func TestBusySenderIsNotSlow(t *testing.T) {
	s := start(t, "tcp://127.0.0.1:0", receive.Limits{Slow: 300 * time.Millisecond})
	c := s.dial()
	n := 0
	for end := time.Now().Add(time.Second); time.Now().Before(end); n++ {
		s.send(c, frame(line(n))+"3") // the next frame has begun
		s.send(c, strings.TrimPrefix(frame("<13>"+strings.Repeat("x", 34)), "3"))
	}
	s.untilRecords(2 * n)
	if c := s.Counts(); len(c.Reasons) != 0 {
		t.Error(c)
	}
}

func TestTooManyConnections(t *testing.T) {
	s := start(t, "tcp://127.0.0.1:0", receive.Limits{Connections: 2, Wait: 10 * time.Millisecond})
	first, second := s.dial(), s.dial()
	s.send(first, frame(line(0)))
	s.send(second, frame(line(1)))
	s.untilRecords(2)
	third := s.dial()
	s.untilReason(receive.TooMany, 1)
	if _, err := third.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is open")
	}
	first.Close()
	s.until("a free slot", func(c receive.Counts) bool { return c.Open == 1 })
	s.send(s.dial(), frame(line(2)))
	s.untilRecords(3)
}

func TestHandshake(t *testing.T) {
	for _, address := range []string{"tls://127.0.0.1:0", "https://127.0.0.1:0"} {
		t.Run(address, func(t *testing.T) {
			s := start(t, address, receive.Limits{Handshake: 50 * time.Millisecond, Slow: 50 * time.Millisecond})
			host := s.Addresses()[0].Host
			if _, err := tls.Dial("tcp", host, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
				t.Error("TLS 1.1 was agreed upon")
			}
			s.untilReason(receive.Handshake, 1)
			silent, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer silent.Close()
			s.untilReason(receive.Handshake, 2)
		})
	}
}

// While nothing is handed on, TCP senders wait and requests are told to come again; then all is there.
func TestBackPressure(t *testing.T) {
	limits := receive.Limits{Queued: 200 << 10, Wait: 20 * time.Millisecond}
	s := start(t, "tcp://127.0.0.1:0", limits)
	s.gate.Lock()
	c := s.dial()
	one := frame("<190>1 2021-03-02T08:01:37Z d.1 app web.1 - - " + strings.Repeat("x", 500))
	sent, rest := 0, ""
	for blocked := false; !blocked; sent++ {
		if sent*len(one) > 256<<20 {
			t.Fatal("the sender need not wait")
		}
		c.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
		n, err := io.WriteString(c, one)
		blocked, rest = err != nil, one[n:]
	}
	s.gate.Unlock()
	c.SetWriteDeadline(time.Time{})
	s.send(c, rest)
	s.untilRecords(sent)

	s = start(t, "http://127.0.0.1:0", limits)
	s.gate.Lock()
	status := make(chan int, 3)
	for i := range 3 {
		go func() {
			got, _ := s.tryPost(s.Addresses()[0].String(), http.MethodPost, strings.NewReader(strings.Repeat(frame(line(i)), 1000)),
				map[string]string{"Logplex-Frame-Id": fmt.Sprint(i)})
			status <- got
		}()
	}
	s.until("two refused", func(c receive.Counts) bool { return c.Reasons[receive.Busy] >= 2 })
	s.gate.Unlock()
	taken := 0
	for range 3 {
		switch got := <-status; got {
		case http.StatusNoContent:
			taken++
		case http.StatusServiceUnavailable:
		default:
			t.Errorf("replied %d", got)
		}
	}
	for i := range 3 { // all are sent again
		if got := s.post(strings.Repeat(frame(line(i)), 1000), map[string]string{"Logplex-Frame-Id": fmt.Sprint(i)}); got != http.StatusNoContent {
			t.Errorf("replied %d to what is sent again", got)
		}
	}
	if recs := s.finish(); len(recs) != 3000 || s.Counts().Reasons[receive.Repeated] != taken {
		t.Errorf("%d records, %v", len(recs), s.Counts())
	}
}

// What was sent before a stop is delivered, whether or not senders hang up.
func TestStopDrains(t *testing.T) {
	for _, scheme := range []string{"tcp", "tls"} {
		s := start(t, scheme+"://127.0.0.1:0", receive.Limits{})
		c := s.dial()
		s.send(c, frame(line(0)))
		s.untilRecords(1)
		s.gate.Lock()
		for _, l := range lines(1, 2000) {
			s.send(c, frame(l))
		}
		s.stop()
		s.gate.Unlock()
		checkMessages(t, lines(0, 2000), s.finish())
		if c := s.Counts(); len(c.Reasons) != 0 || c.Open != 0 {
			t.Error(c)
		}
		if _, err := net.Dial("tcp", s.Addresses()[0].Host); err == nil {
			t.Error("it still listens")
		}
	}
}

// A sender that does not stop does not keep the receiver from stopping.
func TestStopCutsWhoGoesOn(t *testing.T) {
	s := start(t, "tcp://127.0.0.1:0", receive.Limits{Farewell: 100 * time.Millisecond})
	c := s.dial()
	go func() {
		for {
			if _, err := io.WriteString(c, frame(line(0))); err != nil {
				return
			}
		}
	}()
	s.until("something", func(c receive.Counts) bool { return c.Records > 0 })
	s.finish()
}

// What cannot be handed on is told to who can send it again, and ends the receiver.
func TestDeliverFails(t *testing.T) {
	a, err := receive.ParseAddress("http://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r, err := receive.Open([]receive.Address{a}, receive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	done := make(chan error, 1)
	go func() { done <- r.Run(t.Context(), func([]syslog.Record) error { return full }) }()
	if got := (&station{T: t, Receiver: r}).post(frame(line(0)), nil); got != http.StatusServiceUnavailable {
		t.Errorf("replied %d", got)
	}
	if got := <-done; got != full {
		t.Errorf("ended by %v", got)
	}
	if c := r.Counts(); c.Records != 0 || c.Reasons[receive.NotDelivered] != 1 {
		t.Error(c)
	}
}

func TestDrain(t *testing.T) {
	glued := "100 <172>1 2021-01-24T09:51:25+00:00 host heroku logplex - " +
		"Error L10 (output buffer overflow): 1 messages dropped since 2021-01-24T09:50:24+00:00."
	tests := map[string]struct {
		header  map[string]string
		body    string
		status  int
		reason  receive.Reason
		records int
	}{
		"a batch":              {map[string]string{"Logplex-Msg-Count": "2"}, frame(line(0)) + frame(line(1)), 204, "", 2},
		"no headers":           {nil, frame(line(0)), 204, "", 1},
		"a glued notice":       {map[string]string{"Logplex-Msg-Count": "2"}, glued + frame(line(0)), 204, "", 2},
		"parameters":           {map[string]string{"Content-Type": "Application/Logplex-1; charset=utf-8"}, frame(line(0)), 204, "", 1},
		"nothing":              {map[string]string{"Logplex-Msg-Count": "0"}, "", 204, "", 0},
		"one missing":          {map[string]string{"Logplex-Msg-Count": "3"}, frame(line(0)) + frame(line(1)), 204, receive.CountDiffers, 2},
		"all missing":          {map[string]string{"Logplex-Msg-Count": "3"}, "", 204, receive.CountDiffers, 0},
		"garbage":              {nil, "garbage\n", 204, receive.NotAnEvent, 1},
		"cut":                  {nil, frame(line(0))[:60], 204, receive.CutOff, 1},
		"no count":             {map[string]string{"Logplex-Msg-Count": "many"}, frame(line(0)), 400, receive.WrongHeader, 0},
		"a negative count":     {map[string]string{"Logplex-Msg-Count": "-1"}, frame(line(0)), 400, receive.WrongHeader, 0},
		"a token with a blank": {map[string]string{"Logplex-Drain-Token": "d.1 <13>x"}, frame(line(0)), 400, receive.WrongHeader, 0},
		"a long frame id":      {map[string]string{"Logplex-Frame-Id": strings.Repeat("x", 200)}, frame(line(0)), 400, receive.WrongHeader, 0},
		"another type":         {map[string]string{"Content-Type": "text/plain"}, frame(line(0)), 415, receive.WrongType, 0},
		"no type":              {map[string]string{"Content-Type": ""}, frame(line(0)), 415, receive.WrongType, 0},
		"a packed body":        {map[string]string{"Content-Encoding": "gzip"}, "\x1f\x8b\x08", 415, receive.WrongType, 0},
		"too large":            {nil, strings.Repeat("x", 200<<10), 413, receive.TooLarge, 0},
		"too many messages":    {nil, strings.Repeat("3 <0>", 20000), 413, receive.TooLarge, 0},
		"a line too long":      {nil, "<13>" + strings.Repeat("x", 70<<10) + "\n", 204, receive.LineTooLong, 1},
	}
	for _, scheme := range []string{"http", "https"} {
		for name, tt := range tests {
			t.Run(scheme+" "+name, func(t *testing.T) {
				t.Parallel()
				s := start(t, scheme+"://127.0.0.1:0/drain", receive.Limits{Body: 100 << 10})
				if got := s.post(tt.body, tt.header); got != tt.status {
					t.Errorf("status %d, want %d", got, tt.status)
				}
				if tt.reason != "" {
					s.untilReason(tt.reason, 1)
				}
				if recs := s.finish(); len(recs) != tt.records {
					t.Errorf("%d records: %v", len(recs), s.Counts())
				}
				if c := s.Counts(); tt.reason == "" && len(c.Reasons) != 0 {
					t.Error(c)
				}
			})
		}
	}
}

func TestDrainPathAndMethod(t *testing.T) {
	s := start(t, "http://127.0.0.1:0/logs", receive.Limits{})
	at := s.Addresses()[0].String()
	for _, tt := range []struct {
		url, method string
		status      int
	}{{at, "GET", 405}, {at, "OPTIONS", 405}, {at + "/x", "POST", 404}, {at + "/../etc", "POST", 404}, {at, "POST", 204}} {
		got, err := s.tryPost(tt.url, tt.method, strings.NewReader(""), nil)
		if err != nil || got != tt.status {
			t.Errorf("%s %s: %d %v, want %d", tt.method, tt.url, got, err, tt.status)
		}
	}
	want := map[receive.Reason]int{receive.WrongMethod: 2, receive.WrongPath: 2}
	if diff := cmp.Diff(want, s.Counts().Reasons); diff != "" {
		t.Error(diff)
	}
}

// A frame id that comes again is a retry, of the same drain only, and also while the first is on its way.
func TestRetry(t *testing.T) {
	s := start(t, "https://127.0.0.1:0", receive.Limits{})
	header := func(drain, id string) map[string]string {
		return map[string]string{"Logplex-Drain-Token": drain, "Logplex-Frame-Id": id}
	}
	s.gate.Lock()
	var posting sync.WaitGroup
	for range 5 {
		posting.Go(func() {
			if got := s.post(frame(line(0)), header("d.1", "a")); got != 204 {
				t.Error(got)
			}
		})
	}
	time.Sleep(20 * time.Millisecond)
	s.gate.Unlock()
	posting.Wait()
	for _, h := range []map[string]string{header("d.1", "a"), header("d.2", "a"), header("d.1", "b")} {
		if got := s.post(frame(line(0)), h); got != 204 {
			t.Error(got)
		}
	}
	recs := s.finish()
	if c := s.Counts(); len(recs) != 3 || c.Reasons[receive.Repeated] != 5 || c.Requests != 3 {
		t.Errorf("%d records, %v", len(recs), c)
	}
	if o := recs[0].Origin; o.Drain != "d.1" || o.Sender == "" || o.Received.IsZero() {
		t.Errorf("%+v", o)
	}
}

// A body that ends early or comes too slowly is not taken: its sender will send it again.
func TestUnfinishedRequests(t *testing.T) {
	const head = "POST /drain HTTP/1.1\r\nHost: x\r\nContent-Type: application/logplex-1\r\nContent-Length: 100\r\n\r\n"
	s := start(t, "http://127.0.0.1:0", receive.Limits{Slow: 100 * time.Millisecond})
	ends := s.dial()
	s.send(ends, head+"50 <13>x")
	ends.Close()
	s.untilReason(receive.BodyUnreadable, 1)
	slow := s.dial()
	s.send(slow, head+"50 <13>x")
	s.untilReason(receive.BodyUnreadable, 2)
	s.send(s.dial(), head[:40])
	s.untilReason(receive.Unfinished, 1)
	s.send(s.dial(), "POST /drain HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("x", 64<<10))
	s.untilReason(receive.Unfinished, 2)
	if got := s.post(frame(line(0)), nil); got != 204 {
		t.Error(got)
	}
	if recs := s.finish(); len(recs) != 1 {
		t.Errorf("%d records", len(recs))
	}
}

// The real clients that people use. Where they must be there, as in CI, KPGEN_REQUIRE_MONO is set.
func TestRealClients(t *testing.T) {
	t.Run("openssl", func(t *testing.T) {
		s := start(t, "tls://127.0.0.1:0", receive.Limits{})
		s.client("openssl", "s_client", "-quiet", "-no_ign_eof", "-nocommands", "-connect", s.Addresses()[0].Host)
		s.untilRecords(2)
		checkMessages(t, lines(0, 2), s.finish())
	})
	t.Run("curl", func(t *testing.T) {
		s := start(t, "https://127.0.0.1:0", receive.Limits{})
		s.client("curl", "--silent", "--insecure", "--fail", "--data-binary", "@-", "-H", "Content-Type: application/logplex-1",
			"-H", "Logplex-Msg-Count: 2", "-H", "Logplex-Frame-Id: 1", "-H", "Logplex-Drain-Token: d.1", s.Addresses()[0].String())
		checkMessages(t, lines(0, 2), s.finish())
	})
}

// client runs a program that sends two lines from its standard input.
func (s *station) client(name string, args ...string) {
	s.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("KPGEN_REQUIRE_MONO") == "" {
		s.Skip(err)
	}
	c := exec.CommandContext(s.Context(), path, args...)
	c.Stdin = strings.NewReader(frame(line(0)) + frame(line(1)))
	if out, err := c.CombinedOutput(); err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
}

func TestParseAddress(t *testing.T) {
	tests := map[string]struct {
		want     string // "": refused
		loopback bool
	}{
		"tcp://127.0.0.1:6514":        {"tcp://127.0.0.1:6514", true},
		"tcp://:6514":                 {"tcp://127.0.0.1:6514", true},
		"tls://localhost:0":           {"tls://localhost:0", true},
		"tls://[::1]:6514":            {"tls://[::1]:6514", true},
		"https://:8443":               {"https://127.0.0.1:8443/drain", true},
		"http://127.0.0.1:80/a/b":     {"http://127.0.0.1:80/a/b", true},
		"tcp://0.0.0.0:6514":          {"tcp://0.0.0.0:6514", false},
		"tcp://192.0.2.7:6514":        {"tcp://192.0.2.7:6514", false},
		"tcp://[::]:6514":             {"tcp://[::]:6514", false},
		"tls://logs.example.com:6514": {"tls://logs.example.com:6514", false},
		"127.0.0.1:6514":              {}, "tcp://127.0.0.1": {}, "tcp://127.0.0.1:70000": {}, "tcp://127.0.0.1:6514/x": {}, "udp://127.0.0.1:514": {},
		"https://u:p@127.0.0.1:1/": {}, "https://127.0.0.1:1/?a=b": {}, "": {}, "tcp://:x": {},
	}
	for in, tt := range tests {
		a, err := receive.ParseAddress(in)
		if (err != nil) != (tt.want == "") || err == nil && (a.String() != tt.want || a.Loopback() != tt.loopback) {
			t.Errorf("%s: %v, %v, %v", in, a, a.Loopback(), err)
		}
	}
}

func TestOpenFails(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for address, id := range map[string]string{"tcp://" + busy.Addr().String(): "not-listening", "tls://127.0.0.1:0": "certificate-unreadable"} {
		a, err := receive.ParseAddress(address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = receive.Open([]receive.Address{{Scheme: "tcp", Host: "127.0.0.1:0"}, a}, receive.Options{Certificate: "nowhere.pem"})
		var list diag.List
		if !errors.As(err, &list) || list[0].ID != id {
			t.Errorf("%s: %v", address, err)
		}
	}
}
