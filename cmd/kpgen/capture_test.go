package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// freePort puts a port of 127.0.0.1 that nobody listens at into a variable: "freeport NAME".
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport NAME")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// certificate writes the certificate of the test server of net/http, and its key: "certificate CERT KEY".
func certificate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: certificate CERT KEY")
	}
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	pair := server.TLS.Certificates[0]
	secret, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	ts.Check(err)
	for i, block := range []*pem.Block{{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}, {Type: "PRIVATE KEY", Bytes: secret}} {
		ts.Check(os.WriteFile(ts.MkAbs(args[i]), pem.EncodeToMemory(block), 0o600))
	}
}

// send sends a file to a receiver, when that listens: "send URL FILE". To https and http it is one request, with the headers that
// Logplex sends.
func send(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: send URL FILE")
	}
	text := ts.ReadFile(args[1])
	u, err := url.Parse(args[0])
	ts.Check(err)
	var c net.Conn
	for end := time.Now().Add(time.Minute); c == nil; time.Sleep(10 * time.Millisecond) {
		if c, err = net.Dial("tcp", u.Host); err != nil && time.Now().After(end) {
			ts.Fatalf("%v", err)
		}
	}
	if u.Scheme == "tls" || u.Scheme == "https" {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	}
	defer c.Close()
	if strings.HasPrefix(u.Scheme, "http") {
		ts.Check(post(c, args[0], text))
		return
	}
	_, err = c.Write([]byte(text))
	ts.Check(err)
}

// interrupt sends SIGINT again and again to the programs in the background, once a file is there, until they are gone:
// "interrupt FILE".
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: interrupt FILE")
	}
	end := time.Now().Add(time.Minute)
	for name := ts.MkAbs(args[0]); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(name); err == nil {
			break
		}
		if time.Now().After(end) {
			ts.Fatalf("%s does not come", name)
		}
	}
	for _, c := range ts.BackgroundCmds() {
		for c.Process.Signal(os.Interrupt) == nil {
			if time.Now().After(end) {
				ts.Fatalf("%s goes on", c)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func post(c net.Conn, to, text string) error {
	q, err := http.NewRequest(http.MethodPost, to, bytes.NewBufferString(text))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{"Content-Type": "application/logplex-1", "Logplex-Frame-Id": fmt.Sprint("frame-", len(text)),
		"Logplex-Drain-Token": "d.5a8fd083-0972-4e18-b912-94dc2d099dac", "Logplex-Msg-Count": fmt.Sprint(strings.Count(text, "\n"))} {
		q.Header.Set(name, value)
	}
	client := http.Client{Transport: &http.Transport{
		DialContext:    func(context.Context, string, string) (net.Conn, error) { return c, nil },
		DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return c, nil },
	}}
	reply, err := client.Do(q)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode/100 != 2 {
		return fmt.Errorf("the reply is %s", reply.Status)
	}
	return nil
}
