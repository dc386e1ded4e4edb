package receive

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/kpgen/kpgen/pack/syslog"
)

// A batch of a connection is handed on when the connection has no more, or this much.
const (
	batchRecords = 256
	batchBytes   = 256 << 10
)

// silence is how long nothing comes from a sender that has nothing to send.
const silence = 100 * time.Millisecond

var (
	errIdle = errors.New("nothing came for too long")
	errSlow = errors.New("a message was not whole for too long")
)

// serveTCP takes the connections of a tcp or tls listener, and returns when the last has ended.
func (r *Receiver) serveTCP(ctx context.Context, l *listener) {
	var open sync.WaitGroup
	defer open.Wait()
	r.accept(l, func(c net.Conn) {
		open.Go(func() {
			defer c.Close()
			if l.Secure() {
				c = r.handshake(c)
			}
			if c != nil {
				r.serve(c, l.String())
			}
		})
	})
}

// handshake gives the connection with TLS, nil if none was agreed upon.
func (r *Receiver) handshake(c net.Conn) net.Conn {
	ctx, cancel := context.WithTimeout(r.hard, r.limits.Handshake)
	defer cancel()
	secure := tls.Server(c, r.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		r.add(Handshake, 1)
		return nil
	}
	return secure
}

// serve reads a connection to its end.
func (r *Receiver) serve(c net.Conn, name string) {
	s := &session{r: r, c: c, sender: c.RemoteAddr().String()}
	s.reader = syslog.NewStream(s, name, syslog.Options{MaxLine: r.limits.Line})
	if !r.enter(s) {
		return
	}
	defer r.leave(s)
	defer context.AfterFunc(r.hard, s.wake)()
	err := s.run()
	s.flush()
	switch {
	case errors.Is(err, errIdle):
		r.add(Idle, 1)
	case errors.Is(err, errSlow):
		r.add(Slow, 1)
	case err != io.EOF:
		r.add(Broken, 1)
	}
}

// enter has a session told of a stop; false means that it is too late.
func (r *Receiver) enter(s *session) bool {
	r.open.Lock()
	defer r.open.Unlock()
	r.sessions[s] = true
	s.stopping = r.stopping
	return r.hard.Err() == nil
}

func (r *Receiver) leave(s *session) {
	r.open.Lock()
	defer r.open.Unlock()
	delete(r.sessions, s)
}

// session is one connection. It is the Stream that its reader reads, so that it knows when the reader has to wait: what was read
// so far is handed on before.
type session struct {
	r       *Receiver
	c       net.Conn
	sender  string
	reader  *syslog.Reader
	at      time.Time // of the last read
	begun   time.Time // when the record at hand was seen to begin; zero if nothing of it is there
	pending []syslog.Record
	bytes   int

	mu       sync.Mutex // guards stopping and the deadline of c
	stopping bool
}

func (s *session) run() error {
	for {
		s.begun = time.Time{}
		rec, err := s.reader.Next()
		if err != nil {
			return err
		}
		s.r.note(&rec)
		rec.Origin = syslog.Origin{Received: s.at, Sender: s.sender}
		if rec.Err == nil {
			rec.Event.Arrived = s.at
		}
		s.pending, s.bytes = append(s.pending, rec), s.bytes+len(rec.Raw)
		if len(s.pending) == batchRecords || s.bytes >= batchBytes {
			s.flush()
		}
	}
}

// flush hands on what is pending, and waits while there is no room: that the connection is not read meanwhile makes its sender
// wait, too.
func (s *session) flush() {
	if len(s.pending) == 0 {
		return
	}
	n := len(s.pending)
	if !s.r.put(&batch{records: s.pending, size: s.r.weight(int64(s.bytes), int64(n))}) {
		s.r.add(NotDelivered, n)
	}
	s.pending, s.bytes = nil, 0
}

// Read waits as long as a sender may be silent, or slow.
func (s *session) Read(b []byte) (int, error) {
	s.flush()
	late := errIdle
	deadline := time.Now().Add(s.r.limits.Idle)
	if s.begun.IsZero() && s.reader.Buffered() > 0 {
		s.begun = time.Now()
	}
	if !s.begun.IsZero() {
		late, deadline = errSlow, s.begun.Add(s.r.limits.Slow)
	}
	return s.read(b, deadline, late)
}

// ReadSoon waits a moment.
func (s *session) ReadSoon(b []byte) (int, error) {
	s.flush()
	return s.read(b, time.Now().Add(silence), syslog.ErrSilent)
}

// read reads until a deadline, and gives the error late when that has passed. Once the receiver is stopping, silence is the end.
func (s *session) read(b []byte, deadline time.Time, late error) (int, error) {
	s.mu.Lock()
	if s.stopping {
		deadline = s.last()
	}
	s.c.SetReadDeadline(deadline)
	s.mu.Unlock()
	n, err := s.c.Read(b)
	s.at = now()
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case n > 0:
		return n, nil
	case s.stopping:
		return 0, io.EOF
	}
	return 0, late
}

// last gives until when to wait once stopping; after the farewell, no more.
func (s *session) last() time.Time {
	if s.r.hard.Err() != nil {
		return time.Unix(1, 0)
	}
	return time.Now().Add(silence)
}

// wake has the session read only what was sent already.
func (s *session) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	s.c.SetReadDeadline(s.last())
}

// now is the time as an Origin keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
