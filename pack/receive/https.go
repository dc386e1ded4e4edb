package receive

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kpgen/kpgen/pack/syslog"
)

const (
	maxHeader  = 16 << 10 // bytes of a request's header
	maxFrameID = 128      // bytes of a frame id
	maxFrames  = 1 << 14  // frame ids that are remembered

	// maxMessages is the most messages of a request. Each takes memory, however short it is; Logplex sends some hundred.
	maxMessages = 1 << 14
)

// serveHTTP takes the requests of an http or https listener. HTTP/1.1 is what Logplex speaks.
//
// A page in a browser cannot send anything here behind its user's back: Logplex's content type makes the browser ask first, with
// a method that is refused.
func (r *Receiver) serveHTTP(ctx context.Context, l *listener) {
	server := &http.Server{
		Handler:           &drain{r, l.Address},
		Protocols:         new(http.Protocols),
		ReadHeaderTimeout: min(r.limits.Slow, r.limits.Handshake),
		ReadTimeout:       r.limits.Slow,
		WriteTimeout:      r.limits.Wait + 2*r.limits.Slow, // from the header on: for room, the body, and who takes no reply
		IdleTimeout:       r.limits.Idle,
		MaxHeaderBytes:    maxHeader,
		ConnState:         r.connState,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, ownOf(c))
		},
		ErrorLog: log.New(io.Discard, "", 0), // what it would say is counted
	}
	server.Protocols.SetHTTP1(true)
	accepted := &acceptor{Listener: l, conns: make(chan net.Conn), stop: ctx.Done()}
	var open sync.WaitGroup
	open.Go(func() { r.accept(l, accepted.give) })
	open.Go(func() {
		<-ctx.Done()
		if server.Shutdown(r.hard) != nil {
			server.Close()
		}
	})
	var inner net.Listener = accepted
	if l.Secure() {
		inner = tls.NewListener(accepted, r.tls)
	}
	_ = server.Serve(inner) // it ends when the listener is closed
	open.Wait()
}

// acceptor hands a server the connections that have a slot.
type acceptor struct {
	net.Listener
	conns chan net.Conn
	stop  <-chan struct{}
}

func (a *acceptor) give(c net.Conn) {
	select {
	case a.conns <- c:
	case <-a.stop:
		c.Close()
	}
}

func (a *acceptor) Accept() (net.Conn, error) {
	select {
	case c := <-a.conns:
		return c, nil
	case <-a.stop:
		return nil, net.ErrClosed
	}
}

// connKey is under what a request's context holds its conn.
type connKey struct{}

func ownOf(c net.Conn) *conn {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	return c.(*conn)
}

// connState counts connections that end without TLS or in the middle of a request. A server calls it from the connection's own
// goroutine, as it does the handler.
func (r *Receiver) connState(c net.Conn, state http.ConnState) {
	own := ownOf(c)
	secure, isTLS := c.(*tls.Conn)
	switch {
	case state == http.StateActive:
		own.begun, own.answered = true, false
	case state == http.StateIdle:
		own.begun = false
	case state == http.StateClosed && isTLS && !secure.ConnectionState().HandshakeComplete:
		r.add(Handshake, 1)
	case state == http.StateClosed && own.begun && !own.answered:
		r.add(Unfinished, 1)
	}
}

// drain answers requests.
type drain struct {
	r *Receiver
	Address
}

// refusals are the replies to what is not taken. Logplex drops what gets 4xx, 429 aside, and sends again what gets 5xx.
var refusals = map[Reason]int{
	WrongPath: http.StatusNotFound, WrongMethod: http.StatusMethodNotAllowed, WrongType: http.StatusUnsupportedMediaType,
	WrongHeader: http.StatusBadRequest, TooLarge: http.StatusRequestEntityTooLarge, Busy: http.StatusServiceUnavailable,
	NotTaken: http.StatusServiceUnavailable, BodyUnreadable: http.StatusServiceUnavailable,
}

func (d *drain) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	q.Context().Value(connKey{}).(*conn).answered = true
	reply := http.NewResponseController(w)
	_ = reply.SetWriteDeadline(time.Now().Add(2 * d.r.limits.Slow)) // of 100 Continue, which goes out when the body is read
	reason := d.refuse(q)
	unasked := reason != "" && q.Header.Get("Expect") != ""
	if reason == "" {
		reason = d.once(q)
	}
	if !unasked {
		// Who is still sending would see the connection reset, and not the reply.
		_, _ = io.CopyN(io.Discard, q.Body, 8*d.r.limits.Body)
	}
	if reason != "" {
		d.r.add(reason, 1)
	}
	_ = reply.SetWriteDeadline(time.Now().Add(d.r.limits.Slow))
	status, refused := refusals[reason]
	if !refused {
		w.WriteHeader(http.StatusNoContent)
		if reply.Flush() != nil {
			d.r.add(Unanswered, 1)
		}
		return
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if reason == WrongMethod {
		w.Header().Set("Allow", http.MethodPost)
	}
	http.Error(w, string(reason), status)
}

