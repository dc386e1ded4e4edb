package syslog_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/kpgen/kpgen/pack/syslog"
)

const routerLine = "<158>1 2021-01-24T09:51:24.537546+00:00 d.5a8fd083-0972-4e18-b912-94dc2d099dac heroku router - - " +
	`at=info method=GET path="/a/b?c=d" host=www.example.com request_id=0f3c8b1e-0d5f-4c55-8f0a-0d8f6f1e2c3b fwd="192.0.2.7" dyno=web.1 connect=0ms ` +
	"service=12ms status=200 bytes=148 protocol=https"

func BenchmarkParse(b *testing.B) {
	for name, line := range map[string]string{"drain": routerLine, "display": figure10} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := syslog.Parse(line); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReader(b *testing.B) {
	const lines = 10000
	for name, line := range map[string]string{
		"lines":   routerLine + "\n",
		"octets":  fmt.Sprintf("%d %s\n", len(routerLine)+1, routerLine),
		"glued":   fmt.Sprintf("%d %s", len(routerLine), routerLine),
		"lies":    "300 " + routerLine + "\n",
		"display": figure10 + "\r\n",
		"text":    "no event at all, 12 <b>but</b> text\n",
	} {
		in := bytes.Repeat([]byte(line), lines)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				r, err := syslog.NewReader(bytes.NewReader(in), "", syslog.Options{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for ; err == nil; n++ {
					_, err = r.Next()
				}
				if err != io.EOF || n <= lines {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
