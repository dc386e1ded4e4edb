package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/preview"
	"github.com/kpgen/kpgen/pack/preview/geo"
	"github.com/kpgen/kpgen/pack/replay"
)

// previewFlags are the command's flags.
type previewFlags struct {
	dialect, samples, zone, geoip, out string
	open, static                       bool
	maxEvents                          int
	timeout                            time.Duration
	engine                             engine
	in                                 listening
}

func newPreview() *cobra.Command {
	var f previewFlags
	c := &cobra.Command{
		Use:   "preview PACK [FILE…|-] | preview PACK --listen URL…",
		Short: "See a pack in a browser before importing it",
		Long: `preview serves a page on this machine alone that shows what a console with the pack makes of log lines: the dashboard, the
reports, alerts and categories, every line with its tokens and why each rule takes it or not, and what validate says.

Without FILE the spec's samples are shown, and with --listen what a Heroku drain sends there, within a second: at the URLs that
kpgen capture takes. What comes and is not shown, or not as it was sent, is counted on the page with the reason. A dashlet of a log
or a drain counts the events of its period, back from the newest one, and of samples all; the page has both.

Whenever a file of a spec folder changes the page redraws itself; what is wrong with the spec then stands above the last good
state. With --static the same is written as files that need no server.`,
		Example: `  kpgen preview spec/heroku --open
  kpgen preview dist/heroku router.log.gz --samples spec/heroku/samples
  kpgen preview spec/heroku --listen tcp://127.0.0.1:6514 --max-events 100000
  kpgen preview spec/heroku --static -o preview/`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	c.Flags().BoolVar(&f.open, "open", false, "open the page in the browser")
	c.Flags().BoolVar(&f.static, "static", false, "write the pages to the folder of --output instead of serving them")
	c.Flags().StringVarP(&f.out, "output", "o", "", "`folder` for --static")
	c.Flags().StringVar(&f.samples, "samples", "", "`folder` of the samples to prove the pack on (default SPEC/samples)")
	c.Flags().StringVar(&f.geoip, "geoip", "", "`file` in MaxMind's format that tells the country of an address (default a built-in table)")
	c.Flags().IntVar(&f.maxEvents, "max-events", 500_000, "`number` of lines held; the oldest leave first")
	c.Flags().StringVar(&f.zone, "time-zone", "UTC", "the console's time zone, an IANA `name`")
	c.Flags().DurationVar(&f.timeout, "timeout", 0, "limit of one expression on one line (default 1s)")
	addEngine(c, &f.engine)
	addDialect(c, &f.dialect)
	f.in.add(c)
	_ = c.MarkFlagDirname("output")
	_ = c.MarkFlagDirname("samples")
	_ = c.MarkFlagFilename("geoip", "mmdb")
	c.PreRunE = func(c *cobra.Command, given []string) error {
		switch {
		case len(f.in.urls) > 0 && (f.static || len(given) > 1):
			return usage(c, fmt.Errorf("--listen goes neither with --static nor with a FILE"))
		case f.static != (f.out != ""):
			return usage(c, fmt.Errorf("--static and --output go together"))
		case f.static && f.open:
			return usage(c, fmt.Errorf("--open does not go with --static"))
		case f.maxEvents < 1:
			return usage(c, fmt.Errorf("--max-events must be more than 0"))
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, given []string) error { return runPreview(c, &f, given[0], given[1:]) }
	return c
}

func runPreview(c *cobra.Command, f *previewFlags, path string, files []string) error {
	location, err := time.LoadLocation(f.zone)
	if err != nil {
		return usage(c, fmt.Errorf("unknown time zone %q; write an IANA name, as in Europe/Berlin", f.zone))
	}
	where, err := geo.NewLocator(f.geoip)
	if err != nil {
		return err
	}
	defer where.Close()
	opt := preview.Options{
		Read:      func() (*preview.Input, error) { return readPreview(c, f, path) },
		Print:     printedError,
		Console:   console.Options{Location: location, Timeout: f.timeout, Plain: f.engine.plain},
		Geo:       where,
		MaxEvents: f.maxEvents,
	}
	if len(files) > 0 {
		spool := &spool{from: c.InOrStdin()}
		defer spool.close()
		opt.Sources = func() []replay.Source { return previewSources(spool, files) }
	}
	debug.SetGCPercent(40) // most memory is lines that are held: collecting early costs little and saves half of it
	if f.static {
		return writePreview(c, f, opt)
	}
	opt.Loaded = func(err error) { report(c.ErrOrStderr(), err) }
	if len(f.in.urls) > 0 {
		return listenPreview(c, f, opt, path)
	}
	s, err := preview.NewSession(c.Context(), opt)
	if err != nil {
		return err
	}
	return servePreview(c, f, s, path)
}

// listenPreview serves what is received.
func listenPreview(c *cobra.Command, f *previewFlags, opt preview.Options, path string) error {
	r, err := f.in.open(c)
	if err != nil {
		return err
	}
	defer r.Close()
	opt.Live = true
	s, err := preview.NewSession(c.Context(), opt)
	if err != nil {
		return err
	}
	f.in.announce(c, r)
	ctx, cancel := context.WithCancel(c.Context())
	received := make(chan error, 1)
	go func() {
		received <- s.Receive(ctx, r)
	}()
	err = servePreview(c, f, s, path)
	cancel()
	err = errors.Join(err, <-received)
	fmt.Fprintln(c.ErrOrStderr(), r.Counts())
	return err
}

// writePreview writes the pages as files. What could not be read of the log stands on them, and fails the command.
func writePreview(c *cobra.Command, f *previewFlags, opt preview.Options) error {
	loaded := make(chan error, 1)
	opt.Loaded = func(err error) { loaded <- err }
	s, err := preview.NewSession(c.Context(), opt)
	if err != nil {
		return err
	}
	n, err := s.WriteFiles(c.Context(), f.out)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.OutOrStdout(), filepath.ToSlash(filepath.Join(f.out, "index.html")))
	fmt.Fprintf(c.ErrOrStderr(), "%d files\n", n)
	return <-loaded
}

// readPreview opens the pack; built files without samples of their own have none to show.
func readPreview(c *cobra.Command, f *previewFlags, path string) (*preview.Input, error) {
	p, err := openPack(c, path, f.dialect)
	if err != nil {
		return nil, err
	}
	if f.samples != "" {
		p.Samples = f.samples
	}
	return &preview.Input{Pack: p.Pack, Locator: p, Dialect: p.Dialect.Name + ": " + p.Dialect.Statement, Samples: p.Samples}, nil
}

// servePreview serves until the user ends it, which is no failure.
func servePreview(c *cobra.Command, f *previewFlags, s *preview.Session, path string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := "http://" + l.Addr().String() + "/"
	fmt.Fprintln(c.OutOrStdout(), address)
	if f.open {
		if err := openBrowser(address); err != nil {
			fmt.Fprintf(c.ErrOrStderr(), "kpgen: no browser could be started (%v); open the address in one\n", err)
		}
	}
	if isSpec(path) {
		go func() {
			if err := s.Watch(c.Context(), path); err != nil {
				fmt.Fprintf(c.ErrOrStderr(), "kpgen: changes of %s are not seen: %v\n", path, err)
			}
		}()
	}
	err = s.Serve(c.Context(), l)
	if c.Context().Err() != nil {
		return nil
	}
	return err
}

// printedError gives an error as the command line prints it.
func printedError(err error) string {
	var b strings.Builder
	var list diag.List
	if errors.As(err, &list) {
		printDiagnostics(&b, list)
	} else {
		fmt.Fprintf(&b, "kpgen: %v\n", err)
	}
	return b.String()
}

func openBrowser(address string) error {
	switch runtime.GOOS {
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", address).Start()
	case "darwin":
		return exec.Command("open", address).Start()
	}
	return exec.Command("xdg-open", address).Start()
}

func previewSources(in *spool, files []string) []replay.Source {
	var all []replay.Source
	for _, name := range files {
		s := replay.FileSource(name)
		if name == "-" {
			s = replay.Source{Name: "-", Open: func() (io.ReadCloser, error) { return in.open() }}
		}
		all = append(all, s)
	}
	return all
}

// spool keeps standard input in a temporary file as it is read, so that a changed spec can be tried on all of it again.
type spool struct {
	from    io.Reader
	reading sync.Mutex // held while from is read

	mu   sync.Mutex // guards what follows
	file *os.File
	size int64
	err  error // why from gives no more
}

func (s *spool) open() (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		f, err := os.CreateTemp("", "kpgen-*.log")
		if err != nil {
			return nil, err
		}
		s.file = f
	}
	return io.NopCloser(&spoolReader{spool: s}), nil
}

func (s *spool) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}

// spoolReader reads what the spool has, then on from its source.
type spoolReader struct {
	*spool
	at int64
}

func (r *spoolReader) Read(b []byte) (int, error) {
	if n, err := r.kept(b); n > 0 || err != nil {
		return n, err
	}
	r.reading.Lock() // whoever waits here waits for the next bytes, like the one who holds it
	defer r.reading.Unlock()
	if n, err := r.kept(b); n > 0 || err != nil {
		return n, err
	}
	n, err := r.from.Read(b)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, e := r.file.WriteAt(b[:n], r.size); e != nil {
		err = e
	}
	r.size += int64(n)
	r.at += int64(n)
	r.err = err
	return n, err
}

// kept reads what the spool has; 0 and no error mean that it has no more yet.
func (r *spoolReader) kept(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == r.size {
		return 0, r.err
	}
	n, err := r.file.ReadAt(b[:min(int64(len(b)), r.size-r.at)], r.at)
	r.at += int64(n)
	return n, err
}
