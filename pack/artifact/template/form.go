package template

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack"
)

// Form is how a value's text is spelled in a file. On the texts it takes it is one to one: what write gives, read takes back.
type Form interface {
	// write gives the file's text; false for a text that has none, or that would be read as another one.
	write(text string) (string, bool)
	// read gives the value's text; false for a text the form never writes and cannot make sense of.
	read(text string) (string, bool)
}

// Names lists the forms every dialect has. Forms of a dialect's own are maps (see Values).
func Names() []string { return slices.Sorted(maps.Keys(forms)) }

// Spell writes a text in the form of a name, or in several one after the other with a | between, the empty name leaving it as it is;
// false where a form cannot.
func Spell(form, text string) (string, bool) {
	if form == "" {
		return text, true
	}
	if first, rest, several := strings.Cut(form, "|"); several {
		text, ok := Spell(first, text)
		if !ok {
			return "", false
		}
		return Spell(rest, text)
	}
	if f, ok := fileForm(form); ok {
		return f.write(text)
	}
	f, _ := builtIn(form)
	return f.write(text)
}

// builtIn gives the form of a name that every dialect has.
func builtIn(name string) (Form, bool) {
	if f, ok := forms[name]; ok {
		return f, true
	}
	if width, ok := strings.CutPrefix(name, "pad "); ok {
		n, err := strconv.Atoi(width)
		return padded(n), err == nil && n > 0 && n < 20
	}
	return breaksOf(name)
}

var forms = map[string]Form{
	"c":            escapes{escapeC, unescapeC},
	"doubled":      escapes{doubleQuotes, halveQuotes},
	"quoted":       escapes{quote, unquote},
	"xml":          escapes{replacing(append(markup, `"`, "&quot;", "'", "&apos;")...), unescapeXML},
	"html":         escapes{escapeHTML, unescapeXML},
	"markup":       escapes{replacing(markup...), unescapeXML},
	"slashes":      escapes{escapeSlashes, unescapeSlashes},
	"attribute":    escapes{replacing(append(markup, `"`, "&quot;")...), unescapeXML},
	"hexcodes":     escapes{escapingName(notControl), unescapeName},
	"url":          escapes{url.QueryEscape, result(url.QueryUnescape)},
	"percent":      escapes{escapePercent, result(url.PathUnescape)},
	"xmlname":      escapes{escapingName(isNameRune), unescapeName},
	"asciiname":    escapes{escapingName(isASCIINameRune), unescapeName},
	"upper":        escapes{strings.ToUpper, lowered},
	"bare":         escapes{func(s string) string { return strings.ReplaceAll(s, "-", "") }, asItIs},
	"base64utf16":  escapes{encodeBase64UTF16, decoded(decodeBase64UTF16)},
	"thousands":    escapes{groupDigits, ungroupDigits},
	"hex":          escapes{func(s string) string { return hex.EncodeToString([]byte(s)) }, decoded(hex.DecodeString)},
	"base64":       escapes{encodeBase64, decoded(base64.StdEncoding.DecodeString)},
	"milliseconds": units(time.Millisecond),
	"seconds":      units(time.Second),
	"minutes":      units(time.Minute),
	"hours":        units(time.Hour),
	"days":         units(day),
	"ticks":        units(tick),
	"words":        span{spanInWords(capitalized), readSpanInWords},
	"lowerwords":   span{spanInWords(strings.ToLower), readSpanInWords},
	"clock":        span{writeClock, readClock},
	"amount":       amount{},
	"shortclock":   span{writeShortClock, readClock},
	"timespan":     span{writeTimeSpan, readTimeSpan},
	"iso8601":      span{writeISO, readISO},
}

// bytesForms are those of documents that need not be text: packed, or in a character set of their own.
var bytesForms = map[string]Form{
	"hex":    escapes{forms["hex"].(escapes).encode, bytesOf(hex.DecodeString)},
	"base64": escapes{encodeBase64, bytesOf(base64.StdEncoding.DecodeString)},
}

func bytesOf(decode func(string) ([]byte, error)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		b, err := decode(s)
		return string(b), err == nil
	}
}

// escapes spells single characters otherwise.
type escapes struct {
	encode func(string) string
	decode func(string) (string, bool)
}

func (e escapes) write(text string) (string, bool) { return e.encode(text), true }

// read takes only what comes out as it went in, or nearly: another spelling of the same text is read, too.
func (e escapes) read(text string) (string, bool) { return e.decode(text) }

