package calibrate_test

import (
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/diag"
)

// tally counts what became of the files and values of packs that were read in learned dialects.
type tally struct {
	dialects, inexact int // dialects that were learned, files learned from that the proof says are not built anew to the last byte
	refused           int // files of another pack that were refused
	read, untold      int // values that were read, and of fields of which the report says that they have no place
	reported, wrong   int // values that were not read, or otherwise, of files of which Decode or Check says that not all is explained
}

// More dialects than a test run has time for: go test ./pack/calibrate -run RandomPacks -args -from 1000 -seeds 600
var (
	from  = flag.Uint64("from", 0, "number of the first dialect of TestRandomPacks")
	seeds = flag.Uint64("seeds", 30, "how many dialects TestRandomPacks learns from each kind's files")
)

// TestRandomPacks: learned from files of random packs, which tell less than the probe pack does, a dialect reads what it was told from
// another pack's file. What it was not told is refused or reported: of a file that is read without a rest and written again to the
// same bytes, no value is wrong or lost.
func TestRandomPacks(t *testing.T) {
	var sum tally
	for seed := *from; seed < *from+*seeds; seed++ {
		for _, k := range artifact.Kinds() {
			for _, fault := range sum.try(seed, k) {
				t.Errorf("dialect %d %s: %s", seed, k, fault)
			}
		}
	}
	t.Logf("%+v", sum)
}

// try learns from one to three files of random packs and reads another's.
func (sum *tally) try(seed uint64, k artifact.Kind) (faults []string) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	st := randomStyle(seed + 1000)
	var samples []calibrate.Sample
	for n := range 1 + seed%3 {
		p := randomPack(seed*10 + n)
		samples = append(samples, calibrate.Sample{Pack: p, File: st.write(p, k, n)})
	}
	r, err := calibrate.Learn("acme", samples)
	if err != nil {
		say("learn: %v", err)
		return faults
	}
	sum.dialects++
	for _, proof := range r.Kinds[0].Proofs {
		if !proof.Exact {
			sum.inexact++
		}
	}
	other := randomPack(seed*10 + 9)
	bundle, err := artifact.Decode([]artifact.File{st.write(other, k, 9)}, r.Dialect)
	if err != nil {
		sum.refused++
		return faults
	}
	proof, err := calibrate.Check(st.write(other, k, 9), r.Dialect)
	told := func(path string) bool {
		return len(bundle.Unknown) > 0 || err != nil || !proof.Exact || slices.Contains(proof.Assumed, fields.Generic(path)) ||
			slices.ContainsFunc(bundle.Warnings, func(d diag.Diagnostic) bool { return fields.Generic(d.Path) == fields.Generic(path) })
	}
	tr := &trial{st, k, r}
	want, got := leaves(other, k), leaves(bundle.Pack, k)
	for path, text := range got {
		if !tr.knows(fields.Generic(path)) {
			continue // without a place it is what the model has where nothing is said
		}
		if want[path] != text && told(path) {
			sum.wrong++
		} else if want[path] != text {
			say("%+v: %s is %q, and read as %q", st, path, want[path], text)
		}
	}
	for path, text := range want {
		_, ok := got[path]
		switch {
		case ok:
			sum.read++
		case !tr.knows(fields.Generic(path)):
			sum.untold++
		case told(path):
			sum.reported++
		default:
			say("%+v: %s %q is lost", st, path, text)
		}
	}
	return faults
}

// leaves gives the values of a kind's items that say something, by their paths.
func leaves(p *pack.Pack, k artifact.Kind) map[string]string {
	all := map[string]string{}
	fields.Leaves(reflect.ValueOf(p).Elem(), "", func(path string, v reflect.Value) {
		if strings.HasPrefix(path, string(k)+"[") && !v.IsZero() {
			all[path] = fields.Format(v)
		}
	})
	return all
}
