package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"unicode/utf8"
)

// Check documents an id: what diagnostics with it tell.
type Check struct {
	ID          string   `json:"id"`
	Severity    Severity `json:"severity"`
	Description string   `json:"description"`
}

// PrintJSON writes the list as a JSON array of diagnostics.
func PrintJSON(w io.Writer, list List) error {
	if list == nil {
		list = List{}
	}
	return printJSON(w, list)
}

// printJSON writes indented JSON in which characters that drive a terminal are escaped.
func printJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeUnseen(b.Bytes()))
	return err
}

// escapeUnseen writes as \uXXXX what encoding/json leaves as it is. All of it can only stand in strings; line feeds between them
// are kept.
func escapeUnseen(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r != '\n' && unseen(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = append(out, text[:n]...)
		}
		text = text[n:]
	}
	return out
}

// The part of a SARIF 2.1.0 log (OASIS Standard, section 3) that diagnostics need.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID            string       `json:"id"`
		Description   sarifText    `json:"shortDescription"`
		Configuration sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Level Severity `json:"level"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex *int            `json:"ruleIndex,omitempty"`
		Level     Severity        `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

// PrintSARIF writes the list as a SARIF 2.1.0 log, which code hosts show beside the source. The checks become the log's rules.
func PrintSARIF(w io.Writer, list List, checks []Check) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "kpgen", Rules: []sarifRule{}}
	for _, c := range checks {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{c.ID, sarifText{c.Description}, sarifDefault{c.Severity}})
	}
	for _, d := range list {
		r := sarifResult{RuleID: d.ID, Level: d.Severity, Message: sarifText{d.Message}, Locations: d.sarif()}
		if i := slices.IndexFunc(checks, func(c Check) bool { return c.ID == d.ID }); i >= 0 {
			r.RuleIndex = &i
		}
		if d.Help != "" {
			r.Message.Text += "\n" + d.Help
		}
		run.Results = append(run.Results, r)
	}
	return printJSON(w, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// sarif gives the diagnostic's place: in a file, in the model, or both.
func (d Diagnostic) sarif() []sarifLocation {
	var l sarifLocation
	if d.File != "" {
		l.Physical = &sarifPhysical{Artifact: sarifArtifact{fileURI(d.File)}}
		if d.Line > 0 {
			l.Physical.Region = &sarifRegion{d.Line, d.Column, d.EndLine, d.EndColumn}
		}
	}
	if d.Path != "" {
		l.Logical = []sarifLogical{{d.Path}}
	}
	if l.Physical == nil && l.Logical == nil {
		return nil
	}
	return []sarifLocation{l}
}

// fileURI is a file's name as a URI reference: relative as it is, absolute with the scheme file.
func fileURI(name string) string {
	u := url.URL{Path: path.Clean(name)}
	if path.IsAbs(u.Path) {
		u.Scheme = "file"
	}
	return u.String()
}
