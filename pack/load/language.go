package load

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/kpgen/kpgen/pack"
)

// key is what the language says of one key; what its value may hold, the Go type of the model's field says. The loader, the
// checks of values and the JSON Schema all read this table.
type key struct {
	doc    string
	need   bool   // a loaded pack has a value here
	def    string // the value, as YAML, of a key that is not written
	group  bool   // a key not written takes the pack's group
	form   *form  // what the text must look like
	regex  bool   // a regular expression: shared expressions are spliced in
	filled bool   // what is written is not empty
	digits bool   // a whole number is taken as its text
	least  int    // smallest and largest number, both 0 when any will do
	most   int
}

// form is a shape of texts.
type form struct {
	*regexp.Regexp
	says string // "expected " and this
}

var (
	slug    = &form{regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`), "lower-case letters, digits and hyphens, as in web-proxy"}
	semver  = &form{regexp.MustCompile(`^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`), "MAJOR.MINOR.PATCH, as in 1.0.0"}
	console = &form{regexp.MustCompile(`^[0-9]+\.[0-9]+$`), `a console version in quotes, as in "9.3"`}
	ident   = &form{regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`), "a letter, then letters, digits, '_' and '-'"}
	snake   = &form{regexp.MustCompile(`^[a-z][a-z0-9_]*$`), "lower-case letters, digits and '_', as in log_source"}
	folder  = &form{regexp.MustCompile(`^[^/\\:][^\\:]*$`), "a folder relative to the spec, with / between names, as in ../../dist/heroku"}
	mail    = &form{regexp.MustCompile(`^[^@\s]+@[^@\s]+$`), "an e-mail address"}
)

