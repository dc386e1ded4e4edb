package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/diag"
)

func newCalibrate() *cobra.Command {
	var name, out string
	var packs, held []string
	var strict bool
	c := &cobra.Command{
		Use:   "calibrate --name DIALECT --pack PACK FILE…",
		Short: "Learn a console's dialect from files it exported",
		Long: `calibrate learns how a console writes its import files, from exports whose contents a pack describes: where each field of the
pack stands in them, what repeats for each item, how values are spelled, and what the console makes by itself. It writes the
dialect's folder, with a report of what was found, how sure that is, and what would settle what is open.

The files are then built anew in the dialect and held against the exports byte by byte.`,
		Example: `  kpgen calibrate --name acme-9.4 --pack spec/heroku Category_Heroku.iscat Alert_Heroku.isalt
  kpgen calibrate --name acme-9.4 --pack spec/heroku Alert_Heroku.isalt --check Alert_Other.isalt --strict
  kpgen build spec/heroku --dialect acme-9.4`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	c.Flags().StringVar(&name, "name", "", "`name` of the dialect")
	c.Flags().StringArrayVar(&packs, "pack", nil, "the `PACK` the files hold: a spec folder or built files; several where the files hold different ones")
	c.Flags().StringVarP(&out, "output", "o", "", "`folder` to write (default dialects/NAME)")
	c.Flags().StringArrayVar(&held, "check", nil, "another export, a `FILE` that is not learned from, to be read and written again in the dialect")
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 when a byte of a file is not explained")
	_ = c.MarkFlagRequired("name")
	_ = c.MarkFlagRequired("pack")
	_ = c.MarkFlagDirname("output")
	_ = c.MarkFlagDirname("pack")
	c.RunE = func(c *cobra.Command, files []string) error {
		samples, err := calibrationSamples(c, packs, files)
		if err != nil {
			return err
		}
		learned, err := calibrate.Learn(name, samples)
		if err != nil {
			return err
		}
		if out == "" {
			out = filepath.Join(artifact.Folder, name)
		}
		folder := append(slices.Clone(learned.Files), artifact.File{Name: calibrate.ReportName, Data: learned.Report()})
		if err := artifact.Write(out, folder); err != nil {
			return err
		}
		if err := learned.WriteSummary(c.OutOrStdout()); err != nil {
			return err
		}
		exact, err := checkHeldOut(c, learned.Dialect, held)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.ErrOrStderr(), "%s: how it was learned is in %s\ndialect %s: %s\n", out, filepath.Join(out, calibrate.ReportName), name, learned.Dialect.Statement)
		if strict && !(exact && learned.Exact()) {
			return errFindings
		}
		return nil
	}
	return c
}

// calibrationSamples pairs each file with the pack that describes it.
func calibrationSamples(c *cobra.Command, packs, files []string) ([]calibrate.Sample, error) {
	var known []*pack.Pack
	for _, path := range packs {
		p, err := openPack(c, path, artifact.Reference)
		if err != nil {
			return nil, err
		}
		known = append(known, p.Pack)
	}
	var samples []calibrate.Sample
	var found diag.List
	for _, name := range files {
		f, problem := artifact.ReadFile(name)
		if problem != nil {
			found = append(found, *problem)
			continue
		}
		samples = append(samples, calibrate.Sample{Pack: calibrate.Describing(known, f), File: f})
	}
	if len(found) > 0 {
		return nil, found
	}
	return samples, nil
}

// checkHeldOut reads exports the dialect was not learned from and writes them again.
func checkHeldOut(c *cobra.Command, d *artifact.Dialect, files []string) (bool, error) {
	exact := true
	for _, name := range files {
		f, problem := artifact.ReadFile(name)
		if problem != nil {
			return false, diag.List{*problem}
		}
		proof, err := calibrate.Check(f, d)
		if err != nil {
			return false, err
		}
		exact = exact && proof.Exact
		fmt.Fprintf(c.OutOrStdout(), "%s, read and written again: %s\n", name, proof.Outcome())
	}
	return exact, nil
}
