package artifact

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/artifact/fields"
	"github.com/kpgen/kpgen/pack/diag"
)

// jsonValue is a JSON value and where it stands.
type jsonValue struct {
	start, end int
	scalar     json.Token // string, json.Number, bool or nil
	delim      json.Delim // '{' or '[', zero for a scalar
	names      []*jsonValue
	values     []*jsonValue // of an object's names, or a list's
}

// jsonReader reads one JSON text with the place of every value, into the model by the JSON names of its fields.
type jsonReader struct {
	container.Text
	decoder *json.Decoder
	at      int                      // end of the last token
	locate  func(path string) string // the path a value of the text has in the model
	places  map[string]container.Place
	found   diag.List
}

// read reads the whole text; the first thing that is not JSON ends it.
func (r *jsonReader) read() (*jsonValue, *diag.Diagnostic) {
	if problem := r.Check(); problem != nil {
		return nil, problem
	}
	r.decoder = json.NewDecoder(strings.NewReader(r.String()))
	r.decoder.UseNumber()
	v, problem := r.value(0)
	if problem != nil {
		return nil, problem
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, r.Fault("malformed-json", r.at, len(r.String()), "more text after the end of the JSON value")
	}
	return v, nil
}

// value reads the next value, or gives nil at the end of a list or an object.
func (r *jsonReader) value(depth int) (*jsonValue, *diag.Diagnostic) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, r.malformed(err)
	}
	start := r.at + len(r.String()[r.at:]) - len(strings.TrimLeft(r.String()[r.at:], " \t\r\n,:"))
	r.at = int(r.decoder.InputOffset())
	v := &jsonValue{start: start, end: r.at}
	delim, ok := token.(json.Delim)
	if !ok {
		v.scalar = token
		return v, nil
	}
	if delim == '}' || delim == ']' {
		return nil, nil
	}
	if depth == container.MaxDepth {
		return nil, r.Fault("too-deep", v.start, v.end, "values are nested more than %d deep", container.MaxDepth)
	}
	v.delim = delim
	return v, r.inside(v, depth+1)
}

// inside reads what an object or a list holds.
func (r *jsonReader) inside(v *jsonValue, depth int) *diag.Diagnostic {
	for {
		next, problem := r.value(depth)
		if problem != nil {
			return problem
		}
		if next == nil {
			v.end = r.at
			return nil
		}
		if v.delim == '{' {
			v.names = append(v.names, next)
			if next, problem = r.value(depth); problem != nil {
				return problem
			}
		}
		v.values = append(v.values, next)
	}
}

func (r *jsonReader) malformed(err error) *diag.Diagnostic {
	at := len(r.String())
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = min(int(e.Offset), at)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the text ends too early")
	}
	return r.Fault("malformed-json", at, at, "not JSON: %s", err)
}

// fill sets a value of the model from v. What does not fit is found, and left zero.
func (r *jsonReader) fill(to reflect.Value, v *jsonValue, path string) {
	r.places[r.locate(path)] = r.place(v)
	switch {
	case v.delim == 0 && v.scalar == nil: // null
	case to.Kind() == reflect.Struct && v.delim == '{':
		r.object(to, v, path)
	case to.Kind() == reflect.Slice && v.delim == '[' && len(v.values) > 0:
		to.Set(reflect.MakeSlice(to.Type(), len(v.values), len(v.values)))
		for i, item := range v.values {
			r.fill(to.Index(i), item, fmt.Sprintf("%s[%d]", path, i))
		}
	case to.Kind() == reflect.Slice && v.delim == '[':
	case fields.IsScalar(to.Type()) && sameSort(to.Kind(), v.scalar):
		if problem := fields.Parse(to, fmt.Sprint(v.scalar)); problem != nil {
			r.report(v, path, problem.ID, "%s", problem.Message)
		}
	default:
		r.report(v, path, "bad-value", "found %s; expected %s", v.sort(), sortOf(to.Type()))
	}
}

// object sets the fields the object names; each may be named once.
func (r *jsonReader) object(to reflect.Value, v *jsonValue, path string) {
	members := fields.Of(to.Type())
	seen := map[string]bool{}
	for i, name := range v.names {
		key := name.scalar.(string) // as the decoder takes nothing else for a name
		at := fields.Join(path, key)
		f, ok := members[key]
		switch {
		case !ok || r.locate(at) == key && isKind(key):
			r.report(name, path, "unknown-key", "%q is no key here; expected one of %s", diag.Clip(key), keys(to.Type()))
		case seen[key]:
			r.report(name, path, "duplicate-key", "%q stands here a second time; expected once", key)
		default:
			r.fill(to.FieldByIndex(f.Index), v.values[i], at)
		}
		seen[key] = true
	}
}

func (r *jsonReader) report(v *jsonValue, path, id, message string, args ...any) {
	d := *r.Fault(id, v.start, v.end, message, args...)
	d.Span = r.place(v).Span(-1, -1)
	r.found = append(r.found, atPath(r.locate(path), d))
}

// place is that of the value; of a text, its inside.
func (r *jsonReader) place(v *jsonValue) container.Place {
	if _, ok := v.scalar.(string); ok && v.delim == 0 {
		return r.JSONPlace(v.start+1, v.end-1)
	}
	return r.Text.Place(v.start, v.end)
}

// sameSort reports whether a JSON scalar can be a value of the kind. Kinds written as a text of their own, as spans of time are,
// are not in the files that are JSON.
func sameSort(k reflect.Kind, scalar json.Token) bool {
	switch scalar.(type) {
	case string:
		return k == reflect.String
	case bool:
		return k == reflect.Bool
	case json.Number:
		return k == reflect.Int
	}
	return false
}

// sort names what the text has.
func (v *jsonValue) sort() string {
	switch v.scalar.(type) {
	case string:
		return "a text"
	case bool:
		return "a truth value"
	case json.Number:
		return "a number"
	}
	return map[json.Delim]string{'{': "an object", '[': "a list"}[v.delim]
}

// sortOf names what a type asks for.
func sortOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "a truth value"
	}
	return "a number"
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
