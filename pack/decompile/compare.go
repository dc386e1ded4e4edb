package decompile

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
	"github.com/kpgen/kpgen/pack/diag"
)

// Proof is what comes of a spec that was decompiled.
type Proof struct {
	Lost    diag.List // values of the files that the spec's language cannot say, so that it gives others
	Diff    string    // of the files that are not the same
	Summary string    // lines for people
}

// Compare builds the pack loaded from a decompiled spec in the dialect, and compares the files with those of the bundle.
func Compare(b *artifact.Bundle, loaded *pack.Pack, d *artifact.Dialect) Proof {
	var p Proof
	for _, k := range artifact.Kinds() {
		p.compare(b, d, string(k), items(b.Pack, k), items(loaded, k))
	}
	built, err := artifact.Encode(loaded, d)
	if err != nil {
		if list, ok := err.(diag.List); ok {
			p.Lost = append(p.Lost, list...)
		}
		p.Summary = counts(b.Pack) + ": the spec builds no files"
		return p
	}
	p.files(b, built, d)
	return p
}

// files compares the files that were built with those that were read. What only a console makes, and how well a file is packed, is no
// difference to look at.
func (p *Proof) files(b *artifact.Bundle, built []artifact.File, d *artifact.Dialect) {
	says := "build gives the same files"
	var diffs, lines strings.Builder
	generated, packed := 0, 0
	for _, x := range b.Differences(built) {
		made, exact, rest := calibrate.Compare(x.Old, x.New, d)
		why := "spelled or laid out differently"
		switch {
		case x.Kind != "" && exact && len(made) == 0:
			packed++
			continue
		case x.Kind != "" && exact:
			generated += len(made)
			continue
		case x.Kind == "":
			why = "it holds what the other files are"
		case x.Unknown > 0:
			why = fmt.Sprintf("%d %s that no field holds, comments in the spec", x.Unknown, plural(x.Unknown, "value"))
		}
		fmt.Fprintf(&lines, "\n%s: %s", x.Old.Name, why)
		diff, _ := rest.Diff()
		diffs.WriteString(diff)
	}
	p.Diff = diffs.String()
	switch {
	case p.Diff != "" && len(p.Lost) > 0:
		says = "build gives other items"
	case p.Diff != "":
		says = "build gives the same items in other bytes"
	case generated > 0:
		says += fmt.Sprintf(", but for %d %s the console makes", generated, plural(generated, "value"))
	case packed > 0:
		says += ", packed otherwise"
	}
	p.Summary = counts(b.Pack) + ": " + says + lines.String()
}

// items is the pack's list of a kind.
func items(p *pack.Pack, k artifact.Kind) reflect.Value {
	switch k {
	case artifact.Categories:
		return reflect.ValueOf(p.Categories)
	case artifact.Alerts:
		return reflect.ValueOf(p.Alerts)
	case artifact.KnowledgeObjects:
		return reflect.ValueOf(p.KnowledgeObjects)
	case artifact.Reports:
		return reflect.ValueOf(p.Reports)
	}
	return reflect.ValueOf(p.Dashlets)
}

// compare finds the values that are not the same in the loaded pack, of those that the files have a place for.
func (p *Proof) compare(b *artifact.Bundle, d *artifact.Dialect, path string, was, is reflect.Value) {
	switch {
	case was.Kind() == reflect.Struct:
		for i := range was.NumField() {
			name, _, _ := strings.Cut(was.Type().Field(i).Tag.Get("json"), ",")
			p.compare(b, d, strings.TrimSuffix(path+"."+name, "."), was.Field(i), is.Field(i))
		}
	case was.Kind() == reflect.Slice && was.Len() == is.Len():
		for i := range was.Len() {
			p.compare(b, d, fmt.Sprintf("%s[%d]", path, i), was.Index(i), is.Index(i))
		}
	case was.Kind() == reflect.Slice || !was.Equal(is) && d.Holds(path):
		p.Lost = append(p.Lost, diag.Diagnostic{ID: "value-not-kept", Severity: diag.Warning, Span: b.Locate(path, -1, -1), Path: path,
			Message: fmt.Sprintf("the spec's language has no way to say this value of %s: it was %s, and is %s when the spec is loaded",
				path, said(was), said(is))})
	}
}

func said(v reflect.Value) string {
	if v.Kind() == reflect.Slice {
		return fmt.Sprintf("a list of %d", v.Len())
	}
	if v.IsZero() && v.Kind() == reflect.String {
		return "empty"
	}
	return fmt.Sprintf("%.60q", fmt.Sprint(v.Interface()))
}

// counts says how many items there are.
func counts(p *pack.Pack) string {
	var out []string
	for _, k := range artifact.Kinds() {
		if n := items(p, k).Len(); n > 0 {
			word := strings.ReplaceAll(string(k), "_", " ")
			if n == 1 {
				word = strings.Replace(strings.TrimSuffix(word, "s"), "categorie", "category", 1)
			}
			out = append(out, fmt.Sprintf("%d %s", n, word))
		}
	}
	if len(out) == 0 {
		return "no items"
	}
	return strings.Join(out, ", ")
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
