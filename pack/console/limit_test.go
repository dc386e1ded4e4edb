package console

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/syslog"
)

// TestHostileExpression runs an expression that runs out of time on most lines beside others. Every time-out must be reported, the
// others' results must be those without it, and its limit alone must fall by half each time, to the least.
func TestHostileExpression(t *testing.T) {
	const limit = 16 * leastLimit
	hostile := pack.Alert{Name: "Hostile", Rules: []pack.Rule{{Match: pack.Pattern{Regex: `\s(?:a|aa)+(?:\d|$)`}}}}
	others := metrics()
	others.Alerts = append(others.Alerts, pack.Alert{Name: "Other", Rules: []pack.Rule{{Match: pack.Pattern{Regex: `(?i)OK=\d*5`}}}})
	all := *others
	all.Alerts = append([]pack.Alert{hostile}, others.Alerts...)
	for _, plain := range []bool{false, true} {
		t.Run(fmt.Sprintf("plain %v", plain), func(t *testing.T) {
			with, without := newWorker(t, &all, Options{Timeout: limit, Plain: plain}), newWorker(t, others, Options{Plain: plain})
			timeouts := 0
			for n := range 60 {
				text := fmt.Sprintf("%s ok=%d %s", figure10, n, strings.Repeat("a", 60)+"!")
				slow := n%5 != 4
				if !slow {
					text = fmt.Sprintf("%s ok=%d aaa1", figure10, n)
				}
				ev, err := syslog.Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				var got, want Result
				with.Evaluate(&ev, &got)
				without.Evaluate(&ev, &want)
				if slow {
					timeouts++
					if len(got.Findings) != 1 || got.Findings[0].ID != "expression-timeout" ||
						got.Findings[0].Path != "alerts[0].rules[0].match.regex" {
						t.Fatalf("line %d: %+v", n, got.Findings)
					}
				} else if len(got.Findings) != 0 || !slices.Contains(got.matched, 0) {
					t.Errorf("line %d: %+v", n, got)
				}
				if limits := with.limits; len(limits) != 1 || limits[with.c.conditions[with.c.alerts[0].rules[0].match].re] != afterTimeouts(limit, timeouts) {
					t.Fatalf("limits after %d time-outs: %v", timeouts, limits)
				}
				withoutHostile(&got)
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(Result{})); diff != "" {
					t.Errorf("line %d: %s", n, diff)
				}
			}
		})
	}
}

func afterTimeouts(limit time.Duration, n int) time.Duration {
	for range n {
		limit = max(limit/2, leastLimit)
	}
	return limit
}

// withoutHostile takes the first alert out of a result.
func withoutHostile(r *Result) {
	matched := []int(nil)
	for _, i := range r.matched {
		if i > 0 {
			matched = append(matched, i-1)
		}
	}
	r.matched, r.Findings = matched, nil
	hits := []string(nil)
	for _, hit := range r.Hits {
		if number, ok := strings.CutPrefix(hit, "alerts["); !ok {
			hits = append(hits, hit)
		} else if number[0] > '0' {
			hits = append(hits, "alerts["+string(number[0]-1)+number[1:])
		}
	}
	r.Hits = hits
}

func newWorker(t *testing.T, p *pack.Pack, opt Options) *Worker {
	t.Helper()
	c, err := New(p, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c.NewWorker()
}
