package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/decompile"
	"github.com/kpgen/kpgen/pack/diag"
)

func newDecompile() *cobra.Command {
	var out, dialect string
	var force bool
	c := &cobra.Command{
		Use:   "decompile FILE…|FOLDER…",
		Short: "Turn import files into a spec",
		Long: `decompile writes the spec that builds the given import files: the way in for a pack that was clicked together on a console. What
expressions share is named once, rules that repeat become fragments, defaults are left out, and what no field of the spec holds
stays as a comment where it stood. Without a manifest the pack's name, version and source are derived, and marked.

The spec is then loaded, checked and built in memory. What is wrong with it is said as lint says it, and how the build differs from
the given files is shown as build --check shows it. Exit status 1 means that there is something of either to look at.

Many packs at once become a spec each, in folders of their names below -o: folders are a pack each, and so are files of one folder
that are called alike, as Category_Door.iscat and Alert_Door.isalt are. Each is told; one that cannot be read does not stop the others.`,
		Example: `  kpgen decompile exported/*.is* exported/*.et* -o spec/acme
  kpgen decompile dist/heroku -o spec/heroku-again
  kpgen decompile exported/*/ -o spec --dialect acme-9.4`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	c.Flags().StringVarP(&out, "output", "o", "", "spec `folder` to write (default spec/NAME); of many packs, the folder of their folders")
	c.Flags().BoolVar(&force, "force", false, "write into a folder that has files already; those of a spec are replaced")
	addDialect(c, &dialect)
	_ = c.MarkFlagDirname("output")
	c.RunE = func(c *cobra.Command, given []string) error {
		d, err := artifact.LoadDialect(dialect)
		if err != nil {
			return err
		}
		sources := decompile.Sources(given)
		if len(sources) == 1 {
			draft, b, err := draftOf(sources[0], d)
			if err != nil {
				return err
			}
			return writeSpec(c, cmp.Or(out, filepath.Join("spec", draft.Pack.Name)), force, draft, b, d)
		}
		return decompileAll(c, sources, cmp.Or(out, "spec"), force, d)
	}
	return c
}

// decompileAll makes a spec of each pack, each in a folder of its name. The gravest exit status of them is that of all.
func decompileAll(c *cobra.Command, sources []decompile.Source, out string, force bool, d *artifact.Dialect) error {
	taken := map[string]bool{}
	clean, findings, failed := 0, 0, 0
	for _, source := range sources {
		draft, b, err := draftOf(source, d)
		if err == nil {
			folder := filepath.Join(out, free(taken, draft.Pack.Name))
			fmt.Fprintf(c.ErrOrStderr(), "%s: from %s\n", folder, strings.Join(source, ", "))
			err = writeSpec(c, folder, force, draft, b, d)
		}
		switch {
		case err == nil:
			clean++
		case errors.Is(err, errFindings):
			findings++
		default:
			failed++
			report(c.ErrOrStderr(), err)
		}
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d packs: %d without findings, %d with some, %d not decompiled\n", len(sources), clean, findings, failed)
	switch {
	case failed > 0:
		return errInvalid
	case findings > 0:
		return errFindings
	}
	return nil
}

// free gives the name, or with a number behind it when it is taken.
func free(taken map[string]bool, name string) string {
	out := name
	for i := 2; taken[out]; i++ {
		out = fmt.Sprintf("%s-%d", name, i)
	}
	taken[out] = true
	return out
}

func draftOf(source decompile.Source, d *artifact.Dialect) (*decompile.Draft, *artifact.Bundle, error) {
	b, err := source.Open(d)
	if err != nil {
		return nil, nil, err
	}
	draft := decompile.New(b)
	draft.Warnings = append(draft.Warnings, b.Warnings...)
	return draft, b, nil
}

// writeSpec writes the spec, loads it, and compares what it builds with what was given.
func writeSpec(c *cobra.Command, folder string, force bool, draft *decompile.Draft, b *artifact.Bundle, d *artifact.Dialect) error {
	printDiagnostics(c.ErrOrStderr(), draft.Warnings)
	if err := draft.Write(folder, force); err != nil {
		return err
	}
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
	if proof.Diff != "" || len(found)+len(draft.Warnings) > 0 {
		return errFindings
	}
	return nil
}
