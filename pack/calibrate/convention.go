package calibrate

import (
	"slices"
	"strings"
)

// Conventions are the forms in which all texts of the files are spelled, which decide what the copies of one place leave open.

// noteForm notes the forms that a text's copies leave.
func (e *emitter) noteForm(r *reading) {
	e.codes = e.codes || r.forms == piped(hexCodes)
	if len(r.alike) == 0 {
		e.forms[r.unbroken()]++
	}
	fitting := []string{r.unbroken()}
	for _, form := range r.alike {
		fitting = append(fitting, piped(form))
	}
	e.fit(fitting)
}

// fit leaves of the forms that fit all texts those that are among these, too.
func (e *emitter) fit(forms []string) {
	if e.fitting == nil {
		e.fitting = slices.Clone(forms)
		return
	}
	e.fitting = slices.DeleteFunc(e.fitting, func(form string) bool { return !slices.Contains(forms, form) })
}

// adoptForms takes over what other files of the same container tell of how texts are spelled.
func (e *emitter) adoptForms(other *emitter) {
	e.codes = e.codes || other.codes
	if other.fitting != nil {
		e.fit(other.fitting)
	}
}

// convention gives how often texts have a form: where each is spelled the same in several, those forms that fit all of them, unless
// all may stand as they are.
func (e *emitter) convention() map[string]int {
	if len(e.forms) > 0 || slices.Contains(e.fitting, "") {
		return e.forms
	}
	counts := map[string]int{}
	for _, form := range e.fitting {
		counts[form] = 1
	}
	return counts
}

// likeOthers gives a text what its copies leave open as other texts of the file have it: the form, where it is spelled the same in
// several, and what stands for no value, where all copies have one.
func (e *emitter) likeOthers(r *reading) {
	forms := e.convention()
	if len(r.alike) > 0 && r.isText() && len(forms) != 1 { // all texts that tell have one
		r.infer(InferredForm)
	}
	if slices.Contains(r.alike, "shortclock") { // no span is shorter than ten hours
		r.infer(InferredForm)
	}
	if none := most(e.nones); none != "" && r.isText() && !r.empty && len(r.values) == 0 && r.made == "" {
		r.values = map[string]string{"": none}
		r.infer(InferredNone)
	}
	alike := r.alike
	if r.zero && r.isText() {
		alike = textForms // no copy shows any
	}
	broken := strings.TrimPrefix(r.forms, r.unbroken())
	for _, form := range alike {
		if forms[piped(form)] > forms[r.unbroken()] {
			r.forms = piped(form) + broken
		}
	}
	if e.codes && r.isText() && r.forms == "" { // where nothing is a code, they change nothing
		r.forms = piped(hexCodes)
	}
	r.alike = nil
}
