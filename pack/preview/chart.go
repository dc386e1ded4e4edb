package preview

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/preview/geo"
)

// Chart is a dashlet drawn: what stands in its card. Every mark names its exact value and leads to the events behind it.
type Chart struct {
	Index       int             `json:"-"`
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Form        pack.Chart      `json:"chart"`
	Query       string          `json:"query"`
	Axis        string          `json:"axis"`
	Value       string          `json:"value"`
	Events      int             `json:"events"`
	Total       float64         `json:"total"`
	Bars        []Bar           `json:"bars"` // one for each value of the axis, as drawn
	Series      []string        `json:"series,omitempty"`
	Window      Window          `json:"window"`
	Empty       *Emptiness      `json:"empty,omitempty"`
	Note        string          `json:"note,omitempty"`
	Place       string          `json:"-"`
	Drawing     *Drawing        `json:"-"`
	World       *WorldDrawing   `json:"-"`
	Legend      []LegendEntry   `json:"-"`
	More        int             `json:"more,omitempty"` // values of the axis beyond those drawn
	points      []console.Point // as counted
}

// Bar is one value of the axis.
type Bar struct {
	Label  string  `json:"label"`
	Value  float64 `json:"value"`
	Events int     `json:"events"`
	Parts  []Part  `json:"parts,omitempty"` // by series
	Href   string  `json:"-"`
}

// Part is a bar's share of one series.
type Part struct {
	Series string  `json:"series"`
	Value  float64 `json:"value"`
	Events int     `json:"events"`
	Color  int     `json:"-"`
	Href   string  `json:"-"`
}

// Emptiness says why a dashlet has nothing to show: of so many events, how many have each property it needs.
type Emptiness struct {
	Events     int       `json:"events"`
	Properties []Carried `json:"properties"`
}

// Carried is a property and how many events have it.
type Carried struct {
	Name   string `json:"name"`
	Events int    `json:"events"`
}

// LegendEntry is a line of the legend.
type LegendEntry struct {
	Label string
	Value string
	Share string
	Color int
	Level int // of the map
	Href  string
}

// Drawing is an SVG of marks.
type Drawing struct {
	Title         string
	Width, Height float64
	Grid          []Tick // lines across
	Labels        []Tick // texts
	Marks         []Mark
}

// Tick is a text, or a line from (X, Y) to (X2, Y2).
type Tick struct {
	X, Y, X2, Y2 float64
	Text, Full   string
	Anchor       string // start, middle, end
	Turned       bool   // written aslant
}

// Mark is something with a value: a path, its colour, its words and where a click leads.
type Mark struct {
	Path  string
	Color int
	Tip   string
	Href  string
}

// WorldDrawing is the map.
type WorldDrawing struct {
	Countries []Land
	Points    []Spot
	Source    string
}

// Land is a country of the map; Level 0 has no event, 5 the most.
type Land struct {
	Path, Tip, Href string
	Level           int
}

// Spot is a country too small for an outline.
type Spot struct {
	X, Y, Level int
	Tip, Href   string
}

// Bounds on what a chart draws.
const (
	maxBars   = 20  // columns or bars
	maxSlices = 8   // of a donut
	maxSeries = 8   // told apart by colour
	maxTimes  = 200 // of a time axis whose gaps are filled
)

// chart makes a dashlet's data ready to be drawn.
func (v *view) chart(i int, s console.Series, w Window) *Chart {
	d := s.Dashlet
	c := &Chart{Index: i, Title: d.Title, Description: d.Description, Form: d.Chart, Query: d.Query, Axis: cmp.Or(d.Axis.Label, d.Axis.Property),
		Value: cmp.Or(d.Value.Label, string(d.Value.Aggregate)), Events: s.Events, Window: w, points: s.Points,
		Place: v.input.Locator.Locate(fmt.Sprintf("dashlets[%d]", i), -1, -1).String()}
	for _, p := range s.Points {
		c.Total += p.Value
	}
	if s.Events == 0 {
		c.Empty = v.store.emptiness(d)
		return c
	}
	if d.Chart == pack.Map {
		v.world(c)
		return c
	}
	c.Bars = v.bars(i, s.Points)
	if d.Axis.Interval > 0 {
		c.Bars = fillGaps(c.Bars, time.Duration(d.Axis.Interval))
	} else {
		slices.SortStableFunc(c.Bars, func(a, b Bar) int { return cmp.Compare(b.Value, a.Value) })
	}
	c.limit(d.Axis.Limit)
	if d.Series != "" {
		c.colour()
	}
	c.draw(d)
	return c
}

