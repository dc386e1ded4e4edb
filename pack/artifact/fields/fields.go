// Package fields walks the model of a pack by the JSON names of its fields, which are the names of the normal form, so that what
// reads and writes files knows no field by itself. A path leads from the pack to a value, as in alerts[0].rules[1].title; without
// its indexes, alerts[].rules[].title, it names the field of all items.
package fields

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// step is one field on the way to a value.
type step struct {
	index []int // as reflect.Value.FieldByIndex takes it
	omit  bool  // left out of the normal form when zero
}

// Ref leads from an item of the model to one of its fields, as in threshold.count; the Ref named "." is the item itself.
type Ref struct {
	Name  string // as it was given
	steps []step
	Type  reflect.Type
}

// Resolve finds the field of the name in the scope; false when there is none.
func Resolve(scope reflect.Type, name string) (*Ref, bool) {
	r := &Ref{Name: name, Type: scope}
	if name == "." {
		return r, true
	}
	for part := range strings.SplitSeq(name, ".") {
		if r.Type.Kind() != reflect.Struct {
			return nil, false
		}
		f, ok := Of(r.Type)[part]
		if !ok {
			return nil, false
		}
		r.steps = append(r.steps, step{f.Index, omits(f)})
		r.Type = f.Type
	}
	return r, true
}

// Get gives the field's value in the item, and whether the normal form shows it. Of no item it gives the zero Value.
func (r *Ref) Get(item reflect.Value) (v reflect.Value, present bool) {
	if !item.IsValid() {
		return item, false
	}
	v, present = item, true
	for _, s := range r.steps {
		v = v.FieldByIndex(s.index)
		present = present && !(s.omit && v.IsZero())
	}
	return v, present && !(v.Kind() == reflect.Slice && v.Len() == 0)
}

// Path is the model path of the field in the item at the path.
func (r *Ref) Path(item string) string {
	if r.Name == "." {
		return item
	}
	return Join(item, r.Name)
}

// Join puts a field's name to a path.
func Join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Of gives the fields of a struct type by JSON name, those of embedded structs among them.
func Of(t reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if name := jsonName(f); name != "" {
			fields[name] = f
		}
	}
	return fields
}

// Member is the field of the JSON name, which must exist.
func Member(v reflect.Value, name string) reflect.Value {
	return v.FieldByIndex(Of(v.Type())[name].Index)
}

// jsonName is the field's JSON name, empty for an embedded struct.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// omits reports whether the normal form leaves the field out when zero.
func omits(f reflect.StructField) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return options == "omitempty" || options == "omitzero"
}

// IsScalar reports whether values of the type are written as one text.
func IsScalar(t reflect.Type) bool { return t.Kind() != reflect.Struct && t.Kind() != reflect.Slice }

// Leaves calls yield with every scalar under v and its path, in the model's order.
func Leaves(v reflect.Value, path string, yield func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			at := path
			if name := jsonName(v.Type().Field(i)); name != "" {
				at = Join(path, name)
			}
			Leaves(v.Field(i), at, yield)
		}
	case reflect.Slice:
		for i := range v.Len() {
			Leaves(v.Index(i), fmt.Sprintf("%s[%d]", path, i), yield)
		}
	default:
		yield(path, v)
	}
}

// At gives the value at a path, such as alerts[0].rules[1].title; false when there is none.
func At(v reflect.Value, path string) (reflect.Value, bool) {
	for part := range strings.SplitSeq(path, ".") {
		name, rest, _ := strings.Cut(part, "[")
		f, ok := Of(v.Type())[name]
		if !ok {
			return v, false
		}
		v = v.FieldByIndex(f.Index)
		for index := range strings.SplitSeq(strings.TrimSuffix(rest, "]"), "][") {
			n, err := strconv.Atoi(index)
			if rest == "" {
				break
			}
			if err != nil || v.Kind() != reflect.Slice || n >= v.Len() {
				return v, false
			}
			v = v.Index(n)
		}
	}
	return v, true
}

// IsLeaf reports whether a generic path leads to a scalar of the type.
func IsLeaf(t reflect.Type, path string) bool {
	for part := range strings.SplitSeq(path, ".") {
		name := strings.TrimSuffix(part, "[]")
		f, ok := reflect.StructField{}, false
		if t.Kind() == reflect.Struct {
			f, ok = Of(t)[name]
		}
		if !ok || (f.Type.Kind() == reflect.Slice) != (name != part) {
			return false
		}
		if t = f.Type; name != part {
			t = t.Elem()
		}
	}
	return IsScalar(t)
}

var indexes = regexp.MustCompile(`\[[0-9]+\]`)

// Generic is the path without its indexes: alerts[].rules[].title.
func Generic(path string) string { return indexes.ReplaceAllString(path, "[]") }

// List is the generic path of the list that a generic path leads into last: alerts[].rules of alerts[].rules[].title.
func List(path string) string { return path[:max(0, strings.LastIndex(path, "[]"))] }

// Format is the text of a scalar.
func Format(v reflect.Value) string {
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprint(v.Interface())
}

// Parse sets the scalar to what the text says, or tells why it cannot; then v is left as it was. An empty text is the zero value
// of any type. Blanks around a number or a truth value are of no account; around anything else they belong to it.
func Parse(v reflect.Value, text string) *diag.Diagnostic {
	if text == "" {
		v.SetZero()
		return nil
	}
	if u, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		quoted, _ := json.Marshal(strings.TrimSpace(text)) // a string always marshals
		if err := u.UnmarshalJSON(quoted); err != nil {
			return &diag.Diagnostic{ID: "bad-value", Message: diag.Clip(err.Error())}
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Bool:
		b := strings.TrimSpace(text)
		if b != "true" && b != "false" {
			return &diag.Diagnostic{ID: "bad-value", Message: fmt.Sprintf("%q is neither true nor false", diag.Clip(text))}
		}
		v.SetBool(b == "true")
	case reflect.Int:
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, strconv.IntSize)
		if err != nil {
			return &diag.Diagnostic{ID: "bad-value", Message: fmt.Sprintf("%q is no whole number a field can hold", diag.Clip(text))}
		}
		v.SetInt(n)
	default:
		if allowed := pack.Allowed(v.Type()); allowed != nil && !slices.Contains(allowed, text) {
			return &diag.Diagnostic{ID: "unknown-value",
				Message: fmt.Sprintf("%q is not known here; expected %s", diag.Clip(text), oneOf(allowed))}
		}
		v.SetString(text)
	}
	return nil
}

// Writable says why a scalar does not come back from its text as it was, or nil.
func Writable(v reflect.Value) *diag.Diagnostic {
	if v.Kind() == reflect.String && !utf8.ValidString(v.String()) {
		return &diag.Diagnostic{ID: "invalid-utf8", Message: "the text is not valid UTF-8", Help: "give the text in UTF-8"}
	}
	back := reflect.New(v.Type()).Elem()
	if problem := Parse(back, Format(v)); problem != nil {
		return problem
	}
	if !back.Equal(v) {
		return &diag.Diagnostic{ID: "bad-value",
			Message: fmt.Sprintf("the value is cut to %q when written; a span of time is whole seconds", Format(v))}
	}
	return nil
}

// oneOf lists what would have been right.
func oneOf(allowed []string) string {
	if len(allowed) == 1 {
		return strconv.Quote(allowed[0])
	}
	return "one of " + strings.Join(allowed, ", ")
}
