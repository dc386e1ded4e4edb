package calibrate

import (
	"reflect"
	"slices"

	"github.com/kpgen/kpgen/pack"
)

// asEnumeration tries a value of which there are few: each has a text of its own.
func (p *spot) asEnumeration(f *field) *reading {
	if f.ref.Type.Kind() == reflect.Bool {
		if r := p.asPresence(f); r != nil {
			return r
		}
	}
	to, from := map[string]string{}, map[string]string{}
	plain := true
	for _, c := range p.copies {
		text, zero := f.text(c.s)
		if !c.present || c.text == "" {
			if !zero {
				return nil
			}
			continue
		}
		if known, ok := to[text]; ok && known != c.text {
			return nil
		}
		if known, ok := from[c.text]; ok && known != text {
			return nil
		}
		to[text], from[c.text] = c.text, text
		plain = plain && text == c.text
	}
	if len(to) == 0 {
		return nil
	}
	r := &reading{fields: []*field{f}, distinct: len(to)}
	if plain {
		return r
	}
	r.values = to
	if f.ref.Type.Kind() == reflect.Bool && !completed(to) || !p.repeats(to) && !alike(to) && !isPair(to) {
		r.distinct, r.zero = 0, true
	}
	if r.zero && p.generated() != unexplained { // each has its own, and it is a date or an id
		return nil
	}
	return r
}

// asPresence tries a truth value that is told by whether the place is there, or by a text that is there only where it is true.
func (p *spot) asPresence(f *field) *reading {
	word, seen := "", map[bool]int{}
	for _, c := range p.copies {
		text, _ := f.text(c.s)
		truth := text == "true"
		if c.present != truth || seen[true] > 0 && truth && c.text != word {
			return nil
		}
		if seen[truth]++; truth {
			word = c.text
		}
	}
	if seen[true] == 0 || seen[false] == 0 {
		return nil
	}
	r := &reading{fields: []*field{f}, distinct: 2, values: map[string]string{"true": word}}
	if word == "true" {
		r.values = nil
	}
	if seen[true] < 2 || seen[false] < 2 { // that one stands where the other does may be chance
		r.distinct, r.zero = 0, true
	}
	return r
}

// repeats reports whether there are so many more copies than values that it can be no chance that each value has its own text.
func (p *spot) repeats(to map[string]string) bool {
	there := 0
	for _, c := range p.copies {
		if c.present && c.text != "" {
			there++
		}
	}
	return len(to) > 1 && there >= len(to)+3 || len(to) > 3 && there >= len(to)+2
}

// alike reports whether the texts are the values themselves but for case and what is no letter.
func alike(to map[string]string) bool {
	for value, text := range to {
		if letters(value) != letters(text) {
			return false
		}
	}
	return true
}

// words gives all that the field can be, of an enumeration or a truth value; nil of any other.
func (f *field) words() []string {
	if f.ref.Type.Kind() == reflect.Bool {
		return []string{"false", "true"}
	}
	return slices.DeleteFunc(slices.Clone(pack.Allowed(f.ref.Type)), func(word string) bool { return word == "" })
}

// truths are the ways programs write truth values.
var truths = [][2]string{{"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"}, {"1", "0"}, {"-1", "0"}, {"Y", "N"}, {"y", "n"}, {"Yes", "No"},
	{"YES", "NO"}, {"yes", "no"}, {"T", "F"}, {"on", "off"}, {"On", "Off"}, {"ON", "OFF"}, {"enabled", "disabled"}, {"Enabled", "Disabled"}}

// isPair reports whether both truth values have a text, and these are a pair programs use.
func isPair(to map[string]string) bool {
	return len(to) == 2 && slices.Contains(truths, [2]string{to["true"], to["false"]})
}

// completed adds the other text of a pair when one is seen and leaves no choice; it reports whether both are there.
func completed(to map[string]string) bool {
	if len(to) == 2 {
		return true
	}
	var fits [][2]string
	for _, pair := range truths {
		if to["true"] == pair[0] || to["false"] == pair[1] {
			fits = append(fits, pair)
		}
	}
	if len(fits) == 1 {
		to["true"], to["false"] = fits[0][0], fits[0][1]
	}
	return false
}
