package anonymize_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/anonymize"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/syslog"
)

var secret = []byte("0123456789abcdef")

// told are the texts of testdata/lines.yaml, heroku those of a drain's lines.
func told(t testing.TB) []string   { return texts(t, "testdata/lines.yaml") }
func heroku(t testing.TB) []string { return texts(t, "testdata/heroku.yaml") }

func texts(t testing.TB, name string) []string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	if err := yaml.Unmarshal(data, &lines); err != nil {
		t.Fatal(err)
	}
	return lines
}

// bare takes the marks off a text: <…> but for a priority.
func bare(marked string) string {
	pri := ""
	if strings.HasPrefix(marked, "<1") {
		end := strings.Index(marked, ">") + 1
		pri, marked = marked[:end], marked[end:]
	}
	return pri + strings.NewReplacer("=> ", "=> ", "<", "", ">", "").Replace(marked)
}

func TestDetect(t *testing.T) {
	for _, marked := range slices.Concat(told(t), heroku(t)) {
		in := bare(marked)
		_, changes := anonymize.New(secret).Text(in)
		var got strings.Builder
		at := 0
		for _, c := range changes {
			got.WriteString(in[at:c.From] + "<" + in[c.From:c.To] + ">")
			at = c.To
		}
		got.WriteString(in[at:])
		if diff := cmp.Diff(marked, got.String()); diff != "" {
			t.Errorf("(-marked +found)\n%s", diff)
		}
	}
}

// standIn gives the stand-in of a value in a place.
func standIn(t *testing.T, a *anonymize.Anonymizer, before, value, after string) string {
	t.Helper()
	out, changes := a.Text(before + value + after)
	if len(changes) != 1 || changes[0].From != len(before) || changes[0].To != len(before)+len(value) {
		t.Fatalf("%s%s%s: %+v", before, value, after, changes)
	}
	return strings.TrimSuffix(strings.TrimPrefix(out, before), after)
}

func TestStandInsKeepShape(t *testing.T) {
	a := anonymize.New(secret)
	for _, tt := range []struct{ before, value, shape string }{
		{"request_id=", "4F1ee35b-36a9-4b0c-851d-62d09692b625", "9X9xx99x-99x9-9x9x-999x-99x99999x999"},
		{"user=", "Alice_7", "Xxxxx_9"},
		{"user=", "Zoë", "Xxx"},
		{"host=", "www.shop-7.example.com", "www.xxxx-9.xxxxxxx.example"},
		{"to ", "alice.b@example.com", "xxxxx.x@xxxxxxx.example"},
		{"?token=", "a%2Fb9", "x%2Fx9"},
	} {
		got := standIn(t, a, tt.before, tt.value, "")
		if got == tt.value || shape(got, tt.shape) != tt.shape {
			t.Errorf("%s becomes %s", tt.value, got)
		}
	}
	if got := standIn(t, a, "id ", "4F1ee35b-36a9-4b0c-851d-62d09692b625", ""); strings.Trim(got, "0123456789abcdefABCDEF-") != "" {
		t.Errorf("%s is not hexadecimal", got)
	}
}

// shape writes x and X for letters and 9 for digits where the model does.
func shape(s, model string) string {
	b := []byte(s)
	for i := range min(len(b), len(model)) {
		switch c := b[i]; {
		case model[i] == 'x' && 'a' <= c && c <= 'z', model[i] == 'X' && 'A' <= c && c <= 'Z', model[i] == '9' && '0' <= c && c <= '9':
			b[i] = model[i]
		}
	}
	return string(b)
}

func TestAddressesStayInTheirKind(t *testing.T) {
	a := anonymize.New(secret)
	for value, network := range map[string]string{
		"203.0.113.8": "198.18.0.0/15", "8.8.8.8": "198.18.0.0/15", "10.1.2.3": "10.0.0.0/8", "172.31.0.9": "172.16.0.0/12",
		"192.168.7.1": "192.168.0.0/16", "2001:db8::17": "2001:db8::/32", "2a00::1": "2001:db8::/32", "fd00::5": "fc00::/7",
		"fe80::1": "fe80::/10", "169.254.1.1": "169.254.0.0/16", "100.64.0.1": "100.64.0.0/10",
	} {
		got := standIn(t, a, "from ", value, "")
		if ip, err := netip.ParseAddr(got); err != nil || got == value || !netip.MustParsePrefix(network).Contains(ip) {
			t.Errorf("%s becomes %s", value, got)
		}
	}
}

