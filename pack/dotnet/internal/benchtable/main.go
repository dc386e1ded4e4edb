// Benchtable reads the results of "make bench" from its standard input and writes what they say of the plan as Markdown: how many
// times as long each other engine takes for a line. A ratio is made within each round of the benchmarks, in which one engine comes
// right after the other, so that what slows the machine down for a while slows both; told are the rounds' median and, in
// brackets, the least and the greatest.
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"
)

func main() {
	r, err := read(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	r.write(os.Stdout)
}

// key says what was measured: values of the parts set=, engine= and cores= of a benchmark's name.
type key struct{ set, engine, cores string }

// results are the rounds' values of each benchmark, in the order of the rounds.
type results struct {
	perLine  map[key][]float64 // seconds
	rate     map[key][]float64 // bytes a second
	patterns map[string]float64
	about    []string // what was measured on what
}

func read(in io.Reader) (*results, error) {
	r := &results{perLine: map[key][]float64{}, rate: map[key][]float64{}, patterns: map[string]float64{}}
	records := benchfmt.NewReader(in, "standard input")
	for records.Scan() {
		switch rec := records.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, rec
		case *benchfmt.Result:
			r.add(rec)
		}
	}
	return r, records.Err()
}

func (r *results) add(rec *benchfmt.Result) {
	k := keyOf(rec.Name.Full())
	if k.set == "" {
		return
	}
	if v, ok := rec.Value("sec/op"); ok {
		r.perLine[k] = append(r.perLine[k], v)
	}
	if v, ok := rec.Value("B/s"); ok {
		r.rate[k] = append(r.rate[k], v)
	}
	if v, ok := rec.Value("patterns"); ok {
		r.patterns[k.set] = v
	}
	for _, name := range []string{"cpu", "corpus", "mono"} {
		if text := rec.GetConfig(name); text != "" && !slices.Contains(r.about, name+": "+text) {
			r.about = append(r.about, name+": "+text)
		}
	}
}

func keyOf(name []byte) key {
	var k key
	for part := range strings.SplitSeq(string(name), "/") {
		what, value, _ := strings.Cut(part, "=")
		value = strings.TrimSuffix(value, "-"+processors(value))
		switch what {
		case "set":
			k.set = value
		case "engine":
			k.engine = value
		case "cores":
			k.cores = value
		}
	}
	return k
}

// processors gives the number behind the last hyphen, which go test puts there.
func processors(value string) string {
	at := strings.LastIndexByte(value, '-')
	if digits := value[at+1:]; at >= 0 && strings.Trim(digits, "0123456789") == "" {
		return digits
	}
	return ""
}

// named is an engine or a set, and how readers know it.
type named struct{ name, title string }

// engines answer the same questions as a plan: told is how many times as long they take. Bounds do less: told is how much of the
// plan's time they take. Columns are the sets.
var (
	engines = []named{{"regexp2", "regexp2 v2"}, {"plain", "kpgen, each alone"}, {"mono", "Mono"}, {"mono-compiled", "Mono, compiled"}}
	bounds  = []named{{"scan", "literals alone"}, {"aho-corasick", "literals alone, by a library"}, {"count", "`bytes.Count`"}}
	columns = []named{{"heroku", "Heroku pack"}, {"forty", "40 patterns"}, {"400", "400 patterns"}, {"4000", "4,000 patterns"},
		{"console", "Heroku pack, a whole event"}}
)

// inGo is what follows a set's name in that of its part that Go's engine takes.
const inGo = "-go"

func (r *results) write(w io.Writer) {
	table := [][]string{{"", "---", "expressions", "kpgen, lines/s", "kpgen, MB/s"}}
	for _, row := range slices.Concat(engines, []named{{title: "Go's regexp"}}, bounds) {
		table[0] = append(table[0], row.title)
	}
	for _, set := range columns {
		if len(r.perLine[key{set: set.name, engine: "plan"}]) > 0 {
			table = append(table, append([]string{set.title, "--:"}, r.cells(set.name)...))
		}
	}
	for n := range table[0] {
		line := "|"
		for _, column := range table {
			line += " " + column[n] + " |"
		}
		fmt.Fprintln(w, line)
	}
	fmt.Fprintln(w)
	r.between(w, "400 patterns take, of the time of 40", key{"400", "plan", ""}, key{"forty", "plan", ""})
	r.between(w, "4,000 patterns take, of the time of 400", key{"4000", "plan", ""}, key{"400", "plan", ""})
	r.between(w, "a replay on one core takes, of its time on two", key{"replay", "plan", "1"}, key{"replay", "plan", "2"})
	for _, line := range r.about {
		fmt.Fprintln(w, "*", line)
	}
}

func (r *results) cells(set string) []string {
	plan := key{set: set, engine: "plan"}
	cells := []string{amount(r.patterns[set]), amount(1 / median(r.perLine[plan])), amount(median(r.rate[plan]) / 1e6)}
	for _, e := range engines {
		cells = append(cells, told(ratios(r.perLine[key{set: set, engine: e.name}], r.perLine[plan]), 1, "×"))
	}
	part := set + inGo
	ofGo := told(ratios(r.perLine[key{set: part, engine: "go"}], r.perLine[key{set: part, engine: "plan"}]), 1, "×")
	if n := r.patterns[part]; n > 0 {
		ofGo += " on " + amount(n)
	}
	cells = append(cells, ofGo)
	for _, e := range bounds {
		cells = append(cells, told(ratios(r.perLine[key{set: set, engine: e.name}], r.perLine[plan]), 100, " %"))
	}
	return cells
}

func (r *results) between(w io.Writer, what string, a, b key) {
	if all := ratios(r.perLine[a], r.perLine[b]); len(all) > 0 {
		fmt.Fprintf(w, "* %s: %s\n", what, told(all, 1, "×"))
	}
}

// ratios pairs the rounds.
func ratios(a, b []float64) []float64 {
	var all []float64
	for i := range min(len(a), len(b)) {
		all = append(all, a[i]/b[i])
	}
	return all
}

func told(values []float64, scale float64, unit string) string {
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf("%s%s (%s–%s)", short(scale*median(values)), unit, short(scale*slices.Min(values)), short(scale*slices.Max(values)))
}

// amount writes a number, 0 for one that is not told.
func amount(v float64) string {
	if v == 0 {
		return "–"
	}
	return short(v)
}

// median gives 0 for no values.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// short writes a number with two figures that say something, or all before the point.
func short(v float64) string {
	switch {
	case v >= 1000:
		return thousands(int(v + 0.5))
	case v >= 10:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2g", v)
}
