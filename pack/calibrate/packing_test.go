package calibrate_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

func zipped(files ...[2]string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, _ := z.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Deflate})
		_, _ = w.Write([]byte(f[1]))
	}
	_ = z.Close()
	return b.String()
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// plainStyle is a style of the form with nothing special.
func plainStyle(form string) style {
	return style{Form: form, Charset: "utf-8", Names: "words", Absent: "empty", Zero: "0", Truth: [2]string{"1", "0"}, Enum: "words", Unit: "seconds",
		Number: -1, Around: true, Indent: true}.possible()
}

// tryFiles learns from the probe's file of each kind as it is written, and reads that of another pack.
func tryFiles(t *testing.T, write func(p *pack.Pack, k artifact.Kind, salt uint64) string) {
	t.Helper()
	probe, other := style{Form: "numbered"}.enterable(spec(t, "../../templates/probe")), randomPack(4)
	for _, k := range artifact.Kinds() {
		sample := func(p *pack.Pack, salt uint64) calibrate.Sample {
			return calibrate.Sample{Pack: only(p, k), File: artifact.File{Name: "file" + k.Extension(), Data: []byte(write(p, k, salt))}}
		}
		learnAndRead(t, []calibrate.Sample{sample(probe, 1)}, sample(other, 2))
	}
}

// only is a pack with the items of one kind.
func only(p *pack.Pack, k artifact.Kind) *pack.Pack {
	switch k {
	case artifact.Categories:
		return &pack.Pack{Categories: p.Categories}
	case artifact.Alerts:
		return &pack.Pack{Alerts: p.Alerts}
	case artifact.KnowledgeObjects:
		return &pack.Pack{KnowledgeObjects: p.KnowledgeObjects}
	case artifact.Reports:
		return &pack.Pack{Reports: p.Reports}
	}
	return &pack.Pack{Dashlets: p.Dashlets}
}

// nameOf is the name or title of a kind's item.
func nameOf(p *pack.Pack, k artifact.Kind, i int) string {
	switch k {
	case artifact.Categories:
		return p.Categories[i].Name
	case artifact.Alerts:
		return p.Alerts[i].Name
	case artifact.KnowledgeObjects:
		return p.KnowledgeObjects[i].Name
	case artifact.Reports:
		return p.Reports[i].Title
	}
	return p.Dashlets[i].Title
}

// TestPacked: every container, packed by gzip and by zip, and by one in the other.
func TestPacked(t *testing.T) {
	for _, form := range []string{"elements", "json", "sections", "nested", "numbered", "records"} {
		for name, packed := range map[string]func(string) string{
			"gzip":        gzipped,
			"zip":         func(text string) string { return zipped([2]string{"content.dat", text}) },
			"zip in gzip": func(text string) string { return gzipped(zipped([2]string{"content.dat", text})) },
			"gzip in zip": func(text string) string { return zipped([2]string{"content.dat.gz", gzipped(text)}) },
			"zip beside": func(text string) string {
				return zipped([2]string{"readme.txt", "exported\nby hand"}, [2]string{"a/b/content.dat", text}, [2]string{"logo.png", "\x89PNG\r\n\x1a\n\x00\x01"})
			},
		} {
			t.Run(form+" "+name, func(t *testing.T) {
				st := plainStyle(form)
				tryFiles(t, func(p *pack.Pack, k artifact.Kind, salt uint64) string {
					return packed(string(st.write(p, k, salt).Data))
				})
			})
		}
	}
}

