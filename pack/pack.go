// Package pack is the model of an EventTracker knowledge pack: what a pack author writes, in YAML or as Go literals, and what
// the import files carry. It holds data and the words of the field; it reads no file and runs no expression.
//
// Names are the console's, as the guide "Integrate Heroku" prints them; its figure numbers stand with the field they show.
// The JSON tags are the spec's normal form: what `kpgen inspect --format json` prints and what a dialect's templates name.
package pack

import "time"

// Pack is one knowledge pack. The zero value of every optional field means "not said", and is left out of the normal form.
type Pack struct {
	Name           string      `json:"name"`                  // short id: lower-case letters, digits, hyphens
	Title          string      `json:"title"`                 // as people call it
	Description    string      `json:"description,omitempty"` // one paragraph
	Group          string      `json:"group"`                 // the group folder on the console (Figures 40, 47)
	Version        string      `json:"version"`               // semantic version, MAJOR.MINOR.PATCH
	MinimumConsole string      `json:"minimum_console"`       // oldest console version the pack is meant for, as in "9.3"
	Source         Source      `json:"source"`                // where the events come from
	Parameters     []Parameter `json:"parameters,omitempty"`  // what a person fills in for the steps below
	Setup          []Step      `json:"setup,omitempty"`       // what to do on the log source's side
	Files          Files       `json:"files"`                 // names of the import files

	Properties       []Property        `json:"properties,omitempty"` // properties beyond the attested ones
	Categories       []Category        `json:"categories,omitempty"`
	Alerts           []Alert           `json:"alerts,omitempty"`
	KnowledgeObjects []KnowledgeObject `json:"knowledge_objects,omitempty"`
	Reports          []Report          `json:"reports,omitempty"`
	Dashlets         []Dashlet         `json:"dashlets,omitempty"`
}

// Source is the log source as the console's syslog receiver sees it (Figures 4-6, 10).
type Source struct {
	Type     string   `json:"type"`               // the source type the console gives the source's events (Figure 45)
	System   string   `json:"system"`             // the system its events are filed under (event_computer, Figure 10)
	DeviceID DeviceID `json:"device_id,omitzero"` // Figure 5
	// Priority is the PRI (RFC 5424 section 6.2.1: facility × 8 + severity, 0-191) of an event whose line carries none, as the
	// console's display form does.
	Priority int `json:"priority"`
}

// DeviceID is the receiver's "Extract device id" screen (Figure 5): one expression and the name of the group that holds the id.
type DeviceID struct {
	Expression string  `json:"expression"`
	Flavour    Flavour `json:"flavour"`
	Token      string  `json:"token"`
	Active     bool    `json:"active"`
	// DropOthers is the box "Ignore syslog message if regular expression does not match".
	DropOthers bool `json:"drop_others,omitempty"`
}

// Flavour is the dialect of regular expressions an engine takes.
type Flavour string

// The flavours of the console's contexts.
const (
	DotNet Flavour = "dotnet" // .NET Framework's System.Text.RegularExpressions: knowledge objects, categories, alerts, reports
	PCRE   Flavour = "pcre"   // the receiver's engine, which takes (?P<name>…)
)

// Flavours lists every flavour.
func Flavours() []Flavour { return []Flavour{DotNet, PCRE} }

// Parameter is a value of the person who installs the pack, named in the setup steps as {{name}}.
type Parameter struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Default     string `json:"default"`
}

// Step is one thing to do on the log source's side before anything arrives.
type Step struct {
	Title   string `json:"title"`
	Command string `json:"command,omitempty"` // may name parameters as {{name}}
	Note    string `json:"note,omitempty"`
}

// Files names the five import files; a kind without a name gets none.
type Files struct {
	Categories       string `json:"categories,omitempty"`        // .iscat
	Alerts           string `json:"alerts,omitempty"`            // .isalt
	KnowledgeObjects string `json:"knowledge_objects,omitempty"` // .etko
	Reports          string `json:"reports,omitempty"`           // .etcrx
	Dashlets         string `json:"dashlets,omitempty"`          // .etwd
}

// Property is an event property a knowledge object fills.
type Property struct {
	Name        string       `json:"name"`
	Type        PropertyType `json:"type"`
	Description string       `json:"description,omitempty"`
}

