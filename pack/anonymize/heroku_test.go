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

// prove anonymises logs and gives how many lines keep their meaning, of how many.
func prove(t testing.TB, logs []replay.Source) (kept, all int) {
	t.Helper()
	c := herokuConsole(t)
	p := anonymize.NewProver(anonymize.New([]byte("a secret of sixteen")), c)
	found, err := replay.Run(t.Context(), c, logs, replay.Options{}, func(l *replay.Line) error {
		all++
		got := p.Record(&l.Record)
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
	return kept, all
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
	kept, all := prove(t, logs)
	t.Logf("%d of %d sample lines", kept, all)
}

func TestHerokuSynth(t *testing.T) {
	spec, list := synth.Load("../../spec/heroku")
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	g := synth.New(spec, 1)
	var text []byte
	for range 5000 {
		text = g.AppendLine(text)
	}
	kept, all := prove(t, []replay.Source{text2source(string(text))})
	t.Logf("%d of %d lines", kept, all)
}

func text2source(text string) replay.Source {
	return replay.Source{Name: "synth.log", Open: openText(text)}
}

var _ = strings.Contains

func openText(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}
