package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/anonymize"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/replay"
	"github.com/kpgen/kpgen/pack/syslog"
)

func newAnonymize() *cobra.Command {
	var stand standIns
	var out string
	c := &cobra.Command{
		Use:   "anonymize PACK [FILE…|-]",
		Short: "Replace what tells of people and machines in log lines, and prove that the pack makes the same of them",
		Long: `anonymize gives log lines with stand-ins for addresses, host names, e-mail addresses, user names, ids, tokens and secrets in query
strings: the same value has the same stand-in everywhere, and its shape. Then it proves each line: PACK must make the same of it as
of the original, by the same rules, with the same tokens, properties and columns filled. A line of which it does not is told
and left out; --keep writes it all the same, with its stand-ins.

Stand-ins follow from the values and a secret. Without --key that is one nobody knows, and another one each time.

Times stay, and so does what the command does not know to be telling: read the lines before you give them away.`,
		Example: `  kpgen anonymize spec/heroku customer.log -o spec/heroku/samples/customer.log
  kpgen anonymize spec/heroku --key secret.txt monday.log.zst tuesday.log.zst -o both.log.zst
  head -c 32 /dev/urandom | base64 > secret.txt`,
		Args: args(cobra.MinimumNArgs(1)),
	}
	c.Flags().StringVarP(&out, "output", "o", "-", "`file` to write, packed as its name ends; - for standard output")
	stand.add(c)
	c.RunE = func(c *cobra.Command, given []string) error {
		stand.pack = given[0]
		h, err := stand.open(c)
		if err != nil {
			return err
		}
		return runAnonymize(c, h, out, given[1:])
	}
	return c
}

func runAnonymize(c *cobra.Command, h *hiding, out string, files []string) error {
	w, err := createOutput(c, out)
	if err != nil {
		return err
	}
	bar := newProgress(c.ErrOrStderr(), files)
	var found diag.List
	for _, s := range bar.sources(c.InOrStdin(), files) {
		list, e := h.source(c, s, w)
		found = append(found, list...)
		if err = e; err != nil {
			break
		}
	}
	bar.finish()
	if e := w.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	differs := h.report(c)
	if err := found.Err(); err != nil {
		return err
	}
	if differs {
		return errFindings
	}
	return nil
}

// standIns is the flags of a command that makes stand-ins.
type standIns struct {
	pack, key, dialect string
	keep               bool
}

func (s *standIns) add(c *cobra.Command) {
	c.Flags().StringVar(&s.key, "key", "", "`file` with the secret that stand-ins follow from, 16 bytes or more (default: one nobody knows)")
	c.Flags().BoolVar(&s.keep, "keep", false, "write also lines of which the pack does not make the same")
	addDialect(c, &s.dialect)
}

func (s *standIns) said(c *cobra.Command) bool { return s.pack != "" || s.key != "" || s.keep }

// open makes ready what the flags say.
func (s *standIns) open(c *cobra.Command) (*hiding, error) {
	secret, err := s.secret()
	if err != nil {
		return nil, err
	}
	p, err := openPack(c, s.pack, s.dialect)
	if err != nil {
		return nil, err
	}
	cons, err := console.New(p.Pack, console.Options{})
	if err != nil {
		return nil, placed(err, p)
	}
	h := &hiding{keep: s.keep, w: c.ErrOrStderr(), made: map[string]int{}}
	for a := anonymize.New(secret); len(h.provers) < runtime.GOMAXPROCS(0); {
		h.provers = append(h.provers, anonymize.NewProver(a, cons))
	}
	return h, nil
}

// secret reads the file of --key; line ends behind it are not part of it.
func (s *standIns) secret() ([]byte, error) {
	if s.key == "" {
		return nil, nil
	}
	data, err := os.ReadFile(s.key)
	if err != nil {
		return nil, diag.List{{ID: "key-unreadable", Severity: diag.Error, Span: diag.Span{File: s.key}, Message: err.Error()}}
	}
	data = bytes.TrimRight(data, "\r\n")
	if len(data) < 16 {
		return nil, diag.List{{ID: "key-short", Severity: diag.Error, Span: diag.Span{File: s.key},
			Message: fmt.Sprintf("the secret has %d bytes; expected 16 or more, or it could be guessed", len(data)),
			Help:    "make one with: head -c 32 /dev/urandom | base64 > " + s.key}}
	}
	return data, nil
}

