package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/receive"
	"github.com/kpgen/kpgen/pack/syslog"
)

func newCapture() *cobra.Command {
	var in listening
	var out string
	var duration time.Duration
	var lines uint64
	var stand standIns
	var hide bool
	c := &cobra.Command{
		Use:   "capture --listen URL -o FILE",
		Short: "Record a live drain",
		Long: `capture receives log drains and records every line, with when it came, from where and from which drain: kpgen replay reads the file
and tells these, too. It ends with Ctrl-C, or after --duration or --lines, and says what it counted.

URL is tcp://HOST:PORT or tls://HOST:PORT for a syslog drain, https://HOST:PORT/PATH for an HTTPS drain, http:// for one behind a proxy.
Without HOST it is 127.0.0.1; other machines can reach only an address that is written. Port 0 is a free one. tls and https
need --cert and --certificate-key; for this machine alone a certificate is made that nobody has signed. What a receiver cannot
take is counted with the reason; a sender that is too fast has to wait.

FILE is packed as its name ends, .zst or .gz, is never overwritten nor added to, and can be read while it grows; - is standard
output. A second Ctrl-C does not wait for what is on its way.

With --anonymize, what is recorded has stand-ins for addresses, names, ids and secrets, as kpgen anonymize makes them. A line of
which the pack does not make the same is told, with its stand-ins, and left out; --keep records it.`,
		Example: `  kpgen capture --listen tcp://127.0.0.1:6514 -o capture.log.zst
  kpgen capture --listen tls://0.0.0.0:6514 --cert cert.pem --certificate-key key.pem --duration 1h -o hour.log.zst
  kpgen capture --listen https://:8443/drain --cert cert.pem --certificate-key key.pem -o - | grep at=error
  kpgen capture --listen tcp://:6514 --anonymize --pack spec/heroku -o samples.log`,
		Args: args(cobra.NoArgs),
	}
	in.add(c)
	c.Flags().StringVarP(&out, "output", "o", "", "`file` to write, - for standard output")
	c.Flags().DurationVar(&duration, "duration", 0, "end after this `time`")
	c.Flags().Uint64Var(&lines, "lines", 0, "end after so `many` lines")
	c.Flags().BoolVar(&hide, "anonymize", false, "record stand-ins, and prove them with --pack")
	c.Flags().StringVar(&stand.pack, "pack", "", "`pack` that must make the same of a line with stand-ins")
	stand.add(c)
	_ = c.MarkFlagDirname("pack")
	c.RunE = func(c *cobra.Command, _ []string) error {
		switch {
		case out == "":
			return usage(c, errors.New("say where to record with -o; - is standard output"))
		case hide && stand.pack == "":
			return usage(c, errors.New("--anonymize needs --pack: the pack that must make the same of a line with stand-ins"))
		case !hide && stand.said(c):
			return usage(c, errors.New("--pack, --key and --keep go with --anonymize"))
		}
		r, err := in.open(c)
		if err != nil {
			return err
		}
		defer r.Close()
		w := &recorder{lines: lines}
		if hide {
			if w.hide, err = stand.open(c); err != nil {
				return err
			}
			w.hide.show = !stand.keep
		}
		if w.out, err = createOutput(c, out); err != nil {
			return err
		}
		in.announce(c, r)
		return runCapture(c, r, w, duration, out == "-")
	}
	return c
}

// createOutput opens a new file, or standard output for -.
func createOutput(c *cobra.Command, name string) (*receive.File, error) {
	if name == "-" {
		return receive.NewFile(unclosed{c.OutOrStdout()}, ""), nil
	}
	return receive.Create(filepath.Clean(name))
}

type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func runCapture(c *cobra.Command, r *receive.Receiver, w *recorder, duration time.Duration, shown bool) error {
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	w.enough = cancel
	go func() {
		select {
		case <-w.out.Failed():
			cancel()
		case <-ctx.Done():
		}
	}()
	if duration > 0 {
		time.AfterFunc(duration, cancel)
	}
	if isTerminal(c.ErrOrStderr()) && !(shown && isTerminal(c.OutOrStdout())) {
		w.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(c.ErrOrStderr()), progressbar.OptionSetDescription("lines"),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond))
	}
	err := r.Run(ctx, w.record)
	if w.bar != nil {
		_ = w.bar.Finish()
	}
	if e := w.out.Close(); err == nil {
		err = e
	}
	n := r.Counts()
	fmt.Fprintln(c.ErrOrStderr(), n)
	if w.beyond > 0 {
		fmt.Fprintf(c.ErrOrStderr(), "%d lines came after the last one that was asked for\n", w.beyond)
	}
	differs := w.hide != nil && w.hide.report(c)
	if err != nil {
		return err
	}
	if differs || !n.Whole() {
		return errFindings
	}
	return nil
}

// recorder writes what is received.
type recorder struct {
	out    *receive.File
	hide   *hiding // nil: as it is
	lines  uint64  // 0: no end
	enough func()  // called when there are as many
	done   uint64
	beyond int // lines received after that
	bar    *progressbar.ProgressBar
	buf    []byte
}

func (w *recorder) record(recs []syslog.Record) error {
	all := len(recs)
	if w.lines > 0 {
		recs = recs[:min(uint64(all), w.lines-w.done)]
		w.beyond += all - len(recs)
	}
	if w.done += uint64(len(recs)); w.lines > 0 && w.done == w.lines {
		w.enough()
	}
	if w.bar != nil {
		_ = w.bar.Add(all) // a bar that cannot be drawn is no reason to stop
	}
	if w.hide != nil {
		w.buf = w.hide.appendAll(w.buf[:0], recs)
	} else {
		w.buf = appendWhole(w.buf[:0], recs)
	}
	_, err := w.out.Write(w.buf)
	return err
}

// appendWhole adds records as they are. Of a line too long there is only the head, which could be taken for a line.
func appendWhole(b []byte, recs []syslog.Record) []byte {
	for i := range recs {
		if rec := &recs[i]; !isTooLong(rec) {
			b = syslog.AppendLine(rec.Origin.Append(b), rec.Message())
		}
	}
	return b
}

func isTooLong(rec *syslog.Record) bool {
	var bad *syslog.Error
	return errors.As(rec.Err, &bad) && bad.Kind == syslog.LineTooLong
}
