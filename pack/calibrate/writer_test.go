package calibrate_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"archive/zip"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// The consoles of these tests: small writers of files in many styles, which share nothing with the templates.

// style is how an invented console writes its files.
type style struct {
	Form     string // elements, attributes, bag, pairs, dataset, cdata, escaped, base64, prefixed, json, jsonstring, sections, nested, numbered, records, csv
	Packed   string // "", gzip, zip (an entry for each item), zipone (one entry beside another)
	Charset  string // utf-8, utf-16le, utf-16be, windows-1252
	Mark     bool
	CRLF     bool
	Indent   bool
	Names    string // pascal, snake, words, opaque
	Absent   string // of texts: omit, empty, *, N/A
	Zero     string // of numbers and spans: omit, 0
	Truth    [2]string
	Enum     string // words, numbers, shout
	Unit     string // text, seconds, minutes, hours, days, timespan, iso
	Joint    string // between the texts of a list; empty: each for itself
	Around   bool   // lists have an element around them
	Escape   string // "", c, doubled
	Either   bool   // a regex or a text stand in one place, with a flag
	GUID     string // "", lower, upper, braces
	Number   int    // items have numbers from it on; -1: none
	Count    bool
	Date     bool
	Checksum bool
	Affix    bool // the name has a text around it
	Constant bool
	Order    uint64 // of the fields
	Left     int    // one in so many fields has no place; 0: all have
	Items    string // the order of items: empty as in the pack, name, hash
	Flag     bool   // what tells a regex from a text is a truth value: whether it is a regex
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// randomStyle draws a style that no console has.
func randomStyle(seed uint64) style {
	r := rand.New(rand.NewPCG(seed, 1))
	st := style{
		Form: pick(r, "elements", "attributes", "bag", "pairs", "dataset", "cdata", "escaped", "base64", "prefixed", "json", "jsonstring",
			"sections", "nested", "numbered", "records"),
		Packed: pick(r, "", "", "", "gzip", "zip", "zipone"), Charset: pick(r, "utf-8", "utf-8", "utf-16le", "utf-16be", "windows-1252"),
		Mark: r.IntN(2) == 0, CRLF: r.IntN(2) == 0, Indent: r.IntN(3) > 0, Names: pick(r, "pascal", "snake", "words", "opaque"),
		Absent: pick(r, "omit", "empty", "*", "N/A"), Zero: pick(r, "omit", "0"),
		Truth: pick(r, [2]string{"1", "0"}, [2]string{"True", "False"}, [2]string{"true", "false"}, [2]string{"-1", "0"}, [2]string{"Y", "N"}, [2]string{"Yes", "No"}),
		Enum:  pick(r, "words", "numbers", "shout"), Unit: pick(r, "text", "seconds", "milliseconds", "minutes", "hours", "days", "timespan", "iso"),
		Joint: pick(r, "", "", "&&", ",", "; ", "||"), Around: r.IntN(2) == 0, Escape: pick(r, "", "", "c", "doubled"), Either: r.IntN(4) == 0,
		GUID: pick(r, "", "lower", "upper", "braces"), Number: pick(r, -1, 0, 1), Count: r.IntN(3) == 0, Date: r.IntN(3) == 0,
		Checksum: r.IntN(4) == 0, Affix: r.IntN(5) == 0, Constant: r.IntN(2) == 0, Order: r.Uint64(), Left: pick(r, 0, 0, 0, 6),
		Flag: r.IntN(2) == 0,
	}
	st.Items = pick(r, "", "", "name", "hash")
	st.Count = st.Count && (st.Names != "opaque" || st.Items == "") // a count may be the number of the item, by chance
	return st.possible()
}

// possible makes the style one that some program could write.
func (st style) possible() style {
	switch st.Form {
	case "records", "numbered", "sections":
		if st.Joint == "" {
			st.Joint = ";"
		}
		if st.Form == "records" {
			st.Absent = pick(rand.New(rand.NewPCG(st.Order, 3)), "empty", "*")
			if st.Zero == "omit" {
				st.Zero = "0"
			}
		}
		if st.Packed == "zip" {
			st.Packed = ""
		}
	case "dataset", "jsonstring":
		if st.Form == "dataset" && st.Joint == "" {
			st.Left = 0 // rows of which nothing but the keys is known are no items
		}
		if st.Packed == "zip" {
			st.Packed = ""
		}
	}
	if !st.xml() {
		st.Mark = st.Mark && st.Charset != "windows-1252"
	}
	if st.Charset == "utf-16le" || st.Charset == "utf-16be" {
		st.Mark = true
	}
	if st.Charset == "windows-1252" {
		st.Mark = false
	}
	return st
}

func (st style) xml() bool {
	return slices.Contains([]string{"elements", "attributes", "bag", "pairs", "dataset", "cdata", "escaped", "base64", "prefixed"}, st.Form)
}

// enterable is the pack as far as the console takes it: where lines of a file hold values as they are, those have one line.
func (st style) enterable(p *pack.Pack) *pack.Pack {
	if st.Escape == "c" || !slices.Contains([]string{"sections", "nested", "numbered", "banner", "dotted", "blocks", "counted", "typed tabs", "called", "called twice"}, st.Form) {
		return p
	}
	p = randomCopy(p)
	fields.Leaves(reflect.ValueOf(p).Elem(), "", func(_ string, v reflect.Value) {
		if v.Kind() == reflect.String {
			v.SetString(strings.ReplaceAll(v.String(), "\n", " "))
		}
	})
	return p
}

// thing is an item as a console sees it: named values, and lists of things.
type thing struct {
	sort  string
	props []prop
	lists []list
}

type prop struct {
	name, text string
	sort       byte // t text, n number, b truth value
	there      bool
}

type list struct {
	name   string // of one
	things []thing
}

// builder makes things in a style.
type builder struct {
	st    style
	ids   *rand.Rand
	count map[string]int
}

var words = map[string]string{"name": "Title", "title": "Caption", "group": "Folder", "description": "Notes", "threat_level": "Severity", "active": "Enabled",
	"threshold.count": "Occurrences", "threshold.within": "Duration", "systems": "Machines", "email.to": "Recipients", "email.subject": "MailSubject",
	"log_type": "LogType", "event_source": "Source", "source_type": "DeviceType", "event_id": "Id", "event_type": "Type", "category": "EventCategory",
	"user": "UserName", "computer": "System", "match.regex": "Include", "match.text": "Contains", "exception.regex": "Exclude",
	"exception.text": "ExcludeText", "applies_to": "LogCategory", "frequency": "Schedule", "chart": "ChartType", "query": "Filter",
	"use_sql": "Sql", "series": "Legend", "period": "LookBack"}

func (st style) name(model string) string {
	switch st.Names {
	case "snake":
		return strings.ReplaceAll(model, ".", "_")
	case "words":
		if w, ok := words[model]; ok {
			return w
		}
	case "opaque":
		return "F" + letterOf(crc32.ChecksumIEEE([]byte(model)))
	}
	out := ""
	for part := range strings.FieldsFuncSeq(model, func(r rune) bool { return r == '.' || r == '_' }) {
		out += strings.ToUpper(part[:1]) + part[1:]
	}
	return out
}

func letterOf(n uint32) string {
	s := ""
	for range 4 {
		s += string(rune('A' + n%26))
		n /= 26
	}
	return s
}

// without reports whether the console does not know the field.
func (st style) without(model string) bool {
	return st.Left > 0 && model != "name" && model != "title" && crc32.ChecksumIEEE([]byte(model+strconv.FormatUint(st.Order, 10)))%uint32(st.Left) == 0
}

func (b *builder) add(t *thing, model string, sort byte, text string, zero bool) {
	if b.st.without(model) {
		return
	}
	p := prop{name: b.st.name(model), text: text, sort: sort, there: true}
	if zero {
		how := b.st.Absent
		if sort == 'n' {
			how = b.st.Zero
		}
		switch {
		case sort == 'b':
		case how == "omit":
			p.there = false
		case sort == 'n':
		case how == "empty":
			p.text = ""
		default:
			p.text = how
		}
	} else if sort == 't' {
		switch b.st.Escape {
		case "c":
			p.text = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(p.text)
		case "doubled":
			p.text = strings.ReplaceAll(p.text, `"`, `""`)
		}
	}
	t.props = append(t.props, p)
}

func (b *builder) text(t *thing, model, text string) { b.add(t, model, 't', text, text == "") }

func (b *builder) number(t *thing, model string, n int) {
	b.add(t, model, 'n', strconv.Itoa(n), n == 0)
}

func (b *builder) truth(t *thing, model string, v bool) {
	text := b.st.Truth[1]
	if v {
		text = b.st.Truth[0]
	}
	b.add(t, model, 'b', text, false)
}

func word[T ~string](b *builder, t *thing, model string, v T, all []T) {
	text, sort := string(v), byte('e')
	switch b.st.Enum {
	case "numbers":
		text, sort = strconv.Itoa(slices.Index(all, v)+1), 'i'
	case "shout":
		text = strings.ToUpper(strings.ReplaceAll(text, "_", " "))
	}
	b.add(t, model, sort, text, false)
}

func (b *builder) span(t *thing, model string, d pack.Duration) {
	of := time.Duration(d)
	text, sort := d.String(), byte('n')
	days := int64(of / (24 * time.Hour))
	clock := fmt.Sprintf("%02d:%02d:%02d", of/time.Hour%24, of/time.Minute%60, of/time.Second%60)
	switch b.st.Unit {
	case "seconds":
		text = strconv.FormatInt(int64(of/time.Second), 10)
	case "milliseconds":
		text = strconv.FormatInt(int64(of/time.Millisecond), 10)
	case "minutes":
		text = strconv.FormatInt(int64(of/time.Minute), 10)
	case "hours":
		text = strconv.FormatInt(int64(of/time.Hour), 10)
	case "days":
		text = strconv.FormatInt(days, 10)
	case "timespan":
		if text, sort = clock, 's'; days > 0 {
			text = fmt.Sprintf("%d.%s", days, clock)
		}
	case "iso":
		if text, sort = fmt.Sprintf("P%dD", days), 's'; days == 0 {
			text = "PT0S"
		}
	default:
		sort = 's'
	}
	if sort == 's' && d == 0 {
		if b.st.Zero == "omit" {
			sort = 'n'
		}
	}
	b.add(t, model, map[byte]byte{'n': 'n', 's': 's'}[sort], text, d == 0)
}

// texts adds a list of texts: joined, or one thing for each.
func (b *builder) texts(t *thing, model string, all []string) {
	if b.st.without(model) {
		return
	}
	if b.st.Joint != "" {
		b.add(t, model, 'l', strings.Join(all, b.st.Joint), len(all) == 0)
		if p := &t.props[len(t.props)-1]; len(all) == 0 && p.there {
			p.text = ""
		}
		return
	}
	l := list{name: b.st.name(model) + "Item"}
	for _, text := range all {
		l.things = append(l.things, thing{sort: l.name, props: []prop{{text: text, sort: 't', there: true}}})
	}
	t.lists = append(t.lists, l)
}

func (b *builder) pattern(t *thing, model string, p pack.Pattern) {
	if !b.st.Either {
		b.text(t, model+".regex", p.Regex)
		b.text(t, model+".text", p.Text)
		return
	}
	if b.st.without(model + ".regex") {
		return
	}
	kind := "0"
	if p.Regex != "" {
		kind = "1"
	} else if p.Text != "" {
		kind = "2"
	}
	b.text(t, model+".regex", p.Regex+p.Text)
	if b.st.Flag {
		flag := prop{name: b.st.name(model + "_is_regex"), text: b.st.Truth[1], sort: 'b', there: true}
		if p.Regex != "" {
			flag.text = b.st.Truth[0]
		}
		t.props = append(t.props, flag)
		return
	}
	t.props = append(t.props, prop{name: b.st.name(model + "_kind"), text: kind, sort: 'i', there: true})
}

// made adds what the console makes by itself.
func (b *builder) made(t *thing, n int) {
	if b.st.GUID != "" {
		id := fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", b.ids.Uint32(), b.ids.IntN(1<<16), b.ids.IntN(1<<12), b.ids.IntN(1<<12), b.ids.Int64N(1<<48))
		switch b.st.GUID {
		case "upper":
			id = strings.ToUpper(id)
		case "braces":
			id = "{" + strings.ToUpper(id) + "}"
		}
		t.props = append(t.props, prop{name: "Uid", text: id, sort: 'g', there: true})
	}
	if b.st.Number >= 0 {
		t.props = append(t.props, prop{name: "No", text: strconv.Itoa(n + b.st.Number), sort: 'n', there: true})
	}
	if b.st.Constant {
		t.props = append(t.props, prop{name: "Rev", text: "v2", sort: 'g', there: true}, prop{name: "Owner", text: "admin", sort: 'g', there: true})
	}
}

func (b *builder) done(t thing) thing {
	if b.st.Count {
		for _, l := range t.lists {
			t.props = append(t.props, prop{name: l.name + "Count", text: strconv.Itoa(len(l.things)), sort: 'n', there: true})
		}
	}
	r := rand.New(rand.NewPCG(b.st.Order, uint64(crc32.ChecksumIEEE([]byte(t.sort)))))
	rest := t.props
	if b.st.Form == "records" || b.st.Form == "sections" || b.st.Form == "numbered" {
		rest = rest[min(1, len(rest)):] // what begins an item stays first
	}
	r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return t
}

func (b *builder) rule(sort string, r pack.Rule, n int) thing {
	t := thing{sort: sort}
	b.text(&t, "title", r.Title)
	if !t.props[0].there && slices.Contains([]string{"records", "sections", "numbered"}, b.st.Form) {
		t.props[0] = prop{name: t.props[0].name, there: true, sort: 't'} // what begins a rule is always there
	}
	b.text(&t, "log_type", r.LogType)
	b.text(&t, "event_source", r.EventSource)
	b.text(&t, "source_type", r.SourceType)
	b.text(&t, "event_id", r.EventID)
	b.text(&t, "event_type", r.EventType)
	b.text(&t, "category", r.Category)
	b.text(&t, "user", r.User)
	b.text(&t, "computer", r.Computer)
	b.pattern(&t, "match", r.Match)
	b.pattern(&t, "exception", r.Exception)
	b.made(&t, n)
	return t
}

func (b *builder) rules(t *thing, rules []pack.Rule) {
	l := list{name: "Rule"}
	for i, r := range rules {
		l.things = append(l.things, b.done(b.rule("Rule", r, b.next("Rule", i))))
	}
	t.lists = append(t.lists, l)
}

// next numbers items: those of a table over all of the file.
func (b *builder) next(sort string, i int) int {
	if b.st.Form == "dataset" {
		i = b.count[sort]
		b.count[sort]++
	}
	return i
}

func (b *builder) called(t *thing, model, name string) {
	b.text(t, model, name)
	if b.st.Affix {
		t.props[0].text = "Pack: " + t.props[0].text + " (custom)"
	}
}

func things[T any](name string, items []T, make func(T, int) thing) list {
	l := list{name: name}
	for i, item := range items {
		l.things = append(l.things, make(item, i))
	}
	return l
}

// items gives the things of a kind.
func (b *builder) items(p *pack.Pack, k artifact.Kind) list {
	switch k {
	case artifact.Categories:
		return things("Category", p.Categories, func(c pack.Category, i int) thing {
			t := thing{sort: "Category"}
			b.called(&t, "name", c.Name)
			b.text(&t, "group", c.Group)
			b.text(&t, "description", c.Description)
			b.made(&t, i)
			b.rules(&t, c.Rules)
			return b.done(t)
		})
	case artifact.Alerts:
		return things("Alert", p.Alerts, b.alert)
	case artifact.KnowledgeObjects:
		return things("Object", p.KnowledgeObjects, b.object)
	case artifact.Reports:
		return things("Report", p.Reports, b.report)
	}
	return things("Dashlet", p.Dashlets, b.dashlet)
}

func (b *builder) alert(a pack.Alert, i int) thing {
	t := thing{sort: "Alert"}
	b.called(&t, "name", a.Name)
	b.text(&t, "group", a.Group)
	b.text(&t, "description", a.Description)
	word(b, &t, "threat_level", a.ThreatLevel, pack.ThreatLevels())
	b.truth(&t, "active", a.Active)
	b.number(&t, "threshold.count", a.Threshold.Count)
	b.span(&t, "threshold.within", a.Threshold.Within)
	b.texts(&t, "systems", a.Systems)
	b.texts(&t, "email.to", a.Email.To)
	b.text(&t, "email.subject", a.Email.Subject)
	b.made(&t, i)
	t.lists = append(t.lists, things("Watch", a.WatchLists, func(w pack.WatchListCheck, i int) thing {
		t := thing{sort: "Watch"}
		b.text(&t, "group", w.Group)
		b.text(&t, "property", w.Property)
		b.truth(&t, "absent", w.Absent)
		return b.done(t)
	}))
	b.rules(&t, a.Rules)
	return b.done(t)
}

func (b *builder) object(o pack.KnowledgeObject, i int) thing {
	t := thing{sort: "Object"}
	b.called(&t, "name", o.Name)
	b.text(&t, "applies_to", o.AppliesTo)
	b.text(&t, "group", o.Group)
	b.made(&t, i)
	t.lists = append(t.lists, things("Rule", o.Rules, func(r pack.ObjectRule, i int) thing {
		t := b.rule("Rule", r.Rule, b.next("Rule", i))
		t.lists = append(t.lists, things("Expression", r.Expressions, func(e pack.Expression, i int) thing {
			t := thing{sort: "Expression"}
			b.text(&t, "expression_1", e.Expression1)
			b.text(&t, "expression_2", e.Expression2)
			b.text(&t, "format", e.Format)
			word(b, &t, "type", e.Type, pack.ExpressionTypes())
			return b.done(t)
		}))
		return b.done(t)
	}))
	t.lists = append(t.lists, things("Fill", o.Properties, func(v pack.PropertyValue, i int) thing {
		t := thing{sort: "Fill"}
		b.text(&t, "property", v.Property)
		b.texts(&t, "tokens", v.Tokens)
		return b.done(t)
	}))
	return b.done(t)
}

func (b *builder) report(r pack.Report, i int) thing {
	t := thing{sort: "Report"}
	b.called(&t, "title", r.Title)
	b.text(&t, "group", r.Group)
	b.text(&t, "description", r.Description)
	b.texts(&t, "sites", r.Sites)
	b.texts(&t, "groups", r.Groups)
	b.texts(&t, "systems", r.Systems)
	b.text(&t, "frequency", r.Frequency)
	b.made(&t, i)
	b.rules(&t, r.Rules)
	t.lists = append(t.lists, things("Column", r.Columns, func(c pack.Column, i int) thing {
		t := thing{sort: "Column"}
		b.text(&t, "heading", c.Heading)
		b.text(&t, "token", c.Token)
		b.text(&t, "property", c.Property)
		return b.done(t)
	}))
	return b.done(t)
}

func (b *builder) dashlet(d pack.Dashlet, i int) thing {
	t := thing{sort: "Dashlet"}
	b.called(&t, "title", d.Title)
	b.text(&t, "description", d.Description)
	word(b, &t, "chart", d.Chart, pack.Charts())
	b.text(&t, "query", d.Query)
	b.text(&t, "report", d.Report)
	b.truth(&t, "use_sql", d.UseSQL)
	b.text(&t, "axis.property", d.Axis.Property)
	b.text(&t, "axis.label", d.Axis.Label)
	b.span(&t, "axis.interval", d.Axis.Interval)
	b.number(&t, "axis.limit", d.Axis.Limit)
	word(b, &t, "value.aggregate", d.Value.Aggregate, pack.Aggregates())
	b.text(&t, "value.property", d.Value.Property)
	b.text(&t, "value.label", d.Value.Label)
	b.text(&t, "series", d.Series)
	b.span(&t, "period", d.Period)
	b.made(&t, i)
	return b.done(t)
}

// write gives the kind's file as the console of the style writes it; what it makes depends on the salt.
func (st style) write(p *pack.Pack, k artifact.Kind, salt uint64) artifact.File {
	b := &builder{st: st, ids: rand.New(rand.NewPCG(st.Order, salt)), count: map[string]int{}}
	top := b.items(p, k)
	head := []prop{}
	if st.Constant {
		head = append(head, prop{name: "Format", text: "3.1", sort: 'g', there: true})
	}
	if st.Date {
		head = append(head, prop{name: "Exported", text: time.Unix(1700000000+int64(salt)*86401, 0).UTC().Format("2006-01-02T15:04:05"), sort: 'g', there: true})
	}
	if st.Count && st.Packed != "zip" && st.Form != "records" { // a number without a name in one file could be anything
		head = append(head, prop{name: "ItemCount", text: strconv.Itoa(len(top.things)), sort: 'n', there: true})
	}
	if st.Checksum {
		head = append(head, prop{name: "Hash", text: fmt.Sprintf("%032x", rand.New(rand.NewPCG(salt, 5)).Uint64()), sort: 'g', there: true})
	}
	var data []byte
	switch st.Packed {
	case "zip":
		var buf bytes.Buffer
		z := zip.NewWriter(&buf)
		for i := range top.things {
			w, _ := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("item%d.dat", i+1), Method: zip.Deflate})
			_, _ = w.Write(st.encode(st.text(head, list{top.name, top.things[i : i+1]}, true)))
		}
		_ = z.Close()
		data = buf.Bytes()
	case "zipone":
		var buf bytes.Buffer
		z := zip.NewWriter(&buf)
		w, _ := z.CreateHeader(&zip.FileHeader{Name: "manifest.xml", Method: zip.Deflate})
		_, _ = w.Write([]byte(`<manifest version="1"><entry>content.dat</entry></manifest>`))
		w, _ = z.CreateHeader(&zip.FileHeader{Name: "content.dat", Method: zip.Deflate})
		_, _ = w.Write(st.encode(st.text(head, top, false)))
		_ = z.Close()
		data = buf.Bytes()
	default:
		data = st.encode(st.text(head, top, false))
	}
	if st.Packed == "gzip" {
		var buf bytes.Buffer
		z := gzip.NewWriter(&buf)
		_, _ = z.Write(data)
		_ = z.Close()
		data = buf.Bytes()
	}
	return artifact.File{Name: "file" + k.Extension(), Data: data}
}