// FileForms are how programs make a file's name of a text, as {@copy name|file _}: what Windows takes in no file's name, or all that is
// no letter or digit, stands as the character behind the form's name, or is left out. They cannot be read back.
func FileForms() []string {
	return []string{"file", "file _", "file -", "file  ", "word", "word _", "word -"}
}

// fileForm finds one of FileForms.
func fileForm(name string) (Form, bool) {
	sort, instead, _ := strings.Cut(name, " ")
	if !slices.Contains(FileForms(), name) {
		return nil, false
	}
	keeps := func(r rune) bool { return r >= ' ' && !strings.ContainsRune(`<>:"/\|?*`, r) }
	if sort == "word" {
		keeps = func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	}
	encode := func(text string) string {
		var b strings.Builder
		for _, r := range text {
			if keeps(r) {
				b.WriteRune(r)
			} else {
				b.WriteString(instead)
			}
		}
		return b.String()
	}
	return escapes{encode, func(string) (string, bool) { return "", false }}, true
}

// padded spells a number with so many digits at least.
type padded int

func (width padded) write(text string) (string, bool) {
	return strings.Repeat("0", max(0, int(width)-len(text))) + text, true
}

func (padded) read(text string) (string, bool) {
	n, err := strconv.Atoi(text)
	return strconv.Itoa(n), err == nil
}

// lowered undoes upper for what has no letters in both cases, such as ids.
func lowered(s string) (string, bool) { return strings.ToLower(s), true }

func asItIs(s string) (string, bool) { return s, true }

func result(decode func(string) (string, error)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		text, err := decode(s)
		return text, err == nil && utf8.ValidString(text)
	}
}

func decoded(decode func(string) ([]byte, error)) func(string) (string, bool) {
	return result(func(s string) (string, error) {
		b, err := decode(s)
		return string(b), err
	})
}

// markup are the characters that have a meaning in XML wherever they stand.
var markup = []string{"&", "&amp;", "<", "&lt;", ">", "&gt;"}

// replacing replaces single characters of markup and quotes; most texts have none.
func replacing(pairs ...string) func(string) string {
	r := strings.NewReplacer(pairs...)
	return func(s string) string {
		if !strings.ContainsAny(s, `&<>"'`) {
			return s
		}
		return r.Replace(s)
	}
}

var quotesHTML = replacing(append(markup, `"`, "&quot;", "'", "&#39;")...)

// escapeHTML escapes as .NET's HtmlEncode does: the characters of Latin-1 beyond ASCII, too.
func escapeHTML(s string) string {
	s = quotesHTML(s)
	if !strings.ContainsFunc(s, isLatin) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isLatin(r) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isLatin(r rune) bool { return r >= 160 && r < 256 }

// escapePercent escapes as .NET's EscapeDataString does: blanks, too, are %20.
func escapePercent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func encodeBase64UTF16(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return base64.StdEncoding.EncodeToString(b)
}

func decodeBase64UTF16(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b)%2 > 0 {
		return nil, errors.New("no UTF-16 in Base64")
	}
	var units []uint16
	for i := 0; i < len(b); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	return []byte(string(utf16.Decode(units))), nil
}

var groupedNumber = regexp.MustCompile(`^\d{1,3}(?:,\d{3})*$`)

// groupDigits writes a number with a comma after each thousand.
func groupDigits(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func ungroupDigits(s string) (string, bool) {
	return strings.ReplaceAll(s, ",", ""), groupedNumber.MatchString(s) || s == ""
}

func encodeBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// The escapes of C that console programs write: a backslash before itself, quotes and the letters of control characters.
var (
	escaperC   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`, `"`, `\"`)
	unescapers = map[byte]byte{'\\': '\\', 'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\'': '\'', '/': '/', '0': 0}
)

func escapeC(s string) string { return escaperC.Replace(s) }

func unescapeC(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i == len(s) {
			return "", false
		}
		plain, ok := unescapers[s[i]]
		if !ok {
			return "", false
		}
		b.WriteByte(plain)
	}
	return b.String(), true
}

func doubleQuotes(s string) string { return strings.ReplaceAll(s, `"`, `""`) }

func halveQuotes(s string) (string, bool) {
	plain := strings.ReplaceAll(s, `""`, "\x00")
	if strings.Contains(plain, `"`) || strings.Contains(s, "\x00") {
		return "", false
	}
	return strings.ReplaceAll(plain, "\x00", `"`), true
}

// Between slashes an expression has a backslash before its own.
func escapeSlashes(s string) string { return strings.ReplaceAll(s, "/", `\/`) }

func unescapeSlashes(s string) (string, bool) { return strings.ReplaceAll(s, `\/`, "/"), true }

