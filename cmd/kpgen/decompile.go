package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/decompile"
	"github.com/kpgen/kpgen/pack/diag"
)

func newDecompile() *cobra.Command {
	var out, dialect string
	var force bool
	c := &cobra.Command{
		Use:   "decompile FILE…|FOLDER",
		Short: "Turn import files into a spec",
		Long: `decompile writes the spec that builds the given import files: the way in for a pack that was clicked together on a console. What
expressions share is named once, rules that repeat become fragments, defaults are left out, and what no field of the spec holds
stays as a comment where it stood. Without a manifest the pack's name, version and source are derived, and marked.

The spec is then loaded, checked and built in memory. What is wrong with it is said as lint says it, and how the build differs from
the given files is shown as build --check shows it. Exit status 1 means that there is something of either to look at.`,
		Example: `  kpgen decompile exported/*.is* exported/*.et* -o spec/acme
  kpgen decompile dist/heroku -o spec/heroku-again`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	c.Flags().StringVarP(&out, "output", "o", "", "spec `folder` to write (default spec/NAME)")
	c.Flags().BoolVar(&force, "force", false, "write into a folder that has files already; those of a spec are replaced")
	addDialect(c, &dialect)
	_ = c.MarkFlagDirname("output")
	c.RunE = func(c *cobra.Command, given []string) error {
		d, err := artifact.LoadDialect(dialect)
		if err != nil {
			return err
		}
		b, err := openBundle(given, d)
		if err != nil {
			return err
		}
		printDiagnostics(c.ErrOrStderr(), b.Warnings)
		draft := decompile.New(b)
		if out == "" {
			out = filepath.Join("spec", draft.Pack.Name)
		}
		if err := draft.Write(out, force); err != nil {
			return err
		}
		return proveSpec(c, out, draft, b, d)
	}
	return c
}

// proveSpec loads the spec that was written, and compares what it builds with what was given.
func proveSpec(c *cobra.Command, folder string, draft *decompile.Draft, b *artifact.Bundle, d *artifact.Dialect) error {
	spec, found := checkSpec(folder)
	if spec == nil {
		return found
	}
	proof := decompile.Compare(b, spec.Pack, d)
	_ = placed(proof.Lost, spec)
	found = append(found, proof.Lost...)
	found.Sort()
	printDiagnostics(c.ErrOrStderr(), found)
	files, err := draft.Files()
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := fmt.Fprintln(c.OutOrStdout(), filepath.Join(folder, f.Name)); err != nil {
			return err
		}
	}
	fmt.Fprint(c.OutOrStdout(), proof.Diff)
	fmt.Fprintln(c.ErrOrStderr(), proof.Summary)
	if found.Has(diag.Error) {
		fmt.Fprintln(c.ErrOrStderr(), "kpgen build refuses the spec until the errors above are mended")
	}
	if draft.Derived {
		fmt.Fprintln(c.ErrOrStderr(), "without a manifest the pack's name, version and source are derived: review them in "+
			filepath.ToSlash(filepath.Join(folder, "pack.yaml")))
	}
	if proof.Diff != "" || len(found)+len(b.Warnings) > 0 {
		return errFindings
	}
	return nil
}
