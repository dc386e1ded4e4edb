package calibrate

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
)

// Characters that programs write in ways of their own, whatever the container does: each is looked for in the texts of the files.
const (
	anywhere   = `"\`  // in texts of any container: backslashes before them, quotes doubled
	inLines    = "&\n" // where no syntax says how: entities, \n
	ampersands = "&<"  // either shows how both are written
	beyond     = artifact.NotASCII
)

// assume says in the dialect what of the kind's values no file shows: characters, and words of enumerations.
func (l *learned) assume(facts *artifact.Facts, all []*learned) {
	shown := l.shown()
	for _, other := range all {
		if other.docs[0].Format.Format == l.docs[0].Format.Format {
			shown += other.shown()
		}
	}
	if l.open = l.unshown(shown); l.open != "" {
		facts.Assumed.Characters = put(facts.Assumed.Characters, string(l.kind), l.open)
	}
	l.root.eachSpot(func(s *spot) {
		if s.sort == unexplained || s.sort == ambiguous {
			facts.Unexplained = put(facts.Unexplained, l.kind, append(facts.Unexplained[l.kind], s.where))
		}
	})
	l.root.eachList(func(n *node) {
		for _, s := range n.spots {
			if s.outcome == nil || s.copyOf || len(s.outcome.fields) == 0 {
				continue
			}
			path := n.kind.pathOf(s.outcome.fields[0])
			if words := s.assumedWords(); len(words) > 0 {
				facts.Assumed.Words = put(facts.Assumed.Words, path, words)
			}
			if l.mixed() && s.outcome.isText() && slices.Contains(s.outcome.inferred, InferredForm) {
				if s.open = l.unshown(s.shown()); s.open != "" && s.open != l.open {
					facts.Assumed.Characters = put(facts.Assumed.Characters, path, s.open)
				}
			}
		}
	})
}

func put[K comparable, V any](all map[K]V, key K, v V) map[K]V {
	if all == nil {
		all = map[K]V{}
	}
	all[key] = v
	return all
}

// mixed reports whether the kind's texts are not all spelled in one form.
func (l *learned) mixed() bool { return len(l.habits.forms) > 1 }

// shown gives the watched characters that texts of the kind have.
func (l *learned) shown() string {
	shown := ""
	l.root.eachSpot(func(s *spot) { shown += s.shown() })
	if slices.ContainsFunc(l.samples, func(s Sample) bool { return !isASCII(container.Plain(s.File.Data)) }) {
		shown += string(beyond)
	}
	return shown
}

func isASCII(data []byte) bool {
	return !slices.ContainsFunc(data, func(b byte) bool { return b > '~' })
}

// shown gives the watched characters that the spot's texts have.
func (s *spot) shown() string {
	if s.outcome == nil || s.outcome.zero || len(s.outcome.fields) == 0 || s.outcome.fields[0].ref.Type != reflect.TypeFor[string]() {
		return ""
	}
	shown := map[rune]bool{}
	for _, c := range s.copies {
		for _, f := range s.outcome.fields {
			text, _ := f.text(c.s)
			for _, text := range append(f.texts(c.s), text) {
				for _, r := range text {
					if c.present && (r > '~' || strings.ContainsRune(anywhere+inLines+ampersands+delimiters, r)) {
						shown[min(r, beyond)] = true
					}
				}
			}
		}
	}
	all := ""
	for r := range shown {
		all += string(r)
	}
	return all
}

const delimiters = ",;|\t"

// unshown gives the characters of which neither the texts nor the container of the kind's files show how they are written.
func (l *learned) unshown(shown string) string {
	open := ""
	watch := func(r rune, known string) {
		if r == '\n' && l.kind == artifact.KnowledgeObjects { // they have no description, and nothing else has more than a line
			return
		}
		if !strings.ContainsAny(shown, known) && !strings.ContainsRune(open, r) {
			open += string(r)
		}
	}
	for _, r := range anywhere {
		watch(r, string(r))
	}
	for _, f := range formats(l.format) {
		switch f.Format {
		case "ini":
			watch('&', ampersands)
			watch('\n', "\n")
		case "delimited":
			watch('&', ampersands)
			delimiter := cmp.Or(f.Delimited.Delimiter, ",")
			watch([]rune(delimiter)[0], delimiter)
			watch('\n', "\n\""+delimiter) // quotes around a text hold line breaks, too
		default:
			continue
		}
		if !f.ByteOrderMark && !strings.HasPrefix(f.Charset, "utf-16") {
			watch(beyond, string(beyond))
		}
	}
	if l.habits.forms["|c"] > 0 {
		watch('\n', "\n")
	}
	return open
}

// formats gives the formats of the texts in a file.
func formats(f container.Format) []container.Format {
	all := []container.Format{f}
	for _, e := range f.Entries {
		all = append(all, e.Format)
	}
	return all
}

// assumedWords gives the values of an enumeration, or truth values, that no file shows and that are written all the same.
func (s *spot) assumedWords() []string {
	f := s.outcome.fields[0]
	words := f.words()
	if f.joined != nil || words == nil {
		return nil
	}
	seen := s.values(f)
	return slices.DeleteFunc(words, func(word string) bool {
		_, spelled := s.outcome.values[word]
		return seen[word] || len(s.outcome.values) > 0 && !spelled
	})
}

// askCharacters asks for a text that shows how characters are written, in the field at the path.
func askCharacters(open, path string) []Ask {
	if open == "" {
		return nil
	}
	var named []string
	sample := "a"
	for _, r := range open {
		switch r {
		case '\n':
			named = append(named, "a line break")
		case beyond:
			named = append(named, "a letter beyond ASCII, as é")
			sample += " é"
		default:
			named = append(named, string(r))
			sample += " " + string(r) + "b" + string(r)
		}
	}
	text := fmt.Sprintf("give %s a text that has %s", path, listed(named))
	if sample != "a" {
		text += ", such as " + sample
	}
	return []Ask{{CharactersUnseen, path, text + ", to see how that is written"}}
}

// listed joins words as a sentence does.
func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
