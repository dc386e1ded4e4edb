package hazard

import (
	"bufio"
	"fmt"
	"io"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
)

// Write says for people what Find found in an expression, or that it found nothing.
func Write(w io.Writer, re *dotnet.Regexp, hazards []Hazard) error {
	out := bufio.NewWriter(w)
	if re.Linear() {
		fmt.Fprintln(out, "hazards: none, the search takes linear time")
	} else if len(hazards) == 0 {
		fmt.Fprintln(out, "hazards: none found")
	}
	for _, h := range hazards {
		fmt.Fprintf(out, "hazard: %s\n", diag.Visible(h.Describe(re.String())))
		if len(h.Evidence.Sizes) > 0 {
			fmt.Fprintf(out, "  proof: %s\n", h.Evidence)
		}
		fmt.Fprintf(out, "  help: %s\n", diag.Visible(h.Advice))
	}
	return out.Flush()
}

// Describe says in a sentence what is wrong with the expression h was found in.
func (h Hazard) Describe(pattern string) string {
	part := Cut(pattern[h.From:h.To], maxWritten)
	switch {
	case h.Kind == Unjudged:
		return "the expression is too large to be searched for what makes it slow"
	case !h.Proved:
		return fmt.Sprintf("%s may take exponential time, on texts like %s, but none was found that does", part, h.Attack)
	case h.Kind == Exponential:
		return fmt.Sprintf("%s takes exponential time: %s stalls it, in %d characters", part, h.Attack, h.Evidence.last().Length)
	}
	return fmt.Sprintf("%s takes time that grows with the length of the text to the power of %d: %s stalls it, in %d characters",
		part, h.Degree, h.Attack, h.Evidence.last().Length)
}

// String gives the sizes and what became of them.
func (e Evidence) String() string {
	text := ""
	for _, s := range e.Sizes[:len(e.Sizes)-1] {
		text += fmt.Sprintf("%d steps for %d characters, ", s.Steps, s.Length)
	}
	text += fmt.Sprintf("no answer within %v for %d", Limit, e.last().Length)
	if e.Shortcut {
		text += ", without shortcuts"
	}
	return text
}

func (e Evidence) last() Size { return e.Sizes[len(e.Sizes)-1] }