// keys holds every key of the language as Type.key. Keys only the spec has, which the loader resolves before the model sees
// them, are Pack.released, Pack.expressions, Pack.rules and Rule.use.
var keys = map[string]key{
	"Pack.name":              {need: true, form: slug, doc: "Short id of the pack: lower-case letters, digits and hyphens."},
	"Pack.title":             {need: true, doc: "The pack's name as people write it."},
	"Pack.description":       {doc: "What the pack is for, in one paragraph."},
	"Pack.group":             {need: true, doc: "The group folder on the console, for all that has no group of its own."},
	"Pack.version":           {need: true, form: semver, doc: "The pack's semantic version, MAJOR.MINOR.PATCH."},
	"Pack.minimum_console":   {need: true, form: console, doc: "The oldest console version the pack is meant for, in quotes."},
	"Pack.source":            {need: true, doc: "Where the events come from, as the console's syslog receiver sees it."},
	"Pack.parameters":        {doc: "Values of the person who installs the pack; setup steps name them as {{name}}."},
	"Pack.setup":             {doc: "Steps on the log source's side, before anything arrives."},
	"Pack.files":             {doc: "Names of the import files; a kind without a name gets none."},
	"Pack.properties":        {doc: "Event properties beyond the attested ones."},
	"Pack.categories":        {doc: "Categories: saved searches."},
	"Pack.alerts":            {doc: "Alerts."},
	"Pack.knowledge_objects": {doc: "Knowledge objects, which take events apart into tokens."},
	"Pack.reports":           {doc: "Reports: a table with a row for each event."},
	"Pack.dashlets":          {doc: "Dashlets: the charts of a dashboard."},
	"Pack.released": {filled: true, form: folder,
		doc: "Folder of the last released build, relative to the spec: a build whose version did not move as far as its meaning is refused."},
	"Pack.expressions": {doc: "Shared expressions: %{name} in any expression of the pack stands for the text. %%{ is a plain %{."},
	"Pack.rules":       {doc: "Rule fragments by name, which rules of the pack take in with use."},

	"Source.type":      {need: true, doc: "The source type the console gives the events."},
	"Source.system":    {need: true, doc: "The system the console files the events under."},
	"Source.device_id": {doc: "The receiver's \"Extract device id\" screen."},
	// 13, user.notice, is what RFC 3164 section 4.3.3 gives such a line.
	"Source.priority": {def: "13", most: 191, doc: "Syslog priority of an event whose line has none: facility × 8 + severity."},

	"DeviceID.expression":  {need: true, regex: true, doc: "Regular expression that finds the device id."},
	"DeviceID.flavour":     {need: true, def: "pcre", doc: "Dialect of the expression; the receiver takes pcre."},
	"DeviceID.token":       {need: true, doc: "Name of the group that holds the device id."},
	"DeviceID.active":      {def: "true", doc: "Whether the extraction is switched on."},
	"DeviceID.drop_others": {def: "false", doc: "Drop a message the expression does not match."},

	"Parameter.name":        {need: true, form: ident, doc: "The name setup steps use, as {{name}}."},
	"Parameter.description": {need: true, doc: "What to fill in."},
	"Parameter.default":     {digits: true, def: `""`, doc: "The value when none is given."},

	"Step.title":   {need: true, doc: "What the step does."},
	"Step.command": {doc: "The command to run; {{name}} stands for a parameter."},
	"Step.note":    {doc: "What to know about the step."},

	"Files.categories":        {doc: "File name of the categories, *.iscat."},
	"Files.alerts":            {doc: "File name of the alerts, *.isalt."},
	"Files.knowledge_objects": {doc: "File name of the knowledge objects, *.etko."},
	"Files.reports":           {doc: "File name of the reports, *.etcrx."},
	"Files.dashlets":          {doc: "File name of the dashlets, *.etwd."},

	"Property.name":        {need: true, form: snake, doc: "Name of the event property."},
	"Property.type":        {need: true, def: "text", doc: "Number takes a text's leading number, rounded; text takes the text."},
	"Property.description": {doc: "What the property holds."},

	"Pattern.regex": {regex: true, filled: true, doc: "Regular expression found in the event's description."},
	"Pattern.text":  {filled: true, doc: "Text contained in the event's description, whatever its case."},

	"Rule.title":        {doc: "The rule's name on the console."},
	"Rule.use":          {doc: "Names of rule fragments whose fields are filled in; the rule's own fields win."},
	"Rule.log_type":     {doc: "Log type the event must have."},
	"Rule.event_source": {doc: "What the event's source must begin with, whatever its case."},
	"Rule.source_type":  {doc: "Source type the event must have."},
	"Rule.event_id":     {digits: true, doc: "Event id the event must have."},
	"Rule.event_type":   {doc: "Event type the event must have."},
	"Rule.category":     {digits: true, doc: "Event category the event must have."},
	"Rule.user":         {doc: "User the event must have."},
	"Rule.computer":     {doc: "Computer the event must have."},
	"Rule.match":        {doc: "What the event's description must match: a regular expression, or {regex: …} or {text: …}."},
	"Rule.exception":    {doc: "What the event's description must not match, written as match is."},

	"Category.name":        {need: true, doc: "Name in the category tree."},
	"Category.group":       {need: true, group: true, doc: "Group folder; the pack's when not given."},
	"Category.description": {doc: "What the category finds."},
	"Category.rules":       {need: true, doc: "An event belongs to the category when one of these takes it."},

	"Alert.name":         {need: true, doc: "Name in the alert list."},
	"Alert.group":        {need: true, group: true, doc: "Group folder; the pack's when not given."},
	"Alert.description":  {doc: "What the alert tells."},
	"Alert.threat_level": {need: true, doc: "How grave the alert is."},
	"Alert.active":       {def: "false", doc: "Whether the alert is on after import."},
	"Alert.threshold":    {doc: "Raise the alert only at so many events within a time."},
	"Alert.systems":      {doc: "Systems the alert applies to; all when not given."},
	"Alert.email":        {doc: "The alert's e-mail."},
	"Alert.watch_lists":  {doc: "Questions to the console's watch lists."},
	"Alert.rules":        {need: true, doc: "The alert is raised by an event one of these takes."},

	"Threshold.count":  {need: true, least: 1, most: 1_000_000_000, doc: "Number of events."},
	"Threshold.within": {need: true, doc: "Time they must come in."},

	"Email.to":      {need: true, form: mail, doc: "Receivers."},
	"Email.subject": {doc: "Subject line."},

	"WatchListCheck.group":    {need: true, doc: "Watch-list group, which must exist on the console."},
	"WatchListCheck.property": {need: true, doc: "Event property whose value is looked up."},
	"WatchListCheck.absent":   {def: "false", doc: "True: the value must not be on the list."},

	"KnowledgeObject.name":       {need: true, doc: "Name of the object."},
	"KnowledgeObject.applies_to": {need: true, doc: "What the object applies to; becomes the property log_category."},
	"KnowledgeObject.group":      {need: true, group: true, doc: "Group folder; the pack's when not given."},
	"KnowledgeObject.rules":      {need: true, doc: "Event rules, each with the expressions run on the events it takes."},
	"KnowledgeObject.properties": {doc: "Event properties filled from tokens: a list, or a mapping of property to token or tokens."},

	"ObjectRule.expressions": {need: true, doc: "Expressions that take the event apart; a plain text is a regular expression."},

	"Expression.type":         {need: true, def: "Regular Expression", doc: "Kind of expression."},
	"Expression.expression_1": {need: true, regex: true, doc: "Expression 1; each of its named groups is a token."},
	"Expression.expression_2": {regex: true, doc: "Expression 2."},
	"Expression.format":       {doc: "Format string."},

	"PropertyValue.property": {need: true, doc: "Event property that is filled."},
	"PropertyValue.tokens":   {need: true, doc: "Tokens, the first with a value fills the property."},

	"Report.title":       {need: true, doc: "Title of the report."},
	"Report.group":       {need: true, group: true, doc: "Group folder; the pack's when not given."},
	"Report.description": {doc: "What the report shows."},
	"Report.sites":       {doc: "Sites; the console's own when not given."},
	"Report.groups":      {doc: "Groups of systems."},
	"Report.systems":     {doc: "Systems."},
	"Report.frequency":   {need: true, def: "Undefined", doc: "How often it runs; Undefined for a defined report."},
	"Report.rules":       {need: true, doc: "The report has a row for each event one of these takes."},
	"Report.columns":     {need: true, doc: "Columns in order, each \"Heading: token\" or \"Heading: {property: name}\"."},

	"Column.heading":  {need: true, doc: "Heading of the column."},
	"Column.token":    {filled: true, doc: "Token shown."},
	"Column.property": {filled: true, doc: "Event property shown."},

	"Dashlet.title":       {need: true, doc: "Title of the dashlet."},
	"Dashlet.description": {doc: "What the dashlet shows."},
	"Dashlet.chart":       {need: true, doc: "Form of the chart."},
	"Dashlet.query":       {need: true, doc: "Lucene query over event properties."},
	"Dashlet.report":      {doc: "Title of the persisted report it rests on."},
	"Dashlet.use_sql":     {def: "false", doc: "Whether it reads the SQL database."},
	"Dashlet.axis":        {need: true, doc: "What it counts by."},
	"Dashlet.value":       {doc: "What it shows for each value of the axis; the number of events when not given."},
	"Dashlet.series":      {doc: "Event property whose values are told apart by colour."},
	"Dashlet.period":      {need: true, def: "7d", doc: "How far back it looks."},

	"Axis.property": {need: true, doc: "Event property on the axis."},
	"Axis.label":    {doc: "Label of the axis."},
	"Axis.interval": {doc: "Length of a span of time; only with a time property."},
	"Axis.limit":    {most: 1_000_000, doc: "The largest so many values; 0 for all."},

	"Value.aggregate": {need: true, def: "count", doc: "What is shown."},
	"Value.property":  {doc: "Event property added up or averaged."},
	"Value.label":     {doc: "Label of the values."},
}

