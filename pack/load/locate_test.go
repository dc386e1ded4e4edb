package load_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/load"
)

// marked gives the text a span covers.
func marked(t *testing.T, s diag.Span) string {
	t.Helper()
	text, err := os.ReadFile(s.File)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	from, to := s, s
	cut := func(line, column int) int {
		n := 0
		for _, l := range lines[:line-1] {
			n += len(l)
		}
		rest := lines[line-1]
		for ; column > 1; column-- {
			_, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
			n += size
		}
		return n
	}
	return string(text)[cut(from.Line, from.Column):cut(to.EndLine, to.EndColumn)]
}

// A place in a value is where its text is written, in whatever file that is.
func TestLocate(t *testing.T) {
	s, list := load.Load("testdata/ok/full")
	if len(list) > 0 {
		t.Fatal(list)
	}
	category := s.Pack.Categories[0].Rules[0].Match.Regex // \srequest\s%{digits}
	bytes := s.Pack.KnowledgeObjects[0].Rules[0].Expressions[1].Expression1
	client := s.Pack.KnowledgeObjects[0].Rules[0].Expressions[0].Expression1
	percent := s.Pack.Categories[1].Rules[0].Match.Regex // 100%%{2}
	alert := s.Pack.Alerts[0].Rules[0].Match.Regex
	tests := []struct {
		path     string
		from, to int
		want     string
	}{
		{"name", -1, -1, "pack.yaml:2:7 web-proxy"},
		{"name", 0, 3, "pack.yaml:2:7 web"},
		{"name", 9, 9, "pack.yaml:2:16 "},
		{"description", 21, 23, "pack.yaml:6:3 in"},
		{"description", 20, 21, "pack.yaml:5:23 \n"},
		{"source.device_id.expression", 2, 18, `pack.yaml:14:20 (?P<Computer>%{host}`},
		{"source.device_id.expression", 15, 20, `pack.yaml:39:10 [a-z0`},
		{"source.device_id.flavour", -1, -1, "pack.yaml:14:5 expression"}, // a default: the nearest value that is written
		{"parameters[0].default", -1, -1, "pack.yaml:21:14 514"},
		{"properties[1]", -1, -1, "pack.yaml:36:5 name"},
		{"categories[0].rules[0].event_source", -1, -1, "pack.yaml:46:19 syslog"}, // by way of two fragments
		{"categories[0].rules[0].source_type", 1, 2, "pack.yaml:50:19 r"},
		{"categories[0].rules[0].match", -1, -1, `categories.yaml:6:16 '\srequest\s%{digits}'`},
		{"categories[0].rules[0].match.regex", 0, 2, `categories.yaml:6:17 \s`},
		{"categories[0].rules[0].match.regex", len(category) - 2, len(category), `pack.yaml:40:12 d+`},
		{"categories[0].rules[0].match.regex", 0, len(category), `categories.yaml:6:17 \srequest\s%{digits}`},
		{"categories[0].rules[0].exception.text", 0, 6, "categories.yaml:7:27 health"},
		{"categories[0].rules[0].exception.nothing[7].known", 0, 6, "categories.yaml:7:20 {text"},
		{"categories[1].rules[0].match.regex", 0, 3, "pack.yaml:42:12 100"},
		{"categories[1].rules[0].match.regex", 3, 5, "pack.yaml:42:16 %{"}, // written %%{
		{"categories[1].rules[0].match.regex", 5, len(percent), "pack.yaml:42:18 2}"},
		{"alerts[0].systems[0]", -1, -1, "alerts.yaml:9:14 Proxy-syslog"},
		{"alerts[0].description", 16, 18, "alerts.yaml:7:9  a"},
		{"alerts[0].watch_lists[1].absent", -1, -1, "alerts.yaml:15:61 true"},
		{"alerts[0].rules[0].match.regex", strings.Index(alert, `\s`), strings.Index(alert, `\s`) + 2, `alerts.yaml:19:11 \s`},
		{"knowledge_objects[0].rules[0].expressions[0].expression_1", strings.Index(client, "Client"), strings.Index(client, "Client") + 6, "pack.yaml:41:14 Client"},
		{"knowledge_objects[0].rules[0].expressions[0].expression_1", strings.Index(client, "a-z"), strings.Index(client, "a-z") + 3, "pack.yaml:39:11 a-z"},
		{"knowledge_objects[0].rules[0].expressions[1].expression_1", len(bytes) - 2, len(bytes) - 1, "pack.yaml:40:13 +"},
		{"knowledge_objects[0].rules[0].expressions[1].expression_1", 0, 7, "knowledge-objects.yaml:10:29 bytes=%{bytes}"},
		{"knowledge_objects[0].properties[0].property", -1, -1, "knowledge-objects.yaml:12:7 proxy_client"},
		{"knowledge_objects[0].properties[0].tokens[0]", -1, -1, "knowledge-objects.yaml:12:21 Client"},
		{"knowledge_objects[0].properties[1].tokens[0]", 1, 3, "knowledge-objects.yaml:13:22 yt"},
		{"reports[0].columns[0].heading", -1, -1, "reports.yaml:9:9 LogTime"},
		{"reports[0].columns[0].property", -1, -1, "reports.yaml:9:29 LogTime"},
		{"reports[0].columns[1].token", -1, -1, "reports.yaml:10:17 Client"},
		{"dashlets[0].query", 11, 16, "dashlets.yaml:5:23 Proxy"},
		{"dashlets[1].query", 0, 1, "dashlets.yaml:14:13 *"},
		{"nothing[3].of.this", 4, 5, "pack.yaml"},
		{"", -1, -1, "pack.yaml"},
	}
	for _, tt := range tests {
		span := s.Locate(tt.path, tt.from, tt.to)
		got := strings.TrimPrefix(span.String(), "testdata/ok/full/")
		if span.Line > 0 {
			got += " " + marked(t, span)
		}
		if got != tt.want {
			t.Errorf("%s [%d:%d]: %q, want %q", tt.path, tt.from, tt.to, got, tt.want)
		}
	}
}

