package dotnet

import (
	"regexp"

	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// linear runs an expression of the common subset of the PCRE family on Go's regexp, in time linear in the text. It is Go's in two
// corners: $ is the very end of the text, and \s leaves out vertical tab.
type linear struct {
	re     *regexp.Regexp
	groups []syntax.Numbered
}

func compilePCRE(pattern string) (*syntax.Expression, engine, error) {
	tree, err := syntax.ParsePCRE(pattern)
	if err != nil {
		return nil, nil, err
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, nil, &Error{To: len(pattern), Kind: "unsupported", Message: "Go's engine refuses the expression: " + err.Error()}
	}
	return tree, &linear{re: re, groups: tree.Groups}, nil
}

func (l *linear) match(s *Subject) (bool, error) { return l.re.MatchString(s.text), nil }

func (l *linear) find(s *Subject, yield func(*Match) bool) error {
	for _, at := range l.re.FindAllStringSubmatchIndex(s.text, -1) {
		m := &Match{Capture: s.captureBytes(at[0], at[1])}
		for i, group := range l.groups {
			g := Group{Name: group.Name}
			if at[2*i] >= 0 {
				g.Captures = []Capture{s.captureBytes(at[2*i], at[2*i+1])}
			}
			m.Groups = append(m.Groups, g)
		}
		if !yield(m) {
			return nil
		}
	}
	return nil
}
