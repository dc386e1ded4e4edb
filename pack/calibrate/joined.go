package calibrate

import (
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/template"
)

// asJoined tries a list whose texts stand in one.
func (p *spot) asJoined(f *field) *reading {
	for _, form := range escapeForms {
		if r := p.asJoinedIn(f, form); r != nil {
			return r
		}
	}
	return nil
}

// asJoinedIn tries a list joined with its texts in a form. What has no texts may all have one text of its own.
func (p *spot) asJoinedIn(f *field, form string) *reading {
	joint, known := "", false
	none, nones, plainly := "", false, false
	distinct := map[string]bool{}
	for _, c := range p.copies {
		texts, ok := spellAll(form, f.texts(c.s))
		switch {
		case !ok:
			return nil
		case len(texts) > 1 && !known:
			if joint, known = jointOf(c.text, texts); !known {
				return nil
			}
		}
		switch {
		case len(texts) == 0 && c.text == "", len(texts) == 1 && c.text == "" && texts[0] == "":
			plainly = plainly || c.present
		case len(texts) == 0 && (!nones || none == c.text):
			none, nones = c.text, true
		case !c.present || c.text != strings.Join(texts, joint):
			return nil
		case strings.Trim(c.text, joint) != "":
			distinct[c.text] = true
		}
	}
	if !known || len(distinct) == 0 || nones && (plainly || !saysNothing(none)) {
		return nil
	}
	r := &reading{fields: []*field{f}, forms: piped(form) + "|join " + template.Joint(joint), distinct: len(distinct)}
	if nones {
		r.values = map[string]string{"": none}
	}
	return r
}

func spellAll(form string, texts []string) ([]string, bool) {
	if form == "" {
		return texts, true
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		spelled, ok := template.Spell(form, text)
		if !ok {
			return nil, false
		}
		all[i] = spelled
	}
	return all, true
}

// jointOf gives what stands between the texts of a list, which is no word.
func jointOf(whole string, texts []string) (string, bool) {
	joint, ok := between(whole, texts)
	return joint, ok && !strings.ContainsFunc(joint, isWord)
}

// between gives what stands between the texts, some of which may be empty: as much as the whole is longer than they are.
func between(whole string, texts []string) (string, bool) {
	rest := len(whole)
	for _, text := range texts {
		rest -= len(text)
	}
	size := rest / (len(texts) - 1)
	from := len(texts[0])
	if size < 1 || rest%(len(texts)-1) > 0 || from+size > len(whole) {
		return "", false
	}
	joint := whole[from : from+size]
	if whole != strings.Join(texts, joint) || !slices.ContainsFunc(texts, func(t string) bool { return t != "" }) {
		return "", false
	}
	return joint, true
}
