// Package receive takes log drains as they come: syslog over TCP and TLS, and Logplex's HTTPS drains. It hands on records in
// batches, with the origin of each, and counts, with the reason, what it could not take.
//
// # What holds
//
//   - Memory is bounded: records of connections that wait to be handed on come to at most Limits.Queued bytes, requests that are
//     read or wait to as many again, and each connection holds a line or two. When there is no room, TCP senders wait (the
//     connection is not read) and HTTPS senders are asked to come again (503). Neither keeps the other waiting.
//   - A request is answered 204 only when its records were handed on, all or none of them; one with the frame id of a request
//     that was taken is answered 204 and not taken again.
//   - Whoever is idle, slow, sends no end of a line or too much of anything is cut, and that is counted. What a cut connection
//     had sent is handed on, its last record marked as cut.
//   - When it is stopped, what senders have sent already is read for a moment, and handed on.
package receive

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/syslog"
)

// Options of a Receiver.
type Options struct {
	Certificate, Key string // PEM files, for tls and https; without both a certificate is made that nobody has signed
	Limits
}

// Limits keep senders within bounds; 0 is the default that stands beside each.
type Limits struct {
	Line        int           // bytes of a line: 64 KiB; Logplex cuts at 10,000
	Connections int           // open at a time, of all listeners: 512
	Body        int64         // bytes of a request's body: 8 MiB
	Queued      int64         // bytes of records that wait to be handed on, of connections and of requests each: 64 MiB
	Idle        time.Duration // a connection may be silent: 10 minutes; Heroku closes after 4
	Slow        time.Duration // from the first byte of a message or request to its last, and to take a reply: 1 minute
	Handshake   time.Duration // TLS: 10 seconds
	Wait        time.Duration // a request waits for room in the queue, a connection for one to end: 5 seconds
	Farewell    time.Duration // what was sent already is still read after a stop: 2 seconds
}

func (l Limits) orDefaults() Limits {
	return Limits{
		Line:        cmp.Or(l.Line, 64<<10),
		Connections: cmp.Or(l.Connections, 512),
		Body:        cmp.Or(l.Body, 8<<20),
		Queued:      cmp.Or(l.Queued, 64<<20),
		Idle:        cmp.Or(l.Idle, 10*time.Minute),
		Slow:        cmp.Or(l.Slow, time.Minute),
		Handshake:   cmp.Or(l.Handshake, 10*time.Second),
		Wait:        cmp.Or(l.Wait, 5*time.Second),
		Farewell:    cmp.Or(l.Farewell, 2*time.Second),
	}
}

// Receiver listens at its addresses.
type Receiver struct {
	limits    Limits
	tls       *tls.Config
	made      bool // its certificate
	listeners []*listener
	counter
	slots   chan struct{}       // one for each open connection
	room    *semaphore.Weighted // bytes of Limits.Queued for batches of connections
	bodies  *semaphore.Weighted // and as many for requests
	growing sync.Mutex          // of the one request that holds room and waits for more
	queue   chan *batch
	hard    context.Context // done when nothing is waited for any more
	kill    context.CancelFunc

	open     sync.Mutex // guards what follows
	stopping bool
	sessions map[*session]bool

	taken frames
}

// listener is an open Address.
type listener struct {
	net.Listener
	Address // with the port that was opened
}

// batch is records on their way.
type batch struct {
	records []syslog.Record
	size    int64
	taken   chan error // gets whether they were handed on; nil if nobody asks
}

// Open opens all addresses, or none. Errors are a diag.List: certificate-unreadable, not-listening.
func Open(addresses []Address, opt Options) (*Receiver, error) {
	r := &Receiver{limits: opt.orDefaults(), queue: make(chan *batch), sessions: map[*session]bool{}}
	r.slots = make(chan struct{}, r.limits.Connections)
	r.room, r.bodies = semaphore.NewWeighted(r.limits.Queued), semaphore.NewWeighted(r.limits.Queued)
	r.hard, r.kill = context.WithCancel(context.Background())
	if slices.ContainsFunc(addresses, Address.Secure) {
		pair, err := opt.certificate()
		if err != nil {
			return nil, err
		}
		r.tls, r.made = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, opt.Certificate == ""
	}
	for _, a := range addresses {
		l, err := net.Listen("tcp", a.Host)
		if err != nil {
			r.Close()
			return nil, diag.List{{ID: "not-listening", Severity: diag.Error, Message: fmt.Sprintf("cannot listen at %s: %v", a, err)}}
		}
		a.Host = l.Addr().String()
		r.listeners = append(r.listeners, &listener{l, a})
	}
	return r, nil
}

// Addresses gives where the receiver listens, with the ports that were opened.
func (r *Receiver) Addresses() []Address {
	var all []Address
	for _, l := range r.listeners {
		all = append(all, l.Address)
	}
	return all
}

// Counts gives what was seen so far; it may be asked at any time.
func (r *Receiver) Counts() Counts { return r.snapshot() }

// Close gives up a Receiver that is not run.
func (r *Receiver) Close() {
	for _, l := range r.listeners {
		l.Close()
	}
}

