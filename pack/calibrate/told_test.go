package calibrate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// houses is a pack of so many categories and alerts.
func houses(categories, alerts int) *pack.Pack {
	p := &pack.Pack{Files: pack.Files{Categories: "h.iscat", Alerts: "h.isalt"}}
	for i := range categories {
		p.Categories = append(p.Categories, pack.Category{Name: fmt.Sprintf("House number %d", i+1), Group: fmt.Sprintf("street %d", i+7)})
	}
	for i := range alerts {
		p.Alerts = append(p.Alerts, pack.Alert{Name: fmt.Sprintf("Bell number %d", i+1), Group: fmt.Sprintf("door %d", i+7)})
	}
	return p
}

// exported writes a kind as XML, the head's attributes as given.
func exported(name, head string, p *pack.Pack) calibrate.Sample {
	var items strings.Builder
	for _, c := range p.Categories {
		if strings.HasSuffix(name, ".iscat") {
			fmt.Fprintf(&items, "<I><N>%s</N><G>%s</G></I>", c.Name, c.Group)
		}
	}
	for _, a := range p.Alerts {
		if strings.HasSuffix(name, ".isalt") {
			fmt.Fprintf(&items, "<I><N>%s</N><G>%s</G></I>", a.Name, a.Group)
		}
	}
	return calibrate.Sample{Pack: p, File: artifact.File{Name: name, Data: []byte("<X " + head + ">" + items.String() + "</X>")}}
}

// built is what a dialect makes of a pack's categories.
func built(t *testing.T, r *calibrate.Result, p *pack.Pack) string {
	t.Helper()
	data, err := artifact.EncodeKind(p, r.Dialect, artifact.Categories)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestNumberOfEveryKind: a number that is the same in the files of kinds with other numbers of items counts none of them, though in one it
// could; one that is each kind's counts.
func TestNumberOfEveryKind(t *testing.T) {
	p := houses(3, 5)
	for _, c := range []struct{ categories, alerts, want string }{
		{`S="3"`, `S="3"`, `S="3"`},
		{`S="3"`, `S="5"`, `S="4"`},
	} {
		r, err := calibrate.Learn("acme", []calibrate.Sample{exported("h.iscat", c.categories, p), exported("h.isalt", c.alerts, p)})
		if err != nil {
			t.Fatal(err)
		}
		if text := built(t, r, houses(4, 0)); !strings.Contains(text, c.want) || slices.ContainsFunc(r.Asks(), func(a calibrate.Ask) bool { return a.ID == calibrate.PerhapsCount }) {
			t.Errorf("%s: %s %v", c.want, text, r.Asks())
		}
	}
}

// TestNameInAConstant: a text about all items that has the name of one is told, in the report and when a pack is built.
func TestNameInAConstant(t *testing.T) {
	r, err := calibrate.Learn("acme", []calibrate.Sample{exported("h.iscat", `Index="1=House number 1" Of="Houses"`, houses(3, 0))})
	if err != nil {
		t.Fatal(err)
	}
	if places := r.Kinds[0].Unexplained(); len(places) != 1 || places[0].Where != "X/@Index" {
		t.Errorf("%v", places)
	}
	if warned := r.Dialect.Unexplained(houses(1, 0)); len(warned) != 1 || warned[0].Path != "categories" {
		t.Errorf("%v", warned)
	}
}

// TestNumberInAComment: a number of items in a comment is that, where it is so in the files of all kinds.
func TestNumberInAComment(t *testing.T) {
	p := houses(3, 5)
	for _, c := range []struct{ categories, alerts, want string }{
		{"<!-- 3 in all -->", "<!-- 5 in all -->", "<!-- 4 in all -->"},
		{"<!-- format 3 -->", "<!-- format 3 -->", "<!-- format 3 -->"},
		{"<!-- 3 {@n} -->", "<!-- 5 {@n} -->", "<!-- 3 {@n} -->"},
	} {
		categories, alerts := exported("h.iscat", `V="x"`, p), exported("h.isalt", `V="x"`, p)
		categories.File.Data, alerts.File.Data = append(categories.File.Data, c.categories...), append(alerts.File.Data, c.alerts...)
		r := learnAndRead(t, []calibrate.Sample{categories, alerts}, calibrate.Sample{Pack: only(p, artifact.Categories), File: categories.File})
		if text := built(t, r, houses(4, 0)); !strings.HasSuffix(text, c.want) {
			t.Errorf("%s: %s", c.want, text)
		}
	}
}
