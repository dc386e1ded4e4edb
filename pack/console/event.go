package console

import (
	"strconv"
	"time"

	"github.com/kpgen/kpgen/pack/syslog"
)

// Layouts of the console's times: in an event's properties (Figure 10) and in a report's LogTime (Figures 7-9).
const (
	dateTimeLayout = "1/2/2006 3:04:05 PM"
	logTimeLayout  = "01-02-2006 03:04:05 PM"
)

// facilities are the names of RFC 5424 table 1 as syslog daemons write them; the guide attests local0 (Figure 10).
var facilities = [24]string{"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
	"ntp", "security", "console", "solaris-cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"}

// eventSources and eventIDs are what a facility becomes; 128 with local0 is our reading of Figure 10.
var eventSources, eventIDs = func() (sources, ids [len(facilities)]string) {
	for i, name := range facilities {
		sources[i], ids[i] = "SYSLOG "+name, strconv.Itoa(i*8)
	}
	return sources, ids
}()

// eventTypes are the Windows event types a syslog severity (RFC 5424 table 2) becomes. Figure 10 attests Error; which of the
// others goes where is inferred.
var eventTypes = [8]string{"Error", "Error", "Error", "Error", "Warning", "Information", "Information", "Information"}

// Places in Result.Event, in Figure 10's order.
const (
	atCategory = iota
	atComputer
	atDateTime
	atDateTimeUTC
	atDescription
	atID
	atLogType
	atSource
	atType
	atUserDomain
	atUser
)

// describe fills the event's own properties, all of them as Figure 10 lists them.
func (w *Worker) describe(ev *syslog.Event, r *Result) {
	pri := ev.Priority
	if pri < 0 || pri > 191 {
		pri = w.c.pack.Source.Priority
	}
	facility, severity := pri/8, pri%8
	r.Time = w.c.receipt(ev)
	at := written{}
	if !r.Time.IsZero() {
		at = w.write(r.Time)
	}
	r.logTime = at.logTime
	r.Event = append(r.Event,
		Property{"event_category", "0"},
		Property{"event_computer", w.computer(ev, r)},
		Property{"event_datetime", at.local},
		Property{"event_datetime_utc", at.unix},
		Property{"event_description", ev.Text},
		Property{"event_id", eventIDs[facility]},
		Property{"event_log_type", "Application"},
		Property{"event_source", eventSources[facility]},
		Property{"event_type", eventTypes[severity]},
		Property{"event_user_domain", "N/A"},
		Property{"event_user_name", "N/A"},
	)
}

// written is a time as the console writes it. Many events come within a second, so the last ones are kept.
type written struct {
	second               int64
	local, unix, logTime string
}

// write writes a time in the console's zone.
func (w *Worker) write(at time.Time) written {
	second := at.Unix()
	kept := &w.times[uint64(second)%uint64(len(w.times))]
	if kept.unix == "" || kept.second != second {
		*kept = written{second, at.Format(dateTimeLayout), strconv.FormatInt(second, 10), at.Format(logTimeLayout)}
	}
	return *kept
}

// receipt is when the console got the event: what its own header says, in its own zone, else when a capture got it, else the
// sender's time stamp, since a line that nobody has received yet has no receipt time. A time stamp without a year (RFC 3164) is
// no time: zero.
func (c *Console) receipt(ev *syslog.Event) time.Time {
	at := ev.Time
	if !ev.Arrived.IsZero() {
		at = ev.Arrived
	}
	if !ev.Received.IsZero() {
		at = ev.Received
	}
	if at.IsZero() || at.Year() == 0 {
		return time.Time{}
	}
	if ev.Received.IsZero() {
		return at.In(c.location)
	}
	y, mo, d := at.Date()
	h, mi, s := at.Clock()
	return time.Date(y, mo, d, h, mi, s, 0, c.location)
}

// computer is the system the event is filed under. The console's header names it without the suffix it gets in Figure 10
// (`Computer:Heroku` becomes Heroku-syslog: inferred); a line without that header goes to the pack's system.
func (w *Worker) computer(ev *syslog.Event, r *Result) string {
	if ev.Computer != "" {
		if w.sender != ev.Computer {
			w.sender, w.system = ev.Computer, ev.Computer+"-syslog" // kept, as most events come from one
		}
		return w.system
	}
	if system := w.c.pack.Source.System; system != "" {
		return system
	}
	if r.DeviceID != "" {
		return r.DeviceID
	}
	return ev.Host
}

// legacy gives the value behind the names reports have had since version 8: LogTime, Computer, EventDescription.
func (r *Result) legacy(name string) (string, bool) {
	switch name {
	case "LogTime":
		return r.logTime, r.logTime != ""
	case "Computer":
		return r.Property("event_computer")
	case "EventDescription":
		return r.Property("event_description")
	}
	return "", false
}