// resolved are the keys the loader resolves before the model sees them.
var resolved = map[reflect.Type][]string{
	reflect.TypeFor[pack.Pack]():       {"released", "expressions", "rules"},
	reflect.TypeFor[pack.Rule]():       {"use"},
	reflect.TypeFor[pack.ObjectRule](): {"use"},
}

// keyNames lists the keys a mapping may have.
func keyNames(t reflect.Type) []string {
	var out []string
	for _, f := range fields[t] {
		out = append(out, f.name)
	}
	return append(out, resolved[t]...)
}

// field is one key of a mapping of the language with the model's field it fills.
type field struct {
	key
	name  string
	index []int // for reflect.Value.FieldByIndex
	typ   reflect.Type
	omit  bool // the normal form leaves the zero value out
}

// fieldsOf lists the fields of a model struct in the model's order, those of an embedded struct in its place.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" {
			continue
		}
		owner := t
		if len(f.Index) > 1 {
			owner = t.FieldByIndex(f.Index[:len(f.Index)-1]).Type
		}
		out = append(out, field{
			key: keys[owner.Name()+"."+name], name: name, index: f.Index, typ: f.Type,
			omit: strings.HasPrefix(options, "omit"),
		})
	}
	return out
}

// Default is what the loader gives an item where a key is not written, as text: of a generic path of the model, as in
// reports[].frequency, in a pack of the group. It is empty where there is no default.
func Default(path, group string) string {
	t := reflect.TypeFor[pack.Pack]()
	var f field
	for part := range strings.SplitSeq(path, ".") {
		i := slices.IndexFunc(fields[t], func(f field) bool { return f.name == strings.TrimSuffix(part, "[]") })
		if i < 0 {
			return ""
		}
		f = fields[t][i]
		if t = f.typ; t.Kind() == reflect.Slice {
			t = t.Elem()
		}
	}
	switch {
	case f.group:
		return group
	case f.def == "":
		return ""
	}
	return defaults[f.def].Value
}
