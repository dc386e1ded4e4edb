package artifact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/templates"
)

const facts = "name: acme\nstatement: tried on nothing\ncontainer: {format: xml, charset: utf-8, line_ends: lf}\n"

// acme writes a dialect's folder.
func acme(t *testing.T, yaml string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "dialect.yaml"), yaml)
	for name, text := range files {
		put(t, filepath.Join(dir, name), text)
	}
	return dir
}

func TestLoadDialectFindings(t *testing.T) {
	alerts := func(inside string) map[string]string {
		return map[string]string{"alerts.xml": "<A xmlns:kp='urn:kpgen:template'>\n" + inside + "\n</A>"}
	}
	tests := map[string]struct {
		yaml  string
		files map[string]string
		want  []string
	}{
		"fine":        {facts, alerts(`<I kp:each="alerts" N="{name}"><G>{group}</G></I>`), nil},
		"key unknown": {facts + "tilte: x\n", nil, []string{"dialect.yaml:4:1 bad-dialect"}},
		"no YAML":     {"name: [", nil, []string{"dialect.yaml:2:1 bad-dialect"}},
		"nothing said": {"title: x", nil,
			[]string{"dialect.yaml bad-dialect", "dialect.yaml bad-dialect", "dialect.yaml bad-dialect", "dialect.yaml bad-dialect", "dialect.yaml bad-dialect"}},
		"charset not known": {strings.Replace(facts, "utf-8", "utf-7", 1), nil, []string{"dialect.yaml:3:35 bad-dialect"}},
		"fact not known":    {facts[:len(facts)-2] + ",\n  ini: {separator: ':'}}\n", nil, []string{"dialect.yaml:4:20 bad-dialect"}},
		"fact missing":      {strings.Replace(facts, "xml", "ini", 1), nil, []string{"dialect.yaml:3:12 bad-dialect"}},
		"root of another container": {strings.Replace(facts, "xml", "json", 1), alerts("<I kp:each='alerts'/>"),
			[]string{"alerts.xml:1:1 bad-template"}},
		"template malformed":  {facts, alerts("<"), []string{"alerts.xml:2:2 malformed-xml"}},
		"template of nothing": {facts, alerts("<I/>"), []string{"alerts.xml:1:1 bad-template"}},
		"field unknown": {facts, alerts(`<I kp:each="alerts"><N>{nmae}</N></I>`),
			[]string{"alerts.xml:2:24 bad-template"}},
		"field no value": {facts, alerts(`<I kp:each="alerts"><N>{email}</N></I>`),
			[]string{"alerts.xml:2:24 bad-template"}},
		"list unknown": {facts, alerts(`<I kp:each="alerts"><N kp:each="name"/></I>`),
			[]string{"alerts.xml:2:21 bad-template"}},
		"instruction unknown": {facts, alerts(`<I kp:each="alerts" kp:all="x"/>`), []string{"alerts.xml:2:1 bad-template"}},
		"field twice": {facts, alerts(`<I kp:each="alerts"><N>{name}</N><M>{name}</M></I>`),
			[]string{"alerts.xml:2:37 bad-template"}},
		"list twice": {facts, alerts(`<I kp:each="alerts"/><J kp:each="alerts"/>`),
			[]string{"alerts.xml:2:22 bad-template"}},
		"element twice": {facts, alerts(`<I kp:each="alerts"><N>{name}</N><N>{group}</N></I>`),
			[]string{"alerts.xml:2:34 bad-template"}},
		"value and more": {facts, alerts(`<I kp:each="alerts"><N>{name}<M/></N></I>`),
			[]string{"alerts.xml:2:21 bad-template"}},
		"counter of nothing": {facts, alerts(`<I kp:each="alerts" R="{@last id}"><N>{name}</N></I>`), []string{"alerts.xml:1:1 bad-template"}},
		"counter without a name": {facts, alerts(`<I kp:each="alerts"><N>{@serial}</N></I>`),
			[]string{"alerts.xml:2:24 bad-template"}},
		"counter without a first": {facts, alerts(`<I kp:each="alerts"><N>{@serial id}</N></I>`),
			[]string{"alerts.xml:2:24 bad-template"}},
		"counter from two": {facts, alerts(`<I kp:each="alerts" R="{@serial id 0}"><N>{@serial id 1}</N></I>`),
			[]string{"alerts.xml:2:43 bad-template"}},
		"comment with a number of elements": {facts, alerts(`<I kp:each="alerts"/><!-- {@elements} -->`), []string{"alerts.xml:2:22 bad-template"}},
		"comment of no known making":        {facts, alerts(`<I kp:each="alerts"/><!-- {@name} -->`), []string{"alerts.xml:2:22 bad-template"}},
		"counter in a text": {facts, alerts(`<I kp:each="alerts"><N kp:inside="xml"><X R="{@serial id 0}"/></N></I>`),
			[]string{"alerts.xml:2:40 bad-template"}},
		"nothing to be null": {facts, alerts(`<I kp:each="alerts" kp:null="Nil"><N>{name}</N></I>`),
			[]string{"alerts.xml:2:1 bad-template"}},
		"no such attribute beside a value": {facts, alerts(`<I kp:each="alerts"><N a="{group}" kp:valued="a b">{name}</N></I>`),
			[]string{"alerts.xml:2:21 bad-template", "alerts.xml:2:21 bad-template"}},
		"null as two elements": {facts, alerts(`<I kp:each="alerts"><N kp:null="Nil">{name}</N><G kp:null="Nil">{group}</G></I>`),
			[]string{"alerts.xml:2:48 bad-template"}},
		"of another kind": {facts, alerts(`<I kp:each="alerts"/><J kp:each="reports"/>`),
			[]string{"alerts.xml:1:1 bad-template"}},
		"root repeats": {facts, map[string]string{"alerts.xml": `<A xmlns:kp="k" kp:each="alerts"/>`},
			[]string{"alerts.xml:1:1 bad-template"}},
		"all of all templates": {facts, map[string]string{"alerts.xml": "<A/>", "reports.xml": "<"},
			[]string{"alerts.xml:1:1 bad-template", "reports.xml:1:2 malformed-xml"}},
		"a folder as a template": {facts, map[string]string{"alerts.xml/x": ""}, []string{"alerts.xml unreadable-file"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := acme(t, test.yaml, test.files)
			_, err := artifact.LoadDialect(dir)
			got := findings(t, err)
			for i := range got {
				got[i] = strings.Replace(got[i], dir+"/", "", 1)
			}
			same(t, got, test.want...)
		})
	}
	for _, name := range []string{"", "none", "referenc", "../reference", "/dev/null"} {
		_, err := artifact.LoadDialect(name)
		same(t, findings(t, err), strings.TrimSpace(name+" dialect-not-found"))
	}
	dir := t.TempDir()
	_, err := artifact.LoadDialect(dir)
	same(t, findings(t, err), dir+"/dialect.yaml unreadable-file")
}

