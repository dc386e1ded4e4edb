package synth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/synth"
)

// TestDeterminism holds the lines of a seed to their bytes, which must be the same on every machine and in every version that does
// not mean to change them.
func TestDeterminism(t *testing.T) {
	const small = `
start: 2021-12-31T23:59:59.5Z
pace: 250ms
values:
  at: {time: "2006-01-02T15:04:05.000000-07:00"}
  id: {uuid: random}
  run: {once: "r-%{id}"}
  node: {choice: {a: 3, b: 1}}
  node_id: {once: "%{sha}", per: node}
  sha: {hex: 20}
  size: {number: {1-9: 5, 10-500: 1}}
  load: {number: {0.00-1.50: 1, 2.5: 1}}
  ip: {address: [192.0.2.0/24, 2001:db8::/32]}
lines:
  - {weight: 3, text: '%{at} %{run} %{node} %{node_id} %{size} %{size#2} %{size} %{ip} %%{x}'}
  - {weight: 1, text: ['first %{at} %{id}', 'second %{at} %{id}']}
  - {every: 2s, each: node, text: 'tick %{node} %{node_id} %{load}'}
`
	spec := mustLoad(t, small)
	text := generate(spec, 7, 2000)
	if again := generate(spec, 7, 2000); again != text {
		t.Error("the same seed gives other lines the second time")
	}
	if generate(spec, 8, 2000) == text {
		t.Error("another seed gives the same lines")
	}
	sum := sha256.Sum256([]byte(text))
	const want = "618c8f57683b5317a8a92761e174d3a7c22eacf895467e471a751b69616927c5"
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("the lines' SHA-256 is %s, want %s; they begin\n%s", got, want, text[:500])
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct{ name, value, form string }{
		{"text", `a b`, `a b`},
		{"list", `[x, y]`, `[xy]`},
		{"weighted", `{choice: {x: 1, "y%{other}": 1}}`, `x|yo`},
		{"number", `{number: {7: 1, 10-12: 1}}`, `7|1[0-2]`},
		{"decimals", `{number: {0.5-1: 1, 0.05: 1}}`, `0\.[5-9]\d|1\.00|0\.05`},
		{"uuid", `{uuid: random}`, `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`},
		{"hex", `{hex: 33}`, `[0-9a-f]{33}`},
		{"address", `{address: [203.0.113.0/24]}`, `203\.0\.113\.\d+`},
		{"time", `{time: "15:04:05Z07:00"}`, `\d\d:\d\d:\d\dZ`},
	} {
		spec := mustLoad(t, "values:\n  other: o\n  v: "+c.value+"\nlines:\n  - {weight: 1, text: '<%{v}> <%{v#2}> %{other}'}\n")
		form := regexp.MustCompile(`^<(` + c.form + `)> <(` + c.form + `)> o$`)
		for line := range strings.Lines(generate(spec, 1, 200)) {
			if !form.MatchString(strings.TrimSuffix(line, "\n")) {
				t.Fatalf("%s: %q", c.name, line)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	ranges := []netip.Prefix{netip.MustParsePrefix("198.51.100.16/28"), netip.MustParsePrefix("2001:db8::/33")}
	spec := mustLoad(t, "values: {v: {address: [198.51.100.21/28, '2001:db8::/33']}}\nlines: [{weight: 1, text: '%{v}'}]\n")
	seen := map[string]bool{}
	for line := range strings.Lines(generate(spec, 1, 2000)) {
		ip := netip.MustParseAddr(strings.TrimSpace(line))
		if !ranges[0].Contains(ip) && !ranges[1].Contains(ip) {
			t.Fatal(ip)
		}
		if ip.Is4() {
			seen[ip.String()] = true
		}
	}
	if len(seen) != 16 {
		t.Errorf("%d of 16 addresses came", len(seen))
	}
}

// TestMix holds weights, times and values drawn once to what the file says.
func TestMix(t *testing.T) {
	spec := mustLoad(t, `
start: 2021-03-02T08:00:00Z
pace: 10ms
values:
  at: {time: "2006-01-02T15:04:05.000000Z"}
  id: {uuid: random}
  run: {once: "%{id}"}
  node: [a, b, c]
  node_id: {once: "%{id}", per: node}
lines:
  - {weight: 90, text: 'often %{at} %{run}'}
  - {weight: 10, text: 'seldom %{at} %{run}'}
  - {every: 20s, each: node, text: 'tick %{at} %{node} %{node_id}'}
`)
	count, ids, ticks, runs := map[string]int{}, map[string]string{}, map[string][]time.Time{}, map[string]bool{}
	var last time.Time
	for line := range strings.Lines(generate(spec, 3, 100_000)) {
		words := strings.Fields(line)
		at, err := time.Parse(time.RFC3339Nano, words[1])
		if err != nil || at.Before(last) {
			t.Fatal(line, err)
		}
		last = at
		count[words[0]]++
		if words[0] != "tick" {
			runs[words[2]] = true
			continue
		}
		if id, known := ids[words[2]]; known && id != words[3] {
			t.Fatalf("%s has another id: %s", words[2], line)
		}
		ids[words[2]] = words[3]
		ticks[words[2]] = append(ticks[words[2]], at)
	}
	if len(runs) != 1 || len(ids) != 3 || ids["a"] == ids["b"] {
		t.Errorf("values drawn once: %v, %v", runs, ids)
	}
	if n := count["seldom"]; n < 9_500 || n > 10_500 {
		t.Errorf("%d of 100000 lines of weight 10 in 100", n)
	}
	if took := last.Sub(time.Date(2021, 3, 2, 8, 0, 0, 0, time.UTC)); took < 990*time.Second || took > 1010*time.Second {
		t.Errorf("100000 lines took %v, want 1000 s", took)
	}
	for node, at := range ticks {
		for i := 1; i < len(at); i++ {
			if gap := at[i].Sub(at[i-1]); gap < 19900*time.Millisecond || gap > 20100*time.Millisecond {
				t.Errorf("%s: %v between two lines that come every 20 s", node, gap)
			}
		}
	}
}

// TestTimedAlone has no line by weight: time jumps to what is due.
func TestTimedAlone(t *testing.T) {
	spec := mustLoad(t, "start: 2021-03-02T08:00:00Z\npace: 1ms\nvalues: {at: {time: '04'}}\nlines: [{every: 1m, text: '%{at}'}]\n")
	got := strings.Fields(generate(spec, 1, 3))
	if want := []string{"00", "01", "02"}; !slices.Equal(got, want) {
		t.Errorf("minutes %v, want %v", got, want)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"lines: [{weight: 1, text: 'a %{nam}'}]\nvalues: {name: x}", "1:30 unknown-value, 2:10 unused-value"},
		{"lines:\n  - weight: 1\n    text: >\n      a\n      %{nam}\n", "5:7 unknown-value"},
		{"lines: [{weight: 1, text: 'a %{Name} %{} %{a b} %{a'}]",
			"1:30 bad-reference, 1:38 bad-reference, 1:42 bad-reference, 1:49 bad-reference"},
		{"lines: [{weight: 1, text: '%{a}'}]\nvalues: {a: '%{b}', b: [x, '-%{a}']}", "2:30 value-cycle"},
		{"values: {a: x}\nlines: [{weight: 1, text: b}]", "1:10 unused-value"},
		{"lines: [{wait: 1, text: b}]", "1:9 weight-or-every, 1:10 unknown-key"},
		{"lines: [{weight: 1, every: 2s, text: b}]", "1:9 weight-or-every"},
		{"lines: [{weight: 0, text: b}]", "1:18 bad-value"},
		{"lines: [{weight: 1}]", "1:9 missing-key"},
		{"lines: [{weight: 1, text: []}]", "1:27 wrong-type"},
		{"lines: []", "1:8 wrong-type"},
		{"pace: 1s", "1:1 missing-key"},
		{"pace: soon\nstart: today\nlines: [{weight: 1, text: b}]", "1:7 bad-value, 2:8 bad-value"},
		{"lines: [{weight: 1, text: b, each: v}]\nvalues: {v: [a]}", "1:36 bad-value, 2:10 unused-value"},
		{"lines: [{every: 1s, text: b, each: v}]\nvalues: {v: {hex: 1}}", "1:36 bad-value"},
		{"pace: 1s\nlines: [{every: 1s, text: b}, {weight: 1, text: a}]", "2:8 too-many-timed"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {hex: 1, uuid: random}}", "2:13 value-kind"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {per: w}}", "2:13 value-kind"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {uuid: v7}}", "2:20 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {number: {9-1: 1, -3: 1}}}", "2:31 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {number: {9-1: 1}}}", "2:23 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {number: {}}}", "2:22 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {address: [192.0.2.0]}}", "2:24 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: []}", "2:13 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: {choice: {a: 1, a: 2}}}", "2:29 duplicate-key"},
		{"lines: [{weight: 1, text: a}]\nvalues: {V: x}", "2:10 bad-value"},
		{"lines: [{weight: 1, text: '%{v}'}]\nvalues: {v: '%{w}%{w}', w: '" + strings.Repeat("x", 40_000) + "'}", "2:13 text-too-long"},
		{"lines: [{weight: 1, text: a}", "1:8 yaml-syntax"},
		{"- a", "1:1 missing-key, 1:1 wrong-type"},
	} {
		_, list := synth.Load(folder(t, c.text))
		var got []string
		for _, d := range list {
			got = append(got, strconv.Itoa(d.Line)+":"+strconv.Itoa(d.Column)+" "+d.ID)
			if filepath.Base(d.File) != "synth.yaml" {
				t.Errorf("%s: %v is in no synth.yaml", c.text, d)
			}
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%.200s\n%s", c.text, diff)
		}
	}
}

func TestMissing(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "nowhere")} {
		if _, list := synth.Load(dir); len(list) != 1 || list[0].ID != "unreadable" {
			t.Errorf("%s: %v", dir, list)
		}
	}
}

func BenchmarkHeroku(b *testing.B) {
	spec, list := synth.Load("../../spec/heroku")
	if len(list) > 0 {
		b.Fatal(list)
	}
	g := synth.New(spec, 1)
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = g.AppendLine(buf[:0])
		b.SetBytes(int64(len(buf)))
	}
}

func mustLoad(t *testing.T, text string) *synth.Spec {
	t.Helper()
	spec, list := synth.Load(folder(t, text))
	if list.Has(diag.Error) {
		t.Fatal(list)
	}
	return spec
}

func folder(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "synth.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func generate(s *synth.Spec, seed uint64, lines int) string {
	var b strings.Builder
	g := synth.New(s, seed)
	for range lines {
		b.Write(g.AppendLine(nil))
	}
	return b.String()
}
