package load

import "github.com/kpgen/kpgen/pack/diag"

// Checks documents the ids of Load and Check.
func Checks() []diag.Check {
	return []diag.Check{
		{ID: "unreadable", Severity: diag.Error, Description: "A file or the folder cannot be read, or is not a file or folder."},
		{ID: "outside-folder", Severity: diag.Error, Description: "A file of the spec is a link out of its folder."},
		{ID: "missing-file", Severity: diag.Error, Description: "The folder has no pack.yaml."},
		{ID: "too-large", Severity: diag.Error, Description: "A file is larger than 4 MiB."},
		{ID: "too-many-values", Severity: diag.Error, Description: "A file has more than 200000 scalars, lists and mappings."},
		{ID: "not-utf8", Severity: diag.Error, Description: "A file is not UTF-8."},
		{ID: "yaml-syntax", Severity: diag.Error, Description: "A file is not YAML."},
		{ID: "too-deep", Severity: diag.Error, Description: "Lists and mappings are nested more than 32 deep."},
		{ID: "empty-file", Severity: diag.Error, Description: "A file holds nothing."},
		{ID: "several-documents", Severity: diag.Error, Description: "A file holds a second YAML document."},
		{ID: "merge-key", Severity: diag.Error, Description: "A mapping has a merge key (<<); rule fragments do its work."},
		{ID: "too-many-aliases", Severity: diag.Error, Description: "YAML aliases repeat more than 10000 values."},
		{ID: "duplicate-key", Severity: diag.Error, Description: "A key, a shared expression or a rule fragment is given twice."},
		{ID: "unknown-key", Severity: diag.Error, Description: "The language has no such key here."},
		{ID: "misplaced-key", Severity: diag.Error, Description: "A top-level key is in another kind's file."},
		{ID: "wrong-type", Severity: diag.Error, Description: "A value is of another type than its key takes."},
		{ID: "missing-key", Severity: diag.Error, Description: "A value that is needed is missing or empty."},
		{ID: "bad-enum", Severity: diag.Error, Description: "A value is not one of those allowed."},
		{ID: "bad-value", Severity: diag.Error, Description: "A value has the wrong form or is out of range."},
		{ID: "pattern-both", Severity: diag.Error, Description: "A pattern is both a regex and a text."},
		{ID: "column-source", Severity: diag.Error, Description: "A column shows neither a token nor a property, or both."},
		{ID: "bad-reference", Severity: diag.Error, Description: "%{ is followed by no name and }."},
		{ID: "unknown-expression", Severity: diag.Error, Description: "No shared expression has the name."},
		{ID: "expression-cycle", Severity: diag.Error, Description: "A shared expression uses itself."},
		{ID: "expression-too-long", Severity: diag.Error,
			Description: "An expression with shared ones in place is longer than 64 KiB, or all are, than 16 MiB."},
		{ID: "unknown-fragment", Severity: diag.Error, Description: "No rule fragment has the name."},
		{ID: "fragment-cycle", Severity: diag.Error, Description: "A rule fragment uses itself."},
		{ID: "fragment-conflict", Severity: diag.Error, Description: "Two fragments give a rule the same field."},
		{ID: "too-many", Severity: diag.Error, Description: "More than 1000 findings; the rest is counted."},
		{ID: "unknown-file", Severity: diag.Warning, Description: "A YAML file has no name of the spec's and is not read."},
		{ID: "unused-expression", Severity: diag.Warning, Description: "Nothing uses a shared expression."},
		{ID: "unused-fragment", Severity: diag.Warning, Description: "No rule uses a rule fragment."},
	}
}