// TestPartialDialect: what a dialect has no place for is refused, never dropped.
func TestPartialDialect(t *testing.T) {
	dir := acme(t, facts, map[string]string{
		"alerts.xml": "<A xmlns:kp='k'>\n<I Version='7' kp:each='alerts'><N>{name}</N><T>{threat_level}</T><R kp:each='rules'><M>{match.regex}</M></R></I>\n</A>"})
	d, err := artifact.LoadDialect(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &pack.Pack{Files: pack.Files{Alerts: "a.isalt"}, Alerts: []pack.Alert{
		{Name: "a", ThreatLevel: pack.Low, Rules: []pack.Rule{{Match: pack.Pattern{Regex: "x"}}, {}}}, {Name: "b"}}}
	files, err := artifact.Encode(p, d)
	if err != nil {
		t.Fatal(err)
	}
	const want = "<A>\n<I Version=\"7\"><N>a</N><T>low</T><R><M>x</M></R><R/></I>\n<I Version=\"7\"><N>b</N></I>\n</A>"
	if got := string(files[0].Data); got != want {
		t.Errorf("%s", got)
	}
	p.Alerts[0].Rules[1].User = "root"
	p.Alerts[1].Systems = []string{""}
	p.Files.Reports = "r.etcrx"
	_, err = artifact.Encode(p, d)
	same(t, findings(t, err), "files.reports kind-not-in-dialect", "alerts[0].rules[1].user field-not-in-dialect", "alerts[1].systems[0] field-not-in-dialect")

	_, err = artifact.Decode([]artifact.File{{Name: "r.etcrx", Data: []byte("<R/>")}}, d)
	same(t, findings(t, err), "r.etcrx kind-not-in-dialect")
	_, err = artifact.Decode(files, reference(t))
	same(t, findings(t, err), "a.isalt:1:1 wrong-root-element", "manifest.json:4:14 other-dialect")
}

// TestReference: the built-in dialect says wherever it surfaces that it is not verified, and is the same read from a folder.
func TestReference(t *testing.T) {
	d := reference(t)
	if d.Verified || d.Name != artifact.Reference || d.Statement == "" {
		t.Fatal(d)
	}
	for _, f := range encode(t, turnstile()) {
		if !strings.Contains(string(f.Data), d.Statement) {
			t.Errorf("%s does not say that the dialect is %s", f.Name, d.Statement)
		}
	}
	folder, _ := templates.Dialect(artifact.Reference)
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, folder); err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.LoadDialect(dir); err != nil {
		t.Error(err)
	}
}
