package proof

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/kpgen/kpgen/pack/diag"
)

// Summary is the proof in figures.
type Summary struct {
	Lines    int `json:"lines"`
	Events   int `json:"events"`
	Claims   int `json:"claims"`
	Proved   int `json:"proved"`
	Untested int `json:"untested"`
	Failed   int `json:"failed"`
	Findings int `json:"findings"`
}

// Summary counts.
func (p *Proof) Summary() Summary {
	return Summary{Lines: p.Lines, Events: p.Events, Claims: len(p.Claims), Proved: p.Count(Proved), Untested: p.Count(Untested),
		Failed: p.Count(Failed), Findings: len(p.Findings)}
}

// WriteJSON writes the proof as one JSON document.
func (p *Proof) WriteJSON(w io.Writer, dialect string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	findings := p.Findings
	if findings == nil {
		findings = diag.List{}
	}
	return enc.Encode(struct {
		Pack     string    `json:"pack"`
		Version  string    `json:"version"`
		Dialect  string    `json:"dialect"`
		Summary  Summary   `json:"summary"`
		Claims   []*Claim  `json:"claims"`
		Findings diag.List `json:"findings"`
	}{p.Pack.Name, p.Pack.Version, dialect, p.Summary(), p.Claims, findings})
}

// The part of the JUnit format that CI systems read.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr,omitempty"`
		Line    int           `xml:"line,attr,omitempty"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes the proof as JUnit XML: a case for each claim and, in a suite of their own, one for each other finding.
func (p *Proof) WriteJUnit(w io.Writer) error {
	all := junitSuites{Name: p.Pack.Name}
	told := map[int]bool{}
	for _, kind := range kinds {
		s := junitSuite{Name: kind}
		for _, c := range p.Claims {
			if c.Kind != kind {
				continue
			}
			s.add(junitCase{Class: c.Kind + ": " + c.Item, Name: c.Title(), File: c.Span.File, Line: c.Span.Line, Failure: p.failure(c, told)})
		}
		all.add(s)
	}
	samples := junitSuite{Name: "samples"}
	for i, f := range p.Findings {
		if !told[i] {
			samples.add(junitCase{Class: "samples", Name: f.Span.String() + " " + f.ID, File: f.File, Line: f.Line, Failure: failureOf(f)})
		}
	}
	all.add(samples)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// kinds in the order a person imports them.
var kinds = []string{kindDevice, kindCategory, kindAlert, kindObject, kindExpression, kindGroup, kindReport, kindColumn, kindDashlet}

func (all *junitSuites) add(s junitSuite) {
	if s.Tests == 0 {
		return
	}
	all.Suites = append(all.Suites, s)
	all.Tests += s.Tests
	all.Failures += s.Failures
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
}

// failure gives the first finding about a claim that did not hold, and marks all of them as told.
func (p *Proof) failure(c *Claim, told map[int]bool) *junitFailure {
	if c.Status == Proved {
		return nil
	}
	var first *junitFailure
	for i, f := range p.Findings {
		if f.Path != c.Path {
			continue
		}
		told[i] = true
		if first == nil {
			first = failureOf(f)
		}
	}
	if first == nil {
		first = &junitFailure{Type: string(c.Status), Message: fmt.Sprintf("%s %s", c.Title(), c.Status)}
	}
	return first
}

func failureOf(f diag.Diagnostic) *junitFailure {
	return &junitFailure{Type: f.ID, Message: f.Message, Text: f.Error() + "\n" + f.Help}
}

// marks of the verdicts in the table.
var marks = map[Status]string{Proved: "✓", Untested: "?", Failed: "✗"}

// WriteTable writes the claims as a table for people: verdict, what, the line that shows it first, the near miss refused first.
// Groups are left out unless they do not hold: their expression stands for them.
func (p *Proof) WriteTable(w io.Writer) error {
	var rows [][]string
	for _, c := range p.Claims {
		if c.Kind == kindGroup && c.Status == Proved {
			continue
		}
		rows = append(rows, []string{marks[c.Status], c.Kind, c.Title(), c.Shown.String(), c.refused()})
	}
	return writeAligned(w, append([][]string{{"", "KIND", "CLAIM", "SHOWN BY", "REFUSES"}}, rows...))
}

func (c *Claim) refused() string {
	if c.rule == nil {
		return ""
	}
	return c.Refused.String()
}

// String gives the first line and how many more there are; a dash for none.
func (e Evidence) String() string {
	switch e.Count {
	case 0:
		return "-"
	case 1:
		return e.First.String()
	}
	return fmt.Sprintf("%s +%d", e.First, e.Count-1)
}

func writeAligned(w io.Writer, rows [][]string) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, v := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(v))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, v := range row {
			b.WriteString(v)
			b.WriteString(strings.Repeat(" ", widths[i]-uniseg.StringWidth(v)+2))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}
