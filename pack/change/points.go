package change

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/replay"
)

// boards hold the data of the dashlets that are in both packs against each other. They keep a number for each value of an axis.
type boards struct {
	old, new board
	points   map[point]*movedLines
}

// board is the dashlets of one pack, and to which of the new pack's each of them belongs.
type board struct {
	*console.Board
	dashlets []pack.Dashlet
	now      map[int]int
}

// point is a bar, slice or cell of a dashlet of the new pack.
type point struct {
	dashlet      int
	axis, series string
}

// counting is what a line adds to a point.
type counting struct {
	point
	value     float64
	aggregate pack.Aggregate
}

// movedLines are the lines that only one of the packs counts at a point, or of which it takes another value.
type movedLines struct {
	lines int
	first Example
}

// newBoards gives empty boards; paths lead from items of the old pack to those of the new.
func newBoards(paths map[string]string, old, now *pack.Pack, oldBoard, newBoard *console.Board) *boards {
	b := &boards{points: map[point]*movedLines{}}
	b.old, b.new = board{oldBoard, old.Dashlets, map[int]int{}}, board{newBoard, now.Dashlets, map[int]int{}}
	at := map[string]int{}
	for j := range b.new.dashlets {
		at[fmt.Sprintf("dashlets[%d]", j)] = j
	}
	for i := range b.old.dashlets {
		if j, both := at[paths[fmt.Sprintf("dashlets[%d]", i)]]; both {
			b.old.now[i], b.new.now[j] = j, j
		}
	}
	return b
}

// add counts a line, and reports whether both packs count it alike.
func (b *boards) add(x, y *replay.Line) bool {
	was, is := b.old.count(x), b.new.count(y)
	alike := true
	tell := func(p point) {
		alike = false
		if b.points[p] == nil {
			b.points[p] = &movedLines{first: Example{File: x.File, Line: x.Line, Axis: cut(p.axis), Series: cut(p.series)}}
		}
		b.points[p].lines++
	}
	for dashlet, c := range is {
		if was[dashlet] != c {
			tell(c.point)
		}
	}
	for dashlet, c := range was {
		if now, both := is[dashlet]; !both || now.point != c.point {
			tell(c.point)
		}
	}
	return alike
}

// count gives where a line is counted, by dashlet of the new pack.
func (b *board) count(l *replay.Line) map[int]counting {
	if l.Failure() != "" {
		return nil
	}
	out := map[int]counting{}
	for _, c := range b.Add(&l.Result) {
		if now, both := b.now[c.Dashlet]; both {
			axis, series := b.At(c)
			out[now] = counting{point{now, axis, series}, c.Value, b.dashlets[c.Dashlet].Value.Aggregate}
		}
	}
	return out
}

// values gives what is shown, and the number of points of each dashlet of the new pack.
func (b *board) values() (map[point]string, map[int]int) {
	out, points := map[point]string{}, map[int]int{}
	for i, s := range b.Series() {
		now, both := b.now[i]
		if !both {
			continue
		}
		points[now] = len(s.Points)
		for _, p := range s.Points {
			out[point{now, p.Axis, p.Series}] = strconv.FormatFloat(p.Value, 'f', -1, 64)
		}
	}
	return out, points
}

// pointIDs are the kinds of effects on a dashlet, in the order they are told.
var pointIDs = []string{"dashlet-lost", "dashlet-gained", "point-lost", "point-gained", "point-differs"}

// effects tells of the points that some lines are counted at otherwise and that show it.
func (b *boards) effects() []Effect {
	was, pointsBefore := b.old.values()
	is, pointsNow := b.new.values()
	kind := func(p point) int {
		return slices.Index([]bool{pointsNow[p.dashlet] == 0, pointsBefore[p.dashlet] == 0, is[p] == "", was[p] == "", true}, true)
	}
	maps.DeleteFunc(b.points, func(p point, _ *movedLines) bool { return was[p] == is[p] })
	all := slices.SortedFunc(maps.Keys(b.points), func(p, q point) int {
		return cmp.Or(p.dashlet-q.dashlet, kind(p)-kind(q), cmp.Compare(p.axis, q.axis), cmp.Compare(p.series, q.series))
	})
	var out []Effect
	for i, p := range all {
		id := pointIDs[kind(p)]
		if i == 0 || p.dashlet != all[i-1].dashlet || id != out[len(out)-1].ID {
			out = append(out, Effect{ID: id, Step: stepOf(id), What: fmt.Sprintf("dashlet %q", b.new.dashlets[p.dashlet].Title)})
		}
		e, m := &out[len(out)-1], b.points[p]
		e.Points++
		e.Lines += m.lines
		if len(e.Examples) < maxExamples {
			m.first.Old, m.first.New = was[p], is[p]
			e.Examples = append(e.Examples, m.first)
		}
	}
	return out
}
