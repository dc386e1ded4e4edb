//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkStream replays generated lines through a pipe, so many GB of them, and reports the most memory each of the two
// processes had. KPGEN_BENCH_GB names other sizes than 0.5 and 5. See "make bench-stream".
func BenchmarkStream(b *testing.B) {
	kpgen := filepath.Join(b.TempDir(), "kpgen")
	if out, err := exec.Command("go", "build", "-o", kpgen, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	spec := filepath.Join("..", "..", "spec", "heroku")
	sizes := strings.Fields(os.Getenv("KPGEN_BENCH_GB"))
	if len(sizes) == 0 {
		sizes = []string{"0.5", "5"}
	}
	lineLength := meanLine(b, kpgen, spec)
	for _, size := range sizes {
		b.Run("GB="+size, func(b *testing.B) {
			gb, err := strconv.ParseFloat(size, 64)
			if err != nil || gb <= 0 {
				b.Fatalf("%q is no number of GB", size)
			}
			for range b.N {
				stream(b, kpgen, spec, int(gb*1e9/lineLength))
			}
			b.ReportMetric(gb*1e3/(b.Elapsed().Seconds()/float64(b.N)), "MB/s")
		})
	}
}

// meanLine gives the mean length of generated lines, in bytes.
func meanLine(b *testing.B, kpgen, spec string) float64 {
	const lines = 100_000
	out, err := exec.Command(kpgen, "synth", spec, "--lines", fmt.Sprint(lines)).Output()
	if err != nil {
		b.Fatal(err)
	}
	return float64(len(out)) / lines
}

func stream(b *testing.B, kpgen, spec string, lines int) {
	synth := exec.Command(kpgen, "synth", spec, "--lines", strconv.Itoa(lines))
	replay := exec.Command(kpgen, "replay", spec, "-")
	var err error
	if replay.Stdin, err = synth.StdoutPipe(); err != nil {
		b.Fatal(err)
	}
	var said strings.Builder
	synth.Stderr, replay.Stderr = &said, &said
	for _, c := range []*exec.Cmd{synth, replay} {
		if err := c.Start(); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	if err := replay.Wait(); err != nil {
		b.Fatalf("%v\n%s", err, said.String())
	}
	if err := synth.Wait(); err != nil {
		b.Fatalf("%v\n%s", err, said.String())
	}
	b.Logf("%d lines in %v: %s", lines, time.Since(start).Round(time.Second), strings.TrimSpace(said.String()))
	b.ReportMetric(peak(replay), "replay-peak-MB")
	b.ReportMetric(peak(synth), "synth-peak-MB")
}

// peak gives the most memory a process that ended had at a time, in MB. Linux counts in KB.
func peak(c *exec.Cmd) float64 {
	return float64(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1000
}