// emptiness counts the events that have what a dashlet needs.
func (s *Store) emptiness(d *pack.Dashlet) *Emptiness {
	out := &Emptiness{Events: s.tally.Events()}
	seen := map[string]bool{}
	for _, name := range needs(d) {
		bit := slices.Index(s.needed, name)
		if seen[name] || bit < 0 {
			continue
		}
		seen[name] = true
		n := 0
		for i := range s.lines {
			n += int(s.lines[i].carries >> bit & 1)
		}
		out.Properties = append(out.Properties, Carried{name, n})
	}
	return out
}

// Missing names the properties that no event has.
func (e *Emptiness) Missing() []string {
	var all []string
	for _, p := range e.Properties {
		if p.Events == 0 {
			all = append(all, p.Name)
		}
	}
	return all
}

// pointID names a point in addresses: the same for the same axis and series, whatever came before it.
func pointID(axis, series string) string {
	h := fnv.New64a()
	h.Write([]byte(axis + "\x00" + series))
	return fmt.Sprintf("%016x", h.Sum64())
}

// axisID names all points of a value of the axis.
func axisID(axis string) string { return "a" + pointID(axis, "") }

// behind names the page of the events behind a part of a dashlet: of a kind, dashlet or place, and an id.
func (v *view) behind(dashlet int, kind, id string) string {
	if v.recent {
		kind = "recent" + kind
	}
	return fmt.Sprintf("lines-%s-%d-%s.html", kind, dashlet, id)
}

func (v *view) bars(dashlet int, points []console.Point) []Bar {
	var all []Bar
	for _, p := range points {
		if n := len(all); n == 0 || all[n-1].Label != p.Axis {
			all = append(all, Bar{Label: p.Axis, Href: v.behind(dashlet, "dashlet", axisID(p.Axis))})
		}
		b := &all[len(all)-1]
		b.Value += p.Value
		b.Events += p.Events
		if p.Series != "" {
			b.Parts = append(b.Parts, Part{Series: p.Series, Value: p.Value, Events: p.Events,
				Href: v.behind(dashlet, "dashlet", pointID(p.Axis, p.Series))})
		}
	}
	return all
}

// fillGaps puts empty bars where a time axis has gaps, if its spans follow each other without a break at midnight.
func fillGaps(all []Bar, interval time.Duration) []Bar {
	const day = 24 * time.Hour
	layout := "2006-01-02 15:04"
	if interval >= day {
		layout = time.DateOnly
	}
	if len(all) < 2 || day%interval != 0 && interval%day != 0 {
		return all
	}
	next, err1 := time.Parse(layout, all[0].Label)
	last, err2 := time.Parse(layout, all[len(all)-1].Label)
	if err1 != nil || err2 != nil || last.Sub(next) > maxTimes*interval {
		return all
	}
	var out []Bar
	for _, b := range all {
		for at, _ := time.Parse(layout, b.Label); next.Before(at); next = next.Add(interval) {
			out = append(out, Bar{Label: next.Format(layout)})
		}
		out = append(out, b)
		next = next.Add(interval)
	}
	return out
}

// limit keeps the dashlet's own number of values, and what there is room for.
func (c *Chart) limit(own int) {
	if own > 0 && len(c.Bars) > own {
		c.Note = fmt.Sprintf("The dashlet shows the largest %d of %d values.", own, len(c.Bars))
		c.Bars = c.Bars[:own]
	}
}

