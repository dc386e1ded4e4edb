package syntax

import (
	"strings"
)

// foreign is a construct of other engines: how it begins, what it is, and what to write for .NET.
type foreign struct{ start, what, help string }

var foreignGroups = []foreign{
	{"(?P<", "(?P<name>…) is a named group of Python and PCRE", "write (?<name>…)"},
	{"(?P=", "(?P=name) is a reference of Python and PCRE", `write \k<name>`},
	{"(?P>", "(?P>name) is a subroutine call of PCRE", "write the group's expression again: .NET has no subroutines"},
	{"(?&", "(?&name) is a subroutine call of Perl and PCRE", "write the group's expression again: .NET has no subroutines"},
	{"(?R", "(?R) is a recursion of Perl and PCRE", "use balancing groups (?<open>…) and (?<-open>…): .NET has no recursion"},
	{"(?0", "(?0) is a recursion of Perl and PCRE", "use balancing groups (?<open>…) and (?<-open>…): .NET has no recursion"},
	{"(?|", "(?|…) is a branch reset of Perl and PCRE", "give the groups of all branches the same name or number: (?<1>…)"},
	{"(?*", "(?*…) is a lookahead of PCRE2 that may be tried again", "write (?=…), which is matched once"},
	{"(?C", "(?C) is a callout of PCRE", "leave it out"},
	{"(?^", "(?^) sets the options of Perl back", "write (?-imnsx)"},
	{"(?~", "(?~…) is the absent operator of Ruby", "write (?:(?!…)[\\s\\S])*"},
	{"(?<>", "the group has an empty name", "write (?<name>…)"},
}

// foreignGroup says what a text that begins with (? is elsewhere.
func foreignGroup(text string) (what, help string) {
	for _, f := range foreignGroups {
		if strings.HasPrefix(text, f.start) {
			return f.what, f.help
		}
	}
	if len(text) > 2 && isDigit(uint16(text[2])) || len(text) > 3 && (text[2] == '+' || text[2] == '-') && isDigit(uint16(text[3])) {
		return "(?1) is a subroutine call of Perl and PCRE", "write the group's expression again: .NET has no subroutines"
	}
	if len(text) > 2 && isLetter(text[2]) {
		return "the group has options that .NET does not know", "the options are i, m, n, s and x, as in (?i) or (?i-s:…)"
	}
	return "the group is of no known kind", `write \( for the character itself`
}

func isLetter(b byte) bool { return 'a' <= b|' ' && b|' ' <= 'z' }

var foreignEscapes = []foreign{
	{`\Q`, `\Q…\E quotes text in Perl, PCRE and Java`, `escape each special character with \`},
	{`\E`, `\E ends quoted text in Perl, PCRE and Java`, `escape each special character with \`},
	{`\h`, `\h is horizontal white space in PCRE`, `write [\t\p{Zs}]`},
	{`\H`, `\H is no horizontal white space in PCRE`, `write [^\t\p{Zs}]`},
	{`\R`, `\R is a line break in PCRE`, `write (?:\r\n|[\n-\r\u0085\u2028\u2029])`},
	{`\N`, `\N is anything but a newline in PCRE`, `write [^\n]`},
	{`\V`, `\V is no vertical white space in PCRE`, `write [^\n-\r\u0085\u2028\u2029]`},
	{`\X`, `\X is a grapheme cluster in PCRE`, `write (?:\P{M}\p{M}*)`},
	{`\K`, `\K starts the match anew in PCRE`, `put what comes before in a lookbehind: (?<=…)`},
	{`\g`, `\g is a reference of Perl and PCRE`, `write \k<name> or \1`},
	{`\o`, `\o{…} is a character in octal in Perl and PCRE`, `write \x and two hexadecimal digits, or \u and four`},
	{`\x{`, `\x{…} is a character in Perl and PCRE`, `write \x and two hexadecimal digits, or \u and four`},
	{`\u{`, `\u{…} is a character in JavaScript`, `write \u and four hexadecimal digits, twice for a surrogate pair`},
	{`\U`, `\U is a character or a change of case elsewhere`, `write \u and four hexadecimal digits, twice for a surrogate pair`},
	{`\C`, `\C is a byte in PCRE`, `write [\s\S]`},
	{`\y`, `\y is a word boundary in PostgreSQL`, `write \b`},
	{`\m`, `\m is the start of a word in PostgreSQL`, `write \b(?=\w)`},
	{`\M`, `\M is the end of a word in PostgreSQL`, `write \b(?<=\w)`},
	{`\i`, `\i is a name's first character in XML Schema`, `write [\p{L}_:]`},
	{`\l`, `\l is a lower-case letter in Vim`, `write \p{Ll}`},
	{`\8`, `\8 is no octal digit and there is no such group`, ``},
	{`\9`, `\9 is no octal digit and there is no such group`, ``},
}

// foreignEscape says what a text that begins with a backslash is elsewhere.
func foreignEscape(text string) (what, help string) {
	for _, f := range foreignEscapes {
		if strings.HasPrefix(text, f.start) {
			return f.what, f.help
		}
	}
	return "the escape is unknown", "leave out the backslash, or double it for a backslash"
}

// foreignVerb says what to do about the (*VERB) a text ends in the start of.
func foreignVerb(text string) string {
	if strings.HasSuffix(text, "(*") {
		return "(*VERB) is PCRE's: leave it out"
	}
	return `write a \ before it for the character itself`
}

// foreignProperty gives the name .NET may have for a property.
func foreignProperty(name string) string {
	if _, ok := unicodeTables().properties["Is"+name]; ok {
		return `.NET knows blocks, not scripts: write \p{Is` + name + `}`
	}
	long := map[string]string{
		"Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Uppercase": "Lu", "Lowercase": "Ll", "Alphabetic": "L",
		"Alpha": "L", "Upper": "Lu", "Lower": "Ll", "Mark": "M", "Number": "N", "Digit": "Nd", "Decimal_Number": "Nd",
		"Punctuation": "P", "Punct": "P", "Symbol": "S", "Separator": "Z", "Space": "Z", "White_Space": "Z", "Other": "C",
		"Control": "Cc", "Cntrl": "Cc", "Latin": "IsBasicLatin", "Han": "IsCJKUnifiedIdeographs",
	}
	if short, ok := long[name]; ok {
		return `write \p{` + short + `}`
	}
	return `write \p{L} for a category, \p{IsGreek} for a block`
}
