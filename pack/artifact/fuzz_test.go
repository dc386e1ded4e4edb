package artifact_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kpgen/kpgen/pack/artifact"
)

// FuzzDecode: whatever the bytes, reading them ends, every finding has an id, and what was read is written back as it was.
func FuzzDecode(f *testing.F) {
	paths, err := filepath.Glob(golden + "/*.*")
	if err != nil || len(paths) == 0 {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(path), data)
	}
	f.Add("c.iscat", []byte("<Categories><Category a='&#x26;'><Name><![CDATA[ ]]>&#13;\r\n</Name><X/>y<!-- z --></Category></Categories>"))
	f.Add("a.isalt", []byte("<Alerts><Alert><Email><To/><To> </To></Email></Alert></Alerts>\n<?end?>"))
	f.Add("k.etko", []byte(`<KnowledgeObjects><KnowledgeObject><Properties><Property Name='"'/></Properties></KnowledgeObject></KnowledgeObjects>`))
	f.Add("manifest.json", []byte(`{"format":1,"dialect":{"name":"reference"},"pack":{"title":"\ud83d\ude00\ud83d\u0000"}}`))
	d := reference(f)
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		bundle, err := artifact.Decode([]artifact.File{{Name: name, Data: data}}, d)
		if err != nil {
			findings(t, err)
			return
		}
		bundle.Locate("alerts[0].rules[0].match.regex", 0, 1)
		files, err := bundle.Encode()
		if err != nil {
			findings(t, err) // a name that no file can have
			return
		}
		if diff := cmp.Diff(string(data), string(files[0].Data)); diff != "" && len(files) == 2 {
			t.Fatal(diff)
		}
		back, err := artifact.Decode(files, d)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(bundle.Pack, back.Pack, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}
