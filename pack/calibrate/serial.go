package calibrate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// leastSerial is the least number of places of which it is no chance that their numbers run on.
const leastSerial = 3

// serials are the places of a kind's files whose numbers run through each file, as serializers number objects.
type serials struct {
	counts, follows map[site]*counter // the places that a counter numbers, and those that have the number it gave last
}

// site is a place in a file.
type site struct {
	x         *etree.Element
	attribute string // full name; empty: the element's text
}

// holder is the element that has what stands at the site.
func (s site) holder() *etree.Element {
	if s.attribute == "" {
		return s.x.Parent()
	}
	return s.x
}

// counter numbers places that have one name, or that stand in elements of the same tags.
type counter struct {
	name          string // of the places
	called        string // in a template
	before, after string // around the number
	first, next   int
	sites         []site
	wrong         bool   // the texts are no numbers that run on
	path          string // tags of the elements around the first place
	several       bool   // the places stand in elements of several sorts
	spread        bool   // the elements they stand in do not all stand side by side
	followed      bool   // elements inside those have their numbers
}

// findSerials finds the counters of files that have the roots.
func findSerials(roots []*etree.Element) *serials {
	c := &counting{counters: map[string]*counter{}}
	for _, root := range roots {
		for _, of := range c.order {
			of.next = of.first
		}
		eachSite(root, root.FullTag(), c.place)
	}
	found := &serials{counts: map[site]*counter{}, follows: map[site]*counter{}}
	c.follow(roots, found)
	names := map[string]int{}
	for _, of := range c.order {
		if !of.followed && !(of.spread && len(of.sites) >= leastSerial && c.isCounter(of)) || found.follows[of.sites[0]] != nil {
			continue
		}
		of.called = cmp.Or(letters(of.name), "n")
		if names[of.called]++; names[of.called] > 1 {
			of.called += "_" + strconv.Itoa(names[of.called])
		}
		for _, at := range of.sites {
			found.counts[at] = of
		}
	}
	return found
}

// eachSite yields every attribute, and every text of an element without others inside, with the tags of the elements around.
func eachSite(x *etree.Element, path string, yield func(at site, name, path, text string)) {
	for _, a := range x.Attr {
		yield(site{x, a.FullKey()}, a.FullKey(), path, a.Value)
	}
	if !holdsElements(x) {
		if at := strings.LastIndex(path, "/"); at > 0 {
			yield(site{x, ""}, x.FullTag(), path[:at], textOf(x))
		}
		return
	}
	for _, child := range x.ChildElements() {
		eachSite(child, path+"/"+child.FullTag(), yield)
	}
}

// counting goes through files in their order.
type counting struct {
	counters map[string]*counter // by name, and by path and name
	order    []*counter
}

// place takes a text as the next number of the counters it may be of.
func (c *counting) place(at site, name, path, text string) {
	c.take(name, at, name, path, text)
	c.take(path+"/"+name, at, name, path, text)
}

func (c *counting) take(key string, at site, name, path, text string) {
	of := c.counters[key]
	if of == nil {
		of = &counter{name: name, path: path}
		of.begin(text)
		c.counters[key] = of
		c.order = append(c.order, of)
	}
	if of.wrong = of.wrong || text != of.before+strconv.Itoa(of.next)+of.after; of.wrong {
		of.sites = nil
		return
	}
	of.next++
	of.sites = append(of.sites, at)
	of.several = of.several || path != of.path
	of.spread = of.spread || at.holder().Parent() != of.sites[0].holder().Parent()
}

// begin takes the first text.
func (c *counter) begin(text string) {
	m := lastNumber.FindStringSubmatch(text)
	if c.wrong = m == nil || len(text) > maxCount; c.wrong {
		return
	}
	c.before, c.after = m[1], m[2]
	c.first, _ = strconv.Atoi(text[len(m[1]) : len(text)-len(m[2])])
	c.next = c.first
}

// isCounter reports whether the numbers of the places run on: of all places of the name where these are of several sorts, or of those of
// one path.
func (c *counting) isCounter(of *counter) bool {
	byName := c.counters[of.name]
	byNameFits := !byName.wrong && byName.several
	return !of.wrong && (of == byName) == byNameFits
}

// follower is a sort of place that may have the number of an element around.
type follower struct {
	fits  []*counter // whose number it may be, the innermost first
	sites []site
	texts map[string]bool
}

// numbered is the text an element has as its number.
type numbered struct {
	by   *counter
	text string
}

// follow finds the places that have the number of one of the elements around them: of those whose own numbers run on, too, only the
// ones that are called alike.
func (c *counting) follow(roots []*etree.Element, found *serials) {
	numbers := map[*etree.Element][]numbered{} // of what was passed
	followers := map[string]*follower{}
	see := func(at site, name, path, text string) {
		key := path + "/" + name
		if followers[key] == nil {
			followers[key] = &follower{texts: map[string]bool{}}
		}
		followers[key].see(at, text, numbers)
		for _, of := range []*counter{c.counters[name], c.counters[key]} {
			if c.isCounter(of) {
				numbers[at.holder()] = append(numbers[at.holder()], numbered{of, text})
			}
		}
	}
	for _, root := range roots {
		eachSite(root, root.FullTag(), see)
	}
	for key, f := range followers {
		if len(f.sites) < leastSerial || len(f.texts) < 2 {
			continue
		}
		own := c.counters[key]
		at := slices.IndexFunc(f.fits, func(of *counter) bool { return own.wrong || own.name == of.name })
		if at < 0 {
			continue
		}
		f.fits[at].followed = true
		for _, place := range f.sites {
			found.follows[place] = f.fits[at]
		}
	}
}

// see takes a place whose text is one of the numbers of the elements around it, or of none.
func (f *follower) see(at site, text string, numbers map[*etree.Element][]numbered) {
	first := len(f.sites) == 0
	f.sites = append(f.sites, at)
	f.texts[text] = true
	if !first && len(f.fits) == 0 {
		return
	}
	var fits []*counter
	for x := at.holder().Parent(); x != nil; x = x.Parent() {
		for _, n := range numbers[x] {
			if n.text == text && (first || slices.Contains(f.fits, n.by)) {
				fits = append(fits, n.by)
			}
		}
	}
	f.fits = fits
}

// settle tries the number of a counter for a spot whose copies stand at the sites.
func (s *serials) settle(p *spot, sites []site) {
	if len(sites) == 0 {
		return
	}
	of, last := s.counts[sites[0]], false
	if of == nil {
		of, last = s.follows[sites[0]], true
	}
	from := map[bool]map[site]*counter{false: s.counts, true: s.follows}[last]
	if of == nil || slices.ContainsFunc(sites, func(at site) bool { return from[at] != of }) {
		return
	}
	for outer := of; last && outer != nil; outer = s.follows[of.sites[0]] {
		of = outer // whose number what it counts has itself
	}
	p.serial = &reading{made: "@serial " + of.called + " " + strconv.Itoa(of.first), before: of.before, after: of.after}
	if last {
		p.serial.made = "@last " + of.called
	}
	p.runsOn = !last && (of.several || of.followed)
}

// asSerial gives the number of a counter that runs through the file. What may be a field, or the number of an item or of items, is that,
// unless other places have numbers of the same counter.
func (p *spot) asSerial() *reading {
	explained := len(p.found) > 0 && p.found[0].distinct > 1
	switch {
	case p.serial == nil, explained && !(p.runsOn && p.serial.before+p.serial.after == ""):
		return nil
	case p.runsOn, p.asNumber() == nil && p.asCount() == nil:
		return p.serial
	}
	return nil
}