// Every byte range of every expression of the shipped packs lies in a file and is told by characters that are there.
func TestLocateEveryCharacterOfAnExpression(t *testing.T) {
	s, list := load.Load("testdata/ok/full")
	if len(list) > 0 {
		t.Fatal(list)
	}
	for i, c := range s.Pack.Categories {
		for j, r := range c.Rules {
			for k := range r.Match.Regex {
				path := fmt.Sprintf("categories[%d].rules[%d].match.regex", i, j)
				span := s.Locate(path, k, k+1)
				if got := marked(t, span); got != r.Match.Regex[k:k+1] {
					t.Errorf("%s [%d]: %q at %v", path, k, got, span)
				}
			}
		}
	}
}

func TestBroken(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"pack.yaml":       small,
		"categories.yaml": "categories:\n- name: A\n  group: [x]\n  rules: [{mtach: a}, {match: a}]\n- 7\n",
	})
	s, list := load.Load(dir)
	if len(list) != 3 {
		t.Fatal(list)
	}
	for path, want := range map[string]bool{
		"categories": true, "categories[0]": true, "categories[0].group": true, "categories[0].group[0]": true, "categories[0].name": false,
		"categories[0].rules[0]": true, "categories[0].rules[0].match": false, "categories[0].rules[1]": false, "categories[1].name": true,
		"name": false, "": false,
	} {
		if got := s.Broken(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		small, small + "expressions: {a: 'x%{b}', b: y}\nrules: {r: {use: s}, s: {match: '%{a}'}}\ncategories: [{name: A, rules: [use: r]}]\n",
		"categories: &a [*a]\n", "<<: x\n", "? [a]\n: b\n", "a: |2\n   b\n", "- !!binary x\n", "\ufeff\"\\u263A\": '", "reports: [{columns: [A: B]}]",
		"knowledge_objects:\n- properties: {a: b}\n  rules: [{expressions: [x]}]\n", "alerts: [{threshold: {}, email: {}}]\n---\n",
	} {
		f.Add([]byte(text))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		write(t, dir, map[string]string{"pack.yaml": string(text), "categories.yaml": string(text)})
		s, list := load.Load(dir)
		for _, d := range list {
			if d.ID == "" || d.Message == "" || d.Line < 0 || d.Line > 0 && (d.Column < 1 || d.EndLine < d.Line) {
				t.Fatalf("%+v", d)
			}
		}
		if s == nil {
			if !list.Has(diag.Error) {
				t.Fatal("no spec and no error")
			}
			return
		}
		if _, err := load.YAML(s.Pack); err != nil {
			t.Fatal(err)
		}
	})
}
