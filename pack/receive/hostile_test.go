package receive_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/receive"
)

// request gives a request as its bytes; headers are whole lines.
func request(body string, headers ...string) string {
	return "POST /drain HTTP/1.1\r\nHost: x\r\nContent-Type: application/logplex-1\r\n" + strings.Join(append(headers, ""), "\r\n") +
		fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body
}

// statuses reads the replies that come on a connection until it ends or there are n.
func statuses(t *testing.T, c net.Conn, n int) (all []int) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(patience))
	r := bufio.NewReader(c)
	for len(all) < n {
		reply, err := http.ReadResponse(r, nil)
		if err != nil {
			return all
		}
		io.Copy(io.Discard, reply.Body)
		all = append(all, reply.StatusCode)
	}
	return all
}

// Whatever bytes come where a request should: nobody is served what is not theirs, and the next sender is served.
func TestHostileRequests(t *testing.T) {
	one := frame(line(0))
	chunked := "POST /drain HTTP/1.1\r\nHost: x\r\nContent-Type: application/logplex-1\r\nTransfer-Encoding: chunked\r\n\r\n"
	tests := map[string]struct {
		send    string
		status  []int
		reason  receive.Reason
		records int
	}{
		"pipelined":             {request(one) + request(one) + request(one), []int{204, 204, 204}, "", 3},
		"chunked":               {chunked + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(one), one), []int{204}, "", 1},
		"in chunks of one byte": {chunked + strings.Repeat("1\r\n\n\r\n", 3) + "0\r\n\r\n", []int{204}, "", 0},
		"a chunk beyond bounds": {chunked + "ffffffffffffffffff\r\n", []int{503}, receive.BodyUnreadable, 0},
		"a chunk of no number":  {chunked + "zz\r\n", []int{503}, receive.BodyUnreadable, 0},
		"a body of a huge length": {"POST /drain HTTP/1.1\r\nHost: x\r\nContent-Type: application/logplex-1\r\nContent-Length: 9223372036854775807\r\nConnection: close\r\n\r\n",
			[]int{413}, receive.TooLarge, 0},
		"a negative length": {"POST /drain HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", []int{400}, receive.Unfinished, 0},
		"two lengths":       {"POST /drain HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", []int{400}, receive.Unfinished, 0},
		"length and chunks": {"POST /drain HTTP/1.1\r\nHost: x\r\nContent-Type: application/logplex-1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			[]int{204}, "", 0},
		"no host":              {"POST /drain HTTP/1.1\r\n\r\n", []int{400}, receive.Unfinished, 0},
		"HTTP/1.0":             {strings.Replace(request(one), "HTTP/1.1", "HTTP/1.0", 1), []int{204}, "", 1},
		"HTTP/2":               {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", nil, "", 0},
		"HTTP/9":               {"POST /drain HTTP/9.0\r\nHost: x\r\n\r\n", []int{505}, receive.Unfinished, 0},
		"no HTTP":              {one, []int{400}, receive.Unfinished, 0},
		"a header with NUL":    {"POST /drain HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n", []int{400}, receive.Unfinished, 0},
		"a header too large":   {"POST /drain HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", []int{431}, receive.Unfinished, 0},
		"two frame ids":        {request(one, "Logplex-Frame-Id: a", "Logplex-Frame-Id: b"), []int{400}, receive.WrongHeader, 0},
		"two types":            {request(one, "Content-Type: text/html"), []int{400}, receive.WrongHeader, 0},
		"a count with a sign":  {request(one, "Logplex-Msg-Count: +1"), []int{400}, receive.WrongHeader, 0},
		"a count beyond bound": {request(one, "Logplex-Msg-Count: 99999999999999999999"), []int{400}, receive.WrongHeader, 0},
		"another encoding":     {request(one, "Content-Encoding: identity"), []int{415}, receive.WrongType, 0},
		"gzip in transfer":     {strings.Replace(chunked, "chunked", "gzip, chunked", 1) + "0\r\n\r\n", []int{501}, receive.Unfinished, 0},
		"an upgrade":           {request(one, "Connection: Upgrade", "Upgrade: h2c"), []int{204}, "", 1},
		"an absolute path":     {strings.Replace(request(one), "/drain", "http://x/drain", 1), []int{204}, "", 1},
		"an encoded path":      {strings.Replace(request(one), "/drain", "/%64rain", 1), []int{204}, "", 1},
		"another path":         {strings.Replace(request(one), "/drain", "/x/../drain", 1), []int{404}, receive.WrongPath, 0},
		"NUL and no UTF-8":     {request("\x00\xff\xfe\n" + one), []int{204}, receive.NotAnEvent, 2},
		"a count that lies":    {request("99 " + line(0) + "\n" + one), []int{204}, "", 2},
	}
	for _, scheme := range []string{"http", "https"} {
		for name, tt := range tests {
			t.Run(scheme+" "+name, func(t *testing.T) {
				t.Parallel()
				s := start(t, scheme+"://127.0.0.1:0", receive.Limits{Slow: 5 * time.Second})
				c := s.dial()
				s.send(c, tt.send)
				if got := statuses(t, c, max(1, len(tt.status))); tt.status != nil && fmt.Sprint(got) != fmt.Sprint(tt.status) {
					t.Errorf("replied %v, want %v", got, tt.status)
				}
				if tt.reason != "" {
					s.untilReason(tt.reason, 1)
				}
				if got := s.post(frame(line(7)), nil); got != 204 {
					t.Errorf("then %d", got)
				}
				recs := s.finish()
				if len(recs) != tt.records+1 || recs[tt.records].Message() != line(7) {
					t.Errorf("%d records, %v", len(recs), s.Counts())
				}
				if c := s.Counts(); tt.reason == "" && tt.status != nil && len(c.Reasons) != 0 {
					t.Error(c)
				}
			})
		}
	}
}

// Who waits to be asked for the body is asked, also a while after the last request; who is refused is so before sending it.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	s := start(t, "https://127.0.0.1:0", receive.Limits{Slow: time.Second})
	head := strings.Replace(request(frame(line(0)), "Expect: 100-continue"), frame(line(0)), "", 1)
	c := s.dial()
	for range 2 {
		s.send(c, head)
		if got := statuses(t, c, 1); len(got) != 1 || got[0] != 100 {
			t.Fatalf("replied %v", got)
		}
		s.send(c, frame(line(0)))
		if got := statuses(t, c, 1); len(got) != 1 || got[0] != 204 {
			t.Fatalf("replied %v", got)
		}
		time.Sleep(2100 * time.Millisecond) // longer than a reply may take
	}
	s.send(c, strings.Replace(head, "logplex-1", "json", 1))
	if got := statuses(t, c, 1); len(got) != 1 || got[0] != 415 {
		t.Errorf("replied %v", got)
	}
}

