package geo

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/internal/mmdb"
)

func TestLocate(t *testing.T) {
	l, err := NewLocator("")
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]Place{
		"8.8.8.8":              {Country: "US"},
		"193.0.6.139":          {Country: "NL"},
		"2001:4860:4860::8888": {Country: "US"},
		"::ffff:8.8.8.8":       {Country: "US"},
		"10.1.2.3":             {Other: "Private address"},
		"fd00::1":              {Other: "Private address"},
		"192.0.2.7":            {Other: "Documentation address"},
		"2001:db8::1":          {Other: "Documentation address"},
		"127.0.0.1":            {Other: "Loopback address"},
		"255.255.255.255":      {Other: "Reserved address"},
		"no address":           {Other: "No address"},
		"":                     {Other: "No address"},
	} {
		if got := l.Locate(address); got != want {
			t.Errorf("%s: %+v, want %+v", address, got, want)
		}
	}
}

// outline is what an SVG path of rings looks like, each a point and others relative to the one before.
var outline = regexp.MustCompile(`^(M-?\d+[ -]\d+l(-?\d+[ -]\d+[ -]?)+z)*$`)

// TestTable: ranges ascend and do not overlap, and every country of the table has a place on the map, but for a few islands.
func TestTable(t *testing.T) {
	drawn := map[string]bool{}
	for _, c := range Map().Countries {
		drawn[c.Code] = true
		if !outline.MatchString(c.Path) {
			t.Errorf("%s is drawn as %.60s", c.Code, c.Path)
		}
	}
	for _, p := range Map().Points {
		drawn[p.Code] = true
		if p.X < 0 || p.X > Width || p.Y < 0 || p.Y > Height {
			t.Errorf("%s at %d, %d", p.Code, p.X, p.Y)
		}
	}
	missing := map[string]bool{}
	for family, list := range table() {
		if len(list) < 10_000 {
			t.Errorf("family %d has %d ranges", family, len(list))
		}
		for i, r := range list {
			if r.To < r.From || i > 0 && list[i-1].To >= r.From {
				t.Fatalf("family %d, range %d: %+v", family, i, r)
			}
			if !drawn[r.Country] {
				missing[r.Country] = true
			}
		}
	}
	if len(missing) > 15 {
		t.Errorf("not on the map: %v", missing)
	}
	if Name("CH") != "Switzerland" || Name("??") != "??" {
		t.Error(Name("CH"), Name("??"))
	}
}

// TestDatabase: countries come from the owner's database, of both families, and special ranges stay what they are.
func TestDatabase(t *testing.T) {
	for _, tt := range []struct {
		kind    string
		version int
		record  func(code string) mmdbtype.DataType
		six     Place // of an address of IPv6
	}{
		{"Owner-Country", 6, mmdb.Country, Place{Country: "AT"}},
		{"Four-Country", 4, mmdb.Country, Place{Other: "Unknown"}},
		{"Bare-Code", 6, func(c string) mmdbtype.DataType { return mmdbtype.Map{"country_code": mmdbtype.String(c)} }, Place{Country: "AT"}},
		{"Bare-Country", 6, func(c string) mmdbtype.DataType { return mmdbtype.Map{"country": mmdbtype.String(c)} }, Place{Country: "AT"}},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			networks := map[string]mmdbtype.DataType{"8.8.8.0/24": tt.record("CH"), "9.0.0.0/8": mmdbtype.Map{}}
			if tt.version == 6 {
				networks["2a00:1450::/32"] = tt.record("AT")
			}
			l, err := NewLocator(mmdb.Write(t, tt.kind, tt.version, networks))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			for address, want := range map[string]Place{
				"8.8.8.8":        {Country: "CH"}, // which the built-in table has in another one
				"::ffff:8.8.8.8": {Country: "CH"},
				"2a00:1450::1":   tt.six,
				"9.9.9.9":        {Other: "Unknown"},
				"193.0.6.139":    {Other: "Unknown"}, // which the built-in table knows
				"10.1.2.3":       {Other: "Private address"},
				"fd00::1":        {Other: "Private address"},
				"192.0.2.7":      {Other: "Documentation address"},
			} {
				if got := l.Locate(address); got != want {
					t.Errorf("%s: %+v, want %+v", address, got, want)
				}
			}
			if l.Failed() != nil || l.Source != tt.kind+".mmdb ("+tt.kind+", 2023-11-14)" {
				t.Error(l.Failed(), l.Source)
			}
		})
	}
}

// TestNewLocatorRefuses: what is no database of countries is refused with a diagnostic that names the file.
func TestNewLocatorRefuses(t *testing.T) {
	whole, err := os.ReadFile(mmdb.Write(t, "Owner-Country", 6, map[string]mmdbtype.DataType{"8.8.8.0/24": mmdb.Country("CH")}))
	if err != nil {
		t.Fatal(err)
	}
	written := func(data []byte) string {
		name := filepath.Join(t.TempDir(), "broken.mmdb")
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	damaged := bytes.Clone(whole)
	at := bytes.Index(damaged, []byte("country"))
	for i := range 12 {
		damaged[at-2+i] = 0xff
	}
	for name, want := range map[string]string{
		"geo.go":                      "geoip-unreadable",
		"missing.mmdb":                "geoip-unreadable",
		written(nil):                  "geoip-unreadable",
		written(whole[:len(whole)/2]): "geoip-unreadable",
		written(damaged):              "geoip-unreadable",
		mmdb.Write(t, "Owner-ASN", 6, map[string]mmdbtype.DataType{"8.8.8.0/24": mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(64500)}}): "geoip-without-countries",
	} {
		_, err := NewLocator(name)
		list, _ := err.(diag.List)
		if len(list) != 1 || list[0].ID != want || list[0].File != name || list[0].Help == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDamage: a database whose damage shows only at some address does not fail, and the damage is told.
func TestDamage(t *testing.T) {
	name := mmdb.Write(t, "Owner-Country", 6, map[string]mmdbtype.DataType{"8.8.8.0/24": mmdb.Country("CH"), "9.9.9.0/24": mmdbtype.Map{
		"country": mmdbtype.Map{"iso_code": mmdbtype.String("US"), "note": mmdbtype.String("here")}, "continent": mmdbtype.Map{}}})
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("US"))
	data[at-1] = 0x5f // the text now is longer than the file
	data[at], data[at+1] = 0xff, 0xff
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := NewLocator(name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got := l.Locate("8.8.8.8"); got.Country != "CH" || l.Failed() != nil {
		t.Error(got, l.Failed())
	}
	if got := l.Locate("9.9.9.9"); got.Other != "Unknown" || l.Failed() == nil {
		t.Error(got, l.Failed())
	}
}
