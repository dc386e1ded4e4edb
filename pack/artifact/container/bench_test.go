package container_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"github.com/kpgen/kpgen/pack/artifact/container"
)

// BenchmarkRead reads files of a few megabytes, BenchmarkWrite writes them as they were read, BenchmarkChange with one value changed,
// which includes reading them back. The rate is that of the bytes as they are unpacked.
func BenchmarkRead(b *testing.B) {
	for name, file := range large(b) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(file.size))
			for b.Loop() {
				read(b, file.data)
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) { benchmarkWrite(b, func(*container.Document) {}) }

func BenchmarkChange(b *testing.B) {
	benchmarkWrite(b, func(d *container.Document) {
		eachText(&d.Tree.Element, func(c *etree.CharData) {
			if c.Data == "Rule 1" {
				c.Data = "Changed"
			}
		})
	})
}

func benchmarkWrite(b *testing.B, prepare func(*container.Document)) {
	for name, file := range large(b) {
		b.Run(name, func(b *testing.B) {
			d := read(b, file.data)
			prepare(d)
			b.SetBytes(int64(file.size))
			for b.Loop() {
				if _, problem := d.Bytes(); problem != nil {
					b.Fatal(problem)
				}
			}
		})
	}
}

func read(b *testing.B, data []byte) *container.Document {
	b.Helper()
	d, problem := container.Read("f", data)
	if problem != nil {
		b.Fatal(problem)
	}
	return d
}

type sized struct {
	data []byte
	size int // unpacked
}

// large are files of 10,000 items in every syntax, and what stands around them.
func large(b *testing.B) map[string]sized {
	const regex = `(?<Time>\d{4}-\d\d-\d\d).*?result=(?<Result>[A-Za-z]+)\s+user="(?<User>[^"]*)"`
	item := func(form string, from, to string) string {
		var s strings.Builder
		text := strings.ReplaceAll(regex, from, to)
		for i := range 10_000 {
			s.WriteString(strings.NewReplacer("$i", fmt.Sprint(i), "$r", text).Replace(form))
		}
		return s.String()
	}
	xml := "<Rules>" + item("\n  <Rule Id=\"$i\">\n    <Name>Rule $i</Name>\n    <Regex><![CDATA[$r]]></Regex>\n    <Active>true</Active>\n  </Rule>", "", "") + "\n</Rules>\n"
	json := "[" + strings.TrimSuffix(item("\n  {\"id\": $i, \"name\": \"Rule $i\", \"regex\": \"$r\", \"active\": true},", `\`, `\\`), ",") + "\n]"
	files := map[string]sized{}
	for name, data := range map[string][]byte{
		"xml":       []byte(xml),
		"json":      []byte(strings.ReplaceAll(json, `user="(?<User>[^"]*)"`, `user=\"(?<User>[^\"]*)\"`)),
		"ini":       []byte(item("[Section $i]\nName=Rule $i\nRegex=$r\nActive=1\n\n", "", "")),
		"delimited": []byte("Id,Name,Regex,Active\n" + item("$i,Rule $i,\"$r\",1\n", `"`, `""`)),
		"utf-16":    encodings["utf-16be mark"](b, xml),
	} {
		files[name] = sized{data, len(data)}
	}
	files["gzip"] = sized{gzipped(b, []byte(xml)), len(xml)}
	files["zip"] = sized{zipped(b, map[string]string{"a": xml}), len(xml)}
	return files
}