var cp1252 = map[rune]byte{'€': 0x80, '–': 0x96, '’': 0x92}

func (st style) encode(text string) []byte {
	if st.CRLF {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	switch st.Charset {
	case "utf-16le", "utf-16be":
		order := binary.ByteOrder(binary.LittleEndian)
		if st.Charset == "utf-16be" {
			order = binary.BigEndian
		}
		if st.Mark {
			text = "\ufeff" + text
		}
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			out = append(out, 0, 0)
			order.PutUint16(out[len(out)-2:], u)
		}
		return out
	case "windows-1252":
		var out []byte
		for _, r := range text {
			if b, ok := cp1252[r]; ok {
				out = append(out, b)
			} else if r < 256 {
				out = append(out, byte(r))
			} else {
				panic("not in windows-1252: " + string(r))
			}
		}
		return out
	}
	if st.Mark {
		text = "\ufeff" + text
	}
	return []byte(text)
}

// text gives the file's text; alone: the one item is all of it.
func (st style) text(head []prop, top list, alone bool) string {
	if write, ok := textConsoles[st.Form]; ok {
		return write(st, head, top)
	}
	switch st.Form {
	case "json":
		return st.json(head, top, alone)
	case "jsonstring":
		inner := st
		inner.Indent = false
		quoted, _ := marshal(inner.json(head, top, false))
		return st.object(0, `"kind":"export"`, `"payload":`+string(quoted)) + "\n"
	case "sections":
		return "; exported\n" + st.iniHead(head) + st.sections(top.things)
	case "nested":
		return "; exported\n" + st.iniHead(head) + st.nested(top.things, 0)
	case "numbered":
		return st.iniHead(head) + st.numbered(top.things)
	case "records":
		return st.records(head, top)
	}
	return st.xmlText(head, top, alone)
}

