package artifact_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// TestContainers: the same templates drive files that are no XML, in both directions, and keep what they do not know.
func TestContainers(t *testing.T) {
	const head = "name: acme\nstatement: tried on nothing\ncontainer: "
	tests := map[string]struct {
		facts, template, want string
		from, to              string // a vendor's line added to the file
		changed               []string
	}{
		"json": {
			facts: "{format: json, charset: utf-16le, byte_order_mark: true, line_ends: crlf, json: {indent: '  ', colon: ': ', escapes: '<'}}\n",
			template: `<json xmlns:kp="urn:kpgen:template" type="object">
  <version type="number">3</version> <!-- the template's own -->
  <alerts type="array">
    <item kp:each="alerts" type="object">
      <name>{name}</name>
      <x kp:tag="threat level" kp:always="true">{threat_level}</x>
      <active kp:always="true" type="boolean">{active}</active>
      <systems type="array"><item kp:each="systems">{.}</item></systems>
      <rules type="array"><item kp:each="rules" type="object"><regex>{match.regex}</regex></item></rules>
    </item>
  </alerts>
</json>`,
			want: `{
  "version": 3,
  "alerts": [
    {
      "name": "Door \u003c1>",
      "threat level": "high",
      "active": true,
      "systems": [
        "A",
        "B"
      ],
      "rules": [
        {
          "regex": "result=\\d+"
        }
      ]
    },
    {
      "name": "Other",
      "threat level": "",
      "active": false
    }
  ]
}`,
			from: "  \"version\": 3,\n", to: "  \"version\": 3, \"guid\":[ 1.50 ],\n",
			changed: []string{`"Other"`, `"Renamed"`, `"active": true`, `"active": false`, `"active": false`, `"active": true`},
		},
		"ini": {
			facts: "{format: ini, charset: windows-1252, line_ends: crlf, ini: {separator: ' = '}}\n",
			template: `<ini xmlns:kp="urn:kpgen:template"><![CDATA[*** Alerts ***
; exported
]]>
  <Version>3</Version><![CDATA[
]]><x kp:tag="Alert" kp:each="alerts" type="section">
    <Name>{name}</Name>
    <x kp:tag="Threat level" kp:always="true">{threat_level}</x>
    <Active kp:always="true">{active}</Active>
    <System kp:each="systems">{.}</System>
    <Regex kp:each="rules">{match.regex}</Regex>
  </x>
</ini>`,
			want: `*** Alerts ***
; exported
Version = 3

[Alert]
Name = Door <1>
Threat level = high
Active = true
System = A
System = B
Regex = result=\d+

[Alert]
Name = Other
Threat level = 
Active = false
`,
			from: "Version = 3\n", to: "Version = 3\n#x\nGuid=  7\n",
			changed: []string{"Name = Other", "Name = Renamed", "Active = true", "Active = false", "Active = false", "Active = true"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d, err := artifact.LoadDialect(acme(t, head+test.facts, map[string]string{"alerts.xml": test.template}))
			if err != nil {
				t.Fatal(err)
			}
			p := &pack.Pack{Files: pack.Files{Alerts: "a.isalt"}, Alerts: []pack.Alert{
				{Name: "Door <1>", ThreatLevel: pack.High, Active: true, Systems: []string{"A", "B"}, Rules: []pack.Rule{{Match: pack.Pattern{Regex: `result=\d+`}}}},
				{Name: "Other"}}}
			files, err := artifact.Encode(p, d)
			if err != nil {
				t.Fatal(err)
			}
			text := func(f artifact.File) string {
				s := strings.ReplaceAll(string(f.Data), "\x00", "")
				return strings.ReplaceAll(strings.TrimPrefix(s, "\xff\xfe"), "\r\n", "\n")
			}
			if diff := cmp.Diff(test.want, text(files[0])); diff != "" {
				t.Error(diff)
			}
			bundle, err := artifact.Decode(files, d)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, bundle.Pack); diff != "" {
				t.Error(diff)
			}
			regex := bundle.Locate("alerts[0].rules[0].match.regex", 0, 6)
			if got := strings.Split(test.want, "\n")[regex.Line-1][regex.Column-1 : regex.EndColumn-1]; got != "result" {
				t.Error(regex, got)
			}

			// A line of the vendor's stays when values around it change.
			vendor := strings.Replace(strings.ReplaceAll(test.want, "\n", "\r\n"), strings.ReplaceAll(test.from, "\n", "\r\n"), test.to, 1)
			data := []byte(vendor)
			if name == "json" {
				data = []byte("\xff\xfe" + strings.Join(strings.Split(vendor, ""), "\x00") + "\x00")
			}
			if bundle, err = artifact.Decode([]artifact.File{{Name: "a.isalt", Data: data}}, d); err != nil {
				t.Fatal(err)
			}
			bundle.Pack.Alerts[0].Active = false
			bundle.Pack.Alerts[1].Name, bundle.Pack.Alerts[1].Active = "Renamed", true
			again, err := bundle.Encode()
			if err != nil {
				t.Fatal(err)
			}
			want := strings.NewReplacer(append([]string{test.from, test.to}, test.changed...)...).Replace(test.want)
			if diff := cmp.Diff(want, text(again[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOtherTypesOfJSON: what stands as another type than the dialect's holds what has no place; that is refused where it stands, and a
// text where the dialect has nothing is told.
func TestOtherTypesOfJSON(t *testing.T) {
	d, err := artifact.LoadDialect(acme(t, "name: acme\nstatement: tried on nothing\ncontainer: {format: json, charset: utf-8, line_ends: lf}\n",
		map[string]string{"alerts.xml": `<json xmlns:kp="urn:kpgen:template" type="object"><rows type="array"><item kp:each="alerts" type="object">` +
			`<n>{name}</n><note type="null"/><rules type="array"><item kp:each="rules" type="object"><t>{title}</t></item></rules></item></rows></json>`}))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		`{"rows":[{"n":"x","note":null,"rules":null},{"n":"y","rules":[]}]}`: nil,
		`{"rows":{"n":"x"}}`:                        {"a.isalt:1:3 other-json-type"},
		`{"rows":[{"n":"x","rules":{"t":"lost"}}]}`: {"a.isalt:1:20 other-json-type"},
		`{"rows":[{"n":"x","rules":"lost"}]}`:       {"a.isalt:1:20 other-json-type"},
		`{"rows":[{"n":["x"]}]}`:                    {"a.isalt:1:12 other-json-type"},
	} {
		_, err := artifact.Decode([]artifact.File{{Name: "a.isalt", Data: []byte(text)}}, d)
		same(t, findings(t, err), want...)
	}
	b, err := artifact.Decode([]artifact.File{{Name: "a.isalt", Data: []byte(`{"rows":[{"n":"x","note":"lost"}]}`)}}, d)
	if err != nil {
		t.Fatal(err)
	}
	same(t, findings(t, b.Warnings), "a.isalt:1:27 constant-differs")
}
