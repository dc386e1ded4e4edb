package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// engine is the value of --engine: whether all expressions of a pack are planned together or each is asked alone.
type engine struct{ plain bool }

// engines are the values of --engine, the default first.
var engines = []string{"plan", "plain"}

func (e *engine) String() string {
	if e.plain {
		return "plain"
	}
	return "plan"
}

func (e *engine) Set(s string) error {
	if s != "plan" && s != "plain" {
		return fmt.Errorf("unknown engine; the engines are %s", oneOf(engines))
	}
	e.plain = s == "plain"
	return nil
}

func (e *engine) Type() string { return "engine" }

func addEngine(c *cobra.Command, value *engine) {
	c.Flags().Var(value, "engine", "how expressions are run: plan, all together, or plain, each alone; the answers are the same")
	_ = c.RegisterFlagCompletionFunc("engine", cobra.FixedCompletions(engines, cobra.ShellCompDirectiveNoFileComp))
}
