package calibrate_test

import (
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// large is a pack with so many items of every kind.
func large(items int) *pack.Pack {
	p := &pack.Pack{}
	for seed := uint64(1); len(p.Categories) < items || len(p.Alerts) < items || len(p.KnowledgeObjects) < items || len(p.Reports) < items || len(p.Dashlets) < items; seed++ {
		more := randomPack(seed)
		p.Categories = append(p.Categories, more.Categories...)
		p.Alerts = append(p.Alerts, more.Alerts...)
		p.KnowledgeObjects = append(p.KnowledgeObjects, more.KnowledgeObjects...)
		p.Reports = append(p.Reports, more.Reports...)
		p.Dashlets = append(p.Dashlets, more.Dashlets...)
	}
	p.Categories, p.Alerts, p.KnowledgeObjects = p.Categories[:items], p.Alerts[:items], p.KnowledgeObjects[:items]
	p.Reports, p.Dashlets = p.Reports[:items], p.Dashlets[:items]
	return p
}

// BenchmarkLearn learns five files of 1,000 items each in a form of each sort.
func BenchmarkLearn(b *testing.B) {
	p := large(1000)
	for _, form := range []string{"elements", "attributes", "bag", "dataset", "json", "sections", "nested", "numbered", "records"} {
		st := style{Form: form, Charset: "utf-8", Names: "words", Absent: "empty", Zero: "0", Truth: [2]string{"1", "0"}, Enum: "numbers",
			Unit: "seconds", GUID: "lower", Number: 1, Around: true, Indent: true}.possible()
		b.Run(form, func(b *testing.B) {
			var samples []calibrate.Sample
			size := 0
			for _, k := range artifact.Kinds() {
				f := st.write(p, k, 1)
				size += len(f.Data)
				samples = append(samples, calibrate.Sample{Pack: p, File: f})
			}
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := calibrate.Learn("acme", samples); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
