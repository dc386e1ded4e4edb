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
func (c *Console) describe(ev *syslog.Event, r *Result) {
	pri := ev.Priority
	if pri < 0 || pri > 191 {
		pri = c.pack.Source.Priority
	}
	facility, severity := pri/8, pri%8
	r.Time = c.receipt(ev)
	local, unix := "", ""
	if !r.Time.IsZero() {
		local, unix = r.Time.Format(dateTimeLayout), strconv.FormatInt(r.Time.Unix(), 10)
	}
	r.Event = append(r.Event,
		Property{"event_category", "0"},
		Property{"event_computer", c.computer(ev, r)},
		Property{"event_datetime", local},
		Property{"event_datetime_utc", unix},
		Property{"event_description", ev.Text},
		Property{"event_id", strconv.Itoa(facility * 8)}, // our reading of Figure 10: 128 with local0
		Property{"event_log_type", "Application"},
		Property{"event_source", "SYSLOG " + facilities[facility]},
		Property{"event_type", eventTypes[severity]},
		Property{"event_user_domain", "N/A"},
		Property{"event_user_name", "N/A"},
	)
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
func (c *Console) computer(ev *syslog.Event, r *Result) string {
	if ev.Computer != "" {
		return ev.Computer + "-syslog"
	}
	if c.pack.Source.System != "" {
		return c.pack.Source.System
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
		if r.Time.IsZero() {
			return "", false
		}
		return r.Time.Format(logTimeLayout), true
	case "Computer":
		return r.Property("event_computer")
	case "EventDescription":
		return r.Property("event_description")
	}
	return "", false
}
