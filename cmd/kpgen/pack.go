package main

import (
	"errors"
	"io/fs"
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
	Samples      string // the spec's samples folder; "" for built files
}

func addDialect(c *cobra.Command, value *string) {
	c.Flags().StringVar(value, "dialect", artifact.Reference, "`dialect` of the import files: a built-in one or a folder")
	_ = c.RegisterFlagCompletionFunc("dialect", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{artifact.Reference}, cobra.ShellCompDirectiveFilterDirs
	})
}

// isSpec reports whether a path is a spec folder: one with a pack.yaml.
func isSpec(path string) bool {
	_, err := os.Stat(filepath.Join(path, "pack.yaml"))
	return err == nil
}

// loadSpec loads and lints a spec folder. Warnings are printed, errors returned.
func loadSpec(c *cobra.Command, folder string) (*load.Spec, error) {
	spec, found := load.Load(folder)
	if spec != nil && !found.Has(diag.Error) {
		found = append(found, lint.Run(spec.Pack, spec)...)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	printDiagnostics(c.ErrOrStderr(), found)
	return spec, nil
}

// openPack opens a spec folder by building it in memory and reading the files back, or built files as they are: what is used is
// what ships.
func openPack(c *cobra.Command, path, dialect string) (*opened, error) {
	d, err := artifact.LoadDialect(dialect)
	if err != nil {
		return nil, err
	}
	if !isSpec(path) {
		b, found := openBuilt(path, d)
		if err := found.Err(); err != nil {
			return nil, err
		}
		printDiagnostics(c.ErrOrStderr(), found)
		return &opened{Pack: b.Pack, Locator: b, Dialect: d}, nil
	}
	spec, err := loadSpec(c, path)
	if err != nil {
		return nil, err
	}
	files, err := artifact.Encode(spec.Pack, d)
	if err != nil {
		return nil, err
	}
	b, err := artifact.Decode(files, d)
	if err != nil {
		return nil, err
	}
	return &opened{Pack: b.Pack, Locator: spec, Dialect: d, Samples: samplesOf(path)}, nil
}