// A request that comes again is answered whether its sender reads the reply before or after it has sent all of it.
func TestRepeatedLargeBody(t *testing.T) {
	s := start(t, "http://127.0.0.1:0", receive.Limits{})
	body := strings.Repeat(frame("<13>"+strings.Repeat("x", 4000)), 1000)
	for range 3 {
		c := s.dial()
		s.send(c, request(body, "Logplex-Frame-Id: a"))
		if got := statuses(t, c, 1); len(got) != 1 || got[0] != 204 {
			t.Fatalf("replied %v", got)
		}
		c.Close()
	}
	if recs := s.finish(); len(recs) != 1000 || s.Counts().Reasons[receive.Repeated] != 2 {
		t.Errorf("%d records, %v", len(recs), s.Counts())
	}
}

// Who announces much, sends little and never ends it takes no room from others, of its kind or not.
func TestAnnouncedBodiesTakeNoRoom(t *testing.T) {
	limits := receive.Limits{Queued: 1 << 20, Wait: time.Millisecond}
	a, err := receive.ParseAddress("http://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b, err := receive.ParseAddress("tcp://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r, err := receive.Open([]receive.Address{a, b}, receive.Options{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	s := run(t, r)
	for range 20 {
		c, err := net.Dial("tcp", r.Addresses()[0].Host)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		s.send(c, strings.Replace(request("<13>x", "Connection: close"), "Length: 5", "Length: 8000000", 1))
	}
	s.until("twenty", func(c receive.Counts) bool { return c.Connections == 20 })
	if got := s.post(strings.Repeat(frame(line(0)), 100), nil); got != 204 {
		t.Errorf("replied %d", got)
	}
	c, err := net.Dial("tcp", r.Addresses()[1].Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s.send(c, frame(line(0)))
	s.untilRecords(101)
}

// Who sends requests and never reads a reply is cut, and what it sent is there.
func TestRepliesNotRead(t *testing.T) {
	s := start(t, "http://127.0.0.1:0", receive.Limits{Slow: 200 * time.Millisecond})
	c := s.dial()
	go func() {
		for one := request(frame(line(0))); ; {
			if _, err := io.WriteString(c, one); err != nil {
				return
			}
		}
	}()
	s.untilReason(receive.Unanswered, 1)
	s.until("closed", func(c receive.Counts) bool { return c.Open == 0 })
	if c := s.Counts(); c.Records != c.Requests {
		t.Error(c)
	}
}

// The wrong language is answered or cut, and counted.
func TestWrongLanguage(t *testing.T) {
	for _, tt := range []struct {
		listen string
		dial   func(host string) (net.Conn, error)
		reason receive.Reason
	}{
		{"tls://127.0.0.1:0", plainly, receive.Handshake},
		{"https://127.0.0.1:0", plainly, receive.Handshake},
		{"tcp://127.0.0.1:0", secretly, receive.NotAnEvent},
		{"http://127.0.0.1:0", secretly, receive.Unfinished},
	} {
		t.Run(tt.listen, func(t *testing.T) {
			s := start(t, tt.listen, receive.Limits{})
			if c, err := tt.dial(s.Addresses()[0].Host); err == nil {
				s.send(c, request(frame(line(0))))
				c.Close()
			}
			s.until(string(tt.reason), func(c receive.Counts) bool { return c.Reasons[tt.reason] > 0 })
		})
	}
}

func plainly(host string) (net.Conn, error) { return net.Dial("tcp", host) }

// secretly gives up when no answer comes for a while.
func secretly(host string) (net.Conn, error) {
	return tls.DialWithDialer(&net.Dialer{Timeout: 200 * time.Millisecond}, "tcp", host, &tls.Config{InsecureSkipVerify: true})
}

// Two hundred drains at once, more than may have a connection, each with bursts: what each sent is there once.
func TestManyDrains(t *testing.T) {
	const each = 40
	drains := 200
	if testing.Short() {
		drains = 40
	}
	for scheme, rounds := range map[string]int{"tcp": 3, "tls": 1, "https": 1} {
		t.Run(scheme, func(t *testing.T) {
			s := start(t, scheme+"://127.0.0.1:0", receive.Limits{Queued: 256 << 10, Connections: 30, Handshake: patience, Slow: patience, Wait: patience})
			var sending sync.WaitGroup
			for d := range drains {
				sending.Go(func() {
					for round := range rounds {
						burst(t, s, d, round*each, each)
					}
				})
			}
			sending.Wait()
			s.untilRecords(drains * rounds * each)
			seen := map[string]bool{}
			for _, rec := range s.finish() {
				if key := rec.Event.Host + " " + rec.Event.Message; seen[key] {
					t.Fatalf("%s twice", key)
				} else {
					seen[key] = true
				}
			}
			c := s.Counts()
			delete(c.Reasons, receive.Busy) // and sent again
			if c.Events != drains*rounds*each || c.Open != 0 || len(c.Reasons) != 0 {
				t.Error(c)
			}
		})
	}
}

// burst sends lines of a drain over a connection of their own.
func burst(t *testing.T, s *station, drain, from, n int) {
	var body strings.Builder
	for i := range n {
		body.WriteString(frame(fmt.Sprintf("<190>1 2021-03-02T08:01:37Z d.%d app web.1 - - %d", drain, from+i)))
	}
	a := s.Addresses()[0]
	if a.Scheme == "https" {
		for status := 0; status != 204; {
			var err error
			status, err = s.tryPost(a.String(), http.MethodPost, strings.NewReader(body.String()),
				map[string]string{"Logplex-Drain-Token": fmt.Sprint("d.", drain), "Logplex-Frame-Id": fmt.Sprint(from)})
			if err != nil {
				t.Error(err)
				return
			}
		}
		return
	}
	c, err := net.Dial("tcp", a.Host)
	if err != nil {
		t.Error(err)
		return
	}
	if a.Secure() {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	}
	defer c.Close()
	if _, err := io.WriteString(c, body.String()); err != nil {
		t.Error(err)
	}
}
