package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lint"
	"github.com/kpgen/kpgen/pack/load"
)

func newLint() *cobra.Command {
	var format, dialect string
	var list bool
	c := &cobra.Command{
		Use:   "lint PACK",
		Short: "Check a pack without running it",
		Long:  `lint says all that can be said of a pack without a log line: errors no build accepts, and warnings about what is likely not meant.`,
		Example: `  kpgen lint spec/heroku
  kpgen lint spec/heroku --format sarif > lint.sarif
  kpgen lint --list`,
		Args: func(c *cobra.Command, given []string) error {
			if list {
				return usage(c, cobra.NoArgs(c, given))
			}
			return usage(c, cobra.ExactArgs(1)(c, given))
		},
	}
	formats(c, &format, "text", "json", "sarif")
	c.Flags().BoolVar(&list, "list", false, "list the checks")
	addDialect(c, &dialect)
	c.RunE = func(c *cobra.Command, given []string) error {
		if list {
			return listChecks(c)
		}
		found, err := lintPack(given[0], dialect)
		if err != nil {
			return err
		}
		if err := writeDiagnostics(c, format, found); err != nil {
			return err
		}
		if found.Has(diag.Error) {
			return errInvalid
		}
		if len(found) > 0 {
			return errFindings
		}
		return nil
	}
	return c
}

// checks are all that can be said of a spec: the loader's and lint's.
func checks() []diag.Check { return slices.Concat(load.Checks(), lint.Checks()) }

func listChecks(c *cobra.Command) error {
	for _, check := range checks() {
		if _, err := fmt.Fprintf(c.OutOrStdout(), "%-28s %-8s %s\n", check.ID, check.Severity, check.Description); err != nil {
			return err
		}
	}
	return nil
}

func writeDiagnostics(c *cobra.Command, format string, found diag.List) error {
	switch format {
	case "json":
		return diag.PrintJSON(c.OutOrStdout(), found)
	case "sarif":
		return diag.PrintSARIF(c.OutOrStdout(), found, checks())
	}
	return diag.PrintText(c.OutOrStdout(), found, readSource, colourful(c.OutOrStdout()))
}

// lintPack gives all that can be said of a pack: of a spec's files, or of built ones.
func lintPack(path, dialect string) (diag.List, error) {
	if isSpec(path) {
		_, found := checkSpecBy(path, lint.Thoroughly)
		return found, nil
	}
	d, err := artifact.LoadDialect(dialect)
	if err != nil {
		return nil, err
	}
	b, err := artifact.Open(path, d)
	if err != nil {
		return nil, err
	}
	return append(b.Warnings, lint.Thoroughly(b.Pack, b)...).Unique(), nil
}
