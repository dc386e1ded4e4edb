package decompile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/decompile"
)

// manyAlerts makes up a pack of alerts whose expressions have some beginnings, alternatives and values in common.
func manyAlerts(n, size int) *pack.Pack {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		var b strings.Builder
		for range 4 + r.IntN(6) {
			b.WriteByte(byte('a' + r.IntN(26)))
		}
		return b.String()
	}
	parts := []string{`"[^"\n]*"`, `\d{1,3}(?:\.\d{1,3}){3}`, `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`, `(?:\S+\s+)*?`}
	for range 60 {
		parts = append(parts, fmt.Sprintf(`(?:%s|%s|%s(?:ed|ing)?)\s%s`, word(), word(), word(), parts[r.IntN(len(parts))]))
	}
	p := &pack.Pack{Name: "many", Title: "Many", Group: "Many", Version: "1.0.0", MinimumConsole: "9.3",
		Source: pack.Source{Type: "Many", System: "many"}, Files: pack.Files{Alerts: "Alert_Many.isalt"}}
	for i := range n {
		var b strings.Builder
		fmt.Fprintf(&b, `^(?>.*?1\s\d{4}-\d\d-\d\dT\S+\s)host%d\s`, r.IntN(5))
		for b.Len() < size {
			b.WriteString(word() + `\s` + parts[r.IntN(len(parts))])
		}
		p.Alerts = append(p.Alerts, pack.Alert{Name: fmt.Sprintf("Many: %s %d", word(), i), Group: "Many", ThreatLevel: pack.Medium,
			Rules: []pack.Rule{{EventSource: "syslog", Match: pack.Pattern{Regex: b.String()}}}})
	}
	return p
}

// BenchmarkThousandAlerts drafts and writes a pack of a thousand alerts with an expression of 500 or 2,000 bytes each.
func BenchmarkThousandAlerts(b *testing.B) {
	for _, size := range []int{500, 2000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p := manyAlerts(1000, size)
			b.ReportAllocs()
			for b.Loop() {
				files, err := decompile.New(&artifact.Bundle{Pack: p}).Files()
				if err != nil {
					b.Fatal(err)
				}
				total := 0
				for _, f := range files {
					total += len(f.Data)
				}
				b.ReportMetric(float64(total), "bytes")
			}
		})
	}
}
