package dotnet

// For the benchmarks, which need rooms that import this one.
var (
	LogPatterns  = logPatterns
	ManyPatterns = manyPatterns
)

// Literals gives the literals a plan of the expressions looks for, in the form Folded gives a text.
func Literals(expressions []*Regexp) []string {
	var all clause
	for _, c := range newPlanner(expressions).clauses {
		all = append(all, c...)
	}
	return unique(all)
}

// Folded writes a text as literals are written.
func Folded(text string) string {
	var units []uint16
	for _, unit := range NewSubject(text).units {
		units = append(units, uint16(unit))
	}
	return string(appendLowered(nil, units))
}

// NewScan gives the pass over a text that tells which literals it has, and nothing else. It calls say with the index of each one
// found, as often as it is found or more often.
func NewScan(literals []string) func(text string, say func(literals []int32)) {
	var clauses []clause
	for _, literal := range literals {
		clauses = append(clauses, clause{literal})
	}
	s := newScanner(clauses)
	var folded []byte
	var events [lanes][]event
	return func(text string, say func(literals []int32)) {
		if folded = append(folded[:0], text...); !ascii(text) {
			folded = append(folded[:0], Folded(text)...)
		}
		s.scan(folded, &events)
		for _, part := range events {
			for _, ev := range part {
				say(s.says[int(ev.state)/s.width])
			}
		}
	}
}
