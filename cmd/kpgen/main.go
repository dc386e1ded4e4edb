// Command kpgen compiles the declarative spec of an EventTracker knowledge pack into its import files and proves, on real log
// lines, that every rule in those files does what it says.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // consoles' time zones must be known on a machine without a zone database

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// Exit statuses.
const (
	exitClean    = 0
	exitFindings = 1 // the work was done and something was found
	exitInvalid  = 2 // the input could not be read or is not valid
	exitUsage    = 3
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // who interrupts again does not want to wait
	root := newRoot()
	root.PersistentPreRun = func(c *cobra.Command, _ []string) {
		if !slices.Contains(finishing, c.Name()) {
			signal.Reset(os.Interrupt, syscall.SIGTERM)
		}
	}
	err := root.ExecuteContext(ctx)
	return report(root.ErrOrStderr(), err)
}

// finishing are the commands that end by themselves when they are interrupted. The others leave nothing half done, and end at once.
var finishing = []string{"validate", "replay", "preview", "diff", "calibrate", "regex", "synth", "capture", "anonymize"}

// newRoot wires the commands together.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "kpgen",
		Short: "Build EventTracker knowledge packs from a spec, and prove them on log lines",
		Long: `kpgen compiles the declarative spec of an EventTracker knowledge pack into its import files (.iscat, .isalt, .etko, .etcrx,
.etwd) and proves, on real log lines, that every rule in those files does what it says.

PACK is a spec folder or a folder of built files. The built-in dialect is called reference: not verified on a console.

Exit status: 0 clean, 1 findings, 2 the input could not be read or is not valid, 3 wrong usage.`,
		Example: `  kpgen build spec/heroku -o dist/heroku
  kpgen validate spec/heroku
  kpgen replay dist/heroku router.log --format table --report "Heroku - Router Logs"`,
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		Args:                       unknownCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, err) })
	root.AddCommand(newBuild(), newValidate(), newReplay(), newPreview(), newExplain(), newInspect(), newDiff(),
		newDecompile(), newCalibrate(), newLint(), newSchema(), newRegex(), newSynth(), newCapture(), newAnonymize())
	return root
}

// usageError is a command line that makes no sense.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }

func usage(c *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{c.CommandPath(), err}
}

// unknownCommand refuses a word that is no command, with those it may have been meant for.
func unknownCommand(c *cobra.Command, given []string) error {
	if len(given) == 0 {
		return nil
	}
	hint := ""
	if near := c.SuggestionsFor(given[0]); len(near) > 0 {
		hint = "; did you mean " + oneOf(near) + "?"
	}
	return usage(c, fmt.Errorf("unknown command %q%s", given[0], hint))
}

// args makes a wrong number of arguments wrong usage.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error { return usage(c, check(c, given)) }
}

// errFindings ends a command that did its work and found something; all has been said already.
var errFindings = errors.New("findings")

// errInvalid ends a command that said what is wrong with its input in its own output format.
var errInvalid = errors.New("invalid")

// report says an error on w and gives the exit status.
func report(w io.Writer, err error) int {
	var list diag.List
	var wrong *usageError
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.Is(err, errInvalid):
		return exitInvalid
	case errors.As(err, &list):
		printDiagnostics(w, list)
		return exitInvalid
	case errors.As(err, &wrong):
		fmt.Fprintf(w, "kpgen: %v\nSee %s --help.\n", wrong.err, wrong.command)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "kpgen: interrupted")
		return exitInvalid
	case errors.Is(err, syscall.EPIPE):
		return exitClean // whoever reads our output has seen enough
	}
	fmt.Fprintf(w, "kpgen: %v\n", err)
	return exitInvalid
}

// printDiagnostics prints for people, with the source lines that can be read.
func printDiagnostics(w io.Writer, list diag.List) {
	_ = diag.PrintText(w, list, readSource, colourful(w)) // there is nowhere left to say that nothing can be said
}

// readSource gives a file's text for a diagnostic, nil when there is none: of an import file what it holds, out of its character set.
func readSource(name string) []byte {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 16<<20 {
		return nil
	}
	data, _ := os.ReadFile(name)
	if _, ok := artifact.KindOf(name); !ok {
		return data
	}
	text, ok := container.Text(data)
	if !ok {
		return nil
	}
	return []byte(text)
}

// colourful reports whether w is a terminal whose owner wants colour (no-color.org).
func colourful(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && isTerminal(w)
}

// formats adds --format with completion and refuses what it does not know.
func formats(c *cobra.Command, value *string, known ...string) {
	c.Flags().StringVar(value, "format", known[0], "output `format`: "+oneOf(known))
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp))
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		for _, k := range known {
			if *value == k {
				return nil
			}
		}
		return usage(c, fmt.Errorf("unknown format %q; the formats are %s", *value, oneOf(known)))
	}
}

func oneOf(words []string) string {
	all := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			all += " or "
		default:
			all += ", "
		}
		all += w
	}
	return all
}
