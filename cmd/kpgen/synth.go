package main

import (
	"bufio"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/synth"
)

func newSynth() *cobra.Command {
	var lines, seed uint64
	c := &cobra.Command{
		Use:   "synth PACK",
		Short: "Make log lines for load tests and demonstrations",
		Long: `synth makes log lines as the spec folder PACK describes them in its synth.yaml, in the mix and with the values a real system
would have. The same file and seed give the same lines on every machine.

  start: 2021-03-02T08:00:00Z                   # time of the first line
  pace: 20ms                                    # mean time between lines
  values:                                       # what %{name} stands for
    at: {time: "2006-01-02T15:04:05Z07:00"}     # the line's time, in Go's layout
    word: [red, green]                          # one of these; {choice: {red: 9, green: 1}} by weight
    ms: {number: {1-50: 90, 51-900: 10}}        # of a range, by weight
    ip: {address: [192.0.2.0/24]}
    id: {uuid: random}                          # or {hex: 8}
    host_id: {once: "%{id}", per: word}         # drawn once, or once for each value of another
  lines:
    - {weight: 5, text: '%{at} %{word} %{ip}'}  # a list of texts comes line after line
    - {every: 20s, each: word, text: '%{at} %{word} %{host_id} %{ms} %{ms#2}'}`,
		Example: `  kpgen synth spec/heroku --lines 20
  kpgen synth spec/heroku --lines 1000000 --seed 7 > load.log
  kpgen synth spec/heroku --lines 100000 | kpgen replay dist/heroku > events.jsonl`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: completeFolder,
	}
	c.Flags().Uint64Var(&lines, "lines", 1000, "`number` of lines")
	c.Flags().Uint64Var(&seed, "seed", 1, "`number` that the lines follow from")
	c.RunE = func(c *cobra.Command, given []string) error {
		spec, list := synth.Load(given[0])
		if err := list.Err(); err != nil {
			return err
		}
		printDiagnostics(c.ErrOrStderr(), list)
		return writeLines(c, synth.New(spec, seed), lines)
	}
	return c
}

// completeFolder has the shell complete the folder that a command takes.
func completeFolder(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(given) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func writeLines(c *cobra.Command, g *synth.Generator, lines uint64) error {
	out := bufio.NewWriterSize(c.OutOrStdout(), 1<<16)
	bar := newLineProgress(c.ErrOrStderr(), c.OutOrStdout(), lines)
	defer bar.finish()
	const step = 4096 // lines between looks at the clock
	for n := range lines {
		if err := c.Context().Err(); err != nil {
			return err
		}
		if n%step == step-1 {
			bar.add(step)
		}
		if _, err := out.Write(g.AppendLine(out.AvailableBuffer())); err != nil {
			return err
		}
	}
	return out.Flush()
}
