package syslog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// DefaultMaxLine is the length limit of a line if Options sets none, in bytes. Logplex cuts at 10,000.
const DefaultMaxLine = 1 << 20

// Options of a Reader.
type Options struct {
	// MaxLine is the most bytes that a line or frame may have, octet count included, line end not. 0 means DefaultMaxLine;
	// more than 1<<26 is taken for that.
	MaxLine int
}

const (
	bufferSize = 64 << 10 // bytes to begin with; lines make it grow to about twice MaxLine
	maxDigits  = 64       // digits of an octet count, far more than an honest one has
	maxLength  = 1 << 27  // bytes an octet count can stand for; ten times that is still an int everywhere
	headRoom   = 64       // bytes that hold a priority and a time stamp
	rawHead    = 1 << 10  // bytes that an overlong record shows of itself
)

// Reader gives the records of a file or a connection one by one in bounded memory.
type Reader struct {
	src  io.Reader
	live bool // src is a connection: a Stream
	file string
	max  int
	line int    // line of buf[p]
	buf  []byte // buf[p:w] is read and belongs to no record yet
	p, w int
	err  error // why src gives no more
	lied bool  // the last octet count was not believed
}

// NewReader reads the records of r. It undoes gzip, zstd and UTF-16 by what the bytes say; the name of the file is only passed
// on. The error is a *ReadError: the header of the compressed data is damaged.
func NewReader(r io.Reader, file string, opt Options) (*Reader, error) {
	src, err := open(r)
	if err != nil {
		return nil, &ReadError{File: file, Line: 1, Err: err}
	}
	return &Reader{src: src, file: file, max: opt.maxLine(), line: 1}, nil
}

// Stream is a source that may fall silent without being over, as a connection does.
type Stream interface {
	io.Reader
	// ReadSoon is Read for bytes that may never come: it waits for them a moment only, and then gives ErrSilent.
	ReadSoon(b []byte) (int, error)
}

// ErrSilent says that nothing came for a moment.
var ErrSilent = errors.New("nothing came")

// NewStream reads the records of a connection as they come. What the bytes of a file would say of compression, of an encoding
// and of where a captured line comes from is not believed: the sender could be anybody. A frame without a line end behind it is
// believed when the sender falls silent after it, which is what the end of a file is to a Reader of files.
func NewStream(s Stream, name string, opt Options) *Reader {
	return &Reader{src: s, live: true, file: name, max: opt.maxLine(), line: 1}
}

func (o Options) maxLine() int {
	if o.MaxLine <= 0 {
		return DefaultMaxLine
	}
	return min(o.MaxLine, maxLength/2)
}

// Buffered gives how many bytes are read and belong to no record yet.
func (r *Reader) Buffered() int { return r.w - r.p }

// Next gives the next record, events and errors alike. After the last one it gives io.EOF; if the file could not be read to
// its end, a *ReadError before that, once.
func (r *Reader) Next() (Record, error) {
	for r.fill(1) {
		n := r.newline(0)
		if n == 0 {
			return r.captured(), nil
		}
		r.consume(n)
	}
	if r.err == io.EOF {
		return Record{}, io.EOF
	}
	err := &ReadError{File: r.file, Line: r.line, Err: r.err}
	r.err = io.EOF
	return Record{}, err
}

// captured takes the record that starts here, behind its origin if it has one.
func (r *Reader) captured() Record {
	o, n := r.origin(0)
	if n == 0 {
		return r.record()
	}
	head := string(r.window(0, n))
	r.consume(n)
	rec := r.record()
	rec.Origin, rec.Raw = o, head+rec.Raw
	if rec.Err == nil {
		rec.Event.Arrived = o.Received
	}
	return rec
}

// origin reads the origin at an offset, with something behind it, and gives its length; 0 if there is none.
func (r *Reader) origin(i int) (Origin, int) {
	if r.live || r.at(i) != '@' {
		return Origin{}, 0
	}
	r.fill(i + maxOrigin)
	o, n := parseOrigin(string(r.window(i, i+maxOrigin)))
	if n == 0 || !r.fill(i+n+1) || r.newline(i+n) > 0 {
		return Origin{}, 0
	}
	return o, n
}