// Run receives until ctx is done and hands records on, a batch at a time, from one goroutine. Their File is the address they came
// to, their Line a running number. The batch belongs to deliver. Its error ends the run and is returned; the batch then counts as
// not handed on.
func (r *Receiver) Run(ctx context.Context, deliver func([]syslog.Record) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var serving sync.WaitGroup
	for _, l := range r.listeners {
		serving.Go(func() {
			if l.isHTTP() {
				r.serveHTTP(ctx, l)
				return
			}
			r.serveTCP(ctx, l)
		})
	}
	go r.stopWith(ctx)
	served := make(chan struct{})
	go func() {
		serving.Wait()
		close(served)
	}()
	err := r.handOn(deliver, stop, served)
	r.kill()
	return err
}

// stopWith ends the receiver in two steps: at once nothing is waited for any more, and after the farewell all is cut. Connections
// that the system has accepted already may have sent something, so they are served, too.
func (r *Receiver) stopWith(ctx context.Context) {
	<-ctx.Done()
	r.open.Lock()
	r.stopping = true
	for s := range r.sessions {
		s.wake()
	}
	r.open.Unlock()
	for _, l := range r.listeners {
		_ = l.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(silence)) // closed already: as good
	}
	time.AfterFunc(r.limits.Farewell, r.kill)
}

// handOn hands on what is queued until nobody is left to queue anything.
func (r *Receiver) handOn(deliver func([]syslog.Record) error, stop func(), served chan struct{}) error {
	line := 0
	var failed error
	for {
		select {
		case <-served:
			return failed
		case b := <-r.queue:
			for i := range b.records {
				line++
				b.records[i].Line = line
			}
			if failed == nil {
				failed = r.deliver(b.records, deliver)
			} else {
				r.add(NotDelivered, len(b.records))
			}
			if failed != nil {
				stop()
			}
			r.room.Release(b.size)
			if b.taken != nil {
				b.taken <- failed
			}
		}
	}
}

// deliver hands on a batch and counts it.
func (r *Receiver) deliver(records []syslog.Record, to func([]syslog.Record) error) error {
	total, events, bytes := len(records), 0, int64(0)
	for i := range records {
		bytes += int64(len(records[i].Raw))
		if records[i].Err == nil {
			events++
		}
	}
	if err := to(records); err != nil {
		r.add(NotDelivered, total)
		return err
	}
	r.change(func(c *Counts) { c.Records, c.Events, c.Bytes = c.Records+total, c.Events+events, c.Bytes+bytes })
	return nil
}

// recordSize is what a record takes beside its bytes.
const recordSize = 400

// weight is what records take of the queue's room, never more than there is.
func (r *Receiver) weight(bytes, records int64) int64 {
	return min(bytes+records*recordSize, r.limits.Queued)
}

// put queues a batch, waiting for room; false means that the receiver was stopped before.
func (r *Receiver) put(b *batch) bool {
	if r.room.Acquire(r.hard, b.size) != nil {
		return false
	}
	return r.send(b)
}

// send queues a batch whose room is taken.
func (r *Receiver) send(b *batch) bool {
	select {
	case r.queue <- b:
		return true
	case <-r.hard.Done():
		r.room.Release(b.size)
		return false
	}
}

// note counts what is wrong with a record.
func (r *Receiver) note(rec *syslog.Record) {
	var bad *syslog.Error
	if errors.As(rec.Err, &bad) {
		r.add(Reason(bad.Kind), 1)
	}
	if rec.Cut {
		r.add(CutOff, 1)
	}
}

// accept gives the listener's connections, each with a slot, until it is closed. Errors that pass, as when the system is out of
// file descriptors, are waited out.
func (r *Receiver) accept(l net.Listener, each func(net.Conn)) {
	const first, longest = 5 * time.Millisecond, time.Second
	wait := first
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) {
			l.Close()
			return
		}
		if err != nil {
			time.Sleep(wait)
			wait = min(2*wait, longest)
			continue
		}
		wait = first
		if !r.slot() {
			r.add(TooMany, 1)
			c.Close()
			continue
		}
		r.change(func(c *Counts) { c.Connections++; c.Open++ })
		each(&conn{Conn: c, r: r})
	}
}

// slot takes a slot, when one is free soon. Whoever comes meanwhile waits for the listener, as the system has it.
func (r *Receiver) slot() bool {
	soon := time.NewTimer(r.limits.Wait)
	defer soon.Stop()
	select {
	case r.slots <- struct{}{}:
		return true
	case <-soon.C:
	case <-r.hard.Done():
	}
	return false
}

// conn is a connection that has a slot.
type conn struct {
	net.Conn
	r    *Receiver
	once sync.Once

	begun, answered bool // whether a request is under way, and got its reply; used with http
}

// Close closes the connection and gives back the slot.
func (c *conn) Close() error {
	c.once.Do(func() {
		<-c.r.slots
		c.r.change(func(n *Counts) { n.Open-- })
	})
	return c.Conn.Close()
}
