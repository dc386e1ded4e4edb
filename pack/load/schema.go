package load

import (
	"encoding/json"
	"reflect"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
)

// object is a JSON object; encoding/json writes its keys in order, so the schema is the same at every build.
type object map[string]any

// Schema is the JSON Schema (draft 2020-12) of a spec file, for editors. One schema serves all six files, so none of the keys
// is required at the top; all it says is read off the tables the loader works with.
func Schema() []byte {
	defs := object{}
	for t := range fields {
		if t != reflect.TypeFor[pack.Pack]() {
			defs[t.Name()] = structSchema(t)
		}
	}
	root := structSchema(reflect.TypeFor[pack.Pack]())
	delete(root, "required")
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "kpgen spec"
	root["description"] = "A spec file: pack.yaml may have every key, others the one they are named after, expressions and rules."
	root["minProperties"] = 1
	root["$defs"] = defs
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps, lists and texts always marshal
	}
	return append(out, '\n')
}

// structSchema is the schema of a mapping and of the shorter ways to write it.
func structSchema(t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, f := range fields[t] {
		properties[f.name] = described(typeSchema(f.typ, f.key), f.key)
		if f.need && f.def == "" && !f.group {
			required = append(required, f.name)
		}
	}
	for _, name := range resolved[t] {
		properties[name] = resolvedSchema(name)
	}
	out := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	switch t {
	case reflect.TypeFor[pack.Pattern]():
		out["maxProperties"] = 1
		return either(textSchema(properties, "regex"), out)
	case reflect.TypeFor[pack.Expression]():
		return either(textSchema(properties, "expression_1"), out)
	case reflect.TypeFor[pack.Column]():
		out["oneOf"] = []object{{"required": []string{"token"}}, {"required": []string{"property"}}}
		return either(out, shortColumn())
	}
	return out
}

// textSchema is the schema of a text that stands for a mapping with one key.
func textSchema(properties object, name string) object {
	return object{"type": "string", "minLength": 1, "description": properties[name].(object)["description"]}
}

func either(schemas ...object) object { return object{"anyOf": schemas} }

// resolvedSchema is the schema of a key the loader resolves.
func resolvedSchema(name string) object {
	named := object{"type": "string", "pattern": ident.String()}
	switch name {
	case "released":
		return described(stringSchema(keys["Pack.released"]), keys["Pack.released"])
	case "use":
		return described(either(named, object{"type": "array", "items": named}), keys["Rule.use"])
	case "rules":
		return described(byName(ref(reflect.TypeFor[pack.Rule]())), keys["Pack.rules"])
	}
	return described(byName(object{"type": "string"}), keys["Pack.expressions"])
}

// byName is a mapping of names to values.
func byName(value object) object {
	return object{"type": "object", "propertyNames": object{"pattern": ident.String()}, "additionalProperties": value}
}

// shortColumn is "Heading: token" or "Heading: {token or property}".
func shortColumn() object {
	shown := object{
		"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
		"properties": object{
			"token":    described(object{"type": "string", "minLength": 1}, keys["Column.token"]),
			"property": described(object{"type": "string", "minLength": 1}, keys["Column.property"]),
		},
	}
	return object{
		"type": "object", "minProperties": 1, "maxProperties": 1,
		"propertyNames":        object{"minLength": 1, "not": object{"enum": columnKeys}},
		"additionalProperties": either(object{"type": "string", "minLength": 1}, shown),
	}
}

func ref(t reflect.Type) object { return object{"$ref": "#/$defs/" + t.Name()} }

// described adds to a schema what the language says of the key.
func described(s object, k key) object {
	s["description"] = k.doc
	if k.def != "" {
		var def any
		if err := yaml.Load([]byte(k.def), &def); err != nil {
			panic("default " + k.def + ": " + err.Error())
		}
		s["default"] = def
	}
	return s
}

// typeSchema is the schema of a value of a Go type under a key.
func typeSchema(t reflect.Type, k key) object {
	switch {
	case t == reflect.TypeFor[pack.Duration]():
		return object{"type": "string", "pattern": pack.DurationPattern}
	case t == reflect.TypeFor[[]pack.PropertyValue]():
		return either(listSchema(t, k), object{
			"type": "object", "propertyNames": object{"minLength": 1},
			"additionalProperties": typeSchema(reflect.TypeFor[[]string](), key{need: true}),
		})
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return either(typeSchema(t.Elem(), key{need: true, form: k.form}), listSchema(t, k))
	case t.Kind() == reflect.Slice:
		return listSchema(t, k)
	case t.Kind() == reflect.Struct:
		return ref(t)
	case t.Kind() == reflect.Bool:
		return object{"type": "boolean"}
	case t.Kind() == reflect.Int:
		return object{"type": "integer", "minimum": k.least, "maximum": k.most}
	case pack.Allowed(t) != nil:
		return object{"enum": pack.Allowed(t)}
	}
	return stringSchema(k)
}

func listSchema(t reflect.Type, k key) object {
	out := object{"type": "array", "items": typeSchema(t.Elem(), key{need: true, form: k.form})}
	if k.need {
		out["minItems"] = 1
	}
	return out
}

func stringSchema(k key) object {
	out := object{"type": "string"}
	if k.digits {
		out["type"] = []string{"string", "integer"}
	}
	switch {
	case k.form != nil:
		out["pattern"] = k.form.String()
	case k.need || k.filled:
		out["minLength"] = 1
	}
	return out
}