// TestEntries: one entry of an archive for each item, called by number or by name, in folders, beside a manifest.
func TestEntries(t *testing.T) {
	file := func(name string) string {
		return strings.NewReplacer("/", "-", ":", "-", "\\", "-", "\"", "-", "<", "-", ">", "-", "|", "-", "?", "-", "*", "-").Replace(name)
	}
	for name, test := range map[string]struct {
		form     string
		entry    func(n int, name string) string
		manifest func(names []string) [2]string
	}{
		"numbers in a folder": {"elements", func(n int, _ string) string { return fmt.Sprintf("Alerts/%d.xml", n) }, nil},
		"numbers from nought": {"json", func(n int, _ string) string { return fmt.Sprintf("item-%d.json", n-1) }, nil},
		"padded numbers":      {"attributes", func(n int, _ string) string { return fmt.Sprintf("%04d.xml", n) }, nil},
		"nested folders":      {"elements", func(n int, _ string) string { return fmt.Sprintf("export/2026/Items/%d/content.xml", n) }, nil},
		"names":               {"json", func(_ int, name string) string { return "alert_" + file(name) + ".json" }, nil},
		"names and a manifest": {"elements", func(_ int, name string) string { return file(name) + ".xml" }, func(names []string) [2]string {
			return [2]string{"manifest.json", fmt.Sprintf(`{"version": 2, "count": %d}`, len(names))}
		}},
		"numbers and a manifest": {"elements", func(n int, _ string) string { return fmt.Sprintf("items/%03d.xml", n) }, func(names []string) [2]string {
			return [2]string{"manifest.xml", fmt.Sprintf(`<manifest created="2026-01-02T03:04:05" count="%d"/>`, len(names))}
		}},
		"a manifest that lists them": {"elements", func(n int, _ string) string { return fmt.Sprintf("items/%d.xml", n) }, func(names []string) [2]string {
			text := fmt.Sprintf("<manifest count=\"%d\">\n", len(names))
			for i, name := range names {
				text += fmt.Sprintf("  <item file=\"items/%d.xml\" name=\"%s\"/>\n", i+1, html.EscapeString(name))
			}
			return [2]string{"index.xml", text + "</manifest>\n"}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			st := plainStyle(test.form)
			tryFiles(t, func(p *pack.Pack, k artifact.Kind, salt uint64) string {
				b := &builder{st: st, count: map[string]int{}}
				top := b.items(p, k)
				var files [][2]string
				var names []string
				for i := range top.things {
					names = append(names, nameOf(p, k, i))
					files = append(files, [2]string{test.entry(i+1, names[i]), st.text(nil, list{top.name, top.things[i : i+1]}, true)})
				}
				if test.manifest != nil {
					files = append([][2]string{test.manifest(names)}, files...)
				}
				return zipped(files...)
			})
		})
	}
}

// TestInside: a document in a text of another, in every way it may stand there.
func TestInside(t *testing.T) {
	encoded := func(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
	for name, wrap := range map[string]func(xml, json string) string{
		"XML in CDATA": func(xml, _ string) string { return "<Envelope>\n  <Body><![CDATA[" + xml + "]]></Body>\n</Envelope>" },
		"XML escaped in XML": func(xml, _ string) string {
			return "<Envelope><Body>" + escapes(">", "&gt;").Replace(xml) + "</Body></Envelope>"
		},
		"JSON in CDATA":  func(_, json string) string { return "<Envelope><Body><![CDATA[" + json + "]]></Body></Envelope>" },
		"JSON in JSON":   func(_, json string) string { q, _ := marshal(json); return `{"v":1,"payload":` + string(q) + "}\n" },
		"XML in JSON":    func(xml, _ string) string { q, _ := marshal(xml); return `{"v":1,"payload":` + string(q) + "}\n" },
		"Base64 in JSON": func(xml, _ string) string { return `{"v":1,"payload":"` + encoded([]byte(xml)) + "\"}\n" },
		"Base64 of UTF-16 in XML": func(xml, _ string) string {
			return "<E><B>" + encoded(style{Charset: "utf-16le", Mark: true}.encode(strings.Replace(xml, "utf-8", "utf-16", 1))) + "</B></E>"
		},
		"Base64 of gzip in XML": func(xml, _ string) string { return "<E><B>" + encoded([]byte(gzipped(xml))) + "</B></E>" },
		"Base64 of zip in XML": func(xml, _ string) string {
			return "<E><B>" + encoded([]byte(zipped([2]string{"a.xml", xml}))) + "</B></E>"
		},
		"declared as UTF-16 in CDATA": func(xml, _ string) string {
			return "<E><B><![CDATA[" + strings.Replace(xml, "utf-8", "utf-16", 1) + "]]></B></E>"
		},
		"declared as Windows-1252 in CDATA": func(xml, _ string) string {
			return "<E><B><![CDATA[" + strings.Replace(xml, "utf-8", "windows-1252", 1) + "]]></B></E>"
		},
	} {
		t.Run(name, func(t *testing.T) {
			xml, json := plainStyle("elements"), plainStyle("json")
			tryFiles(t, func(p *pack.Pack, k artifact.Kind, salt uint64) string {
				return wrap(string(xml.write(p, k, salt).Data), string(json.write(p, k, salt).Data))
			})
		})
	}
}
