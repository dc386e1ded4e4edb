package calibrate

import (
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/template"
)

// asJoined tries a list whose texts stand in one.
func (p *spot) asJoined(f *field) *reading {
	for _, form := range textForms[:4] {
		if r := p.asJoinedIn(f, form); r != nil {
			return r
		}
	}
	return nil
}

func (p *spot) asJoinedIn(f *field, form string) *reading {
	joint, known := "", false
	distinct := map[string]bool{}
	for _, c := range p.copies {
		texts := f.texts(c.s)
		if len(texts) == 0 || !slices.ContainsFunc(texts, func(t string) bool { return t != "" }) {
			if c.text != "" {
				return nil
			}
			continue
		}
		texts, ok := spellAll(form, texts)
		if !ok {
			return nil
		}
		if len(texts) > 1 && !known {
			if joint, known = jointOf(c.text, texts); !known {
				return nil
			}
		}
		if !c.present || c.text != strings.Join(texts, joint) {
			return nil
		}
		distinct[c.text] = true
	}
	if !known {
		return nil
	}
	return &reading{fields: []*field{f}, forms: piped(form) + "|join " + template.Joint(joint), distinct: len(distinct)}
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

// jointOf gives what stands between the first two texts.
func jointOf(text string, texts []string) (string, bool) {
	rest, ok := strings.CutPrefix(text, texts[0])
	if !ok {
		return "", false
	}
	at := strings.Index(rest, texts[1])
	if at < 1 || texts[1] == "" || strings.ContainsFunc(rest[:at], isWord) {
		return "", false
	}
	return rest[:at], true
}
