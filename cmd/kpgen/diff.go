package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/change"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/proof"
	"github.com/kpgen/kpgen/pack/replay"
)

func newDiff() *cobra.Command {
	var format, dialect, oldDialect string
	var samples []string
	var list bool
	c := &cobra.Command{
		Use:   "diff OLD NEW [FILE…]",
		Short: "Show how two packs differ in meaning",
		Long: `diff compares two packs, each a spec folder, a folder of built files or a single import file: items, rules and columns that were
added, removed, renamed or changed, expressions with the changed part marked, and the step of the version that asks for. How a pack
is written, ordered or factored, and in which dialect, makes no difference. What the files of one side have no place for is not
compared.

With --samples both packs replay log lines: which are now matched or no longer by which rule, which tokens, properties, columns and
points of dashlets differ, each change told once with the number of lines and the first of them. A folder's logs are read in the time
zone and from the source type their expectations name. FILE is one more sample, so that --samples takes a shell's *.log.

Exit status: 0 nothing differs in meaning, 1 something does, 2 a side or a sample could not be read, 3 wrong usage.`,
		Example: `  kpgen diff golden/heroku spec/heroku
  kpgen diff dist/heroku-1.0 spec/heroku --samples spec/heroku/samples
  kpgen diff old/Alert_Heroku.isalt new/Alert_Heroku.isalt --format markdown
  kpgen diff exported-9.3 exported-9.4 --old-dialect acme-9.3 --dialect acme-9.4
  kpgen diff --list`,
		Args: func(c *cobra.Command, given []string) error {
			switch {
			case list:
				return usage(c, cobra.NoArgs(c, given))
			case len(samples) > 0:
				return usage(c, cobra.MinimumNArgs(2)(c, given))
			}
			return usage(c, cobra.ExactArgs(2)(c, given))
		},
	}
	formats(c, &format, "text", "json", "markdown")
	c.Flags().BoolVar(&list, "list", false, "list the kinds of changes, the step each asks for and why")
	c.Flags().StringArrayVar(&samples, "samples", nil, "log `file`, or folder of logs, to replay through both packs; may be repeated")
	addDialect(c, &dialect)
	c.Flags().StringVar(&oldDialect, "old-dialect", "", "`dialect` of OLD (default: that of --dialect)")
	_ = c.RegisterFlagCompletionFunc("old-dialect", completeDialect)
	c.RunE = func(c *cobra.Command, given []string) error {
		if list {
			return listRules(c)
		}
		if oldDialect == "" {
			oldDialect = dialect
		}
		old, err := openSide(c, given[0], oldDialect)
		if err != nil {
			return err
		}
		now, err := openSide(c, given[1], dialect)
		if err != nil {
			return err
		}
		r := change.Compare(old, now)
		unread, err := replaySamples(c, r, old, now, append(samples, given[2:]...))
		if err != nil {
			return err
		}
		if err := writeDiff(c, r, format); err != nil {
			return err
		}
		if err := unread.Err(); err != nil {
			return err
		}
		if !r.Same() {
			return errFindings
		}
		return nil
	}
	return c
}

// listRules prints the table of changes.
func listRules(c *cobra.Command) error {
	for _, r := range change.Rules() {
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%-24s %-9s %s %s\n", r.ID, r.Step, r.What, r.Reason); err != nil {
			return err
		}
	}
	return nil
}

// openSide opens a pack to be compared. A spec says all that it says, whatever the dialect of the other side has a place for.
func openSide(c *cobra.Command, path, dialect string) (change.Side, error) {
	if isSpec(path) {
		dialect = artifact.Reference
	}
	p, err := openPack(c, path, dialect)
	if err != nil {
		return change.Side{}, err
	}
	return change.Side{Name: path, Pack: p.Pack, Locator: p.Locator, Part: p.Name == "", Holds: p.Dialect.Holds}, nil
}

// replaySamples adds to the result what the logs show. Logs that cannot be read on are in the list.
func replaySamples(c *cobra.Command, r *change.Result, old, now change.Side, samples []string) (diag.List, error) {
	if len(samples) == 0 {
		return nil, nil
	}
	logs, files, err := sampleLogs(samples)
	if err != nil {
		return nil, err
	}
	// Both packs read every file.
	bar := newProgress(c.ErrOrStderr(), append(files, files...))
	defer bar.finish()
	for i, s := range bar.sources(c.InOrStdin(), files) {
		logs[i].Source = s
	}
	return change.Samples(c.Context(), r, old, now, logs, console.Options{})
}

// sampleLogs finds the logs of files and folders.
func sampleLogs(samples []string) (logs []change.Log, files []string, err error) {
	for _, path := range samples {
		info, err := os.Stat(path)
		if err != nil {
			return nil, nil, diag.List{{ID: "samples-unreadable", Severity: diag.Error, Span: diag.Span{File: path},
				Message: fmt.Sprintf("the sample cannot be read: %v", cause(err)), Help: "name a log file, or a folder of log files"}}
		}
		if !info.IsDir() {
			logs, files = append(logs, change.Log{Source: replay.FileSource(path)}), append(files, path)
			continue
		}
		set, found := proof.LoadSamples(path)
		if err := found.Err(); err != nil {
			return nil, nil, err
		}
		for _, l := range set.Logs {
			logs = append(logs, change.Log{Source: l.Source(), Location: l.Location, SourceType: l.SourceType})
			files = append(files, l.File)
		}
	}
	return logs, files, nil
}

// cause is an error without the path it names, which the diagnostic has already.
func cause(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}

func writeDiff(c *cobra.Command, r *change.Result, format string) error {
	switch format {
	case "json":
		return writeJSON(c.OutOrStdout(), r)
	case "markdown":
		return r.WriteMarkdown(c.OutOrStdout())
	}
	return r.WriteText(c.OutOrStdout(), colourful(c.OutOrStdout()))
}

// checkReleased refuses a spec whose version did not move as far as its meaning did since the build it names as released.
func checkReleased(spec *load.Spec, d *artifact.Dialect) error {
	if spec.Released == "" {
		return nil
	}
	folder := filepath.Join(spec.Dir, filepath.FromSlash(spec.Released))
	b, err := openReleased(folder, d)
	if err == nil && b.Pack.Version == "" {
		err = fmt.Errorf("it has no %s, which holds the version", artifact.ManifestName)
	}
	if err != nil {
		return diag.List{{ID: "released-unreadable", Severity: diag.Error, Path: "released", Span: spec.Locate("released", -1, -1),
			Message: fmt.Sprintf("the last released build %s cannot be read: %v", filepath.ToSlash(folder), err),
			Help:    "name the folder of a build, or leave the key out"}}
	}
	r := change.Compare(change.Side{Name: filepath.ToSlash(folder), Pack: b.Pack, Locator: b, Holds: b.Holds},
		change.Side{Name: filepath.ToSlash(spec.Dir), Pack: spec.Pack, Locator: spec})
	return r.CheckVersion(spec).Err()
}

// openReleased reads a build in the dialect its manifest names: what was released may be in another than what is built.
func openReleased(folder string, d *artifact.Dialect) (*artifact.Bundle, error) {
	if name := artifact.BuiltIn(folder); name != "" && name != d.Name {
		released, err := artifact.LoadDialect(name)
		if err != nil {
			return nil, err
		}
		d = released
	}
	return artifact.Open(folder, d)
}
