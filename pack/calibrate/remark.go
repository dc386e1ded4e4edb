package calibrate

import (
	"slices"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
)

// remark gives the comment that may say how many items the files have: the one with a number, in or around the root element of each.
func (l *learned) remark() *spot {
	s := &spot{where: l.root.tag + "/" + artifact.Comments, name: artifact.Comments, kind: l.root.kind}
	if len(l.root.parts) != len(l.docs) {
		return nil
	}
	for i, doc := range l.docs {
		numbers := numberComments(doc)
		if len(numbers) != 1 || doc.Format.Format != "xml" {
			return nil
		}
		s.copies = append(s.copies, copied{commentText(numbers[0]), true, l.root.parts[i].s})
	}
	s.sort = constant
	if r := s.asCount(); r != nil {
		s.found = []reading{*r}
	} else {
		s.guessCount()
	}
	if len(s.found) > 0 {
		s.outcome, s.sort = &s.found[0], made
	}
	return s
}

// numberComments gives the comments in and around a document's root element that have one number in them, and no date.
func numberComments(doc *container.Document) []etree.Token {
	return slices.DeleteFunc(comments(doc), func(t etree.Token) bool {
		_, ok := t.(*etree.Comment)
		return !ok || !isCount.MatchString(commentText(t))
	})
}