func quote(s string) string { return `"` + doubleQuotes(s) + `"` }

func unquote(s string) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	return halveQuotes(s[1 : len(s)-1])
}

// unescapeXML reads entities and character references; an ampersand that begins none is refused.
func unescapeXML(s string) (string, bool) {
	if strings.ContainsAny(reference.ReplaceAllString(s, ""), "&<") {
		return "", false
	}
	return html.UnescapeString(s), true
}

var reference = regexp.MustCompile(`&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});`)

// span spells a span of time, which the model writes as in 15m.
type span struct {
	encode func(time.Duration) (string, bool)
	decode func(string) (time.Duration, bool)
}

func (s span) write(text string) (string, bool) {
	d, err := pack.ParseDuration(text)
	if err != nil {
		return "", false
	}
	return s.encode(time.Duration(d))
}

func (s span) read(text string) (string, bool) {
	d, ok := s.decode(strings.TrimSpace(text))
	if !ok || d < 0 || d%time.Second != 0 {
		return "", false
	}
	return pack.Duration(d).String(), true
}

// units spells a span as a whole number of one unit.
func units(unit time.Duration) span {
	return span{
		encode: func(d time.Duration) (string, bool) { return strconv.FormatInt(int64(d/unit), 10), d%unit == 0 },
		decode: func(s string) (time.Duration, bool) {
			n, err := strconv.ParseInt(s, 10, 64)
			return time.Duration(n) * unit, err == nil && n <= math.MaxInt64/int64(unit)
		},
	}
}

// A .NET TimeSpan in its constant form: days, when there are any, then hours, minutes and seconds.
var timeSpan = regexp.MustCompile(`^(?:(\d{1,5})\.)?(\d\d):(\d\d):(\d\d)$`)

const day = 24 * time.Hour

func writeTimeSpan(d time.Duration) (string, bool) {
	clock := fmt.Sprintf("%02d:%02d:%02d", d%day/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second)
	if d < day {
		return clock, true
	}
	return fmt.Sprintf("%d.%s", d/day, clock), true
}

func readTimeSpan(s string) (time.Duration, bool) {
	return sum(timeSpan.FindStringSubmatch(s), day, time.Hour, time.Minute, time.Second)
}

// tick is the unit of .NET's TimeSpan.Ticks.
const tick = 100 * time.Nanosecond

func capitalized(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// spanInWords spells a span in the largest unit that tells it, as in 7 Days and 1 Hour.
func spanInWords(letters func(string) string) func(time.Duration) (string, bool) {
	return func(d time.Duration) (string, bool) {
		for _, u := range wordUnits {
			if d%u.unit != 0 || d < u.unit {
				continue
			}
			n, word := d/u.unit, u.name
			if n != 1 {
				word += "s"
			}
			return fmt.Sprintf("%d %s", n, letters(word)), true
		}
		return "", false
	}
}

var wordUnits = []struct {
	name string
	unit time.Duration
}{{"day", day}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}

var wordSpan = regexp.MustCompile(`^(\d{1,9}) +([a-z]+?)s?$`)

func readSpanInWords(s string) (time.Duration, bool) {
	m := wordSpan.FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return 0, false
	}
	n, _ := strconv.ParseInt(m[1], 10, 64) // digits, and few of them
	for _, u := range wordUnits {
		if u.name == m[2] {
			return time.Duration(n) * u.unit, n <= math.MaxInt64/int64(u.unit)
		}
	}
	return 0, false
}

// A span as hours, of which there may be more than a day's, minutes and seconds.
var clockSpan = regexp.MustCompile(`^(\d{1,6}):(\d\d):(\d\d)$`)

func writeClock(d time.Duration) (string, bool) {
	return fmt.Sprintf("%02d:%02d:%02d", d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second), true
}

// writeShortClock writes hours without leading noughts.
func writeShortClock(d time.Duration) (string, bool) {
	return fmt.Sprintf("%d:%02d:%02d", d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second), true
}

func readClock(s string) (time.Duration, bool) {
	return sum(clockSpan.FindStringSubmatch(s), time.Hour, time.Minute, time.Second)
}

// A duration of ISO 8601 without years and months, as XML Schema's xs:duration has it.
var isoDuration = regexp.MustCompile(`^P(?:(\d{1,5})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$`)

