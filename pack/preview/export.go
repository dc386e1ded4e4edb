package preview

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/kpgen/kpgen/pack"
)

// export writes the rows of a report, those the filter lets through and in the order of the page, as CSV or XLSX. Values stand as
// they are: a spreadsheet takes the cells of XLSX as texts, and whoever opens the CSV in one has to say that columns are texts.
func (s *Session) export(w io.Writer, base, ext string, q query) error {
	st, _, _ := s.state()
	i, err := strconv.Atoi(strings.TrimPrefix(base, "report-"))
	if err != nil || i < 0 || i >= len(st.pack.Reports) || !strings.HasPrefix(base, "report-") {
		return errNoPage
	}
	r := &st.pack.Reports[i]
	st.store.mu.RLock()
	rows, _ := st.store.rowsOf(r, q) // the values of a row never change, so they are written without the lock
	st.store.mu.RUnlock()
	if ext == ".csv" {
		return writeCSV(w, r, rows)
	}
	return writeXLSX(w, r, rows)
}

func headings(r *pack.Report) []string {
	all := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		all[i] = c.Heading
	}
	return all
}

func writeCSV(w io.Writer, r *pack.Report, rows []found) error {
	out := csv.NewWriter(w)
	_ = out.Write(headings(r)) // Flush tells of every error
	for _, row := range rows {
		_ = out.Write(row.row)
	}
	out.Flush()
	return out.Error()
}

// Limits of a sheet, by the format.
const (
	sheetRows = 1<<20 - 1 // beside the headings
	sheetText = 32767     // characters of a cell
)

func writeXLSX(w io.Writer, r *pack.Report, rows []found) error {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Sheet1"
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	cells := make([]any, len(r.Columns))
	for i, h := range headings(r) {
		cells[i] = excelize.Cell{StyleID: bold, Value: h}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	for n, row := range rows[:min(len(rows), sheetRows)] {
		for i, v := range row.row {
			if len(v) > sheetText {
				v = string([]rune(v)[:min(len([]rune(v)), sheetText)])
			}
			cells[i] = v
		}
		if err := out.SetRow("A"+strconv.Itoa(n+2), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}
