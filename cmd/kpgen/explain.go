package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/preview"
	"github.com/kpgen/kpgen/pack/syslog"
)

func newExplain() *cobra.Command {
	var format, dialect, zone string
	c := &cobra.Command{
		Use:   "explain PACK LINE|-",
		Short: "Say for one line why every rule takes it or not",
		Long: `explain shows what a console with the pack makes of one log line: its tokens and the properties they fill, categories, alerts and
reports, and for every rule and expression that does not take the line the furthest point it reaches, with the part that fails
marked and what the line has there.

LINE is a line as a drain sends it or the console shows it; - reads the first one of standard input. Exit status 1 means that the
line is no event.`,
		Example: `  kpgen explain spec/heroku '<158>1 2021-02-15T15:52:07+00:00 host heroku router - at=info method=GET path="/"'
  grep H12 router.log | kpgen explain dist/heroku - --format json`,
		Args: args(cobra.ExactArgs(2)),
	}
	formats(c, &format, "text", "json")
	c.Flags().StringVar(&zone, "time-zone", "UTC", "the console's time zone, an IANA `name`")
	addDialect(c, &dialect)
	c.RunE = func(c *cobra.Command, given []string) error {
		location, err := time.LoadLocation(zone)
		if err != nil {
			return usage(c, fmt.Errorf("unknown time zone %q; write an IANA name, as in Europe/Berlin", zone))
		}
		p, err := openPack(c, given[0], dialect)
		if err != nil {
			return err
		}
		cons, err := console.New(p.Pack, console.Options{Location: location})
		if err != nil {
			return placed(err, p)
		}
		rec, err := firstRecord(c, given[1])
		if err != nil {
			return err
		}
		e := preview.NewExplainer(cons, p).Explain(&rec)
		if format == "json" {
			enc := json.NewEncoder(c.OutOrStdout())
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			err = enc.Encode(e)
		} else {
			err = writeExplanation(c.OutOrStdout(), e, rec.Origin, colourful(c.OutOrStdout()))
		}
		if err == nil && e.Failure != "" {
			return errFindings
		}
		return err
	}
	return c
}

// firstRecord reads the line, or the first one of standard input.
func firstRecord(c *cobra.Command, line string) (syslog.Record, error) {
	var in io.Reader = strings.NewReader(line)
	name := "LINE"
	if line == "-" {
		in, name = c.InOrStdin(), "-"
	}
	r, err := syslog.NewReader(in, name, syslog.Options{})
	if err != nil {
		return syslog.Record{}, unreadable(name, err)
	}
	rec, err := r.Next()
	if err == io.EOF {
		return rec, unreadable(name, fmt.Errorf("there is no line"))
	}
	if err != nil {
		return rec, unreadable(name, err)
	}
	return rec, nil
}

// explaining writes an explanation for people.
type explaining struct {
	w     io.Writer
	text  string // the line
	color bool
}

