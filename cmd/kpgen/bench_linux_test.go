package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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
	peaks := [2]func() float64{watch(replay.Process.Pid), watch(synth.Process.Pid)}
	if err := replay.Wait(); err != nil {
		b.Fatalf("%v\n%s", err, said.String())
	}
	if err := synth.Wait(); err != nil {
		b.Fatalf("%v\n%s", err, said.String())
	}
	b.Logf("%d lines in %v: %s", lines, time.Since(start).Round(time.Second), strings.TrimSpace(said.String()))
	b.ReportMetric(peaks[0](), "replay-peak-MB")
	b.ReportMetric(peaks[1](), "synth-peak-MB")
}

// watch looks at the most memory a process had at a time until the process is gone, and gives it in MB. What the system tells of
// a process that has ended is no less than what this one has, from which it was forked.
func watch(pid int) func() float64 {
	peak := make(chan float64, 1)
	go func() {
		kB := 0
		for {
			now, ok := highWater(pid)
			if !ok {
				peak <- float64(kB) * 1024 / 1e6
				return
			}
			kB = now
			time.Sleep(50 * time.Millisecond)
		}
	}()
	return func() float64 { return <-peak }
}

// highWater reads VmHWM, which a process that has ended does not have.
func highWater(pid int) (kB int, ok bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	_, value, ok := strings.Cut(string(status), "VmHWM:")
	if !ok {
		return 0, false
	}
	_, err = fmt.Sscan(value, &kB)
	return kB, err == nil
}
