package container_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/kpgen/kpgen/pack/artifact/container"
	"github.com/kpgen/kpgen/pack/diag"
)

// texts are files of every syntax and style, in UTF-8.
var texts = map[string]string{
	"xml":               "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<A b='1' c=\"&lt;2&gt;\">\n <B /><C>x &amp; é</C><!-- n --><D><![CDATA[<e>]]></D><?p q?>\n</A>\n",
	"xml data set":      "<D>\r\n<xs:schema id=\"D\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element name=\"D\"/></xs:schema>\r\n<Table><Name>a</Name></Table>\r\n</D>",
	"xml inside xml":    "<a>&lt;b c=\"1\"/&gt;&#xA;</a>",
	"xml parts":         "<?xml version=\"1.0\"?>\n<a/>\n\n<?xml version=\"1.0\"?>\n<b x='1'>t</b><c/>",
	"xml of UTF-16":     "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>",
	"json":              "{\n  \"a\": [1, 2.50, -3E+2, {\"b\": null}],\n\t\"a\" : true ,\"c\": \"x\\u00E9\\/\\ud83d\\ude00\\n\", \"d\": {}, \"e\": [ ], \"\": \"\"\n}\n",
	"json list":         "[{\"a\":\"1\"},{\"a\":\"\\u003c2>\"}]",
	"json of one":       "{\"name\":\"only\"}",
	"json lines":        "{\"a\":1}\n{\"a\":2}\r\n\n[\"3\"]",
	"json inside":       `{"a": "{\"b\": \"\\\"c\\\"\"}"}`,
	"ini":               "; c\nbefore=1\n\n[A]\nName=x\nName=y=z\nempty=\n# d\n[B]\nName1= x \nName2=\"q\"\n",
	"ini nested":        "*** Export ***\r\n[Rules]\r\n  [Rule]\r\n  Name = \"a \"\"b\"\"\"\r\n  Word\r\n  v = \"\"\r\n  [End]\r\n[/Rules]\r\n",
	"ini named ends":    "[Alert]\na=1\n[End Alert]\n[Alert]\na=2\n[End Alert]",
	"ini only sections": "[A]\n[B]\n",
	"reg": "Windows Registry Editor Version 5.00\n\n[K\\E]\n\n[K\\E\\01]\n@=\"d\"\n\"a \\\"b\\\\\"=\"x \\\\ \\\"y\\\"\nz\"\n\"n\"=dword:0000001F\n" +
		"\"h\"=hex(7):61,00,\\\n  00,00\n\n[K\\E\\01\\R\\0]\n\"e\"=\"\"\n; c\n\"bad\"=-\n\"f\"=hex:\n\n[-K\\Old]\n[K]\n\n",
	"bar types":    "HDR|ET|7\nA|1|x\\|y|\\\\n\nR|1\nR|2\nA|2||a\\nb\nTRL|4\n",
	"tab types":    "A\t1\tx \"y\"\nR\t1\nR\t2\nA\t2\t",
	"bar escapes":  "a|1|x\\|\nb|\\t|\"y",
	"ini indented": "##\n# t\n##\n[A]\nn = 1\n[R]\n  x = 1\n  [E]\n    y = 2\n  [End]\n[End]\n[End]\n--\n",
	"comma":        "Name,Group,Regex\r\n\"a\"\"b\r\nc\",2,x\r\n\r\nd,,\"\"\r\n",
	"semicolon":    "\"a\";\"b\"\n\"c\";\"1\"\n",
	"tab":          "Name\tRegex\nx\t\"y\" z\n",
	"bar":          "a|1|x\nb|2|y=1,2",
	"one record":   "a,1,2",
}

