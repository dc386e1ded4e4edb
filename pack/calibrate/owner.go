package calibrate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/fields"
)

// asOwner tries what names the item that an item belongs to: its number, an id, or a field of it.
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
	if p.all(guidText) && p.tellsOwners() {
		r := p.asGUID()
		r.made = "@parent guid"
		return r
	}
	return nil
}

// tellsOwners reports whether the items of one owner have one text, and those of no two the same.
func (p *spot) tellsOwners() bool {
	of, owner := map[uintptr]string{}, map[string]uintptr{}
	for _, c := range p.copies {
		id := c.s.outer.id()
		if known, ok := of[id]; ok && known != c.text {
			return false
		}
		if known, ok := owner[c.text]; ok && known != id {
			return false
		}
		of[id], owner[c.text] = c.text, id
	}
	return true
}

// id tells the item from all others of its type, whichever list led to it.
func (s *scope) id() uintptr { return s.item.Addr().Pointer() }

// settleOwners makes sure of what names the items that others belong to: it stands in the owners' own rows. Where several places fit, as
// each owner has one item, it is the one that is called as in the owner's row; the others are the item's own.
func (n *node) settleOwners() {
	rows := map[string][]*node{}
	n.eachList(func(o *node) { rows[o.kind.path] = append(rows[o.kind.path], o) })
	n.eachList(func(o *node) {
		if o.kind.through {
			o.settleOwner(rows[fields.List(strings.TrimSuffix(o.kind.path, "[]"))+"[]"])
		}
	})
}

func (n *node) settleOwner(owners []*node) {
	var fit []*spot
	called := false
	for _, s := range n.spots {
		if s.outcome == nil || !s.namesOwner() {
			continue
		}
		for _, o := range owners {
			for _, key := range o.spots {
				if key.isKeyOf(s) {
					fit = append(fit, s)
					called = called || key.name == s.name
				}
			}
		}
	}
	if len(fit) < 1 {
		return
	}
	for _, s := range n.spots {
		if s.outcome == nil || !s.namesOwner() {
			continue
		}
		right := slices.Contains(fit, s)
		if called {
			right = right && slices.ContainsFunc(owners, func(o *node) bool {
				return slices.ContainsFunc(o.spots, func(key *spot) bool { return key.name == s.name && key.isKeyOf(s) })
			})
		}
		if !right {
			s.outcome = s.asMade()
			if s.sort = made; s.outcome == nil {
				s.sort = s.generated()
			}
		}
	}
}

// namesOwner reports whether the spot has the number or the id of the item that its own belongs to.
func (s *spot) namesOwner() bool {
	what, ok := strings.CutPrefix(s.outcome.made, "@parent ")
	return ok && (what == "guid" || strings.Trim(what, "0123456789") == "")
}

// isKeyOf reports whether the spot has, in the row of each owner, what the other spot has in those of its items.
func (s *spot) isKeyOf(of *spot) bool {
	texts := map[uintptr]string{}
	for _, c := range s.copies {
		if c.present {
			texts[c.s.id()] = c.text
		}
	}
	return !slices.ContainsFunc(of.copies, func(c copied) bool { return texts[c.s.outer.id()] != c.text })
}
