package artifact_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/diag"
)

// findings gives the diagnostics as `path file:line:col id`, which is what tests assert: never the prose.
func findings(t testing.TB, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	list, ok := errors.AsType[diag.List](err)
	if !ok {
		t.Fatalf("not a diag.List: %v", err)
	}
	var lines []string
	for _, d := range list {
		if d.Message == "" || d.Severity == "" {
			t.Errorf("%s without message or severity", d.ID)
		}
		lines = append(lines, strings.Join(strings.Fields(d.Path+" "+d.Span.String()+" "+d.ID), " "))
	}
	return lines
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func categories(inside string) artifact.File {
	return artifact.File{Name: "c.iscat", Data: []byte("<Categories>\n" + inside + "\n</Categories>\n")}
}

func TestDecodeFindings(t *testing.T) {
	file := func(name, text string) artifact.File { return artifact.File{Name: name, Data: []byte(text)} }
	one := func(name, text string) []artifact.File { return []artifact.File{file(name, text)} }
	alert := func(configuration string) []artifact.File {
		return one("a.isalt", "<Alerts><Alert><Configuration>\n"+configuration+"</Configuration></Alert></Alerts>")
	}
	tests := map[string]struct {
		files []artifact.File
		want  []string
	}{
		"not closed": {[]artifact.File{categories("<Category>")}, []string{"c.iscat:3:1 malformed-xml"}},
		"closed in wrong order": {[]artifact.File{categories("<Category><Name></Category></Name>")},
			[]string{"c.iscat:2:17 malformed-xml"}},
		"end of nothing":   {one("c.iscat", "<Categories/></x>"), []string{"c.iscat:1:14 malformed-xml"}},
		"end missing":      {one("c.iscat", "\n<Categories>"), []string{"c.iscat:2:1 malformed-xml"}},
		"two roots":        {one("c.iscat", "<Categories/>\n<Categories/>"), []string{"c.iscat:2:1 malformed-xml"}},
		"text outside":     {one("c.iscat", "<Categories/>\nx"), []string{"c.iscat:1:14 malformed-xml"}},
		"attribute twice":  {one("c.iscat", `<Categories a="1" a="2"/>`), []string{"c.iscat:1:1 malformed-xml"}},
		"late declaration": {one("c.iscat", ` <?xml version="1.0"?><Categories/>`), []string{"c.iscat:1:2 malformed-xml"}},
		"unknown entity": {[]artifact.File{categories("<Category>\n<Name>é&nbsp;</Name></Category>")},
			[]string{"c.iscat:3:14 malformed-xml"}},
		"empty file": {one("c.iscat", ""), []string{"c.iscat:1:1 malformed-xml"}},
		"document type": {one("c.iscat", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>\n<Categories/>"),
			[]string{"c.iscat:1:1 document-type-refused"}},
		"too deep": {one("c.iscat", strings.Repeat("<a>", 65)), []string{"c.iscat:1:193 too-deep"}},
		"too many nodes": {one("c.iscat", "<Categories>"+strings.Repeat("<a/>", 500_000)),
			[]string{"c.iscat:1:2000009 too-many-nodes"}},
		"too large": {one("c.iscat", strings.Repeat(" ", artifact.MaxFileSize+1)),
			[]string{"c.iscat file-too-large"}},
		"no UTF-8": {one("c.iscat", "<Categories>\n é\xff</Categories>"), []string{"c.iscat:2:3 invalid-utf8"}},
		"control character": {one("c.iscat", "<Categories>\n\x01</Categories>"),
			[]string{"c.iscat:2:1 character-not-in-xml"}},
		"UTF-16": {one("c.iscat", "\xff\xfe<\x00"), []string{"c.iscat:1:1 wrong-charset"}},
		"declared otherwise": {one("c.iscat", `<?xml version="1.0" encoding="windows-1252"?><Categories/>`),
			[]string{"c.iscat:1:1 wrong-charset"}},
		"root of another kind": {one("c.iscat", "<!-- c -->\n<Alerts/>"), []string{"c.iscat:2:1 wrong-root-element"}},
		"value stands twice": {[]artifact.File{categories("<Category><Name>a</Name>\n<Name>b</Name></Category>")},
			[]string{"c.iscat:3:1 duplicate-element"}},
		"extension unknown": {one("c.txt", ""), []string{"c.txt unknown-file-kind"}},
		"two of a kind": {append(one("c.iscat", "<Categories/>"), file("d.ISCAT", "<Categories/>")),
			[]string{"d.ISCAT two-files-of-one-kind"}},
		"threat level not known": {alert("<ThreatLevel>dire</ThreatLevel>"),
			[]string{"alerts[0].threat_level a.isalt:2:14 unknown-value"}},
		"neither true nor false": {alert("<Active>yes</Active>"), []string{"alerts[0].active a.isalt:2:9 bad-value"}},
		"no number": {alert("<Threshold><Count>99999999999999999999</Count></Threshold>"),
			[]string{"alerts[0].threshold.count a.isalt:2:19 bad-value"}},
		"no span of time": {one("d.etwd", "<Dashlets><Dashlet/><Dashlet>\n<Period>1 week</Period></Dashlet></Dashlets>"),
			[]string{"dashlets[1].period d.etwd:2:9 bad-value"}},
		"all of all files": {[]artifact.File{
			file("x/d.etwd", "<Dashlets><Dashlet><ChartType>cake</ChartType>\n<Period>1w</Period></Dashlet></Dashlets>"),
			file("x/c.iscat", "<Categories"),
			file("x/a.isalt", "<Alerts><Alert><Configuration><Active>1</Active></Configuration></Alert></Alerts>")},
			[]string{"alerts[0].active x/a.isalt:1:39 bad-value", "x/c.iscat:1:12 malformed-xml",
				"dashlets[0].chart x/d.etwd:1:31 unknown-value", "dashlets[0].period x/d.etwd:2:9 bad-value"}},
	}
	d := reference(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := artifact.Decode(test.files, d)
			same(t, findings(t, err), test.want...)
		})
	}
}

