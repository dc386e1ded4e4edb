package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
)

func newBuild() *cobra.Command {
	var out, dialect string
	var set []string
	var check bool
	c := &cobra.Command{
		Use:   "build SPEC",
		Short: "Compile a spec into the import files",
		Long: `build compiles a spec folder into the five import files, manifest.json (what is in them, and in what order to import) and
RUNSHEET.md (the values for every console screen, to enter or check the pack by hand).

A spec may name its last released build (released: FOLDER in pack.yaml). Then a build whose version did not move as far as its
meaning did since is refused; kpgen diff shows what changed.

The same spec gives the same bytes on every machine. The files appear all at once: a failed or killed build leaves the old ones.`,
		Example: `  kpgen build spec/heroku -o dist/heroku
  kpgen build spec/heroku -o dist/heroku --set app=shop --set collector=logs.example.com:514
  kpgen build spec/heroku -o golden/heroku --check`,
		Args: args(cobra.ExactArgs(1)),
	}
	c.Flags().StringVarP(&out, "output", "o", "", "`folder` to write (default dist/NAME)")
	c.Flags().StringArrayVar(&set, "set", nil, "value of one of the pack's parameters in the run sheet, as `NAME=VALUE`")
	c.Flags().BoolVar(&check, "check", false, "write nothing; show how the files in the folder differ from what would be written")
	addDialect(c, &dialect)
	_ = c.MarkFlagDirname("output")
	c.RunE = func(c *cobra.Command, given []string) error {
		parameters, err := parseSet(c, set)
		if err != nil {
			return err
		}
		d, err := artifact.LoadDialect(dialect)
		if err != nil {
			return err
		}
		spec, _, err := loadSpec(c, given[0])
		if err != nil {
			return err
		}
		if err := checkReleased(spec, d); err != nil {
			return err
		}
		files, err := artifact.Build(spec.Pack, d, parameters)
		if err != nil {
			return placed(err, spec)
		}
		told := slices.Concat(d.LeavesOut(spec.Pack), d.Assumes(spec.Pack), d.Unexplained(spec.Pack))
		_ = placed(told, spec)
		printDiagnostics(c.ErrOrStderr(), told)
		if out == "" {
			out = filepath.Join("dist", spec.Pack.Name)
		}
		if check {
			return checkBuilt(c, out, files)
		}
		if err := artifact.Write(out, files); err != nil {
			return err
		}
		return sayBuilt(c, out, files, d)
	}
	return c
}

func parseSet(c *cobra.Command, set []string) (map[string]string, error) {
	values := map[string]string{}
	for _, s := range set {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, usage(c, fmt.Errorf("--set %q: write NAME=VALUE", s))
		}
		values[name] = value
	}
	return values, nil
}

func checkBuilt(c *cobra.Command, folder string, files []artifact.File) error {
	diff, same, err := artifact.Check(folder, files)
	if err != nil || same {
		return err
	}
	fmt.Fprint(c.OutOrStdout(), diff)
	fmt.Fprintf(c.ErrOrStderr(), "%s is not what the spec builds; `kpgen build -o %s` brings it up to date\n", folder, folder)
	return errFindings
}

func sayBuilt(c *cobra.Command, folder string, files []artifact.File, d *artifact.Dialect) error {
	for _, f := range files {
		if _, err := fmt.Fprintln(c.OutOrStdout(), filepath.Join(folder, f.Name)); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.ErrOrStderr(), "dialect %s: %s\n", d.Name, d.Statement)
	return nil
}
