package artifact

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// jsonReader sets a value of the model from a JSON document by the JSON names of its fields, with the place of every value.
type jsonReader struct {
	doc    *container.Document
	locate func(path string) string // the path a value of the text has in the model
	places map[string]container.Place
	found  diag.List
}

// fill sets a value of the model from the element. What does not fit is found, and left zero.
func (r *jsonReader) fill(to reflect.Value, e *etree.Element, path string) {
	text, at := r.doc.Text(e)
	r.places[r.locate(path)] = at
	sort := e.SelectAttrValue("type", "")
	switch {
	case sort == "null":
	case to.Kind() == reflect.Struct && sort == "object":
		r.object(to, e, path)
	case to.Kind() == reflect.Slice && sort == "array" && len(e.Child) > 0:
		to.Set(reflect.MakeSlice(to.Type(), len(e.Child), len(e.Child)))
		for i, item := range e.ChildElements() {
			r.fill(to.Index(i), item, fmt.Sprintf("%s[%d]", path, i))
		}
	case to.Kind() == reflect.Slice && sort == "array":
	case fields.IsScalar(to.Type()) && sort == jsonSort(to.Kind()):
		if problem := fields.Parse(to, text); problem != nil {
			r.report(at, path, problem.ID, problem.Message)
		}
	default:
		r.report(at, path, "bad-value", fmt.Sprintf("found %s; expected %s", inWords(sort), sortOf(to.Type())))
	}
}

// object sets the fields the object names; each may be named once.
func (r *jsonReader) object(to reflect.Value, e *etree.Element, path string) {
	members := fields.Of(to.Type())
	seen := map[string]bool{}
	for _, member := range e.ChildElements() {
		key := member.FullTag()
		at := fields.Join(path, key)
		f, ok := members[key]
		switch {
		case !ok || r.locate(at) == key && isKind(key):
			r.report(r.doc.Place(member), path, "unknown-key",
				fmt.Sprintf("%q is no key here; expected one of %s", diag.Clip(key), keys(to.Type())))
		case seen[key]:
			r.report(r.doc.Place(member), path, "duplicate-key", fmt.Sprintf("%q stands here a second time; expected once", key))
		default:
			r.fill(to.FieldByIndex(f.Index), member, at)
		}
		seen[key] = true
	}
}

func (r *jsonReader) report(at container.Place, path, id, message string) {
	r.found = append(r.found, atPath(r.locate(path), diag.Diagnostic{ID: id, Span: at.Span(-1, -1), Message: message}))
}

// jsonSort is the type of the JSON scalars that can be a value of the kind. Kinds written as a text of their own, as spans of time
// are, are not in the files that are JSON.
func jsonSort(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return ""
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "number"
	}
	return "none"
}

// inWords names a type of JSON value.
func inWords(sort string) string {
	return map[string]string{"": "a text", "boolean": "a truth value", "number": "a number", "object": "an object", "array": "a list"}[sort]
}

// sortOf names what a type asks for.
func sortOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		return "an object"
	case reflect.Slice:
		return "a list"
	}
	return inWords(jsonSort(t.Kind()))
}

// keys lists the JSON names of a struct's fields in order.
func keys(t reflect.Type) string {
	var names []string
	for name := range fields.Of(t) {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
