package change

import (
	"fmt"

	"github.com/kpgen/kpgen/pack/diag"
)

// Version says what became of the pack's version, and whether that fits what differs.
type Version struct {
	Old       string `json:"old,omitempty"`
	New       string `json:"new,omitempty"`
	Moved     Step   `json:"moved,omitempty"`     // the step from Old to New; "" when one is no version, or New is before Old
	Needed    Step   `json:"needed"`              // the gravest step a difference asks for
	Suggested string `json:"suggested,omitempty"` // the least version that fits
	Fits      bool   `json:"fits"`                // New is not before Old, nor before Suggested
}

// settleVersion judges the version by what differs so far.
func (r *Result) settleVersion() {
	v := Version{Old: r.Old.Version, New: r.New.Version, Needed: None}
	for _, c := range r.Changes {
		v.Needed = graver(v.Needed, c.Step)
	}
	if r.Samples != nil {
		for _, e := range r.Samples.Effects {
			v.Needed = graver(v.Needed, e.Step)
		}
	}
	old, now := numbers(v.Old), numbers(v.New)
	if len(old) != 3 || len(now) != 3 {
		v.Fits = v.Needed == None
		r.Version = v
		return
	}
	v.Moved = moved([3]int(old), [3]int(now))
	least := next([3]int(old), v.Needed)
	v.Suggested = fmt.Sprintf("%d.%d.%d", least[0], least[1], least[2])
	v.Fits = reaches([3]int(now), least)
	r.Version = v
}

func graver(a, b Step) Step {
	if b.rank() > a.rank() {
		return b
	}
	return a
}

// next is the least version a step leads to. Before 1.0.0 the middle number stands for the first, and the last for the others.
func next(v [3]int, s Step) [3]int {
	switch {
	case s == None:
		return v
	case s == Breaking && v[0] > 0:
		return [3]int{v[0] + 1, 0, 0}
	case s == Breaking || s == Feature && v[0] > 0:
		return [3]int{v[0], v[1] + 1, 0}
	}
	return [3]int{v[0], v[1], v[2] + 1}
}

// moved is the step between two versions, "" when it leads back.
func moved(old, now [3]int) Step {
	if old == now {
		return None
	}
	for _, s := range []Step{Breaking, Feature, Fix} {
		if reaches(now, next(old, s)) {
			return s
		}
	}
	return ""
}

// reaches reports whether a version is the least one or after it.
func reaches(v, least [3]int) bool {
	for i := range v {
		if v[i] != least[i] {
			return v[i] > least[i]
		}
	}
	return true
}

// CheckVersion gives an error at the new pack's version when it did not move as far as the changes ask for, or moved back, else nothing.
func (r *Result) CheckVersion(loc diag.Locator) diag.List {
	v := r.Version
	if v.Fits {
		return nil
	}
	if v.Needed == None {
		return diag.List{{ID: "version-moved-back", Severity: diag.Error, Path: "version", Span: loc.Locate("version", -1, -1),
			Message: fmt.Sprintf("version %s is before %s, which was released in %s", v.New, v.Old, r.Old.Path),
			Help:    fmt.Sprintf("write version: %s; nothing changed in meaning", v.Old)}}
	}
	c := r.Changes[0]
	what := c.What
	if c.Field != "" {
		what += ", " + c.Field
	}
	if n := len(r.Changes) - 1; n > 0 {
		what += fmt.Sprintf(", and %d more", n)
	}
	d := diag.Diagnostic{ID: "version-too-small", Severity: diag.Error, Path: "version", Span: loc.Locate("version", -1, -1),
		Message: fmt.Sprintf("version %s does not tell what changed since %s in %s: %s [%s]; expected a %s step",
			v.New, v.Old, r.Old.Path, what, c.ID, v.Needed),
		Help: fmt.Sprintf("`kpgen diff %s %s` shows the changes", r.Old.Path, r.New.Path)}
	if v.Suggested != "" {
		d.Help = fmt.Sprintf("write version: %s, or a later one; %s", v.Suggested, d.Help)
	}
	return diag.List{d}
}
