package decompile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
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
		p.compare(b, string(k), items(b.Pack, k), items(loaded, k))
	}
	built, err := artifact.Encode(loaded, d)
	if err != nil {
		if list, ok := err.(diag.List); ok {
			p.Lost = append(p.Lost, list...)
		}
		p.Summary = counts(b.Pack) + ": the spec builds no files"
		return p
	}
	all := b.Differences(built)
	differences := slices.DeleteFunc(slices.Clone(all), func(d artifact.Difference) bool { return d.Packed })
	switch {
	case len(all) == 0:
		p.Summary = counts(b.Pack) + ": build gives the same files"
		return p
	case len(differences) == 0:
		p.Summary = counts(b.Pack) + ": build gives the same files, packed otherwise"
		return p
	}
	var diffs strings.Builder
	says := "build gives the same items in other bytes"
	if len(p.Lost) > 0 {
		says = "build gives other items"
	}
	p.Summary = counts(b.Pack) + ": " + says
	for _, x := range differences {
		diffs.WriteString(x.Diff)
		why := "spelled or laid out differently"
		switch {
		case x.Kind == "":
			why = "it holds what the other files are"
		case x.Unknown > 0:
			why = fmt.Sprintf("%d %s that no field holds, comments in the spec", x.Unknown, plural(x.Unknown, "value"))
		}
		p.Summary += fmt.Sprintf("\n%s: %s", x.Name, why)
	}
	p.Diff = diffs.String()
	return p
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

// compare finds the values that are not the same in the loaded pack.
func (p *Proof) compare(b *artifact.Bundle, path string, was, is reflect.Value) {
	switch {
	case was.Kind() == reflect.Struct:
		for i := range was.NumField() {
			name, _, _ := strings.Cut(was.Type().Field(i).Tag.Get("json"), ",")
			p.compare(b, strings.TrimSuffix(path+"."+name, "."), was.Field(i), is.Field(i))
		}
	case was.Kind() == reflect.Slice && was.Len() == is.Len():
		for i := range was.Len() {
			p.compare(b, fmt.Sprintf("%s[%d]", path, i), was.Index(i), is.Index(i))
		}
	case was.Kind() == reflect.Slice || !was.Equal(is):
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
