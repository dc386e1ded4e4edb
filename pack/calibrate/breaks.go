package calibrate

import (
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/template"
)

// hexCodes is the form whose codes stand for control characters, and so for line breaks. Without those it leaves texts as they are.
const hexCodes = "hexcodes"

// asBroken tries a field of which a text has line breaks that the file does not have: each is a code or a text of its own in it.
func (p *spot) asBroken(f *field) *reading {
	for _, form := range p.breakForms(f) {
		if r := p.asForm(f, form); r != nil {
			return r
		}
	}
	return nil
}

// breakForms gives the forms in which the first text with line breaks could stand: codes, or an escape and what a line break is then.
func (p *spot) breakForms(f *field) []string {
	const most = 16 // characters: a few escaped tags and codes are so long
	for _, c := range p.copies {
		text, _ := f.text(c.s)
		lines := strings.Split(text, "\n")
		if len(lines) < 2 || !c.present {
			continue
		}
		forms := []string{hexCodes}
		for _, form := range escapeForms {
			spelled, ok := spellAll(form, lines)
			if !ok {
				continue
			}
			mark, ok := between(c.text, spelled)
			if !ok || len(mark) > most || strings.Trim(mark, " \t") == "" || mark == "\n" {
				continue
			}
			forms = append(forms, strings.TrimPrefix(piped(form)+"|"+template.Breaks(mark), "|"))
		}
		return forms
	}
	return nil
}

// unbroken is the reading's form but for what it does to line breaks, which texts without any leave open.
func (r *reading) unbroken() string {
	form, _, _ := strings.Cut(r.forms, "|breaks ")
	return strings.TrimSuffix(form, piped(hexCodes))
}