// record takes the record that starts here.
func (r *Reader) record() Record {
	x := r.extent()
	if x.text > r.max && !r.known(x) {
		x = r.resync(x)
	}
	if x.text > r.max {
		return r.overlong(x)
	}
	raw := string(r.window(0, x.text))
	rec := Record{File: r.file, Line: r.line}
	if !rec.Event.parse(raw[x.head:]) {
		x = r.resync(x)
		rec.Event, rec.Err = Event{}, errNotAnEvent
	} else if end := r.glue(&rec.Event, raw); end > 0 {
		x.text, x.end, x.cut = end, end, false
		rec.Event = Event{}
		rec.Event.parse(raw[x.head:end])
	}
	rec.Raw, rec.Cut = raw[:x.text], x.cut
	r.consume(x.end)
	return rec
}

// overlong takes a record that has too many bytes, in pieces if need be.
func (r *Reader) overlong(x extent) Record {
	rec := Record{File: r.file, Line: r.line, Raw: string(r.window(0, min(r.max, rawHead))), Err: &Error{
		Kind:    LineTooLong,
		Message: fmt.Sprintf("the line is longer than the limit of %d bytes", r.max),
		Help:    "check that this is a log with line ends; the rest of the line was skipped",
	}}
	r.consume(x.end)
	if x.open {
		r.skip(x.counted - x.end)
	}
	return rec
}

// skip passes over the rest of a line, or over so many bytes of it if a frame starts behind them.
func (r *Reader) skip(counted int) {
	for r.fill(1) {
		w := r.buf[r.p:r.w]
		if counted > 0 {
			w = w[:min(len(w), counted)]
		}
		if i := bytes.IndexByte(w, '\n'); i >= 0 {
			r.consume(i + 1)
			return
		}
		r.consume(len(w))
		if counted -= len(w); counted == 0 && r.isFrame(0) {
			return
		}
	}
}

// extent says where a record lies, in bytes from the place where it starts.
type extent struct {
	head    int  // the octet count ends and the message starts
	text    int  // the message ends, without its line end
	end     int  // the next record starts
	open    bool // no line end was found in as many bytes as a line may have; end is where the search stopped
	counted int  // where the octet count says that the message ends, 0 without one
	cut     bool // the input ended in it
}

// extent finds the record that starts here.
func (r *Reader) extent() extent {
	head, n := r.count(0)
	if head == 0 {
		return r.lineFrom(0)
	}
	x, ok := r.frame(head, head+n)
	r.lied = !ok
	if ok {
		return x
	}
	x = r.lineFrom(head)
	x.counted = head + n
	return r.resync(x)
}

// lineFrom finds the end of the line.
func (r *Reader) lineFrom(head int) extent {
	limit := r.max + len("\r\n")
	for from := 0; ; {
		w := r.window(0, limit)
		if i := bytes.IndexByte(w[from:], '\n'); i >= 0 {
			end := from + i + 1
			return extent{head: head, text: trimmed(w[:end]), end: end}
		}
		from = len(w)
		if from == limit {
			return extent{head: head, text: from, end: from, open: true}
		}
		if !r.fill(from + 1) {
			return extent{head: head, text: from, end: from, cut: true}
		}
	}
}

// frame gives the extent of the frame that its octet count says ends at end, and whether to believe that. A message without
// line ends inside needs no more than a line end or a frame after it. One of several lines may be several records that a false
// count has joined: what follows it must be a record too, and if the count before was false, none may start within.
func (r *Reader) frame(head, end int) (extent, bool) {
	if end == head || end > r.max+len("\r\n") || !r.fill(end) {
		return extent{}, false
	}
	if r.at(end-1) != '\n' && r.soon(end+1) {
		end += r.newline(end)
	}
	w := r.window(0, end)
	x := extent{head: head, text: trimmed(w), end: end}
	lines := bytes.IndexByte(w[head:x.text], '\n') >= 0
	switch {
	case x.text == end:
		if !r.glued(end) {
			return x, false
		}
	case !lines:
		return x, true
	case !r.starts(end):
		return x, false
	}
	return x, !lines || x.text <= r.max && (!r.lied || !r.joined(x))
}

