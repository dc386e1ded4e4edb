// Package anonymize replaces in log lines what tells of people and machines, each value by a stand-in of the same shape, and proves
// that a pack makes the same of a line with stand-ins as of the original: a customer's lines can become samples.
//
// What is found stands in detect.yaml, what is left alone in keep.yaml. A stand-in follows from the value and a secret alone, by
// HMAC-SHA-256: with the same secret it is the same in every line, file and run, and without it nobody can tell whether a guess
// at the value is right. It is never the value itself, and nobody's where there is a range for that: addresses, hosts, e-mail,
// phone numbers, cards and MAC addresses. Two values can get one stand-in, the shorter they are the sooner: among a thousand IPv4
// addresses a handful do.
//
// Times, sizes and texts of other kinds stay, and so does a value in a place that detect.yaml does not know; testdata/unknown.yaml
// has some. Read what was anonymised before it leaves the house.
package anonymize

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed detect.yaml
var detectYAML []byte

//go:embed keep.yaml
var keepYAML []byte

// detector is an entry of detect.yaml.
type detector struct {
	Name    string
	Find    string
	With    []string
	StandIn string `yaml:"stand_in"`
	Only    string

	find    *regexp.Regexp
	standIn func(*Anonymizer, string) string
	only    func(string) bool // nil: any text
}

var (
	detectors = readDetectors()
	keep      = readKeep()
)

func readDetectors() []*detector {
	var file struct {
		Parts  map[string]string
		Detect []*detector
	}
	read(detectYAML, &file)
	var parts []string
	for name, part := range file.Parts {
		parts = append(parts, "%{"+name+"}", part)
	}
	written := strings.NewReplacer(parts...)
	for _, d := range file.Detect {
		d.find = regexp.MustCompile(written.Replace(d.Find))
		d.standIn, d.only = standIns[d.StandIn], onlies[d.Only]
		if d.standIn == nil || d.only == nil && d.Only != "" {
			panic(fmt.Sprintf("detect.yaml: no stand-in is called %q, or no texts %q", d.StandIn, d.Only))
		}
	}
	return file.Detect
}

func readKeep() (k struct{ texts, labels map[string]bool }) {
	var lists struct{ Texts, Labels []string }
	read(keepYAML, &lists)
	set := func(list []string) map[string]bool {
		s := map[string]bool{}
		for _, text := range list {
			s[text] = true
		}
		return s
	}
	k.texts, k.labels = set(lists.Texts), set(lists.Labels)
	return k
}

// read reads data of this package; tests hold it to be right.
func read(data []byte, into any) {
	if err := yaml.Load(data, into, yaml.WithKnownFields()); err != nil {
		panic(err)
	}
}

// Anonymizer makes stand-ins. It is safe for concurrent use.
type Anonymizer struct{ key []byte }

// New gives an anonymizer whose stand-ins follow from the secret; nil is one that nobody knows, and that is gone with the
// Anonymizer.
func New(secret []byte) *Anonymizer {
	if secret == nil {
		secret = make([]byte, sha256.Size)
		_, _ = rand.Read(secret) // it never fails
	}
	return &Anonymizer{bytes.Clone(secret)}
}

// Change is a part of a text and what stands in its place.
type Change struct {
	From, To int    // in the text, in bytes
	Name     string // of what it is
	StandIn  string
}

// Text gives a line, priority and headers included, with stand-ins, and what was changed, in order.
func (a *Anonymizer) Text(s string) (string, []Change) {
	all := a.changes(s)
	if len(all) == 0 {
		return s, nil
	}
	var b strings.Builder
	at := 0
	for _, c := range all {
		b.WriteString(s[at:c.From])
		b.WriteString(c.StandIn)
		at = c.To
	}
	b.WriteString(s[at:])
	return b.String(), all
}

