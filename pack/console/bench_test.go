package console_test

import (
	"testing"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/internal/cputime"
	"github.com/kpgen/kpgen/pack/load"
)

// BenchmarkConsole measures what replay does with an event of the Heroku pack, with a plan and plainly: all that a console makes
// of it. Times are the processor's. See "make bench".
func BenchmarkConsole(b *testing.B) {
	spec, found := load.Load(corpus.Spec)
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
	events := corpus.Spread(corpus.Events(b, corpus.Size(b), corpus.Seed(b)))
	bytes := 0
	for i := range events {
		bytes += len(events[i].Text)
	}
	for _, engine := range []string{"plan", "plain"} {
		b.Run("set=console/engine="+engine, func(b *testing.B) {
			w := worker(b, spec, console.Options{Plain: engine == "plain"})
			var r console.Result
			for i := range events[:min(len(events), 1000)] { // what is compiled when it is first run is not measured
				w.Evaluate(&events[i], &r)
			}
			b.ReportAllocs()
			b.ResetTimer()
			start := cputime.Used()
			for i := range b.N {
				w.Evaluate(&events[i%len(events)], &r)
			}
			perLine := float64(cputime.Used()-start) / float64(b.N)
			b.ReportMetric(perLine, "ns/op")
			b.ReportMetric(1e9/perLine, "lines/s")
			b.ReportMetric(float64(bytes)/float64(len(events))/perLine*1e3, "MB/s")
		})
	}
}
