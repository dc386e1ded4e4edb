package calibrate

import (
	"cmp"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/artifact/template"
)

// spot is a place in a file where a text or an attribute value stands, in every copy of the part it belongs to.
type spot struct {
	where   string // as in Alerts/Alert/@Name
	name    string // the last of it, which may say what the place is for
	copies  []copied
	kind    *kind
	found   []reading // what the place may stand for, the likeliest first
	outcome *reading  // what it stands for in the dialect; nil: its constant text
	sort    sort
	copyOf  bool // of a field that has its place elsewhere
}

// copied is one copy of a spot.
type copied struct {
	text    string
	present bool
	s       *scope
}

// sort is what became of a spot.
type sort string

const (
	constant    sort = "constant"
	value       sort = "value"    // stands for a field
	made        sort = "made"     // made from the pack: numbers, ids
	dated       sort = "date"     // a date, kept as it was
	digest      sort = "checksum" // what looks like a checksum, kept as it was
	identity    sort = "id"       // a GUID that no item has, kept as it was
	unexplained sort = "unexplained"
	ambiguous   sort = "ambiguous" // more than one field fits
)

// reading is what a spot may stand for.
type reading struct {
	fields        []*field // one, or alternatives
	forms         string   // as a template has them, each behind a |
	values        map[string]string
	before, after string
	made          string   // instead of fields: @n and the like
	distinct      int      // how many different values speak for it
	zero          bool     // no value speaks for it, as there is none; only names can
	byName        bool     // names decided
	left          bool     // elimination decided
	of            []*field // of @of: the alternatives it tells
	empty         bool     // an item without a value is among the copies
	alike         []string // other forms in which all its texts are spelled the same

	asIn     artifact.Kind // the kind whose files decided
	guessed  bool          // nothing but that it fits speaks for it
	inferred []Inferred
}

// worth tells how much a reading explains.
func (r *reading) worth() int {
	if r.made != "" {
		return 1
	}
	return 2 * min(r.distinct, 5)
}

// readings finds what the spot may stand for.
func (p *spot) readings() {
	if p.same() {
		p.sort = constant
	}
	if p.marks() {
		return
	}
	for _, f := range p.kind.fields {
		if r := p.asField(f); r != nil {
			p.found = append(p.found, *r)
		}
	}
	p.asAlternatives()
	slices.SortStableFunc(p.found, func(a, b reading) int { return b.distinct - a.distinct })
	if len(p.found) > 0 && p.found[0].distinct > 1 {
		return
	}
	if r := p.asOwner(); r != nil {
		p.found = append(p.found, *r)
	}
	if p.sort == constant && !p.isCalledCount() {
		p.guessCount()
		return
	}
	if r := p.asMade(); r != nil {
		p.found = append(p.found, *r)
	}
	if !slices.ContainsFunc(p.found, func(r reading) bool { return !r.zero }) {
		p.asFileName()
	}
}

// marks reports whether the spot is what tells its element from others of its tag, or stands empty beside that.
func (p *spot) marks() bool {
	at := slices.IndexFunc(p.copies, func(c copied) bool { return c.present })
	if at < 0 || !p.same() {
		return false
	}
	around, last := p.where[:max(0, strings.LastIndex(p.where, "/"))], p.where[strings.LastIndex(p.where, "/")+1:]
	text := p.copies[at].text
	return strings.HasSuffix(around, "["+last+"="+text+"]") || text == "" && strings.Contains(last, "[@")
}

// missing adds the items in which the spot does not stand.
func (p *spot) missing(in []*scope) {
	for _, s := range in {
		p.copies = append(p.copies, copied{s: s})
	}
}

// worth tells how much the spot's likeliest reading explains; a text that changes and is not explained counts against it.
func (p *spot) worth() int {
	if len(p.found) > 0 && !p.found[0].zero {
		return p.found[0].worth()
	}
	if p.sort != constant {
		return -1
	}
	return 0
}

// same reports whether all copies that are there have one text.
func (p *spot) same() bool {
	first := slices.IndexFunc(p.copies, func(c copied) bool { return c.present })
	return first < 0 || !slices.ContainsFunc(p.copies, func(c copied) bool { return c.present && c.text != p.copies[first].text })
}

// Forms that are tried for each sort of value, plain first.
var (
	textForms = []string{"", "c", "doubled", "quoted", "xml", "url", "base64", "hex"}
	spanForms = []string{"", "seconds", "milliseconds", "minutes", "hours", "days", "timespan", "iso8601"}
)

// asField tries one field.
func (p *spot) asField(f *field) *reading {
	t := f.ref.Type
	switch {
	case f.joined != nil:
		return p.asJoined(f)
	case t.Kind() == reflect.Bool || pack.Allowed(t) != nil:
		return p.asEnumeration(f)
	case t == reflect.TypeFor[pack.Duration]():
		if r := p.asForms(f, spanForms); r != nil && !r.zero { // no length tells no unit
			return r
		}
		return nil
	case t.Kind() == reflect.Int:
		return p.asForms(f, textForms[:1])
	}
	if r := p.asForms(f, textForms); r != nil {
		return r
	}
	return p.asAffixed(f)
}

