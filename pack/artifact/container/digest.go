package container

import (
	"hash/maphash"

	"github.com/beevik/etree"
)

var seed = maphash.MakeSeed()

// digest is of all the token says itself, without its children: as long as it is the same, the token keeps its spelling.
func digest(t etree.Token) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	write := func(texts ...string) {
		for _, s := range texts {
			h.WriteString(s)
			h.WriteByte(0xFF) // in no text that is valid UTF-8
		}
	}
	name := func(space, local string) { // whether or not it was taken apart
		if space != "" {
			h.WriteString(space)
			h.WriteByte(':')
		}
		write(local)
	}
	switch t := t.(type) {
	case *etree.Element:
		name(t.Space, t.Tag)
		for i := range t.Attr {
			name(t.Attr[i].Space, t.Attr[i].Key)
			write(t.Attr[i].Value)
		}
	case *etree.CharData:
		write(t.Data)
		if t.IsCData() {
			h.WriteByte(0)
		}
	case *etree.Comment:
		write(t.Data)
	case *etree.ProcInst:
		write(t.Target, t.Inst)
	case *etree.Directive:
		write(t.Data)
	}
	return h.Sum64()
}
