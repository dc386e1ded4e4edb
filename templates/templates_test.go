package templates_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/templates"
)

// TestProperties: every attested property is named once, has a known type, and says where it is attested.
func TestProperties(t *testing.T) {
	numbers := []string{"event_category", "event_datetime_utc", "event_id", "total_bytes_in", "total_bytes_out", "total_packets_in", "total_packets_count"}
	seen := map[string]bool{}
	for _, p := range templates.Properties() {
		if seen[p.Name] || p.Name == "" || p.Where == "" || p.Description == "" {
			t.Errorf("%+v", p)
		}
		seen[p.Name] = true
		if !slices.Contains([]string{"guide", "vendor"}, p.Source) || !slices.Contains(pack.PropertyTypes(), p.Type) {
			t.Errorf("%+v", p)
		}
		if (p.Type == pack.Number) != slices.Contains(numbers, p.Name) {
			t.Errorf("%s is a %s", p.Name, p.Type)
		}
	}
	if len(seen) != 26 {
		t.Errorf("%d properties", len(seen))
	}
}

func TestDialect(t *testing.T) {
	folder, ok := templates.Dialect("reference")
	if !ok {
		t.Fatal("there is no reference dialect")
	}
	if names, err := fs.Glob(folder, "*"); err != nil || len(names) != 6 {
		t.Error(names, err)
	}
	for _, name := range []string{"", ".", "..", "none", "../templates", "/reference", "reference/dialect.yaml"} {
		if _, ok := templates.Dialect(name); ok {
			t.Errorf("%q is a dialect", name)
		}
	}
}
