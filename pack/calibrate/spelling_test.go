package calibrate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// doors is a pack whose texts hold what XML has more than one spelling for; salt makes all of them others.
func doors(salt int) *pack.Pack {
	p := &pack.Pack{}
	for i, text := range []string{`it's "so"`, "two\nlines", "a\ttab & more", "x > y < z", "größe – 5 €", `a\b \\\\c`, ""} {
		n := fmt.Sprint(salt, "-", i)
		a := pack.Alert{Name: "Alert " + n, Group: "House " + n, Description: strings.TrimSpace(text + " " + n)}
		if text == "" {
			a.Description = ""
		}
		for j, more := range []string{"one's", `"two"`, "th\nree", "f>our", "fünf&"}[:1+(i+salt)%5] {
			a.Rules = append(a.Rules, pack.Rule{Title: fmt.Sprint(more, n, j), EventSource: "source " + n + fmt.Sprint(j), User: strings.Repeat("user "+n, j%2)})
		}
		p.Alerts = append(p.Alerts, a)
	}
	return p
}

// learnAndRead learns from the one file, and reads the other pack's; both have to be built anew byte by byte but for what is generated.
func learnAndRead(t *testing.T, taught []calibrate.Sample, other calibrate.Sample) *calibrate.Result {
	t.Helper()
	r, err := calibrate.Learn("acme", taught)
	if err != nil {
		t.Fatalf("learn: %v", err)
	}
	for _, k := range r.Kinds {
		for _, p := range k.Proofs {
			if !p.Exact {
				t.Errorf("proof: %s\n%s", faultsOf(p), r.Files[1].Data)
			}
		}
		for _, s := range k.Unexplained() {
			t.Errorf("not explained: %+v", s)
		}
	}
	for _, a := range r.Asks() {
		if !slices.Contains([]calibrate.Question{calibrate.ValuesUnseen, calibrate.OtherWord, calibrate.CharactersUnseen}, a.ID) {
			t.Errorf("ask: %+v", a)
		}
	}
	bundle, err := artifact.Decode([]artifact.File{other.File}, r.Dialect)
	if err != nil {
		t.Fatalf("decode: %v\n%s", err, r.Files[1].Data)
	}
	if len(bundle.Unknown) > 0 {
		t.Errorf("unknown: %v", bundle.Unknown)
	}
	for _, d := range bundle.Warnings {
		if d.ID != "assumed-spelling" { // of characters no text of the probe has
			t.Error(d)
		}
	}
	got := *bundle.Pack
	got.Files = pack.Files{}
	if diff := cmp.Diff(other.Pack, &got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("decoded: %s\n%s", diff, r.Files[1].Data)
	}
	if proof, err := calibrate.Check(other.File, r.Dialect); err != nil || !proof.Exact {
		t.Errorf("again: %v %s\n%s", err, faultsOf(proof), r.Files[0].Data)
	}
	return r
}

// spelling is how an invented console writes XML.
type spelling struct {
	text, attribute *strings.Replacer
	quote           string
	empty           string // "/>", " />" or "></%s>"
	cdata           string // "", all, needed, empty
	nest            string // of indent
	prolog, epilog  string
	root            string // tag and attributes of the root element
	head            string // inside the root element, before the items
	attributes      bool   // the description stands in one
	prefix          string
}

func escapes(pairs ...string) *strings.Replacer {
	return strings.NewReplacer(append([]string{"&", "&amp;", "<", "&lt;"}, pairs...)...)
}

