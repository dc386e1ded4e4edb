package calibrate_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// TestInterrupted: every step is told, and when somebody stops the work after any of them there is no result.
func TestInterrupted(t *testing.T) {
	probe, st := spec(t, "../../templates/probe"), plainStyle("elements")
	var samples []calibrate.Sample
	for _, k := range artifact.Kinds() {
		samples = append(samples, calibrate.Sample{Pack: probe, File: st.write(probe, k, 1)})
	}
	for stop := range 2*len(samples) - 1 {
		ctx, cancel := context.WithCancel(t.Context())
		steps := 0
		c := calibrate.Calibration{Name: "x", Step: func(string, artifact.File) {
			if steps++; steps > stop {
				cancel()
			}
		}}
		if r, err := c.Learn(ctx, samples); r != nil || !errors.Is(err, context.Canceled) || steps != stop+1 {
			t.Errorf("stopped after %d: %d steps, %v, %v", stop+1, steps, r, err)
		}
		cancel()
	}
}
