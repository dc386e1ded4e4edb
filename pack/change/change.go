// Package change says how two packs differ in meaning: what an import would replace by what, not how it is written. Packs that
// were spelled, ordered or factored differently, or read from files of different dialects, are the same.
//
// Compare looks at the packs; Samples replays log lines through both. Every difference has an id of the table in rules.go, which says
// what step of the version it asks for and why:
//
//   - breaking: something people rely on is gone, or has another name: an item, a rule, a token, a property, a column, a file; an alert
//     is off; on samples, an event, item or row is lost, or a dashlet is empty.
//   - feature: something is new, or takes more.
//   - fix: all else. What an expression or a query matches cannot be told from its text, so it is a fix until samples say more.
package change

import (
	"cmp"
	"slices"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/diag"
)

// Side is one of the two packs.
type Side struct {
	Name    string // as the user called it
	Pack    *pack.Pack
	Locator diag.Locator // nil for a pack written in Go
	// Part says that the pack was read from files without a manifest: it says nothing of the kinds it has no file of.
	Part bool
	// Holds says whether the files can hold a value at a path, as artifact.Dialect's does; nil: every value.
	Holds func(path string) bool
}

// locate gives the place of a value, or of bytes of it.
func (s Side) locate(path string, from, to int) diag.Span {
	if s.Locator == nil {
		return diag.Span{}
	}
	return s.Locator.Locate(path, from, to)
}

func (s Side) holds(path string) bool { return s.Holds == nil || s.Holds(path) }

// located gives what is wrong with the pack its places.
func (s Side) located(err error) error {
	list, _ := err.(diag.List)
	for i := range list {
		list[i].Span = s.locate(list[i].Path, -1, -1)
	}
	return err
}

// Result is all that differs. Its JSON form is a contract with other programs.
type Result struct {
	Old     End      `json:"old"`
	New     End      `json:"new"`
	Version Version  `json:"version"`
	Changes []Change `json:"changes"` // the gravest first
	// NotCompared are the kinds that a side in part does not have, and values, as alerts[].group, that a side's files cannot hold.
	NotCompared []string `json:"not_compared"`
	Samples     *Replay  `json:"samples,omitempty"`

	paths   map[string]string // old path of an item of any list to its path in the new pack
	renames renames
}

// End names one of the packs.
type End struct {
	Path    string `json:"path"`
	Name    string `json:"name,omitempty"` // of the pack; single files have none
	Version string `json:"version,omitempty"`
}

// Same reports whether nothing differs in meaning.
func (r *Result) Same() bool {
	return len(r.Changes) == 0 && (r.Samples == nil || len(r.Samples.Effects) == 0)
}

// Change is one difference, in one place or, said once, in several.
type Change struct {
	ID       string  `json:"id"`
	Step     Step    `json:"step"`
	What     string  `json:"what"`               // what it happened to, as in `alert "Door: Refused"`; in the first place
	Field    string  `json:"field,omitempty"`    // the field of that, as in match.regex
	Old      string  `json:"old,omitempty"`      // value in the first place; "" when it was added
	New      string  `json:"new,omitempty"`      // "" when it was removed
	Removed  string  `json:"removed,omitempty"`  // of an expression or query: the differing stretch of Old
	Inserted string  `json:"inserted,omitempty"` // and what stands in New instead
	Alike    float64 `json:"alike,omitempty"`    // of a rename: how much of the content is the same, up to 1
	Places   []Place `json:"places"`

	marks [2]stretch // of Removed in Old and Inserted in New
	key   string     // changes with the same one are told together; "" for none
	whole string     // of what was added or removed: all of it
}

// Place is where a change is: in the old pack, the new one, or both.
type Place struct {
	What    string    `json:"what"`
	OldPath string    `json:"old_path,omitempty"` // in the model, as in alerts[0].rules[1].match.regex
	NewPath string    `json:"new_path,omitempty"`
	Old     diag.Span `json:"old,omitzero"`
	New     diag.Span `json:"new,omitzero"`
}

// stretch is a part of a text, in bytes.
type stretch struct{ from, to int }

// gather tells equal changes once, and orders them: the gravest first, then in the order they were found.
func gather(all []Change) []Change {
	at := map[string]int{}
	out := []Change{}
	for _, c := range all {
		if i, known := at[c.key]; known && c.key != "" {
			if !slices.Contains(out[i].Places, c.Places[0]) {
				out[i].Places = append(out[i].Places, c.Places[0])
			}
			continue
		}
		at[c.key] = len(out)
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(b.Step.rank(), a.Step.rank()) })
	return out
}
