package anonymize_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/anonymize"
	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/replay"
	"github.com/kpgen/kpgen/pack/synth"
)

// herokuConsole is a console with the Heroku pack.
func herokuConsole(t testing.TB) *console.Console {
	t.Helper()
	spec, list := load.Load("../../spec/heroku")
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	c, err := console.New(spec.Pack, console.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// prove anonymises logs; all but one line in a hundred must keep their meaning, and none a domain of the samples.
func prove(t testing.TB, logs []replay.Source) {
	t.Helper()
	c := herokuConsole(t)
	p := anonymize.NewProver(anonymize.New(secret), c)
	kept, all := 0, 0
	found, err := replay.Run(t.Context(), c, logs, replay.Options{}, func(l *replay.Line) error {
		all++
		got := p.Record(&l.Record)
		if strings.Contains(got.Message, "@example.") || strings.Contains(got.Message, "www.example.") {
			t.Errorf("%s:%d: %s", l.File, l.Line, got.Message)
		}
		if got.Differs != "" {
			t.Logf("%s:%d: %s\n\t%s\n\t%s", l.File, l.Line, got.Differs, l.Message(), got.Message)
			return nil
		}
		kept++
		return nil
	})
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	t.Logf("%d of %d lines keep their meaning", kept, all)
	if kept*100 < all*99 {
		t.Error("too few")
	}
}

func TestHerokuSamples(t *testing.T) {
	files, err := filepath.Glob("../../spec/heroku/samples/*.log")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	var logs []replay.Source
	for _, f := range files {
		logs = append(logs, replay.FileSource(f))
	}
	prove(t, logs)
}

func TestHerokuSynth(t *testing.T) {
	spec, list := synth.Load("../../spec/heroku")
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	g := synth.New(spec, 1)
	var text []byte
	for range 2000 {
		text = g.AppendLine(text)
	}
	prove(t, []replay.Source{{Name: "synth.log", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(text))), nil }}})
}