func (a *Anonymizer) changes(s string) []Change {
	var all []Change
	lower := strings.ToLower(s)
	claimed := make([]bool, len(s))
	for _, d := range detectors {
		if len(d.With) > 0 && !slices.ContainsFunc(d.With, func(w string) bool { return strings.Contains(lower, strings.ToLower(w)) }) {
			continue
		}
		d.each(s, func(from, to int) {
			from = min(pastEscape(s, from), to)
			if d.StandIn != "shape" && slices.Contains(claimed[from:to], true) {
				return // the rest of a host, say, is none
			}
			for from, to := range unclaimed(claimed, from, to) {
				value := s[from:to]
				if kept(strings.TrimSpace(value)) || d.only != nil && !d.only(value) {
					continue
				}
				if standIn := d.standIn(a, value); standIn != "" && standIn != value {
					all = append(all, Change{From: from, To: to, Name: d.Name, StandIn: standIn})
					for i := from; i < to; i++ {
						claimed[i] = true
					}
				}
			}
		})
	}
	slices.SortFunc(all, func(x, y Change) int { return cmp.Compare(x.From, y.From) })
	return all
}

// each calls visit with every place that the detector finds. What delimits one value may delimit the next, too, so the search
// goes on where a value ends, not where the match does.
func (d *detector) each(s string, visit func(from, to int)) {
	group := min(1, d.find.NumSubexp())
	if group == 0 || strings.HasPrefix(d.Find, "^") {
		for _, m := range d.find.FindAllStringSubmatchIndex(s, -1) {
			visit(m[2*group], m[2*group+1])
		}
		return
	}
	for at := 0; at < len(s); {
		m := d.find.FindStringSubmatchIndex(s[at:])
		if m == nil {
			return
		}
		from, to := at+m[2], at+m[3]
		if from < to {
			visit(from, to)
		}
		at = max(to, at+1)
	}
}

// unclaimed gives what of a value no earlier one took.
func unclaimed(claimed []bool, from, to int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for from < to {
			n := slices.Index(claimed[from:to], true)
			if n < 0 {
				n = to - from
			}
			if n > 0 && !yield(from, from+n) {
				return
			}
			from += n
			for from < to && claimed[from] {
				from++
			}
		}
	}
}

// pastEscape gives where a value starts that was found to start within an escape of a URL: %2Fshop has the value shop.
func pastEscape(s string, from int) int {
	for _, at := range []int{from - 2, from - 1} {
		if at >= 0 && at+2 < len(s) && s[at] == '%' && isHex(s[at+1]) && isHex(s[at+2]) {
			return at + 3
		}
	}
	return from
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

// kept reports whether a text tells nothing of anybody.
func kept(s string) bool { return s == "" || keep.texts[strings.ToLower(s)] }

// onlies are what a text must be beside, by the names that detect.yaml has for them.
var onlies = map[string]func(string) bool{"mixed": mixed, "encoded": encoded, "luhn": luhn}

// mixed reports whether a text has upper and lower case letters and digits, as what is drawn at random has.
func mixed(s string) bool {
	return strings.ContainsAny(s, digits) && strings.ToLower(s) != s && strings.ToUpper(s) != s
}

// encoded reports whether a text is base64 beyond doubt: a path or a word has none of its signs.
func encoded(s string) bool {
	return (strings.HasSuffix(s, "=") || strings.Contains(s, "+")) && (strings.ContainsAny(s, digits) || strings.ToLower(s) != s) &&
		strings.ToUpper(s) != s
}

const digits = "0123456789"

// luhn reports whether the last digit checks the others, as that of a payment card does (ISO/IEC 7812).
func luhn(s string) bool {
	sum, n := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			continue
		}
		if n++; n%2 == 0 {
			d = 2*d/10 + 2*d%10
		}
		sum += d
	}
	return n >= 13 && sum%10 == 0
}

// sum gives 32 bytes that follow from the secret and a value of a kind.
func (a *Anonymizer) sum(kind, value string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, a.key)
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(value))
	return [sha256.Size]byte(h.Sum(nil))
}