func (s spelling) write(p *pack.Pack) string {
	var b strings.Builder
	line := func(depth int) {
		if s.nest != "" {
			b.WriteString("\n" + strings.Repeat(s.nest, depth))
		}
	}
	leaf := func(depth int, tag, text string) {
		tag = s.prefix + tag
		line(depth)
		b.WriteString("<" + tag)
		cdata := s.cdata == "all" && text != "" || s.cdata == "empty" || s.cdata == "needed" && strings.ContainsAny(text, "&<>")
		switch {
		case cdata:
			b.WriteString("><![CDATA[" + text + "]]></" + tag + ">")
		case text == "":
			b.WriteString(strings.ReplaceAll(s.empty, "%s", tag))
		default:
			b.WriteString(">" + s.text.Replace(text) + "</" + tag + ">")
		}
	}
	attribute := func(name, text string) {
		b.WriteString(" " + name + "=" + s.quote + s.attribute.Replace(text) + s.quote)
	}
	b.WriteString(s.prolog + "<" + s.prefix + "Export" + s.root + ">" + s.head)
	for _, a := range p.Alerts {
		line(1)
		b.WriteString("<" + s.prefix + "Alert")
		attribute("Name", a.Name)
		if s.attributes {
			attribute("Notes", a.Description)
		}
		b.WriteString(">")
		leaf(2, "Folder", a.Group)
		if !s.attributes {
			leaf(2, "Notes", a.Description)
		}
		for _, r := range a.Rules {
			line(2)
			b.WriteString("<" + s.prefix + "Rule")
			attribute("Title", r.Title)
			b.WriteString(">")
			leaf(3, "Source", r.EventSource)
			leaf(3, "User", r.User)
			line(2)
			b.WriteString("</" + s.prefix + "Rule>")
		}
		line(1)
		b.WriteString("</" + s.prefix + "Alert>")
	}
	line(0)
	b.WriteString("</" + s.prefix + "Export>" + s.epilog)
	return b.String()
}

func (s spelling) sample(p *pack.Pack) calibrate.Sample {
	return calibrate.Sample{Pack: p, File: artifact.File{Name: "a.isalt", Data: []byte(s.write(p))}}
}

const msdata = ` xmlns:msdata="urn:schemas-microsoft-com:xml-msdata"`

var schema = `<xs:schema id="Export" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema"` + msdata + `><xs:element name="Export" msdata:IsDataSet="true" msdata:UseCurrentLocale="true"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="Alert"><xs:complexType><xs:sequence><xs:element name="Folder" type="xs:string" minOccurs="0"/><xs:element name="Notes" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element><xs:element name="Rule"><xs:complexType><xs:sequence><xs:element name="Source" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:choice></xs:complexType><xs:unique name="Constraint1" msdata:PrimaryKey="true"><xs:selector xpath=".//Alert"/><xs:field xpath="Alert_Id"/><xs:field xpath="Alert_Id"/></xs:unique><xs:unique name="Constraint2"><xs:selector xpath=".//Rule"/><xs:field xpath="Rule_Id"/></xs:unique></xs:element></xs:schema>`

