// Package tester tries expressions on texts: line by line for people, with the captures marked, and in batches for programs.
package tester

import (
	"bufio"
	"bytes"
	"io"
)

// lines reads lines without their ends.
type lines struct {
	r    *bufio.Reader
	most int // bytes of a line
}

func newLines(r io.Reader, most int) *lines { return &lines{bufio.NewReaderSize(r, 64<<10), most} }

// next gives a copy of the next line, without LF or CRLF; long says that it was cut because it is too long. The error is io.EOF
// after the last line.
func (l *lines) next() (line []byte, long bool, err error) {
	for {
		part, err := l.r.ReadSlice('\n')
		if len(line)+len(part) <= l.most {
			line = append(line, part...)
		} else {
			long = true
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && len(part)+len(line) > 0 {
			err = nil
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), long, err
	}
}
