package hazard_test

import (
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
)

// What is proved here stalls .NET's engine, too, and the safe forms do not.
func TestAttacksOnOracle(t *testing.T) {
	o := oracle.New(t).Within(200 * time.Millisecond)
	var questions []oracle.Question
	var slow []bool
	ask := func(pattern, text string, stalls bool) {
		questions, slow = append(questions, oracle.Question{Pattern: pattern, Inputs: []string{text}}), append(slow, stalls)
	}
	for _, k := range knownExpressions(t) {
		for _, h := range found(t, k.pattern) {
			if !h.Proved {
				continue
			}
			text := h.Attack.Text(h.Evidence.Sizes[len(h.Evidence.Sizes)-1].Repeats)
			ask(k.pattern, text, true)
			if k.mend != "" {
				ask(k.mend, text, false)
			}
		}
	}
	answers, err := o.Ask(questions)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Refused != "" || (a.Inputs[0] == "timeout") != slow[i] {
			t.Errorf("%s: stalls %v, and the oracle says %+.100v", questions[i].Pattern, slow[i], a)
		}
	}
	t.Logf("%d texts that stall, or do not", len(questions))
}
