package load_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/internal/anypack"
	"github.com/kpgen/kpgen/pack/load"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(load.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("spec.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("spec.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate asks the schema about a YAML text, as an editor does.
func validate(s *jsonschema.Schema, text []byte) error {
	var doc any
	if err := yaml.Load(text, &doc); err != nil {
		return err
	}
	asJSON, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func TestSchemaTakesWhatTheLoaderTakes(t *testing.T) {
	s := compileSchema(t)
	files, _ := filepath.Glob("testdata/ok/*/*.yaml")
	shipped, _ := filepath.Glob("../../spec/*/*.yaml")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, file := range append(files, shipped...) {
		if filepath.Base(file) == load.SynthFile {
			continue // no part of the pack
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(s, text); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := anypack.Pack().Draw(t, "pack")
		text, err := load.YAML(&p)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(s, text); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		written, err := load.Format(&p, load.Notation{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range written {
			if err := validate(s, f.Data); err != nil {
				t.Fatalf("%v\n%s", err, f.Data)
			}
		}
	})
}

// Each text is a spec file with one thing wrong, which the loader and the schema both refuse.
func TestSchemaAndLoaderRefuse(t *testing.T) {
	s := compileSchema(t)
	rule := "{match: a}"
	for _, text := range []string{
		"titel: A", "name: Small Pack", "name: ''", "name: 1", "title: [A]", "title: ''", "version: 1.0", "version: '1.0'", "version: 1.0.0-rc1",
		"minimum_console: 9.3", "minimum_console: nine", "source: S", "source: {type: S}", "source: {type: S, system: S, priority: 192}",
		"source: {type: S, system: S, priority: '13'}", "source: {type: S, system: S, priority: 1.5}",
		"source: {type: S, system: S, device_id: {expression: a}}", "source: {type: S, system: S, device_id: {}}",
		"source: {type: S, system: S, device_id: {expression: a, token: b, flavour: perl}}",
		"source: {type: S, system: S, device_id: {expression: a, token: b, active: 'yes'}}",
		"parameters: [{name: a b, description: x}]", "parameters: [{description: x}]", "parameters: {a: b}", "setup: [{command: x}]",
		"files: {category: x}", "files: [x]", "properties: [{name: A}]", "properties: [{name: a, type: integer}]",
		"categories: [{name: A}]", "categories: [{name: A, rules: []}]", "categories: {name: A}", "categories: [{name: A, rules: [a]}]",
		"categories: [{name: A, rules: [{match: ''}]}]", "categories: [{name: A, rules: [{match: {regex: a, text: b}}]}]",
		"categories: [{name: A, rules: [{match: {regexp: a}}]}]", "categories: [{name: A, rules: [{match: [a]}]}]",
		"categories: [{name: A, rules: [{event_id: 1.5}]}]", "categories: [{name: A, rules: [{use: [1]}]}]",
		"categories: [{name: A, rules: [{user: 7}]}]", "categories: [{name: A, rules: [{user: }]}]",
		"alerts: [{name: A, rules: [" + rule + "]}]", "alerts: [{name: A, threat_level: hgih, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, threshold: {count: 0, within: 5m}, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, threshold: {count: 1}, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, threshold: {}, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, threshold: {count: 1, within: soon}, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, email: {}, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, email: {to: nobody}, rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, systems: [1], rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, systems: [''], rules: [" + rule + "]}]",
		"alerts: [{name: A, threat_level: high, watch_lists: [{group: G}], rules: [" + rule + "]}]",
		"knowledge_objects: [{name: A, applies_to: a, rules: [{event_source: s}]}]",
		"knowledge_objects: [{name: A, applies_to: a, rules: [{expressions: []}]}]",
		"knowledge_objects: [{name: A, applies_to: a, rules: [{expressions: [{expression_2: a}]}]}]",
		"knowledge_objects: [{name: A, applies_to: a, rules: [{expressions: [{expression_1: a, type: Text}]}]}]",
		"knowledge_objects: [{name: A, applies_to: a, rules: [{expressions: [a]}], properties: {log_type: []}}]",
		"knowledge_objects: [{name: A, applies_to: a, rules: [{expressions: [a]}], properties: [{tokens: a}]}]",
		"reports: [{title: A, rules: [" + rule + "], columns: []}]", "reports: [{title: A, rules: [" + rule + "], columns: [A]}]",
		"reports: [{title: A, rules: [" + rule + "], columns: [{}]}]", "reports: [{title: A, rules: [" + rule + "], columns: [{heading: A}]}]",
		"reports: [{title: A, rules: [" + rule + "], columns: [{heading: A, token: T, property: P}]}]",
		"reports: [{title: A, rules: [" + rule + "], columns: [{A: {token: T, property: P}}]}]",
		"reports: [{title: A, rules: [" + rule + "], columns: [{A: [T]}]}]",
		"reports: [{title: A, rules: [" + rule + "], columns: [{token: T}]}]",
		"dashlets: [{title: A, chart: map, query: a}]", "dashlets: [{title: A, chart: maps, query: a, axis: {property: a}}]",
		"dashlets: [{title: A, chart: map, query: a, axis: {}}]", "dashlets: [{title: A, chart: map, query: a, axis: {property: a, limit: -1}}]",
		"dashlets: [{title: A, chart: map, query: a, axis: {property: a, interval: 1w}}]",
		"dashlets: [{title: A, chart: map, query: a, axis: {property: a}, value: {aggregate: sums}}]",
		"dashlets: [{title: A, chart: map, query: a, axis: {property: a}, period: 7}]",
		"dashlets: [{title: A, chart: map, query: a, axis: {property: a}, use_sql: 1}]",
		"expressions: [a]", "expressions: {a: 1}", "expressions: {a b: c}", "rules: [a]", "rules: {a: {mtach: b}}", "rules: {1a: {user: b}}",
	} {
		if validate(s, []byte(text)) == nil {
			t.Errorf("the schema takes %s", text)
		}
		dir := t.TempDir()
		if key, _, _ := strings.Cut(text, ":"); !strings.Contains(small, key+": ") {
			text = small + text
		} else {
			text += "\n" + withoutKey(small, key)
		}
		write(t, dir, map[string]string{"pack.yaml": text})
		if _, list := load.Load(dir); !list.Has(diag.Error) {
			t.Errorf("the loader takes %s", text)
		}
	}
}

func withoutKey(text, key string) string {
	var out []string
	for _, line := range strings.SplitAfter(text, "\n") {
		if !strings.HasPrefix(line, key+":") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// Every key of the schema says what it is for.
func TestSchemaDescribesEveryKey(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal(load.Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	described := 0
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, p := range v {
				if properties, ok := p.(map[string]any); ok && name == "properties" && v["type"] == "object" {
					for key, p := range properties {
						described++
						if d, _ := p.(map[string]any)["description"].(string); d == "" {
							t.Errorf("%s.%s has no description", path, key)
						}
					}
				}
				walk(path+"/"+name, p)
			}
		case []any:
			for _, p := range v {
				walk(path, p)
			}
		}
	}
	walk("", doc)
	if described < 80 {
		t.Errorf("only %d keys", described)
	}
}
