package anonymize

import (
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strings"
	"unicode"
)

// standIns are the ways to make one, by the names that detect.yaml has for them. "" means that the value is none after all.
var standIns = map[string]func(*Anonymizer, string) string{
	"shape": (*Anonymizer).shape, "host": (*Anonymizer).host, "email": (*Anonymizer).email, "address": (*Anonymizer).address,
}

var hexadecimal = regexp.MustCompile(`^[0-9A-Fa-f-]*\d[0-9A-Fa-f-]*$`)

// shape gives for each letter a letter of its case, for each digit a digit, and all else as it is. The case of letters makes no
// other value. Escapes of URLs stay escapes.
func (a *Anonymizer) shape(s string) string {
	letters := "abcdefghijklmnopqrstuvwxyz"
	if hexadecimal.MatchString(s) {
		letters = letters[:6]
	}
	random := rand.New(rand.NewChaCha8(a.sum("shape", strings.ToLower(s))))
	var b strings.Builder
	escape := 0 // characters of an escape that are to come
	for _, c := range s {
		drawn := random.Uint32()
		switch {
		case escape > 0:
			escape--
			b.WriteRune(c)
		case c == '%':
			escape = 2
			b.WriteRune(c)
		case '0' <= c && c <= '9':
			b.WriteByte(byte('0' + drawn%10))
		case unicode.IsUpper(c):
			b.WriteByte(letters[drawn%uint32(len(letters))] - 'a' + 'A')
		case unicode.IsLetter(c):
			b.WriteByte(letters[drawn%uint32(len(letters))])
		case unicode.IsDigit(c) || unicode.IsMark(c):
			b.WriteByte('x')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// host gives a name with as many labels, each of the length it had, but for the last, which is one that nobody can have. A name
// of one label stays one.
func (a *Anonymizer) host(s string) string {
	name, dot := strings.CutSuffix(s, ".")
	labels := strings.Split(name, ".")
	for i, l := range labels {
		switch {
		case i > 0 && i == len(labels)-1 && !numeric(l):
			labels[i] = "example"
		case len(labels) == 1 || !keep.labels[strings.ToLower(l)]:
			labels[i] = a.shape(l)
		}
	}
	if dot {
		return strings.Join(labels, ".") + "."
	}
	return strings.Join(labels, ".")
}

func numeric(s string) bool { return strings.Trim(s, "0123456789") == "" }

func (a *Anonymizer) email(s string) string {
	for _, at := range []string{"@", "%40"} {
		if user, host, ok := strings.Cut(s, at); ok {
			return a.shape(user) + at + a.host(host)
		}
	}
	return ""
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
	ip, err := netip.ParseAddr(s)
	switch {
	case err != nil, ip.IsLoopback(), ip.IsUnspecified(), ip.IsMulticast():
		return ""
	case ip.Is4In6():
		return netip.AddrFrom16(a.within(ip.Unmap()).As16()).String()
	case ip.Is6() && !strings.ContainsAny(s, "0123456789"):
		return "" // a::b is a name in most languages
	}
	return a.within(ip).String()
}

// within gives an address of the network that stands for the address's own.
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
	sum := a.sum("address", string(ip.AsSlice()))
	base := network.Addr().AsSlice()
	for i := range base {
		own := byte(0xff) // bits that are the host's
		if left := network.Bits() - 8*i; left > 0 {
			own = byte(0xff >> min(left, 8))
		}
		base[i] |= sum[i] & own
	}
	made, _ := netip.AddrFromSlice(base)
	return made
}
