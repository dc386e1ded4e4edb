package template

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// A place as it is written: what it stands for, then its forms.
var placeSyntax = regexp.MustCompile(`\{(@?[a-z0-9_.\[\]]+(?: (?:or )?[a-z0-9_.\[\]]+)*)((?:\|[^|{}]*)*)\}`)

// content reads a text or an attribute value of the template.
func (c *compiler) content(text string, in *inner) (content, error) {
	at := placeSyntax.FindStringSubmatchIndex(text)
	if at == nil {
		return content{before: text}, nil
	}
	what, forms := text[at[2]:at[3]], text[at[4]:at[5]]
	if placeSyntax.MatchString(text[at[1]:]) {
		return c.several(text, in)
	}
	if what == "@open" {
		return content{before: text[:at[0]] + "{" + text[at[1]:]}, nil
	}
	p := &place{source: text[at[0]:at[1]]}
	if err := c.bind(p, what, in); err != nil {
		return content{}, err
	}
	if err := c.forms(p, forms); err != nil {
		return content{}, err
	}
	return content{before: text[:at[0]], after: text[at[1]:], place: p}, nil
}

// several reads a text with more places than one, of which none is read.
func (c *compiler) several(text string, in *inner) (content, error) {
	var parts []content
	from := 0
	for _, at := range placeSyntax.FindAllStringIndex(text, -1) {
		part, err := c.content(text[from:at[1]], in)
		if err != nil {
			return content{}, err
		}
		if part.place == nil || part.place.made == nil || part.place.elements != nil || part.place.serial != nil {
			return content{}, fmt.Errorf("%q has two places; a text has one, as reading could not tell them apart, or copies only, as in {@copy name}", text)
		}
		parts, from = append(parts, part), at[1]
	}
	made := func(s *scope) string {
		var b strings.Builder
		for i := range parts {
			part, _ := parts[i].text(s, true)
			b.WriteString(part)
		}
		return b.String()
	}
	return content{after: text[from:], place: &place{source: text[:from], made: made}}, nil
}

// bind says what a place stands for.
func (c *compiler) bind(p *place, what string, in *inner) error {
	word, rest, _ := strings.Cut(what, " ")
	switch word {
	case "@n":
		return c.bindNumber(p, rest, in)
	case "@parent":
		return c.bindOwner(p, rest, in)
	case "@guid":
		p.made, p.key = identifier, "guid"
		return in.needList(what)
	case "@count":
		l, err := newList(in.scope, rest)
		if groups, none := newBy(in.scope, rest); none == nil {
			l, err = groups, nil
		}
		if err != nil {
			return err
		}
		p.made = counter(l)
		return nil
	case "@elements":
		but := 0
		if rest != "" {
			var err error
			if but, err = strconv.Atoi(rest); err != nil {
				return fmt.Errorf("{%s} counts all elements but %q; expected a number", what, rest)
			}
		}
		p.elements = &but
		p.made = func(*scope) string { return "0" } // until all elements are there
		return nil
	case "@unit":
		return c.bindUnit(p, rest, in)
	case "@serial", "@last":
		return c.bindSerial(p, word == "@last", strings.Fields(rest))
	case "@copy":
		return c.bindCopy(p, rest, in)
	case "@of":
		p.which = true
		if err := c.bindFields(p, rest, in); err != nil {
			return err
		}
		c.t.which[p.refs[0].Path(in.path)] = p
		return nil
	}
	if strings.HasPrefix(word, "@") {
		return fmt.Errorf("{%s} is nothing that can be made; expected @n, @count, @elements, @serial, @last, @parent, @guid, @of, @unit, @copy or @open", word)
	}
	if list, field, joined := strings.Cut(what, "[]."); joined {
		return c.bindJoined(p, list, field, in)
	}
	return c.bindFields(p, what, in)
}

// needList is for what only the items of a list have, and have by their number.
func (in *inner) needList(what string) error {
	if in.list == nil {
		return fmt.Errorf("{%s} is for the items of a list", what)
	}
	in.number()
	return nil
}

