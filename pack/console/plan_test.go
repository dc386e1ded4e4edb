package console_test

import (
	"reflect"
	"testing"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/load"
)

// TestPlanIsPlain holds what a console makes of lines with a plan to what it makes of them without one: on the sample lines of the
// Heroku pack, and on each of them cut short, doubled, and with characters of other scripts.
func TestPlanIsPlain(t *testing.T) {
	spec, found := load.Load("../../spec/heroku")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	planned, plain := worker(t, spec, console.Options{}), worker(t, spec, console.Options{Plain: true})
	var got, want console.Result
	for _, line := range corpus.Samples(t) {
		for _, text := range variants(line.Text) {
			line.Text = text
			planned.Evaluate(&line, &got)
			plain.Evaluate(&line, &want)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%q:\n plan %+v\nplain %+v", text, got, want)
			}
		}
	}
}

func worker(t testing.TB, spec *load.Spec, opt console.Options) *console.Worker {
	t.Helper()
	c, err := console.New(spec.Pack, opt)
	if err != nil {
		t.Fatal(err)
	}
	return c.NewWorker()
}

func variants(text string) []string {
	half := len(text) / 2
	all := []string{text, text + "é", text[:half] + "日本😀" + text[half:], text + "\n" + text}
	if !testing.Short() {
		all = append(all, text[:half], text[:len(text)-len(text)/8], text+" "+text, "<\u212a>"+text)
	}
	return all
}
