// Package geo tells the country of an address and how to draw it. The data stand beside the code: the outlines are Natural Earth's
// (public domain), the table of addresses is IPtoASN's (PDDL 1.0), which says where the network that announces an address is
// registered; that is often, not always, where its user is.
package geo

import (
	"bytes"
	_ "embed" // the data
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/oschwald/maxminddb-golang/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/kpgen/kpgen/pack/diag"
)

// Width and Height of the map's drawing, from 180° west to 180° east and 84° north to 58° south, and Beyond, what of Asia reaches
// over its right edge.
const (
	Width  = 2000
	Height = 875
	Beyond = 50
)

// World is the drawing of the countries.
type World struct {
	Source    string    `json:"source"`
	Countries []Outline `json:"countries"`
	Points    []Point   `json:"points"` // countries too small for an outline
}

// Outline is a country's SVG path; Code is its ISO 3166 code, "" when it has none.
type Outline struct {
	Code string `json:"code"`
	Path string `json:"path"`
}

// Point is the place of a country too small for an outline.
type Point struct {
	Code string `json:"code"`
	X    int    `json:"x"`
	Y    int    `json:"y"`
}

//go:embed world.json
var worldJSON []byte

// Map gives the drawing of the world.
var Map = sync.OnceValue(func() *World {
	w := &World{}
	if err := json.Unmarshal(worldJSON, w); err != nil {
		panic(err) // a file of ours
	}
	return w
})

// Name gives a country's English name, the code itself when it is not known.
func Name(code string) string {
	r, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.English.Regions().Name(r)
}

// Place is where an address is: a country, or why it has none.
type Place struct {
	Country string // ISO 3166 code
	Other   string // private, documentation, …; set when Country is not
}

// Name of the place.
func (p Place) Name() string {
	if p.Country == "" {
		return p.Other
	}
	return Name(p.Country)
}

// special are the ranges no country has: RFC 1918, 4193, 5737, 3849, 9637, 6598, 2544, 3927, 4291, 5771 and 1122.
var special = []struct{ prefix, what string }{
	{"10.0.0.0/8", "Private address"}, {"172.16.0.0/12", "Private address"}, {"192.168.0.0/16", "Private address"},
	{"fc00::/7", "Private address"}, {"100.64.0.0/10", "Shared address"}, {"192.0.2.0/24", "Documentation address"},
	{"198.51.100.0/24", "Documentation address"}, {"203.0.113.0/24", "Documentation address"},
	{"233.252.0.0/24", "Documentation address"}, {"2001:db8::/32", "Documentation address"},
	{"3fff::/20", "Documentation address"}, {"127.0.0.0/8", "Loopback address"}, {"::1/128", "Loopback address"},
	{"169.254.0.0/16", "Link-local address"}, {"fe80::/10", "Link-local address"}, {"198.18.0.0/15", "Benchmark address"},
	{"224.0.0.0/4", "Multicast address"}, {"ff00::/8", "Multicast address"}, {"0.0.0.0/8", "Reserved address"},
	{"240.0.0.0/4", "Reserved address"},
}

type specialRange struct {
	netip.Prefix
	what string
}

var specialRanges = sync.OnceValue(func() []specialRange {
	all := make([]specialRange, len(special))
	for i, s := range special {
		all[i] = specialRange{netip.MustParsePrefix(s.prefix), s.what}
	}
	return all
})

// Locator tells the place of addresses. It is safe for concurrent use.
type Locator struct {
	Source string // what it knows them from
	db     *maxminddb.Reader
	failed atomic.Pointer[error] // the first look-up that the database could not answer
}

// TableSource says what the built-in table is.
const TableSource = "IPtoASN, 17 June 2026, PDDL 1.0: the country a network is registered in"

// NewLocator gives a locator that uses the built-in table, or a database in MaxMind's format when file is not empty. Its error is a
// diag.List: geoip-unreadable, geoip-without-countries.
func NewLocator(file string) (*Locator, error) {
	if file == "" {
		return &Locator{Source: TableSource}, nil
	}
	refuse := func(id, format string, args ...any) error {
		return diag.List{{ID: id, Severity: diag.Error, Span: diag.Span{File: file}, Message: fmt.Sprintf(format, args...),
			Help: "give a database of countries in MaxMind's format (.mmdb), or none for the built-in table"}}
	}
	db, err := maxminddb.Open(file)
	if err != nil {
		return nil, refuse("geoip-unreadable", "no database of addresses can be read from it: %v", err)
	}
	found, err := hasCountries(db)
	switch {
	case err != nil:
		err = refuse("geoip-unreadable", "the database is damaged: %v", err)
	case !found:
		err = refuse("geoip-without-countries", "the database, of the type %s, tells no countries", db.Metadata.DatabaseType)
	default:
		return &Locator{db: db, Source: fmt.Sprintf("%s (%s, %s)", filepath.Base(file), db.Metadata.DatabaseType,
			db.Metadata.BuildTime().UTC().Format(time.DateOnly))}, nil
	}
	db.Close()
	return nil, err
}

