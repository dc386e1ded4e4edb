package calibrate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// spans is a pack of dashlets with these periods, 0 for none.
func spans(periods ...time.Duration) *pack.Pack {
	p := &pack.Pack{}
	for i, d := range periods {
		p.Dashlets = append(p.Dashlets, pack.Dashlet{Title: fmt.Sprintf("Span %d %s", i, d), Chart: pack.Chart("table"), Period: pack.Duration(d)})
	}
	return p
}

const aDay = 24 * time.Hour

// numberAndUnit writes a period in two attributes, the unit spelled with the row's words for day, hour and minute.
func numberAndUnit(p *pack.Pack, words [3]string) calibrate.Sample {
	return calibrate.Sample{Pack: p, File: writeDashlets(p, func(_ int, d pack.Dashlet) string {
		number, unit := "", ""
		for i, u := range []time.Duration{aDay, time.Hour, time.Minute} {
			if span := time.Duration(d.Period); span > 0 && span%u == 0 && unit == "" {
				number, unit = fmt.Sprint(int64(span/u)), words[i]
			}
		}
		return attribute("T", d.Title) + attribute("C", string(d.Chart)) + attribute("P", number) + attribute("U", unit)
	})}
}

// TestNumberAndUnit: a span in two places is learned from one unit, where it is a word of which the others follow, or from several.
func TestNumberAndUnit(t *testing.T) {
	daysOnly, mixed := spans(aDay, 3*aDay, 0, 9*aDay), spans(aDay, 36*time.Hour, 0, 90*time.Minute, 2*aDay, 5*time.Hour)
	others := spans(90*time.Minute, 36*time.Hour, 0, 11*aDay)
	for name, c := range map[string]struct {
		taught *pack.Pack
		words  [3]string
	}{
		"words":       {daysOnly, [3]string{"Day", "Hour", "Minute"}},
		"many":        {daysOnly, [3]string{"days", "hours", "minutes"}},
		"letters":     {daysOnly, [3]string{"d", "h", "m"}},
		"codes":       {mixed, [3]string{"0", "7", "4"}},
		"mixed words": {mixed, [3]string{"Day", "Hour", "Minute"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := calibrate.Learn("acme", []calibrate.Sample{numberAndUnit(c.taught, c.words)})
			if err != nil {
				t.Fatal(err)
			}
			other := numberAndUnit(others, c.words)
			b, err := artifact.Decode([]artifact.File{other.File}, r.Dialect)
			if err != nil {
				t.Fatalf("%v\n%s", err, r.Files[1].Data)
			}
			for i, d := range b.Pack.Dashlets {
				if d.Period != others.Dashlets[i].Period {
					t.Errorf("%d: %v, not %v", i, d.Period, others.Dashlets[i].Period)
				}
			}
			if p, err := calibrate.Check(other.File, r.Dialect); err != nil || !p.Exact {
				t.Errorf("%v %s\n%s", err, faultsOf(p), r.Files[1].Data)
			}
		})
	}
	r, err := calibrate.Learn("acme", []calibrate.Sample{numberAndUnit(mixed, [3]string{"0", "7", "4"})})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.EncodeKind(spans(5*time.Second), r.Dialect, artifact.Dashlets); !slices.Equal(ids(err), []string{"value-not-in-dialect"}) {
		t.Errorf("a unit that no file has: %v", err)
	}
}

// TestShortClock: hours without a leading nought, which only a span of less than ten tells.
func TestShortClock(t *testing.T) {
	write := func(p *pack.Pack) calibrate.Sample {
		return calibrate.Sample{Pack: p, File: writeDashlets(p, func(_ int, d pack.Dashlet) string {
			s := int64(time.Duration(d.Period) / time.Second)
			return attribute("T", d.Title) + attribute("P", fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60))
		})}
	}
	for _, c := range []struct {
		taught   *pack.Pack
		inferred bool
	}{{spans(aDay, 2*aDay, 5*aDay), true}, {spans(aDay, 5*time.Hour, 90*time.Minute), false}} {
		r, err := calibrate.Learn("acme", []calibrate.Sample{write(c.taught)})
		if err != nil {
			t.Fatal(err)
		}
		if f := fieldOf(t, r, "dashlets[].period"); slices.Contains(f.Inferred, calibrate.InferredForm) != c.inferred {
			t.Errorf("%+v", f)
		}
		if p, err := calibrate.Check(write(spans(3*time.Hour, 4*aDay)).File, r.Dialect); err != nil || p.Exact == c.inferred {
			t.Errorf("%v %s", err, faultsOf(p))
		}
	}
}

// TestSlashes: expressions between slashes have their own escaped, whether or not a file shows one.
func TestSlashes(t *testing.T) {
	write := func(expressions ...string) calibrate.Sample {
		p := spans(make([]time.Duration, len(expressions))...)
		for i, e := range expressions {
			p.Dashlets[i].Query = e
		}
		return calibrate.Sample{Pack: p, File: writeDashlets(p, func(_ int, d pack.Dashlet) string {
			return attribute("T", d.Title) + attribute("Q", "/"+strings.ReplaceAll(d.Query, "/", `\/`)+"/")
		})}
	}
	other := write(`^a/b`, `c//d$`)
	for _, taught := range []calibrate.Sample{write("one", "two", `th\d`), write("one", "t/wo", "th")} {
		r, err := calibrate.Learn("acme", []calibrate.Sample{taught})
		if err != nil {
			t.Fatal(err)
		}
		b, err := artifact.Decode([]artifact.File{other.File}, r.Dialect)
		if err != nil || b.Pack.Dashlets[0].Query != `^a/b` || b.Pack.Dashlets[1].Query != `c//d$` {
			t.Errorf("%v %+v\n%s", err, b, r.Files[1].Data)
		}
	}
}
