package console_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/kpgen/kpgen/pack/console"
	"github.com/kpgen/kpgen/pack/internal/corpus"
	"github.com/kpgen/kpgen/pack/load"
	"github.com/kpgen/kpgen/pack/syslog"
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

// TestEvaluateAllocatesNothing holds for events of one second from one system; only numbers that are rounded are new.
func TestEvaluateAllocatesNothing(t *testing.T) {
	spec, found := load.Load("../../spec/heroku")
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(corpus.Samples(t), func(ev syslog.Event) bool {
		return strings.Contains(ev.Text, "sample#") || strings.ContainsFunc(ev.Text, func(c rune) bool { return c > unicode.MaxASCII })
	})
	for i := range lines {
		lines[i].Time, lines[i].Received, lines[i].Computer = lines[0].Time, time.Time{}, ""
	}
	w, r := worker(t, spec, console.Options{}), console.Result{}
	evaluate := func() {
		for i := range lines {
			w.Evaluate(&lines[i], &r)
		}
	}
	evaluate()
	if n := testing.AllocsPerRun(1, evaluate); n > 0 {
		t.Errorf("%v allocations on %d events", n, len(lines))
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
