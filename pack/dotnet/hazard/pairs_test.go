package hazard

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet"
)

func TestPairs(t *testing.T) {
	f, _ := os.Open("/tmp/heroku_exprs.json")
	var list []string
	json.NewDecoder(f).Decode(&list)
	i, _ := strconv.Atoi(os.Getenv("I"))
	p := list[i]
	re, _ := dotnet.Compile(p, dotnet.Options{})
	g, _, ok := newGraph(re.Tree().Root, false)
	if !ok {
		fmt.Println("too large")
		return
	}
	fi := &finder{graph: g, work: 1 << 40}
	rings := fi.rings()
	linked := map[[2]*ring]bool{}
	t0 := time.Now()
	for l := range g.units {
		fi.chains(rings, []letter{letter(l)}, linked)
	}
	fmt.Println("singles", time.Since(t0), 1<<40-fi.work)
	cut := func(r *ring) string {
		if r.loop < 0 {
			return "SEARCH"
		}
		n := g.loops[r.loop]
		s := p[n.From:n.To]
		if len(s) > 50 {
			s = s[:25] + "…" + s[len(s)-25:]
		}
		return fmt.Sprintf("%d:%q(%d states %d heads scope %d)", n.From, s, len(r.states), len(r.heads), r.scope)
	}
	for _, r := range rings {
		reached := fi.reached(r)
		for _, s := range rings {
			any := false
			for _, x := range s.states {
				any = any || reached[x]
			}
			if r == s || linked[[2]*ring{r, s}] || !fi.within(s.scope, r.scope) || !any {
				continue
			}
			before := fi.work
			t0 := time.Now()
			w := fi.handover(r, s)
			if before-fi.work > 20000 || w != nil {
				fmt.Println(cut(r), "->", cut(s), before-fi.work, time.Since(t0).Milliseconds(), len(w))
			}
		}
	}
}
