package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/proof"
)

func newValidate() *cobra.Command {
	var format, dialect, samples string
	var timeout time.Duration
	var engine engine
	var update bool
	c := &cobra.Command{
		Use:   "validate PACK",
		Short: "Prove a pack on its samples",
		Long: `validate replays sample lines against the expressions read back from the import files and proves that every rule takes a sample
and refuses a near miss, that every expression and group captures, that every report column and dashlet has data, and that each
line is what the expectations beside the samples say. What no sample shows is a finding, too.

A spec folder is built in memory and proved from those files.`,
		Example: `  kpgen validate spec/heroku
  kpgen validate dist/heroku --samples spec/heroku/samples
  kpgen validate spec/heroku --format junit > proof.xml
  kpgen validate spec/heroku --update   # write what the lines are into the expectations, to be reviewed`,
		Args: args(cobra.ExactArgs(1)),
	}
	formats(c, &format, "text", "json", "junit")
	c.Flags().StringVar(&samples, "samples", "", "`folder` of the samples (default SPEC/samples)")
	c.Flags().DurationVar(&timeout, "timeout", 0, "limit of one expression on one line (default 1s)")
	c.Flags().BoolVar(&update, "update", false, "rewrite the expectations to what the lines are")
	addEngine(c, &engine)
	addDialect(c, &dialect)
	_ = c.MarkFlagDirname("samples")
	c.RunE = func(c *cobra.Command, given []string) error {
		p, err := openPack(c, given[0], dialect)
		if err != nil {
			return err
		}
		if samples == "" {
			samples = p.Samples
		}
		if samples == "" {
			return usage(c, fmt.Errorf("built files have no samples beside them: name the folder with --samples"))
		}
		opt := proof.Options{Timeout: timeout, Plain: engine.plain}
		set, found := proof.LoadSamples(samples)
		if update && !found.Has(diag.Error) {
			if err := proof.Update(c.Context(), p.Pack, set, opt); err != nil {
				return err
			}
			set, found = proof.LoadSamples(samples)
		}
		if err := found.Err(); err != nil {
			return err
		}
		result, err := proof.Run(c.Context(), p.Pack, p, set, opt)
		if err != nil {
			return placed(err, p)
		}
		return writeProof(c, result, p, format)
	}
	return c
}

func writeProof(c *cobra.Command, p *proof.Proof, from *opened, format string) error {
	out := c.OutOrStdout()
	var err error
	switch format {
	case "json":
		err = p.WriteJSON(out, from.Dialect.Name)
	case "junit":
		err = p.WriteJUnit(out)
	default:
		err = writeProofText(out, p, from)
	}
	if err == nil && !p.OK() {
		return errFindings
	}
	return err
}

func writeProofText(w io.Writer, p *proof.Proof, from *opened) error {
	if err := p.WriteTable(w); err != nil {
		return err
	}
	if len(p.Findings) > 0 {
		fmt.Fprintln(w)
		if err := diag.PrintText(w, p.Findings, readSource, colourful(w)); err != nil {
			return err
		}
	}
	s := p.Summary()
	_, err := fmt.Fprintf(w, "\n%s %s: %d of %d claims proved on %d lines, %d untested, %d failed, %d findings\ndialect %s: %s\n",
		p.Pack.Title, p.Pack.Version, s.Proved, s.Claims, s.Lines, s.Untested, s.Failed, s.Findings, from.Dialect.Name, from.Dialect.Statement)
	return err
}
