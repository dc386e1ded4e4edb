package main

import (
	"io"
	"math"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/kpgen/kpgen/pack/replay"
)

// progress draws how much of the work is done, once that has taken a second, and only on a terminal.
type progress struct {
	w     io.Writer // nil: not a terminal
	lines bool      // lines are counted, not bytes
	total int64
	began time.Time
	mu    sync.Mutex // guards read and bar: two replays may read at once
	read  int64
	bar   *progressbar.ProgressBar // nil until a second has passed
}

func newProgress(w io.Writer, files []string) *progress {
	p := &progress{began: time.Now()}
	if !isTerminal(w) || len(files) == 0 {
		return p
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return p // an input of unknown length has no progress
		}
		p.total += info.Size()
	}
	p.w = w
	return p
}

// newLineProgress is progress of writing so many lines to out; there is none on a terminal that shows the lines.
func newLineProgress(w, out io.Writer, lines uint64) *progress {
	p := &progress{began: time.Now(), lines: true, total: int64(min(lines, math.MaxInt64))}
	if isTerminal(w) && !isTerminal(out) {
		p.w = w
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// sources gives the files as replay reads them, their reading counted; no file and "-" are standard input.
func (p *progress) sources(stdin io.Reader, files []string) []replay.Source {
	if len(files) == 0 {
		files = []string{"-"}
	}
	var all []replay.Source
	for _, name := range files {
		s := replay.FileSource(name)
		if name == "-" {
			s = replay.Source{Name: "-", Open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }}
		}
		open := s.Open
		s.Open = func() (io.ReadCloser, error) {
			f, err := open()
			return &counted{f, p}, err
		}
		all = append(all, s)
	}
	return all
}

// counted tells the progress what was read.
type counted struct {
	io.ReadCloser
	p *progress
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.p.add(n)
	return n, err
}

func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read += int64(n)
	if p.w == nil {
		return
	}
	if p.bar == nil {
		if time.Since(p.began) < time.Second {
			return
		}
		p.bar = progressbar.NewOptions64(p.total, progressbar.OptionSetWriter(p.w), progressbar.OptionShowBytes(!p.lines),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	_ = p.bar.Set64(p.read) // a bar that cannot be drawn is no reason to stop
}

// tell adds to what is done, and says what that was.
func (p *progress) tell(what string, n int) {
	p.add(n)
	if p.bar != nil {
		p.bar.Describe(what)
	}
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
