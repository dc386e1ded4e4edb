package preview

import (
	"maps"
	"slices"

	"github.com/kpgen/kpgen/pack/receive"
)

// Received is what a receiver counts, beside the lines that are shown.
type Received struct {
	At          []string  `json:"at"` // the addresses it listens at
	Connections int       `json:"connections"`
	Open        int       `json:"open"` // of these, now
	Requests    int       `json:"requests"`
	Otherwise   []Counted `json:"otherwise"` // what came and is not shown, or not as it was sent
}

// Counted is how often something came otherwise, what, and what became of it.
type Counted struct {
	Reason receive.Reason `json:"reason"`
	N      int            `json:"n"`
	What   string         `json:"what"`
	Fate   string         `json:"fate"`
	Href   string         `json:"-"` // where they are listed
}

// otherwise says every reason of a receiver in words, in the order of the page.
var otherwise = []Counted{
	{Reason: receive.NotAnEvent, What: "Lines that are no event", Fate: "listed apart", Href: "lines-failed.html"},
	{Reason: receive.LineTooLong, What: "Lines longer than a line may be", Fate: "their beginning is listed apart", Href: "lines-failed.html"},
	{Reason: receive.CutOff, What: "Lines cut off by the end of the connection", Fate: "shown as far as they came"},
	{Reason: receive.NotDelivered, What: "Lines that came when receiving had ended", Fate: "not shown"},
	{Reason: receive.CountDiffers, What: "Requests whose Logplex-Msg-Count is not their number of lines", Fate: "shown as they came"},
	{Reason: receive.Repeated, What: "Requests that came again", Fate: "shown once"},
	{Reason: receive.WrongPath, What: "Requests of another path", Fate: "refused with 404, not shown"},
	{Reason: receive.WrongMethod, What: "Requests of another method than POST", Fate: "refused with 405, not shown"},
	{Reason: receive.WrongType, What: "Requests of another type than application/logplex-1", Fate: "refused with 415, not shown"},
	{Reason: receive.WrongHeader, What: "Requests with a Logplex header that cannot be", Fate: "refused with 400, not shown"},
	{Reason: receive.TooLarge, What: "Requests that are too large", Fate: "refused with 413, not shown"},
	{Reason: receive.Busy, What: "Requests for which there was no room", Fate: "answered 503: they come again"},
	{Reason: receive.NotTaken, What: "Requests that could not be taken", Fate: "answered 503: they come again"},
	{Reason: receive.BodyUnreadable, What: "Requests whose body ended early or came too slowly", Fate: "answered 503: they come again"},
	{Reason: receive.Unfinished, What: "Requests that broke off", Fate: "not shown, not answered: they come again"},
	{Reason: receive.TooMany, What: "Connections refused: as many are open as may be", Fate: "nothing was read"},
	{Reason: receive.Handshake, What: "Connections on which no TLS was agreed upon", Fate: "nothing was read"},
	{Reason: receive.Idle, What: "Connections closed: nothing came for too long", Fate: "what came before is shown"},
	{Reason: receive.Slow, What: "Connections closed: a line or request did not end in time", Fate: "what came before is shown"},
	{Reason: receive.Broken, What: "Connections that broke off", Fate: "what came before is shown"},
}

// received gives what a receiver counts so far.
func received(r *receive.Receiver) *Received {
	n := r.Counts()
	out := &Received{Connections: n.Connections, Open: n.Open, Requests: n.Requests}
	for _, a := range r.Addresses() {
		out.At = append(out.At, a.String())
	}
	for _, c := range otherwise {
		if c.N = n.Reasons[c.Reason]; c.N > 0 {
			out.Otherwise = append(out.Otherwise, c)
		}
		delete(n.Reasons, c.Reason) // the counts are a copy
	}
	for _, reason := range slices.Sorted(maps.Keys(n.Reasons)) { // one that has no words yet is not kept back
		out.Otherwise = append(out.Otherwise, Counted{Reason: reason, N: n.Reasons[reason], What: string(reason)})
	}
	return out
}
