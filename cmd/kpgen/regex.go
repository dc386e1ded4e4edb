package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
	"github.com/kpgen/kpgen/pack/dotnet/explain"
	"github.com/kpgen/kpgen/pack/dotnet/hazard"
	"github.com/kpgen/kpgen/pack/dotnet/tester"
	"github.com/kpgen/kpgen/pack/replay"
)

// regexOptions are the flags that stand for .NET's RegexOptions.
var regexOptions = []struct {
	flag   string
	option dotnet.RegexOptions
	help   string
}{
	{"ignore-case", dotnet.IgnoreCase, "letters match in any case (IgnoreCase)"},
	{"multiline", dotnet.Multiline, "^ and $ match at every line (Multiline)"},
	{"singleline", dotnet.Singleline, ". matches newlines, too (Singleline)"},
	{"explicit-capture", dotnet.ExplicitCapture, "only named groups capture (ExplicitCapture)"},
	{"ignore-whitespace", dotnet.IgnorePatternWhitespace, "blanks and # comments in PATTERN mean nothing (IgnorePatternWhitespace)"},
	{"right-to-left", dotnet.RightToLeft, "search from the end of the text (RightToLeft)"},
	{"ecmascript", dotnet.ECMAScript, "classes and references as in ECMAScript (ECMAScript)"},
}

func newRegex() *cobra.Command {
	var flavor string
	var explained, batch bool
	var timeout time.Duration
	set := make([]bool, len(regexOptions))
	c := &cobra.Command{
		Use:   "regex PATTERN [FILE…|-]",
		Short: "Try an expression on lines as .NET would",
		Long: `regex shows what a .NET regular expression finds in each line of a text: the matches with their captures marked and, for each
group, its captures with index+length in UTF-16 units, as .NET counts. - and no FILE at all mean standard input. With --explain
it says in words what the parts of the expression mean and what in it may take .NET very long, and reads input only if a FILE is
given.

--batch answers questions of programs, JSON lines from FILE or standard input, each with one line, in order:
  {"pattern":"…","options":["IgnoreCase",…],"input":"…"}
  {"ok":true,"matches":[{"index":0,"length":3,"groups":{"0":[{"index":0,"length":3,"value":"…"}],…}}]}
  {"ok":false,"error":"…"}

Exit status: 0 something matched, 1 nothing did, 2 the expression is not valid or the input could not be read, 3 wrong usage. With
--batch 0 says that every line was answered, be it with an error.`,
		Example: `  kpgen regex 'status=(?<Code>5\d\d)' router.log
  heroku logs --tail | kpgen regex '(?i)\berror\b'
  kpgen regex --explain '(?<=fwd=")[^"]+'
  echo '{"pattern":"a+","input":"caat"}' | kpgen regex --batch`,
		Args: func(c *cobra.Command, given []string) error {
			if batch {
				return usage(c, cobra.MaximumNArgs(1)(c, given))
			}
			return usage(c, cobra.MinimumNArgs(1)(c, given))
		},
	}
	flavors := []string{string(pack.DotNet), string(pack.PCRE)}
	c.Flags().StringVar(&flavor, "flavor", flavors[0], "`flavor` of the expression: "+oneOf(flavors))
	_ = c.RegisterFlagCompletionFunc("flavor", cobra.FixedCompletions(flavors, cobra.ShellCompDirectiveNoFileComp))
	c.Flags().BoolVar(&explained, "explain", false, "say in words what the expression means")
	c.Flags().BoolVar(&batch, "batch", false, "answer questions in JSON lines")
	c.Flags().DurationVar(&timeout, "timeout", dotnet.DefaultTimeout, "limit of one search for a match")
	for i, o := range regexOptions {
		c.Flags().BoolVar(&set[i], o.flag, false, o.help)
	}
	c.PreRunE = func(c *cobra.Command, _ []string) error { return checkRegexFlags(c, flavor, batch, timeout) }
	c.RunE = func(c *cobra.Command, given []string) error {
		if batch {
			return runBatch(c, given, timeout)
		}
		opt := dotnet.Options{Flavour: pack.Flavour(flavor), Timeout: timeout}
		for i, o := range regexOptions {
			if set[i] {
				opt.Regex |= o.option
			}
		}
		return runRegex(c, given[0], given[1:], opt, explained)
	}
	return c
}