// el is an element of XML.
type el struct {
	tag   string
	attrs [][2]string
	text  string
	cdata bool
	kids  []el
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", "&#10;", "\r", "&#13;", "\t", "&#9;")

func (e el) write(b *strings.Builder, depth int, st style) {
	pad := func(depth int) {
		if st.Indent {
			b.WriteString("\n" + strings.Repeat("  ", depth))
		}
	}
	b.WriteString("<" + e.tag)
	for _, a := range e.attrs {
		b.WriteString(" " + a[0] + `="` + strings.ReplaceAll(escaper.Replace(a[1]), `"`, "&quot;") + `"`)
	}
	if len(e.kids) == 0 && e.text == "" {
		b.WriteString(" />")
		return
	}
	b.WriteString(">")
	switch {
	case e.cdata && e.text != "":
		b.WriteString("<![CDATA[" + e.text + "]]>")
	case e.text != "":
		b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(e.text))
	}
	for _, k := range e.kids {
		pad(depth + 1)
		k.write(b, depth+1, st)
	}
	if len(e.kids) > 0 {
		pad(depth)
	}
	b.WriteString("</" + e.tag + ">")
}

func (st style) xmlText(head []prop, top list, alone bool) string {
	root := el{tag: "Export"}
	for _, p := range head {
		root.attrs = append(root.attrs, [2]string{p.name, p.text})
	}
	prefix := ""
	if st.Form == "prefixed" {
		prefix = "et:"
		root.tag = "et:Export"
		root.attrs = append([][2]string{{"xmlns:et", "urn:example:et"}}, root.attrs...)
	}
	switch {
	case st.Form == "dataset":
		root.tag = "NewDataSet"
		root.kids = append(root.kids, el{tag: "xs:schema", attrs: [][2]string{{"id", "NewDataSet"}, {"xmlns:xs", "http://www.w3.org/2001/XMLSchema"}},
			kids: []el{{tag: "xs:element", attrs: [][2]string{{"name", top.name}}}, {tag: "xs:element", attrs: [][2]string{{"name", "Rule"}, {"minOccurs", "0"}}}}})
		tables := map[string][]el{}
		var order []string
		st.rows(top, "", 0, tables, &order)
		for _, name := range order {
			root.kids = append(root.kids, tables[name]...)
		}
	case alone:
		attrs := root.attrs
		root = st.element(top.things[0], prefix)
		root.attrs = append(attrs, root.attrs...)
	case st.Around:
		around := el{tag: prefix + top.name + "List"}
		for _, t := range top.things {
			around.kids = append(around.kids, st.element(t, prefix))
		}
		root.kids = append(root.kids, around)
	default:
		for _, t := range top.things {
			root.kids = append(root.kids, st.element(t, prefix))
		}
	}
	if st.Form == "escaped" || st.Form == "base64" {
		var inner strings.Builder
		plain := st
		plain.Indent = false
		root.write(&inner, 0, plain)
		text := inner.String()
		if st.Form == "base64" {
			text = base64.StdEncoding.EncodeToString([]byte(text))
		}
		root = el{tag: "Envelope", kids: []el{{tag: "Kind", text: "export"}, {tag: "Body", text: text}}}
	}
	var b strings.Builder
	charset := map[string]string{"utf-8": "utf-8", "utf-16le": "utf-16", "utf-16be": "utf-16", "windows-1252": "windows-1252"}[st.Charset]
	b.WriteString(`<?xml version="1.0" encoding="` + charset + `"?>` + "\n")
	root.write(&b, 0, st)
	b.WriteString("\n")
	return b.String()
}

