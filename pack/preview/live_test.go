package preview

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/kpgen/kpgen/pack/internal/certificate"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/receive"
)

// drain is a live session with what it receives at, and a client's trust in it.
type drain struct {
	*testing.T
	*Session
	page    string // where it is shown
	at      []receive.Address
	trusted *tls.Config
}

// listen starts a live session that receives at addresses.
func listen(t *testing.T, limits receive.Limits, maxEvents int, addresses ...string) *drain {
	t.Helper()
	opt := receive.Options{Limits: limits}
	d := &drain{T: t}
	opt.Certificate, opt.Key, d.trusted = certificate.Write(t)
	for _, text := range addresses {
		a, err := receive.ParseAddress(text)
		if err != nil {
			t.Fatal(err)
		}
		d.at = append(d.at, a)
	}
	r, err := receive.Open(d.at, opt)
	if err != nil {
		t.Fatal(err)
	}
	d.at = r.Addresses()
	shown := options(t, reading(corpus.Spec, ""))
	shown.Live, shown.MaxEvents = true, maxEvents
	d.Session = open(t, shown)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Receive(ctx, r) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	d.page = serve(t, d.Session)
	return d
}

// dial connects as a drain does.
func (d *drain) dial(at receive.Address) net.Conn {
	d.Helper()
	var c net.Conn
	var err error
	if at.Secure() {
		c, err = tls.Dial("tcp", at.Host, d.trusted)
	} else {
		c, err = net.Dial("tcp", at.Host)
	}
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() { c.Close() })
	return c
}

func (d *drain) write(c net.Conn, text string) {
	d.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		d.Fatal(err)
	}
}

// post sends a request as Logplex does, and gives the status of the reply. The header's values stand for the usual ones.
func (d *drain) post(at receive.Address, body string, header map[string]string) int {
	d.Helper()
	q, err := http.NewRequest(http.MethodPost, at.String(), strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	for name, value := range map[string]string{"Content-Type": "application/logplex-1", "User-Agent": "Logplex/v72",
		"Logplex-Msg-Count": strconv.Itoa(strings.Count(body, "\n")), "Logplex-Frame-Id": strconv.FormatInt(time.Now().UnixNano(), 16),
		"Logplex-Drain-Token": "d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10"} {
		q.Header.Set(name, value)
	}
	for name, value := range header {
		q.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: d.trusted, DisableKeepAlives: true}}
	reply, err := client.Do(q)
	if err != nil {
		d.Fatal(err)
	}
	defer reply.Body.Close()
	return reply.StatusCode
}

// frames writes lines as a drain does: octets counted.
func frames(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%d %s", len(l), l)
	}
	return b.String()
}

// requests are lines of the router, each of another address and with a path of its own.
func requests(n int, path string) []string {
	var all []string
	for i := range n {
		l := strings.Replace(request, "192.0.2.1", fmt.Sprintf("198.51.100.%d", i%200+1), 1)
		all = append(all, strings.Replace(l, `path="/"`, fmt.Sprintf(`path="/%s/%d"`, path, i), 1))
	}
	return all
}

// TestBrowserLive: what a real client sends over TCP, TLS and HTTPS appears in the open page without it being loaded again.
func TestBrowserLive(t *testing.T) {
	for _, scheme := range []string{"tcp", "tls", "https"} {
		t.Run(scheme, func(t *testing.T) {
			ctx := browser(t)
			d := listen(t, receive.Limits{}, 1000, scheme+"://127.0.0.1:0")
			do(t, ctx, chromedp.EmulateViewport(1440, 900))
			visit(t, ctx, d.page)
			until(t, ctx, `document.getElementById("status").textContent.includes("0 lines")`)
			until(t, ctx, `document.querySelector("#dashlet-1 .empty").textContent.includes("There is no event yet")`)
			shoot(t, ctx, "live-"+scheme+"-before")
			do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.same = true; document.querySelector("#dashlet-1 h2").tabIndex = -1`))
			send := d.sender(scheme)
			arrive := func(lines []string, condition string) {
				t.Helper()
				began := time.Now()
				send(frames(lines...))
				until(t, ctx, "window.same && "+condition)
				t.Logf("%s: %d events, shown %v after they were sent", scheme, len(lines), time.Since(began).Round(time.Millisecond))
			}
			code := func(n int) string {
				return fmt.Sprintf(`document.querySelector("#dashlet-1 svg a")?.getAttribute("aria-label") == "200: %d requests, 100 %%"`, n)
			}
			arrive(requests(1, "first"), code(1))
			arrive(requests(200, "many"), code(201))
			if ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#dashlet-1 path").isPointInFill(new DOMPoint(110, 110))`)) {
				t.Error("a donut of one slice has no hole")
			}
			shoot(t, ctx, "live-"+scheme)
			follow(t, ctx, "nav[aria-label=Views] li:nth-child(4) a", "Knowledge object")
			do(t, ctx, chromedp.SendKeys(chromedp.CSS("#filter"), "/third/0"))
			until(t, ctx, `document.querySelectorAll(".line").length == 0`)
			do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.same = true`))
			arrive(requests(1, "third"), `document.querySelectorAll(".line").length == 1 && document.activeElement.id == "filter"`)

			// A person can have the page pause, and what came meanwhile is shown after that.
			do(t, ctx, chromedp.Click(chromedp.CSS("#pause")))
			send(frames(requests(1, "third/0")...))
			waitFor(t, func() bool { st, _, _ := d.state(); return st.status().Lines == 203 })
			time.Sleep(500 * time.Millisecond) // twice what the news take
			if n := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll(".line").length`)); n != 1 {
				t.Errorf("%d lines while the page pauses", n)
			}
			do(t, ctx, chromedp.Click(chromedp.CSS("#pause")))
			until(t, ctx, `document.querySelectorAll(".line").length == 2`)
			if r := d.received(); len(r.Otherwise) > 0 {
				t.Errorf("%+v", r.Otherwise)
			}
		})
	}
}

