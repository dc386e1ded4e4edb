package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kpgen/kpgen/pack/receive"
)

// listening is the flags of a command that receives.
type listening struct {
	urls []string
	opt  receive.Options
}

func (l *listening) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&l.urls, "listen", nil, "`URL` to receive at; may be given several times")
	c.Flags().StringVar(&l.opt.Certificate, "cert", "", "PEM `file` of the certificate, for tls and https")
	c.Flags().StringVar(&l.opt.Key, "certificate-key", "", "PEM `file` of the certificate's key")
	_ = c.RegisterFlagCompletionFunc("listen", cobra.FixedCompletions(
		[]string{"tcp://127.0.0.1:6514", "tls://127.0.0.1:6514", "https://127.0.0.1:8443/drain", "http://127.0.0.1:8080/drain"},
		cobra.ShellCompDirectiveNoFileComp))
}

// open listens at what the flags say.
func (l *listening) open(c *cobra.Command) (*receive.Receiver, error) {
	if len(l.urls) == 0 {
		return nil, usage(c, errors.New("say where to receive with --listen, as in --listen tcp://127.0.0.1:6514"))
	}
	var all []receive.Address
	for _, u := range l.urls {
		a, err := receive.ParseAddress(u)
		if err != nil {
			return nil, usage(c, fmt.Errorf("--listen %s: %w", u, err))
		}
		given, none := l.opt.Certificate != "" && l.opt.Key != "", l.opt.Certificate == "" && l.opt.Key == ""
		if a.Secure() && !given && !(none && a.Loopback()) {
			return nil, usage(c, fmt.Errorf("--listen %s needs --cert and --certificate-key", u))
		}
		all = append(all, a)
	}
	return receive.Open(all, l.opt)
}

// announce says where the receiver listens, and what of that others can hear.
func (l *listening) announce(c *cobra.Command, r *receive.Receiver) {
	for _, a := range r.Addresses() {
		note := ""
		if !a.Loopback() && !a.Secure() {
			note = ", open to other machines and not encrypted"
		}
		if made := r.Fingerprint(); made != "" && a.Secure() {
			note = ", with a certificate made for this run, SHA-256 " + made
		}
		fmt.Fprintf(c.ErrOrStderr(), "listening at %s%s\n", a, note)
	}
}