// sampled is how many networks of a database are looked at for a country: its first ones may have none.
const sampled = 10_000

// hasCountries reports whether one of the first networks has a country.
func hasCountries(db *maxminddb.Reader) (bool, error) {
	n := 0
	for r := range db.Networks() {
		code, err := country(r)
		if err != nil || code != "" {
			return code != "", err
		}
		if n++; n == sampled {
			break
		}
	}
	return false, nil
}

// paths are where databases keep the code of a country: MaxMind's and those made like them, IPinfo's, and older ones of that.
var paths = [][]any{{"country", "iso_code"}, {"country_code"}, {"country"}}

// country reads the code of a country, "" when there is none. An error means that the database is damaged.
func country(r maxminddb.Result) (string, error) {
	var damage maxminddb.InvalidDatabaseError
	for _, path := range paths {
		var code string
		if err := r.DecodePath(&code, path...); errors.As(err, &damage) {
			return "", err
		}
		if code != "" {
			return code, nil
		}
	}
	return "", r.Err()
}

// Locate gives the place of an address.
func (l *Locator) Locate(address string) Place {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return Place{Other: "No address"}
	}
	ip = ip.Unmap().WithZone("")
	for _, s := range specialRanges() {
		if s.Contains(ip) {
			return Place{Other: s.what}
		}
	}
	code := ""
	switch {
	case l.db == nil:
		code = table().country(ip)
	case ip.Is4() || l.db.Metadata.IPVersion == 6:
		if code, err = country(l.db.Lookup(ip)); err != nil {
			l.failed.CompareAndSwap(nil, &err)
		}
	}
	if code == "" {
		return Place{Other: "Unknown"}
	}
	return Place{Country: code}
}

// Failed gives why the database did not answer for some address, nil if it always did.
func (l *Locator) Failed() error {
	if err := l.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// Close closes the database.
func (l *Locator) Close() error {
	if l.db == nil {
		return nil
	}
	return l.db.Close()
}

// Range is addresses of one country, From to To, the first 64 bits of them for IPv6.
type Range struct {
	From, To uint64
	Country  string
}

type ranges [2][]Range

//go:embed countries.zst
var countriesZst []byte

var table = sync.OnceValue(func() ranges {
	t, err := decode(countriesZst)
	if err != nil {
		panic(err) // a file of ours
	}
	return t
})

func decode(packed []byte) (ranges, error) {
	var t ranges
	z, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		return t, err
	}
	defer z.Close()
	data, err := io.ReadAll(z)
	if err != nil {
		return t, err
	}
	r := bytes.NewReader(data)
	for family := range t {
		n, err := binary.ReadUvarint(r)
		if err != nil {
			return t, err
		}
		t[family] = slices.Grow(t[family], int(min(n, 1<<20)))
		at := uint64(0) // where the range before ended
		for range n {
			var code [2]byte
			if _, err := io.ReadFull(r, code[:]); err != nil {
				return t, err
			}
			gap, err := binary.ReadUvarint(r)
			if err != nil {
				return t, err
			}
			size, err := binary.ReadUvarint(r)
			if err != nil {
				return t, err
			}
			from := at + gap
			at = from + size
			t[family] = append(t[family], Range{from, at - 1, intern(code)})
		}
	}
	return t, nil
}

var codes = map[[2]byte]string{}

// intern gives one string for each code; only decode calls it, once.
func intern(code [2]byte) string {
	if codes[code] == "" {
		codes[code] = string(code[:])
	}
	return codes[code]
}

func (t ranges) country(ip netip.Addr) string {
	family, at := 1, uint64(0)
	if ip.Is4() {
		family, at = 0, uint64(binary.BigEndian.Uint32(ip.AsSlice()))
	} else {
		at = binary.BigEndian.Uint64(ip.AsSlice())
	}
	list := t[family]
	i := sort.Search(len(list), func(i int) bool { return list[i].To >= at })
	if i == len(list) || list[i].From > at {
		return ""
	}
	return list[i].Country
}
