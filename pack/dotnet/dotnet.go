// Package dotnet runs regular expressions as the console's engine does: .NET Framework's System.Text.RegularExpressions in the
// invariant culture, and, for the device id, the common subset of the PCRE family. It is the only room that knows which engine
// does the work; others see matches.
//
// Positions are told twice: in UTF-16 units, which is how .NET counts, and in bytes of the text, which is how files are read.
package dotnet

import (
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/dotnet/syntax"
)

// RegexOptions are .NET's RegexOptions of the same names and values. CultureInvariant changes nothing: the culture is always the
// invariant one here.
type RegexOptions = syntax.Options

// The options, with .NET's values.
const (
	IgnoreCase              = syntax.IgnoreCase
	Multiline               = syntax.Multiline
	ExplicitCapture         = syntax.ExplicitCapture
	Singleline              = syntax.Singleline
	IgnorePatternWhitespace = syntax.IgnorePatternWhitespace
	RightToLeft             = syntax.RightToLeft
	ECMAScript              = syntax.ECMAScript
	CultureInvariant        = syntax.CultureInvariant
)

// DefaultTimeout bounds one search for a match when Options does not say.
const DefaultTimeout = time.Second

// Options says how to compile an expression.
type Options struct {
	Flavour pack.Flavour  // zero: pack.DotNet
	Regex   RegexOptions  // of .NET; a PCRE expression takes none
	Timeout time.Duration // of one search for a match; zero: DefaultTimeout
}

// Error says why an expression is none.
type Error = syntax.Error

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	pattern string
	timeout time.Duration
	tree    *syntax.Expression
	engine  engine
}

// engine finds matches of one expression.
type engine interface {
	match(s *Subject) (bool, error)
	// find calls yield for one match after the other until it returns false.
	find(s *Subject, yield func(*Match) bool) error
}

// Compile compiles an expression; the error is an *Error.
func Compile(pattern string, opt Options) (*Regexp, error) {
	if opt.Timeout == 0 {
		opt.Timeout = DefaultTimeout
	}
	re := &Regexp{pattern: pattern, timeout: opt.Timeout}
	var err error
	if opt.Flavour == pack.PCRE {
		re.tree, re.engine, err = compilePCRE(pattern)
	} else {
		re.tree, re.engine, err = compileDotNet(pattern, opt)
	}
	if err != nil {
		return nil, err
	}
	return re, nil
}

func compileDotNet(pattern string, opt Options) (*syntax.Expression, engine, error) {
	tree, err := syntax.Parse(pattern, opt.Regex)
	if err != nil {
		return nil, nil, err
	}
	return tree, newBacktracking(tree, opt.Timeout), nil
}

// Within gives the same expression with another limit of one search for a match. It runs on our own matcher: regexp2 keeps one limit
// for all searches of an expression.
func (re *Regexp) Within(limit time.Duration) *Regexp {
	within := *re
	within.timeout = limit
	if _, linear := re.engine.(*linear); !linear {
		within.engine = &own{compileProgram(re.tree), limit}
	}
	return &within
}

// String gives the expression's text.
func (re *Regexp) String() string { return re.pattern }

// Groups gives the names of the named groups in .NET's order, each once.
func (re *Regexp) Groups() []string {
	var names []string
	for _, g := range re.tree.Groups {
		if g.Named {
			names = append(names, g.Name)
		}
	}
	return names
}

// Match reports whether the expression matches anywhere in the text; the error is a *TimeoutError.
func (re *Regexp) Match(s *Subject) (bool, error) {
	ok, err := re.engine.match(s)
	return ok, re.limit(err)
}

// Find gives the first match (with RightToLeft the last), or nil; the error is a *TimeoutError.
func (re *Regexp) Find(s *Subject) (*Match, error) {
	var found *Match
	err := re.engine.find(s, func(m *Match) bool {
		found = m
		return false
	})
	return found, re.limit(err)
}

// FindAll gives all matches as .NET's Regex.Matches does; the error is a *TimeoutError, beside the matches found before it.
func (re *Regexp) FindAll(s *Subject) ([]*Match, error) {
	var all []*Match
	err := re.Each(s, func(m *Match) bool {
		all = append(all, m)
		return true
	})
	return all, err
}

// Each calls yield with one match after the other, in FindAll's order, until it returns false; the error is a *TimeoutError.
func (re *Regexp) Each(s *Subject, yield func(*Match) bool) error {
	return re.limit(re.engine.find(s, yield))
}

// limit turns whatever stopped an engine into the one error a match can end in.
func (re *Regexp) limit(err error) error {
	if err == nil {
		return nil
	}
	return &TimeoutError{Pattern: re.pattern, Limit: re.timeout}
}

// Match is one match: group 0, which is the match itself, and all groups in .NET's order.
type Match struct {
	Capture
	Groups []Group // group 0 first, then the numbered and the named ones
}

// Group gives the group of a name or number.
func (m *Match) Group(name string) (Group, bool) {
	for _, g := range m.Groups {
		if g.Name == name {
			return g, true
		}
	}
	return Group{}, false
}

// Group is what a group took in one match.
type Group struct {
	Name     string    // the number's digits when it has no name
	Captures []Capture // in the order they were taken; empty when the group took no part
}

// Last gives the capture that .NET calls the group's value.
func (g Group) Last() (Capture, bool) {
	if len(g.Captures) == 0 {
		return Capture{}, false
	}
	return g.Captures[len(g.Captures)-1], true
}

// Capture is a part of the text. Bytes cover whole characters: a capture of half a surrogate pair spans the pair's four bytes
// while its Value is U+FFFD.
type Capture struct {
	Index, Length int // in UTF-16 units
	From, To      int // byte offsets in the text
	Value         string
}
