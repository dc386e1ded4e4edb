package calibrate_test

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// TestHead: what files of records say about themselves in front or behind, without a name: how many items follow, when they were
// written, how long they are, their sums. What counts is counted; the rest is the console's.
func TestHead(t *testing.T) {
	records := func(n int, salt int) (*pack.Pack, string) {
		p, text := &pack.Pack{}, ""
		for i := range n {
			c := pack.Category{Name: fmt.Sprintf("Category %d of %d", i, salt), Group: fmt.Sprintf("Group %d-%d", salt, i)}
			text += "CAT;" + c.Name + ";" + c.Group + "\n"
			for j := range 1 + (i+salt)%3 {
				r := pack.Rule{Title: fmt.Sprintf("rule %d-%d-%d", salt, i, j), EventSource: fmt.Sprintf("source %d%d", i, j)}
				c.Rules = append(c.Rules, r)
				text += "RULE;" + r.Title + ";" + r.EventSource + "\n"
			}
			p.Categories = append(p.Categories, c)
		}
		return p, text
	}
	for name, around := range map[string]func(text string, n int) string{
		"a number":          func(text string, n int) string { return fmt.Sprintf("%d;;\n", n) + text },
		"a number alone":    func(text string, n int) string { return fmt.Sprintf("%d\n", n) + text },
		"a word and number": func(text string, n int) string { return fmt.Sprintf("COUNT;%d;\n", n) + text },
		"a short record":    func(text string, n int) string { return fmt.Sprintf("COUNT;%d\n", n) + text },
		"behind":            func(text string, n int) string { return text + fmt.Sprintf("END;%d;\n", n) },
		"a date and a sum": func(text string, n int) string {
			return fmt.Sprintf("HDR;2026-01-0%dT00:00:00;%08x\n", n, crc32.ChecksumIEEE([]byte(text))) + text
		},
		"sums and size": func(text string, n int) string {
			return fmt.Sprintf("HDR;%x;%d\n", sha256.Sum256([]byte(text)), n) + text + fmt.Sprintf("SIZE;%d;\n", len(text))
		},
	} {
		t.Run(name, func(t *testing.T) {
			sample := func(n, salt int) calibrate.Sample {
				p, text := records(n, salt)
				return calibrate.Sample{Pack: p, File: artifact.File{Name: "a.iscat", Data: []byte(around(text, n))}}
			}
			r := learnAndRead(t, []calibrate.Sample{sample(4, 1), sample(3, 2)}, sample(5, 3))
			if text := string(r.Report(nil)); strings.Contains(name, "sum") && !strings.Contains(text, "checksum") {
				t.Error(text)
			}
		})
	}
}
