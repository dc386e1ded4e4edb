package change

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// Bounds of looking for renamed items: characteristics kept of one, and how many items may have one for it to count. They keep the
// search in proportion to the packs' size.
const (
	maxTraits = 512
	maxShared = 64
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
				out = append(out, hash(hash(fnvOffset, at), text[i:min(i+traitLength, len(text))]))
			}
		}
	}
	walk(v, "")
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxTraits)]
}

// fnvOffset and fnvPrime are FNV-1a's for 64 bits. A library's hash costs an allocation for every five bytes here.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hash(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// rarity gives each characteristic its weight: the rarer among the items of a list, the heavier. What all rules of a pack begin with
// makes no two of them alike.
func rarity(lists ...[][]uint64) map[uint64]float64 {
	most := map[uint64]int{}
	for _, list := range lists {
		count := map[uint64]int{}
		for _, t := range list {
			for _, h := range t {
				count[h]++
				most[h] = max(most[h], count[h])
			}
		}
	}
	weights := map[uint64]float64{}
	for h, n := range most {
		if n <= maxShared {
			weights[h] = 1 / float64(n*n)
		}
	}
	return weights
}

// weigh adds up the weights of characteristics.
func weigh(traits []uint64, weights map[uint64]float64) float64 {
	sum := 0.0
	for _, h := range traits {
		sum += weights[h]
	}
	return sum
}

// likeness is a pair of items left over, by index.
type likeness struct {
	old, new int
	alike    float64
}

// mostAlike pairs what is left over of two lists, the most alike first, down to a least likeness: twice the weight of what two have in
// common over that of both.
func mostAlike(old, now []reflect.Value, oldLeft, newLeft []int, least float64) []likeness {
	if len(oldLeft) == 0 || len(newLeft) == 0 {
		return nil
	}
	a, b := allTraits(old), allTraits(now)
	weights := rarity(a, b)
	have := map[uint64][]int{} // the old items that have a characteristic
	whole := make([]float64, len(old))
	for _, i := range oldLeft {
		whole[i] = weigh(a[i], weights)
		for _, h := range a[i] {
			if weights[h] > 0 {
				have[h] = append(have[h], i)
			}
		}
	}
	var pairs []likeness
	for _, j := range newLeft {
		common := map[int]float64{}
		for _, h := range b[j] {
			for _, i := range have[h] {
				common[i] += weights[h]
			}
		}
		own := weigh(b[j], weights)
		for i, w := range common {
			if x := 2 * w / (whole[i] + own); x >= least {
				pairs = append(pairs, likeness{i, j, x})
			}
		}
	}
	slices.SortFunc(pairs, func(x, y likeness) int {
		return cmp.Or(cmp.Compare(y.alike, x.alike), cmp.Compare(x.old, y.old), cmp.Compare(x.new, y.new))
	})
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
