package main

import (
	"bufio"
	"io"
	"testing"
	"time"
)

// What comes through a pipe goes on a moment later, however little it is.
func TestAnonymizeLive(t *testing.T) {
	in, send := io.Pipe()
	out, made := io.Pipe()
	root := newRoot()
	root.SetArgs([]string{"anonymize", "../../pack/proof/testdata/door", "-"})
	root.SetIn(in)
	root.SetOut(made)
	root.SetErr(io.Discard)
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(t.Context()) }()
	lines := make(chan string)
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	for range 2 {
		io.WriteString(send, "<134>1 2026-03-01T08:02:00Z - ctl 1 - - forced\n")
		select {
		case <-lines:
		case <-time.After(time.Minute):
			t.Fatal("it is held back")
		}
	}
	send.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
