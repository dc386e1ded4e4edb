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
	if n.tag == "" { // what stands before its elements stands in the group
		return
	}
	var all [][]etree.Token
	for _, p := range n.parts {
		all = append(all, e.free(tokensBefore(p.x)))
	}
	e.copyTo(x, mostSaid(all))
}

func (e *emitter) copyTo(x *etree.Element, tokens []etree.Token) {
	for _, t := range tokens {
		x.AddChild(e.copyOf(t))
	}
}

// around is what stands around the items of a list.
type around struct {
	lead    []etree.Token // before the first
	before  []etree.Token // before each, the first behind the lead
	between []etree.Token // before all but the first
	behind  []etree.Token // behind each
}

// around finds what stands around the items of the node's list and takes it, so that no other node tells it again. What stands before
// all but the first stands before each where the first has it behind what leads the list, behind each where the last has it behind
// it, and else between them.
func (e *emitter) around(n *node) around {
	var leads, gaps, rests [][]etree.Token
	for _, run := range n.runs() {
		leads = append(leads, e.free(tokensBefore(run[0].elements()[0])))
		for _, p := range run[1:] {
			gaps = append(gaps, e.free(tokensBefore(p.elements()[0])))
		}
		last := run[len(run)-1].elements()
		rests = append(rests, e.free(tokensBehind(last[len(last)-1])))
	}
	if len(gaps) == 0 {
		return around{}
	}
	lead, gap, rest := mostSaid(leads), mostSaid(gaps), mostSaid(rests)
	found := around{lead: lead}
	at := len(lead) - len(gap)
	switch {
	case at >= 0 && slices.Equal(said(lead[at:]), said(gap)):
		found.lead, found.before, gap = lead[:at], gap, nil
	case !isText(gap, e.format):
		return around{}
	case len(rest) >= len(gap) && slices.Equal(said(rest[:len(gap)]), said(gap)):
		found.behind = gap
		e.take(rests, len(gap), said(gap))
	default:
		found.between = gap
	}
	e.take(leads, len(found.lead), said(found.lead))
	e.take(gaps, len(gap), said(gap))
	return found
}

// runs gives the node's parts by the elements they stand in, in the order of the file.
func (n *node) runs() [][]part {
	var runs [][]part
	at := map[*etree.Element]int{}
	for _, p := range n.parts {
		if len(p.elements()) == 0 {
			continue
		}
		parent := p.elements()[0].Parent()
		if _, known := at[parent]; !known {
			at[parent], runs = len(runs), append(runs, nil)
		}
		runs[at[parent]] = append(runs[at[parent]], p)
	}
	for _, run := range runs {
		slices.SortStableFunc(run, func(a, b part) int { return a.elements()[0].Index() - b.elements()[0].Index() })
	}
	return runs
}

// isText reports whether the tokens are nothing but text, as comments of INI-like files are.
func isText(tokens []etree.Token, format string) bool {
	return !slices.ContainsFunc(tokens, func(t etree.Token) bool {
		_, isComment := t.(*etree.Comment)
		_, isText := t.(*etree.CharData)
		return !isText && !(isComment && format == "ini")
	})
}

// says reports whether there is more than white space.
func says(tokens []etree.Token) bool {
	return slices.ContainsFunc(tokens, func(t etree.Token) bool {
		text, isText := t.(*etree.CharData)
		return !isText || !container.IsBlank(text.Data)
	})
}

// take takes the first n tokens of every stretch in which they say this.
func (e *emitter) take(stretches [][]etree.Token, n int, what []string) {
	for _, tokens := range stretches {
		if len(tokens) < n || !slices.Equal(said(tokens[:n]), what) {
			continue
		}
		for _, t := range tokens[:n] {
			e.taken[t] = true
		}
	}
}

// free gives the tokens that no list has taken.
func (e *emitter) free(tokens []etree.Token) []etree.Token {
	return slices.DeleteFunc(slices.Clone(tokens), func(t etree.Token) bool { return e.taken[t] })
}

// mostSaid gives the stretch that stands most often.
func mostSaid(stretches [][]etree.Token) []etree.Token {
	copies, counts := map[string][]etree.Token{}, map[string]int{}
	for _, tokens := range stretches {
		key := strings.Join(said(tokens), "\n")
		counts[key]++
		copies[key] = tokens
	}
	return copies[most(counts)]
}

// textFrom is the text of tokens that are nothing else.
func textFrom(tokens []etree.Token) string {
	text := ""
	for _, t := range tokens {
		switch t := t.(type) {
		case *etree.CharData:
			text += t.Data
		case *etree.Comment:
			text += t.Data + "\n"
		}
	}
	return text
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

// tokensBehind gives what stands between an element and the one after it.
func tokensBehind(x *etree.Element) []etree.Token {
	all := x.Parent().Child
	from := x.Index() + 1
	end := from
	for end < len(all) {
		if _, ok := all[end].(*etree.Element); ok {
			break
		}
		end++
	}
	return all[from:end]
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

// literal is a text that stands in a template as it is.
func literal(text string) string { return strings.ReplaceAll(text, "{", "{@open}") }

// copyOf makes a token of the file one of the template. Where the file is no XML, what belongs to it stands in CDATA sections.
func (e *emitter) copyOf(t etree.Token) etree.Token {
	switch t := t.(type) {
	case *etree.CharData:
		return newText(literal(t.Data), t.IsCData() || e.format != "xml")
	case *etree.Comment:
		if e.format == "ini" {
			return etree.NewCData(literal(t.Data) + "\n")
		}
		if r := e.remark; r != nil && r.outcome != nil && r.copies[0].text == t.Data {
			return etree.NewComment(r.outcome.place(e.name, false))
		}
		return etree.NewComment(strings.ReplaceAll(t.Data, "{@", "{@open}@"))
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
	var all [][]etree.Token
	for _, copy := range elements {
		if holdsElements(copy) {
			all = append(all, e.free(tokensAfter(copy)))
		}
	}
	e.copyTo(x, mostSaid(all))
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
