package calibrate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

func newText(text string, cdata bool) *etree.CharData {
	if cdata {
		return etree.NewCData(text)
	}
	return etree.NewText(text)
}

// before writes what stands before a node in most of its copies: white space, comments, lines that say nothing.
func (e *emitter) before(n *node, x *etree.Element) {
	if n.tag == "" { // what stands before its elements stands in the group, but for what begins the file
		if len(n.parts) > 1 && len(n.parts[0].below) > 0 && len(n.parts[1].below) > 0 {
			for _, t := range lead(tokensBefore(n.parts[0].below[0]), tokensBefore(n.parts[1].below[0])) {
				x.AddChild(e.copyOf(t))
			}
		}
		return
	}
	copies := map[string][]etree.Token{}
	counts := map[string]int{}
	for _, p := range n.parts {
		tokens := tokensBefore(p.x)
		key := strings.Join(said(tokens), "\n")
		counts[key]++
		copies[key] = tokens
	}
	common := copies[most(counts)]
	if n.each != nil {
		for _, t := range lead(tokensBefore(n.parts[0].x), common) {
			x.AddChild(e.copyOf(t))
		}
	}
	for _, t := range common {
		x.AddChild(e.copyOf(t))
	}
}

// lead gives what stands before the first item and not before the others, as a comment that begins a file.
func lead(first, common []etree.Token) []etree.Token {
	rest := len(first) - len(common)
	if rest <= 0 || !slices.Equal(said(first[rest:]), said(common)) {
		return nil
	}
	return first[:rest]
}

// tokensBefore gives what stands between an element and the one before it.
func tokensBefore(x *etree.Element) []etree.Token {
	parent := x.Parent()
	if parent == nil {
		return nil
	}
	end := x.Index()
	from := end
	for from > 0 {
		if _, ok := parent.Child[from-1].(*etree.Element); ok {
			break
		}
		if d, ok := parent.Child[from-1].(*etree.ProcInst); ok && d.Target == "xml" { // it is the container's, with the white space after it
			if blank, ok := parent.Child[from].(*etree.CharData); ok && container.IsBlank(blank.Data) {
				from++
			}
			break
		}
		from--
	}
	return parent.Child[from:end]
}

// tokensAfter gives what stands behind an element's last one.
func tokensAfter(x *etree.Element) []etree.Token {
	from := len(x.Child)
	for from > 0 {
		if _, ok := x.Child[from-1].(*etree.Element); ok {
			break
		}
		from--
	}
	return x.Child[from:]
}

func said(tokens []etree.Token) []string {
	var all []string
	for _, t := range tokens {
		switch t := t.(type) {
		case *etree.CharData:
			all = append(all, "text "+t.Data)
		case *etree.Comment:
			all = append(all, "comment "+t.Data)
		case *etree.ProcInst:
			all = append(all, "instruction "+t.Target+" "+t.Inst)
		}
	}
	return all
}

// copyOf makes a token of the file one of the template. Where the file is no XML, what belongs to it stands in CDATA sections.
func (e *emitter) copyOf(t etree.Token) etree.Token {
	switch t := t.(type) {
	case *etree.CharData:
		return newText(strings.ReplaceAll(t.Data, "{", "{@open}"), t.IsCData() || e.format != "xml")
	case *etree.Comment:
		if e.format == "ini" {
			return etree.NewCData(strings.ReplaceAll(t.Data, "{", "{@open}") + "\n")
		}
		return etree.NewComment(t.Data)
	case *etree.ProcInst:
		if t.Target != "xml" { // the declaration is the container's
			return etree.NewProcInst(t.Target, t.Inst)
		}
	case *etree.Directive:
		return etree.NewDirective(t.Data)
	}
	return etree.NewText("")
}

// after writes what stands before the end tags of most copies that hold elements.
func (e *emitter) after(elements []*etree.Element, x *etree.Element) {
	copies := map[string][]etree.Token{}
	counts := map[string]int{}
	for _, copy := range elements {
		if !holdsElements(copy) {
			continue
		}
		tokens := tokensAfter(copy)
		key := strings.Join(said(tokens), "\n")
		counts[key]++
		copies[key] = tokens
	}
	for _, t := range copies[most(counts)] {
		x.AddChild(e.copyOf(t))
	}
}

// elements are the node's copies, but for groups.
func (n *node) elements() []*etree.Element {
	var all []*etree.Element
	for _, p := range n.parts {
		if p.x != nil {
			all = append(all, p.x)
		}
	}
	return all
}

// cdata reports whether the text stands in a CDATA section in any of the copies.
func (n *node) cdata() bool {
	return slices.ContainsFunc(n.parts, func(p part) bool { return p.x != nil && inCData(p.x) })
}

func inCData(x *etree.Element) bool {
	return slices.ContainsFunc(x.Child, func(t etree.Token) bool {
		c, ok := t.(*etree.CharData)
		return ok && c.IsCData()
	})
}

// cdataNeeds are the characters that may be why a text stands in a CDATA section.
var cdataNeeds = []string{"&<", "&<>", "&<>\"", "&<>\"'", "&<>\n", "&<>\"'\n"}

// cdataNeed gives the characters for which all texts of a file that have any stand in CDATA sections, and no others do; empty where
// it is not that.
func cdataNeed(root *node) string {
	var texts, sections []string
	root.eachText(func(x *etree.Element) {
		switch text := textOf(x); {
		case text == "":
		case inCData(x):
			sections = append(sections, text)
		default:
			texts = append(texts, text)
		}
	})
	for _, need := range cdataNeeds {
		has := func(text string) bool { return strings.ContainsAny(text, need) }
		if len(sections) > 0 && !slices.ContainsFunc(texts, has) && !slices.ContainsFunc(sections, func(text string) bool { return !has(text) }) {
			return need
		}
	}
	return ""
}

// eachText calls yield with every copy of an element with a text.
func (n *node) eachText(yield func(x *etree.Element)) {
	if n.text != nil {
		for _, p := range n.parts {
			yield(p.x)
		}
	}
	if n.inside != nil {
		return
	}
	for _, c := range n.children {
		c.eachText(yield)
	}
}

// An element that holds nothing is spelled as the copies that do, or as others of its sort.
func (e *emitter) empty(n *node, x *etree.Element) {
	how := cmp.Or(e.spelledEmpty(n), most(e.empties[n.text != nil]))
	if how != "" && how != closed {
		x.CreateAttr("kp:empty", how)
	}
}

// closed is the spelling <a/> of an element that holds nothing, which templates need not state.
const closed = "closed"

// spelledEmpty tells how copies that hold nothing are spelled; empty where there are none.
func (e *emitter) spelledEmpty(n *node) string {
	for _, p := range n.parts {
		if p.x == nil || holdsElements(p.x) {
			continue
		}
		switch text := textOf(p.x); {
		case text == "" && inCData(p.x):
			return "cdata"
		case text == "" && e.endTags(p.x):
			return "pair"
		case text == "":
			return closed
		case len(n.children) > 0 && container.IsBlank(text):
			return "blank"
		}
	}
	return ""
}

// seeEmpty notes how elements that hold nothing are spelled, those of texts and others.
func (e *emitter) seeEmpty(n *node) {
	if how := e.spelledEmpty(n); how != "" && how != "blank" {
		sort := n.text != nil
		if e.empties[sort] == nil {
			e.empties[sort] = map[string]int{}
		}
		e.empties[sort][how]++
	}
	for _, c := range n.children {
		e.seeEmpty(c)
	}
}