// PropertyType says how a token's text becomes a property's value.
type PropertyType string

// The types. Number takes the text's leading number, rounded to the nearest integer, halves away from zero (Figure 10:
// 626.77MB is stored as 627, 1024.00MB as 1024).
const (
	Text   PropertyType = "text"
	Number PropertyType = "number"
)

// PropertyTypes lists every property type.
func PropertyTypes() []PropertyType { return []PropertyType{Text, Number} }

// Pattern is a condition on an event's description: a regular expression found in it, or a text contained in it (without
// regard to case). At most one of the two is set; the zero Pattern is no condition.
type Pattern struct {
	Regex string `json:"regex,omitempty"`
	Text  string `json:"text,omitempty"`
}

// IsZero reports whether p is no condition.
func (p Pattern) IsZero() bool { return p == Pattern{} }

// Rule says which events a category, an alert, a report or a knowledge object takes: those every filled field accepts, the
// description matching Match and not Exception. An empty field accepts all.
type Rule struct {
	Title       string  `json:"title,omitempty"`
	LogType     string  `json:"log_type,omitempty"`
	EventSource string  `json:"event_source,omitempty"` // prefix of the event's source, without regard to case
	SourceType  string  `json:"source_type,omitempty"`
	EventID     string  `json:"event_id,omitempty"`
	EventType   string  `json:"event_type,omitempty"`
	Category    string  `json:"category,omitempty"`
	User        string  `json:"user,omitempty"`
	Computer    string  `json:"computer,omitempty"`
	Match       Pattern `json:"match,omitzero"`     // a knowledge object's message signature
	Exception   Pattern `json:"exception,omitzero"` // a knowledge object's message exception
}

// Category is a saved search (Figure 40): an event belongs to it when one of its rules takes it.
type Category struct {
	Name        string `json:"name"`
	Group       string `json:"group"`
	Description string `json:"description,omitempty"`
	Rules       []Rule `json:"rules"`
}

// Alert notifies somebody of events one of its rules takes (Figures 42, 43).
type Alert struct {
	Name        string           `json:"name"`
	Group       string           `json:"group"`
	Description string           `json:"description,omitempty"`
	ThreatLevel ThreatLevel      `json:"threat_level"`
	Active      bool             `json:"active"`
	Threshold   Threshold        `json:"threshold,omitzero"`
	Systems     []string         `json:"systems,omitempty"` // empty: all
	Email       Email            `json:"email,omitzero"`
	WatchLists  []WatchListCheck `json:"watch_lists,omitempty"`
	Rules       []Rule           `json:"rules"`
}

// ThreatLevel is how grave an alert is.
type ThreatLevel string

// The threat levels, mildest first. That an alert has one is the guide's; the five names are our reading of the product.
const (
	Low      ThreatLevel = "low"
	Medium   ThreatLevel = "medium"
	High     ThreatLevel = "high"
	Serious  ThreatLevel = "serious"
	Critical ThreatLevel = "critical"
)

// ThreatLevels lists every threat level, mildest first.
func ThreatLevels() []ThreatLevel { return []ThreatLevel{Low, Medium, High, Serious, Critical} }

// Threshold holds an alert back until Count events came within Within; the zero value raises it at every event.
type Threshold struct {
	Count  int      `json:"count"`
	Within Duration `json:"within"`
}

// Email is an alert's e-mail section.
type Email struct {
	To      []string `json:"to"`
	Subject string   `json:"subject,omitempty"`
}

// WatchListCheck is one line of an alert's advanced watch-list section: the alert asks whether a property's value is on a list.
type WatchListCheck struct {
	Group    string `json:"group"` // the watch-list group, which must exist on the console
	Property string `json:"property"`
	Absent   bool   `json:"absent,omitempty"` // true: the value must not be on the list
}

// KnowledgeObject takes events apart into tokens (Figures 26, 45) and fills the console's properties from them (Figure 10).
type KnowledgeObject struct {
	Name       string          `json:"name"`
	AppliesTo  string          `json:"applies_to"` // becomes log_category
	Group      string          `json:"group"`
	Rules      []ObjectRule    `json:"rules"`
	Properties []PropertyValue `json:"properties,omitempty"`
}