// glued reports whether a message may end here without a line end: at the end of the file or before another frame. Digits
// before that frame's length may be part of it; whose length proves right decides, and a line starts with a length.
func (r *Reader) glued(end int) bool {
	if !r.soon(end + 1) {
		return true
	}
	if !r.isFrame(end) {
		return false
	}
	blank := end
	for isDigit(r.at(blank)) {
		blank++
	}
	from := r.digits(blank)
	return r.at(from-1) != '\n' && (r.proves(end) || r.proven(from, blank) < 0)
}

// joined reports whether a line of the message starts like a frame.
func (r *Reader) joined(x extent) bool {
	for i := x.head; i < x.text; i++ {
		n := bytes.IndexByte(r.window(i, x.text), '\n')
		if n < 0 {
			return false
		}
		i += n
		if r.isFrame(i + 1) {
			return true
		}
	}
	return false
}

// resync ends a record before a frame that starts inside its line. Only what is no event, or had a false octet count, is
// searched, and the frame must have a full header and a length that proves right: anybody may write a header into a message.
// Where no line end is in sight there is nothing else to go by, and the header alone must do.
func (r *Reader) resync(x extent) extent {
	closed := x.text < x.end
	for i := x.head + 1; i < x.text; i++ {
		n := bytes.Index(r.window(i, x.text), []byte(" <"))
		if n < 0 {
			return x
		}
		i += n
		if !isDigit(r.at(i-1)) || !headed(string(r.window(i+1, min(x.text, i+headRoom)))) {
			continue
		}
		from := r.digits(i)
		at := r.proven(from, i)
		if at < 0 && !closed {
			at = from
		}
		if at > 0 {
			return extent{head: x.head, text: at, end: at}
		}
	}
	return x
}

// headed reports whether s starts with a priority and a time stamp.
func headed(s string) bool {
	pri, n := priority(s)
	if pri < 0 {
		return false
	}
	if _, m := stamp(s[n:]); m > 0 {
		return true
	}
	rest, ok := strings.CutPrefix(s[n:], "1 ")
	_, m := rfc3339(rest)
	return ok && m > 0
}

// proven gives the first offset from which the digits up to blank are an octet count that proves right, -1 if there is none.
func (r *Reader) proven(from, blank int) int {
	for at := from; at < blank; at++ {
		if r.proves(at) {
			return at
		}
	}
	return -1
}

// proves reports whether a frame starts at an offset and something that can follow a message stands where it ends. It does not
// look further than the longest line may reach.
func (r *Reader) proves(at int) bool {
	head, n := r.count(at)
	end := head + n
	if head == 0 || n == 0 || end > r.max || !r.fill(end) {
		return false
	}
	return r.at(end-1) == '\n' || !r.soon(end+1) || r.newline(end) > 0 || r.isFrame(end)
}

// glue gives the end of a loss notice (L10) to which the length of the next frame is glued, 0 if the record is no such notice.
func (r *Reader) glue(e *Event, raw string) int {
	if e.AppName != "heroku" || e.ProcID != "logplex" || !strings.HasPrefix(e.Message, "Error L10 ") {
		return 0
	}
	_, since, _ := strings.Cut(e.Message, " since ")
	_, n := rfc3339(since)
	if n == 0 || !strings.HasPrefix(since[n:], ".") {
		return 0
	}
	end := len(raw) - len(since) + n + 1
	if end == len(raw) || !r.isFrame(end) {
		return 0
	}
	return end
}

// known reports whether the start of an overlong line is that of an event.
func (r *Reader) known(x extent) bool {
	var e Event
	return e.parse(string(r.window(x.head, min(x.text, x.head+rawHead))))
}

