package console

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lucene"
)

// Board gathers the data of a pack's dashlets, event by event. It holds one number for each value of an axis and series.
type Board struct{ charts []chart }

type chart struct {
	*pack.Dashlet
	query *lucene.Query
	index map[cell]int
	sums  []sum
	free  []int // sums no event is counted in
}

type cell struct{ axis, series string }

type sum struct {
	cell
	total  float64
	events int
}

// Counted says where an event was counted: the dashlet's index in the pack, the number of the point (Point.Number), and the value
// it added there.
type Counted struct {
	Dashlet, Point int
	Value          float64
}

// Series is a dashlet's data: its points in order of axis, then series.
type Series struct {
	Dashlet *pack.Dashlet
	Points  []Point
	Events  int // that the query took and that have the properties the dashlet needs
}

// Point is one value of a dashlet: how the axis and the series read, the value shown, and how many events it stands for.
type Point struct {
	Axis   string  `json:"axis"`
	Series string  `json:"series,omitempty"`
	Value  float64 `json:"value"`
	Events int     `json:"events"`
	Number int     `json:"-"` // of the point, the same as long as it has events
}

// NewBoard gives an empty board. It fails with a diag.List that names every query that cannot be read.
func (c *Console) NewBoard() (*Board, error) {
	b := &Board{}
	var found diag.List
	for i := range c.pack.Dashlets {
		d := &c.pack.Dashlets[i]
		q, err := lucene.Parse(d.Query)
		if err != nil {
			found = append(found, diag.Diagnostic{ID: "bad-query", Severity: diag.Error,
				Path: fmt.Sprintf("dashlets[%d].query", i), Message: err.Error()})
		}
		b.charts = append(b.charts, chart{Dashlet: d, query: q, index: map[cell]int{}})
	}
	return b, found.Err()
}

// Add counts an event in every dashlet it belongs to and tells where, in the order of the dashlets.
func (b *Board) Add(r *Result) []Counted {
	var all []Counted
	for i := range b.charts {
		if point, value, ok := b.charts[i].add(r); ok {
			all = append(all, Counted{i, point, value})
		}
	}
	return all
}

// At gives the values of the axis and of the series at a point that an event was counted at.
func (b *Board) At(c Counted) (axis, series string) {
	at := b.charts[c.Dashlet].sums[c.Point].cell
	return at.axis, at.series
}

// Remove takes back what Add counted of an event.
func (b *Board) Remove(all []Counted) {
	for _, c := range all {
		ch := &b.charts[c.Dashlet]
		s := &ch.sums[c.Point]
		s.total -= c.Value
		if s.events--; s.events == 0 {
			delete(ch.index, s.cell)
			ch.free = append(ch.free, c.Point)
		}
	}
}

func (ch *chart) add(r *Result) (point int, value float64, ok bool) {
	if !ch.query.Match(r.Property) {
		return 0, 0, false
	}
	at, ok := ch.place(r)
	if !ok {
		return 0, 0, false
	}
	if value, ok = ch.value(r); !ok {
		return 0, 0, false
	}
	point, known := ch.index[at]
	if !known {
		point = ch.open(cell{strings.Clone(at.axis), strings.Clone(at.series)})
	}
	ch.sums[point].total += value
	ch.sums[point].events++
	return point, value, true
}

// open gives a new point, the number of one that is no more if there is any.
func (ch *chart) open(at cell) (point int) {
	if last := len(ch.free) - 1; last >= 0 {
		point, ch.free = ch.free[last], ch.free[:last]
		ch.sums[point] = sum{cell: at}
	} else {
		point = len(ch.sums)
		ch.sums = append(ch.sums, sum{cell: at})
	}
	ch.index[at] = point
	return point
}

func (ch *chart) place(r *Result) (at cell, ok bool) {
	if at.axis, ok = r.Property(ch.Axis.Property); !ok {
		return at, false
	}
	if ch.Axis.Interval > 0 {
		at.axis = span(r.Time, time.Duration(ch.Axis.Interval))
	}
	if ch.Series != "" {
		at.series, ok = r.Property(ch.Series)
	}
	return at, ok
}

// span names the interval a time falls in by its beginning; days begin at the console's midnight, longer spans at a multiple of
// their days since 1970.
func span(t time.Time, interval time.Duration) string {
	if days := int64(interval / (24 * time.Hour)); days > 0 {
		date := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
		return date.AddDate(0, 0, -int(date.Unix()/86400%days)).Format(time.DateOnly)
	}
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	return midnight.Add(t.Sub(midnight).Truncate(interval)).Format("2006-01-02 15:04")
}

func (ch *chart) value(r *Result) (float64, bool) {
	if ch.Value.Aggregate == pack.Count {
		return 1, true
	}
	text, _ := r.Property(ch.Value.Property)
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// Series gives the data of every dashlet, in the pack's order.
func (b *Board) Series() []Series {
	all := make([]Series, len(b.charts))
	for i := range b.charts {
		all[i] = b.charts[i].series(b.charts[i].sums)
	}
	return all
}

// SeriesOf is Series of some of the events that were added: of what Add told of them.
func (b *Board) SeriesOf(counted iter.Seq[Counted]) []Series {
	sums := make([][]sum, len(b.charts))
	for i := range b.charts {
		sums[i] = make([]sum, len(b.charts[i].sums))
		for k, s := range b.charts[i].sums {
			sums[i][k].cell = s.cell
		}
	}
	for c := range counted {
		s := &sums[c.Dashlet][c.Point]
		s.total += c.Value
		s.events++
	}
	all := make([]Series, len(b.charts))
	for i := range b.charts {
		all[i] = b.charts[i].series(sums[i])
	}
	return all
}

func (ch *chart) series(sums []sum) Series {
	s := Series{Dashlet: ch.Dashlet}
	for i, sum := range sums {
		if sum.events == 0 {
			continue
		}
		p := Point{Axis: sum.axis, Series: sum.series, Value: sum.total, Events: sum.events, Number: i}
		if ch.Value.Aggregate == pack.Average {
			p.Value /= float64(sum.events)
		}
		s.Points = append(s.Points, p)
		s.Events += sum.events
	}
	slices.SortFunc(s.Points, func(a, b Point) int { return cmp.Or(cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.Series, b.Series)) })
	return s
}
