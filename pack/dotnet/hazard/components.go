package hazard

// components gives for each state the number of the part of the graph in which every state reaches every other, over ways that stay
// within a scope; none for states that do not reach themselves.
func (g *graph) components(within int) []int {
	t := &tarjan{graph: g, scope: within, order: make([]int, len(g.states)), low: make([]int, len(g.states)), of: make([]int, len(g.states))}
	for i := range t.of {
		t.of[i] = none
	}
	for i := range g.states {
		if t.order[i] == 0 && g.within(g.states[i].scope, within) {
			t.visit(i)
		}
	}
	return t.of
}

// tarjan finds strongly connected components (R. Tarjan, 1972).
type tarjan struct {
	*graph
	scope      int
	count      int
	order, low []int // order is 0 before a state is visited and -1 once its component is known
	stack      []int
	of         []int
	components int
}

func (t *tarjan) visit(i int) {
	t.count++
	t.order[i], t.low[i] = t.count, t.count
	t.stack = append(t.stack, i)
	itself := false
	for _, w := range t.states[i].ways {
		if !t.within(w.apex, t.scope) {
			continue
		}
		itself = itself || w.to == i
		switch {
		case t.order[w.to] == 0:
			t.visit(w.to)
			t.low[i] = min(t.low[i], t.low[w.to])
		case t.order[w.to] > 0:
			t.low[i] = min(t.low[i], t.order[w.to])
		}
	}
	if t.low[i] != t.order[i] {
		return
	}
	alone := t.stack[len(t.stack)-1] == i && !itself
	for {
		last := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.order[last] = -1
		if !alone {
			t.of[last] = t.components
		}
		if last == i {
			break
		}
	}
	t.components++
}