func TestManifestFindings(t *testing.T) {
	const head = `{"format": 1, "dialect": {"name": "reference"}, `
	tests := map[string]struct {
		manifest string
		want     []string
	}{
		"fine":              {head + `"pack": {}}`, nil},
		"no JSON":           {"{\n  x", []string{"manifest.json:2:3 malformed-json"}},
		"ends early":        {"{\n", []string{"manifest.json:2:1 malformed-json"}},
		"more after it":     {head + `"pack": {}} {}`, []string{"manifest.json:1:61 malformed-json"}},
		"no UTF-8":          {"{\"\xff", []string{"manifest.json:1:3 invalid-utf8"}},
		"too deep":          {strings.Repeat("[", 65), []string{"manifest.json:1:65 too-deep"}},
		"another format":    {`{"format": 2, "dialect": {"name": "reference"}}`, []string{"manifest.json:1:12 unknown-manifest-format"}},
		"another dialect":   {"{\"format\": 1,\n \"dialect\": {\"name\": \"acme\"}}", []string{"manifest.json:2:23 other-dialect"}},
		"of neither":        {"{}", []string{"manifest.json:1:1 other-dialect", "manifest.json:1:1 unknown-manifest-format"}},
		"key unknown":       {head + `"pack": {"tilte": "x"}}`, []string{"manifest.json:1:59 unknown-key"}},
		"key of a file":     {head + `"pack": {"alerts": []}}`, []string{"manifest.json:1:59 unknown-key"}},
		"key twice":         {head + `"pack": {"title": "x", "title": "y"}}`, []string{"manifest.json:1:73 duplicate-key"}},
		"number for a text": {head + `"pack": {"title": 1}}`, []string{"title manifest.json:1:67 bad-value"}},
		"text for a list":   {head + `"pack": {"setup": "x"}}`, []string{"setup manifest.json:1:68 bad-value"}},
		"word unknown": {head + `"pack": {"source": {"device_id": {"flavour": "perl"}}}}`,
			[]string{"source.device_id.flavour manifest.json:1:95 unknown-value"}},
		"fraction":     {head + `"pack": {"source": {"priority": 1.5}}}`, []string{"source.priority manifest.json:1:81 bad-value"}},
		"file missing": {head + `"pack": {"files": {"alerts": "a.isalt"}}}`, []string{"files.alerts manifest.json:1:79 file-missing"}},
	}
	d := reference(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := artifact.Decode([]artifact.File{{Name: "manifest.json", Data: []byte(test.manifest)}}, d)
			same(t, findings(t, err), test.want...)
		})
	}
}

