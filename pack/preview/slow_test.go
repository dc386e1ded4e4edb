package preview

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/receive"
)

// brief are limits short enough to wait for.
var brief = limits{read: 100 * time.Millisecond, write: 200 * time.Millisecond, follow: 100 * time.Millisecond, idle: 100 * time.Millisecond}

// isCut waits until the other side has closed a connection, and gives what came before. A test that waits in vain runs out of time.
func isCut(t *testing.T, c net.Conn) string {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(2 * time.Minute))
	got, err := io.ReadAll(c)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Fatal("it is not cut")
	}
	return string(got) // an end or a reset
}

// TestSlowClientsOfThePage: who sends half a request, nothing more, or does not take what it asked for is cut; others are served.
func TestSlowClientsOfThePage(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(string(corpus.Log(t, 30_000, 1)))
	s := open(t, opt)
	s.limits = brief
	at := serve(t, s)
	host := strings.TrimSuffix(strings.TrimPrefix(at, "http://"), "/")
	dial := func(text string) net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if _, err := io.WriteString(c, text); err != nil {
			t.Fatal(err)
		}
		return c
	}
	request := func(path string) string { return fmt.Sprintf("GET /%s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host) }
	served := func() { // now or, where the limits are too short for a busy machine, a little later
		t.Helper()
		waitFor(t, func() bool {
			r, err := http.Get(at + "line-7.html")
			if err != nil {
				return false
			}
			defer r.Body.Close()
			_, err = io.Copy(io.Discard, r.Body)
			return err == nil && r.StatusCode == http.StatusOK
		})
	}
	half, silent, idle := dial(request("")[:20]), dial(""), dial(request("icon.svg"))
	deaf := dial(strings.Repeat(request("report-1.csv"), 20)) // far more than buffers hold
	served()
	for name, c := range map[string]net.Conn{"half a request": half, "nothing": silent} {
		if got := isCut(t, c); strings.Contains(got, "200 OK") {
			t.Errorf("%s: %.200q", name, got)
		}
	}
	if got := isCut(t, idle); !strings.Contains(got, "200 OK") {
		t.Errorf("%.200q", got)
	}
	served()
	waitFor(t, func() bool { // who reads nothing notices when writing
		_, err := io.WriteString(deaf, " ")
		return err != nil
	})
	served()
}

// TestFollowers: only so many pages are told of changes at once, and one that goes makes room for another.
func TestFollowers(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Live = true
	at := serve(t, open(t, opt))
	follow := func() *http.Response {
		t.Helper()
		r, err := http.Get(at + "updates")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Body.Close() })
		return r
	}
	var all []*http.Response
	for range maxFollowers {
		all = append(all, follow())
		if status := all[len(all)-1].StatusCode; status != http.StatusOK {
			t.Fatal(status)
		}
	}
	if r := follow(); r.StatusCode != http.StatusServiceUnavailable {
		t.Error(r.Status)
	}
	all[0].Body.Close()
	waitFor(t, func() bool { return follow().StatusCode == http.StatusOK })
}

// TestSlowDrains: drains that send half of something, or take no reply, are cut and counted, and what others send is shown.
func TestSlowDrains(t *testing.T) {
	d := listen(t, receive.Limits{Slow: time.Second, Handshake: time.Second, Idle: time.Minute}, 10_000,
		"tcp://127.0.0.1:0", "tls://127.0.0.1:0", "https://127.0.0.1:0", "http://127.0.0.1:0")
	tcp, secure, https, plain := d.at[0], d.at[1], d.at[2], d.at[3]
	raw := func(at receive.Address, text string) net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", at.Host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		d.write(c, text)
		return c
	}
	half := frames(requests(1, "half")...)[:150]
	post := "POST /drain HTTP/1.1\r\nHost: " + plain.Host + "\r\nContent-Type: application/logplex-1\r\nContent-Length: "
	cut := map[string]net.Conn{
		"half a frame":          raw(tcp, half),
		"half a frame over TLS": d.dial(secure),
		"no hello":              raw(secure, ""),
		"half a hello":          raw(https, "\x16\x03\x01"),
		"half a header":         raw(plain, post[:60]),
		"half a body":           raw(plain, post+"500\r\n\r\n"+half),
	}
	d.write(cut["half a frame over TLS"], half)
	good := d.dial(tcp)
	d.write(good, frames(requests(1, "good")...))
	for name, c := range cut {
		isCut(t, c)
		t.Log(name, "is cut")
	}
	d.write(good, frames(requests(1, "good")...))
	if got := d.post(https, frames(requests(1, "good")...), nil); got != http.StatusNoContent {
		t.Error(got)
	}
	st, _, _ := d.state()
	waitFor(t, func() bool { return st.status().Lines == 5 }) // three good ones, and two halves
	told := map[receive.Reason]int{}
	for _, c := range d.received().Otherwise {
		told[c.Reason] = c.N
	}
	for reason, n := range map[receive.Reason]int{receive.Slow: 2, receive.CutOff: 2, receive.Handshake: 2, receive.BodyUnreadable: 1} {
		if told[reason] != n {
			t.Errorf("%s: %d, want %d of %v", reason, told[reason], n, told)
		}
	}
}

// TestDeafDrain: a client that sends one request after the other and never reads a reply is cut, and others are served.
func TestDeafDrain(t *testing.T) {
	d := listen(t, receive.Limits{Slow: 200 * time.Millisecond, Wait: 100 * time.Millisecond}, 1000, "http://127.0.0.1:0")
	c, err := net.Dial("tcp", d.at[0].Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	one := "POST /elsewhere HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
	_ = c.SetWriteDeadline(time.Now().Add(2 * time.Minute))
	w := bufio.NewWriterSize(c, 1<<16)
	for {
		if _, err = w.WriteString(one); err != nil {
			break
		}
	}
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Fatal("it is not cut")
	}
	if got := d.post(d.at[0], frames(requests(1, "good")...), nil); got != http.StatusNoContent {
		t.Error(got)
	}
	waitFor(t, func() bool { return d.received().Open == 0 })
}