// sender gives what sends frames the way of a scheme: on one connection, or a request for each call.
func (d *drain) sender(scheme string) func(frames string) {
	d.Helper()
	if scheme == "https" {
		return func(frames string) {
			d.Helper()
			if got := d.post(d.at[0], frames, nil); got != http.StatusNoContent {
				d.Fatalf("status %d", got)
			}
		}
	}
	c := d.dial(d.at[0])
	return func(frames string) { d.Helper(); d.write(c, frames) }
}

// TestBrowserTellsWhatIsNotShown: whatever is not shown, or not as it was sent, is counted in the open page, with the reason.
func TestBrowserTellsWhatIsNotShown(t *testing.T) {
	ctx := browser(t)
	const connections, room = 6, 50
	d := listen(t, receive.Limits{Connections: connections, Body: 64 << 10, Slow: 300 * time.Millisecond}, room,
		"tcp://127.0.0.1:0", "https://127.0.0.1:0/drain", "tls://127.0.0.1:0")
	tcp, https, secure := d.at[0], d.at[1], d.at[2]
	do(t, ctx, chromedp.EmulateViewport(1440, 900))
	visit(t, ctx, d.page)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.same = true`))
	if ask(t, ctx, chromedp.Evaluate[bool](`!!document.querySelector(".otherwise")`)) {
		t.Error("something is told before anything came")
	}
	counts := func(reason receive.Reason, n int) {
		t.Helper()
		until(t, ctx, fmt.Sprintf(`window.same && document.querySelector("#otherwise[aria-live=polite] [data-reason=%s] td")?.textContent == "%d"`, reason, n))
	}
	closing := func(at receive.Address, text string) {
		t.Helper()
		c := d.dial(at)
		d.write(c, text)
		c.Close()
	}
	closing(tcp, "garbage <script>boom()</script>\n"+frames(requests(1, "good")...))
	counts(receive.NotAnEvent, 1)
	closing(secure, "GET / HTTP/1.1\r\n\r\n")
	counts(receive.NotAnEvent, 2)
	closing(tcp, frames(requests(1, "half")...)[:150])
	counts(receive.CutOff, 1)
	closing(secure, frames(requests(1, "half")...)[:150])
	counts(receive.CutOff, 2)
	closing(tcp, "<13>"+strings.Repeat("x", 1<<20)+"\n")
	counts(receive.LineTooLong, 1)
	d.write(d.dial(tcp), frames(requests(1, "slow")...)[:150]) // and it stays
	counts(receive.Slow, 1)
	c, err := net.Dial("tcp", secure.Host)
	if err != nil {
		t.Fatal(err)
	}
	d.write(c, "this is no hello\r\n\r\n")
	c.Close()
	counts(receive.Handshake, 1)
	for _, r := range []struct {
		body   string
		header map[string]string
		status int
		reason receive.Reason
		n      int
	}{
		{frames(requests(2, "miscounted")...), map[string]string{"Logplex-Msg-Count": "7"}, 204, receive.CountDiffers, 1},
		{frames(requests(1, "again")...), map[string]string{"Logplex-Frame-Id": "again"}, 204, "", 0},
		{frames(requests(1, "again")...), map[string]string{"Logplex-Frame-Id": "again"}, 204, receive.Repeated, 1},
		{frames(requests(1, "x")...), map[string]string{"Logplex-Msg-Count": "many"}, 400, receive.WrongHeader, 1},
		{frames(requests(1, "x")...), map[string]string{"Content-Type": "text/html"}, 415, receive.WrongType, 1},
		{strings.Repeat("x", 65<<10), nil, 413, receive.TooLarge, 1},
	} {
		if got := d.post(https, r.body, r.header); got != r.status {
			t.Errorf("%s: status %d, want %d", r.reason, got, r.status)
		}
		if r.reason != "" {
			counts(r.reason, r.n)
		}
	}
	other := https
	other.Path = "/elsewhere"
	if got := d.post(other, "", nil); got != http.StatusNotFound {
		t.Error(got)
	}
	counts(receive.WrongPath, 1)

	// The oldest leave, and are counted.
	closing(tcp, frames(requests(room, "newest")...))
	st, _, _ := d.state()
	left := 0
	waitFor(t, func() bool {
		left = st.status().Left
		return st.status().Lines == room && left > 0 && d.received().Open == 0
	})
	counts("oldest", left)

	// As many connections as may be, and one more.
	for range connections {
		d.dial(tcp)
	}
	waitFor(t, func() bool { return d.received().Open == connections })
	if _, err := d.dial(tcp).Read(make([]byte, 1)); err == nil {
		t.Error("a connection too many is not closed")
	}
	counts(receive.TooMany, 1)
	shoot(t, ctx, "otherwise")
	examine(t, ctx)
	do(t, ctx, chromedp.EmulateViewport(390, 844))
	if wide := ask(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); wide > 390 {
		t.Errorf("the page is %d wide on a phone", wide)
	}
	shoot(t, ctx, "phone-otherwise")
}
