package console

// Judgement says of one rule of the pack whether it takes an event and, if it does not, which of its conditions refuses it first.
type Judgement struct {
	Path    string // of the rule in the model
	Taken   bool
	Refused string // the condition's key in the spec: event_source, …, match, exception; "" when the rule takes the event
	Got     string // the event's value where a plain field refuses it
}

// fieldNames are the plain fields' keys in the spec.
var fieldNames = [fieldCount]string{"log_type", "event_source", "source_type", "event_id", "event_type", "category", "user", "computer"}

// Judge gives the judgements of all rules, in the pack's order: categories, alerts, knowledge objects, reports. It is about the
// event the worker evaluated last, which must not have been dropped.
func (w *Worker) Judge(r *Result) []Judgement {
	var all []Judgement
	for i := range w.c.categories {
		all = w.judge(all, w.c.categories[i].rules, r)
	}
	for i := range w.c.alerts {
		all = w.judge(all, w.c.alerts[i].rules, r)
	}
	for i := range w.c.objects {
		for k := range w.c.objects[i].rules {
			all = append(all, w.judgeRule(&w.c.objects[i].rules[k].rule, r))
		}
	}
	for i := range w.c.reports {
		all = w.judge(all, w.c.reports[i].rules, r)
	}
	return all
}

func (w *Worker) judge(all []Judgement, rules []rule, r *Result) []Judgement {
	for i := range rules {
		all = append(all, w.judgeRule(&rules[i], r))
	}
	return all
}

func (w *Worker) judgeRule(ru *rule, r *Result) Judgement {
	for _, i := range ru.asks {
		if !w.fits(i) {
			field := w.c.asks[i].field
			return Judgement{Path: ru.path, Refused: fieldNames[field], Got: w.fields[field]}
		}
	}
	if ru.match >= 0 && w.ask(ru.match, r) != accepted {
		return Judgement{Path: ru.path, Refused: "match"}
	}
	if ru.except >= 0 && w.ask(ru.except, r) == accepted {
		return Judgement{Path: ru.path, Refused: "exception"}
	}
	return Judgement{Path: ru.path, Taken: true}
}
