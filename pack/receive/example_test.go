package receive_test

import (
	"context"
	"fmt"
	"net"

	"github.com/kpgen/kpgen/pack/receive"
	"github.com/kpgen/kpgen/pack/syslog"
)

// What a program does that wants to see a drain's events as they come.
func Example() {
	at, err := receive.ParseAddress("tcp://127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	r, err := receive.Open([]receive.Address{at}, receive.Options{})
	if err != nil {
		panic(err)
	}
	go func() { // a sender
		c, err := net.Dial("tcp", r.Addresses()[0].Host)
		if err != nil {
			panic(err)
		}
		defer c.Close()
		fmt.Fprint(c, "60 <190>1 2021-03-02T08:01:37Z d.8f2b app web.1 - - a first one")
	}()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err = r.Run(ctx, func(records []syslog.Record) error {
		for _, rec := range records {
			fmt.Println(rec.Event.AppName, rec.Event.ProcID, rec.Event.Message)
		}
		stop()
		return nil
	})
	fmt.Println(r.Counts(), err)
	// Output:
	// app web.1 a first one
	// 1 lines: 1 events, 0 not events; 1 connections <nil>
}
