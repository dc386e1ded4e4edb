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

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
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

// escapeUnseen writes as an escape what encoding/json leaves as it is. All of it can only stand in strings; line feeds between
// them are kept.
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

// PrintSARIF writes the list as a SARIF 2.1.0 log, which code hosts show beside the source. The checks become the log's rules.
func PrintSARIF(w io.Writer, list List, checks []Check) error {
	driver := sarif.NewTool().WithDriver(sarif.NewToolComponent().WithName("kpgen").WithRules([]*sarif.ReportingDescriptor{}))
	for _, c := range checks {
		driver.Driver.AddRule(sarif.NewReportingDescriptor().WithID(c.ID).
			WithShortDescription(sarif.NewMultiformatMessageString().WithText(c.Description)).
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(string(c.Severity))))
	}
	run := sarif.NewRun().WithTool(driver).WithColumnKind("unicodeCodePoints").WithResults([]*sarif.Result{})
	for _, d := range list {
		run.AddResult(d.sarif(checks))
	}
	log := sarif.NewReport()
	log.AddRun(run)
	return printJSON(w, log)
}

func (d Diagnostic) sarif(checks []Check) *sarif.Result {
	text := d.Message
	if d.Help != "" {
		text += "\n" + d.Help
	}
	r := sarif.NewResult().WithRuleID(d.ID).WithLevel(string(d.Severity)).WithMessage(sarif.NewTextMessage(text))
	if i := slices.IndexFunc(checks, func(c Check) bool { return c.ID == d.ID }); i >= 0 {
		r.WithRuleIndex(i)
	}
	if l := d.location(); l != nil {
		r.AddLocation(l)
	}
	return r
}

// location gives the diagnostic's place: in a file, in the model, or both; nil when it has none.
func (d Diagnostic) location() *sarif.Location {
	if d.File == "" && d.Path == "" {
		return nil
	}
	l := sarif.NewLocation()
	if d.File != "" {
		at := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewArtifactLocation().WithURI(fileURI(d.File)))
		if d.Line > 0 {
			at.WithRegion(d.region())
		}
		l.WithPhysicalLocation(at)
	}
	if d.Path != "" {
		l.AddLogicalLocation(sarif.NewLogicalLocation().WithFullyQualifiedName(d.Path))
	}
	return l
}

// region leaves out what the span does not know.
func (d Diagnostic) region() *sarif.Region {
	r := sarif.NewRegion().WithStartLine(d.Line)
	if d.Column > 0 {
		r.WithStartColumn(d.Column)
	}
	if d.EndLine > 0 {
		r.WithEndLine(d.EndLine).WithEndColumn(d.EndColumn)
	}
	return r
}

// fileURI is a file's name as a URI reference: relative as it is, absolute with the scheme file.
func fileURI(name string) string {
	u := url.URL{Path: path.Clean(name)}
	if path.IsAbs(u.Path) {
		u.Scheme = "file"
	}
	return u.String()
}
