package synth_test

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/synth"
	"github.com/kpgen/kpgen/pack/syslog"
)

var (
	addressForm = regexp.MustCompile(`\b\d+\.\d+\.\d+\.\d+\b|\b2001:[0-9a-f:]+`)
	domainForm  = regexp.MustCompile(`host=(\S+)|@(\S+?\.(?:com|org|net))`)
)

// TestHeroku has the Heroku pack's own lines go through the pack: all are events, and all that the pack has is used.
func TestHeroku(t *testing.T) {
	const dir = "../../spec/heroku"
	spec, list := synth.Load(dir)
	if len(list) > 0 {
		t.Fatal(list)
	}
	loaded, list := load.Load(dir)
	if len(list) > 0 {
		t.Fatal(list)
	}
	c, err := console.New(loaded.Pack, console.Options{})
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	worker, alarms, result := c.NewWorker(), c.NewAlarms(), console.Result{}
	for line := range strings.Lines(generate(spec, 1, 3000)) {
		line = strings.TrimSuffix(line, "\n")
		documented(t, line)
		event, err := syslog.Parse(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		worker.Evaluate(&event, &result)
		alarms.Raise(&result)
		if len(result.Findings) > 0 || result.Dropped {
			t.Fatalf("%s: dropped %v, %v", line, result.Dropped, result.Findings)
		}
		for _, category := range result.Categories {
			used[category] = true
		}
		for _, alert := range result.Alerts {
			used[alert] = true
		}
		for _, row := range result.Rows {
			used[row.Report.Title] = true
		}
	}
	var want []string
	for _, category := range loaded.Pack.Categories {
		want = append(want, category.Name)
	}
	for _, alert := range loaded.Pack.Alerts {
		want = append(want, alert.Name)
	}
	for _, report := range loaded.Pack.Reports {
		want = append(want, report.Title)
	}
	for _, name := range want {
		if !used[name] {
			t.Errorf("no line is for %q", name)
		}
	}
}

// documented holds a line to example domains (RFC 2606) and documentation addresses (RFC 5737, RFC 3849).
func documented(t *testing.T, line string) {
	t.Helper()
	for _, s := range addressForm.FindAllString(line, -1) {
		ip, err := netip.ParseAddr(strings.TrimRight(s, ":"))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		known := false
		for _, p := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"} {
			known = known || netip.MustParsePrefix(p).Contains(ip)
		}
		if !known {
			t.Fatalf("%s: %v is no address for documentation", line, ip)
		}
	}
	for _, m := range domainForm.FindAllStringSubmatch(line, -1) {
		if domain := m[1] + m[2]; !strings.Contains(domain, "example.") {
			t.Fatalf("%s: %s is no example domain", line, domain)
		}
	}
}
