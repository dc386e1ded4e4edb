package calibrate_test

import (
	"fmt"
	"slices"
)

// Consoles that call items by their names, and say them nowhere else.

// calledBy takes what a thing is called out of it.
func calledBy(t thing) (string, thing) {
	at := slices.IndexFunc(t.props, func(p prop) bool { return p.name == "Title" })
	if at < 0 {
		at = slices.IndexFunc(t.props, func(p prop) bool { return p.name == "Caption" })
	}
	name := t.props[at].text
	t.props = slices.Delete(slices.Clone(t.props), at, at+1)
	return name, t
}

// keyed writes an object of JSON with a member for each thing.
func (st style) keyed(_ []prop, top list) string {
	var members []string
	for _, t := range top.things {
		name, rest := calledBy(t)
		members = append(members, st.key(name)+st.jsonThing(rest, 2))
	}
	return st.object(0, st.key("version")+"3", st.key("items")+st.object(1, members...)) + "\n"
}

// calledSections writes a section for each thing, and one for each of those inside by its way and number.
func calledSections(sort string, t thing, named bool) string {
	name, rest := calledBy(t)
	if named {
		rest = t
	}
	text := "[" + sort + ":" + name + "]\n" + plain(rest, "", "=")
	for _, l := range rest.lists {
		for i, inner := range l.things {
			text += inSection(fmt.Sprintf("%s:%s:%s %d", sort, name, inner.sort, i+1), inner)
		}
	}
	return text
}

func inSection(way string, t thing) string {
	text := "[" + way + "]\n" + plain(t, "", "=")
	for _, l := range t.lists {
		for i, inner := range l.things {
			text += inSection(fmt.Sprintf("%s:%s %d", way, inner.sort, i+1), inner)
		}
	}
	return text
}