func (x *explaining) paint(code, s string) string {
	if !x.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func writeExplanation(w io.Writer, e *preview.Explanation, o syslog.Origin, color bool) error {
	var b strings.Builder
	x := &explaining{&b, e.Text, color}
	fmt.Fprintln(&b, diag.Visible(e.Text))
	if !o.Received.IsZero() {
		fmt.Fprintf(&b, "captured %s from %s, drain %s\n", o.Received.Format(time.RFC3339Nano), o.Sender, orDash(o.Drain))
	}
	if e.Failure != "" {
		fmt.Fprintf(&b, "\nno event: %s\n", diag.Visible(e.Failure))
		_, err := io.WriteString(w, b.String())
		return err
	}
	fmt.Fprintln(&b)
	for _, made := range [][2]string{{"knowledge object", e.Object}, {"categories", strings.Join(e.Categories, ", ")},
		{"alerts", strings.Join(e.Alerts, ", ")}, {"reports", strings.Join(reportsOf(e), ", ")}} {
		fmt.Fprintf(&b, "%-16s  %s\n", made[0], orDash(made[1]))
	}
	for _, f := range e.Findings {
		fmt.Fprintf(&b, "%s: %s\n", f.Name, diag.Visible(f.Value))
	}
	x.tokens(e)
	item := ""
	for _, v := range e.Verdicts {
		if heading := v.Kind + "  " + v.Item; heading != item {
			fmt.Fprintf(&b, "\n%s\n", heading)
			item = heading
		}
		x.verdict(&v)
	}
	if len(e.Expressions) > 0 {
		fmt.Fprintf(&b, "\nexpressions  %s\n", e.Object)
	}
	for _, ex := range e.Expressions {
		fmt.Fprintf(&b, "  %s  %s  %s\n", x.sign(ex.Matched), strings.Join(ex.Tokens, ", "), x.paint("2", ex.Place.String()))
		x.reach(ex.Reached)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// reportsOf lists the reports that have a row of the line.
func reportsOf(e *preview.Explanation) []string {
	var all []string
	for _, v := range e.Verdicts {
		if v.Kind == "report" && v.Taken && !slices.Contains(all, v.Item) {
			all = append(all, v.Item)
		}
	}
	return all
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (x *explaining) sign(taken bool) string {
	if taken {
		return x.paint("32", "✓")
	}
	return x.paint("31", "✗")
}

func (x *explaining) tokens(e *preview.Explanation) {
	if len(e.Tokens) == 0 {
		return
	}
	name, value := 0, 0
	for _, t := range e.Tokens {
		name, value = max(name, len(t.Name)), max(value, min(len([]rune(diag.Visible(t.Value))), 48))
	}
	fmt.Fprintln(x.w, "\ntokens")
	for _, t := range e.Tokens {
		fills := strings.Join(t.Properties, ", ")
		if fills != "" {
			fills = "  → " + fills
		}
		fmt.Fprintf(x.w, "  %-*s  %-*s  %s%s\n", name, t.Name, value, diag.Visible(t.Value), x.paint("2", t.Place.String()), fills)
	}
}

func (x *explaining) verdict(v *preview.Verdict) {
	fmt.Fprintf(x.w, "  %s  %s  %s\n", x.sign(v.Taken), v.Rule, x.paint("2", v.Place.String()))
	switch {
	case v.Withheld != "":
		fmt.Fprintf(x.w, "       %s\n", v.Withheld)
	case v.Reached != nil:
		x.reach(v.Reached)
	case v.Found != nil:
		fmt.Fprintf(x.w, "       its expression takes %q\n", v.Found.End())
	case v.Refused == "match":
		fmt.Fprintf(x.w, "       the text %q is not in the line\n", v.Want)
	case v.Refused == "exception":
		fmt.Fprintf(x.w, "       its exception takes the line: %s\n", v.Want)
	case v.Refused != "":
		fmt.Fprintf(x.w, "       %s is %q; the rule wants %q\n", v.Refused, v.Got, v.Want)
	}
}

// reach shows how far an expression gets: the end of what matches, and the part that fails marked below.
func (x *explaining) reach(r *preview.Reach) {
	if r == nil {
		return
	}
	lead, failing := diag.Visible(r.Lead()), diag.Visible(r.Fails())
	if r.To > len(r.Lead()) {
		lead = "…" + lead
	}
	fmt.Fprintf(x.w, "       %s%s%s\n", lead, x.paint("1;31", failing), diag.Visible(r.Tail()))
	if r.Complete() {
		fmt.Fprintln(x.w, "       matches to its end; another condition refuses the line")
		return
	}
	marks := strings.Repeat(" ", len([]rune(lead))) + strings.Repeat("^", max(1, len([]rune(failing))))
	fmt.Fprintf(x.w, "       %s\n", x.paint("1;31", marks))
	if r.To == r.From {
		fmt.Fprintln(x.w, "       not even its first part is found")
		return
	}
	fmt.Fprintf(x.w, "       matches as far as character %d of %d%s\n", r.To, len(r.Pattern), x.behind(r))
}

// restShown is how many characters of the line are shown behind what an expression matches.
const restShown = 40

// behind says what the line has where an expression fails.
func (x *explaining) behind(r *preview.Reach) string {
	if r.After >= len(x.text) {
		return ", where the line ends"
	}
	rest := []rune(x.text[r.After:])
	if len(rest) > restShown {
		rest = append(rest[:restShown], '…')
	}
	return ", where the line has: " + x.paint("1", diag.Visible(string(rest)))
}
