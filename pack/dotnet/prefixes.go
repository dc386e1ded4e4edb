package dotnet

// Prefixes gives the byte offsets, ascending, at which the expression cut short is an expression of its own: the boundaries of
// its outermost concatenation. They say how far an expression got in a text it does not match.
func (re *Regexp) Prefixes() []int {
	var cuts []int
	depth, class := 0, false
	for i := 0; i < len(re.pattern); i++ {
		switch c := re.pattern[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if depth == 0 && !class && re.cutAfter(i) {
			cuts = append(cuts, i+1)
		}
	}
	return cuts
}

// cutAfter reports whether an atom with its quantifier may end with byte i.
func (re *Regexp) cutAfter(i int) bool {
	if i+1 >= len(re.pattern) {
		return false
	}
	switch re.pattern[i+1] {
	case '*', '+', '?', '{', '|':
		return false
	}
	return re.pattern[i] != '|' && re.pattern[i+1]&0xC0 != 0x80
}
