// Package synth makes log lines that look real, any number of them, from a pack's synth.yaml: for load tests and demonstrations.
// The same file and seed give the same lines on every machine.
//
// synth.yaml has four keys:
//
//	start: 2021-03-02T08:00:00Z        # time of the first line
//	pace: 20ms                         # mean time from one line to the next
//	values:                            # what stands for %{name} in lines and in other values
//	  host: shop.example.com           # a text, always the same
//	  word: [red, green, blue]         # one of these
//	  method: {choice: {GET: 80, POST: 20}}           # one of these, by weight
//	  service: {number: {1-20: 80, 21-900: 20}}       # of a range, by weight; 0.01-1.50 has two decimals
//	  client: {address: [192.0.2.0/24]}               # of a range of addresses
//	  id: {uuid: random}
//	  sha: {hex: 8}                                   # so many hexadecimal digits
//	  stamp: {time: "2006-01-02T15:04:05Z07:00"}      # the line's time in UTC, in Go's layout
//	  drain: {once: "d.%{id}"}                        # drawn once for all lines
//	  dyno_id: {once: "%{id}", per: dyno}             # drawn once for each value of another
//	lines:
//	  - weight: 60
//	    text: '%{stamp} %{method} …'   # a list of texts comes line after line
//	  - every: 20s                     # comes at its own time instead, here for each choice of dyno
//	    each: dyno
//	    text: '…'
//
// Within the texts of an item a name stands for the same value every time; %{name#2} is a second one. Only times move on. %%{ is
// %{ itself.
package synth

import (
	"math/bits"
	"net/netip"
	"strconv"
	"time"
)

// Spec says what lines to make.
type Spec struct {
	start time.Time
	pace  time.Duration
	names []drawer // what each name draws: a value has a name for each #number it is used with
	kept  int      // how many values are drawn once
	items []item
	pick  picker // of the items with a weight
}

// item is a text, or several that come line after line.
type item struct {
	texts []text
	every time.Duration // 0: comes by weight
	each  *choice       // nil: comes once at a time
	slot  int           // of the name that each is for
}

// text is literals and names by turns.
type text []part

type part struct {
	literal string
	slot    int // of a name, or none
}

const none = -1

// drawer draws a value and appends it.
type drawer interface {
	draw(g *Generator, dst []byte) []byte
}

// Generator makes lines one after the other. Its memory does not grow with their number, but for values that are kept.
type Generator struct {
	spec   *Spec
	rand   random
	now    time.Time
	slots  []slot
	number uint64 // of the item, which tells the slots set for it
	rest   []text // of the item, still to come
	timers []timer
	next   int // the timer that is due first
	kept   []map[string][]byte
}

// slot is what a name stands for in the item with a number.
type slot struct {
	number uint64
	value  []byte
}

// timer is an item, for one choice if it comes for each, and when it comes next.
type timer struct {
	item   *item
	choice text
	due    time.Time
}

// New gives the generator of a seed.
func New(s *Spec, seed uint64) *Generator {
	g := &Generator{spec: s, rand: random(seed), now: s.start, slots: make([]slot, len(s.names)), kept: make([]map[string][]byte, s.kept)}
	for i := range g.kept {
		g.kept[i] = map[string][]byte{}
	}
	for i := range s.items {
		g.schedule(&s.items[i])
	}
	g.first()
	return g
}

// schedule sets the timers of an item, each somewhere in its first period.
func (g *Generator) schedule(it *item) {
	if it.every == 0 {
		return
	}
	choices := []text{nil}
	if it.each != nil {
		choices = it.each.texts
	}
	for _, c := range choices {
		due := g.spec.start.Add(time.Duration(g.rand.below(uint64(it.every))))
		g.timers = append(g.timers, timer{it, c, due})
	}
}

// first finds the timer that is due first.
func (g *Generator) first() {
	g.next = 0
	for i := range g.timers {
		if g.timers[i].due.Before(g.timers[g.next].due) {
			g.next = i
		}
	}
}

// AppendLine appends the next line with its line end.
func (g *Generator) AppendLine(dst []byte) []byte {
	if len(g.rest) == 0 {
		g.begin()
	}
	dst = append(g.render(dst, g.rest[0]), '\n')
	g.rest = g.rest[1:]
	g.now = g.now.Add(time.Duration(g.rand.below(2*uint64(g.spec.pace) + 1)))
	return dst
}

// begin begins the next item: one whose time has come, or one by weight.
func (g *Generator) begin() {
	g.number++
	t := g.due()
	if t == nil {
		g.rest = g.spec.items[g.spec.pick.pick(&g.rand)].texts
		return
	}
	if t.choice != nil {
		s := &g.slots[t.item.slot]
		s.value = g.render(s.value[:0], t.choice)
		s.number = g.number
	}
	g.rest = t.item.texts
	t.due = t.due.Add(t.item.every)
	g.first()
}

// due gives the timer whose time has come, or nil. Where nothing comes by weight, time jumps to the next one.
func (g *Generator) due() *timer {
	if len(g.timers) == 0 {
		return nil
	}
	t := &g.timers[g.next]
	if !g.now.Before(t.due) {
		return t
	}
	if g.spec.pick.total > 0 {
		return nil
	}
	g.now = t.due
	return t
}

