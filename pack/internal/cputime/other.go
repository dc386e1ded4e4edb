//go:build !unix

package cputime

import "time"

var start = time.Now()

// Used gives the time since the process began, for want of a better clock.
func Used() time.Duration { return time.Since(start) }
