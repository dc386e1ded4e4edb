package console

import (
	"cmp"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet"
)

// limits are the limits of expressions, by index, that ran out of time. One hostile expression would stall a run for seconds on each
// of its lines: when one is believed to have run out of time its limit is halved for the rest of the worker's run, so that its first
// time-outs cost some seconds together and every other one leastLimit. It is still asked about every event, and every time-out is
// reported. Other expressions keep the limit they have.
type limits map[int]time.Duration

// leastLimit is as long as a search gets at least. An expression that is not hostile to a line takes some microseconds for it, and
// clocks are only looked at when there was more work than that.
const leastLimit = 2 * time.Millisecond

// match and find ask an expression, and once more when it ran out of time: the limit is by the clock, and a machine busy with
// other things can use it up. Only an expression that runs out of it twice in a row is believed to, and from then on at once.
func (w *Worker) match(re int) (bool, error) {
	ok, err := w.reading.Match(re)
	if err != nil && w.limits[re] == 0 {
		ok, err = w.reading.Match(re)
	}
	if err != nil {
		w.tighten(re)
	}
	return ok, err
}

func (w *Worker) find(re int) (*dotnet.Match, error) {
	m, err := w.reading.Find(re)
	if err != nil && w.limits[re] == 0 {
		m, err = w.reading.Find(re)
	}
	if err != nil {
		w.tighten(re)
	}
	return m, err
}

// tighten halves an expression's limit.
func (w *Worker) tighten(re int) {
	limit := cmp.Or(w.limits[re], w.c.timeout)
	if limit <= leastLimit {
		return
	}
	w.limits[re] = max(limit/2, leastLimit)
	w.reading.Limit(re, w.limits[re])
}
