package calibrate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Words by which files may call a field of the model, besides its own: those of the console's screens (the guide's figures) and of
// its event properties.
var otherNames = map[string][]string{
	"name":             {"title", "objectname", "alertname", "categoryname", "displayname"},
	"title":            {"name", "rulename", "ruletitle", "reportname", "widgetname", "caption"},
	"group":            {"groupname", "folder"},
	"description":      {"comment", "notes", "remarks"},
	"threat_level":     {"threat", "level", "severity", "risk"},
	"active":           {"enabled", "isactive", "isenabled", "status"},
	"threshold.count":  {"count", "threshold", "occurrences", "eventcount"},
	"threshold.within": {"within", "interval", "duration", "seconds", "period"},
	"log_type":         {"logtype", "eventlogtype"},
	"event_source":     {"source", "eventsource"},
	"source_type":      {"sourcetype", "devicetype"},
	"event_id":         {"id", "eventid"},
	"event_type":       {"eventtype"},
	"category":         {"eventcategory"},
	"user":             {"eventuser", "username", "eventusername"},
	"computer":         {"eventcomputer", "system", "computername"},
	"match.regex":      {"regex", "regularexpression", "match", "pattern", "messagesignature", "signature", "eventdescription", "include", "inclusion"},
	"match.text":       {"text", "contains", "matchtext"},
	"exception.regex":  {"exception", "messageexception", "exclude", "exclusion", "exceptionregex"},
	"exception.text":   {"exceptiontext"},
	"applies_to":       {"appliesto", "logcategory"},
	"type":             {"expressiontype"},
	"expression_1":     {"expression1", "expression", "regex"},
	"expression_2":     {"expression2"},
	"format":           {"formatstring"},
	"property":         {"propertyname", "field", "column"},
	"token":            {"tokenname"},
	"heading":          {"header", "columnname", "displayname", "title", "name"},
	"frequency":        {"schedule", "runfrequency"},
	"chart":            {"charttype", "type"},
	"query":            {"lucenequery", "filter"},
	"report":           {"persistedreport", "reportname"},
	"use_sql":          {"usesql", "usesqldatabase", "sql"},
	"axis.property":    {"axislabels", "axis", "xaxis", "x"},
	"axis.label":       {"axislabel", "xlabel"},
	"axis.interval":    {"interval"},
	"axis.limit":       {"limit", "top"},
	"value.aggregate":  {"aggregate", "fieldsetting", "valuefieldsetting", "function"},
	"value.property":   {"value", "values", "yaxis", "y"},
	"value.label":      {"valuelabel", "ylabel"},
	"series":           {"seriesproperty", "splitby", "legend"},
	"period":           {"asof", "lookback", "range", "days"},
	"email.subject":    {"subject", "emailsubject"},
	"absent":           {"notonlist", "not", "negate"},
}

var notLetters = regexp.MustCompile(`[^a-z0-9]+`)

func letters(s string) string { return notLetters.ReplaceAllString(strings.ToLower(s), "") }

// called reports whether the spot's name says that it stands for the field: its own, that of its mark, or with the one around it.
func called(s *spot, f *field) bool {
	own := f.name
	if at := strings.LastIndex(own, "]."); at >= 0 {
		own = own[at+2:]
	}
	last := own[strings.LastIndex(own, ".")+1:]
	known := append([]string{letters(own), letters(last)}, otherNames[own]...)
	return slices.ContainsFunc(s.names(), func(name string) bool { return slices.Contains(known, name) })
}

var (
	numberOfItem = regexp.MustCompile(`\{n [^}]*\}`)
	markOfSpot   = regexp.MustCompile(`\[[^\]=]*=([^\]]*)\]`)
)

func (s *spot) names() []string {
	name := letters(numberOfItem.ReplaceAllString(s.name, ""))
	names := []string{name}
	if marks := markOfSpot.FindAllStringSubmatch(s.where, -1); marks != nil {
		names = append(names, letters(marks[len(marks)-1][1]))
	}
	steps := strings.Split(s.where, "/")
	if len(steps) > 1 {
		around := letters(numberOfItem.ReplaceAllString(steps[len(steps)-2], ""))
		names = append(names, around+name)
	}
	return names
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
