package hazard

import (
	"math"
	"slices"
	"time"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// Limits of a proof.
const (
	glance   = 60_000    // steps of the first, cheap try of an attack
	look     = 400_000   // steps of one counted search, and
	lookHard = 2_000_000 // of one where the growth shows late
	maxText  = 8 << 10   // length of a text that is counted
	maxTries = 4         // attacks of one candidate that are counted
	maxSteps = 8_000_000 // of all counted searches of an expression
	// The text that is timed would take so many steps, by the growth that was counted: well above what any engine does in the
	// limit, so that it makes no difference whether the machine is busy. It is not longer than maxTimed.
	timedSteps = 3e9
	maxTimed   = 64 << 10
	// What takes fewer steps in a text of maxTimed bytes, which few log lines are as long as, does no harm.
	harmful = 3e7
	limit   = 50 * time.Millisecond
)

// Growth from which on something is called exponential, and from which on it grows faster than the text: the power of the length
// that the last doubling looks like.
const (
	exponentialGrowth = 4.0
	polynomialGrowth  = 1.6
)

// prover looks for a text that makes a candidate slow.
type prover struct {
	*search
	*graph
	*candidate
	prefix []letter
}

// proveSomehow is prove; of what looks back, it also tries texts with a letter behind that makes the engine look.
func (p *prover) proveSomehow(h *Hazard) bool {
	if p.prove(h) {
		return true
	}
	if p.backward == (p.re.Tree().Options&syntax.RightToLeft != 0) {
		return false
	}
	prefix := p.prefix
	for l := range p.units {
		if p.prefix = slices.Concat([]letter{letter(l)}, prefix); p.prove(h) {
			return true
		}
	}
	p.prefix = prefix
	return false
}

// prove fills in the attack and the evidence; false when no text was found on which it is slow.
func (p *prover) prove(h *Hazard) bool {
	tries := 0
	for _, suffix := range p.suffixes() {
		attack := p.attack(suffix)
		if p.left <= 0 || !p.promising(attack) {
			continue
		}
		if tries++; tries > maxTries {
			return false
		}
		sizes, growth := p.growth(attack, look)
		if sizes == nil || growth > 1.3 && growth < polynomialGrowth {
			sizes, growth = p.growth(attack, lookHard)
		}
		switch {
		case p.kind == Exponential && growth >= exponentialGrowth:
			h.Kind, h.Degree = Exponential, 0
		case growth >= polynomialGrowth:
			h.Kind, h.Degree = Polynomial, int(math.Round(growth))
		default:
			continue
		}
		h.Attack, h.Evidence.Sizes = attack, sizes
		if h.Proved = p.timed(h, growth); h.Proved {
			return true
		}
	}
	return false
}

// attack makes the texts of letters.
func (p *prover) attack(suffix []letter) Attack {
	a := Attack{p.text(p.prefix), p.text(p.pump), p.text(suffix)}
	if p.backward {
		a.Prefix, a.Suffix = a.Suffix, a.Prefix
	}
	return a
}

func (p *prover) text(word []letter) string {
	units := make([]uint16, len(word))
	for i, l := range word {
		units[i] = p.units[l]
	}
	if p.backward {
		slices.Reverse(units)
	}
	return string(utf16.Decode(units))
}

func (p *prover) steps(a Attack, repeats, most int) (int, bool) {
	steps, ok := p.re.Steps(dotnet.NewSubject(a.Text(repeats)), min(most, p.left))
	p.left -= steps
	return steps, ok
}

// promising reports whether an attack takes more than its length would.
func (p *prover) promising(a Attack) bool {
	repeats := max(8, 400/len(a.Pump))
	whole, ok := p.steps(a, repeats, glance)
	if !ok {
		return true
	}
	half, _ := p.steps(a, repeats/2, glance)
	quarter, _ := p.steps(a, repeats/4, glance)
	return power(whole, half, quarter) > 1.1
}

// power gives the power of the length with which something grows that takes these steps for a length, its half and its quarter.
func power(whole, half, quarter int) float64 {
	if whole <= half || half <= quarter {
		return 0
	}
	return math.Log2(float64(whole-half) / float64(half-quarter))
}

// growth counts the steps for longer and longer texts, up to most, and gives the power of the length the growth looks like in the end.
func (p *prover) growth(a Attack, most int) (sizes []Size, growth float64) {
	known := map[int]int{}
	count := func(repeats int) bool {
		if _, ok := known[repeats]; ok {
			return true
		}
		steps, ok := p.steps(a, repeats, most)
		if ok {
			known[repeats] = steps
		}
		return ok
	}
	fits := func(repeats int) bool { return len(a.Pump)*repeats <= maxText && count(repeats) }
	last := 0
	for next := 4; fits(next); next *= 2 {
		last = next
	}
	for range 2 {
		for _, next := range []int{last + last/4, last + last/2} {
			if next > last && fits(next) {
				last = next
			}
		}
	}
	if up := (last + 3) &^ 3; up > last && last < 16 {
		if steps, ok := p.steps(a, up, lookHard); ok {
			last, known[up] = up, steps
		}
	}
	last &^= 3
	for _, repeats := range []int{last / 4, last / 2, last} {
		if repeats == 0 || !count(repeats) {
			return nil, 0
		}
		sizes = append(sizes, Size{repeats, len(a.Text(repeats)), known[repeats]})
	}
	return sizes, power(sizes[2].Steps, sizes[1].Steps, sizes[0].Steps)
}

// timed reports whether a search runs into its limit, in a text so long that by the growth there is no answer to be expected.
// Where regexp2 knows a way round, which .NET's engine does not, our own matcher is asked.
func (p *prover) timed(h *Hazard, growth float64) bool {
	half, whole := h.Evidence.Sizes[1], h.Evidence.Sizes[2]
	more := timedSteps / float64(whole.Steps)
	repeats := float64(whole.Repeats) * math.Pow(more, 1/growth)
	if h.Kind == Exponential {
		perRepeat := math.Log(float64(whole.Steps)/float64(half.Steps)) / float64(whole.Repeats-half.Repeats)
		repeats = float64(whole.Repeats) + math.Log(more)/perRepeat
	}
	size := Size{Repeats: int(min(repeats, float64(maxTimed/len(h.Attack.Pump))))}
	if h.Kind == Polynomial && float64(whole.Steps)*math.Pow(float64(size.Repeats)/float64(whole.Repeats), growth) < harmful {
		return false
	}
	text := h.Attack.Text(size.Repeats)
	size.Length = len(text)
	re, err := dotnet.Compile(p.re.String(), dotnet.Options{Regex: p.re.Tree().Options, Timeout: Limit})
	if err != nil {
		return false
	}
	h.Evidence.Sizes = append(h.Evidence.Sizes, size)
	subject := dotnet.NewSubject(text)
	if late(re, subject) {
		return true
	}
	h.Evidence.Shortcut = true
	return late(re.WithoutShortcuts(), subject)
}

// late reports whether a search runs into its limit, time and again: a busy machine can use up the limit of any once.
func late(re *dotnet.Regexp, s *dotnet.Subject) bool {
	for range 3 {
		if _, err := re.Match(s); err == nil {
			return false
		}
	}
	return true
}
