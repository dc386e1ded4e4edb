package calibrate

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

// leastInside is the least number of bytes that are looked at as a document behind Base64, as many a word could be Base64.
const leastInside = 24

// readInside reads a text that is a document itself, perhaps behind Base64, and gives the forms it is behind. Faults of a document that
// is none are of no interest.
func readInside(at container.Place, text string) (*container.Document, string, bool) {
	if trimmed := strings.TrimLeft(text, " \t\r\n\ufeff"); trimmed != "" && strings.ContainsRune("<{[", rune(trimmed[0])) {
		doc, problem := container.ReadText(container.Format{}, at, text)
		return doc, "", problem == nil && isInside(doc, "xml", "json")
	}
	if len(text) < leastInside {
		return nil, "", false
	}
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, "", false
	}
	doc, problem := container.Read("", plain)
	return doc, "base64 ", problem == nil && isInside(doc, "xml", "json", "zip")
}

// isInside reports whether a text that was read is likely a document: in a container of those, with something in it.
func isInside(doc *container.Document, containers ...string) bool {
	root := doc.Tree.Root()
	return slices.Contains(containers, doc.Format.Format) && len(root.ChildElements())+len(root.Attr) > 0
}

// opens reports whether all texts of a spot are documents.
func (l *learner) opens(s *spot) bool {
	some := false
	for _, c := range s.copies {
		if c.text == "" {
			continue
		}
		if _, _, ok := readInside(container.Place{}, c.text); !ok {
			return false
		}
		some = true
	}
	return some
}

// inner learns the documents in the elements' texts.
func (l *learner) inner(n *node, where string) bool {
	var parts []part
	absent := slices.Clone(n.absent)
	for _, p := range n.parts {
		if p.x == nil || holdsElements(p.x) {
			return false
		}
		text := textOf(p.x)
		if text == "" {
			absent = append(absent, p.s)
			continue
		}
		doc, how, ok := readInside(container.Place{}, text)
		if !ok || n.inside != nil && n.behind != how {
			return false
		}
		if n.inside == nil {
			n.inside, n.behind = &doc.Format, how
		} else {
			both := n.inside.And(doc.Format)
			n.inside = &both
		}
		l.inside[&doc.Tree.Element] = doc
		parts = append(parts, part{x: doc.Tree.Root(), s: p.s})
	}
	if len(parts) == 0 {
		return false
	}
	tag := parts[0].x.FullTag()
	n.children = []*node{l.element(tag, where+"/"+tag, parts, absent, n.kind)}
	return true
}
