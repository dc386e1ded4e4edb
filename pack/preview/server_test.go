package preview

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/internal/corpus"
)

// hostile is a line whose every value wants out of where it is shown.
const hostile = `<158>1 2021-03-02T08:00:00+00:00 d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 heroku router - at=error code=H12 ` +
	`desc="<script>boom()</script>" method=<img/src=x/onerror=boom()> path="/'onmouseover='boom()'</title></script><script>boom()</script>" ` +
	`host=javascript:boom() request_id=<svg/onload=boom()> fwd="192.0.2.1" dyno=web.1 connect=0ms service=1ms status=200 bytes=1` + "\n"

// request is a line of the router, from an address of the documentation's.
const request = `<158>1 2021-03-02T08:00:00+00:00 d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 heroku router - at=info method=GET path="/" ` +
	`host=www.example.com request_id=44f1a6ad-36a9-490c-851d-62d09692b6d8 fwd="192.0.2.1" dyno=web.1 connect=0ms service=1ms status=200 ` +
	`bytes=1 protocol=https` + "\n"

func TestHostileLine(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(hostile + "<script>boom()</script>\n")
	s := open(t, opt)
	for _, name := range []string{"", "report-1.html", "report-1.html?q=%22%3E%3Cscript%3Eboom()%3C/script%3E", "alerts.html", "lines.html",
		"lines-failed.html", "line-0.html", "line-1.html", "index.html"} {
		page := strings.ToLower(get(t, s, name))
		for _, bad := range []string{"<script>", "<img/src", "<svg/onload", "'onmouseover='", `href="javascript:`} {
			if strings.Contains(page, bad) {
				t.Errorf("%s holds %s", name, bad)
			}
		}
		if name != "" && name != "index.html" && !strings.Contains(page, "boom()") {
			t.Errorf("%s does not show the line", name)
		}
	}
}

func TestGuard(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(hostile)
	s := open(t, opt)
	h := s.Handler(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4000})
	for _, c := range []struct {
		method, host, path string
		header             map[string]string
		want               int
	}{
		{"GET", "127.0.0.1:4000", "/", nil, 200},
		{"HEAD", "localhost:4000", "/index.html", nil, 200},
		{"GET", "[::1]:4000", "/style.css", nil, 200},
		{"GET", "127.0.0.1:4000", "/", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"GET", "127.0.0.1:4000", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200},
		{"GET", "127.0.0.1:4000", "/", map[string]string{"Origin": "http://127.0.0.1:4000"}, 200},
		{"GET", "evil.example:4000", "/", nil, 403},
		{"GET", "127.0.0.1", "/", nil, 403},
		{"GET", "", "/", nil, 403},
		{"GET", "127.0.0.1:4000", "/index.json", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403},
		{"GET", "127.0.0.1:4000", "/index.json", map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403},
		{"GET", "127.0.0.1:4000", "/updates", map[string]string{"Origin": "http://evil.example"}, 403},
		{"POST", "127.0.0.1:4000", "/", nil, 405},
		{"GET", "127.0.0.1:4000", "/index.html?q=" + strings.Repeat("a", maxQuery), nil, 414},
		{"GET", "127.0.0.1:4000", "/page.tmpl", nil, 404},
		{"GET", "127.0.0.1:4000", "/%2e%2e%2fserver.go", nil, 404},
		{"GET", "127.0.0.1:4000", "/assets/style.css", nil, 404},
		{"GET", "127.0.0.1:4000", "/report-7.html", nil, 404},
		{"GET", "127.0.0.1:4000", "/report--1.csv", nil, 404},
		{"GET", "127.0.0.1:4000", "/line-99999999999999999999.html", nil, 404},
		{"GET", "127.0.0.1:4000", "/lines-dashlet-0-none.html", nil, 404},
		{"GET", "127.0.0.1:4000", "/lines-alert-9.html", nil, 404},
	} {
		r := httptest.NewRequest(c.method, "http://placeholder"+c.path, nil)
		r.Host = c.host
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s %q %s %v: %d, want %d", c.method, c.host, c.path, c.header, w.Code, c.want)
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, need := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, need) {
				t.Errorf("policy %q", policy)
			}
		}
		for _, name := range []string{"Access-Control-Allow-Origin", "Set-Cookie"} {
			if w.Header().Get(name) != "" {
				t.Errorf("%s is set", name)
			}
		}
		if w.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", w.Header())
		}
	}
}

// TestHugeHeader: a request whose header has no end is refused.
func TestHugeHeader(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(hostile)
	at := strings.TrimSuffix(strings.TrimPrefix(serve(t, open(t, opt)), "http://"), "/")
	c, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\nX: ", at)
		for range 64 {
			if _, err := fmt.Fprint(c, strings.Repeat("x", 4096)); err != nil {
				return
			}
		}
	}()
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return // cut, which is an answer, too
	}
	if r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Error(r.Status)
	}
}

// TestUpdates: a page is told the revision at once and whenever it changes.
func TestUpdates(t *testing.T) {
	opt := options(t, reading(corpus.Spec, ""))
	opt.Live = true
	s := open(t, opt)
	r, err := http.Get(serve(t, s) + "updates")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	lines := bufio.NewScanner(r.Body)
	next := func() string {
		for lines.Scan() {
			if lines.Text() != "" {
				return lines.Text()
			}
		}
		t.Fatal(lines.Err())
		return ""
	}
	first := next()
	s.changed()
	if second := next(); second == first || !strings.HasPrefix(second, "data: ") {
		t.Errorf("%q behind %q", second, first)
	}
}
