package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kpgen/kpgen/pack/syslog"
)

// captureSenders is how many drains send at once.
const captureSenders = 8

// BenchmarkCapture records b.N generated lines of the Heroku pack from eight drains over loopback, as they are and with stand-ins,
// and fails if one is lost. It reports the lines of a second, from the first byte sent to the end of the program, and the most
// memory the program had. See "make bench-receive".
func BenchmarkCapture(b *testing.B) {
	dir := b.TempDir()
	kpgen := filepath.Join(dir, "kpgen")
	if out, err := exec.Command("go", "build", "-o", kpgen, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	spec := filepath.Join("..", "..", "spec", "heroku")
	for _, scheme := range []string{"tcp", "tls", "https"} {
		for _, hide := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/anonymize=%v", scheme, hide), func(b *testing.B) {
				out := filepath.Join(b.TempDir(), "capture.log.zst")
				given := []string{"capture", "--listen", scheme + "://127.0.0.1:0", "--lines", fmt.Sprint(b.N), "-o", out}
				if hide {
					given = append(given, "--anonymize", "--keep", "--pack", spec)
				}
				benchmarkCapture(b, exec.Command(kpgen, given...), generated(b, kpgen, spec, b.N))
				if n := recorded(b, out); n != b.N {
					b.Fatalf("%d of %d lines are recorded", n, b.N)
				}
			})
		}
	}
}

// generated gives frames of lines, shared out among the senders.
func generated(b *testing.B, kpgen, spec string, lines int) [captureSenders][]string {
	out, err := exec.Command(kpgen, "synth", spec, "--lines", fmt.Sprint(lines)).Output()
	if err != nil {
		b.Fatal(err)
	}
	var all [captureSenders][]string
	for i, line := range strings.SplitAfter(strings.TrimSuffix(string(out), "\n"), "\n") {
		all[i%captureSenders] = append(all[i%captureSenders], fmt.Sprintf("%d %s", len(line), line))
	}
	return all
}

func benchmarkCapture(b *testing.B, capture *exec.Cmd, frames [captureSenders][]string) {
	stderr, err := capture.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := capture.Start(); err != nil {
		b.Fatal(err)
	}
	peak := watch(capture.Process.Pid)
	said := bufio.NewReader(stderr)
	first, err := said.ReadString('\n')
	at, err2 := url.Parse(strings.TrimSuffix(strings.Fields(first + " x x")[2], ","))
	if err != nil || err2 != nil {
		b.Fatal(first, err, err2)
	}
	b.ResetTimer()
	var sending sync.WaitGroup
	for _, own := range frames {
		sending.Go(func() { sendFrames(b, at, own) })
	}
	rest, _ := io.ReadAll(said)
	if err := capture.Wait(); err != nil {
		b.Logf("%v: %s", err, rest)
	}
	b.StopTimer()
	sending.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(peak(), "peak-MB")
	b.ReportMetric(0, "ns/op")
}

// sendFrames sends as a drain does: as they come, or in requests of a hundred that are sent again when there is no room.
func sendFrames(b *testing.B, to *url.URL, frames []string) {
	insecure := &tls.Config{InsecureSkipVerify: true}
	if to.Scheme == "https" {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: insecure}}
		defer client.CloseIdleConnections()
		for len(frames) > 0 {
			n := min(len(frames), 100)
			reply, err := client.Post(to.String(), "application/logplex-1", strings.NewReader(strings.Join(frames[:n], "")))
			if err != nil {
				b.Error(err)
				return
			}
			reply.Body.Close()
			if reply.StatusCode == http.StatusNoContent {
				frames = frames[n:]
			}
		}
		return
	}
	c, err := net.Dial("tcp", to.Host)
	if err != nil {
		b.Error(err)
		return
	}
	if to.Scheme == "tls" {
		c = tls.Client(c, insecure)
	}
	defer c.Close()
	if _, err := io.Copy(c, bytes.NewReader([]byte(strings.Join(frames, "")))); err != nil {
		b.Error(err)
	}
}

// recorded counts the events of a captured file.
func recorded(b *testing.B, name string) (n int) {
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r, err := syslog.NewReader(f, name, syslog.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil || rec.Err != nil {
			b.Fatal(err, rec.Err)
		}
		n++
	}
}
