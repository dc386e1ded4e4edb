package main

import "testing"

// TestFinishing: commands that end by themselves when they are interrupted are commands.
func TestFinishing(t *testing.T) {
	for _, name := range finishing {
		if c, _, err := newRoot().Find([]string{name}); err != nil || c.Name() != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}
