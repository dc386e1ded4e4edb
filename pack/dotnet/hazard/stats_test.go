package hazard

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet"
)

func TestStats(t *testing.T) {
	f, _ := os.Open("/tmp/heroku_exprs.json")
	var list []string
	json.NewDecoder(f).Decode(&list)
	for i, p := range list {
		if o := os.Getenv("ONLY"); o != "" && o != fmt.Sprint(i) {
			continue
		}
		re, err := dotnet.Compile(p, dotnet.Options{})
		if err != nil {
			continue
		}
		t0 := time.Now()
		g, _, ok := newGraph(re.Tree().Root, false)
		if !ok {
			fmt.Println(i, "too large", time.Since(t0))
			continue
		}
		t1 := time.Now()
		ways := 0
		seen := map[*leaving]bool{}
		for _, s := range g.states {
			if !seen[s.leaving] {
				seen[s.leaving] = true
				ways += len(s.ways)
			}
		}
		fi := &finder{graph: g, work: 1 << 40}
		for s := range g.scopes {
			fi.exponential(s)
		}
		w1 := 1<<40 - fi.work
		t2 := time.Now()
		rings := fi.rings()
		t3 := time.Now()
		fi.polynomial()
		w2 := 1<<40 - fi.work - w1
		fmt.Println(i, len(p), "states", len(g.states), "letters", len(g.units), "scopes", len(g.scopes), "ways", ways, "graph", t1.Sub(t0).Milliseconds(), "eda", w1, t2.Sub(t1).Milliseconds(), "rings", len(rings), t3.Sub(t2).Milliseconds(), "poly", w2, time.Since(t3).Milliseconds(), "found", len(fi.found))
	}
}