// One value has one stand-in, wherever it is and however it is written; other values, and other secrets, have others.
func TestConsistent(t *testing.T) {
	a, same, other := anonymize.New(secret), anonymize.New(secret), anonymize.New([]byte("0123456789abcdeF"))
	host := standIn(t, a, "host=", "shop.example.com", "")
	for _, got := range []string{
		standIn(t, same, "host=", "shop.example.com", " x"), strings.ToLower(standIn(t, a, "host=", "SHOP.Example.com", "")),
		standIn(t, a, "https://", "shop.example.com", "/"), standIn(t, a, "see ", "shop.example.com", "."),
	} {
		if got != host {
			t.Errorf("%s and %s", host, got)
		}
	}
	if user := standIn(t, a, "user=", "alice", ""); user != standIn(t, a, `for user "`, "alice", `"`) || !strings.HasPrefix(standIn(t, a, "to ", "alice@a.example.com", ""), user+"@") {
		t.Error("a user has several stand-ins")
	}
	if standIn(t, a, "at ", "2001:db8::1", "") != strings.ToLower(standIn(t, a, "at ", "2001:0DB8:0::1", "")) {
		t.Error("an address has several stand-ins")
	}
	for _, value := range []string{"shop.example.com", "192.0.2.1", "4f1ee35b-36a9-4b0c-851d-62d09692b625"} {
		if standIn(t, a, "host=", value, "") == standIn(t, other, "host=", value, "") {
			t.Errorf("%s has one stand-in with two secrets", value)
		}
	}
	if first := anonymize.New(nil); standIn(t, first, "host=", "shop.example.com", "") == standIn(t, anonymize.New(nil), "host=", "shop.example.com", "") {
		t.Error("a secret that nobody knows is known")
	}
}

// A thousand addresses hardly share stand-ins.
func TestAddressesStayApart(t *testing.T) {
	a := anonymize.New(secret)
	seen := map[string]bool{}
	ip := netip.MustParseAddr("203.0.113.0")
	for range 1000 {
		ip = ip.Next()
		seen[standIn(t, a, "from ", ip.String(), "")] = true
	}
	if len(seen) < 985 {
		t.Errorf("%d stand-ins for 1000 addresses", len(seen))
	}
}

// What a pack makes of a line decides, and the first thing that differs is named.
func TestProve(t *testing.T) {
	p := anonymize.NewProver(anonymize.New(secret), herokuConsole(t))
	const head = "<158>1 2021-03-02T08:01:37.104729+00:00 d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 "
	for _, line := range []string{
		head + `heroku router - - at=error code=H12 desc="Request timeout" method=GET path="/?token=abc" host=shop.example.com request_id=4f1ee35b fwd="192.0.2.17" dyno=web.1 connect=1ms service=27ms status=503 bytes=0`,
		head + "app web.1 - - Invalid password for alice@example.com from 192.0.2.1",
		head + "app api - - Starting process with command `bin/rails c` by user alice@example.com",
		"no event of www.example.com",
	} {
		rec := record(t, line)
		if got := p.Record(&rec); got.Differs != "" || got.Message == line {
			t.Errorf("%s\n%s\n%s", line, got.Message, got.Differs)
		}
	}
}

