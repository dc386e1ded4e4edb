package dotnet

// For the benchmarks, which need rooms that import this one.
var (
	LogPatterns  = logPatterns
	ManyPatterns = manyPatterns
)

// Literals gives the literals a plan of the expressions looks for, in the form Folded gives a text.
func Literals(expressions []*Regexp) []string {
	var all clause
	for _, re := range expressions {
		if isSwift(re.tree) {
			for _, c := range clausesOf(re.tree.Root) {
				all = append(all, c...)
			}
		}
	}
	return unique(all)
}

// Folded writes a text as literals are written.
func Folded(text string) string { return lowered(NewSubject(text)) }

// NewScan gives the pass over a text that tells which literals it has, and nothing else. It calls say with the index of each one
// found, as often as it is found.
func NewScan(literals []string) func(text string, say func(literals []int32)) {
	var clauses []clause
	for _, literal := range literals {
		clauses = append(clauses, clause{literal})
	}
	return newScanner(clauses).scan
}
