//go:build !linux && !darwin

package artifact

import "errors"

// exchange would swap two folders in one step, which the system has no call for.
func exchange(_, _ string) error { return errors.ErrUnsupported }