// colour gives the series their colours, the largest first; those beyond share the last.
func (c *Chart) colour() {
	sums := map[string]float64{}
	for _, b := range c.Bars {
		for _, p := range b.Parts {
			sums[p.Series] += p.Value
		}
	}
	for name := range sums {
		c.Series = append(c.Series, name)
	}
	slices.SortFunc(c.Series, func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	color := map[string]int{}
	for i, name := range c.Series {
		color[name] = min(i+1, maxSeries)
		if i < maxSeries-1 || len(c.Series) == maxSeries {
			c.Legend = append(c.Legend, LegendEntry{Label: name, Value: number(sums[name]), Color: i + 1})
		}
	}
	if more := len(c.Series) - (maxSeries - 1); more > 1 {
		rest := 0.0
		for _, name := range c.Series[maxSeries-1:] {
			rest += sums[name]
		}
		c.Legend = append(c.Legend, LegendEntry{Label: fmt.Sprintf("%d others", more), Value: number(rest), Color: maxSeries})
	}
	for i := range c.Bars {
		for k := range c.Bars[i].Parts {
			c.Bars[i].Parts[k].Color = color[c.Bars[i].Parts[k].Series]
		}
		slices.SortStableFunc(c.Bars[i].Parts, func(a, b Part) int { return cmp.Compare(a.Color, b.Color) })
	}
}

func (c *Chart) draw(d *pack.Dashlet) {
	switch d.Chart {
	case pack.Donut:
		c.drawDonut(58)
	case pack.Pie:
		c.drawDonut(0)
	case pack.Bar, pack.StackedBar:
		c.drawBars()
	case pack.Line:
		c.drawLine()
	case pack.Table:
	default:
		c.drawColumns(height, d.Axis.Interval > 0)
	}
}

// shownBars are the bars there is room for.
func (c *Chart) shownBars(room int) []Bar {
	c.More = max(0, len(c.Bars)-room)
	return c.Bars[:len(c.Bars)-c.More]
}

// parts gives a bar's parts, the bar itself when it has none.
func (b *Bar) parts() []Part {
	if len(b.Parts) > 0 {
		return b.Parts
	}
	return []Part{{Value: b.Value, Events: b.Events, Color: 1, Href: b.Href}}
}

func (c *Chart) tip(b *Bar, p Part) string {
	name := b.Label
	if p.Series != "" {
		name += ", " + p.Series
	}
	return fmt.Sprintf("%s: %s %s", name, number(p.Value), strings.ToLower(c.Value))
}

// Frame of the charts with axes.
const (
	width  = 460.0
	height = 260.0
	left   = 48.0
	right  = 8.0
	top    = 10.0
)

func (c *Chart) drawColumns(height float64, overTime bool) {
	shown := c.shownBars(maxBars)
	if overTime {
		c.More, shown = 0, c.Bars
	}
	d := &Drawing{Title: c.Title, Width: width, Height: height}
	step := (width - left - right) / float64(len(shown))
	longest := 0.0
	greatest := 0.0
	for _, b := range shown {
		longest = max(longest, float64(len([]rune(shortened(b.Label))))*7)
		greatest = max(greatest, b.Value)
	}
	turned, every, bottom := longest > step, 1, height-28
	switch {
	case turned && overTime:
		turned, every = false, int(math.Ceil((longest+10)/step))
	case turned:
		every, bottom = int(math.Ceil(16/step)), height-20-longest*0.6
	}
	scale := d.scale(greatest, bottom)
	thick := min(step*0.68, 46)
	for i, b := range shown {
		x := left + step*(float64(i)+0.5)
		at := 0.0
		for _, p := range b.parts() {
			if p.Events == 0 {
				continue
			}
			y0, y1 := scale(at), scale(at+p.Value)
			at += p.Value
			d.Marks = append(d.Marks, Mark{rectangle(x-thick/2, min(y1, y0-1), thick, max(y0-y1, 1)), p.Color, c.tip(&b, p), p.Href})
		}
		if i%every == 0 {
			t := Tick{X: x, Y: bottom + 18, Text: shortened(b.Label), Full: b.Label, Anchor: "middle", Turned: turned}
			if turned {
				t.X, t.Y, t.Anchor = x+4, bottom+14, "end"
			}
			d.Labels = append(d.Labels, t)
		}
	}
	c.Drawing = d
}

// scale draws the lines of a value axis from the bottom up and gives the place of a value.
func (d *Drawing) scale(greatest, bottom float64) func(float64) float64 {
	step := niceStep(greatest)
	end := max(math.Ceil(greatest/step)*step, step)
	at := func(v float64) float64 { return round(bottom - v/end*(bottom-top)) }
	for v := 0.0; v <= end+step/2; v += step {
		d.Grid = append(d.Grid, Tick{X: left, Y: at(v), X2: width - right, Y2: at(v)})
		d.Labels = append(d.Labels, Tick{X: left - 8, Y: at(v) + 4, Text: short(v), Anchor: "end"})
	}
	return at
}

// niceStep gives a step of 1, 2 or 5 times a power of ten for some four lines.
func niceStep(greatest float64) float64 {
	if greatest <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(greatest/4)))
	for _, m := range []float64{1, 2, 5, 10} {
		if greatest/(m*power) <= 4 {
			power *= m
			break
		}
	}
	if greatest == math.Trunc(greatest) { // counts, most likely: no half events
		return max(power, 1)
	}
	return power
}

