package preview

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/proof"
)

//go:embed assets
var assets embed.FS

// policy lets a page run and look only as this server says, and speak to it alone.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// Bounds on what a client may do.
const (
	maxHeader    = 16 << 10
	maxFollowers = 64 // pages that are told of changes at once
	maxQuery     = 4 << 10
)

// limits are how long a client may take.
type limits struct {
	read   time.Duration // to send a request
	write  time.Duration // to take a page
	follow time.Duration // to take the news that there is something new
	idle   time.Duration // between requests
}

var usual = limits{read: 5 * time.Second, write: time.Minute, follow: 10 * time.Second, idle: 2 * time.Minute}

// Serve serves the session on a listener until the context ends.
func (s *Session) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s.Handler(l.Addr()), MaxHeaderBytes: maxHeader, ReadHeaderTimeout: s.limits.read,
		ReadTimeout: s.limits.read, WriteTimeout: s.limits.write, IdleTimeout: s.limits.idle, BaseContext: func(net.Listener) context.Context { return ctx }}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}

// Handler answers requests for the pages as the server at an address.
func (s *Session) Handler(addr net.Addr) http.Handler {
	mux := http.NewServeMux()
	followers := make(chan struct{}, maxFollowers)
	mux.HandleFunc("/updates", func(w http.ResponseWriter, r *http.Request) {
		select {
		case followers <- struct{}{}:
			defer func() { <-followers }()
			s.updates(w, r)
		default:
			http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/", s.page)
	return guard(addr, mux)
}

// guard refuses what no page of ours asks for: another host's name (DNS rebinding), another site's scripts, anything but reading.
func guard(addr net.Addr, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(addr.String())
	known := map[string]bool{addr.String(): true, "localhost:" + port: true, "127.0.0.1:" + port: true, "[::1]:" + port: true}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !known[r.Host]:
			http.Error(w, "this server answers to its own address only", http.StatusForbidden)
		case foreign(r):
			http.Error(w, "another site asks; open the address in the browser yourself", http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "pages are only read", http.StatusMethodNotAllowed)
		case len(r.URL.RawQuery) > maxQuery:
			http.Error(w, "the address is too long", http.StatusRequestURITooLong)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// foreign reports whether another site's page asks for something other than to be left for ours.
func foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "same-origin" && site != "none" && r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// updates tells a page of changes as server-sent events, at most four a second.
func (s *Session) updates(w http.ResponseWriter, r *http.Request) {
	news, done := s.watch()
	defer done()
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	quiet := time.NewTicker(15 * time.Second)
	defer quiet.Stop()
	for {
		_, _, revision := s.state()
		_ = control.SetWriteDeadline(time.Now().Add(s.limits.follow))
		if _, err := fmt.Fprintf(w, "data: %d\n\n", revision); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(250 * time.Millisecond):
		}
		select {
		case <-r.Context().Done():
			return
		case <-news:
		case <-quiet.C: // a page that is gone is found out
		}
	}
}

// page answers for a page or a file.
func (s *Session) page(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	var out bytes.Buffer
	kind, err := s.write(&out, name, readQuery(r.URL.Query()), false)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	if ext := path.Ext(name); ext == ".csv" || ext == ".xlsx" {
		w.Header().Set("Content-Disposition", "attachment; filename="+strconv.Quote(name))
	}
	w.Header().Set("Content-Length", strconv.Itoa(out.Len()))
	_, _ = out.WriteTo(w)
}

var errNoPage = errors.New("there is no such page; its events may have left")

// kinds are the types of what is served, by extension.
var kinds = map[string]string{".html": "text/html; charset=utf-8", ".json": "application/json", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".svg": "image/svg+xml",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// write writes a page or file by its name.
func (s *Session) write(w io.Writer, name string, q query, static bool) (kind string, err error) {
	ext := path.Ext(name)
	kind = kinds[ext]
	base := strings.TrimSuffix(name, ext)
	switch ext {
	case ".css", ".js", ".svg":
		data, err := assets.ReadFile("assets/" + path.Base(name))
		if err != nil || strings.Contains(name, "/") {
			return "", errNoPage
		}
		_, err = w.Write(data)
		return kind, err
	case ".csv", ".xlsx":
		return kind, s.export(w, base, ext, q)
	case ".html", ".json":
		return kind, s.writePage(w, base, ext, q, static)
	}
	return "", errNoPage
}

// Page is what the template of every page gets.
type Page struct {
	Title    string
	View     string // of the navigation
	Pack     string
	Version  string
	Dialect  string
	Static   bool
	Live     bool
	Trouble  string
	Revision int
	Status   status
	Template string
	Body     any
	Marked   map[string]Marked // the expressions of the tokens in Body, by path
}

func (s *Session) writePage(w io.Writer, base, ext string, q query, static bool) error {
	st, trouble, revision := s.state()
	v := &view{state: st, geo: s.opt.Geo, static: static, recent: s.recent(), expressions: map[string]Marked{}}
	p := &Page{Pack: st.pack.Title, Version: st.pack.Version, Dialect: st.input.Dialect, Static: static, Live: s.opt.Live, Trouble: trouble,
		Revision: revision, Status: st.status()}
	p.Status.Received, p.Status.Room = s.received(), s.opt.MaxEvents
	if !v.compose(p, base, q) {
		return errNoPage
	}
	p.Marked = v.expressions
	if ext == ".json" {
		enc := json.NewEncoder(w)
		return enc.Encode(struct {
			Status  status `json:"status"`
			Trouble string `json:"trouble,omitempty"`
			Data    any    `json:"data"`
		}{p.Status, trouble, p.Body})
	}
	return pages.ExecuteTemplate(w, "page", p)
}

// compose fills a page by its name; false when there is none.
func (v *view) compose(p *Page, base string, q query) bool {
	v.store.mu.RLock()
	defer v.store.mu.RUnlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case base == "index" || base == "index-all" || base == "index-recent":
		v.recent = v.recent && base == "index" || base == "index-recent"
		p.Title, p.View, p.Template, p.Body = "Dashboard", "dashboard", "dashboard", v.dashboard()
	case base == "alerts":
		p.Title, p.View, p.Template, p.Body = "Alerts and categories", "alerts", "alerts", v.alerts()
	case base == "proof":
		p.Title, p.View, p.Template, p.Body = "Proof", "proof", "proof", v.proofPage()
	case strings.HasPrefix(base, "report-"):
		i, err := strconv.Atoi(strings.TrimPrefix(base, "report-"))
		if err != nil || i < 0 || i >= len(v.pack.Reports) {
			return false
		}
		r := v.report(i, q)
		p.Title, p.View, p.Template, p.Body = r.Title, "reports", "report", r
	case strings.HasPrefix(base, "line-"):
		number, err := strconv.Atoi(strings.TrimPrefix(base, "line-"))
		if err != nil || v.store.line(number) == nil {
			return false
		}
		l := v.line(number)
		p.Title, p.View, p.Template, p.Body = fmt.Sprintf("%s:%d", l.File, l.Line), "lines", "line", l
	case strings.HasPrefix(base, "lines"):
		sel, ok := v.selected(strings.TrimPrefix(base, "lines"))
		if !ok {
			return false
		}
		p.Title, p.View, p.Template, p.Body = "Knowledge object", "lines", "lines", v.lines(sel, q)
	default:
		return false
	}
	return true
}

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"number":  func(n int) string { return number(float64(n)) },
	"value":   number,
	"percent": func(n, of int) string { return percent(float64(n) / float64(max(of, 1))) },
	"visible": diag.Visible,
	"base":    func(file string) string { return diag.Visible(path.Base(file)) },
	"some": func(n int, one string) string {
		if n == 1 {
			return one
		}
		return one + "s"
	},
	"inc": func(n int) int { return n + 1 },
	"sign": func(s proof.Status) string {
		return map[proof.Status]string{proof.Proved: "✓", proof.Untested: "?", proof.Failed: "✗"}[s]
	},
	"expressionID": expressionID,
	"within":       func(e proof.Evidence) string { return e.Within("") },
	"join":         strings.Join,
	"place": func(s diag.Span) string {
		s.File = path.Base(s.File)
		return s.String()
	},
}).ParseFS(assets, "assets/*.tmpl"))
