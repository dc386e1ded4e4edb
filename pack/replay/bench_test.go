package replay_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/internal/cputime"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/replay"
)

// BenchmarkReplay measures a whole replay of the Heroku pack to JSON lines, from memory to nowhere, on one core and on two: the
// lines are read, taken apart, evaluated by a worker for each core, and written in their order. Times are by the clock on the wall, so this wants an idle machine;
// where the processor time of a line tells another tale, it was not. See "make bench".
func BenchmarkReplay(b *testing.B) {
	spec, found := load.Load(corpus.Spec)
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
	c, err := console.New(spec.Pack, console.Options{})
	if err != nil {
		b.Fatal(err)
	}
	lines := corpus.Size(b)
	log := corpus.Log(b, lines, corpus.Seed(b))
	for _, cores := range []int{1, 2} {
		b.Run(fmt.Sprintf("set=replay/engine=plan/cores=%d", cores), func(b *testing.B) {
			if cores > runtime.NumCPU() {
				b.Skip("the machine has fewer cores")
			}
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			b.ResetTimer()
			start := cputime.Used()
			for range b.N {
				run(b, c, log)
			}
			perLine := float64(b.Elapsed().Nanoseconds()) / float64(b.N*lines)
			b.ReportMetric(perLine, "ns/op")
			b.ReportMetric(float64(cputime.Used()-start)/float64(b.N*lines), "cpu-ns/op")
			b.ReportMetric(1e9/perLine, "lines/s")
			b.ReportMetric(float64(len(log))/float64(lines)/perLine*1e3, "MB/s")
		})
	}
}

func run(b *testing.B, c *console.Console, log []byte) {
	b.Helper()
	w := replay.NewJSONL(io.Discard)
	source := replay.Source{Name: "generated", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(log)), nil }}
	if found, err := replay.Run(context.Background(), c, []replay.Source{source}, replay.Options{}, w.Write); err != nil || len(found) > 0 {
		b.Fatal(err, found)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}