func (p *spot) asForms(f *field, forms []string) *reading {
	var first *reading
	for _, form := range forms {
		r := p.asForm(f, form)
		switch {
		case r == nil:
		case first == nil:
			first = r
		case r.distinct == first.distinct && maps.Equal(r.values, first.values):
			first.alike = append(first.alike, form)
		}
	}
	return first
}

// asForm tries a field in one form. Items without a value may all have one text of their own.
func (p *spot) asForm(f *field, form string) *reading {
	distinct := map[string]bool{}
	none, nones, plainly := "", false, false
	some, told := false, false
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		some, told = some || zero, told || !zero
		switch spelled, ok := template.Spell(form, text); {
		case !c.present && !zero:
			return nil
		case !c.present:
		case zero && c.text == spelled && ok:
			plainly = true
			distinct[text] = distinct[text] || text != ""
		case zero && nones && none != c.text, !zero && (!ok || spelled != c.text):
			return nil
		case zero:
			none, nones = c.text, true
		default:
			distinct[text] = true
		}
	}
	delete(distinct, "")
	if !told { // a 0 may be that of any number
		clear(distinct)
	}
	if form != "" && len(distinct) == 0 || nones && plainly {
		return nil
	}
	r := &reading{fields: []*field{f}, forms: piped(form), distinct: len(distinct), zero: len(distinct) == 0, empty: some}
	if nones {
		if r.zero || !saysNothing(none) && len(distinct) < 3 {
			return nil
		}
		spelled, ok := template.Spell(form, fields.Format(reflect.New(f.ref.Type).Elem()))
		if !ok {
			return nil
		}
		r.values = map[string]string{spelled: none}
	}
	return r
}

// nothings are words programs write where there is no value.
var nothings = []string{"n/a", "none", "null", "nil", "any", "all", "undefined", "empty", "not set"}

// saysNothing reports whether a text likely stands for no value.
func saysNothing(text string) bool {
	return slices.Contains(nothings, strings.ToLower(text)) || strings.IndexFunc(text, isWord) < 0
}

func piped(form string) string {
	if form == "" {
		return ""
	}
	return "|" + form
}

// asAffixed tries a field with constant text around it.
func (p *spot) asAffixed(f *field) *reading {
	var first *reading
	for _, form := range textForms[:4] {
		switch r := p.asAffixedIn(f, form); {
		case r == nil:
		case first == nil:
			first = r
		case r.before == first.before && r.after == first.after:
			first.alike = append(first.alike, form)
		}
	}
	return first
}

func (p *spot) asAffixedIn(f *field, form string) *reading {
	r := &reading{fields: []*field{f}, forms: piped(form)}
	distinct := map[string]bool{}
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		if !c.present && zero {
			continue
		}
		text, ok := template.Spell(form, text)
		if !ok {
			return nil
		}
		if len(distinct) == 0 {
			at := strings.Index(c.text, text)
			if zero || at < 0 || len(text) < 3 {
				return nil
			}
			r.before, r.after = c.text[:at], c.text[at+len(text):]
		}
		if !c.present || c.text != r.before+text+r.after {
			return nil
		}
		distinct[text] = true
	}
	if r.distinct = len(distinct); r.distinct < 2 {
		return nil
	}
	return r
}

// asEnumeration tries a value of which there are few: each has a text of its own.
func (p *spot) asEnumeration(f *field) *reading {
	to, from := map[string]string{}, map[string]string{}
	plain := true
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		if !c.present || c.text == "" {
			if !zero {
				return nil
			}
			continue
		}
		if known, ok := to[text]; ok && known != c.text {
			return nil
		}
		if known, ok := from[c.text]; ok && known != text {
			return nil
		}
		to[text], from[c.text] = c.text, text
		plain = plain && text == c.text
	}
	if len(to) == 0 {
		return nil
	}
	r := &reading{fields: []*field{f}, distinct: len(to)}
	if plain {
		return r
	}
	r.values = to
	if f.ref.Type.Kind() == reflect.Bool && !completed(to) || !p.repeats(to) && !alike(to) && !isPair(to) {
		r.distinct, r.zero = 0, true
	}
	return r
}

// repeats reports whether there are so many more copies than values that it can be no chance that each value has its own text.
func (p *spot) repeats(to map[string]string) bool {
	there := 0
	for _, c := range p.copies {
		if c.present && c.text != "" {
			there++
		}
	}
	return len(to) > 1 && there >= len(to)+3
}

// alike reports whether the texts are the values themselves but for case and what is no letter.
func alike(to map[string]string) bool {
	for value, text := range to {
		if letters(value) != letters(text) {
			return false
		}
	}
	return true
}

