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

// WriteTable writes the claims as a table for people, item by item: verdict, part, the line that shows it first, the near miss
// refused first. Lines are named from the samples' folder. Groups are left out unless they do not hold: their expression stands
// for them.
func (p *Proof) WriteTable(w io.Writer) error {
	rows := [][]string{{"", "", "SHOWN BY", "REFUSES"}}
	item := ""
	for _, c := range p.Claims {
		if c.Kind == kindGroup && c.Status == Proved {
			continue
		}
		if kind, name := c.Heading(); strings.TrimSpace(kind+"  "+name) != item {
			heading := strings.TrimSpace(kind + "  " + name)
			rows = append(rows, []string{heading})
			item = heading
		}
		rows = append(rows, []string{"  " + marks[c.Status], c.Shows(), c.Shown.Within(p.Samples), c.refused(p.Samples)})
	}
	return writeAligned(w, rows)
}

// Heading names what the claim is a part of, by kind and name: the parts of an item stand together. Dashlets, and the device id,
// stand under their kind.
func (c *Claim) Heading() (kind, name string) {
	switch c.Kind {
	case kindExpression, kindGroup:
		return kindObject, c.Item
	case kindColumn:
		return kindReport, c.Item
	case kindDashlet, kindDevice:
		return c.Kind, ""
	}
	return c.Kind, c.Item
}

// Shows names the part as it is listed below its heading.
func (c *Claim) Shows() string {
	switch {
	case c.Part == "":
		return c.Item
	case c.rule != nil:
		return c.Part
	case c.Kind == kindGroup:
		return "token " + c.Part
	}
	return strings.TrimPrefix(c.Kind+" ", kindExpression+" ") + c.Part
}

func (c *Claim) refused(folder string) string {
	if c.rule == nil {
		return ""
	}
	return c.Refused.Within(folder)
}

// Within gives the first line, named from the folder, and how many more there are; a dash for none.
func (e Evidence) Within(folder string) string {
	e.First.File = strings.TrimPrefix(e.First.File, strings.TrimSuffix(folder, "/")+"/")
	switch e.Count {
	case 0:
		return "-"
	case 1:
		return e.First.String()
	}
	return fmt.Sprintf("%s +%d", e.First, e.Count-1)
}

// writeAligned writes rows of cells in columns; a row of one cell is a heading and stretches over all of them.
func writeAligned(w io.Writer, rows [][]string) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, v := range row {
			if len(row) > 1 {
				widths[i] = max(widths[i], uniseg.StringWidth(v))
			}
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, v := range row {
			b.WriteString(v)
			b.WriteString(strings.Repeat(" ", max(0, widths[i]-uniseg.StringWidth(v))+2))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}
