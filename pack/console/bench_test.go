package console_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/syslog"
)

// BenchmarkHeroku measures evaluating the sample lines of the Heroku pack with a plan and plainly.
func BenchmarkHeroku(b *testing.B) {
	spec, found := load.Load("../../spec/heroku")
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
	lines := sampleLines(b)
	for _, plain := range []bool{false, true} {
		b.Run(map[bool]string{false: "plan", true: "plain"}[plain], func(b *testing.B) {
			c, err := console.New(spec.Pack, console.Options{Plain: plain})
			if err != nil {
				b.Fatal(err)
			}
			w := c.NewWorker()
			var r console.Result
			for i := range lines { // what is compiled when it is first run is not measured
				w.Evaluate(&lines[i], &r)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				w.Evaluate(&lines[i%len(lines)], &r)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

// sampleLines reads the events of the Heroku pack's samples.
func sampleLines(t testing.TB) []syslog.Event {
	t.Helper()
	names, err := filepath.Glob("../../spec/heroku/samples/*.log")
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	var lines []syslog.Event
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := syslog.NewReader(f, name, syslog.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for {
			rec, err := r.Next()
			if err != nil {
				break
			}
			if rec.Err == nil {
				lines = append(lines, rec.Event)
			}
		}
	}
	return lines
}