// rows adds the rows of a list's things, and of those inside them, to tables.
func (st style) rows(l list, owner string, owned int, tables map[string][]el, order *[]string) {
	if _, ok := tables[l.name]; !ok {
		tables[l.name] = []el{}
		*order = append(*order, l.name)
	}
	for _, t := range l.things {
		row := el{tag: l.name}
		n := len(tables[l.name]) + 1
		row.kids = append(row.kids, el{tag: l.name + "_Id", text: strconv.Itoa(n)})
		for _, p := range t.props {
			if p.there {
				row.kids = append(row.kids, el{tag: cmpOr(p.name, "Value"), text: p.text})
			}
		}
		if owner != "" {
			row.kids = append(row.kids, el{tag: owner + "_Id", text: strconv.Itoa(owned)})
		}
		tables[l.name] = append(tables[l.name], row)
		for _, sub := range t.lists {
			st.rows(sub, l.name, n, tables, order)
		}
	}
}

func cmpOr(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func (st style) element(t thing, prefix string) el {
	e := el{tag: prefix + t.sort}
	for _, p := range t.props {
		switch {
		case !p.there:
		case p.name == "":
			e.text = p.text
		case st.Form == "attributes":
			e.attrs = append(e.attrs, [2]string{p.name, p.text})
		case st.Form == "bag":
			e.kids = append(e.kids, el{tag: "P", attrs: [][2]string{{"Name", p.name}, {"Value", p.text}}})
		case st.Form == "pairs":
			e.kids = append(e.kids, el{tag: "Entry", kids: []el{{tag: "Key", text: p.name}, {tag: "Value", text: p.text}}})
		default:
			e.kids = append(e.kids, el{tag: prefix + p.name, text: p.text, cdata: st.Form == "cdata" && p.sort == 't'})
		}
	}
	for _, l := range t.lists {
		var kids []el
		for _, t := range l.things {
			kids = append(kids, st.element(t, prefix))
		}
		if st.Around {
			kids = []el{{tag: prefix + l.name + "List", kids: kids}}
		}
		e.kids = append(e.kids, kids...)
	}
	return e
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (st style) json(head []prop, top list, alone bool) string {
	if alone {
		return st.jsonThing(top.things[0], 0) + "\n"
	}
	var members []string
	for _, p := range head {
		members = append(members, st.member(p))
	}
	var all []string
	for _, t := range top.things {
		all = append(all, st.jsonThing(t, 2))
	}
	members = append(members, st.key("items")+st.array(1, all...))
	return st.object(0, members...) + "\n"
}

func (st style) key(name string) string {
	quoted, _ := marshal(name)
	if st.Indent {
		return string(quoted) + ": "
	}
	return string(quoted) + ":"
}

func (st style) member(p prop) string { return st.key(p.name) + st.jsonValue(p) }

func (st style) jsonValue(p prop) string {
	if p.sort == 'n' || p.sort == 'i' || p.sort == 'b' && slices.Contains([]string{"true", "false", "1", "0", "-1"}, p.text) {
		return p.text
	}
	if p.sort == 't' && p.text == "" && st.Order%2 == 0 {
		return "null"
	}
	quoted, _ := marshal(p.text)
	return string(quoted)
}

func (st style) jsonThing(t thing, depth int) string {
	if len(t.props) == 1 && t.props[0].name == "" {
		return st.jsonValue(t.props[0])
	}
	var members []string
	for _, p := range t.props {
		if p.there {
			members = append(members, st.member(p))
		}
	}
	for _, l := range t.lists {
		var all []string
		for _, t := range l.things {
			all = append(all, st.jsonThing(t, depth+2))
		}
		members = append(members, st.key(l.name+"s")+st.array(depth+1, all...))
	}
	return st.object(depth, members...)
}

func (st style) object(depth int, members ...string) string {
	return st.bracket(depth, "{", "}", members)
}

func (st style) array(depth int, all ...string) string { return st.bracket(depth, "[", "]", all) }

func (st style) bracket(depth int, open, end string, all []string) string {
	if len(all) == 0 {
		return open + end
	}
	if !st.Indent {
		return open + strings.Join(all, ",") + end
	}
	pad := "\n" + strings.Repeat("  ", depth)
	return open + pad + "  " + strings.Join(all, ","+pad+"  ") + pad + end
}

func (st style) line(p prop) string {
	if st.Indent {
		return p.name + " = " + p.text + "\n"
	}
	return p.name + "=" + p.text + "\n"
}

func (st style) iniHead(head []prop) string {
	text := ""
	if len(head) > 0 {
		text = "[Header]\n"
	}
	for _, p := range head {
		text += st.line(p)
	}
	if st.Form == "nested" && text != "" {
		text += "[End]\n"
	}
	return text
}

func (st style) sections(all []thing) string {
	var text strings.Builder
	for _, t := range all {
		text.WriteString("[" + t.sort + "]\n")
		for _, p := range t.props {
			if p.there {
				text.WriteString(st.line(p))
			}
		}
		for _, l := range t.lists {
			text.WriteString(st.sections(l.things))
		}
	}
	return text.String()
}

func (st style) nested(all []thing, depth int) string {
	var text strings.Builder
	for _, t := range all {
		text.WriteString("[" + t.sort + "]\n")
		for _, p := range t.props {
			if p.there {
				p.name = cmpOr(p.name, "Value")
				text.WriteString(st.line(p))
			}
		}
		for _, l := range t.lists {
			text.WriteString(st.nested(l.things, depth+1))
		}
		text.WriteString("[End]\n")
	}
	return text.String()
}

func (st style) numbered(all []thing) string {
	var text strings.Builder
	for i, t := range all {
		text.WriteString(fmt.Sprintf("[%s%d]\n", t.sort, i+1) + st.numberedKeys("", t))
	}
	return text.String()
}

func (st style) numberedKeys(before string, t thing) string {
	var text strings.Builder
	for _, p := range t.props {
		if p.there {
			text.WriteString(st.line(prop{name: before + p.name, text: p.text}))
		}
	}
	for _, l := range t.lists {
		for i, t := range l.things {
			text.WriteString(st.numberedKeys(fmt.Sprintf("%s%s%d", before, t.sort, i+1), t))
		}
	}
	return text.String()
}

func (st style) records(head []prop, top list) string {
	var text strings.Builder
	if len(head) > 0 {
		row := []string{"HEAD"}
		for _, p := range head {
			row = append(row, p.text)
		}
		text.WriteString(st.record(row))
	}
	text.WriteString(st.recordsOf(top.things))
	return text.String()
}

func (st style) recordsOf(all []thing) string {
	var text strings.Builder
	for _, t := range all {
		row := []string{strings.ToUpper(t.sort)}
		for _, p := range t.props {
			row = append(row, p.text)
		}
		text.WriteString(st.record(row))
		for _, l := range t.lists {
			text.WriteString(st.recordsOf(l.things))
		}
	}
	return text.String()
}

func (st style) record(row []string) string {
	for i, field := range row {
		if strings.ContainsAny(field, "\"|\n") {
			row[i] = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
		}
	}
	for len(row) < 26 {
		row = append(row, "")
	}
	return strings.Join(row, "|") + "\n"
}