// TestChangedFile: a file that is not the one the manifest names is read, with a warning.
func TestChangedFile(t *testing.T) {
	d := reference(t)
	files := encode(t, turnstile())
	files[1].Data = []byte(strings.Replace(string(files[1].Data), "forced", "pushed", 1))
	bundle, err := artifact.Decode(files, d)
	if err != nil {
		t.Fatal(err)
	}
	same(t, findings(t, bundle.Warnings), "Alert_Turnstile.isalt file-differs-from-manifest")
	if got := bundle.Pack.Alerts[1].Rules[0].Match.Text; got != "pushed" {
		t.Errorf("match.text = %q", got)
	}
}

func TestEncodeFindings(t *testing.T) {
	tests := map[string]struct {
		change func(p *pack.Pack)
		want   []string
	}{
		"fine": {func(*pack.Pack) {}, nil},
		"NUL": {func(p *pack.Pack) { p.Alerts[1].Name = "a\x00" },
			[]string{"alerts[1].name character-not-in-xml"}},
		"no UTF-8": {func(p *pack.Pack) { p.Reports[0].Columns[1].Token = "\xff" },
			[]string{"reports[0].columns[1].token invalid-utf8"}},
		"no UTF-8 in header": {func(p *pack.Pack) { p.Setup[0].Command = "\xff" }, []string{"setup[0].command invalid-utf8"}},
		"NUL in header":      {func(p *pack.Pack) { p.Setup[0].Command = "\x00" }, nil},
		"word unknown": {func(p *pack.Pack) { p.Dashlets[0].Chart = "cake" },
			[]string{"dashlets[0].chart unknown-value"}},
		"flavour unknown": {func(p *pack.Pack) { p.Source.DeviceID.Flavour = "perl" },
			[]string{"source.device_id.flavour unknown-value"}},
		"half a second": {func(p *pack.Pack) { p.Dashlets[0].Period += 5e8 }, []string{"dashlets[0].period bad-value"}},
		"negative span": {func(p *pack.Pack) { p.Alerts[0].Threshold.Within = -1e9 },
			[]string{"alerts[0].threshold.within bad-value"}},
		"items without file": {func(p *pack.Pack) { p.Files.Reports = "" }, []string{"files.reports items-without-file"}},
		"path":               {func(p *pack.Pack) { p.Files.Alerts = "../a.isalt" }, []string{"files.alerts bad-file-name"}},
		"rooted":             {func(p *pack.Pack) { p.Files.Alerts = "/a.isalt" }, []string{"files.alerts bad-file-name"}},
		"drive":              {func(p *pack.Pack) { p.Files.Alerts = `C:a.isalt` }, []string{"files.alerts bad-file-name"}},
		"device":             {func(p *pack.Pack) { p.Files.Alerts = "nul .isalt" }, []string{"files.alerts bad-file-name"}},
		"dot at the end":     {func(p *pack.Pack) { p.Files.Alerts = "a.isalt." }, []string{"files.alerts bad-file-name"}},
		"too long": {func(p *pack.Pack) { p.Files.Alerts = strings.Repeat("a", 250) + ".isalt" },
			[]string{"files.alerts bad-file-name"}},
		"wrong extension":       {func(p *pack.Pack) { p.Files.Alerts = "a.iscat" }, []string{"files.alerts wrong-extension"}},
		"extension in capitals": {func(p *pack.Pack) { p.Files.Alerts = "A.ISALT" }, nil},
		"one name for two": {func(p *pack.Pack) { p.Files.Reports = "ko_turnstile.ETKO" },
			[]string{"files.reports same-file-name"}},
		"name of the manifest": {func(p *pack.Pack) { p.Files.Dashlets = "Manifest.JSON" },
			[]string{"files.dashlets same-file-name"}},
		"all at once": {func(p *pack.Pack) {
			p.Files.Alerts, p.Categories[0].Name, p.KnowledgeObjects[0].Rules[0].Expressions[1].Type = "a/b", "\x02", "Grok"
		},
			[]string{"files.alerts bad-file-name", "categories[0].name character-not-in-xml", "knowledge_objects[0].rules[0].expressions[1].type unknown-value"}},
	}
	d := reference(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := turnstile()
			test.change(p)
			_, err := artifact.Encode(p, d)
			same(t, findings(t, err), test.want...)
		})
	}
}

