package preview

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/preview/geo"
	"github.com/kpgen/kpgen/pack/replay"
)

// reading reads a spec folder as the command does: what is shown is what the import files hold.
func reading(folder, samples string) func() (*Input, error) {
	return func() (*Input, error) {
		spec, found := load.Load(folder)
		if err := found.Err(); err != nil {
			return nil, err
		}
		d, err := artifact.LoadDialect(artifact.Reference)
		if err != nil {
			return nil, err
		}
		files, err := artifact.Encode(spec.Pack, d)
		if err != nil {
			return nil, err
		}
		b, err := artifact.Decode(files, d)
		if err != nil {
			return nil, err
		}
		return &Input{Pack: b.Pack, Locator: spec, Dialect: d.Name, Samples: samples}, nil
	}
}

func text(err error) string {
	var b strings.Builder
	list, ok := err.(diag.List)
	if !ok {
		return err.Error()
	}
	_ = diag.PrintText(&b, list, func(name string) []byte { data, _ := os.ReadFile(name); return data }, false)
	return b.String()
}

func options(t testing.TB, read func() (*Input, error)) Options {
	t.Helper()
	where, err := geo.NewLocator("")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Read: read, Print: text, Geo: where, MaxEvents: 300_000}
}

// log is a source of lines.
func log(lines string) func() []replay.Source {
	return func() []replay.Source {
		return []replay.Source{{Name: "test.log", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(lines)), nil }}}
	}
}

// open gives a session whose log is loaded; its pack is not proved.
func open(t testing.TB, opt Options) *Session {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	s, err := NewSession(ctx, opt)
	if err != nil {
		t.Fatal(text(err))
	}
	waitFor(t, func() bool { st, _, _ := s.state(); return !st.status().Loading })
	return s
}

func waitFor(t testing.TB, what func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !what(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come")
		}
	}
}

// get gives a page.
func get(t testing.TB, s *Session, name string) string {
	t.Helper()
	address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/"+name, nil)
	r.Host = "127.0.0.1:80"
	s.Handler(address).ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", name, w.Code, w.Body)
	}
	return w.Body.String()
}

// serve serves a session as the command does.
func serve(t testing.TB, s *Session) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() { _ = s.Serve(ctx, l) }()
	return "http://" + l.Addr().String() + "/"
}

// sampleLog is all samples of the pack in one.
func sampleLog(t testing.TB) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(corpus.Spec, "samples", "*.log"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var all bytes.Buffer
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}
