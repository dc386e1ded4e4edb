package container

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/kpgen/kpgen/pack/diag"
)

const (
	gzipMagic = "\x1f\x8b"
	zipMagic  = "PK\x03\x04"
	zipEmpty  = "PK\x05\x06"
)

func isZip(data []byte) bool {
	return bytes.HasPrefix(data, []byte(zipMagic)) || bytes.HasPrefix(data, []byte(zipEmpty))
}

// unpack takes a gzip wrapping off, and names files that are neither packed nor text.
func (d *Document) unpack(data []byte) ([]byte, *diag.Diagnostic) {
	packed := bytes.HasPrefix(data, []byte(gzipMagic))
	switch {
	case d.Format.Format != "" && packed != (d.Format.Wrap == "gzip"):
		message := "the file is not packed by gzip; the dialect's files are"
		if packed {
			message = "the file is packed by gzip; the dialect's files are not"
		}
		return nil, d.fault("wrong-container", 0, 0, "%s", message)
	case packed:
		d.Format.Wrap, d.read.data = "gzip", data
		return d.gunzip(data)
	}
	if name := binaryName(data, true); name != "" {
		return nil, d.unreadable(name, "")
	}
	return data, nil
}

// use counts bytes that were unpacked.
func (d *Document) use(n int) *diag.Diagnostic {
	if d.used.bytes -= n; d.used.bytes < 0 {
		return TooLarge(d.name)
	}
	return nil
}

func (d *Document) gunzip(data []byte) ([]byte, *diag.Diagnostic) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, d.malformedGzip(err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, int64(d.used.bytes)+1))
	if err != nil {
		return nil, d.malformedGzip(err)
	}
	if bytes.HasPrefix(plain, []byte(gzipMagic)) {
		return nil, d.unreadable("packed by gzip twice", "unpack it once")
	}
	return plain, d.use(len(plain))
}

func (d *Document) malformedGzip(err error) *diag.Diagnostic {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = errors.New("the file ends too early")
	}
	return d.fault("malformed-gzip", 0, 0, "the file is packed by gzip and cannot be unpacked: %s", strings.TrimPrefix(err.Error(), "gzip: "))
}

// pack puts the format's wrapping around a file, with nothing of the time or the system in it.
func (f Format) pack(data []byte) []byte {
	if f.Wrap != "gzip" {
		return data
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}
