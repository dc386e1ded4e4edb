package receive_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/receive"
	"github.com/kpgen/kpgen/pack/syslog"
)

// A file that is never closed, as after a crash, can be read to its end a moment after the last line was written.
func TestFileOutlivesCrash(t *testing.T) {
	for _, name := range []string{"a.log", "a.log.gz", "a.log.zst"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), name)
			f, err := receive.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 3 {
				if _, err := io.WriteString(f, line(i)+"\n"); err != nil {
					t.Fatal(err)
				}
				for end := time.Now().Add(patience); len(readFile(t, name)) != i+1; time.Sleep(10 * time.Millisecond) {
					if time.Now().After(end) {
						t.Fatalf("%d lines, want %d", len(readFile(t, name)), i+1)
					}
				}
			}
			checkMessages(t, lines(0, 3), readFile(t, name))
		})
	}
}

// readFile gives the records of a file that can be read to its end, none of one that cannot.
func readFile(t *testing.T, name string) []syslog.Record {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := syslog.NewReader(f, name, syslog.Options{})
	if err != nil {
		return nil
	}
	var all []syslog.Record
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			return nil
		}
		all = append(all, rec)
	}
}

func TestFileIsNotOverwritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	f, err := receive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, "x"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{name: "output-exists", filepath.Join(name, "x"): "output-unwritable"} {
		_, err = receive.Create(name)
		var list diag.List
		if !errors.As(err, &list) || list[0].ID != id {
			t.Errorf("%v, want %s", err, id)
		}
	}
	if text, _ := os.ReadFile(name); string(text) != "x" {
		t.Errorf("%q", text)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }
func (full) Close() error              { return nil }

// An error of writing is told by a later Write or by Close, whatever flushed.
func TestFileTellsErrors(t *testing.T) {
	for _, ending := range []string{"", ".gz", ".zst"} {
		f := receive.NewFile(full{}, ending)
		_, err := io.WriteString(f, strings.Repeat("x", 100))
		<-f.Failed() // by itself, a moment later
		if e := f.Close(); err == nil && e == nil {
			t.Errorf("%q: no error", ending)
		}
	}
}

// small is a file on a disk that is full after so many bytes.
type small struct {
	*os.File
	room int
}

func (s *small) Write(b []byte) (int, error) {
	if len(b) > s.room {
		n, _ := s.File.Write(b[:s.room])
		s.room = 0
		return n, errors.New("disk full")
	}
	s.room -= len(b)
	return s.File.Write(b)
}

// What was whole before the disk was full can be read, and nothing else is there.
func TestFullDisk(t *testing.T) {
	for _, ending := range []string{".log", ".gz", ".zst"} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "a"+ending)
			disk, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			f := receive.NewFile(&small{disk, 2000}, ending)
			io.WriteString(f, line(0)+"\n")
			for end := time.Now().Add(patience); len(readFile(t, name)) != 1; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatal("nothing is there")
				}
			}
			random := rand.New(rand.NewPCG(1, 2)) // so that it cannot be packed
			for err = nil; err == nil; {
				_, err = fmt.Fprintf(f, "%s %x\n", line(1), random.Uint64())
			}
			if e := f.Close(); e != err {
				t.Errorf("Write said %v, Close %v", err, e)
			}
			checkMessages(t, lines(0, 1), readFile(t, name))
		})
	}
}
