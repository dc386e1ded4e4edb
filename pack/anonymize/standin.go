package anonymize

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// standIns are the ways to make one, by the names that detect.yaml has for them. "" means that the value is none after all.
var standIns = map[string]func(*Anonymizer, string) string{
	"shape": (*Anonymizer).shape, "host": (*Anonymizer).host, "email": (*Anonymizer).email, "address": (*Anonymizer).address,
	"mac": (*Anonymizer).mac, "card": (*Anonymizer).card, "phone": (*Anonymizer).phone,
}

var hexadecimal = regexp.MustCompile(`^[0-9A-Fa-f-]*\d[0-9A-Fa-f-]*$`)

// maxDraws is how often a stand-in is drawn that is the value itself, or a word that tells nothing. What has neither letters nor
// digits has no other.
const maxDraws = 16

// shape gives for each letter a letter of its case, for each digit a digit, and all else as it is. The case of letters makes no
// other value. Escapes of URLs stay escapes, those of letters and digits of others.
func (a *Anonymizer) shape(s string) string {
	d := drawing{random: rand.New(rand.NewChaCha8(a.sum("shape", strings.ToLower(s)))), letters: "abcdefghijklmnopqrstuvwxyz"}
	if hexadecimal.MatchString(s) {
		d.letters = d.letters[:6]
	}
	made := d.like(s)
	for range maxDraws {
		if !strings.EqualFold(made, s) && !kept(made) {
			break
		}
		made = d.like(s)
	}
	return made
}

// drawing draws letters and digits.
type drawing struct {
	random  *rand.Rand
	letters string
}

func (d *drawing) like(s string) string {
	var b strings.Builder
	escape := 0 // characters of an escape that are to come
	for i, c := range s {
		drawn := d.random.Uint32()
		switch {
		case escape > 0:
			escape--
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			escape = 2
			value, _ := strconv.ParseUint(s[i+1:i+3], 16, 8) // it is hexadecimal
			b.WriteString(d.escaped(s[i:i+3], rune(value), drawn))
		case c == utf8.RuneError:
			b.WriteByte('x')
		default:
			b.WriteRune(d.one(c, drawn))
		}
	}
	return b.String()
}

func (d *drawing) one(c rune, drawn uint32) rune {
	letter := rune(d.letters[drawn%uint32(len(d.letters))])
	switch {
	case '0' <= c && c <= '9':
		return rune('0' + drawn%10)
	case unicode.IsUpper(c):
		return unicode.ToUpper(letter)
	case unicode.IsLetter(c):
		return letter
	case unicode.IsDigit(c) || unicode.IsMark(c):
		return 'x'
	}
	return c
}

// escaped gives an escape for one of a byte; what is not ASCII is part of a letter.
func (d *drawing) escaped(escape string, value rune, drawn uint32) string {
	if value >= utf8.RuneSelf {
		value = 'x'
	}
	if made := d.one(value, drawn); made != value || unicode.IsLetter(value) {
		return fmt.Sprintf("%%%02X", made)
	}
	return escape
}

// host gives a name with as many labels, each of the length it had, but for the last, which is one that nobody can have. A name
// of one label stays one.
func (a *Anonymizer) host(s string) string {
	if _, err := netip.ParseAddr(s); err == nil {
		return ""
	}
	name, dot := strings.CutSuffix(s, ".")
	labels := strings.Split(name, ".")
	for i, l := range labels {
		switch {
		case i > 0 && i == len(labels)-1 && !numeric(l):
			labels[i] = top(l)
		case len(labels) == 1 || !keep.labels[strings.ToLower(l)]:
			labels[i] = a.shape(l)
		}
	}
	if dot {
		return strings.Join(labels, ".") + "."
	}
	return strings.Join(labels, ".")
}

// top gives the last label of a stand-in, in the case of the one it stands for.
func top(label string) string {
	if strings.ToUpper(label) == label {
		return "EXAMPLE"
	}
	return "example"
}

func numeric(s string) bool { return strings.Trim(s, "0123456789") == "" }

// at is the sign of an e-mail address, in a URL or in one within another escaped.
var at = regexp.MustCompile(`@|%(?:25)*40`)

func (a *Anonymizer) email(s string) string {
	m := at.FindStringIndex(s)
	return a.shape(s[:m[0]]) + s[m[0]:m[1]] + a.host(s[m[1]:])
}

