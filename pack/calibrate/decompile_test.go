package calibrate_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/decompile"
	"github.com/kpgen/kpgen/pack/load"
)

// TestDecompileInLearnedDialects: a console's files in a dialect learned from another pack's become a spec that builds the same files,
// but for what the console makes; fields that the console's files do not have make no difference.
func TestDecompileInLearnedDialects(t *testing.T) {
	probe, heroku := spec(t, "../../templates/probe"), spec(t, "../../spec/heroku")
	for seed := range uint64(6) {
		st := randomStyle(seed)
		probe := st.enterable(probe)
		var samples []calibrate.Sample
		for _, k := range artifact.Kinds() {
			samples = append(samples, calibrate.Sample{Pack: probe, File: st.write(probe, k, 1)})
		}
		r, err := calibrate.Learn("acme", samples)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range []*pack.Pack{heroku, randomPack(seed)} {
			var files []artifact.File
			for _, k := range artifact.Kinds() {
				files = append(files, st.write(p, k, 2))
			}
			b, err := artifact.Decode(files, r.Dialect)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), fmt.Sprint(seed, "-", i))
			if err := decompile.New(b).Write(dir, false); err != nil {
				t.Fatal(err)
			}
			loaded, _ := load.Load(dir) // random values may be refused, and are all the same kept
			proof := decompile.Compare(b, loaded.Pack, r.Dialect)
			if len(proof.Lost) > 0 || proof.Diff != "" {
				t.Errorf("dialect %d %+v, pack %d: %s\n%v\n%.2000s", seed, st, i, proof.Summary, proof.Lost, proof.Diff)
			}
		}
	}
}
