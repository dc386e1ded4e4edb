package tester

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kpgen/kpgen/pack/diag"
	"github.com/kpgen/kpgen/pack/dotnet"
)

// question is a line of a batch. Its texts are in UTF-16 units, as JSON and .NET have them: halves of surrogate pairs are kept.
type question struct {
	pattern, input []uint16
	options        dotnet.RegexOptions
}

// optionNames are the names of .NET Framework's RegexOptions. Compiled changes nothing here.
var optionNames = []string{
	"None", "IgnoreCase", "Multiline", "ExplicitCapture", "Compiled", "Singleline", "IgnorePatternWhitespace", "RightToLeft",
	"ECMAScript", "CultureInvariant",
}

var optionValues = []dotnet.RegexOptions{
	0, dotnet.IgnoreCase, dotnet.Multiline, dotnet.ExplicitCapture, 0, dotnet.Singleline, dotnet.IgnorePatternWhitespace,
	dotnet.RightToLeft, dotnet.ECMAScript, dotnet.CultureInvariant,
}

// decode reads a question. Members it does not know are left alone.
func decode(line []byte) (*question, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return nil, notAnObject(err)
	}
	var q question
	var err error
	if q.pattern, err = member(members, "pattern"); err != nil {
		return nil, err
	}
	if q.input, err = member(members, "input"); err != nil {
		return nil, err
	}
	q.options, err = decodeOptions(members["options"])
	return &q, err
}

func notAnObject(err error) error {
	const form = `{"pattern":"…","options":["IgnoreCase",…],"input":"…"}`
	if other := (*json.UnmarshalTypeError)(nil); errors.As(err, &other) {
		return fmt.Errorf("the line is JSON, but %s and not an object; expected %s", other.Value, form)
	}
	return fmt.Errorf("the line is no JSON: %w; expected %s", err, form)
}

func decodeOptions(raw json.RawMessage) (dotnet.RegexOptions, error) {
	var names []string
	if raw == nil {
		return 0, nil
	}
	if err := json.Unmarshal(raw, &names); err != nil {
		return 0, errors.New(`"options" is no list of strings, expected names of RegexOptions`)
	}
	var options dotnet.RegexOptions
	for _, name := range names {
		value, err := option(name)
		if err != nil {
			return 0, err
		}
		options |= value
	}
	return options, nil
}

func option(name string) (dotnet.RegexOptions, error) {
	for i, known := range optionNames {
		if name == known {
			return optionValues[i], nil
		}
	}
	help := diag.DidYouMean(name, optionNames)
	return 0, fmt.Errorf("unknown option %q, expected one of .NET Framework's RegexOptions; %s", name, help)
}

// member gives a string of a JSON object in UTF-16 units.
func member(members map[string]json.RawMessage, name string) ([]uint16, error) {
	raw, ok := members[name]
	if !ok {
		return nil, fmt.Errorf("%q is missing, expected a string", name)
	}
	if raw[0] != '"' {
		return nil, fmt.Errorf("%q is no string, expected one", name)
	}
	return unquote(raw), nil
}

var escapes = map[byte]uint16{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', '"': '"', '\\': '\\', '/': '/'}

// unquote gives the units of a JSON string that is known to be one. encoding/json would make U+FFFD of halves of pairs.
func unquote(raw []byte) []uint16 {
	units := make([]uint16, 0, len(raw))
	for s := raw[1 : len(raw)-1]; len(s) > 0; {
		switch {
		case s[0] == '\\' && s[1] == 'u':
			unit, _ := strconv.ParseUint(string(s[2:6]), 16, 16)
			units, s = append(units, uint16(unit)), s[6:]
		case s[0] == '\\':
			units, s = append(units, escapes[s[1]]), s[2:]
		default:
			r, n := utf8.DecodeRune(s)
			units, s = utf16.AppendRune(units, r), s[n:]
		}
	}
	return units
}

// appendString writes units as a JSON string; a half of a pair is an escape.
func appendString(b []byte, units []uint16) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(units); i++ {
		unit := units[i]
		switch {
		case unit == '"' || unit == '\\':
			b = append(b, '\\', byte(unit))
		case unit >= ' ' && unit < 0x7F:
			b = append(b, byte(unit))
		case unit < 0x80:
			b = append(b, '\\', 'u', '0', '0', hex[unit>>4], hex[unit&15])
		case !utf16.IsSurrogate(rune(unit)):
			b = utf8.AppendRune(b, rune(unit))
		default:
			if i+1 < len(units) {
				if r := utf16.DecodeRune(rune(unit), rune(units[i+1])); r != utf8.RuneError {
					b = utf8.AppendRune(b, r)
					i++
					continue
				}
			}
			b = fmt.Appendf(b, `\u%04x`, unit)
		}
	}
	return append(b, '"')
}
