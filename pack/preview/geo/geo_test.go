package geo

import "testing"

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

// TestTable: ranges ascend and do not overlap, and every country of the table has a place on the map, but for a few islands.
func TestTable(t *testing.T) {
	drawn := map[string]bool{}
	for _, c := range Map().Countries {
		drawn[c.Code] = true
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

func TestNewLocatorRefuses(t *testing.T) {
	if _, err := NewLocator("geo.go"); err == nil {
		t.Error("a file that is no database is taken")
	}
}