// TestLocate: every value is found where it is spelled, escapes and all.
func TestLocate(t *testing.T) {
	d := reference(t)
	files := encode(t, turnstile())
	for i := range files {
		files[i].Name = "out/" + files[i].Name
	}
	bundle, err := artifact.Decode(files, d)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path     string
		from, to int
		file     string
		line     int
		want     string // as it is spelled in the file
	}{
		{"categories[1].name", -1, -1, "Category_Turnstile.iscat", 16, "Turnstile: Refusals"},
		{"categories[1].name", 11, 19, "Category_Turnstile.iscat", 16, "Refusals"},
		{"categories[1].rules[0].match.regex", 2, 9, "Category_Turnstile.iscat", 24, "result="},
		{"categories[1].rules[0].exception.text", 0, 1, "Category_Turnstile.iscat", 27, "&lt;"},
		{"categories[1].rules[0].exception.text", 1, 6, "Category_Turnstile.iscat", 27, "drill"},
		{"categories[1].rules[1].user", 6, 7, "Category_Turnstile.iscat", 36, "&amp;"},
		{"categories[1].rules[1].user", 8, 8, "Category_Turnstile.iscat", 36, ""},
		{"categories[1].rules[1].user", 8, 99, "Category_Turnstile.iscat", 36, "co"},
		{"categories[1].rules[1].exception.regex", 0, 5, "Category_Turnstile.iscat", 42, "a]]]]><![CDATA[>b"},
		{"categories[1].rules[1].exception.regex", 5, 6, "Category_Turnstile.iscat", 42, "&#xD;"},
		{"categories[1].rules[1].exception.regex", 6, 7, "Category_Turnstile.iscat", 42, "\r\n"},
		{"categories[1].rules[1].exception.regex", 7, 8, "Category_Turnstile.iscat", 43, "c"},
		{"reports[0].columns[1].heading", 5, 6, "Reports_Turnstile.etcrx", 33, "&quot;"},
		{"reports[0].columns[1].heading", 6, 8, "Reports_Turnstile.etcrx", 33, "No"},
		{"reports[0].columns[1]", -1, -1, "Reports_Turnstile.etcrx", 33, `<Column Heading="Card &quot;No&quot;" Token="Card"/>`},
		{"reports[0].columns[1].property", 0, 1, "Reports_Turnstile.etcrx", 33, `<Column Heading="Card &quot;No&quot;" Token="Card"/>`},
		{"reports[0].nothing[7].of.this", -1, -1, "Reports_Turnstile.etcrx", 4, "<Report>"},
		{"alerts", -1, -1, "Alert_Turnstile.isalt", 3, "<Alerts>"},
		{"alerts[0].email.to[1]", -1, -1, "Alert_Turnstile.isalt", 21, "desk@example.org"},
		{"alerts[0].active", -1, -1, "Alert_Turnstile.isalt", 9, "false"},
		{"source.device_id.expression", 0, 1, "manifest.json", 19, `\\`},
		{"source.device_id.expression", 1, 6, "manifest.json", 19, "bgate"},
		{"source.device_id.expression", 20, 21, "manifest.json", 19, `\"`},
		{"source.priority", -1, -1, "manifest.json", 25, "134"},
		{"description", 28, 29, "manifest.json", 11, `\n`},
		{"files.reports", -1, -1, "manifest.json", 54, "Reports_Turnstile.etcrx"},
	}
	for _, test := range tests {
		s := bundle.Locate(test.path, test.from, test.to)
		if s.File != "out/"+test.file || s.Line != test.line || spelled(files, s) != test.want {
			t.Errorf("Locate(%s, %d, %d) = %s %q, want %s:%d %q",
				test.path, test.from, test.to, s, spelled(files, s), test.file, test.line, test.want)
		}
	}
}

