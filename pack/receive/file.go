package receive

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/kpgen/kpgen/pack/diag"
)

// flushEvery is how much of a capture a crash can cost.
const flushEvery = time.Second

// File is a log file that is written as it comes. Whatever ends the program, all but the last second is there, and can be read to
// its end: packed data is finished every second and begun anew, which both formats allow.
type File struct {
	name  string // "" for what has none
	mu    sync.Mutex
	out   *counted
	buf   *bufio.Writer
	pack  packer // nil: plain
	timer *time.Timer
	dirty bool
	whole int64 // bytes of out that can be read to their end
	err   error // the first one
	bad   chan struct{}
}

// counted counts what is written.
type counted struct {
	io.WriteCloser
	n int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.WriteCloser.Write(b)
	c.n += int64(n)
	return n, err
}

// packer is a gzip.Writer or a zstd.Encoder.
type packer interface {
	io.WriteCloser
	Reset(io.Writer)
}

// Create makes a file, packed as its name ends: .zst, .gz or anything else. One that is there already is not touched. The error is
// a diag.List: output-exists, output-unwritable.
func Create(name string) (*File, error) {
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		f := NewFile(out, filepath.Ext(name))
		f.name = name
		return f, nil
	}
	d := diag.Diagnostic{ID: "output-unwritable", Severity: diag.Error, Span: diag.Span{File: name}, Message: fmt.Sprintf("cannot be written: %v", err)}
	if os.IsExist(err) {
		d.ID, d.Message, d.Help = "output-exists", "the file is there already and is not overwritten", "name another one, or move it away"
	}
	return nil, diag.List{d}
}

// NewFile writes to out, packed for the ending .zst or .gz.
func NewFile(out io.WriteCloser, ending string) *File {
	f := &File{out: &counted{WriteCloser: out}, bad: make(chan struct{})}
	f.buf = bufio.NewWriterSize(f.out, 64<<10)
	switch ending {
	case ".zst":
		f.pack, _ = zstd.NewWriter(f.buf, zstd.WithEncoderConcurrency(1)) // the options are good
	case ".gz":
		f.pack = gzip.NewWriter(f.buf)
	}
	return f
}

// Write adds bytes, which are in the file a second later. The error is that of the first bytes that could not be written, which
// may have been given earlier: a diag.List, output-unwritable, if the file has a name.
func (f *File) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return 0, f.err
	}
	if !f.dirty {
		f.dirty = true
		f.timer = time.AfterFunc(flushEvery, f.flushLater)
	}
	var to io.Writer = f.buf
	if f.pack != nil {
		to = f.pack
	}
	n, err := to.Write(b)
	f.fail(err)
	return n, f.err
}

// Failed is closed when what was written could not be, which nobody may learn otherwise while nothing more is to be written.
func (f *File) Failed() <-chan struct{} { return f.bad }

// fail keeps the first error, as its reader wants it.
func (f *File) fail(err error) {
	if err == nil || f.err != nil {
		return
	}
	close(f.bad)
	f.err = err
	if f.name != "" {
		f.err = diag.List{{ID: "output-unwritable", Severity: diag.Error, Span: diag.Span{File: f.name}, Message: fmt.Sprintf("cannot be written on: %v", err),
			Help: fmt.Sprintf("it can be read to its end, but what came in the last %v may be missing", flushEvery)}}
	}
}

func (f *File) flushLater() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail(f.flush())
}

func (f *File) flush() error {
	if !f.dirty || f.err != nil {
		return nil
	}
	f.dirty = false
	f.timer.Stop()
	if f.pack != nil {
		if err := f.pack.Close(); err != nil {
			return err
		}
		f.pack.Reset(f.buf)
	}
	if err := f.buf.Flush(); err != nil {
		return err
	}
	f.whole = f.out.n
	return nil
}

// Close writes what is still held back and closes the file. After an error it cuts off the part of a line or of packed data that
// was written.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail(f.flush())
	if cut, ok := f.out.WriteCloser.(interface{ Truncate(int64) error }); ok && f.err != nil {
		_ = cut.Truncate(f.whole) // the error is told already
	}
	f.fail(f.out.Close())
	return f.err
}
