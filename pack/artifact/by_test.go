package artifact_test

import (
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

const foldersOfXML = `<X xmlns:kp="urn:kpgen:template">
<G kp:by="categories[].group" N="{group}" C="{@count categories}"><I kp:each="categories" T="{name}" P="{@copy group}/{@copy name|c}!"/></G>
</X>`

// streets are categories of which those of one group do not stand together.
func streets() *pack.Pack {
	p := &pack.Pack{Files: pack.Files{Categories: "h.iscat"}}
	for _, name := range []string{"a of 1", "b of 2", "c of 1", "d of 3", "e of 2"} {
		p.Categories = append(p.Categories, pack.Category{Name: name, Group: name[5:]})
	}
	return p
}

func folders(t *testing.T, yaml, template string) *artifact.Dialect {
	t.Helper()
	d, err := artifact.LoadDialect(acme(t, yaml, map[string]string{"categories.xml": template}))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func names(p *pack.Pack) string {
	var all []string
	for _, c := range p.Categories {
		all = append(all, c.Name+"/"+c.Group)
	}
	return strings.Join(all, ", ")
}

// TestGroups: the items of a group stand in an element of the group's, whatever the container, and are read with its name.
func TestGroups(t *testing.T) {
	for name, c := range map[string]struct{ yaml, template, want string }{
		"xml": {facts, foldersOfXML, `<X>
<G N="1" C="2"><I T="a of 1" P="1/a of 1!"/><I T="c of 1" P="1/c of 1!"/></G>
<G N="2" C="2"><I T="b of 2" P="2/b of 2!"/><I T="e of 2" P="2/e of 2!"/></G>
<G N="3" C="1"><I T="d of 3" P="3/d of 3!"/></G>
</X>`},
		"their number": {facts, `<X xmlns:kp="urn:kpgen:template" N="{@count categories[].group}" I="{@count categories}"><kp:group kp:by="categories[].group" kp:between=";">` +
			`<G kp:tag="Of{n}">{group}</G><I kp:each="categories">{name}</I></kp:group></X>`,
			`<X N="3" I="5"><Of1>1</Of1><I>a of 1</I><I>c of 1</I>;<Of2>2</Of2><I>b of 2</I><I>e of 2</I>;<Of3>3</Of3><I>d of 3</I></X>`},
		"json": {strings.Replace(facts, "xml", "json", 1), `<json xmlns:kp="urn:kpgen:template" type="array"><item kp:by="categories[].group" type="object">` +
			`<n type="number">{@n}</n><group>{group}</group><items type="array"><item kp:each="categories" type="object"><name>{name}</name></item></items></item></json>`,
			`[{"n":1,"group":"1","items":[{"name":"a of 1"},{"name":"c of 1"}]},{"n":2,"group":"2","items":[{"name":"b of 2"},{"name":"e of 2"}]},` +
				`{"n":3,"group":"3","items":[{"name":"d of 3"}]}]`},
		"sections": {strings.Replace(facts, "format: xml", "format: ini, ini: {separator: \"=\"}", 1), `<ini xmlns:kp="urn:kpgen:template"><kp:group kp:by="categories[].group"><Group type="section"><Name>{group}</Name></Group>` +
			`<Item type="section" kp:each="categories"><Name>{name}</Name></Item></kp:group></ini>`,
			"[Group]Name=1[Item]Name=a of 1[Item]Name=c of 1[Group]Name=2[Item]Name=b of 2[Item]Name=e of 2[Group]Name=3[Item]Name=d of 3"},
	} {
		d := folders(t, c.yaml, c.template)
		data, err := artifact.EncodeKind(streets(), d, artifact.Categories)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := strings.ReplaceAll(string(data), "\n", ""); got != strings.ReplaceAll(c.want, "\n", "") {
			t.Errorf("%s: %s", name, data)
		}
		b, err := artifact.Decode([]artifact.File{{Name: "h.iscat", Data: data}}, d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := names(b.Pack); got != "a of 1/1, c of 1/1, b of 2/2, e of 2/2, d of 3/3" {
			t.Errorf("%s: %s", name, got)
		}
		given, err := artifact.EncodeKind(streets(), d.AsGiven(), artifact.Categories)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := artifact.Decode([]artifact.File{{Name: "h.iscat", Data: given}}, d); err != nil || names(b.Pack) != names(streets()) {
			t.Errorf("%s: %v %s", name, err, given)
		}
	}
}

// TestGroupsChanged: a file that was read keeps what is no item's, and items that move to another group go there.
func TestGroupsChanged(t *testing.T) {
	d := folders(t, facts, foldersOfXML)
	file := `<X><!-- mine --><G N="none" C="0"/>
<G N="1" C="2" Own="x"><I T="a"/><I T="c"/></G>
<G N="2" C="1"><I T="b"/></G>
<G N="1" C="1"><I T="d"/></G>
</X>`
	b, err := artifact.Decode([]artifact.File{{Name: "h.iscat", Data: []byte(file)}}, d)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(b.Pack); got != "a/1, c/1, b/2, d/1" || len(b.Unknown) != 2 {
		t.Errorf("%s %v", got, b.Unknown)
	}
	for path, want := range map[string]int{"categories[1].group": 2, "categories[2].name": 3, "categories[3].group": 4} {
		if at := b.Locate(path, -1, -1); at.Line != want {
			t.Errorf("%s: %v", path, at)
		}
	}
	same := func(want string) {
		t.Helper()
		files, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got := string(files[0].Data); got != want {
			t.Errorf("%s", got)
		}
	}
	same(file)
	b.Pack.Categories[1].Group = "2"
	same(strings.NewReplacer(`"1" C="2" Own="x"><I T="a"/><I T="c"/>`, `"1" C="1" Own="x"><I T="a"/>`,
		`"2" C="1"><I T="b"/>`, `"2" C="2"><I T="c" P="2/c!"/><I T="b"/>`).Replace(file))
}

// TestGroupFindings: what a template may not say of groups, and a file that has two elements for one.
func TestGroupFindings(t *testing.T) {
	for _, inside := range []string{
		`<G kp:by="categories[].rules"/>`,
		`<G kp:by="categories"/>`,
		`<G kp:by="categories[].group" kp:each="categories"/>`,
		`<G kp:by="categories[].group" N="{name}"><I kp:each="categories"/></G>`,
		`<G kp:by="categories[].group" N="{group}"><I kp:each="categories">{group}</I></G>`,
		`<I kp:each="categories"><G kp:by="rules[].title"/></I>`,
		`<I kp:each="categories" P="{group}/{@copy name}"/>`,
		`<I kp:each="categories" P="{@copy group}/{name}"/>`,
	} {
		_, err := artifact.LoadDialect(acme(t, facts, map[string]string{"categories.xml": "<X xmlns:kp='urn:kpgen:template'>\n" + inside + "</X>"}))
		if found := findings(t, err); !strings.Contains(found[0], "categories.xml:2:") || !strings.HasSuffix(found[0], " bad-template") {
			t.Errorf("%s: %v", inside, found)
		}
	}
	_, err := artifact.Decode([]artifact.File{{Name: "h.iscat", Data: []byte("<X><G N='1'><I T='a'/></G>\n<G N='1'><I T='b'/></G></X>")}}, folders(t, facts, foldersOfXML))
	same(t, findings(t, err), "h.iscat:2:1 group-again")
}
