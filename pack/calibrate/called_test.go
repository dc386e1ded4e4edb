package calibrate_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
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

// TestCalledInEachOther: alerts and their rules are called by their names and titles, and each alert has a date of its own, which the
// console makes.
func TestCalledInEachOther(t *testing.T) {
	odd := regexp.MustCompile(`[^A-Za-z0-9_]`)
	name := func(text string) string {
		return odd.ReplaceAllStringFunc(text, func(c string) string { return fmt.Sprintf("_x%04X_", []rune(c)[0]) })
	}
	for form, write := range map[string]func(a pack.Alert, date string) string{
		"XML": func(a pack.Alert, date string) string {
			text := "<" + name(a.Name) + " Made=\"" + date + "\">"
			for _, r := range a.Rules {
				text += "<" + name(r.Title) + "><S>" + r.EventSource + "</S><U>" + r.User + "</U></" + name(r.Title) + ">"
			}
			return text + "<G>" + a.Group + "</G><D>" + escapes().Replace(a.Description) + "</D></" + name(a.Name) + ">"
		},
		"JSON": func(a pack.Alert, date string) string {
			text := fmt.Sprintf("%q:{\"made\":%q", a.Name, date)
			for _, r := range a.Rules {
				text += fmt.Sprintf(",%q:{\"s\":%q,\"u\":%q}", "rule "+r.Title, r.EventSource, r.User)
			}
			return text + fmt.Sprintf(",\"g\":%q,\"d\":%q}", a.Group, a.Description)
		},
	} {
		t.Run(form, func(t *testing.T) {
			sample := func(salt int) calibrate.Sample {
				p := doors(salt)
				var all []string
				for i, a := range p.Alerts {
					all = append(all, write(a, fmt.Sprintf("2026-01-0%dT00:0%d:00", salt, i)))
				}
				text := "<X>" + strings.Join(all, "") + "</X>"
				if form == "JSON" {
					text = `{"version":"3.1",` + strings.Join(all, ",") + "}"
				}
				return calibrate.Sample{Pack: p, File: artifact.File{Name: "a.isalt", Data: []byte(text)}}
			}
			learnAndRead(t, []calibrate.Sample{sample(1)}, sample(2))
		})
	}
}
