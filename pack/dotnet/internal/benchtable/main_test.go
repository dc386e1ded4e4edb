package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTable pairs the rounds: the plan is twice as slow in the second one, and so is all else.
func TestTable(t *testing.T) {
	const in = `corpus: two lines
goos: linux
BenchmarkPatterns/set=forty/engine=plan-2          1  100 ns/op  50.00 MB/s  10000000 lines/s  40.00 patterns
BenchmarkPatterns/set=forty/engine=mono-compiled-2 1  5000 ns/op 1.00 MB/s
BenchmarkPatterns/set=forty/engine=scan-2          1  20 ns/op
BenchmarkPatterns/set=forty-go/engine=plan-2       1  10 ns/op  36.00 patterns
BenchmarkPatterns/set=forty-go/engine=go-2         1  60 ns/op  36.00 patterns
BenchmarkPatterns/set=400/engine=plan              1  300 ns/op  400.0 patterns
BenchmarkReplay/set=replay/engine=plan/cores=1-2   1  900 ns/op
BenchmarkReplay/set=replay/engine=plan/cores=2-2   1  500 ns/op
BenchmarkOther-2                                   1  7 ns/op
BenchmarkPatterns/set=forty/engine=plan-2          1  200 ns/op
BenchmarkPatterns/set=forty/engine=mono-compiled-2 1  8000 ns/op
BenchmarkPatterns/set=forty/engine=scan-2          1  40 ns/op
`
	r, err := read(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	r.write(&out)
	const want = "" +
		`|  | 40 patterns | 400 patterns |
| --- | --: | --: |
| expressions | 40 | 400 |
| kpgen, lines/s | 6,666,667 | 3,333,333 |
| kpgen, MB/s | 50 | – |
| regexp2 v2 | – | – |
| kpgen, each alone | – | – |
| Mono | – | – |
| Mono, compiled | 45× (40–50) | – |
| Go's regexp | 6.0× (6.0–6.0) on 36 | – |
| literals alone | 20 % (20–20) | – |
| literals alone, by a library | – | – |
` + "| `bytes.Count` | – | – |" + `

* 400 patterns take, of the time of 40: 3.0× (3.0–3.0)
* a replay on one core takes, of its time on two: 1.8× (1.8–1.8)
* corpus: two lines
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
