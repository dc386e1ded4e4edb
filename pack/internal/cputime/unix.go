//go:build unix

// Package cputime is the clock of benchmarks that compare: it stands still while other programs have the processor.
package cputime

import (
	"syscall"
	"time"
)

// Used gives the processor time the process has used, that of all its threads, so that collecting garbage counts.
func Used() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err) // the arguments are right
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
