package calibrate_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// shuffled is the pack with its items, and the rules in them, in another order.
func shuffled(p *pack.Pack, seed uint64) *pack.Pack {
	p = randomCopy(p)
	r := rand.New(rand.NewPCG(seed, 9))
	shuffle := func(n int, swap func(i, j int)) { r.Shuffle(n, swap) }
	for i := range p.Alerts {
		shuffle(len(p.Alerts[i].Rules), func(a, b int) { swap(p.Alerts[i].Rules, a, b) })
	}
	shuffle(len(p.Categories), func(a, b int) { swap(p.Categories, a, b) })
	shuffle(len(p.Alerts), func(a, b int) { swap(p.Alerts, a, b) })
	shuffle(len(p.KnowledgeObjects), func(a, b int) { swap(p.KnowledgeObjects, a, b) })
	shuffle(len(p.Reports), func(a, b int) { swap(p.Reports, a, b) })
	shuffle(len(p.Dashlets), func(a, b int) { swap(p.Dashlets, a, b) })
	return p
}

func swap[T any](all []T, i, j int) { all[i], all[j] = all[j], all[i] }

// TestOtherOrder: a file whose items stand in another order than the pack's is learned like any, and the report says so.
func TestOtherOrder(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	for seed := range uint64(8) {
		st := randomStyle(seed)
		st.Left = 0
		probe := st.enterable(probe)
		for _, k := range artifact.Kinds() {
			file := st.write(shuffled(probe, seed), k, 1)
			r, err := calibrate.Learn("acme", []calibrate.Sample{{Pack: probe, File: file}})
			if err != nil {
				t.Errorf("dialect %d %+v, %s: %v", seed, st, k, err)
				continue
			}
			if p := r.Kinds[0].Proofs[0]; !p.Exact || slices.Equal(file.Data, st.write(probe, k, 1).Data) != (len(p.Moved) == 0) {
				t.Errorf("dialect %d %+v, %s: %v %s", seed, st, k, p.Moved, faultsOf(p))
			}
		}
	}
}