// checkRegexFlags refuses flags that do not go together.
func checkRegexFlags(c *cobra.Command, flavor string, batch bool, timeout time.Duration) error {
	if flavor != string(pack.DotNet) && flavor != string(pack.PCRE) {
		return usage(c, fmt.Errorf("unknown flavor %q; the flavors are %s or %s", flavor, pack.DotNet, pack.PCRE))
	}
	if timeout <= 0 {
		return usage(c, fmt.Errorf("--timeout must be more than 0"))
	}
	for _, o := range regexOptions {
		if c.Flags().Changed(o.flag) && (batch || flavor == string(pack.PCRE)) {
			return usage(c, fmt.Errorf("--%s goes with an expression of .NET's on the command line only", o.flag))
		}
	}
	if batch && (c.Flags().Changed("explain") || c.Flags().Changed("flavor")) {
		return usage(c, fmt.Errorf("--explain and --flavor do not go with --batch"))
	}
	return nil
}

func runBatch(c *cobra.Command, files []string, timeout time.Duration) error {
	bar := newProgress(c.ErrOrStderr(), files)
	defer bar.finish()
	source := bar.sources(c.InOrStdin(), files)[0]
	f, err := source.Open()
	if err != nil {
		return unreadable(source.Name, err)
	}
	defer f.Close()
	return tester.Batch(c.Context(), f, c.OutOrStdout(), timeout)
}

func unreadable(name string, err error) diag.List {
	at := diag.Span{File: name}
	return diag.List{{ID: "unreadable", Severity: diag.Error, Span: at, Message: fmt.Sprintf("cannot be read: %v", err)}}
}

func runRegex(c *cobra.Command, pattern string, files []string, opt dotnet.Options, explained bool) error {
	re, err := dotnet.Compile(pattern, opt)
	if err != nil {
		return badPattern(c, pattern, err)
	}
	if explained {
		if err := explainPattern(c.OutOrStdout(), re); err != nil || len(files) == 0 {
			return err
		}
	}
	t := tester.New(re, c.OutOrStdout(), colourful(c.OutOrStdout()))
	var failed diag.List
	for _, source := range newProgress(c.ErrOrStderr(), nil).sources(c.InOrStdin(), files) {
		list, err := testFile(c, t, source)
		if err != nil {
			return err
		}
		failed = append(failed, list...)
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d lines: %d with a match, %d matches\n", t.Lines, t.Matched, t.Matches)
	if len(failed) > 0 {
		return failed
	}
	if t.Matches == 0 {
		return errFindings
	}
	return nil
}

// testFile runs the lines of a file; that it cannot be read is in the list, and the others go on.
func testFile(c *cobra.Command, t *tester.Tester, source replay.Source) (diag.List, error) {
	f, err := source.Open()
	if err != nil {
		return unreadable(source.Name, err), nil
	}
	defer f.Close()
	return nil, t.Run(c.Context(), f, source.Name, func(d diag.Diagnostic) { printDiagnostics(c.ErrOrStderr(), diag.List{d}) })
}

// explainPattern says in words what an expression means, and what makes it slow.
func explainPattern(w io.Writer, re *dotnet.Regexp) error {
	if err := explain.Write(w, re.Tree()); err != nil {
		return err
	}
	return hazard.Write(w, re, hazard.Find(re))
}

// badPattern shows what is wrong with an expression at its place.
func badPattern(c *cobra.Command, pattern string, err error) error {
	var e *dotnet.Error
	if !errors.As(err, &e) {
		return err
	}
	const name = "PATTERN"
	at := diag.Span{File: name}
	at.Line, at.Column = lineColumn(pattern, e.From)
	at.EndLine, at.EndColumn = lineColumn(pattern, e.To)
	d := diag.Diagnostic{ID: e.Kind, Severity: diag.Error, Span: at, Message: e.Message, Help: e.Help}
	w := c.ErrOrStderr()
	if err := diag.PrintText(w, diag.List{d}, func(string) []byte { return []byte(pattern) }, colourful(w)); err != nil {
		return err
	}
	return errInvalid
}

// lineColumn gives the line and the column in characters, from 1, of a byte offset.
func lineColumn(text string, offset int) (line, column int) {
	before := text[:offset]
	start := strings.LastIndex(before, "\n") + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])
}