func (g *Generator) render(dst []byte, t text) []byte {
	for i := range t {
		dst = append(dst, t[i].literal...)
		if t[i].slot != none {
			dst = g.named(dst, t[i].slot)
		}
	}
	return dst
}

// named appends what a name stands for in this item.
func (g *Generator) named(dst []byte, name int) []byte {
	if c, ok := g.spec.names[name].(clock); ok {
		return c.draw(g, dst)
	}
	return append(dst, g.value(name)...)
}

func (g *Generator) value(name int) []byte {
	s := &g.slots[name]
	if s.number != g.number {
		s.value = g.spec.names[name].draw(g, s.value[:0])
		s.number = g.number
	}
	return s.value
}

// random is splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): a few integer operations that
// give the same numbers everywhere.
type random uint64

func (r *random) next() uint64 {
	*r += 0x9E3779B97F4A7C15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below gives a number below n, which is at least 1.
func (r *random) below(n uint64) uint64 {
	high, _ := bits.Mul64(r.next(), n)
	return high
}

// picker picks indexes by weight.
type picker struct {
	sums  []uint64 // of the weights up to each index
	total uint64
}

func (p *picker) add(weight uint64) {
	p.total += weight
	p.sums = append(p.sums, p.total)
}

func (p *picker) pick(r *random) int {
	n := r.below(p.total)
	lo, hi := 0, len(p.sums)-1
	for lo < hi {
		if middle := (lo + hi) / 2; p.sums[middle] > n {
			hi = middle
		} else {
			lo = middle + 1
		}
	}
	return lo
}

// choice is one of several texts.
type choice struct {
	texts []text
	picker
}

func (c *choice) draw(g *Generator, dst []byte) []byte {
	return g.render(dst, c.texts[c.pick(&g.rand)])
}

// number is a number of one of several ranges, in units of its last decimal.
type number struct {
	ranges   []span
	decimals int
	picker
}

type span struct{ from, to uint64 }

func (n *number) draw(g *Generator, dst []byte) []byte {
	r := n.ranges[n.pick(&g.rand)]
	value := r.from + g.rand.below(r.to-r.from+1)
	if n.decimals == 0 {
		return strconv.AppendUint(dst, value, 10)
	}
	unit := uint64(1)
	for range n.decimals {
		unit *= 10
	}
	dst = append(strconv.AppendUint(dst, value/unit, 10), '.')
	for rest := value % unit; unit > 1; rest %= unit {
		unit /= 10
		dst = append(dst, '0'+byte(rest/unit))
	}
	return dst
}

// address is an address of one of several ranges.
type address []netip.Prefix

func (a address) draw(g *Generator, dst []byte) []byte {
	p := a[g.rand.below(uint64(len(a)))]
	if p.Addr().Is4() {
		ip := p.Addr().As4()
		fill(ip[:], p.Bits(), g.rand.next())
		return netip.AddrFrom4(ip).AppendTo(dst)
	}
	ip := p.Addr().As16()
	fill(ip[:6], p.Bits(), g.rand.next())
	fill(ip[14:], p.Bits()-8*14, g.rand.next())
	return netip.AddrFrom16(ip).AppendTo(dst)
}

// fill sets the bits behind the first fixed ones. Of an IPv6 address it gets the network and the end: people give machines small
// numbers.
func fill(ip []byte, fixed int, noise uint64) {
	for i := range ip {
		free := min(max(8*(i+1)-fixed, 0), 8)
		ip[i] |= byte(noise) & (1<<free - 1)
		noise >>= 8
	}
}

const digits = "0123456789abcdef"

// hex is so many hexadecimal digits.
type hex int

func (h hex) draw(g *Generator, dst []byte) []byte {
	var noise uint64
	for i := range int(h) {
		if i%16 == 0 {
			noise = g.rand.next()
		}
		dst = append(dst, digits[noise&15])
		noise >>= 4
	}
	return dst
}

// uuid is a random UUID (RFC 9562 section 5.4).
type uuid struct{}

func (uuid) draw(g *Generator, dst []byte) []byte {
	at := len(dst)
	dst = append(dst, "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx"...)
	noise := [2]uint64{g.rand.next(), g.rand.next()}
	n := 0
	for i := at; i < len(dst); i++ {
		if dst[i] == 'x' {
			dst[i] = digits[noise[n/16]>>(n%16*4)&15]
			n++
		}
	}
	dst[at+19] = "89ab"[noise[1]>>62]
	return dst
}

// clock is the time of the line.
type clock string

func (c clock) draw(g *Generator, dst []byte) []byte { return g.now.AppendFormat(dst, string(c)) }

// maxKept bounds how many values are kept of one that is drawn per another; beyond it they are drawn anew.
const maxKept = 1 << 16

// once is drawn once, or once for each value of another.
type once struct {
	text
	index int // in Generator.kept
	per   int // slot of the other, or none
}

func (o *once) draw(g *Generator, dst []byte) []byte {
	var key []byte
	if o.per != none {
		key = g.value(o.per)
	}
	kept := g.kept[o.index]
	value, ok := kept[string(key)]
	if !ok {
		if len(kept) >= maxKept {
			clear(kept)
		}
		value = g.render(nil, o.text)
		kept[string(key)] = value
	}
	return append(dst, value...)
}
