package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/templates"
)

func newCalibrate() *cobra.Command {
	var name, out, base string
	var packs, held []string
	var strict, probe bool
	var format string
	c := &cobra.Command{
		Use:   "calibrate --name DIALECT --pack PACK FILE… | calibrate --probe",
		Short: "Learn a console's dialect from files it exported",
		Long: `calibrate learns how a console writes its import files, from exports whose contents a pack describes: where each field of the
pack stands in them, what repeats for each item, how values are spelled, and what the console makes by itself. It writes the
dialect's folder, with a report of what was found, how sure that is, and what would settle what is open.

The files are then built anew in the dialect and held against the exports byte by byte.

Where no export of a known pack is at hand, --probe writes one: the spec of a small pack of distinctive values and a run sheet to enter
it on the console by hand. Its exports tell every field.`,
		Example: `  kpgen calibrate --probe -o probe
  kpgen calibrate --name acme-9.4 --pack probe Category_Probe.iscat Alert_Probe.isalt
  kpgen calibrate --name acme-9.4 --pack spec/heroku Category_Heroku.iscat Alert_Heroku.isalt
  kpgen calibrate --name acme-9.4 --pack spec/heroku Alert_Heroku.isalt --check Alert_Other.isalt --strict
  kpgen calibrate --name acme-9.5 --base acme-9.4 --pack probe Alert_Probe.isalt
  kpgen build spec/heroku --dialect acme-9.4`,
		ValidArgsFunction: importFiles,
	}
	c.Flags().StringVar(&name, "name", "", "`name` of the dialect")
	c.Flags().StringVar(&base, "base", "", "another `dialect`, of an older version of the console: only what is another in the files is written")
	c.Flags().StringArrayVar(&packs, "pack", nil, "the `PACK` the files hold: a spec folder or built files; several where the files hold different ones")
	c.Flags().StringVarP(&out, "output", "o", "", "`folder` to write (default dialects/NAME)")
	c.Flags().StringArrayVar(&held, "check", nil, "another export, a `FILE` that is not learned from, to be read and written again in the dialect")
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 when a byte of a file is not explained; what is open is counted, and is no finding")
	c.Flags().BoolVar(&probe, "probe", false, "write the probe pack and its run sheet instead (default folder probe)")
	c.Flags().StringVar(&format, "format", "text", "`format` of the result: text or json")
	_ = c.MarkFlagDirname("base")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	_ = c.MarkFlagDirname("output")
	_ = c.MarkFlagDirname("pack")
	c.RunE = func(c *cobra.Command, files []string) error {
		switch {
		case probe && (len(files) > 0 || len(packs) > 0 || name != ""):
			return usage(c, errors.New("--probe stands alone, or with --output"))
		case probe:
			return writeProbe(c, cmp.Or(out, "probe"))
		case name == "" || len(packs) == 0 || len(files) == 0:
			return usage(c, errors.New("calibrate needs --name, --pack and a file; or --probe"))
		case format != "text" && format != "json":
			return usage(c, fmt.Errorf("--format %q: expected text or json", format))
		case !artifact.IsDialectName(name):
			return usage(c, fmt.Errorf("--name %q: expected letters, digits, points and dashes, and no built-in dialect's name", name))
		}
		samples, unreadable, err := calibrationSamples(packs, files)
		if err != nil {
			return err
		}
		out = cmp.Or(out, filepath.Join(artifact.Folder, name))
		how := &calibrate.Calibration{Name: name, Folder: out}
		if err := restOn(how, base); err != nil {
			return err
		}
		older, err := learnedBefore(how, out)
		if err != nil {
			return err
		}
		bar := newProgress(c.ErrOrStderr(), slices.Concat(files, files)) // each is learned from, and built anew
		how.Step = func(doing string, f artifact.File) { bar.tell(doing+" "+filepath.Base(f.Name), len(f.Data)) }
		learned, err := how.Learn(c.Context(), samples)
		bar.finish()
		if err != nil {
			return err
		}
		learned.Refused = append(unreadable, learned.Refused...)
		printDiagnostics(c.ErrOrStderr(), learned.Refused)
		folder := append(slices.Clone(learned.Files), artifact.File{Name: calibrate.ReportName, Data: learned.Report(older)})
		if err := artifact.Write(out, folder); err != nil {
			return err
		}
		checked, err := checkHeldOut(learned.Dialect, held)
		if err != nil {
			return err
		}
		learned.Checked = checked
		if format == "json" {
			err = learned.WriteJSON(c.OutOrStdout())
		} else {
			err = learned.WriteSummary(c.OutOrStdout())
		}
		if err != nil {
			return err
		}
		if open := len(learned.Asks()); open > 0 {
			fmt.Fprintf(c.ErrOrStderr(), "open: %d; what settles each stands first in %s\n", open, filepath.Join(out, calibrate.ReportName))
		}
		fmt.Fprintf(c.ErrOrStderr(), "%s: how it was learned is in %s\ndialect %s: %s\n", out, filepath.Join(out, calibrate.ReportName), name, learned.Dialect.Statement)
		if strict && !learned.Exact() || len(learned.Refused) > 0 {
			return errFindings
		}
		return nil
	}
	return c
}

