package preview

import (
	"fmt"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
)

// A console's dashlet looks back from now for as long as its period says. A log need not end now, so here the newest event stands
// for now. Samples are no log: they show what a pack takes, whenever it was written.

// recent reports whether the dashboard counts only events of the dashlets' periods unless asked otherwise.
func (s *Session) recent() bool { return s.opt.Live || s.opt.Sources != nil }

// since gives from when on each dashlet counts events, the zero time for all of them.
func (v *view) since() []time.Time {
	_, newest := v.store.span()
	newest = newest.Truncate(time.Second) // as a console keeps times
	all := make([]time.Time, len(v.pack.Dashlets))
	for i := range all {
		if period := time.Duration(v.pack.Dashlets[i].Period); period > 0 && !newest.IsZero() {
			all[i] = newest.Add(-period)
		}
	}
	return all
}

// within reports whether an event came since a time; of one that tells no time nothing speaks against it.
func (e *entry) within(since time.Time) bool {
	return e.at.IsZero() || !e.at.Truncate(time.Second).Before(since)
}

// series gives the dashlets' data, of all events held or of those of the dashlets' periods.
func (v *view) series() []console.Series {
	if !v.recent {
		return v.store.board.Series()
	}
	since := v.since()
	return v.store.board.SeriesOf(func(yield func(console.Counted) bool) {
		for _, e := range v.store.lines {
			for _, c := range e.counted {
				if e.within(since[c.Dashlet]) && !yield(c) {
					return
				}
			}
		}
	})
}

// Window is what a dashlet looks back on, from the newest event.
type Window struct {
	Period  string `json:"period"` // in words
	From    string `json:"from"`
	To      string `json:"to"`
	Outside int    `json:"outside"` // events it would count that are older
	Applied bool   `json:"applied"` // these are not counted
}

// outside gives every dashlet's window.
func (v *view) outside() []Window {
	since := v.since()
	_, newest := v.store.span()
	all := make([]Window, len(since))
	for i := range all {
		all[i] = Window{Period: inWords(v.pack.Dashlets[i].Period), From: minute(since[i]), To: minute(newest), Applied: v.recent}
	}
	for _, e := range v.store.lines {
		for _, c := range e.counted {
			if !e.within(since[c.Dashlet]) {
				all[c.Dashlet].Outside++
			}
		}
	}
	return all
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

// inWords writes a duration as people say it.
func inWords(d pack.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n, rest := time.Duration(d)/unit.size, time.Duration(d)%unit.size; n > 0 && rest == 0 {
			if n == 1 {
				return unit.name
			}
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return d.String()
}
