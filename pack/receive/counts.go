package receive

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/kpgen/kpgen/pack/syslog"
)

// Reason is why something that came was not taken, or is not as its sender meant it.
type Reason string

// Of connections.
const (
	TooMany    Reason = "too-many-connections" // closed: Limits.Connections are open, and none ended for Limits.Wait
	Handshake  Reason = "handshake-failed"     // no TLS was agreed upon
	Idle       Reason = "idle"                 // closed: nothing came for Limits.Idle
	Slow       Reason = "slow"                 // closed: a message or request was not whole after Limits.Slow
	Broken     Reason = "broken"               // ended by an error, such as a reset
	Unfinished Reason = "unfinished-request"   // ended in the middle of a request, or by one that is none
	Unanswered Reason = "unanswered-request"   // ended before it took the reply; the request was taken, and may come again
)

// Of records. All but those not delivered, and the rest of lines too long, are delivered all the same.
const (
	NotAnEvent   Reason = syslog.NotAnEvent
	LineTooLong  Reason = syslog.LineTooLong
	CutOff       Reason = "cut-off"       // the connection ended in the middle of it
	NotDelivered Reason = "not-delivered" // the receiver was stopped, or could not hand it on
)

// Of requests. All but those with a count that differs were refused, or need no taking.
const (
	Repeated       Reason = "repeated"        // its frame id was taken before
	CountDiffers   Reason = "count-differs"   // Logplex-Msg-Count is not the number of messages; it was taken as it is
	WrongPath      Reason = "wrong-path"      // 404
	WrongMethod    Reason = "wrong-method"    // 405
	WrongType      Reason = "wrong-type"      // 415: not application/logplex-1, or encoded
	WrongHeader    Reason = "wrong-header"    // 400: a header of Logplex's that cannot be
	TooLarge       Reason = "too-large"       // 413
	Busy           Reason = "busy"            // 503: no room for it, send it again
	NotTaken       Reason = "not-taken"       // 503: it could not be handed on, send it again
	BodyUnreadable Reason = "body-unreadable" // 503, if anybody still listens: the body ended early or came too slowly
)

// Counts is what a receiver has seen so far.
type Counts struct {
	Connections int            // accepted
	Open        int            // of these, now
	Requests    int            // that were taken
	Records     int            // delivered, events or not
	Events      int            // of these
	Bytes       int64          // of the records delivered
	Reasons     map[Reason]int // how often each
}

// String gives the counts on one line.
func (c Counts) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d lines: %d events, %d not events; %d connections", c.Records, c.Events, c.Records-c.Events, c.Connections)
	if c.Requests > 0 {
		fmt.Fprintf(&b, ", %d requests", c.Requests)
	}
	between := "; "
	for _, reason := range slices.Sorted(maps.Keys(c.Reasons)) {
		fmt.Fprintf(&b, "%s%d %s", between, c.Reasons[reason], reason)
		between = ", "
	}
	return b.String()
}

// Whole reports whether all that came was delivered as it was sent, as far as can be told.
func (c Counts) Whole() bool {
	for _, reason := range []Reason{TooMany, NotAnEvent, LineTooLong, CutOff, NotDelivered, CountDiffers, WrongType, WrongHeader, TooLarge} {
		if c.Reasons[reason] > 0 {
			return false
		}
	}
	return true
}

// counter is Counts that many goroutines add to.
type counter struct {
	mu  sync.Mutex
	all Counts
}

func (c *counter) add(reason Reason, n int) {
	c.change(func(all *Counts) {
		if all.Reasons == nil {
			all.Reasons = map[Reason]int{}
		}
		all.Reasons[reason] += n
	})
}

func (c *counter) change(f func(*Counts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.all)
}

func (c *counter) snapshot() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.all
	s.Reasons = maps.Clone(s.Reasons)
	return s
}
