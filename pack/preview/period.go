package preview

import (
	"fmt"
	"math"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
)

// A console's dashlet looks back from the present for as long as its period says. A log may end long before, so here the present is the
// newest event. Samples are no log: they show what a pack takes, whenever it was written.

// recent reports whether the dashboard counts only events of the dashlets' periods unless asked otherwise.
func (s *Session) recent() bool { return s.opt.Live || s.opt.Sources != nil }

// since gives from which second on each dashlet counts events, up to those of the newest. A console keeps times in whole seconds.
func (v *view) since(newest time.Time) []int64 {
	all := make([]int64, len(v.pack.Dashlets))
	for i := range all {
		if all[i] = math.MinInt64; v.pack.Dashlets[i].Period > 0 {
			all[i] = newest.Unix() - int64(time.Duration(v.pack.Dashlets[i].Period)/time.Second)
		}
	}
	return all
}

// within reports whether an event came since a second; of one that tells no time nothing speaks against it.
func (e *entry) within(since int64) bool { return e.at.Unix() >= since || e.at.IsZero() }

// Window is what a dashlet looks back on, from the newest event.
type Window struct {
	Period  string `json:"period"` // in words
	From    string `json:"from"`
	To      string `json:"to"`
	Outside int    `json:"outside"` // events it would count that are older
	Applied bool   `json:"applied"` // these are not counted
}

// series gives the dashlets' data, of all events held or of those of the dashlets' periods, and what the periods are.
func (v *view) series() ([]console.Series, []Window) {
	_, newest := v.store.span()
	since := v.since(newest)
	windows := make([]Window, len(since))
	for i := range windows {
		period := v.pack.Dashlets[i].Period
		windows[i] = Window{Period: inWords(period), Applied: v.recent}
		if period > 0 && !newest.IsZero() {
			windows[i].From, windows[i].To = minute(newest.Add(-time.Duration(period))), minute(newest)
		}
	}
	inside := func(yield func(console.Counted) bool) {
		for _, e := range v.store.lines {
			for _, c := range e.counted {
				if !e.within(since[c.Dashlet]) {
					windows[c.Dashlet].Outside++
				} else if !yield(c) {
					return
				}
			}
		}
	}
	if v.recent {
		return v.store.board.SeriesOf(inside), windows
	}
	inside(func(console.Counted) bool { return true }) // only to count those outside
	return v.store.board.Series(), windows
}

func minute(t time.Time) string { return t.Format("2006-01-02 15:04") }

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
