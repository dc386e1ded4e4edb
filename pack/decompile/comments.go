package decompile

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/artifact/template"
)

// comment says what the files held and no field of the spec does, and what is derived.
func (d *Draft) comment(b *artifact.Bundle) {
	f := d.Pack.Files
	var from []string
	for _, name := range []string{f.Categories, f.Alerts, f.KnowledgeObjects, f.Reports, f.Dashlets} {
		if name != "" {
			from = append(from, name)
		}
	}
	d.Comments[""] = []string{fmt.Sprintf("%s, as read from %s.", d.Pack.Title, strings.Join(from, ", "))}
	if len(d.Rules) > 0 {
		d.Comments["rules"] = []string{"What rules have in common. The names are derived: rename them at will."}
	}
	if len(d.Expressions) > 0 {
		d.Comments["expressions"] = []string{"What expressions have in common. The names are derived: rename them at will."}
	}
	times := map[unheld]int{}
	for _, u := range b.Unknown {
		times[unheldOf(u)]++
	}
	told := map[unheld]bool{}
	for _, u := range b.Unknown {
		at, what, key := cmp.Or(u.Path, kindOf(u.File)), tagOf(u.Name), unheldOf(u)
		if n := times[key]; n > maxSame {
			if told[key] {
				continue
			}
			told[key] = true
			at, what = kindOf(u.File), fmt.Sprintf("%s, the same in %d of %s, as", what, n, key.path)
		}
		line := fmt.Sprintf("No field for %s in %s:%d:%d", what, filepath.Base(u.File), u.Line, u.Column)
		if u.Text != "" {
			line += fmt.Sprintf(": %q", u.Text)
		}
		d.Comments[at] = append(d.Comments[at], line)
	}
}

// maxSame is how many of the same, which no field holds, are told where they stand. More are told once.
const maxSame = 3

// unheld is what no field holds, wherever it stands in items of a kind.
type unheld struct{ file, path, name, text string }

func unheldOf(u template.Unknown) unheld {
	return unheld{u.File, cmp.Or(fields.Generic(u.Path), kindOf(u.File)), u.Name, u.Text}
}

func tagOf(name string) string {
	if attribute, ok := strings.CutPrefix(name, "@"); ok {
		return "the attribute " + attribute
	}
	return "<" + name + ">"
}

// kindOf is the key of the items a file holds.
func kindOf(file string) string {
	k, _ := artifact.KindOf(file)
	return string(k)
}
