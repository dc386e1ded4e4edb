// Package replay runs log files through a console: read, evaluate on all cores, hand on in the order of the input. Its writers
// give the results as JSON lines, CSV and tables. Memory does not grow with the input.
package replay

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"sync"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Source is a log to replay.
type Source struct {
	Name string // as results name it
	Open func() (io.ReadCloser, error)
}

// FileSource is a file as replay reads it.
func FileSource(name string) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return openRegular(name) }}
}

// openRegular refuses what would never end or is no file, such as a folder; a pipe is read like a file.
func openRegular(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("it is a folder; name the files in it")
	}
	return f, nil
}

// Options say how to replay; the zero value is what most want.
type Options struct {
	Workers int // goroutines that evaluate; 0: one for each core
	MaxLine int // bytes; 0: syslog.DefaultMaxLine
}

// Line is one record of the input and what the console makes of it. Err is set when the record is no event.
type Line struct {
	syslog.Record
	Result console.Result
}

// Dropped reports whether the receiver ignores the line for want of a device id.
func (l *Line) Dropped() bool { return l.Err == nil && l.Result.Dropped }

// batch is how many lines move through the pipe at once: enough that handing over costs nothing beside evaluating.
const batch = 256

// parcel is a batch on its way; done is closed when its lines are evaluated.
type parcel struct {
	lines []Line
	done  chan struct{}
}

// Run replays the sources one after the other and calls visit with every line in input order, from one goroutine. The line is
// valid until visit returns. A source that cannot be read is reported in the list, its remaining lines are missing, and the
// others go on; visit's error ends the run and is returned as it is.
func Run(ctx context.Context, c *console.Console, sources []Source, opt Options, visit func(*Line) error) (diag.List, error) {
	return run(ctx, c, opt, visit, func(p *pipe, next **parcel) {
		for _, s := range sources {
			if !p.readOne(s, next) {
				return
			}
		}
	})
}

// Records replays records that have been read already, as Run does.
func Records(ctx context.Context, c *console.Console, records iter.Seq[syslog.Record], opt Options, visit func(*Line) error) error {
	_, err := run(ctx, c, opt, visit, func(p *pipe, next **parcel) {
		for rec := range records {
			if !p.add(rec, next) {
				return
			}
		}
	})
	return err
}

// run is a replay of what read adds.
func run(ctx context.Context, c *console.Console, opt Options, visit func(*Line) error, read func(*pipe, **parcel)) (diag.List, error) {
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := &pipe{ctx: within, work: make(chan *parcel, workers), ordered: make(chan *parcel, 2*workers), opt: opt}
	p.free.New = func() any { return &parcel{lines: make([]Line, 0, batch)} }
	var done sync.WaitGroup
	done.Go(func() { p.read(read) })
	for range workers {
		done.Go(func() { p.evaluate(c.NewWorker()) })
	}
	err := p.deliver(c.NewAlarms(), visit)
	cancel()
	done.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return p.found, err
}

// pipe is one run: the reader fills parcels and sends each to the workers and, in order, to the one who delivers.
type pipe struct {
	ctx     context.Context
	opt     Options
	work    chan *parcel
	ordered chan *parcel
	free    sync.Pool
	found   diag.List
}

func (p *pipe) read(read func(*pipe, **parcel)) {
	defer close(p.ordered)
	defer close(p.work)
	next := p.parcel()
	read(p, &next)
	p.send(next)
}

func (p *pipe) parcel() *parcel {
	b := p.free.Get().(*parcel)
	b.lines, b.done = b.lines[:0], make(chan struct{})
	return b
}

// readOne reads a source to its end; false means the run is over.
func (p *pipe) readOne(s Source, next **parcel) bool {
	f, err := s.Open()
	if err != nil {
		p.unreadable(s.Name, 0, err)
		return true
	}
	defer f.Close()
	r, err := syslog.NewReader(f, s.Name, syslog.Options{MaxLine: p.opt.MaxLine})
	if err != nil {
		p.unreadable(s.Name, 0, err)
		return true
	}
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return true
		}
		if err != nil {
			p.unreadable(s.Name, rec.Line, err)
			return true
		}
		if !p.add(rec, next) {
			return false
		}
	}
}

// add puts a record in the next parcel and sends that when it is full; false means the run is over.
func (p *pipe) add(rec syslog.Record, next **parcel) bool {
	b := *next
	b.lines = b.lines[:len(b.lines)+1] // a line's Result keeps its slices from batch to batch
	b.lines[len(b.lines)-1].Record = rec
	if len(b.lines) < batch {
		return true
	}
	*next = p.parcel()
	return p.send(b)
}

func (p *pipe) unreadable(name string, line int, err error) {
	p.found = append(p.found, diag.Diagnostic{ID: "log-unreadable", Severity: diag.Error, Span: diag.Span{File: name, Line: line},
		Message: fmt.Sprintf("cannot be read on: %v", err)})
}

// send hands a parcel to the workers and to delivery; false means the run is over.
func (p *pipe) send(b *parcel) bool {
	for _, to := range []chan *parcel{p.work, p.ordered} {
		select {
		case to <- b:
		case <-p.ctx.Done():
			return false
		}
	}
	return true
}

func (p *pipe) evaluate(w *console.Worker) {
	for b := range p.work {
		for i := range b.lines {
			if b.lines[i].Err == nil {
				w.Evaluate(&b.lines[i].Event, &b.lines[i].Result)
			}
		}
		close(b.done)
	}
}

func (p *pipe) deliver(alarms *console.Alarms, visit func(*Line) error) error {
	for b := range p.ordered {
		select {
		case <-b.done:
		case <-p.ctx.Done():
			return nil
		}
		for i := range b.lines {
			l := &b.lines[i]
			if l.Err == nil && !l.Result.Dropped {
				alarms.Raise(&l.Result)
			}
			if err := visit(l); err != nil {
				return err
			}
		}
		p.free.Put(b)
	}
	return nil
}
