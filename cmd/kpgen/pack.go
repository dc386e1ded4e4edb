package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/lint"
	"github.com/kpgen/kpgen/pack/load"
)

// opened is a pack read back from its import files, whichever way it came.
type opened struct {
	*pack.Pack
	diag.Locator // places in the spec for a spec folder, in the import files for built ones
	Dialect      *artifact.Dialect
	Samples      string    // the spec's samples folder; "" for built files
	Warnings     diag.List // printed already
}

func addDialect(c *cobra.Command, value *string) {
	c.Flags().StringVar(value, "dialect", artifact.Reference, "`dialect` of the import files: a built-in one or a folder")
	_ = c.RegisterFlagCompletionFunc("dialect", completeDialect)
}

func completeDialect(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{artifact.Reference}, cobra.ShellCompDirectiveFilterDirs
}

// isSpec reports whether a path is a spec folder: one with a pack.yaml, or one that holds no built files either and so is best
// told as a spec what it lacks.
func isSpec(path string) bool {
	if _, err := os.Stat(filepath.Join(path, "pack.yaml")); err == nil {
		return true
	}
	return !artifact.IsBuilt(path)
}

// loadSpec loads and lints a spec folder: all that is wrong with it at once as the error, else the warnings, printed.
func loadSpec(c *cobra.Command, folder string) (*load.Spec, diag.List, error) {
	spec, found := checkSpec(folder)
	if err := found.Err(); err != nil {
		return nil, nil, err
	}
	printDiagnostics(c.ErrOrStderr(), found)
	return spec, found, nil
}

// checkSpec gives all that can be said of a spec folder; spec is nil when it cannot be read at all.
func checkSpec(folder string) (*load.Spec, diag.List) { return checkSpecBy(folder, lint.Run) }

func checkSpecBy(folder string, check func(*pack.Pack, diag.Locator) diag.List) (*load.Spec, diag.List) {
	spec, found := load.Load(folder)
	if spec != nil {
		found = append(found, check(spec.Pack, spec)...)
	}
	return spec, found.Unique()
}

// openPack opens a spec folder by building it in memory and reading the files back, or built files as they are: what is used is
// what ships.
func openPack(c *cobra.Command, path, dialect string) (*opened, error) {
	d, err := artifact.LoadDialect(dialect)
	if err != nil {
		return nil, err
	}
	if !isSpec(path) {
		b, err := artifact.Open(path, d)
		return newOpened(c, b, d, err)
	}
	spec, found, err := loadSpec(c, path)
	if err != nil {
		return nil, err
	}
	files, err := artifact.Encode(spec.Pack, d.AsGiven()) // or the paths of what is read back would not be the spec's
	if err != nil {
		return nil, placed(err, spec)
	}
	b, err := artifact.Decode(files, d)
	if err != nil {
		return nil, err
	}
	return &opened{b.Pack, spec, d, filepath.Join(path, "samples"), found}, nil
}

// newOpened wraps built files. What lint says of them is printed and stops nothing: they may be anybody's, and whoever runs them
// is told if an expression does not compile. Files without a manifest are a part of a pack, of which lint can say nothing.
func newOpened(c *cobra.Command, b *artifact.Bundle, d *artifact.Dialect, err error) (*opened, error) {
	if err != nil {
		return nil, err
	}
	found := b.Warnings
	if b.Pack.Name != "" {
		found = append(found, lint.Run(b.Pack, b)...)
	}
	found.Sort()
	printDiagnostics(c.ErrOrStderr(), found)
	return &opened{b.Pack, b, d, "", found}, nil
}

// placed gives the diagnostics of an error the places of their paths.
func placed(err error, loc diag.Locator) error {
	list, _ := err.(diag.List)
	for i := range list {
		if list[i].File == "" && list[i].Path != "" {
			list[i].Span = loc.Locate(list[i].Path, -1, -1)
		}
	}
	return err
}
