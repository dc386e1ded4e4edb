package decompile

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact"
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
	for _, u := range b.Unknown {
		at := u.Path
		if at == "" {
			at = kindOf(u.File)
		}
		name := "<" + u.Name + ">"
		if attribute, ok := strings.CutPrefix(u.Name, "@"); ok {
			name = "the attribute " + attribute
		}
		line := fmt.Sprintf("No field for %s in %s:%d:%d", name, filepath.Base(u.File), u.Line, u.Column)
		if u.Text != "" {
			line += fmt.Sprintf(": %q", u.Text)
		}
		d.Comments[at] = append(d.Comments[at], line)
	}
}

// kindOf is the key of the items a file holds.
func kindOf(file string) string {
	k, _ := artifact.KindOf(file)
	return string(k)
}
