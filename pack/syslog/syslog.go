// Package syslog turns bytes into events: it undoes the framing of a log stream, reads the header of every message and says
// of what it cannot read where it stands and why. Nothing is dropped in silence: every byte of the input belongs to one
// record, to an empty line, or to the part of an overlong line that its error record stands for.
//
// # Framing
//
// Each record is recognised by itself, so one file may mix them:
//
//   - a line, ended by LF or CRLF;
//   - an octet-counted frame, "<length> SP <message>" (RFC 6587 section 3.4.1), the way Heroku's drains send; the length may
//     count the message's line end, leave it out, or there may be none at all.
//
// A length is believed when something that can follow a message stands where it ends: a line end, another frame, the end of
// the file. Otherwise the length lied; it is taken off and the message ends with its line or, when frames follow each other
// without line ends, where the next frame starts whose own length proves right.
//
// Logplex glues its loss notice (L10) to the next frame of an HTTPS batch without a line end. The notice ends with the full
// stop behind its time stamp, whatever its own length says.
//
// # Messages
//
//   - a drain line, "<PRI>1 TIME HOST SOURCE PROC - - MSG": two nil fields and the drain token for a host from a syslog
//     drain, one nil field and the host "host" from an HTTPS drain, which therefore is not valid RFC 5424;
//   - RFC 5424, its structured data kept out of the message;
//   - RFC 3164, also without priority, as relays write it to files, and with an RFC 3339 time stamp behind the priority;
//   - the console's display form (guide, Figure 10), "Feb 15 15:52:19 Heroku Computer:X, " before the relay's header and a drain
//     line without priority;
//   - a priority before anything else, which RFC 3164 section 4.3.3 has a receiver accept.
//
// In a captured file each of these stands behind an Origin.
package syslog

import "time"

// Event is one message with what its headers say of it.
//
// The receipt header has neither year nor zone. Its year is the first one in which it is not before the day preceding that of
// Time: a console cannot receive what is not sent yet, but its wall clock may lag behind UTC by most of a day. Without a Time
// that has a year, Received stays in year 0.
type Event struct {
	Text     string    // the line without octet count and priority, otherwise as received; what the console keeps as event_description
	Received time.Time // receipt header of the display form: the console's wall clock as if it were UTC; zero if none
	Arrived  time.Time // when a capture received the message, in UTC; zero if the record has no origin
	Time     time.Time // the message's own time stamp in UTC, in year 0 if the stamp has no year (RFC 3164); zero if none
	Priority int       // PRI, 0 to 191: facility times 8 plus severity; -1 if the line carries none
	Computer string    // the system that the display form names behind "Computer:"
	Host     string    // HOSTNAME: a drain token "d.…", "host" or a host's name
	AppName  string    // APP-NAME or the tag of RFC 3164; Heroku's SOURCE
	ProcID   string    // PROCID or what stands in brackets behind the tag; Heroku's PROC
	Message  string    // MSG with its leading blanks
}

// Record is one unit of the input: an event, or what is no event and the reason.
type Record struct {
	File   string // the name given to NewReader
	Line   int    // line of the uncompressed file where the record starts, from 1
	Event  Event  // zero if Err is not nil
	Err    error  // *Error if the record is no event
	Raw    string // the record as it stands in the file, octet count included, line end not; the head of it if it is too long
	Cut    bool   // the input ended before the record's line end and before the length of its octet count, if it has one
	Origin Origin
}

// The kinds of Error.
const (
	NotAnEvent  = "not-an-event"  // the text is in none of the forms a syslog message has
	LineTooLong = "line-too-long" // the line has more bytes than Options.MaxLine
)

// Error says why a line is no event.
type Error struct {
	Kind    string // one of the kinds above
	Message string // what is wrong, then what was expected
	Help    string // how to mend it
}

func (e *Error) Error() string { return e.Message + " [" + e.Kind + "]" }

var errNotAnEvent = &Error{
	Kind: NotAnEvent,
	Message: "the line is not a syslog event: expected a priority as in <158>1, a time stamp and host as in Jan 24 01:51:24 host, " +
		"or the console's display form",
	Help: "give the lines as a drain sends or the console shows them; what `heroku logs` prints is another form",
}

// ReadError says that a file cannot be read on: the disk failed, or compressed data is damaged or cut off.
type ReadError struct {
	File string
	Line int // line that was reached, from 1
	Err  error
}

func (e *ReadError) Error() string { return "reading stopped: " + e.Err.Error() }

// Unwrap gives the cause, io.ErrUnexpectedEOF for cut off data.
func (e *ReadError) Unwrap() error { return e.Err }
