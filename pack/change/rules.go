package change

import "slices"

// Step is what a difference asks of a semantic version.
type Step string

// The steps, the least first.
const (
	None     Step = "none"     // nothing differs
	Fix      Step = "fix"      // the last number moves
	Feature  Step = "feature"  // the middle number moves
	Breaking Step = "breaking" // the first number moves; the middle one before 1.0.0
)

func (s Step) rank() int { return slices.Index([]Step{None, Fix, Feature, Breaking}, s) }

// Rule says what step a kind of difference asks for, and why.
type Rule struct {
	ID     string `json:"id"`
	Step   Step   `json:"step"`
	What   string `json:"what"`
	Reason string `json:"reason"`
}

// Rules lists every kind of difference, those that break first. An id never changes its meaning.
func Rules() []Rule { return slices.Clone(rules) }

var rules = []Rule{
	{"pack-renamed", Breaking, "The pack has another name.", "What is installed under the old name is another pack's."},
	{"source-changed", Breaking, "Events get another source type or system.", "Searches and rules that ask for the old one find nothing."},
	{"drop-others-on", Breaking, "The receiver drops lines without a device id.", "Events that arrived no longer do."},
	{"console-raised", Breaking, "The pack needs a newer console.", "It is not meant for consoles it was meant for."},
	{"file-removed", Breaking, "An import file is gone.", "Whoever imports it by name finds none."},
	{"file-renamed", Breaking, "An import file has another name.", "Whoever imports it by name finds none."},
	{"item-removed", Breaking, "A category, alert, knowledge object, report or dashlet is gone.", "Whoever uses it has it no more, or an old one."},
	{"item-renamed", Breaking, "An item has another name.", "Items are known by their names; an import leaves the old one beside the new."},
	{"rule-removed", Breaking, "A rule of an item is gone.", "Events that only it took are no longer taken."},
	{"rule-moved", Breaking, "A rule stands in another item of its kind.", "Events that only it took are no longer the old item's."},
	{"alert-off", Breaking, "An alert is off after import.", "Nobody is told any more."},
	{"log-category-changed", Breaking, "A knowledge object applies to something else.", "It becomes log_category; searches for the old one find nothing."},
	{"token-removed", Breaking, "No expression captures a token any more.", "What shows the token stays empty."},
	{"token-renamed", Breaking, "A token has another name.", "What shows the old token stays empty."},
	{"property-removed", Breaking, "A property is no longer declared.", "Searches over it find nothing."},
	{"property-renamed", Breaking, "A declared property has another name.", "Searches over the old one find nothing."},
	{"property-retyped", Breaking, "A property has another type.", "Texts and numbers are stored and searched differently."},
	{"property-unfilled", Breaking, "A knowledge object no longer fills a property.", "Searches over it find nothing."},
	{"column-removed", Breaking, "A report lost a column.", "Whoever reads the report by heading misses it."},
	{"column-renamed", Breaking, "A column has another heading.", "Whoever reads the report by heading misses it."},
	{"parameter-removed", Breaking, "A parameter is gone.", "A build that sets it fails."},
	{"parameter-renamed", Breaking, "A parameter has another name.", "A build that sets the old one fails."},

	{"console-lowered", Feature, "The pack takes an older console.", "More consoles can have it."},
	{"drop-others-off", Feature, "The receiver no longer drops lines without a device id.", "More events arrive."},
	{"file-added", Feature, "There is one more import file.", "It is something new."},
	{"item-added", Feature, "There is a new category, alert, knowledge object, report or dashlet.", "It is something new."},
	{"rule-added", Feature, "An item has a new rule.", "It takes more events."},
	{"alert-on", Feature, "An alert is on after import.", "Somebody is told who was not."},
	{"expression-added", Feature, "A knowledge object has a new expression.", "It takes more out of an event."},
	{"token-added", Feature, "A new token is captured.", "It is something new."},
	{"property-added", Feature, "A new property is declared.", "It is something new."},
	{"property-filled", Feature, "A knowledge object fills one more property.", "It is something new."},
	{"column-added", Feature, "A report has a new column.", "It is something new."},
	{"parameter-added", Feature, "There is a new parameter.", "It has a default; nobody must set it."},

	{"expression-changed", Fix, "An expression differs.", "What it matches may differ; samples tell."},
	{"expression-removed", Fix, "An expression is gone.", "Tokens that only it captured are told as removed."},
	{"query-changed", Fix, "A dashlet's query differs.", "It counts other events."},
	{"order-changed", Fix, "What has an order stands elsewhere in it.",
		"Columns and steps are read in order; a token keeps the first value; the first object takes an event."},
	{"column-source-changed", Fix, "A column shows another token or property.", "The heading stays; its values differ."},
	{"property-source-changed", Fix, "A property is filled from other tokens.", "The property stays; its values differ."},
	{"watch-list-added", Fix, "An alert asks one more watch list.", "It is a condition of the alert."},
	{"watch-list-removed", Fix, "An alert asks one watch list less.", "It is a condition of the alert."},
	{"setup-changed", Fix, "A step on the log source's side was added, removed or changed.", "The pack itself is the same."},
	{"field-changed", Fix, "Another value differs.", "Nothing was added or taken away."},
	{"text-changed", Fix, "A title or description differs.", "People read it; events are treated the same."},

	{"event-lost", Breaking, "A sample line is no event any more, or is dropped.", "Whoever looks for it finds nothing."},
	{"object-lost", Breaking, "A knowledge object no longer takes a sample line.", "Its tokens and properties are gone."},
	{"category-lost", Breaking, "A category no longer takes a sample line.", "Whoever looks for it there finds nothing."},
	{"alert-lost", Breaking, "An alert no longer fires on a sample line.", "Nobody is told any more."},
	{"row-lost", Breaking, "A report has no row for a sample line any more.", "Whoever reads the report misses it."},
	{"dashlet-lost", Breaking, "A dashlet counts no sample line any more.", "Whoever looks at it sees nothing."},
	{"event-gained", Feature, "A sample line is an event that was none.", "It is something new."},
	{"object-gained", Feature, "A knowledge object takes a sample line it did not.", "There are tokens and properties to use."},
	{"category-gained", Feature, "A category takes a sample line it did not.", "It finds more."},
	{"alert-gained", Feature, "An alert fires on a sample line where it did not.", "Somebody is told more."},
	{"row-gained", Feature, "A report has a row for a sample line that had none.", "It shows more."},
	{"dashlet-gained", Feature, "A dashlet counts sample lines that counted none.", "It shows something."},
	{"rule-lost", Fix, "A rule no longer takes a sample line.", "Whether its item does is told of the item."},
	{"rule-gained", Fix, "A rule takes a sample line it did not.", "Whether its item did is told of the item."},
	{"device-id-differs", Fix, "The device id of a sample line differs.", "The event arrives as before."},
	{"event-property-differs", Fix, "A property of the event itself differs on a sample line.", "The event arrives as before."},
	{"token-differs", Fix, "A token's value differs on a sample line.", "The token is there as before."},
	{"property-differs", Fix, "A property's value differs on a sample line.", "The property is there as before."},
	{"column-differs", Fix, "A column's value differs on a sample line.", "The column is there as before."},
	{"point-lost", Fix, "A dashlet lost a bar or point on the samples.", "It shows other events, or by other values."},
	{"point-gained", Fix, "A dashlet has a new bar or point on the samples.", "It shows other events, or by other values."},
	{"point-differs", Fix, "A bar or point of a dashlet shows another value on the samples.", "It is there as before."},
	{"finding-gained", Fix, "Something goes wrong on a sample line that did not: two objects claim it, an expression runs out of time.",
		"No expression is meant to."},
	{"finding-lost", Fix, "Something no longer goes wrong on a sample line.", "No expression is meant to."},
}

// stepOf gives the step a rule of the table asks for.
func stepOf(id string) Step {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	return rules[i].Step
}