// bindNumber binds the number of an item in its list, counted from the list's first number or another one.
func (c *compiler) bindNumber(p *place, from string, in *inner) error {
	p.made = number
	if in.list != nil {
		p.key = "n" + strconv.Itoa(in.list.first)
	}
	if from != "" {
		first, err := strconv.Atoi(from)
		if err != nil {
			return fmt.Errorf("{@n %s} counts from %q; expected a number", from, from)
		}
		p.made, p.key = func(s *scope) string { return strconv.Itoa(s.number + first) }, "n"+from
	}
	return in.needList("@n")
}

// bindOwner binds what names the item that an item of a list through lists belongs to: its number, or a field.
func (c *compiler) bindOwner(p *place, field string, in *inner) error {
	if in.list == nil || len(in.list.refs) < 2 {
		return fmt.Errorf(`{@parent} is for the items of a list through lists, as in kp:each="alerts[].rules"`)
	}
	in.number()
	owner := in.list.refs[len(in.list.refs)-2]
	if field == "guid" {
		p.owner, p.key = identifier, field
		return nil
	}
	if from, err := strconv.Atoi(field); err == nil {
		p.key = "n" + field
		p.owner = func(s *scope) string { return strconv.Itoa(s.number + from) }
		return nil
	}
	if field == "" {
		from := c.first[strings.TrimSuffix(in.path, "[]."+in.list.last().Name+"[]")]
		p.owner, p.key = func(s *scope) string { return strconv.Itoa(s.number + from) }, "n"+strconv.Itoa(from)
		return nil
	}
	ref, ok := fields.Resolve(owner.Type.Elem(), field)
	if !ok || !fields.IsScalar(ref.Type) {
		return fmt.Errorf("%q is no value of the items of %s", field, owner.Name)
	}
	p.owner = formatted(ref)
	return nil
}

// formatted makes the text of a field.
func formatted(ref *fields.Ref) maker {
	return func(s *scope) string {
		v, _ := ref.Get(s.item)
		return fields.Format(v)
	}
}

// bindCopy binds a field that has its place elsewhere: of the item around, or of one of the list that is named.
func (c *compiler) bindCopy(p *place, what string, in *inner) error {
	name, list, further := strings.Cut(what, " ")
	at := in
	for further && at != nil && (at.list == nil || at.list.name != list) {
		at = at.outer
	}
	if at == nil {
		return fmt.Errorf("{@copy %s} stands in no list %q", what, list)
	}
	ref, ok := fields.Resolve(at.scope, name)
	if !ok || !fields.IsScalar(ref.Type) {
		return fmt.Errorf("%q is no value of the model here", name)
	}
	p.refs, p.made = []*fields.Ref{ref}, formatted(ref)
	if !further {
		return nil
	}
	p.made = func(s *scope) string {
		for s.list != at.list {
			s = s.outer
		}
		return formatted(ref)(s)
	}
	for deeper := in; deeper != at.outer; deeper = deeper.outer {
		for _, e := range deeper.in {
			e.outer = true
		}
	}
	return nil
}

// bindFields binds a field, or alternatives.
func (c *compiler) bindFields(p *place, names string, in *inner) error {
	if in.again {
		return fmt.Errorf("inside kp:again stand copies only, as in {@copy %s}", names)
	}
	for name := range strings.SplitSeq(names, " or ") {
		ref, ok := fields.Resolve(in.scope, name)
		if ok && ref.Type.Kind() == reflect.Slice && fields.IsScalar(ref.Type.Elem()) && !p.which {
			return c.bindJoined(p, name, ".", in)
		}
		if !ok || !fields.IsScalar(ref.Type) {
			return fmt.Errorf("%q is no value of the model here", name)
		}
		p.refs = append(p.refs, ref)
		if p.which {
			in.show(ref)
			continue
		}
		if err := c.claim(ref.Path(in.path), p); err != nil {
			return err
		}
		in.show(ref)
	}
	return nil
}