// networks are those whose addresses stay within: what is private tells something by that alone.
var networks = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10")

// The networks for addresses of all others.
var (
	benchmark     = netip.MustParsePrefix("198.18.0.0/15") // RFC 2544
	documentation = netip.MustParsePrefix("2001:db8::/32") // RFC 3849
)

func prefixes(all ...string) []netip.Prefix {
	var list []netip.Prefix
	for _, s := range all {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}

func (a *Anonymizer) address(s string) string {
	if strings.Contains(s, "-") {
		return strings.ReplaceAll(a.address(strings.ReplaceAll(s, "-", ".")), ".", "-")
	}
	ip, err := netip.ParseAddr(s)
	switch {
	case err != nil, ip.IsLoopback(), ip.IsUnspecified(), ip.IsMulticast():
		return ""
	case ip.Is4In6():
		return netip.AddrFrom16(a.within(ip.Unmap()).As16()).String()
	case ip.Is6() && !strings.ContainsAny(s, digits):
		return "" // a::b is a name in most languages
	}
	made := a.within(ip)
	text := made.String()
	if ip.Is6() && !strings.Contains(s, "::") && len(s) == len(made.StringExpanded()) {
		text = made.StringExpanded()
	}
	if strings.ToUpper(s) == s {
		return strings.ToUpper(text)
	}
	return text
}

// within gives an address of the network that stands for the address's own. Groups that are zero stay so where that is a way to
// write: at the end of IPv4, as of a network, and anywhere in IPv6.
func (a *Anonymizer) within(ip netip.Addr) netip.Addr {
	network := benchmark
	if ip.Is6() {
		network = documentation
	}
	for _, n := range networks {
		if n.Contains(ip) {
			network = n
		}
	}
	for n := range maxDraws {
		if made := a.drawn(network, ip, n); made != ip {
			return made
		}
	}
	return ip
}

// drawn gives the nth address that stands for one.
func (a *Anonymizer) drawn(network netip.Prefix, ip netip.Addr, n int) netip.Addr {
	own := ip.AsSlice()
	sum := a.sum("address"+strings.Repeat("+", n), string(own))
	made := network.Addr().AsSlice()
	for i := range made {
		free := byte(0xff) // bits that are the host's
		if left := network.Bits() - 8*i; left > 0 {
			free = byte(0xff >> min(left, 8))
		}
		if !zero(own, i) {
			made[i] |= sum[i] & free
		}
	}
	out, _ := netip.AddrFromSlice(made)
	return out
}

// zero reports whether the byte i is of zeros that stay.
func zero(ip []byte, i int) bool {
	from, to := i, len(ip)
	if len(ip) == net.IPv6len {
		from = i &^ 1
		to = from + 2
	}
	return !slices.ContainsFunc(ip[from:to], func(b byte) bool { return b != 0 })
}

// mac gives a locally administered address, written as the value is; how that is written makes no other.
func (a *Anonymizer) mac(s string) string {
	plain := strings.NewReplacer(":", "", "-", "", ".", "").Replace(strings.ToLower(s))
	sum := a.sum("mac", plain)
	sum[0] = 0x02
	made := hex.EncodeToString(sum[:len(plain)/2])
	if strings.ToUpper(s) == s {
		made = strings.ToUpper(made)
	}
	return refill(s, made)
}

// card gives a number whose check digit is wrong: nobody's.
func (a *Anonymizer) card(s string) string {
	made := []byte(a.shape(only(s, digits)))
	if luhn(string(made)) {
		last := &made[len(made)-1]
		*last = '0' + (*last-'0'+1)%10
	}
	return refill(s, string(made))
}

// phone gives a number that ends in 555-01 and two digits.
func (a *Anonymizer) phone(s string) string {
	const fiction = "55501"
	plain := only(s, digits)
	made := []byte(a.shape(plain))
	if len(made) >= len(fiction)+2 {
		copy(made[len(made)-len(fiction)-2:], fiction)
	}
	return refill(s, string(made))
}

// only gives the characters of a set.
func only(s, set string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(set, c) {
			return c
		}
		return -1
	}, s)
}

// refill puts characters in the places of a text's letters and digits.
func refill(s, with string) string {
	b := []byte(s)
	for i, c := range b {
		if isHex(c) {
			b[i], with = with[0], with[1:]
		}
	}
	return string(b)
}
