package receive_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/internal/certificate"
	"github.com/kpgen/kpgen/pack/receive"
	"github.com/kpgen/kpgen/pack/syslog"
)

// BenchmarkReceive sends b.N lines of a router's size over loopback and fails if one is lost. Senders and receiver share the
// machine; peak-MB is the most that the heap of both held.
func BenchmarkReceive(b *testing.B) {
	for _, scheme := range []string{"tcp", "tls", "http", "https"} {
		for _, senders := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/senders=%d", scheme, senders), func(b *testing.B) { benchmark(b, scheme, senders) })
		}
	}
}

func benchmark(b *testing.B, scheme string, senders int) {
	opt := receive.Options{}
	opt.Certificate, opt.Key, _ = certificate.Write(b)
	r, err := receive.Open([]receive.Address{{Scheme: scheme, Host: "127.0.0.1:0", Path: map[bool]string{true: "/drain"}[strings.HasPrefix(scheme, "http")]}}, opt)
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	peak := watch(ctx)
	done := make(chan error)
	go func() { done <- r.Run(ctx, func([]syslog.Record) error { return nil }) }()
	one := frame(`<158>1 2021-03-02T08:01:37.104729+00:00 d.8f2b6f2c-3c55-4b1e-9a53-0d1c7e5b9a10 heroku router - - at=info method=GET ` +
		`path="/" host=shop.example.com request_id=4f1ee35b-36a9-4b0c-851d-62d09692b625 fwd="192.0.2.17" dyno=web.1 connect=1ms ` +
		`service=27ms status=200 bytes=0 protocol=https`)
	b.SetBytes(int64(len(one)))
	b.ResetTimer()
	var sending sync.WaitGroup
	for i := range senders {
		lines := b.N / senders
		if i == 0 {
			lines += b.N % senders
		}
		if lines > 0 {
			sending.Go(func() { sendLines(b, r.Addresses()[0], one, lines) })
		}
	}
	sending.Wait()
	for end := time.Now().Add(patience); r.Counts().Records < b.N && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	stop()
	b.ReportMetric(<-peak, "peak-MB")
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	if c := r.Counts(); c.Events != b.N || len(c.Reasons) > 0 {
		b.Fatalf("sent %d: %v", b.N, c)
	}
}

// sendLines sends lines as a drain does: buffered, or in requests of a hundred.
func sendLines(b *testing.B, to receive.Address, one string, lines int) {
	insecure := &tls.Config{InsecureSkipVerify: true}
	if to.Path != "" {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: insecure}}
		defer client.CloseIdleConnections()
		for ; lines > 0; lines -= 100 {
			reply, err := client.Post(to.String(), "application/logplex-1", strings.NewReader(strings.Repeat(one, min(lines, 100))))
			if err != nil || reply.StatusCode != http.StatusNoContent {
				b.Errorf("%v %v", reply, err)
				return
			}
			reply.Body.Close()
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
	block := bytes.Repeat([]byte(one), 200)
	for ; lines > 0; lines -= 200 {
		if _, err := io.Copy(c, bytes.NewReader(block[:min(lines, 200)*len(one)])); err != nil {
			b.Error(err)
			return
		}
	}
}

// watch gives the most megabytes that the heap held until ctx was done.
func watch(ctx context.Context) <-chan float64 {
	peak := make(chan float64, 1)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		most := uint64(0)
		for ctx.Err() == nil {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			time.Sleep(5 * time.Millisecond)
		}
		peak <- float64(most) / 1e6
	}()
	return peak
}
