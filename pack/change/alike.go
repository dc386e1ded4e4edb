package change

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
)

// Bounds of looking for renamed items: characteristics kept of one, pairs compared. Past them what is left over counts as removed
// and added.
const (
	maxTraits = 512
	maxPairs  = 1 << 20
)

// traitLength is the length of the pieces of text that are held against each other, in bytes.
const traitLength = 5

// traits are the hashes of the pieces of an item's content, sorted, each once. Of an item with more than maxTraits those with the
// smallest hashes stand for all: the same ones for the same content.
func traits(v reflect.Value) []uint64 {
	var out []uint64
	var walk func(v reflect.Value, at string)
	walk = func(v reflect.Value, at string) {
		switch v.Kind() {
		case reflect.Struct:
			for _, f := range fieldsOf(v.Type()) {
				walk(v.FieldByIndex(f.index), f.name)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), at)
			}
		default:
			if v.IsZero() {
				return
			}
			text := fmt.Sprint(v.Interface())
			for i := range max(1, len(text)-traitLength+1) {
				h := fnv.New64a()
				fmt.Fprintf(h, "%s\x00%s", at, text[i:min(i+traitLength, len(text))])
				out = append(out, h.Sum64())
			}
		}
	}
	walk(v, "")
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxTraits)]
}

// rarity gives each characteristic its weight: the rarer among the lists of items, the heavier. What all packs' rules begin with
// makes no two of them alike.
func rarity(lists ...[][]uint64) map[uint64]float64 {
	weights := map[uint64]float64{}
	for _, list := range lists {
		count := map[uint64]int{}
		for _, t := range list {
			for _, h := range t {
				count[h]++
			}
		}
		for h, n := range count {
			w := 1 / float64(n*n)
			if before, known := weights[h]; !known || w < before {
				weights[h] = w
			}
		}
	}
	return weights
}

// alike says how much of two contents is the same, from 0 to 1: twice the common weight over that of both.
func alike(a, b []uint64, weights map[uint64]float64) float64 {
	common, all := 0.0, 0.0
	for _, h := range a {
		all += weights[h]
	}
	for _, h := range b {
		all += weights[h]
		if _, both := slices.BinarySearch(a, h); both {
			common += 2 * weights[h]
		}
	}
	if all == 0 {
		return 0
	}
	return common / all
}

// likeness is a pair of items left over, by index.
type likeness struct {
	old, new int
	alike    float64
}

// mostAlike pairs what is left over of two lists, the most alike first, down to a least likeness.
func mostAlike(old, now []reflect.Value, oldLeft, newLeft []int, least float64) []likeness {
	if len(oldLeft)*len(newLeft) == 0 || len(oldLeft)*len(newLeft) > maxPairs {
		return nil
	}
	a, b := allTraits(old), allTraits(now)
	weights := rarity(a, b)
	var pairs []likeness
	for _, i := range oldLeft {
		for _, j := range newLeft {
			if x := alike(a[i], b[j], weights); x >= least {
				pairs = append(pairs, likeness{i, j, x})
			}
		}
	}
	slices.SortStableFunc(pairs, func(x, y likeness) int { return cmp.Compare(y.alike, x.alike) })
	usedOld, usedNew := map[int]bool{}, map[int]bool{}
	var out []likeness
	for _, p := range pairs {
		if !usedOld[p.old] && !usedNew[p.new] {
			usedOld[p.old], usedNew[p.new] = true, true
			out = append(out, p)
		}
	}
	return out
}

func allTraits(items []reflect.Value) [][]uint64 {
	out := make([][]uint64, len(items))
	for i, v := range items {
		out[i] = traits(v)
	}
	return out
}
