package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lint"
	"github.com/kpgen/kpgen/pack/load"
)

func newInspect() *cobra.Command {
	var format, dialect string
	c := &cobra.Command{
		Use:   "inspect PACK|FILE…",
		Short: "Show what a pack or its import files hold",
		Long: `inspect lists what the console's import dialogs list, and warns where the dialogs cut two names to the same one. With --format
json or yaml it prints the whole content in the spec's normal form, which is the same for a spec folder and the files built from it.`,
		Example: `  kpgen inspect dist/heroku
  kpgen inspect dist/heroku/Reports_Heroku.etcrx --format yaml
  diff <(kpgen inspect spec/heroku --format yaml) <(kpgen inspect dist/heroku --format yaml)`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	formats(c, &format, "text", "json", "yaml")
	addDialect(c, &dialect)
	c.RunE = func(c *cobra.Command, given []string) error {
		p, err := openMany(c, given, dialect)
		if err != nil {
			return err
		}
		switch format {
		case "json":
			return writeJSON(c.OutOrStdout(), p.Pack)
		case "yaml":
			text, err := load.YAML(p.Pack)
			if err == nil {
				_, err = c.OutOrStdout().Write(text)
			}
			return err
		}
		return writeListing(c, p)
	}
	return c
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// openMany opens one pack, or several import files as one.
func openMany(c *cobra.Command, paths []string, dialect string) (*opened, error) {
	if len(paths) == 1 {
		return openPack(c, paths[0], dialect)
	}
	d, err := artifact.LoadDialect(dialect)
	if err != nil {
		return nil, err
	}
	b, err := openBundle(paths, d)
	return newOpened(c, b, d, err)
}

// openBundle opens built files: a folder of them, or one or several as one pack.
func openBundle(paths []string, d *artifact.Dialect) (*artifact.Bundle, error) {
	if len(paths) == 1 {
		return artifact.Open(paths[0], d)
	}
	var files []artifact.File
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, artifact.File{Name: path, Data: data})
	}
	return artifact.Decode(files, d)
}

// writeListing prints the rows of the import dialogs; names that collide there are findings.
func writeListing(c *cobra.Command, p *opened) error {
	l := artifact.List(p.Pack)
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
	if p.Name != "" {
		fmt.Fprintf(w, "%s %s (%s), for EventTracker %s and above\n", p.Title, p.Version, p.Name, p.MinimumConsole)
	}
	table(w, []string{"Category", "Group", "Rules"}, len(p.Categories), func(i int) []string {
		return []string{p.Categories[i].Name, p.Categories[i].Group, strconv.Itoa(len(p.Categories[i].Rules))}
	})
	table(w, []string{"Alert", "Threat", "Active", "Rules"}, len(p.Alerts), func(i int) []string {
		a := &p.Alerts[i]
		return []string{a.Name, string(a.ThreatLevel), strconv.FormatBool(a.Active), strconv.Itoa(len(a.Rules))}
	})
	table(w, []string{"Object name", "Applies to", "Group name"}, len(l.Objects), func(i int) []string {
		return []string{l.Objects[i].Name, l.Objects[i].AppliesTo, l.Objects[i].Group}
	})
	table(w, []string{"Title", "Sites", "Groups", "Systems", "Frequency"}, len(l.Reports), func(i int) []string {
		r := &l.Reports[i]
		return []string{r.Title, strings.Join(r.Sites, ", "), strings.Join(r.Groups, ", "), strings.Join(r.Systems, ", "), r.Frequency}
	})
	table(w, []string{"Widget", "Import dialog", "Customize dashlets"}, len(l.Widgets), func(i int) []string {
		return []string{l.Widgets[i].Name, l.Widgets[i].Import, l.Widgets[i].Customize}
	})
	if err := w.Flush(); err != nil {
		return err
	}
	if slices.ContainsFunc(p.Warnings, func(d diag.Diagnostic) bool { return d.ID == lint.CutName }) {
		return errFindings
	}
	return nil
}

// table prints rows below their headings, nothing when there are none.
func table(w io.Writer, headings []string, rows int, row func(int) []string) {
	if rows == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", strings.ToUpper(strings.Join(headings, "\t")))
	for i := range rows {
		fmt.Fprintln(w, strings.Join(row(i), "\t"))
	}
}
