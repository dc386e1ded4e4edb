package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/replay"
)

func newReplay() *cobra.Command {
	var format, dialect, title, out, zone string
	var timeout time.Duration
	var engine engine
	c := &cobra.Command{
		Use:   "replay PACK [FILE…|-]",
		Short: "Run log lines through a pack",
		Long: `replay shows what a console with the pack makes of log lines: one JSON object for each line with the event's properties, the
knowledge object's tokens, categories, alerts and report rows, or the rows of a report as CSV or a table.

FILE is raw drain lines, RFC 6587 frames, an HTTPS drain's body or the console's own display, plain or packed with gzip or zstd;
- and no FILE at all mean standard input. A line that is no event is said to be one, and counted.`,
		Example: `  kpgen replay spec/heroku spec/heroku/samples/router.log
  kpgen replay dist/heroku router.log.gz --format table --report "Heroku - Router Logs"
  kpgen replay dist/heroku *.log --format csv -o reports/
  heroku logs --tail | kpgen replay dist/heroku - | jq .alerts`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	formats(c, &format, "jsonl", "csv", "table")
	c.Flags().StringVar(&title, "report", "", "`title` of the report whose rows csv and table print")
	c.Flags().StringVarP(&out, "output", "o", "", "`folder` to write a file for every report to, instead of printing one (csv, table)")
	c.Flags().StringVar(&zone, "time-zone", "UTC", "the console's time zone, an IANA `name`")
	c.Flags().DurationVar(&timeout, "timeout", 0, "limit of one expression on one line (default 1s)")
	addEngine(c, &engine)
	addDialect(c, &dialect)
	_ = c.MarkFlagDirname("output")
	_ = c.RegisterFlagCompletionFunc("report", func(c *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		return reportTitles(c, given, dialect), cobra.ShellCompDirectiveNoFileComp
	})
	c.RunE = func(c *cobra.Command, given []string) error {
		location, err := time.LoadLocation(zone)
		if err != nil {
			return usage(c, fmt.Errorf("unknown time zone %q; write an IANA name, as in Europe/Berlin", zone))
		}
		p, err := openPack(c, given[0], dialect)
		if err != nil {
			return err
		}
		cons, err := console.New(p.Pack, console.Options{Location: location, Timeout: timeout, Plain: engine.plain})
		if err != nil {
			return placed(err, p)
		}
		w, err := replayWriter(c, p.Pack, format, title, out)
		if err != nil {
			return err
		}
		return runReplay(c, cons, w, given[1:])
	}
	return c
}

// replayWriter gives what writes the format: JSON lines of everything, or the rows of one report, or a file for every report.
func replayWriter(c *cobra.Command, p *pack.Pack, format, title, out string) (replay.Writer, error) {
	if format == "jsonl" {
		if title != "" || out != "" {
			return nil, usage(c, fmt.Errorf("--report and --output go with --format csv and table"))
		}
		return replay.NewJSONL(c.OutOrStdout()), nil
	}
	reports, err := chooseReports(c, p, title)
	if err != nil {
		return nil, err
	}
	if out != "" {
		return reportFiles(reports, format, out)
	}
	if len(reports) != 1 {
		return nil, usage(c, fmt.Errorf("say which report with --report, or name a folder for all with -o; the pack has %s", titles(p)))
	}
	return reportWriter(c.OutOrStdout(), reports[0], format)
}

// chooseReports gives the report of the title, or all when there is no title.
func chooseReports(c *cobra.Command, p *pack.Pack, title string) ([]*pack.Report, error) {
	var chosen []*pack.Report
	for i := range p.Reports {
		if title == "" || p.Reports[i].Title == title {
			chosen = append(chosen, &p.Reports[i])
		}
	}
	if title != "" && len(chosen) == 0 {
		return nil, usage(c, fmt.Errorf("the pack has no report %q; it has %s", title, titles(p)))
	}
	return chosen, nil
}

func titles(p *pack.Pack) string {
	var all []string
	for i := range p.Reports {
		all = append(all, fmt.Sprintf("%q", p.Reports[i].Title))
	}
	if len(all) == 0 {
		return "no report"
	}
	return oneOf(all)
}

func reportTitles(c *cobra.Command, given []string, dialect string) []string {
	if len(given) == 0 {
		return nil
	}
	c.SetErr(io.Discard)
	p, err := openPack(c, given[0], dialect)
	if err != nil {
		return nil
	}
	var all []string
	for _, r := range p.Reports {
		all = append(all, r.Title)
	}
	return all
}

func reportWriter(w io.Writer, r *pack.Report, format string) (replay.Writer, error) {
	if format == "csv" {
		return replay.NewCSV(w, r)
	}
	return replay.NewTable(w, r), nil
}

// manyWriters hands every line to several writers.
type manyWriters struct {
	writers []replay.Writer
	files   []*os.File
}

func (m *manyWriters) Write(l *replay.Line) error {
	for _, w := range m.writers {
		if err := w.Write(l); err != nil {
			return err
		}
	}
	return nil
}

func (m *manyWriters) Close() error {
	var first error
	for i, w := range m.writers {
		for _, err := range []error{w.Close(), m.files[i].Close()} {
			if first == nil {
				first = err
			}
		}
	}
	return first
}

var unfit = regexp.MustCompile(`[^\pL\pN._-]+`)

// reportFiles opens a file for every report, named after it.
func reportFiles(reports []*pack.Report, format, out string) (replay.Writer, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return nil, err
	}
	ending := map[string]string{"csv": ".csv", "table": ".txt"}[format]
	m := &manyWriters{}
	for _, r := range reports {
		f, err := os.Create(filepath.Join(out, strings.Trim(unfit.ReplaceAllString(r.Title, "_"), "._")+ending))
		if err != nil {
			return nil, err
		}
		w, err := reportWriter(f, r, format)
		if err != nil {
			return nil, err
		}
		m.writers, m.files = append(m.writers, w), append(m.files, f)
	}
	return m, nil
}

// runReplay replays the files, says what was counted, and turns what was found into the exit status.
func runReplay(c *cobra.Command, cons *console.Console, w replay.Writer, files []string) error {
	var n tally
	bar := newProgress(c.ErrOrStderr(), files)
	found, err := replay.Run(c.Context(), cons, bar.sources(c.InOrStdin(), files), replay.Options{}, func(l *replay.Line) error {
		n.add(l)
		return w.Write(l)
	})
	bar.finish()
	if e := w.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(c.ErrOrStderr(), n)
	if err := found.Err(); err != nil {
		return err
	}
	if n.failures+n.findings > 0 {
		return errFindings
	}
	return nil
}

// tally counts lines.
type tally struct{ lines, failures, findings, alerts, rows int }

func (t *tally) add(l *replay.Line) {
	t.lines++
	if l.Failure() != "" {
		t.failures++
		return
	}
	t.findings += len(l.Result.Findings)
	t.alerts += len(l.Result.Alerts)
	t.rows += len(l.Result.Rows)
}

func (t tally) String() string {
	return fmt.Sprintf("%d lines: %d events, %d not events; %d alerts, %d report rows, %d findings", t.lines, t.lines-t.failures,
		t.failures, t.alerts, t.rows, t.findings)
}