// truths are the ways programs write truth values.
var truths = [][2]string{{"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"}, {"1", "0"}, {"-1", "0"}, {"Y", "N"}, {"y", "n"}, {"Yes", "No"},
	{"YES", "NO"}, {"yes", "no"}, {"T", "F"}, {"on", "off"}, {"On", "Off"}, {"ON", "OFF"}, {"enabled", "disabled"}, {"Enabled", "Disabled"}}

// isPair reports whether both truth values have a text, and these are a pair programs use.
func isPair(to map[string]string) bool {
	return len(to) == 2 && slices.Contains(truths, [2]string{to["true"], to["false"]})
}

// completed adds the other text of a pair when one is seen and leaves no choice; it reports whether both are there.
func completed(to map[string]string) bool {
	if len(to) == 2 {
		return true
	}
	var fits [][2]string
	for _, pair := range truths {
		if to["true"] == pair[0] || to["false"] == pair[1] {
			fits = append(fits, pair)
		}
	}
	if len(fits) == 1 {
		to["true"], to["false"] = fits[0][0], fits[0][1]
	}
	return false
}

// asJoined tries a list whose texts stand in one.
func (p *spot) asJoined(f *field) *reading {
	for _, form := range textForms[:4] {
		if r := p.asJoinedIn(f, form); r != nil {
			return r
		}
	}
	return nil
}

func (p *spot) asJoinedIn(f *field, form string) *reading {
	joint, known := "", false
	distinct := map[string]bool{}
	for _, c := range p.copies {
		texts := f.texts(c.s)
		if len(texts) == 0 || !slices.ContainsFunc(texts, func(t string) bool { return t != "" }) {
			if c.text != "" {
				return nil
			}
			continue
		}
		texts, ok := spellAll(form, texts)
		if !ok {
			return nil
		}
		if len(texts) > 1 && !known {
			if joint, known = jointOf(c.text, texts); !known {
				return nil
			}
		}
		if !c.present || c.text != strings.Join(texts, joint) {
			return nil
		}
		distinct[c.text] = true
	}
	if !known {
		return nil
	}
	return &reading{fields: []*field{f}, forms: piped(form) + "|join " + template.Joint(joint), distinct: len(distinct)}
}

func spellAll(form string, texts []string) ([]string, bool) {
	if form == "" {
		return texts, true
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		spelled, ok := template.Spell(form, text)
		if !ok {
			return nil, false
		}
		all[i] = spelled
	}
	return all, true
}

// jointOf gives what stands between the first two texts.
func jointOf(text string, texts []string) (string, bool) {
	rest, ok := strings.CutPrefix(text, texts[0])
	if !ok {
		return "", false
	}
	at := strings.Index(rest, texts[1])
	if at < 1 || texts[1] == "" || strings.ContainsFunc(rest[:at], isWord) {
		return "", false
	}
	return rest[:at], true
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// asAlternatives tries pairs of fields of which an item has one.
func (p *spot) asAlternatives() {
	for i, f := range p.kind.fields {
		for _, g := range p.kind.fields[:i] {
			if f.joined == nil && g.joined == nil && f.ref.Type == g.ref.Type && f.ref.Type.Kind() == reflect.String {
				p.asEither(g, f)
			}
		}
	}
}

func (p *spot) asEither(f, g *field) {
	var first *reading
	for _, form := range textForms[:4] {
		switch r := p.asEitherIn(f, g, form); {
		case r == nil:
		case first == nil:
			first = r
		default:
			first.alike = append(first.alike, form)
		}
	}
	if first != nil {
		p.found = append(p.found, *first)
	}
}

func (p *spot) asEitherIn(f, g *field, form string) *reading {
	distinct := map[string]bool{}
	both := [2]bool{}
	none := ""
	for _, c := range p.copies {
		a, noA := f.text(c.s)
		b, noB := g.text(c.s)
		if noA && noB {
			if c.text != "" && none != "" && c.text != none {
				return nil
			}
			none = cmp.Or(none, c.text)
			continue
		}
		both[0], both[1] = both[0] || !noA, both[1] || !noB
		text := a + b
		distinct[text] = true
		if spelled, ok := template.Spell(form, text); !noA && !noB || !c.present || !ok || spelled != c.text {
			return nil
		}
	}
	if !both[0] || !both[1] {
		return nil
	}
	r := &reading{fields: []*field{f, g}, forms: piped(form), distinct: len(distinct)}
	if none != "" {
		r.values = map[string]string{"": none}
	}
	return r
}

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

// place writes the reading as a template does; names gives dialect values their name.
func (r *reading) place(names func(map[string]string, *field) string, copy bool) string {
	if r.made != "" {
		forms := r.forms
		if strings.HasPrefix(r.made, "@of ") {
			forms += "|" + names(r.values, nil)
		}
		return r.before + "{" + r.made + forms + "}" + r.after
	}
	var called []string
	for _, f := range r.fields {
		called = append(called, f.name)
	}
	what := strings.Join(called, " or ")
	if copy {
		what = "@copy " + what
	}
	forms := r.forms
	if len(r.values) > 0 {
		forms += "|" + names(r.values, r.fields[0])
	}
	return r.before + "{" + what + forms + "}" + r.after
}
