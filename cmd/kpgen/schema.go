package main

import (
	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/load"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a spec's files",
		Long:  `schema prints the JSON Schema (draft 2020-12) that lets an editor complete and check the YAML files of a spec.`,
		Example: `  kpgen schema > kpgen.schema.json
  # then, in the first line of a spec file:
  # yaml-language-server: $schema=../../kpgen.schema.json`,
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(load.Schema())
			return err
		},
	}
}