// starts reports whether a record that carries a priority or an origin starts at an offset, behind a line end or not, or the
// file ends there.
func (r *Reader) starts(i int) bool {
	if !r.soon(i + 1) {
		return true
	}
	i += r.newline(i)
	if !r.soon(i+1) || r.isPriority(i) || r.isFrame(i) {
		return true
	}
	_, n := r.origin(i)
	return n > 0
}

func (r *Reader) isFrame(i int) bool {
	head, _ := r.count(i)
	return head > 0
}

// isPriority reads no further than the priority goes: a connection may have nothing behind it.
func (r *Reader) isPriority(i int) bool {
	n := 1
	for n < len("<191>") && r.at(i+n-1) != '>' {
		n++
	}
	r.fill(i + n)
	pri, _ := priority(string(r.window(i, i+n)))
	return pri >= 0
}

// count reads an octet count and its blank at an offset, with a priority behind, and gives the offset of that and the length
// counted; a head of 0 means that there is none. A longer length than maxLength is cut to that.
func (r *Reader) count(i int) (head, n int) {
	digits := 0
	for c := r.at(i); isDigit(c); c = r.at(i + digits) {
		n = min(n*10+int(c-'0'), maxLength)
		if digits++; digits > maxDigits {
			return 0, 0
		}
	}
	head = i + digits + 1
	if digits == 0 || r.at(head-1) != ' ' || !r.isPriority(head) {
		return 0, 0
	}
	return head, n
}

// digits gives the offset of the first digit of those before an offset, of as many as a length can have.
func (r *Reader) digits(i int) int {
	from := i
	for from > max(0, i-len("134217728")) && isDigit(r.at(from-1)) {
		from--
	}
	return from
}

// newline gives the length of the line end at an offset, 0 if there is none.
func (r *Reader) newline(i int) int {
	switch {
	case r.at(i) == '\n':
		return 1
	case r.at(i) == '\r' && r.at(i+1) == '\n':
		return 2
	}
	return 0
}

// trimmed gives the length of b without its line end.
func trimmed(b []byte) int {
	text, ok := bytes.CutSuffix(b, []byte("\n"))
	if !ok {
		return len(b)
	}
	return len(bytes.TrimSuffix(text, []byte("\r")))
}

// at gives the byte at an offset, and NUL behind the end of the file.
func (r *Reader) at(i int) byte {
	if r.p+i < r.w || r.fill(i+1) {
		return r.buf[r.p+i]
	}
	return 0
}

// window gives the bytes from one offset to another as far as they are read; the next fill may move them.
func (r *Reader) window(from, to int) []byte {
	to = min(r.p+to, r.w)
	return r.buf[min(r.p+from, to):to]
}

// consume gives bytes to the record.
func (r *Reader) consume(n int) {
	r.line += bytes.Count(r.buf[r.p:r.p+n], []byte("\n"))
	r.p += n
}

// fill reads until n bytes are at hand, and reports whether they are.
func (r *Reader) fill(n int) bool { return r.fillBy(r.src.Read, n) }

// soon is fill for bytes that a connection may never send: it does not wait for them.
func (r *Reader) soon(n int) bool {
	if !r.live {
		return r.fill(n)
	}
	return r.fillBy(r.src.(Stream).ReadSoon, n)
}

func (r *Reader) fillBy(from func([]byte) (int, error), n int) bool {
	for r.w-r.p < n {
		if r.err != nil {
			return false
		}
		r.makeRoom(n)
		m, err := read(from, r.buf[r.w:])
		r.w += m
		if err == ErrSilent {
			return r.w-r.p >= n
		}
		r.err = err
	}
	return true
}

// makeRoom moves what is at hand to the start of a buffer that can hold n bytes. Twice that makes moves rare.
func (r *Reader) makeRoom(n int) {
	if r.p+n <= len(r.buf) {
		return
	}
	buf := r.buf
	if len(buf) < 2*n {
		buf = make([]byte, max(2*n, bufferSize))
	}
	r.w = copy(buf, r.buf[r.p:r.w])
	r.p, r.buf = 0, buf
}
