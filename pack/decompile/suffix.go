package decompile

// repeat is a stretch of symbols that stands in several places and cannot be made longer at its end in all of them.
type repeat struct {
	length int
	lo, hi int // its places are where suffixes[lo:hi] begin
	skip   int // so many symbols after that
}

// suffixArray orders the suffixes of a text of symbols, by doubling the length compared and sorting by counting: time in proportion
// to n log n whatever the text.
func suffixArray(text []int32) []int32 {
	n := len(text)
	order, rank, next, other := make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)
	classes := int32(1)
	for i, s := range text {
		order[i], rank[i] = int32(i), s
		classes = max(classes, s+1)
	}
	count := make([]int32, max(int(classes), n)+1)
	sortBy := func(in, out []int32) {
		clear(count)
		for _, i := range in {
			count[rank[i]+1]++
		}
		for c := 1; c < len(count); c++ {
			count[c] += count[c-1]
		}
		for _, i := range in {
			out[count[rank[i]]] = i
			count[rank[i]]++
		}
	}
	identity := append([]int32{}, order...)
	sortBy(identity, order)
	at := func(i, step int) int32 {
		if i+step < n {
			return rank[i+step]
		}
		return -1
	}
	for step := 0; ; step = max(1, step*2) {
		if step > 0 {
			k := 0
			for i := n - step; i < n; i++ { // the shortest come first
				other[k] = int32(i)
				k++
			}
			for _, i := range order {
				if int(i) >= step {
					other[k] = i - int32(step)
					k++
				}
			}
			sortBy(other, order)
		}
		class := int32(0)
		for k, i := range order {
			if k > 0 {
				j := order[k-1]
				if rank[i] != rank[j] || step > 0 && at(int(i), step) != at(int(j), step) {
					class++
				}
			}
			next[i] = class
		}
		rank, next = next, rank
		if n == 0 || int(class) == n-1 {
			return order
		}
	}
}

// repeats lists every repeat of the text, given its suffixes in order.
func repeats(text, suffixes []int32) []repeat {
	type open struct{ length, lo int }
	var out []repeat
	var stack []open
	common := commonLengths(text, suffixes)
	for i := 1; i <= len(suffixes); i++ {
		length, lo := 0, i-1
		if i < len(suffixes) {
			length = int(common[i])
		}
		for len(stack) > 0 && stack[len(stack)-1].length > length {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			out = append(out, repeat{length: top.length, lo: top.lo, hi: i})
			lo = top.lo
		}
		if length > 0 && (len(stack) == 0 || stack[len(stack)-1].length < length) {
			stack = append(stack, open{length, lo})
		}
	}
	return out
}

// commonLengths gives how many symbols each suffix has in common with the one before it in order.
func commonLengths(text, suffixes []int32) []int32 {
	n := len(text)
	place, out := make([]int32, n), make([]int32, n)
	for k, i := range suffixes {
		place[i] = int32(k)
	}
	h := 0
	for i := range n {
		if place[i] == 0 {
			h = 0
			continue
		}
		j := int(suffixes[place[i]-1])
		for i+h < n && j+h < n && text[i+h] == text[j+h] {
			h++
		}
		out[place[i]] = int32(h)
		h = max(0, h-1)
	}
	return out
}
