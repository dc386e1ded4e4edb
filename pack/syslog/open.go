package syslog

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
)

// zstdWindow is the largest zstd window accepted, in bytes, and with it the memory that a frame's header can ask for. The zstd
// command draws the same line unless it is told otherwise.
const zstdWindow = 128 << 20

// open undoes compression, told by its magic number, and then the encoding that a byte-order mark tells. Unpaired surrogates of
// UTF-16 become U+FFFD.
func open(r io.Reader) (io.Reader, error) {
	r, err := decompress(r)
	if err != nil {
		return nil, err
	}
	head, r := sniff(r)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := io.CopyN(io.Discard, r, 3)
		return r, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(r), nil
	}
	return r, nil
}

func decompress(r io.Reader) (io.Reader, error) {
	head, r := sniff(r)
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return gzip.NewReader(r)
	case isZstd(head):
		// One decoder at a time works in the caller's goroutine, so that a reader left half-read leaves nothing behind.
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
	}
	return r, nil
}

// isZstd knows a data frame and the skippable frames that parallel compressors write first (RFC 8878 section 3.1).
func isZstd(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")) ||
		len(head) == 4 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:], []byte("\x2a\x4d\x18"))
}

// sniff gives up to four bytes from the start of r, and a reader that still holds them.
func sniff(r io.Reader) ([]byte, io.Reader) {
	head := make([]byte, 0, 4)
	for len(head) < cap(head) {
		n, err := read(r.Read, head[len(head):cap(head)])
		head = head[:len(head)+n]
		if err != nil {
			r = failed{err}
			break
		}
	}
	return head, io.MultiReader(bytes.NewReader(head), r)
}

// failed is a reader that is over for the reason given.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// read is one read that gives bytes or an error, for readers may give neither.
func read(from func([]byte) (int, error), b []byte) (int, error) {
	for range 100 {
		if n, err := from(b); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}
