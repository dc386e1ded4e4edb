package anonymize_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/anonymize"
)

var marks = regexp.MustCompile(`<([^<>]{4,})>`)

// made gives what becomes of lines, as one text, and what the marks say was in them. Each line must keep its meaning.
func made(t *testing.T, lines []string) (text string, values []string) {
	t.Helper()
	p := anonymize.NewProver(anonymize.New(secret), herokuConsole(t))
	var b strings.Builder
	for _, marked := range lines {
		rec := record(t, bare(marked))
		got := p.Record(&rec)
		if got.Differs != "" {
			t.Errorf("%s\n%s", marked, got.Differs)
		}
		b.WriteString(got.Message + "\n")
		for _, m := range marks.FindAllStringSubmatch(marked, -1) {
			values = append(values, m[1])
		}
	}
	return b.String(), values
}

// plain is a text without escapes of URLs, in lower case.
func plain(s string) string {
	if decoded, err := url.PathUnescape(s); err == nil {
		s = decoded
	}
	return strings.ToLower(s)
}

// Whatever was found in one line is in none that comes out, however it is written.
func TestNothingSurvives(t *testing.T) {
	out, values := made(t, heroku(t))
	if len(values) < 100 {
		t.Fatalf("%d values", len(values))
	}
	raw, decoded := strings.ToLower(out), plain(out)
	for _, v := range values {
		if strings.Contains(raw, strings.ToLower(v)) || strings.Contains(decoded, plain(v)) {
			t.Errorf("%s is left", v)
		}
	}
	for _, part := range []string{"acme", "herokuapp", "%C3%A9", "zola"} {
		if strings.Contains(raw, strings.ToLower(part)) {
			t.Errorf("%s is left", part)
		}
	}
	for _, stays := range []string{" heroku router - ", " app web.1 - ", "dyno=web.2 ", "source=web.1 ", " app worker.1 - ", " code=H12 desc=\"Request timeout\" ",
		"/orders/77?", "&page=2\"", "level\":\"info", "at 1614672097104"} {
		if !strings.Contains(out, stays) {
			t.Errorf("%s is gone", stays)
		}
	}
}

// What is said to be unknown is.
func TestUnknown(t *testing.T) {
	out, values := made(t, texts(t, "testdata/unknown.yaml"))
	for _, v := range values {
		if !strings.Contains(out, v) {
			t.Errorf("%s is found: move its line to heroku.yaml", v)
		}
	}
}

// What was made is found again in the same places, and means the same: stand-ins look like what they stand for. Cards alone do not.
func TestAgain(t *testing.T) {
	out, _ := made(t, heroku(t))
	twice, _ := made(t, strings.Split(strings.TrimSuffix(out, "\n"), "\n"))
	a := anonymize.New(secret)
	places := func(text string) (all []anonymize.Change) {
		_, changes := a.Text(text)
		for _, c := range changes {
			if c.Name != "card" {
				c.StandIn = ""
				all = append(all, c)
			}
		}
		return all
	}
	lines, again := strings.Split(out, "\n"), strings.Split(twice, "\n")
	for i, marked := range heroku(t) {
		if strings.Contains(marked, "card_number") {
			continue
		}
		_, first := a.Text(bare(marked))
		moved := 0
		for k := range first { // places in what was made
			from := first[k].From + moved
			moved += len(first[k].StandIn) - (first[k].To - first[k].From)
			first[k].From, first[k].To, first[k].StandIn = from, from+len(first[k].StandIn), ""
		}
		if diff := cmp.Diff(first, places(lines[i])); diff != "" {
			t.Errorf("%s\n%s\n%s", lines[i], again[i], diff)
		}
	}
}

// However short a value is, another one stands for it, and never a word that would be left alone.
func TestAlwaysAnother(t *testing.T) {
	a := anonymize.New(secret)
	for i := range 26 * 26 {
		value := string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
		if out, changes := a.Text("login=" + value); len(changes) == 1 && (out == "login="+value || out == "login=no") {
			t.Errorf("%s becomes %s", value, out)
		}
	}
	for _, digit := range "0123456789" {
		if out, _ := a.Text("uid=" + string(digit)); out == "uid="+string(digit) {
			t.Error(out)
		}
	}
}

// Stand-ins for what is given out are such as nobody has, and spellings of one value have spellings of one.
func TestNobodys(t *testing.T) {
	a := anonymize.New(secret)
	text := func(s string) string {
		out, _ := a.Text(s)
		return out
	}
	mac := text("02:00:5e:10:00:1f")
	if strings.ToUpper(strings.ReplaceAll(mac, ":", "-")) != text("02-00-5E-10-00-1F") || mac[:3] != "02:" || mac == "02:00:5e:10:00:1f" {
		t.Error(mac)
	}
	card := text("4111 1111 1111 1111")
	if again := text(card); again != card || card == "4111 1111 1111 1111" || strings.ReplaceAll(card, " ", "-") != text("4111-1111-1111-1111") {
		t.Errorf("%s, again %s", card, again) // one with a right check digit would be found again
	}
	if phone := text("tel:(555) 010-4477"); !regexp.MustCompile(`^tel:\(\d{3}\) 555-01\d\d$`).MatchString(phone) || "tel:"+phone[5:8]+phone[10:13]+phone[14:] != text("tel:5550104477") {
		t.Error(phone)
	}
	if out := text("user=100%alice"); strings.Contains(out, "lice") {
		t.Error(out) // no escape
	}
	if out := text("user=%D0%98%D0%B2%61n"); regexp.MustCompile(`(?i)%(D0|98|B2|61)`).MatchString(out) || len(out) != len("user=%D0%98%D0%B2%61n") {
		t.Error(out)
	}
}