// refuse says what is wrong with a request before its body is read, "" if nothing.
func (d *drain) refuse(q *http.Request) Reason {
	kind, _, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	_, good := count(q)
	switch {
	case q.URL.Path != d.Path:
		return WrongPath
	case q.Method != http.MethodPost:
		return WrongMethod
	case err != nil || kind != "application/logplex-1", q.Header.Get("Content-Encoding") != "":
		return WrongType
	case !token(q.Header.Get("Logplex-Drain-Token"), syslog.MaxDrain), !token(q.Header.Get("Logplex-Frame-Id"), maxFrameID), !good:
		return WrongHeader
	case q.ContentLength > d.r.limits.Body:
		return TooLarge
	}
	for _, name := range []string{"Content-Type", "Logplex-Drain-Token", "Logplex-Frame-Id", "Logplex-Msg-Count"} {
		if len(q.Header.Values(name)) > 1 {
			return WrongHeader
		}
	}
	return ""
}

// count gives the number of messages that a request says it has, -1 if it does not; false means that it can be none.
func count(q *http.Request) (int, bool) {
	said := q.Header.Get("Logplex-Msg-Count")
	if said == "" {
		return -1, true
	}
	n, err := strconv.ParseUint(said, 10, 31)
	return int(n), err == nil
}

// token reports whether a header's value, if there is one, is what stands between blanks of an Origin.
func token(s string, longest int) bool {
	return len(s) <= longest && s != "-" && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}

// once takes a request unless one with its frame id was taken.
func (d *drain) once(q *http.Request) Reason {
	id := q.Header.Get("Logplex-Frame-Id")
	if id == "" {
		return d.take(q)
	}
	f, first := d.r.taken.enter(frameID{q.Header.Get("Logplex-Drain-Token"), id})
	if !first {
		select {
		case <-f.done:
		case <-q.Context().Done():
		}
		if f.taken.Load() {
			return Repeated
		}
		return NotTaken
	}
	reason := d.take(q)
	_, refused := refusals[reason]
	d.r.taken.leave(f, !refused)
	return reason
}

// take reads a request's records and hands them on, all or none.
func (d *drain) take(q *http.Request) Reason {
	room := &claim{r: d.r}
	defer room.release()
	records, reason := d.records(q, room)
	if reason != "" {
		return reason
	}
	b := &batch{records: records, taken: make(chan error, 1)}
	for i := range records {
		d.r.note(&records[i])
	}
	if !d.r.send(b) || <-b.taken != nil {
		return NotTaken
	}
	d.r.change(func(c *Counts) { c.Requests++ })
	if said, _ := count(q); said >= 0 && said != len(records) {
		return CountDiffers
	}
	return ""
}

// records reads a body: frames, the last of which may be cut. There are none with a reason to refuse it.
func (d *drain) records(q *http.Request, room *claim) ([]syslog.Record, Reason) {
	body, err := io.ReadAll(&claiming{io.LimitReader(q.Body, d.r.limits.Body+1), room})
	switch {
	case err == errNoRoom:
		return nil, Busy
	case int64(len(body)) > d.r.limits.Body:
		return nil, TooLarge
	case err != nil:
		return nil, BodyUnreadable
	}
	at := now()
	origin := syslog.Origin{Received: at, Sender: q.RemoteAddr, Drain: q.Header.Get("Logplex-Drain-Token")}
	reader := syslog.NewStream(whole{bytes.NewReader(body)}, d.String(), syslog.Options{MaxLine: d.r.limits.Line})
	var all []syslog.Record
	for {
		rec, err := reader.Next()
		switch {
		case err != nil:
			return all, ""
		case len(all) == maxMessages:
			return nil, TooLarge
		case !room.take(recordSize):
			return nil, Busy
		}
		rec.Origin = origin
		if rec.Err == nil {
			rec.Event.Arrived = at
		}
		all = append(all, rec)
	}
}

// claim is the room that a request takes. It grows with what has come of the request: who only says that much will come takes
// none from others.
type claim struct {
	r    *Receiver
	held int64
}

var errNoRoom = errors.New("no room")

// take waits a while for room; false means that there is none. A request that takes all there is may have more. Of those that
// hold some only one may wait for more, or all could wait for each other.
func (c *claim) take(n int64) bool {
	n = min(n, c.r.limits.Queued-c.held)
	if !c.r.bodies.TryAcquire(n) && !c.await(n) {
		return false
	}
	c.held += n
	return true
}

func (c *claim) await(n int64) bool {
	if c.held > 0 {
		if !c.r.growing.TryLock() {
			return false
		}
		defer c.r.growing.Unlock()
	}
	wait, cancel := context.WithTimeout(c.r.hard, c.r.limits.Wait)
	defer cancel()
	return c.r.bodies.Acquire(wait, n) == nil
}

func (c *claim) release() { c.r.bodies.Release(c.held) }

// claiming claims room for what it reads, and for the records' own copy of it.
type claiming struct {
	io.Reader
	room *claim
}

func (c *claiming) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if !c.room.take(2 * int64(n)) {
		return 0, errNoRoom
	}
	return n, err
}

// whole is a Stream of which all is there.
type whole struct{ *bytes.Reader }

func (w whole) ReadSoon(b []byte) (int, error) { return w.Read(b) }
