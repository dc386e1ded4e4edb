package calibrate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/template"
)

// Texts that look made by a program.
var (
	guidText   = regexp.MustCompile(`^[^0-9A-Za-z]?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}[^0-9A-Za-z]?$`)
	bareGUID   = regexp.MustCompile(`^[0-9A-Fa-f]{32}$`)
	digestText = regexp.MustCompile(`^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=)$`)
)

// dates are the ways programs write points in time; numbers only where they tell one between the years 2000 and 2060.
var dates = []struct {
	name string
	text *regexp.Regexp
}{
	{"ISO 8601", regexp.MustCompile(`^\d{4}-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d.*)?$`)},
	{"ISO 8601", regexp.MustCompile(`^20\d\d[01]\d[0-3]\d(?:T?[0-2]\d[0-5]\d[0-5]\dZ?)?$`)},
	{"month/day/year", regexp.MustCompile(`^(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:20)?\d\d(?:,? \d{1,2}:\d\d.*)?$`)},
	{"day/month/year", regexp.MustCompile(`^(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:20)?\d\d(?:,? \d{1,2}:\d\d.*)?$`)},
	{"year/month/day", regexp.MustCompile(`^20\d\d[/.](?:0?[1-9]|1[0-2])[/.](?:0?[1-9]|[12]\d|3[01])(?: \d{1,2}:\d\d.*)?$`)},
	{"with the month's name", regexp.MustCompile(`(?i)^(?:[a-z]{3,9},? )?\d{1,2}[ .-]+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ .-]+(?:20)?\d\d\b.*$`)},
	{"with the month's name", regexp.MustCompile(`(?i)^(?:[a-z]{3,9},? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2},? .*20\d\d\b.*$`)},
	{"JSON of .NET", regexp.MustCompile(`^\\?/Date\(-?\d+.*\)\\?/$`)},
	{"Unix seconds", regexp.MustCompile(`^(?:9[5-9]|1\d|2[0-7])\d{8}(?:\.\d+)?$`)},
	{"Unix milliseconds", regexp.MustCompile(`^(?:9[5-9]|1\d|2[0-7])\d{11}$`)},
	{".NET ticks", regexp.MustCompile(`^6[3-5]\d{16}$`)},
	{"FILETIME", regexp.MustCompile(`^1[2-5]\d{16}$`)},
	{"FILETIME", regexp.MustCompile(`^(?:0x)?01[C-Fc-f][0-9A-Fa-f]{13}$`)},
	{"OLE date", regexp.MustCompile(`^(?:3[6-9]|4\d|5[0-8])\d{3}\.\d{3,}$`)},
}

// date names the way in which all texts are points in time; nothing where they are none.
func (p *spot) date() string {
	for _, d := range dates {
		if p.all(d.text) {
			return d.name
		}
	}
	return ""
}

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
	switch {
	case p.kind.path == "": // of the file, not of an item
		return nil
	case p.all(guidText):
		return p.asGUID()
	case p.all(bareGUID) && p.unlike():
		r := &reading{made: "@guid", forms: "|bare"}
		if strings.ContainsAny(p.copies[0].text, "ABCDEF") {
			r.forms += "|upper"
		}
		return r
	}
	return p.asID()
}

// unlike reports whether there are two texts or more, each another.
func (p *spot) unlike() bool {
	seen := map[string]bool{}
	for _, c := range p.copies {
		if c.present && seen[c.text] {
			return false
		}
		seen[c.text] = true
	}
	return len(seen) > 1
}

// asID tries a database's number of each item: whole numbers, each another, in a place that is called an id. Other items get others.
func (p *spot) asID() *reading {
	name := strings.ToLower(p.name)
	if !strings.HasSuffix(name, "id") && !strings.HasSuffix(name, "key") || !p.all(wholeNumber) || !p.unlike() {
		return nil
	}
	return &reading{made: "@n " + p.copies[0].text, id: true}
}

var wholeNumber = regexp.MustCompile(`^[1-9]\d{0,8}$`)

// numberForms are those that are tried for a number.
func (p *spot) numberForms() []string {
	forms := []string{"", "thousands"}
	for _, c := range p.copies {
		if len(c.text) > 1 && c.text[0] == '0' && len(c.text) < 20 {
			return append(forms, "pad "+strconv.Itoa(len(c.text)))
		}
	}
	return forms
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
	form := strings.TrimPrefix(p.padding(), "|")
	for _, c := range p.copies {
		text, ok := strings.CutPrefix(c.text, before)
		text, also := strings.CutSuffix(text, after)
		n, err := strconv.Atoi(text)
		if err != nil || !c.present || !ok || !also || len(seen) > 0 && n-number(c.s) != from {
			return -1, false
		}
		if spelled, _ := template.Spell(form, strconv.Itoa(n)); spelled != text {
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
	case p.date() != "":
		return dated
	case p.all(digestText):
		return digest
	case p.all(guidText):
		return identity
	case p.all(numberText) && slices.ContainsFunc(p.names(), isMeasure):
		return measure
	}
	return unexplained
}

var numberText = regexp.MustCompile(`^\d{1,12}$`)

// isMeasure reports whether a name says that a number is of bytes: a length, a place, a sum.
func isMeasure(name string) bool {
	return slices.ContainsFunc([]string{"size", "length", "bytes", "offset", "position", "crc", "checksum", "hash"}, func(word string) bool {
		return strings.HasSuffix(name, word)
	})
}
