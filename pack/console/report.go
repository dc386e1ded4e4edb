package console

import (
	"fmt"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// report is a pack.Report made ready.
type report struct {
	item
	*pack.Report
	tokens []int // by column: its token, or noToken
}

func (c *Console) compileReport(i int, found *diag.List) report {
	r := &c.pack.Reports[i]
	path := fmt.Sprintf("reports[%d]", i)
	ready := report{item: item{r.Title, path, c.compileRules(path, r.Rules, found)}, Report: r}
	for _, col := range r.Columns {
		ready.tokens = append(ready.tokens, c.token(col.Token))
	}
	return ready
}

// addRow gives the event a row in a report that takes it. A report's systems are not held against the event: they are chosen on
// the console the pack is imported to, and a pack's samples come from none.
func (w *Worker) addRow(re *report, r *Result) {
	if !w.takes(&re.item, r) {
		return
	}
	from := len(r.values)
	for i, token := range re.tokens {
		value := ""
		if token != noToken {
			value = w.token(token, r)
		} else {
			value, _ = r.Property(re.Columns[i].Property)
		}
		r.values = append(r.values, value)
	}
	r.Rows = append(r.Rows, Row{Report: re.Report, Path: re.path, Values: r.values[from:len(r.values):len(r.values)]})
}
