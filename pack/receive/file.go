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
	mu    sync.Mutex
	out   io.WriteCloser
	buf   *bufio.Writer
	pack  packer // nil: plain
	timer *time.Timer
	dirty bool
	err   error // of a flush that nobody waited for
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
		return NewFile(out, filepath.Ext(name)), nil
	}
	d := diag.Diagnostic{ID: "output-unwritable", Severity: diag.Error, Span: diag.Span{File: name}, Message: fmt.Sprintf("cannot be written: %v", err)}
	if os.IsExist(err) {
		d.ID, d.Message, d.Help = "output-exists", "the file is there already and is not overwritten", "name another one, or move it away"
	}
	return nil, diag.List{d}
}

// NewFile writes to out, packed for the ending .zst or .gz.
func NewFile(out io.WriteCloser, ending string) *File {
	f := &File{out: out, buf: bufio.NewWriterSize(out, 64<<10)}
	switch ending {
	case ".zst":
		f.pack, _ = zstd.NewWriter(f.buf, zstd.WithEncoderConcurrency(1)) // the options are good
	case ".gz":
		f.pack = gzip.NewWriter(f.buf)
	}
	return f
}

// Write adds bytes, which are in the file a second later.
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
	if f.pack != nil {
		return f.pack.Write(b)
	}
	return f.buf.Write(b)
}

func (f *File) flushLater() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.flush(); f.err == nil {
		f.err = err
	}
}

func (f *File) flush() error {
	if !f.dirty {
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
	return f.buf.Flush()
}

// Close writes what is still held back and closes the file.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.flush()
	for _, e := range []error{f.err, f.out.Close()} {
		if err == nil {
			err = e
		}
	}
	return err
}
