package template

import (
	"strings"

	"github.com/beevik/etree"
)

// remark is a comment with a text in it that is made of the pack, as a number of items is.
type remark struct {
	*etree.Comment
	content
}

// copied gives a token that is copied: a remark, of a comment with a place in it.
func (c *compiler) copied(t etree.Token, in *inner) etree.Token {
	comment, ok := t.(*etree.Comment)
	if !ok || !strings.Contains(comment.Data, "{@") {
		return t
	}
	text, err := c.content(comment.Data, in)
	switch {
	case err != nil:
		c.fault(t, "%v", err)
	case text.place == nil:
		return etree.NewComment(text.before)
	case text.place.made == nil || text.place.elements != nil || text.place.serial != nil:
		c.fault(t, "%s is not for a comment; expected {@count …}, or another that is made of the item around", text.place.source)
	}
	return &remark{comment, text}
}

// update writes what the comment says now over what it said.
func (r *remark) update(tokens []etree.Token, old, now *scope) {
	before, _ := r.text(old, true)
	after, _ := r.text(now, true)
	for _, t := range tokens {
		if comment, ok := t.(*etree.Comment); ok && comment.Data == before {
			comment.Data = after
			return
		}
	}
}

// updateRemarks writes the comments around the root element.
func (b *body) updateRemarks(doc *etree.Document, old, now *scope) {
	for _, tokens := range [][]etree.Token{b.prolog, b.epilog} {
		for _, t := range tokens {
			if r, ok := t.(*remark); ok {
				r.update(doc.Child, old, now)
			}
		}
	}
}