// bindJoined binds a list whose texts stand in one.
func (c *compiler) bindJoined(p *place, list, field string, in *inner) error {
	if in.again {
		return fmt.Errorf("inside kp:again stand copies only, and no list")
	}
	ref, ok := fields.Resolve(in.scope, list)
	if !ok || ref.Type.Kind() != reflect.Slice {
		return fmt.Errorf("%q is no list of the model here", list)
	}
	of, ok := fields.Resolve(ref.Type.Elem(), field)
	if !ok || !fields.IsScalar(of.Type) {
		return fmt.Errorf("%q is no value of the items of %s", field, list)
	}
	p.list, p.refs = ref, []*fields.Ref{of}
	in.show(ref)
	path := ref.Path(in.around())
	if known, taken := c.t.places[path]; taken && known == nil {
		return fmt.Errorf("the items of %s have elements of their own already", list)
	}
	c.t.places[path] = p
	return c.claim(of.Path(path+"[]"), p)
}

// claim notes that the field at the generic path has a place. It has one only, or reading could not tell which counts.
func (c *compiler) claim(path string, p *place) error {
	if _, taken := c.t.places[path]; taken {
		return fmt.Errorf("%s has a place already; {@copy …} writes it a second time", path)
	}
	c.t.places[path] = p
	return nil
}

// forms binds what stands behind a place.
func (c *compiler) forms(p *place, text string) error {
	joined := p.list == nil
	for name := range strings.SplitSeq(strings.TrimPrefix(text, "|"), "|") {
		if name == "" && text == "" {
			break
		}
		if name == "always" {
			p.always = true
			continue
		}
		if joint, ok := joint(name); ok && p.list != nil && !joined {
			p.joint, joined = joint, true
			continue
		}
		if leads, ok := strings.CutPrefix(name, "led "); ok && len(p.refs) > 1 {
			if p.led, ok = c.own.Values[leads]; !ok {
				return fmt.Errorf("the dialect has no values %q", leads)
			}
			continue
		}
		f, err := c.form(p, name)
		if err != nil {
			return err
		}
		if p.list != nil && !joined {
			p.each = append(p.each, f)
		} else {
			p.forms = append(p.forms, f)
		}
	}
	if !joined {
		return fmt.Errorf("%s is a list; say what stands between its texts, as in {systems|join ;}", p.source)
	}
	return nil
}

// joint gives what stands between the texts of a list.
func joint(form string) (string, bool) {
	if form == "lines" {
		return "\n", true
	}
	text, ok := strings.CutPrefix(form, "join ")
	return jointMarks.Replace(text), ok
}

// jointMarks are what a joint has for characters that places have for themselves.
var jointMarks = strings.NewReplacer(`\p`, "|", `\o`, "{", `\c`, "}", `\n`, "\n", `\r`, "\r", `\\`, `\`)

// Joint gives a text between the texts of a list as a place has it behind join.
func Joint(text string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\p`, "{", `\o`, "}", `\c`, "\n", `\n`, "\r", `\r`).Replace(text)
}

// form finds a form by its name. A map is closed for values of which the model knows all.
func (c *compiler) form(p *place, name string) (Form, error) {
	if f, ok := builtIn(name); ok {
		if b, is := f.(breaks); is && !slices.Contains(c.t.breaks, b) {
			c.t.breaks = append(c.t.breaks, b)
		}
		return f, nil
	}
	if f, ok := fileForm(name); ok && p.made != nil {
		return f, nil
	}
	values, ok := c.own.Values[name]
	if !ok {
		return nil, fmt.Errorf("there is no form %q; expected one of %s, or one of the dialect's values", name, strings.Join(Names(), ", "))
	}
	v, err := NewValues(values, p.which || p.unit || p.made == nil && len(p.refs) > 0 && isClosed(p.refs[0].Type), p.which)
	if v != nil {
		v.name = name
	}
	return v, err
}

func isClosed(t reflect.Type) bool { return t.Kind() == reflect.Bool || pack.Allowed(t) != nil }