// hiding anonymises lines and counts.
type hiding struct {
	provers []*anonymize.Prover // for as many goroutines
	keep    bool
	show    bool // lines that differ, with their stand-ins: they are nowhere else
	w       io.Writer
	lines   int
	differs int
	made    map[string]int // stand-ins, by what they stand for
}

// maxTold is how many lines are told of one by one.
const maxTold = 20

// source writes a log with stand-ins.
func (h *hiding) source(c *cobra.Command, s replay.Source, w io.Writer) (diag.List, error) {
	unreadable := func(err error) diag.List {
		return diag.List{{ID: "log-unreadable", Severity: diag.Error, Span: diag.Span{File: s.Name}, Message: fmt.Sprintf("cannot be read on: %v", err)}}
	}
	f, err := s.Open()
	if err != nil {
		return unreadable(err), nil
	}
	defer f.Close()
	r, err := syslog.NewReader(f, s.Name, syslog.Options{})
	if err != nil {
		return unreadable(err), nil
	}
	for end := error(nil); end == nil; {
		var recs []syslog.Record
		for end == nil && len(recs) < batchRecords && (len(recs) == 0 || r.Buffered() > 0) { // who pipes in a drain does not want to wait
			var rec syslog.Record
			if rec, end = r.Next(); end == nil {
				recs = append(recs, rec)
			}
		}
		if _, err := w.Write(h.appendAll(nil, recs)); err != nil {
			return nil, err
		}
		switch {
		case end != nil && end != io.EOF:
			return unreadable(end), nil
		case c.Context().Err() != nil:
			return nil, c.Context().Err()
		}
	}
	return nil, nil
}

// batchRecords is how many records of a file are worked on at a time.
const batchRecords = 1024

// appendAll adds records with stand-ins, in their order.
func (h *hiding) appendAll(b []byte, recs []syslog.Record) []byte {
	made := make([]anonymize.Anonymised, len(recs))
	var proving sync.WaitGroup
	for first, p := range h.provers {
		proving.Go(func() {
			for i := first; i < len(recs); i += len(h.provers) {
				if !isTooLong(&recs[i]) {
					made[i] = p.Record(&recs[i])
				}
			}
		})
	}
	proving.Wait()
	for i := range recs {
		b = h.append(b, &recs[i], &made[i])
	}
	return b
}

// append adds what was made of a record, or tells why not.
func (h *hiding) append(b []byte, rec *syslog.Record, made *anonymize.Anonymised) []byte {
	h.lines++
	if isTooLong(rec) {
		h.tell(rec, "it is too long to be read", "")
		return b
	}
	if made.Differs != "" {
		h.tell(rec, "with stand-ins the pack makes something else of it: "+made.Differs, made.Message)
		if !h.keep {
			return b
		}
	}
	for _, change := range made.Changes {
		h.made[change.Name]++
	}
	if !made.Origin.Received.IsZero() {
		b = made.Origin.Append(b)
	}
	return syslog.AppendLine(b, made.Message)
}

func (h *hiding) tell(rec *syslog.Record, why, made string) {
	if h.differs++; h.differs > maxTold {
		return
	}
	message, help := "the line is left out: "+why, "it stays with --keep"
	if h.keep {
		message, help = why, ""
	}
	fmt.Fprintln(h.w, diag.Diagnostic{ID: "meaning-differs", Severity: diag.Warning, Span: diag.Span{File: rec.File, Line: rec.Line},
		Message: message, Help: help}.Error())
	if h.show && made != "" {
		fmt.Fprintln(h.w, "\t"+diag.Visible(made))
	}
}

// report says what was counted, and whether a line did not keep its meaning.
func (h *hiding) report(c *cobra.Command) bool {
	if h.differs > maxTold {
		fmt.Fprintf(c.ErrOrStderr(), "… and %d more\n", h.differs-maxTold)
	}
	var made []string
	for _, name := range slices.Sorted(maps.Keys(h.made)) {
		made = append(made, fmt.Sprintf("%d %s", h.made[name], name))
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d lines: %d keep their meaning, %d do not; stand-ins: %s\n", h.lines, h.lines-h.differs, h.differs,
		strings.Join(made, ", "))
	return h.differs > 0
}