func writeISO(d time.Duration) (string, bool) {
	text := "P"
	if d >= day {
		text = fmt.Sprintf("P%dD", d/day)
	}
	clock := ""
	for _, part := range []struct {
		n    time.Duration
		unit string
	}{{d % day / time.Hour, "H"}, {d % time.Hour / time.Minute, "M"}, {d % time.Minute / time.Second, "S"}} {
		if part.n > 0 {
			clock += fmt.Sprintf("%d%s", part.n, part.unit)
		}
	}
	switch {
	case clock != "":
		return text + "T" + clock, true
	case d == 0:
		return "PT0S", true
	}
	return text, true
}

func readISO(s string) (time.Duration, bool) {
	if strings.HasSuffix(s, "P") || strings.HasSuffix(s, "T") {
		return 0, false
	}
	return sum(isoDuration.FindStringSubmatch(s), day, time.Hour, time.Minute, time.Second)
}

// sum adds up the groups of a match, each so many of its unit.
func sum(match []string, units ...time.Duration) (time.Duration, bool) {
	if match == nil {
		return 0, false
	}
	var total time.Duration
	for i, unit := range units {
		n, _ := strconv.Atoi("0" + match[i+1]) // digits, and few of them
		total += time.Duration(n) * unit
	}
	return total, true
}

// Values spells some texts otherwise, as in {"true": "Y", "false": "N"} or {"": "*"}. Closed, it takes no others, as for
// enumerations and truth values; open, any other text stands as it is unless it would be read as one of them.
type Values struct {
	Closed bool
	name   string // in the dialect
	to     map[string]string
	from   map[string]string
}

// NewValues gives the form of a map, or an error when two texts are spelled alike. With none, no value may be spelled as a value is,
// for which its text is then read.
func NewValues(to map[string]string, closed, none bool) (*Values, error) {
	v := &Values{Closed: closed, to: to, from: map[string]string{}}
	for _, text := range slices.Backward(slices.Sorted(maps.Keys(to))) {
		if _, taken := v.from[to[text]]; taken && none && text == "" {
			continue
		}
		if other, taken := v.from[to[text]]; taken {
			return nil, fmt.Errorf("%q and %q are both written %q", text, other, to[text])
		}
		v.from[to[text]] = text
	}
	return v, nil
}

func (v *Values) write(text string) (string, bool) {
	if spelled, ok := v.to[text]; ok {
		return spelled, true
	}
	_, taken := v.from[text]
	return text, !v.Closed && !taken
}

func (v *Values) read(text string) (string, bool) {
	if plain, ok := v.from[text]; ok {
		return plain, true
	}
	return text, !v.Closed
}

// escapingName makes a text a name in XML as XmlConvert.EncodeLocalName does: what the name may not have there, and an underscore that would
// be read as an escape, is _xHHHH_; beyond U+FFFF it has eight digits.
func escapingName(keeps func(r rune, first bool) bool) func(string) string {
	return func(text string) string {
		var b strings.Builder
		for i, r := range text {
			switch {
			case keeps(r, i == 0) && !(r == '_' && nameEscape.MatchString(text[i:])):
				b.WriteRune(r)
			case r > 0xFFFF:
				fmt.Fprintf(&b, "_x%08X_", r)
			default:
				fmt.Fprintf(&b, "_x%04X_", r)
			}
		}
		return b.String()
	}
}

var nameEscape = regexp.MustCompile(`^_[xX](?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_`)

// isNameRune reports whether a character may stand in a name, as the first one or behind it, with no colon.
func isNameRune(r rune, first bool) bool {
	if r == '_' || r <= 0xFFFF && unicode.In(r, unicode.Ll, unicode.Lu, unicode.Lo, unicode.Lt) && r != 'ª' && r != 'º' && r != 'µ' {
		return true
	}
	return !first && r <= 0xFFFF && (r == '-' || r == '.' || r == '·' || unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc))
}

// isASCIINameRune is for programs that keep letters of English, digits and underscores only.
func isASCIINameRune(r rune, first bool) bool {
	return r <= unicode.MaxASCII && (r == '_' || isNameRune(r, first) && r != '-' && r != '.')
}

// unescapeName undoes escapingName.
func unescapeName(text string) (string, bool) {
	var b strings.Builder
	for text != "" {
		escaped := nameEscape.FindString(text)
		if escaped == "" {
			_, n := utf8.DecodeRuneInString(text)
			b.WriteString(text[:n])
			text = text[n:]
			continue
		}
		code, _ := strconv.ParseUint(escaped[2:len(escaped)-1], 16, 32)
		if code > unicode.MaxRune || !utf8.ValidRune(rune(code)) {
			return "", false
		}
		b.WriteRune(rune(code))
		text = text[len(escaped):]
	}
	return b.String(), true
}
