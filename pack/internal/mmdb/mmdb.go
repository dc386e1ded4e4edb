// Package mmdb writes databases of addresses for tests.
package mmdb

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// Write writes a database in MaxMind's format, of networks and the records they have, into a folder of the test's. Its name is its
// kind, its date 14 November 2023.
func Write(tb testing.TB, kind string, version int, networks map[string]mmdbtype.DataType) string {
	tb.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, IPVersion: version, BuildEpoch: 1_700_000_000})
	if err != nil {
		tb.Fatal(err)
	}
	for text, record := range networks {
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			tb.Fatal(err)
		}
		if err := tree.Insert(network, record); err != nil {
			tb.Fatal(err)
		}
	}
	name := filepath.Join(tb.TempDir(), kind+".mmdb")
	f, err := os.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if _, err := tree.WriteTo(f); err != nil {
		tb.Fatal(err)
	}
	return name
}

// Country is a record as MaxMind's databases have it.
func Country(code string) mmdbtype.DataType {
	return mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}, "continent": mmdbtype.Map{"code": mmdbtype.String("EU")}}
}