// encodings are the ways the bytes of a text may stand in a file.
var encodings = map[string]func(t testing.TB, text string) []byte{
	"utf-8":      func(_ testing.TB, s string) []byte { return []byte(s) },
	"utf-8 mark": func(_ testing.TB, s string) []byte { return []byte("\ufeff" + s) },
	"utf-16le": func(t testing.TB, s string) []byte {
		return encodeWith(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String, s)
	},
	"utf-16be mark": func(t testing.TB, s string) []byte {
		return encodeWith(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String, s)
	},
	"gzip": func(t testing.TB, s string) []byte { return gzipped(t, []byte(s)) },
	"zip": func(t testing.TB, s string) []byte {
		return zipped(t, map[string]string{"a": s, "b/": "", "c.bin": "\x00\x01"})
	},
	"gzip in zip": func(t testing.TB, s string) []byte {
		return zipped(t, map[string]string{"a.gz": string(gzipped(t, []byte(s)))})
	},
	"crlf": func(_ testing.TB, s string) []byte {
		return []byte(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n"))
	},
	"mixed": func(_ testing.TB, s string) []byte { return []byte(strings.Replace(s, "\n", "\r\n", 1)) },
}

func encodeWith(t testing.TB, encode func(string) (string, error), s string) []byte {
	t.Helper()
	out, err := encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Name = "x"
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"a", "a.gz", "b/", "c.bin", "d.zip"} {
		text, ok := files[name]
		if !ok {
			continue
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Comment: "c", Modified: time.Date(2025, 1, 2, 3, 4, 6, 0, time.UTC), Extra: []byte{9, 0, 2, 0, 3, 4}})
		if err == nil && !strings.HasSuffix(name, "/") {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment("comment"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// dump is a tree as text, in which only what it says counts: texts that follow each other are one, sorts of text are the same.
func dump(e *etree.Element) string { return dumpLines(e, false) }

// dumpLines takes comments for lines of text, if they are.
func dumpLines(e *etree.Element, lines bool) string {
	var b strings.Builder
	text := ""
	flush := func() {
		if text != "" {
			fmt.Fprintf(&b, "%q ", text)
		}
		text = ""
	}
	for _, t := range e.Child {
		if c, ok := t.(*etree.CharData); ok {
			text += c.Data
			continue
		}
		if c, ok := t.(*etree.Comment); ok && lines {
			text += c.Data + "\n"
			continue
		}
		flush()
		switch t := t.(type) {
		case *etree.Element:
			fmt.Fprintf(&b, "<%q", t.FullTag())
			for i := range t.Attr {
				fmt.Fprintf(&b, " %q=%q", t.Attr[i].FullKey(), t.Attr[i].Value)
			}
			b.WriteString("> " + dumpLines(t, lines) + "</> ")
		case *etree.Comment:
			fmt.Fprintf(&b, "#%q ", t.Data)
		case *etree.ProcInst:
			fmt.Fprintf(&b, "?%q %q ", t.Target, t.Inst)
		}
	}
	flush()
	return b.String()
}

// lossless reads the bytes, writes them, and reads them again as what was found; false when they are refused.
func lossless(t *testing.T, data []byte) (*container.Document, bool) {
	t.Helper()
	d, problem := container.Read("f", data)
	if problem != nil {
		if problem.ID == "" || problem.Message == "" || problem.File == "" || problem.Severity != diag.Error {
			t.Fatalf("%#v", problem)
		}
		return nil, false
	}
	if problems := d.Format.Check(); len(problems) > 0 {
		t.Fatalf("what was found is no format: %v\n%q", problems, data)
	}
	for range 2 {
		out, problem := d.Bytes()
		if problem != nil || !bytes.Equal(out, data) {
			t.Fatalf("%v\nread    %q\nwritten %q", problem, data, out)
		}
		before := dump(&d.Tree.Element)
		if d, problem = container.ReadAs(d.Format, "f", data); problem != nil {
			t.Fatalf("not read as what it is: %v\n%q", problem, data)
		}
		if now := dump(&d.Tree.Element); now != before {
			t.Fatalf("read as what it is it says\n%s\nnot\n%s", now, before)
		}
	}
	return d, true
}

// TestLossless: every syntax in every encoding comes back byte for byte, and is told for what it is.
func TestLossless(t *testing.T) {
	for name, text := range texts {
		for encoding, encode := range encodings {
			d, ok := lossless(t, encode(t, text))
			if !ok {
				t.Errorf("%s in %s is refused", name, encoding)
				continue
			}
			format := throughYAML(t, d.Format)
			if !reflect.DeepEqual(format, d.Format) {
				t.Errorf("%s in %s: through YAML it is %+v, not %+v", name, encoding, format, d.Format)
			}
			if len(format.Entries) > 0 {
				format = format.Entries[0].Format
			}
			want := strings.Fields(name)[0]
			if delimiter := map[string]string{"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "one": ","}[want]; delimiter != "" {
				if want = "delimited"; format.Delimited.Delimiter != delimiter {
					t.Errorf("%s in %s is delimited by %q", name, encoding, format.Delimited.Delimiter)
				}
			}
			if format.Format != want {
				t.Errorf("%s in %s is %s", name, encoding, format.Format)
			}
		}
	}
}

// throughYAML writes a format as a dialect has it and reads it.
func throughYAML(t *testing.T, f container.Format) (back container.Format) {
	t.Helper()
	data, err := yaml.Dump(f)
	if err == nil {
		err = yaml.Load(data, &back, yaml.WithKnownFields())
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}

// TestTrees: what the syntaxes say.
func TestTrees(t *testing.T) {
	tests := map[string]string{
		texts["json lines"]: `<"parts"> <"json" "type"="object"> <"a" "type"="number"> "1" </> </> <"json" "type"="object"> <"a" "type"="number"> "2" </> </> ` +
			`<"json" "type"="array"> <"item"> "3" </> </> </> `,
		"{\"a\":[true,null,{}],\"a\":\"x\\n\"}": `<"json" "type"="object"> <"a" "type"="array"> <"item" "type"="boolean"> "true" </> <"item" "type"="null"> </> ` +
			`<"item" "type"="object"> </> </> <"a"> "x\n" </> </> `,
		texts["ini"]: `<"ini"> #"; c" <"before"> "1" </> "\n" <"A" "type"="section"> <"Name"> "x" </> <"Name"> "y=z" </> <"empty"> </> </> #"# d" ` +
			`<"B" "type"="section"> <"Name1"> " x " </> <"Name2"> "q" </> </> </> `,
		texts["ini nested"]: `<"ini"> "*** Export ***\n" <"Rules" "type"="section"> <"Rule" "type"="section"> <"Name"> "a \"b\"" </> <"Word" "type"="bare"> </> ` +
			`<"v"> </> </> </> </> `,
		texts["comma"]: `<"records"> <"record"> <"Name"> "a\"b\nc" </> <"Group"> "2" </> <"Regex"> "x" </> </> "\n" <"record"> <"Name"> "d" </> <"Group"> </> ` +
			`<"Regex"> </> </> </> `,
		texts["semicolon"]: `<"records"> <"record"> <"a"> "c" </> <"b"> "1" </> </> </> `,
		texts["bar"]:       `<"records"> <"record"> <"f1"> "a" </> <"f2"> "1" </> <"f3"> "x" </> </> <"record"> <"f1"> "b" </> <"f2"> "2" </> <"f3"> "y=1,2" </> </> </> `,
		texts["reg"]: `<"reg"> "Windows Registry Editor Version 5.00\n\n" <"K\\E" "type"="section"> "\n" <"01" "type"="section"> <"@"> "d" </> ` +
			`<"a \"b\\"> "x \\ \"y\"\nz" </> <"n" "type"="dword"> "31" </> <"h" "type"="hex(7)"> "61,00,\\\n  00,00" </> "\n" ` +
			`<"R\\0" "type"="section"> <"e"> </> "; c\n\"bad\"=-\n" <"f" "type"="hex"> </> </> </> </> "\n[-K\\Old]\n" <"K" "type"="section"> </> "\n" </> `,
		texts["bar types"]: `<"records"> <"record"> <"f1"> "HDR" </> <"f2"> "ET" </> <"f3"> "7" </> </> <"record"> <"f1"> "A" </> <"f2"> "1" </> ` +
			`<"f3"> "x|y" </> <"f4"> "\\n" </> </> <"record"> <"f1"> "R" </> <"f2"> "1" </> </> <"record"> <"f1"> "R" </> <"f2"> "2" </> </> ` +
			`<"record"> <"f1"> "A" </> <"f2"> "2" </> <"f3"> </> <"f4"> "a\nb" </> </> <"record"> <"f1"> "TRL" </> <"f2"> "4" </> </> </> `,
		string(zipped(t, map[string]string{"a": "<x/>\n", "b/": "", "c.bin": "\x00\x01"})): `<"zip"> <"entry" "name"="a"> <"x"> </> "\n" </> ` +
			`<"entry" "name"="b/" "type"="binary"> </> <"entry" "name"="c.bin" "type"="binary"> "AAE=" </> </> `,
	}
	for text, want := range tests {
		d, problem := container.Read("f", []byte(text))
		if problem != nil {
			t.Error(problem)
			continue
		}
		if got := dump(&d.Tree.Element); got != want {
			t.Errorf("%q says\n%s\nwant\n%s", text, got, want)
		}
	}
}

// TestStyle: the style that is found is what new values are written in.
func TestStyle(t *testing.T) {
	add := func(e *etree.Element, tag, text string) {
		x := &etree.Element{Tag: tag}
		x.AddChild(etree.NewText(text))
		e.AddChild(x)
	}
	tests := []struct{ text, tag, want string }{
		{"<a>\r\n<b/></a>", "x", "<a>\r\n<b/><x>né\"\r\n/</x></a>"},
		{"<a><b />&gt;&quot;</a>", "x", "<a><b />&gt;&quot;<x>né&quot;\n/</x></a>"},
		{"{\n\t\"a\" : \"\\u00E9\\/\"\n}\n", "x", "{\n\t\"a\" : \"\\u00E9\\/\",\n\t\"x\" : \"n\\u00E9\\\"\\n\\/\"\n}\n"},
		{`{"a":1, "b":2}`, "x", `{"a":1, "b":2, "x":"né\"\n/"}`},
		{`{ }`, "x", `{"x":"né\"\n/"}`},
		{"[\r\n  [1],\r\n  [2]\r\n]", "item", "[\r\n  [1],\r\n  [2],\r\n  \"né\\\"\\n/\"\r\n]"},
	}
	for _, test := range tests {
		d, problem := container.Read("f", []byte(test.text))
		if problem != nil {
			t.Error(problem)
			continue
		}
		add(d.Tree.Root(), test.tag, "né\"\n/")
		out, problem := d.Bytes()
		if problem != nil || string(out) != test.want {
			t.Errorf("%v\n%q, want\n%q", problem, out, test.want)
		}
	}
	lines := []struct{ text, want string }{
		{"[A]\r\na = \"1\"", "[A]\r\na = \"1\"\r\nx = \"n\"\"é\"\r\n"},
		{"[A]\n\ta=1\n[End]\n", "[A]\n\ta=1\n\tx=n\"é\n[End]\n"},
	}
	for _, test := range lines {
		d, problem := container.Read("f", []byte(test.text))
		if problem != nil {
			t.Error(problem)
			continue
		}
		add(d.Tree.Root().ChildElements()[0], "x", "n\"é")
		out, problem := d.Bytes()
		if problem != nil || string(out) != test.want {
			t.Errorf("%v\n%q, want\n%q", problem, out, test.want)
		}
	}
}

// TestChange: what does not change keeps its spelling when other values change.
func TestChange(t *testing.T) {
	const old, now = "old value", "new\tvalue"
	tests := []struct{ text, want string }{
		{"<a  b='1' ><c >old value</c ><d\n/>&#65;</a >\r\n", "<a  b='1' ><c >new\tvalue</c ><d\n/>&#65;</a >\r\n"},
		{"{ \"k\\u0041\" :\n [ 1.0, \"old value\" , \"\\u0041\"], \"z\":null }", "{ \"k\\u0041\" :\n [ 1.0, \"new\\tvalue\" , \"\\u0041\"], \"z\":null }"},
		{"[A]\n k  =  old value\nx=y\n", "[A]\n k  =  new\tvalue\nx=y\n"},
		{"\"a\",1,\"old value\"\r\n\"b\",\"2\",\"\"\r\n", "\"a\",1,\"new\tvalue\"\r\n\"b\",\"2\",\"\"\r\n"},
	}
	for _, test := range tests {
		d, problem := container.Read("f", []byte(test.text))
		if problem != nil {
			t.Error(problem)
			continue
		}
		count := 0
		eachText(&d.Tree.Element, func(c *etree.CharData) {
			if strings.TrimSpace(c.Data) == old {
				c.Data = strings.Replace(c.Data, old, now, 1)
				count++
			}
		})
		out, problem := d.Bytes()
		if problem != nil || string(out) != test.want || count != 1 {
			t.Errorf("%v %d\n%q, want\n%q", problem, count, out, test.want)
		}
	}
}

func eachText(e *etree.Element, yield func(*etree.CharData)) {
	for _, t := range e.Child {
		switch t := t.(type) {
		case *etree.Element:
			eachText(t, yield)
		case *etree.CharData:
			yield(t)
		}
	}
}

// TestZipChange: of a changed archive the other entries keep their bytes, dates and comments; a new entry is written the same twice.
func TestZipChange(t *testing.T) {
	inner := zipped(t, map[string]string{"a": "{\"k\": 1}"})
	data := zipped(t, map[string]string{"a": "<x>1</x>", "c.bin": "\x00", "d.zip": string(inner)})
	change := func() []byte {
		d, problem := container.Read("f.zip", data)
		if problem != nil {
			t.Fatal(problem)
		}
		entries := d.Tree.Root().ChildElements()
		if place := d.Place(entries[0].ChildElements()[0]).Span(-1, -1); place.String() != "f.zip!a:1:1" {
			t.Error(place)
		}
		if place := d.Place(entries[2].FindElement("zip/entry/json/k")).Span(-1, -1); place.String() != "f.zip!d.zip!a:1:3" {
			t.Error(place)
		}
		entries[2].FindElement("zip/entry/json/k").SetText("2")
		e := &etree.Element{Tag: "entry", Attr: []etree.Attr{{Key: "name", Value: "new"}, {Key: "type", Value: "binary"}}}
		e.AddChild(etree.NewText("AQID"))
		d.Tree.Root().AddChild(e)
		out, problem := d.Bytes()
		if problem != nil {
			t.Fatal(problem)
		}
		return out
	}
	out := change()
	if !bytes.Equal(out, change()) {
		t.Error("written twice it differs")
	}
	before, _ := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	after, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
	if err != nil || len(after.File) != 4 {
		t.Fatal(err, after)
	}
	for i, f := range before.File[:2] {
		if now := after.File[i]; now.Name != f.Name || now.Comment != f.Comment || !now.Modified.Equal(f.Modified) ||
			now.CompressedSize64 != f.CompressedSize64 || !bytes.Equal(now.Extra, f.Extra) {
			t.Error(now.FileHeader, f.FileHeader)
		}
	}
	d, ok := lossless(t, out)
	if !ok || d.Tree.Root().FindElement("entry/zip/entry/json/k").Text() != "2" {
		t.Error(dump(&d.Tree.Element))
	}
}

// TestWindows1252: a file that is no UTF-8 is Windows-1252, with the five bytes it leaves open.
func TestWindows1252(t *testing.T) {
	var all []byte
	for c := 0x20; c < 0x100; c++ {
		if c != '<' && c != '&' {
			all = append(all, byte(c))
		}
	}
	d, ok := lossless(t, append(append([]byte("<a>"), all...), "</a>"...))
	if !ok || d.Format.Charset != "windows-1252" || !strings.Contains(d.Tree.Root().Text(), "\u20ac\u0081\u201a") {
		t.Fatal(d)
	}
	d.Tree.Root().SetText("€\u0081é")
	if out, problem := d.Bytes(); problem != nil || string(out) != "<a>\x80\x81\xe9</a>" {
		t.Errorf("%v %q", problem, out)
	}
	d.Tree.Root().SetText("→")
	if out, problem := d.Bytes(); problem != nil || string(out) != "<a>&#x2192;</a>" {
		t.Errorf("%v %q", problem, out)
	}
	d.Tree.Root().Tag = "→"
	if _, problem := d.Bytes(); problem == nil || problem.ID != "character-not-in-charset" {
		t.Error(problem)
	}
	text, err := charmap.Windows1252.NewEncoder().String("<?xml version='1.0' encoding='Windows-1252'?><a>é</a>")
	if err != nil {
		t.Fatal(err)
	}
	if d, ok := lossless(t, []byte(text)); !ok || d.Tree.Root().Text() != "é" {
		t.Error(ok)
	}
}

// TestFindings: what is not read is said by id and place.
func TestFindings(t *testing.T) {
	bomb := func(levels int) string {
		data := gzipped(t, bytes.Repeat([]byte("<"), container.MaxFileSize+1))
		for range levels {
			data = zipped(t, map[string]string{"d.zip": string(data)})
		}
		return string(data)
	}
	flagged := zipped(t, map[string]string{"a": "<x/>"})
	for _, signature := range []string{"PK\x03\x04", "PK\x01\x02"} { // sets the flag of encryption in both headers
		i := bytes.Index(flagged, []byte(signature))
		flagged[i+map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[signature]] |= 1
	}
	nested := "<a/>"
	for range container.MaxNesting + 1 {
		nested = string(zipped(t, map[string]string{"d.zip": nested}))
	}
	many := func() string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for range container.MaxEntries + 1 {
			if _, err := w.Create("x"); err != nil {
				t.Fatal(err)
			}
		}
		_ = w.Close()
		return b.String()
	}
	tests := map[string]struct{ data, want string }{
		"empty":             {"", "f:1:1 empty-file"},
		"prose":             {"Dear reader, this is a letter.\nYours", "f not-a-container"},
		"OLE":               {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "f not-a-container"},
		"CAB":               {"MSCF\x00\x00\x00\x00", "f not-a-container"},
		"Jet":               {"\x00\x01\x00\x00Standard Jet DB\x00", "f not-a-container"},
		"SQLite":            {"SQLite format 3\x00", "f not-a-container"},
		"program":           {"MZ\x90\x00\x03", "f not-a-container"},
		"random":            {"\x8f\x01\x13\x9c\x00\x77", "f not-a-container"},
		"UTF-32":            {"\xff\xfe\x00\x00<\x00\x00\x00", "f not-a-container"},
		"gzip in gzip":      {string(gzipped(t, gzipped(t, []byte("<a/>")))), "f not-a-container"},
		"gzip cut":          {string(gzipped(t, []byte("<a/>"))[:20]), "f:1:1 malformed-gzip"},
		"zip cut":           {string(zipped(t, map[string]string{"a": "<a/>"})[:40]), "f:1:1 malformed-zip"},
		"zip encrypted":     {string(flagged), "f not-a-container"},
		"gzip bomb":         {bomb(0), "f file-too-large"},
		"zip bomb":          {bomb(2), "f!d.zip!d.zip file-too-large"},
		"zip nested":        {nested, "f!d.zip!d.zip!d.zip:1:1 too-deep"},
		"zip of many":       {many(), "f:1:1 too-many-entries"},
		"half a character":  {"\xff\xfea\x00b", "f:1:2 invalid-utf16"},
		"half a pair":       {"\xff\xfea\x00\x00\xd8", "f:1:2 invalid-utf16"},
		"unknown charset":   {"<?xml version='1.0' encoding='koi8-r'?><a/>", "f:1:1 wrong-charset"},
		"JSON ends early":   {"{\"a\": [1,\n2", "f:2:2 malformed-json"},
		"JSON then text":    {"{} x", "f:1:4 malformed-json"},
		"JSON too deep":     {strings.Repeat("[", 65), "f:1:65 too-deep"},
		"INI too deep":      {strings.Repeat("[A]\nk=v\n", 65) + "[End]\n", "f:129:1 too-deep"},
		"JSON, many nodes":  {"[" + strings.Repeat("0,", container.MaxNodes/2) + "0]", "f:1:500000 too-many-nodes"},
		"INI, many nodes":   {strings.Repeat("k=v\n", container.MaxNodes/2), "f:250000:3 too-many-nodes"},
		"CSV, many nodes":   {strings.Repeat("1,2\n", container.MaxNodes/4), "f:100000:3 too-many-nodes"},
		"CSV, many columns": {strings.Repeat("1,", 1_000) + "\n", "f not-a-container"},
	}
	for name, test := range tests {
		_, problem := container.Read("f", []byte(test.data))
		if problem == nil {
			t.Errorf("%s is read", name)
		} else if got := problem.Span.String() + " " + problem.ID; got != test.want {
			t.Errorf("%s: %s (%s), want %s", name, got, problem.Message, test.want)
		}
	}
}

// TestReadAs: a file that is not as the dialect says is refused.
func TestReadAs(t *testing.T) {
	tests := []struct {
		format container.Format
		data   string
		want   string
	}{
		{container.Format{Format: "xml", Charset: "utf-16le"}, "<a/>", "f:1:1 wrong-charset"},
		{container.Format{Format: "xml", Charset: "windows-1252"}, "\ufeff<a/>", "f:1:1 wrong-charset"},
		{container.Format{Format: "xml", Wrap: "gzip"}, "<a/>", "f:1:1 wrong-container"},
		{container.Format{Format: "xml"}, string(gzipped(t, []byte("<a/>"))), "f:1:1 wrong-container"},
		{container.Format{Format: "json"}, "<a/>", "f:1:1 malformed-json"},
		{container.Format{Format: "json"}, "{}\n{}", "f:2:1 malformed-json"},
		{container.Format{Format: "ini", Parts: true}, "a=1", " not-in-container"},
		{container.Format{Format: "delimited"}, "a\nb", "f:1:1 malformed-delimited"},
		{container.Format{Format: "delimited", Delimited: container.Delimited{Delimiter: ","}}, "\"a\"b,c\n", "f:1:1 malformed-delimited"},
		{container.Format{Format: "delimited", Delimited: container.Delimited{Delimiter: "|", Columns: 2, Backslash: true}}, "a|\\x", "f:1:1 malformed-delimited"},
		{container.Format{Format: "reg"}, "[a]\n", "f:1:1 malformed-reg"},
		{container.Format{Format: "zip", Entries: []container.Entry{{Name: "a", Format: container.Format{Format: "xml"}}}},
			string(zipped(t, map[string]string{"a": "{}"})), "f!a:1:1 malformed-xml"},
	}
	for _, test := range tests {
		_, problem := container.ReadAs(test.format, "f", []byte(test.data))
		if problem == nil {
			t.Errorf("%q is read", test.data)
		} else if got := problem.Span.String() + " " + problem.ID; got != test.want {
			t.Errorf("%q: %s (%s), want %s", test.data, got, problem.Message, test.want)
		}
	}
}

// TestRefused: what a container cannot hold is refused when it is written.
func TestRefused(t *testing.T) {
	format := func(name string) container.Format {
		return container.Format{Format: name, Charset: "utf-8", LineEnds: "lf", Delimited: container.Delimited{Delimiter: ",", Columns: 2}}
	}
	element := func(tag string, children ...etree.Token) *etree.Element {
		e := &etree.Element{Tag: tag}
		for _, c := range children {
			e.AddChild(c)
		}
		return e
	}
	typed := func(e *etree.Element, sort string) *etree.Element {
		e.Attr = append(e.Attr, etree.Attr{Key: "type", Value: sort})
		return e
	}
	text := func(s string) etree.Token { return etree.NewText(s) }
	tests := map[string]struct {
		format string
		tree   *etree.Element
	}{
		"XML tag":                  {"xml", element("a b")},
		"XML character":            {"xml", element("a", text("\x00"))},
		"XML comment":              {"xml", element("a", etree.NewComment("--"))},
		"JSON number":              {"json", typed(element("json", text("1x")), "number")},
		"JSON number without text": {"json", typed(element("json"), "number")},
		"JSON null with text":      {"json", typed(element("json", text("1")), "null")},
		"JSON string with element": {"json", element("json", element("a"))},
		"JSON text in an object":   {"json", typed(element("json", text("x")), "object")},
		"JSON comment":             {"json", typed(element("json", etree.NewComment("x")), "object")},
		"JSON root":                {"json", typed(element("x"), "object")},
		"JSON item":                {"json", typed(element("json", element("x")), "array")},
		"INI line break":           {"ini", element("ini", element("k", text("a\nb")))},
		"INI key":                  {"ini", element("ini", element("a=b", text("c")))},
		"INI blank key":            {"ini", element("ini", element(" a", text("c")))},
		"INI comment for a key":    {"ini", element("ini", element(";a", text("c")))},
		"INI key after section":    {"ini", element("ini", typed(element("s"), "section"), element("k", text("v")))},
		"INI section in section":   {"ini", element("ini", typed(element("s", typed(element("t"), "section")), "section"))},
		"INI text that is a key":   {"ini", element("ini", text("a=b\n"))},
		"INI element in a key":     {"ini", element("ini", element("k", element("l")))},
		"columns out of order":     {"delimited", element("records", element("record", element("f2"), element("f1")))},
		"unknown column":           {"delimited", element("records", element("record", element("x")))},
		"no record":                {"delimited", element("records", element("line"))},
		"entry without format":     {"zip", element("zip", element("entry", element("a")))},
		"no entry":                 {"zip", element("zip", element("x"))},
	}
	for name, test := range tests {
		d := format(test.format).New()
		d.Tree.AddChild(test.tree)
		if out, problem := d.Bytes(); problem == nil {
			t.Errorf("%s is written: %q", name, out)
		} else if problem.ID != "not-in-container" || problem.Severity != diag.Error {
			t.Errorf("%s: %v", name, problem)
		}
	}
	for _, f := range []struct{ format, text, id string }{
		{"xml", "\x01", "character-not-in-xml"}, {"ini", "a\r", "line-break-in-value"}, {"delimited", "\x01", "control-character"}, {"json", "\x01", ""},
		{"json", "\xff", "invalid-utf8"}, {"xml", "ok", ""}, {"delimited", "a,\"\n", ""},
	} {
		id := ""
		if problem := format(f.format).Refuses(f.text); problem != nil {
			id = problem.ID
		}
		if id != f.id {
			t.Errorf("%s, %q: %q, want %q", f.format, f.text, id, f.id)
		}
	}
}

// TestReadText: a document in a value of another one is shown where it stands in the file.
func TestReadText(t *testing.T) {
	outer, problem := container.Read("f", []byte("<a>\n <b>&lt;c>&#10;&lt;d>é x&lt;/d>&lt;/c></b></a>"))
	if problem != nil {
		t.Fatal(problem)
	}
	text, at := outer.Text(outer.Tree.FindElement("a/b"))
	inner, problem := container.ReadText(container.Format{}, at, text)
	if problem != nil {
		t.Fatal(problem)
	}
	_, place := inner.Text(inner.Tree.FindElement("c/d"))
	if got := place.Span(3, 4); got != (diag.Span{File: "f", Line: 2, Column: 24, EndLine: 2, EndColumn: 25}) {
		t.Errorf("%+v", got)
	}
	if out, problem := inner.Bytes(); problem != nil || string(out) != text {
		t.Errorf("%v %q", problem, out)
	}
	inner.Tree.FindElement("c/d").SetText("y")
	if out, problem := inner.Bytes(); problem != nil || string(out) != "<c>\n<d>y</d></c>" {
		t.Errorf("%v %q", problem, out)
	}
	if _, problem := container.ReadText(container.Format{Format: "json"}, at, text); problem == nil || problem.Line != 2 || problem.Column < 5 {
		t.Error(problem)
	}
}

// TestHangingJSON: JSON whose layout depends on where brackets stand is written in that layout when all of it is new.
func TestHangingJSON(t *testing.T) {
	for name, text := range map[string]string{
		"from the bracket": "{\n    \"é\":  [\n              {\n                  \"long name\":  {\n                                    \"a\":  1\n" +
			"                                }\n              },\n              \"x\"\n          ],\n    \"none\":  [\n\n             ]\n}\n",
		"by depth": "{\n    \"é\":  [\n        {\n            \"a\":  1\n        }\n    ],\n    \"none\":  []\n}\n",
	} {
		doc, problem := container.Read("a.json", []byte(text))
		if problem != nil {
			t.Fatal(problem)
		}
		again := doc.Format.New()
		again.Tree.AddChild(doc.Tree.Root().Copy())
		data, problem := again.Bytes()
		if problem != nil {
			t.Fatal(problem)
		}
		if string(data) != text || doc.Format.JSON.Hanging != (name == "from the bracket") {
			t.Errorf("%s: %+v\n%s", name, doc.Format.JSON, data)
		}
	}
}