// ObjectRule is a rule of a knowledge object with the expressions run on the events it takes.
type ObjectRule struct {
	Rule
	Expressions []Expression `json:"expressions"`
}

// Expression is one row of a knowledge object's expression list (Figure 45).
type Expression struct {
	Type        ExpressionType `json:"type"`
	Expression1 string         `json:"expression_1"` // every named group is a token
	Expression2 string         `json:"expression_2,omitempty"`
	Format      string         `json:"format,omitempty"`
}

// ExpressionType is how an expression takes a text apart.
type ExpressionType string

// RegularExpression is the only type the guide shows.
const RegularExpression ExpressionType = "Regular Expression"

// ExpressionTypes lists every expression type.
func ExpressionTypes() []ExpressionType { return []ExpressionType{RegularExpression} }

// PropertyValue fills a property from the first of the tokens that has a value.
type PropertyValue struct {
	Property string   `json:"property"`
	Tokens   []string `json:"tokens"`
}

// Report is a table with a row for every event one of its rules takes (Figures 7-9, 29).
type Report struct {
	Title       string   `json:"title"`
	Group       string   `json:"group"`
	Description string   `json:"description,omitempty"`
	Sites       []string `json:"sites,omitempty"` // empty: the console's own; a site name leaks the author's machine
	Groups      []string `json:"groups,omitempty"`
	Systems     []string `json:"systems,omitempty"`
	Frequency   string   `json:"frequency"` // "Undefined" for a defined report (Figure 29)
	Rules       []Rule   `json:"rules"`
	Columns     []Column `json:"columns"`
}

// Column shows a token of the knowledge object or a property of the event; exactly one is named.
type Column struct {
	Heading  string `json:"heading"`
	Token    string `json:"token,omitempty"`
	Property string `json:"property,omitempty"`
}

// Dashlet is one chart of a dashboard (Figures 11-17, 33).
type Dashlet struct {
	Title       string   `json:"title"`
	Description string   `json:"description,omitempty"`
	Chart       Chart    `json:"chart"`
	Query       string   `json:"query"`            // Lucene, over event properties
	Report      string   `json:"report,omitempty"` // title of the persisted report it rests on, to be imported first
	UseSQL      bool     `json:"use_sql,omitempty"`
	Axis        Axis     `json:"axis"`
	Value       Value    `json:"value"`
	Series      string   `json:"series,omitempty"` // the property whose values are told apart by colour
	Period      Duration `json:"period"`           // how far back it looks
}

// Chart is the form of a dashlet.
type Chart string

// The chart forms the guide's figures show, and the plain ones beside them.
const (
	Map           Chart = "map"
	Donut         Chart = "donut"
	Pie           Chart = "pie"
	ColumnChart   Chart = "column"
	StackedColumn Chart = "stacked_column"
	Bar           Chart = "bar"
	StackedBar    Chart = "stacked_bar"
	Line          Chart = "line"
	Table         Chart = "table"
)

// Charts lists every chart form.
func Charts() []Chart {
	return []Chart{Map, Donut, Pie, ColumnChart, StackedColumn, Bar, StackedBar, Line, Table}
}

// Axis is what a dashlet counts by: the values of a property, or spans of time when Interval is set.
type Axis struct {
	Property string   `json:"property"`
	Label    string   `json:"label,omitempty"`
	Interval Duration `json:"interval,omitempty"` // only with a time property
	Limit    int      `json:"limit,omitempty"`    // the largest N values; 0: all
}

// Value is what a dashlet shows for each value of its axis.
type Value struct {
	Aggregate Aggregate `json:"aggregate"`
	Property  string    `json:"property,omitempty"` // needed by sum and average
	Label     string    `json:"label,omitempty"`
}

// Aggregate is the value field setting.
type Aggregate string

// The aggregates of the dashlet screen.
const (
	Count   Aggregate = "count"
	Sum     Aggregate = "sum"
	Average Aggregate = "average"
)

// Aggregates lists every aggregate.
func Aggregates() []Aggregate { return []Aggregate{Count, Sum, Average} }

// Duration is a span of time written as in "90s", "15m", "1h", "1d" or "7d".
type Duration time.Duration
