package calibrate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Texts that look made by a program.
var (
	guidText   = regexp.MustCompile(`^[^0-9A-Za-z]?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}[^0-9A-Za-z]?$`)
	dateText   = regexp.MustCompile(`^(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|\d{1,2}[/.]\d{1,2}[/.]\d{4}(?: \d{1,2}:\d\d.*)?|\d{10}|\d{13}|\d{14}|\d{18}|/Date\(\d+.*\)/)$`)
	digestText = regexp.MustCompile(`^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=)$`)
)

// all reports whether every text that is there is of a form.
func (p *spot) all(form *regexp.Regexp) bool {
	some := false
	for _, c := range p.copies {
		if c.present && !form.MatchString(c.text) {
			return false
		}
		some = some || c.present
	}
	return some
}

// asMade tries what programs make: numbers, counts, ids.
func (p *spot) asMade() *reading {
	if from, ok := p.counts(func(s *scope) int { return s.number }); ok && from >= 0 {
		before, after := p.aroundNumber()
		return &reading{made: "@n " + strconv.Itoa(from), forms: p.padding(), before: before, after: after}
	}
	for _, l := range p.kind.counts {
		if from, ok := p.counts(func(s *scope) int { return len(s.items(l)) }); from == 0 && (ok || p.isCalledCount() && p.same()) && slices.ContainsFunc(p.copies, func(c copied) bool { return len(c.s.items(l)) > 0 }) {
			before, after := p.aroundNumber()
			return &reading{made: "@count " + l.name, before: before, after: after}
		}
	}
	if p.all(guidText) {
		return p.asGUID()
	}
	return nil
}

// asOwner tries what names the item that an item belongs to: its number, or a field of it.
func (p *spot) asOwner() *reading {
	if !p.kind.through {
		return nil
	}
	if from, ok := p.counts(func(s *scope) int { return s.outer.number }); ok && from >= 0 {
		return &reading{made: "@parent " + strconv.Itoa(from)}
	}
	for _, f := range kindOf(p.copies[0].s.outer.item.Type(), "", nil).fields {
		if f.joined == nil && !slices.ContainsFunc(p.copies, func(c copied) bool {
			text, zero := f.text(c.s.outer)
			return zero || text != c.text
		}) {
			return &reading{made: "@parent " + f.name}
		}
	}
	return nil
}

// isCalledCount reports whether the spot's name says that it counts something.
func (p *spot) isCalledCount() bool {
	name := letters(p.name)
	return strings.Contains(name, "count") || strings.HasPrefix(name, "num") || strings.HasPrefix(name, "total")
}

// isCalledNumber reports whether the spot's name says that it is the number of an item, or a count.
func (p *spot) isCalledNumber() bool {
	return slices.Contains([]string{"no", "nr", "number", "index", "order", "sequence", "seq", "position", "pos", "ordinal", "rank", "sortorder", "displayorder"},
		letters(p.name)) || p.isCalledCount()
}

// aroundNumber gives the text around the last number of the first copy.
func (p *spot) aroundNumber() (before, after string) {
	if m := lastNumber.FindStringSubmatch(p.copies[0].text); m != nil {
		return m[1], m[2]
	}
	return "", ""
}

var lastNumber = regexp.MustCompile(`^(|.*?[^\d])\d{1,9}([^\d]*)$`)

// counts reports whether all texts are a number of their item, from how much on.
func (p *spot) counts(number func(*scope) int) (from int, ok bool) {
	seen := map[int]bool{}
	before, after := p.aroundNumber()
	width := len(p.copies[0].text) - len(before) - len(after)
	for _, c := range p.copies {
		text, ok := strings.CutPrefix(c.text, before)
		text, also := strings.CutSuffix(text, after)
		n, err := strconv.Atoi(text)
		if err != nil || !c.present || !ok || !also || strconv.Itoa(n) != text && len(text) != width {
			return -1, false
		}
		if len(seen) > 0 && n-number(c.s) != from {
			return -1, false
		}
		from = n - number(c.s)
		seen[n] = true
	}
	return from, len(seen) > 1
}

// padding is the form of numbers that all have as many digits, some of them noughts in front.
func (p *spot) padding() string {
	before, after := p.aroundNumber()
	width := len(p.copies[0].text) - len(before) - len(after)
	if !slices.ContainsFunc(p.copies, func(c copied) bool { return width > 1 && strings.HasPrefix(c.text, before+"0") }) {
		return ""
	}
	return "|pad " + strconv.Itoa(width)
}

func (p *spot) asGUID() *reading {
	text := p.copies[slices.IndexFunc(p.copies, func(c copied) bool { return c.present })].text
	from := strings.IndexFunc(text, isWord)
	r := &reading{made: "@guid", before: text[:from], after: text[from+36:]}
	if strings.ContainsAny(text, "ABCDEF") {
		r.forms = "|upper"
	}
	return r
}

// generated tells what a text that nothing explains looks like.
func (p *spot) generated() sort {
	switch {
	case p.all(dateText):
		return dated
	case p.all(digestText):
		return digest
	case p.all(guidText):
		return identity
	}
	return unexplained
}
