package console

import (
	"time"
)

// Alarms raises alerts. A threshold counts events over time, so one goroutine hands it the results in the order of the events.
type Alarms struct {
	c    *Console
	seen [][]time.Time // by alert: when the counted events came, oldest first
}

// NewAlarms gives alarms with no event counted.
func (c *Console) NewAlarms() *Alarms { return &Alarms{c: c, seen: make([][]time.Time, len(c.alerts))} }

// Raise sets the alerts an event raises: those that took it and whose threshold it reaches. An alert that was raised counts
// anew; how the console counts after an alert is not known. An event without a time stands at the last one counted.
func (a *Alarms) Raise(r *Result) {
	for _, i := range r.matched {
		if a.reached(i, r.Time) {
			r.Alerts = append(r.Alerts, a.c.alerts[i].name)
		}
	}
}

// reached counts the event and drops those the alert's span has left behind, so at most Count times are held.
func (a *Alarms) reached(i int, at time.Time) bool {
	t := a.c.pack.Alerts[i].Threshold
	if t.Count <= 1 {
		return true
	}
	seen := a.seen[i]
	if at.IsZero() && len(seen) > 0 {
		at = seen[len(seen)-1]
	}
	oldest := at.Add(-time.Duration(t.Within))
	for len(seen) > 0 && seen[0].Before(oldest) {
		seen = seen[1:]
	}
	seen = append(seen, at)
	if len(seen) < t.Count {
		a.seen[i] = seen
		return false
	}
	a.seen[i] = seen[:0]
	return true
}
