package synth

import (
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Kinds of values, each the key that holds what it takes; per goes with once.
var kinds = []string{"choice", "number", "address", "uuid", "hex", "time", "once", "per"}

// define reads a value, once.
func (r *reader) define(d *def) {
	if d.read {
		return
	}
	d.reading = true
	d.drawer, d.length = r.drawer(d.node)
	d.reading, d.read = false, true
}

// drawer reads what draws a value, and the most bytes it comes to; nil after a diagnostic.
func (r *reader) drawer(n *yaml.Node) (drawer, int) {
	switch n.Kind {
	case yaml.ScalarNode:
		t, length := r.text(n)
		return &choice{texts: []text{t}, picker: picker{[]uint64{1}, 1}}, length
	case yaml.SequenceNode:
		return r.choice(n)
	}
	in := r.mapping(n, kinds)
	if len(in) == 2 && in["once"] != nil && in["per"] != nil || len(in) == 1 && in["once"] != nil {
		return r.once(in["once"], in["per"])
	}
	if len(in) == 1 {
		for kind, value := range in {
			return r.kind(n, kind, value)
		}
	}
	r.bad(n, "value-kind", "", "expected one key that says what the value is: %s", strings.Join(kinds[:len(kinds)-1], ", "))
	return nil, 0
}

func (r *reader) kind(n *yaml.Node, kind string, value *yaml.Node) (drawer, int) {
	switch kind {
	case "choice":
		return r.choice(value)
	case "number":
		return r.number(value)
	case "address":
		return r.address(value)
	case "uuid":
		if s, ok := r.scalar(value, `"random"`); ok && s != "random" {
			r.bad(value, "bad-value", "", `%q is no way to make a UUID; expected "random"`, s)
		}
		return uuid{}, 36
	case "hex":
		length := r.whole(value, 1024)
		return hex(length), length
	case "time":
		layout, ok := r.scalar(value, `a layout of Go's, as "2006-01-02T15:04:05Z07:00"`)
		if !ok {
			return nil, 0
		}
		return clock(layout), 4 * len(layout) // "Jan" may come to "January", but not to four times itself
	}
	r.bad(n, "value-kind", "", `"per" goes with "once"`)
	return nil, 0
}

// choice reads a list of texts, or a mapping of texts to weights.
func (r *reader) choice(n *yaml.Node) (drawer, int) {
	c := &choice{}
	longest := 0
	add := func(n *yaml.Node, weight int) {
		t, length := r.text(n)
		c.texts = append(c.texts, t)
		c.add(uint64(weight))
		longest = max(longest, length)
	}
	if n.Kind == yaml.SequenceNode {
		for _, child := range n.Content {
			add(child, 1)
		}
	} else {
		for _, pair := range r.pairs(n) {
			add(pair[0], r.whole(pair[1], maxWeight))
		}
	}
	if len(c.texts) == 0 {
		r.bad(n, "bad-value", "", "there is nothing to choose from; expected a list of texts, or a mapping of texts to weights")
		return nil, 0
	}
	return c, longest
}

var rangeForm = regexp.MustCompile(`^(\d{1,15})(?:\.(\d{1,6}))?(?:-(\d{1,15})(?:\.(\d{1,6}))?)?$`)

// number reads a mapping of ranges to weights.
func (r *reader) number(n *yaml.Node) (drawer, int) {
	out := &number{}
	pairs := r.pairs(n)
	forms := make([][]string, len(pairs))
	for i, pair := range pairs {
		m := rangeForm.FindStringSubmatch(pair[0].Value)
		if m == nil {
			r.bad(pair[0], "bad-value", "", "%q is no range; expected one as 1-20 or 0.01-1.50", pair[0].Value)
			return nil, 0
		}
		forms[i] = m
		out.decimals = max(out.decimals, len(m[2]), len(m[4]))
	}
	for i, m := range forms {
		s := span{from: scaled(m[1], m[2], out.decimals)}
		if s.to = s.from; m[3] != "" {
			s.to = scaled(m[3], m[4], out.decimals)
		}
		if s.to < s.from || s.to > math.MaxInt64 {
			r.bad(pairs[i][0], "bad-value", "", "the range %q ends before it begins, or too high", pairs[i][0].Value)
		}
		out.ranges = append(out.ranges, s)
		out.add(uint64(r.whole(pairs[i][1], maxWeight)))
	}
	if len(pairs) == 0 {
		r.bad(n, "bad-value", "", "there is no range; expected a mapping of ranges as 1-20 to weights")
		return nil, 0
	}
	return out, 24
}

// scaled gives a number in units of its last decimal, the highest there is for one that is too large.
func scaled(whole, fraction string, decimals int) uint64 {
	fraction += strings.Repeat("0", decimals-len(fraction))
	value, err := strconv.ParseUint(whole+fraction, 10, 64)
	if err != nil {
		return math.MaxUint64
	}
	return value
}

// address reads a list of ranges in CIDR form.
func (r *reader) address(n *yaml.Node) (drawer, int) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.bad(n, "wrong-type", "", "expected a list of address ranges as 192.0.2.0/24")
		return nil, 0
	}
	var a address
	for _, child := range n.Content {
		s, _ := r.scalar(child, "an address range as 192.0.2.0/24")
		p, err := netip.ParsePrefix(s)
		if err != nil {
			r.bad(child, "bad-value", "", "%q is no range of addresses; expected one as 192.0.2.0/24", s)
			continue
		}
		a = append(a, p.Masked())
	}
	if len(a) == 0 {
		return nil, 0
	}
	return a, 39
}

func (r *reader) once(n, per *yaml.Node) (drawer, int) {
	t, length := r.text(n)
	o := &once{text: t, index: r.spec.kept, per: none}
	r.spec.kept++
	if per == nil {
		return o, length
	}
	if name, ok := r.scalar(per, "the name of a value"); ok {
		o.per = r.slot(name, r.file.Locate(per, -1, -1))
	}
	return o, length
}