func (c *Chart) drawBars() {
	shown := c.shownBars(14)
	names := 60.0
	for _, b := range shown {
		names = max(names, float64(len([]rune(shortened(b.Label))))*7.4+12)
	}
	d := &Drawing{Title: c.Title, Width: width, Height: float64(len(shown))*26 + 34}
	greatest := 0.0
	for _, b := range shown {
		greatest = max(greatest, b.Value)
	}
	step := niceStep(greatest)
	end := max(math.Ceil(greatest/step)*step, step)
	at := func(v float64) float64 { return round(names + v/end*(width-names-18)) }
	bottom := d.Height - 26
	for v := 0.0; v <= end+step/2; v += step {
		d.Grid = append(d.Grid, Tick{X: at(v), Y: 2, X2: at(v), Y2: bottom})
		d.Labels = append(d.Labels, Tick{X: at(v), Y: bottom + 17, Text: short(v), Anchor: "middle"})
	}
	for i, b := range shown {
		y, from := float64(i)*26+6, 0.0
		for _, p := range b.parts() {
			d.Marks = append(d.Marks, Mark{rectangle(at(from), y, max(at(from+p.Value)-at(from), 1), 17), p.Color, c.tip(&b, p), p.Href})
			from += p.Value
		}
		d.Labels = append(d.Labels, Tick{X: names - 8, Y: y + 13, Text: shortened(b.Label), Full: b.Label, Anchor: "end"})
	}
	c.Drawing = d
}

func (c *Chart) drawLine() {
	shown := c.Bars
	d := &Drawing{Title: c.Title, Width: width, Height: height}
	bottom := height - 28
	greatest := 0.0
	for _, b := range shown {
		greatest = max(greatest, b.Value)
	}
	scale := d.scale(greatest, bottom)
	step := (width - left - right) / float64(max(len(shown)-1, 1))
	x := func(i int) float64 { return round(left + step*float64(i)) }
	var path strings.Builder
	every := 1 + (len(shown)-1)/6
	for i, b := range shown {
		fmt.Fprintf(&path, "%s%g %g", map[bool]string{true: "M", false: "L"}[i == 0], x(i), scale(b.Value))
		if i%every == 0 {
			d.Labels = append(d.Labels, Tick{X: x(i), Y: bottom + 18, Text: shortened(b.Label), Full: b.Label, Anchor: "middle"})
		}
	}
	d.Marks = append(d.Marks, Mark{Path: path.String(), Color: 0})
	for i, b := range shown {
		d.Marks = append(d.Marks, Mark{circle(x(i), scale(b.Value), 3.5), 1, c.tip(&b, Part{Value: b.Value}), b.Href})
	}
	c.Drawing = d
}

// drawDonut draws slices from the top clockwise, around a hole.
func (c *Chart) drawDonut(hole float64) {
	d := &Drawing{Title: c.Title, Width: 220, Height: 220}
	shown := c.Bars
	if len(shown) > maxSlices {
		rest := Bar{Label: fmt.Sprintf("%d others", len(shown)-(maxSlices-1))}
		for _, b := range shown[maxSlices-1:] {
			rest.Value += b.Value
			rest.Events += b.Events
		}
		shown = append(slices.Clone(shown[:maxSlices-1]), rest)
	}
	angle := 0.0
	for i, b := range shown {
		share := b.Value / c.Total
		tip := fmt.Sprintf("%s, %s", c.tip(&b, Part{Value: b.Value}), percent(share))
		d.Marks = append(d.Marks, Mark{slice(110, 110, hole, 98, angle, angle+share), i + 1, tip, b.Href})
		angle += share
		c.Legend = append(c.Legend, LegendEntry{b.Label, number(b.Value), percent(share), i + 1, 0, b.Href})
	}
	if hole > 0 {
		d.Labels = append(d.Labels, Tick{X: 110, Y: 110, Text: short(c.Total), Anchor: "middle", Full: "total"},
			Tick{X: 110, Y: 130, Text: strings.ToLower(c.Value), Anchor: "middle", Full: "unit"})
	}
	c.Drawing = d
}

// slice is a part of a ring between two shares of the turn.
func slice(x, y, inner, outer, from, to float64) string {
	if to-from > 0.9999 { // an arc that ends where it begins is none
		return circle(x, y, outer) + circle(x, y, -inner)
	}
	point := func(r, turn float64) string {
		a := 2 * math.Pi * turn
		return fmt.Sprintf("%g %g", round(x+r*math.Sin(a)), round(y-r*math.Cos(a)))
	}
	large := 0
	if to-from > 0.5 {
		large = 1
	}
	if inner == 0 {
		return fmt.Sprintf("M%g %gL%sA%g %g 0 %d 1 %sz", x, y, point(outer, from), outer, outer, large, point(outer, to))
	}
	return fmt.Sprintf("M%sA%g %g 0 %d 1 %sL%sA%g %g 0 %d 0 %sz", point(outer, from), outer, outer, large, point(outer, to),
		point(inner, to), inner, inner, large, point(inner, from))
}

func rectangle(x, y, w, h float64) string {
	return fmt.Sprintf("M%g %gh%gv%gh%gz", round(x), round(y), round(w), round(h), -round(w))
}