// Each kind of difference is found: what takes the line, and where a token is.
func TestProveFindsDifferences(t *testing.T) {
	const line = "<13>1 2021-03-02T08:01:37Z gw - - - - host=db.example.com user=alice"
	rules := []pack.Rule{{Match: pack.Pattern{Regex: `db\.example\.com`}}}
	object := func(rules []pack.Rule, expression string) []pack.KnowledgeObject {
		return []pack.KnowledgeObject{{Name: "O", Rules: []pack.ObjectRule{{Rule: rules[0],
			Expressions: []pack.Expression{{Type: pack.RegularExpression, Expression1: expression}}}}}}
	}
	every := []pack.Rule{{Match: pack.Pattern{Regex: "host="}}}
	for name, p := range map[string]*pack.Pack{
		"category":           {Categories: []pack.Category{{Name: "C", Rules: rules}}},
		"alert":              {Alerts: []pack.Alert{{Name: "A", Rules: rules}}},
		"report":             {Reports: []pack.Report{{Title: "R", Rules: rules}}},
		"object":             {KnowledgeObjects: object(rules, `host=(?<Host>\S+)`)},
		"expression":         {KnowledgeObjects: object(every, `host=(?<Host>db)`)},
		"token at its place": {KnowledgeObjects: object(every, `(?<Domain>e\w+)(?:\.com)? `)},
		"part of a value":    {KnowledgeObjects: object(every, `host=(?<Host>.{9})`)},
		"device id":          {Source: pack.Source{DeviceID: pack.DeviceID{Expression: `(?<Id>alice)`, Token: "Id", Active: true, Flavour: pack.DotNet}}},
	} {
		c, err := console.New(p, console.Options{})
		if err != nil {
			t.Fatal(err)
		}
		rec := record(t, line)
		if got := anonymize.NewProver(anonymize.New(secret), c).Record(&rec); got.Differs == "" {
			t.Errorf("%s: %s", name, got.Message)
		}
	}
}

func record(t testing.TB, line string) syslog.Record {
	t.Helper()
	r, err := syslog.NewReader(strings.NewReader(line+"\n"), "in.log", syslog.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// The origin of a captured line has stand-ins, too, the drain the one it has in lines.
func TestOrigin(t *testing.T) {
	const drain = "d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10"
	p := anonymize.NewProver(anonymize.New(secret), herokuConsole(t))
	rec := record(t, "@2021-03-02T08:01:37.5Z 203.0.113.8:4123 "+drain+" <190>1 2021-03-02T08:01:37Z "+drain+" app web.1 - - from 203.0.113.8")
	got := p.Record(&rec)
	if got.Differs != "" || got.Origin.Received != rec.Origin.Received || got.Origin.Drain == drain || !strings.Contains(got.Message, " "+got.Origin.Drain+" ") {
		t.Errorf("%+v", got)
	}
	if _, from, _ := strings.Cut(got.Message, "from "); got.Origin.Sender != from+":4123" || from == "203.0.113.8" {
		t.Errorf("%+v", got)
	}
}

// Whatever a line holds: changes are in order and apart, and the text is the line with them made; what was found is gone.
func FuzzText(f *testing.F) {
	for _, line := range told(f) {
		f.Add(line)
	}
	f.Add(strings.Repeat("a@", 5000))
	f.Add(strings.Repeat("user=", 5000))
	f.Add(strings.Repeat(":", 5000))
	f.Add("user=\xff\xfe@\xff.com %4 %zz@a.bc")
	a := anonymize.New(secret)
	f.Fuzz(func(t *testing.T, s string) {
		out, changes := a.Text(s)
		var want strings.Builder
		at := 0
		for _, c := range changes {
			if c.From < at || c.To <= c.From || c.To > len(s) {
				t.Fatalf("%+v", changes)
			}
			want.WriteString(s[at:c.From] + c.StandIn)
			at = c.To
		}
		want.WriteString(s[at:])
		if out != want.String() {
			t.Fatalf("%q, want %q", out, want.String())
		}
		if again, _ := a.Text(s); again != out {
			t.Fatalf("%q, then %q", out, again)
		}
	})
}

func BenchmarkProve(b *testing.B) {
	p := anonymize.NewProver(anonymize.New(secret), herokuConsole(b))
	var recs []syslog.Record
	for _, line := range told(b) {
		recs = append(recs, record(b, "<190>1 2021-03-02T08:01:37Z d.8f2b app web.1 - - "+line))
	}
	for i := 0; b.Loop(); i++ {
		p.Record(&recs[i%len(recs)])
	}
}
