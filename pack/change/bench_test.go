package change_test

import (
	"fmt"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/change"
)

// BenchmarkCompare compares packs of a thousand items of each kind, all of them renamed.
func BenchmarkCompare(b *testing.B) {
	with := func(suffix string) change.Side {
		base, p := full(), full()
		for i := range 1000 {
			c, a, o, r, d := base.Categories[0], base.Alerts[0], base.KnowledgeObjects[0], base.Reports[0], base.Dashlets[0]
			c.Name, a.Name, o.Name, r.Title, d.Title = fmt.Sprint(i, suffix), fmt.Sprint(i, suffix), fmt.Sprint(i, suffix), fmt.Sprint(i, suffix), fmt.Sprint(i, suffix)
			c.Description, a.Description, r.Description, d.Query = fmt.Sprint(i*i), fmt.Sprint(i*i, suffix), fmt.Sprint(i*i), fmt.Sprint("x:", i*i, suffix)
			c.Rules = []pack.Rule{{Match: pack.Pattern{Regex: fmt.Sprintf(`^\d+ kind=%d%s`, i*i, suffix)}}}
			p.Categories, p.Alerts, p.KnowledgeObjects = append(p.Categories, c), append(p.Alerts, a), append(p.KnowledgeObjects, o)
			p.Reports, p.Dashlets = append(p.Reports, r), append(p.Dashlets, d)
		}
		return change.Side{Pack: p}
	}
	old, now := with(" a"), with(" b")
	for b.Loop() {
		change.Compare(old, now)
	}
}