// circle is drawn the other way round for a negative radius, which makes it a hole.
func circle(x, y, r float64) string {
	way := 0
	if r < 0 {
		way = 1
	}
	return fmt.Sprintf("M%g %ga%g %g 0 1 %d %g 0a%g %g 0 1 %d %g 0z", round(x-r), round(y), r, r, way, 2*r, r, r, way, -2*r)
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// world gathers the points by country and colours the map.
func (v *view) world(c *Chart) {
	byPlace, byName := map[geo.Place]*Bar{}, map[string]bool{} // the names of countries
	mean := v.pack.Dashlets[c.Index].Value.Aggregate == pack.Average
	for _, p := range c.points {
		at := v.geo.Locate(p.Axis)
		b := byPlace[at]
		if b == nil {
			b = &Bar{Label: at.Name(), Href: v.behind(c.Index, "place", placeID(at))}
			byPlace[at] = b
		}
		if mean {
			b.Value += (p.Value - b.Value) * float64(p.Events) / float64(b.Events+p.Events)
		} else {
			b.Value += p.Value
		}
		b.Events += p.Events
	}
	greatest := 0.0
	for at, b := range byPlace {
		c.Bars = append(c.Bars, *b)
		if at.Country != "" {
			byName[b.Label] = true
			greatest = max(greatest, b.Value)
		}
	}
	slices.SortFunc(c.Bars, func(a, b Bar) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Label, b.Label)) })
	about := func(code string) (level int, tip, href string) {
		b := byPlace[geo.Place{Country: code}]
		if b == nil || code == "" {
			return 0, "", ""
		}
		return level5(b.Value, greatest), c.tip(b, Part{Value: b.Value}), b.Href
	}
	w := &WorldDrawing{Source: geo.Map().Source}
	for _, country := range geo.Map().Countries {
		l := Land{Path: country.Path}
		l.Level, l.Tip, l.Href = about(country.Code)
		w.Countries = append(w.Countries, l)
	}
	for _, p := range geo.Map().Points {
		s := Spot{X: p.X, Y: p.Y}
		if s.Level, s.Tip, s.Href = about(p.Code); s.Level > 0 {
			w.Points = append(w.Points, s)
		}
	}
	c.World, c.Note = w, "Country of an address: "+v.geo.Source+"."
	if err := v.geo.Failed(); err != nil {
		c.Note += " The database is damaged, some are unknown for that: " + err.Error() + "."
	}
	for i, b := range c.Bars {
		if i == 6 {
			c.More = len(c.Bars) - i
			break
		}
		level := 0
		if byName[b.Label] {
			level = level5(b.Value, greatest)
		}
		c.Legend = append(c.Legend, LegendEntry{Label: b.Label, Value: number(b.Value), Share: percent(b.Value / c.Total), Level: level, Href: b.Href})
	}
}

// level5 gives 1 to 5 by the logarithm of a value's share of the greatest.
func level5(v, greatest float64) int {
	if v <= 0 || greatest <= 1 {
		return 5
	}
	return min(5, 1+int(5*math.Log1p(v)/math.Log1p(greatest)-0.001))
}

// placeID names a place in addresses.
func placeID(p geo.Place) string {
	if p.Country != "" {
		return p.Country
	}
	return strings.ReplaceAll(strings.ToLower(p.Other), " ", "_")
}

// number writes a value in full, with thin groups of thousands; at most two decimals.
func number(v float64) string {
	text := strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
	whole, part, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part != "" {
		part = "." + part
	}
	return sign + whole + part
}

// short writes a value in few characters.
func short(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(v) >= unit.size*10 || math.Abs(v) >= unit.size && math.Mod(v, unit.size/10) == 0 {
			return strconv.FormatFloat(math.Round(v/unit.size*10)/10, 'f', -1, 64) + unit.name
		}
	}
	return number(v)
}

func percent(share float64) string {
	if share > 0 && share < 0.001 {
		return "<0.1 %"
	}
	return strconv.FormatFloat(math.Round(share*1000)/10, 'f', -1, 64) + " %"
}

// shortened cuts a label in the middle: ids differ at their ends.
func shortened(label string) string {
	if day, err := time.Parse(time.DateOnly, label); err == nil {
		return day.Format("01/02") // as the guide's figures write it
	}
	if at, err := time.Parse("2006-01-02 15:04", label); err == nil {
		return at.Format("01/02 15:04")
	}
	r := []rune(label)
	if len(r) <= 16 {
		return label
	}
	return string(r[:9]) + "…" + string(r[len(r)-5:])
}
