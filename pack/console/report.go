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
}

func (c *Console) compileReport(i int, found *diag.List) report {
	r := &c.pack.Reports[i]
	path := fmt.Sprintf("reports[%d]", i)
	return report{item{r.Title, path, c.compileRules(path, r.Rules, found)}, r}
}

// addRow gives the event a row in a report that takes it. A report's systems are not held against the event: they are chosen on
// the console the pack is imported to, and a pack's samples come from none.
func (w *Worker) addRow(re *report, r *Result) {
	if !w.takes(&re.item, r) {
		return
	}
	values := make([]string, len(re.Columns))
	for i, col := range re.Columns {
		if col.Token != "" {
			values[i] = r.Token(col.Token)
			continue
		}
		values[i], _ = r.Property(col.Property)
	}
	r.Rows = append(r.Rows, Row{Report: re.Report, Path: re.path, Values: values})
}
