package load

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// Check judges the values of a pack one by one: what is missing, what is not one of the allowed, what has the wrong form. It is
// a part of Load, and stands alone for packs written in Go; loc may be nil.
func Check(p *pack.Pack, loc diag.Locator) diag.List {
	c := checker{loc: loc}
	c.check(reflect.ValueOf(p).Elem(), "", key{})
	return c.list
}

type checker struct {
	loc  diag.Locator
	list diag.List
}

func (c *checker) bad(path, id, message, help string) {
	if s, ok := c.loc.(interface{ Broken(path string) bool }); ok && s.Broken(path) {
		return
	}
	d := diag.Diagnostic{ID: id, Severity: diag.Error, Path: path, Message: message, Help: help}
	if c.loc != nil {
		d.Span = c.loc.Locate(path, -1, -1)
	}
	c.list = append(c.list, d)
}

func (c *checker) check(v reflect.Value, path string, k key) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			c.check(v.Index(i), item(path, i), key{need: true, form: k.form})
		}
	case reflect.Struct:
		c.fields(v, path)
	case reflect.String:
		c.text(v, path, k)
	case reflect.Int:
		if n := int(v.Int()); k.most > 0 && (n < k.least || n > k.most) {
			c.bad(path, "bad-value", fmt.Sprintf("%d is out of range; expected %d to %d", n, k.least, k.most), "")
		}
	}
}

// fields checks what a struct holds. One that is left out as a whole lacks nothing.
func (c *checker) fields(v reflect.Value, path string) {
	for _, f := range fields[v.Type()] {
		at, below := v.FieldByIndex(f.index), join(path, f.name)
		switch {
		case f.need && empty(at):
			c.bad(below, "missing-key", fmt.Sprintf("%q is missing", f.name), f.doc)
		case !at.IsZero() || f.typ.Kind() == reflect.Struct && !f.omit || f.typ.Kind() == reflect.Int:
			c.check(at, below, f.key)
		}
	}
	switch m := v.Interface().(type) {
	case pack.Pattern:
		if m.Regex != "" && m.Text != "" {
			c.bad(join(path, "text"), "pattern-both", "a pattern is either a regex or a text, not both", "")
		}
	case pack.Column:
		if (m.Token == "") == (m.Property == "") {
			c.bad(path, "column-source", "a column shows either a token or a property; expected exactly one", "")
		}
	}
}

// anyOf lists choices as a sentence does.
func anyOf(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// empty tells a value that is not there; a Boolean or a number always is, unless the number must not be 0.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Int, reflect.Bool:
		return false
	}
	return v.IsZero()
}

func (c *checker) text(v reflect.Value, path string, k key) {
	s := v.String()
	if allowed := pack.Allowed(v.Type()); allowed != nil {
		if !slices.Contains(allowed, s) {
			help := ""
			if n := diag.Nearest(s, allowed); n != "" {
				help = fmt.Sprintf("did you mean %q?", n)
			}
			c.bad(path, "bad-enum", fmt.Sprintf("%q is not allowed; expected %s", s, anyOf(allowed)), help)
		}
		return
	}
	switch {
	case s == "":
		c.bad(path, "missing-key", "the text is empty", k.doc)
	case k.form != nil && !k.form.MatchString(s):
		c.bad(path, "bad-value", fmt.Sprintf("%q is not right; expected %s", s, k.form.says), "")
	}
}
