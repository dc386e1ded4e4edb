package dotnet

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// linear runs an expression of the common subset of the PCRE family on Go's regexp.
type linear struct {
	re    *regexp.Regexp
	names []string // the number's digits for a group without a name
}

func compilePCRE(pattern string) (*linear, *Error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, linearRefusal(pattern, err)
	}
	l := &linear{re: re, names: re.SubexpNames()}
	for i, n := range l.names {
		if n == "" {
			l.names[i] = strconv.Itoa(i)
		}
	}
	return l, nil
}

func linearRefusal(pattern string, err error) *Error {
	e := &Error{To: len(pattern), Kind: "syntax", Message: err.Error()}
	var parse *syntax.Error
	if !errors.As(err, &parse) {
		return e
	}
	e.Message = parse.Code.String()
	if at := strings.Index(pattern, parse.Expr); at >= 0 {
		e.From, e.To = at, at+len(parse.Expr)
	}
	return e
}

func (l *linear) match(s *Subject) (bool, error) { return l.re.MatchString(s.text), nil }

func (l *linear) find(s *Subject, yield func(*Match) bool) error {
	for _, at := range l.re.FindAllStringSubmatchIndex(s.text, -1) {
		m := &Match{Capture: s.captureBytes(at[0], at[1])}
		for i, name := range l.names {
			g := Group{Name: name}
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

func (l *linear) groups() []string {
	var named []string
	for i, n := range l.names {
		if n != strconv.Itoa(i) {
			named = append(named, n)
		}
	}
	return named
}