// TestSpellings: each way to write the same XML is learned, and written to the byte.
func TestSpellings(t *testing.T) {
	plain := spelling{text: escapes(">", "&gt;"), attribute: escapes(">", "&gt;", `"`, "&quot;", "\n", "&#xA;", "\t", "&#x9;"), quote: `"`, empty: "/>",
		nest: "  ", prolog: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", epilog: "\n"}
	for name, change := range map[string]func(*spelling){
		"plain":              func(s *spelling) {},
		"decimal references": func(s *spelling) { s.attribute = escapes(">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;") },
		"padded references":  func(s *spelling) { s.attribute = escapes(">", "&gt;", `"`, "&quot;", "\n", "&#x0A;", "\t", "&#x09;") },
		"lower references":   func(s *spelling) { s.attribute = escapes(">", "&gt;", `"`, "&quot;", "\n", "&#xa;", "\t", "&#x9;") },
		"line feeds in texts": func(s *spelling) {
			s.text, s.attribute = escapes(">", "&gt;", "\n", "&#10;"), escapes(">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;")
		},
		"numbered quotes": func(s *spelling) {
			s.text = escapes(">", "&gt;", "'", "&#39;", `"`, "&#34;")
			s.attribute = escapes(">", "&gt;", "'", "&#39;", `"`, "&#34;", "\n", "&#10;", "\t", "&#9;")
		},
		"named quotes": func(s *spelling) {
			s.text = escapes(">", "&gt;", "'", "&apos;", `"`, "&quot;")
			s.attribute = escapes(">", "&gt;", "'", "&apos;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;")
		},
		"ASCII": func(s *spelling) {
			s.text = escapes(">", "&gt;", "ö", "&#246;", "ü", "&#252;", "ß", "&#223;", "–", "&#8211;", "€", "&#8364;")
			s.attribute = escapes(">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;", "ü", "&#252;", "ß", "&#223;", "ö", "&#246;")
		},
		"ASCII hex": func(s *spelling) {
			s.text = escapes(">", "&gt;", "ö", "&#xF6;", "ü", "&#xFC;", "ß", "&#xDF;", "–", "&#x2013;", "€", "&#x20AC;")
			s.attribute = escapes(">", "&gt;", `"`, "&quot;", "\n", "&#xA;", "\t", "&#x9;", "ü", "&#xFC;", "ß", "&#xDF;", "–", "&#x2013;", "€", "&#x20AC;", "ö", "&#xF6;")
		},
		"single quotes": func(s *spelling) {
			s.quote, s.attribute = "'", escapes(">", "&gt;", "'", "&apos;", "\n", "&#xA;", "\t", "&#x9;")
		},
		"single quotes, numbered": func(s *spelling) {
			s.quote, s.attribute = "'", escapes(">", "&gt;", "'", "&#39;", "\n", "&#10;", "\t", "&#9;")
		},
		"bare >": func(s *spelling) {
			s.text, s.attribute = escapes(), escapes(`"`, "&quot;", "\n", "&#10;", "\t", "&#9;")
		},
		"pairs":         func(s *spelling) { s.empty = "></%s>" },
		"blank and end": func(s *spelling) { s.empty = " />" },
		"CDATA":         func(s *spelling) { s.cdata = "all" },
		"CDATA, empty":  func(s *spelling) { s.cdata = "empty" },
		"CDATA needed":  func(s *spelling) { s.cdata = "needed" },
		"standalone": func(s *spelling) {
			s.prolog = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n\n"
			s.epilog = ""
		},
		"no declaration": func(s *spelling) { s.prolog, s.epilog = "", "" },
		"document type":  func(s *spelling) { s.prolog += "<!DOCTYPE Export SYSTEM \"export.dtd\">\n" },
		"public type": func(s *spelling) {
			s.prolog += "<!DOCTYPE Export PUBLIC '-//Example//DTD Export 1.0//EN' 'http://example.com/export.dtd' >\n\n"
		},
		"comments": func(s *spelling) {
			s.prolog += "<!-- Export -->\n<!-- of 2026 -->\n"
			s.head = "\n  <!-- all alerts -->"
			s.epilog = "\n<!-- end -->\n"
		},
		"instructions": func(s *spelling) {
			s.prolog += "<?xml-stylesheet type=\"text/xsl\" href=\"a.xsl\"?>\n"
			s.head = "\n  <?mso-application progid=\"E\"?>"
		},
		"one line": func(s *spelling) { s.nest, s.prolog, s.epilog = "", "<?xml version=\"1.0\"?>", "" },
		"tabs":     func(s *spelling) { s.nest = "\t" },
		"a prefix": func(s *spelling) { s.prefix, s.root = "et:", ` xmlns:et="urn:example:et" xmlns="urn:example:other"` },
		"a namespace": func(s *spelling) {
			s.root = ` xmlns="urn:example:et" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:example:et a.xsd"`
		},
		"xml:space":        func(s *spelling) { s.root = ` xml:space="preserve" xml:lang="en"` },
		"an inline schema": func(s *spelling) { s.head = schema },
		"attributes":       func(s *spelling) { s.attributes = true },
		"attributes, decimal": func(s *spelling) {
			s.attributes, s.attribute = true, escapes(">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := plain
			change(&s)
			learnAndRead(t, []calibrate.Sample{s.sample(doors(1))}, s.sample(doors(2)))
		})
	}
}