// learnedBefore makes a dialect keep what its folder has of other kinds, and gives the report there.
func learnedBefore(how *calibrate.Calibration, folder string) ([]byte, error) {
	if _, err := os.Stat(filepath.Join(folder, "dialect.yaml")); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var err error
	if how.Before, err = artifact.ReadDialect(os.DirFS(folder), folder); err != nil {
		return nil, err
	}
	if how.Base == nil {
		how.Base, how.BaseRef = how.Before.Base()
	}
	report, problem := artifact.ReadFile(filepath.Join(folder, calibrate.ReportName))
	if problem != nil { // somebody took it away
		return nil, nil
	}
	return report.Data, nil
}

// restOn makes a dialect rest on another.
func restOn(how *calibrate.Calibration, base string) error {
	if base == "" {
		return nil
	}
	at, builtIn, err := artifact.FindDialect(base)
	if err != nil {
		return err
	}
	if how.BaseRef = at; !builtIn {
		from, err := filepath.Abs(how.Folder)
		if err != nil {
			return err
		}
		to, err := filepath.Abs(at)
		if err != nil {
			return err
		}
		if how.BaseRef, err = filepath.Rel(from, to); err != nil {
			return err
		}
		how.BaseRef = filepath.ToSlash(how.BaseRef)
	}
	how.Base, err = artifact.LoadDialect(base)
	return err
}

// calibrationSamples pairs each file with the pack that describes it; those that cannot be read are told of.
func calibrationSamples(packs, files []string) (samples []calibrate.Sample, found diag.List, err error) {
	var known []*pack.Pack
	for _, path := range packs {
		p, err := describingPack(path)
		if err != nil {
			return nil, nil, err
		}
		known = append(known, p)
	}
	for _, name := range files {
		f, problem := artifact.ReadFile(name)
		if problem != nil {
			found = append(found, *problem)
			continue
		}
		samples = append(samples, calibrate.Sample{Pack: calibrate.Describing(known, f), File: f})
	}
	if len(samples) == 0 {
		return nil, nil, found
	}
	return samples, found, nil
}

// describingPack opens a pack that says what is in files. What may be said against it as a pack is not of interest here.
func describingPack(path string) (*pack.Pack, error) {
	if !isSpec(path) {
		d, err := artifact.LoadDialect(artifact.Reference)
		if err != nil {
			return nil, err
		}
		b, err := artifact.Open(path, d)
		if err != nil {
			return nil, err
		}
		return b.Pack, nil
	}
	spec, found := checkSpec(path)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return spec.Pack, nil
}

// checkHeldOut reads exports the dialect was not learned from and writes them again.
func checkHeldOut(d *artifact.Dialect, files []string) ([]calibrate.Proof, error) {
	var proofs []calibrate.Proof
	for _, name := range files {
		f, problem := artifact.ReadFile(name)
		if problem != nil {
			return nil, diag.List{*problem}
		}
		proof, err := calibrate.Check(f, d)
		if err != nil {
			return nil, err
		}
		proofs = append(proofs, proof)
	}
	return proofs, nil
}

// writeProbe writes the spec of the probe pack, and the run sheet to enter it by.
func writeProbe(c *cobra.Command, out string) error {
	temporary, err := os.MkdirTemp("", "kpgen-probe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	if err := os.CopyFS(temporary, templates.Probe()); err != nil {
		return err
	}
	spec, found := load.Load(temporary)
	if err := found.Err(); err != nil {
		return err
	}
	sheet, err := artifact.Runsheet(spec.Pack, nil)
	if err != nil {
		return err
	}
	files := []artifact.File{{Name: artifact.RunsheetName, Data: sheet}}
	err = fs.WalkDir(templates.Probe(), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.Probe(), path)
		files = append(files, artifact.File{Name: path, Data: data})
		return err
	})
	if err != nil {
		return err
	}
	if err := artifact.Write(out, files); err != nil {
		return err
	}
	for _, f := range files {
		fmt.Fprintln(c.OutOrStdout(), filepath.Join(out, f.Name))
	}
	fmt.Fprintf(c.ErrOrStderr(), "enter what %s says on the console, export it, then: kpgen calibrate --name DIALECT --pack %s FILE…\n",
		filepath.Join(out, artifact.RunsheetName), out)
	return nil
}

// importFiles completes files by the extensions import dialogs offer.
func importFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var extensions []string
	for _, k := range artifact.Kinds() {
		extensions = append(extensions, strings.TrimPrefix(k.Extension(), "."))
	}
	return extensions, cobra.ShellCompDirectiveFilterFileExt
}