// spelled gives what stands at the place, counting as an editor does: characters, and no byte-order mark.
func spelled(files []artifact.File, s diag.Span) string {
	i := slices.IndexFunc(files, func(f artifact.File) bool { return f.Name == s.File })
	if i < 0 {
		return ""
	}
	lines := strings.SplitAfter(strings.TrimPrefix(string(files[i].Data), "\ufeff"), "\n")
	if s.Line == s.EndLine {
		return string([]rune(lines[s.Line-1])[s.Column-1 : s.EndColumn-1])
	}
	text := string([]rune(lines[s.Line-1])[s.Column-1:]) + strings.Join(lines[s.Line:s.EndLine-1], "")
	return text + string([]rune(lines[s.EndLine-1])[:s.EndColumn-1])
}

// TestOneLine: naming places takes no longer where a file has no line ends.
func TestOneLine(t *testing.T) {
	const n = 100_000
	start := time.Now()
	bundle, err := artifact.Decode([]artifact.File{categories(strings.Repeat("<é/>", n))}, reference(t))
	if err != nil {
		t.Fatal(err)
	}
	if last := bundle.Unknown[n-1]; last.Line != 2 || last.Column != 4*(n-1)+1 {
		t.Error(last)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Error("reading took", took)
	}
}

// TestLocateWithoutManifest: a single file's pack begins in that file.
func TestLocateWithoutManifest(t *testing.T) {
	bundle, err := artifact.Decode([]artifact.File{categories("<Category/>")}, reference(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := bundle.Locate("source.type", -1, -1).String(); got != "c.iscat:1:1" {
		t.Error(got)
	}
	if bundle.Pack.Files.Categories != "c.iscat" {
		t.Error(bundle.Pack.Files)
	}
}

// TestUnknown: what the dialect does not know is reported by place, and given back byte for byte, however the file is written.
func TestUnknown(t *testing.T) {
	const text = "<?xml version='1.0'?>\n<?page 1?>\n<Categories v = 'a>b'  >\n\n" +
		"\t<Category  Id='{1}' ><!-- kept --><Name >A &#x26; <![CDATA[B]]></Name >" +
		"<Guid>\r\n{42}<x/></Guid>stray<Rules></Rules></Category>\n" +
		"<Category><Rules><Rule/></Rules><Name/></Category><Footer/></Categories>\n<!-- end -->"
	d := reference(t)
	bundle, err := artifact.Decode([]artifact.File{{Name: "c.iscat", Data: []byte(text)}}, d)
	if err != nil {
		t.Fatal(err)
	}
	want := []pack.Category{{Name: "A & B"}, {Rules: []pack.Rule{{}}}}
	if diff := cmp.Diff(want, bundle.Pack.Categories); diff != "" {
		t.Error(diff)
	}
	var unknown []string
	for _, u := range bundle.Unknown {
		unknown = append(unknown, strings.TrimSpace(u.Path+" "+u.String()+" "+u.Name+" "+u.Text))
	}
	same(t, unknown, "c.iscat:3:18 @v a>b", "categories[0] c.iscat:5:17 @Id {1}", "categories[0] c.iscat:5:73 Guid {42}", "c.iscat:7:51 Footer")

	recode := func(want string) {
		t.Helper()
		files, err := bundle.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(files[0].Data)); diff != "" {
			t.Error(diff)
		}
	}
	recode(text)
	bundle.Pack.Categories[0].Name = "C"
	recode(strings.Replace(text, "<Name >A &#x26; <![CDATA[B]]></Name >", "<Name >C</Name >", 1))
	bundle.Pack.Categories = bundle.Pack.Categories[1:]
	from, to := strings.Index(text, "\n\n\t<Category"), strings.Index(text, "\n<Category>")
	recode(text[:from] + text[to:])
}
