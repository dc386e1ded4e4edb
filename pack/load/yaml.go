package load

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/kpgen/kpgen/pack"
)

// YAML writes a pack in the spec's normal form: one document with every key in the model's order, nothing shared and no
// shorthand. As the pack.yaml of a folder it loads to the same pack. The error is a text that is not UTF-8, which YAML has no
// way to write.
func YAML(p *pack.Pack) ([]byte, error) {
	n, err := normal(reflect.ValueOf(p).Elem(), "", key{})
	if err != nil {
		return nil, err
	}
	return yaml.Dump(n, yaml.WithV4Defaults(), yaml.WithLineWidth(-1))
}

// normal is the normal form of a value.
func normal(v reflect.Value, path string, k key) (*yaml.Node, error) {
	if d, ok := v.Interface().(pack.Duration); ok {
		return scalarNode(d.String(), "!!str"), nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return normalStruct(v, path)
	case reflect.Slice:
		return normalSlice(v, path, k)
	case reflect.Bool:
		return scalarNode(strconv.FormatBool(v.Bool()), "!!bool"), nil
	case reflect.Int:
		return scalarNode(strconv.FormatInt(v.Int(), 10), "!!int"), nil
	}
	s := v.String()
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%s: the text is not UTF-8: %q", path, s)
	}
	n := scalarNode(s, "!!str")
	if k.regex {
		n.Value = strings.ReplaceAll(s, "%{", "%%{")
		n.Style = regexStyle(s)
	}
	return n, nil
}

func normalStruct(v reflect.Value, path string) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, f := range fields[v.Type()] {
		at := v.FieldByIndex(f.index)
		if f.omit && (at.IsZero() || at.Kind() == reflect.Slice && at.Len() == 0) {
			continue
		}
		n, err := normal(at, join(path, f.name), f.key)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, scalarNode(f.name, "!!str"), n)
	}
	return out, nil
}

func normalSlice(v reflect.Value, path string, k key) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	if v.Len() == 0 {
		out.Style = yaml.FlowStyle
	}
	for i := range v.Len() {
		n, err := normal(v.Index(i), item(path, i), k)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, n)
	}
	return out, nil
}

func scalarNode(s, tag string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: s}
}

// longLine is the length from which an expression gets a line of its own.
const longLine = 100

// regexStyle picks the way of writing that leaves an expression as it is: a block when it is long or has quotes in it, else
// single quotes; what neither can hold, the YAML writer puts in double quotes.
func regexStyle(s string) yaml.Style {
	switch {
	case strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }):
		return yaml.DoubleQuotedStyle
	case len(s) > longLine, strings.ContainsAny(s, "'\n"):
		return yaml.LiteralStyle
	}
	return yaml.SingleQuotedStyle
}
