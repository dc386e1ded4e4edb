package syntax

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
)

var update = flag.Bool("update", false, "write the files the tests compare with")

// TestTables holds tables.txt to the oracle, or writes it with -update.
func TestTables(t *testing.T) {
	o := oracle.New(t)
	got := "# What Mono's engine knows of UTF-16 units, asked by tables_test.go. Units are hexadecimal.\n" +
		caseTables(t, o) + classTables(t, o) + propertyTables(t, o)
	if *update {
		if err := os.WriteFile("tables.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != tablesText {
		t.Error("tables.txt is not what the oracle answers: see what go test -update makes of it")
	}
}

func caseTables(t *testing.T, o *oracle.Oracle) string {
	t.Helper()
	lower, err := o.LowerCase()
	if err != nil {
		t.Fatal(err)
	}
	return "lower" + mapFields(lower) + "\nrange-lower" + mapFields(rangeLower(t, o, lower)) + "\n"
}

// rangeLower asks for the lower cases a range brings in. The table the engine has for ranges has errors of its own: extra is what
// asking about all units by all others found beside the proper lower cases.
func rangeLower(t *testing.T, o *oracle.Oracle, lower map[uint16]uint16) map[uint16]uint16 {
	t.Helper()
	extra := map[uint16]uint16{0xD7: 0xF7, 0x130: 'i', 0x3A2: 0x3C2, 0x1E96: 0x1E97, 0x1E98: 0x1E99, 0x1E9A: 0x1E9B, 0x1E9C: 0x1E9D,
		0x1E9E: 0x1E9F, 0x1F1E: 0x1F16, 0x1F1F: 0x1F17, 0x24D0: 0x24EA}
	for unit := uint16(0x10A0); unit <= 0x10C5; unit++ {
		extra[unit] = unit + 0x30
	}
	candidates := maps.Clone(lower)
	maps.Copy(candidates, extra)
	units := slices.Sorted(maps.Keys(candidates))
	questions := make([]oracle.Question, len(units))
	for i, unit := range units {
		lo, hi := unit, unit+1
		if hi == candidates[unit] {
			lo, hi = unit-1, unit
		}
		questions[i] = oracle.Question{
			Options: int(IgnoreCase),
			Pattern: fmt.Sprintf(`[\u%04x-\u%04x]`, lo, hi),
			Inputs:  []string{string(rune(candidates[unit]))},
		}
	}
	answers, err := o.Ask(questions)
	if err != nil {
		t.Fatal(err)
	}
	found := map[uint16]uint16{}
	for i, unit := range units {
		if answers[i].Inputs[0] != "none" {
			found[unit] = candidates[unit]
		}
	}
	return found
}

func classTables(t *testing.T, o *oracle.Oracle) string {
	t.Helper()
	text := table(t, o, 0, `\w`, `\w`) + table(t, o, 0, `\s`, `\s`) + table(t, o, 0, `\b`, `(?<= \b)[^ ]`) +
		table(t, o, int(ECMAScript), "ecma", `\w`)
	for options, pattern := range map[int]string{int(ECMAScript): `\s`, 0: `[0-9]`} {
		if table(t, o, options, "", pattern) == "" {
			t.Error(pattern)
		}
	}
	return text
}

func table(t *testing.T, o *oracle.Oracle, options int, name, pattern string) string {
	t.Helper()
	members, err := o.Members(options, []string{pattern})
	if err != nil {
		t.Fatal(err)
	}
	return name + setFields(members[0]) + "\n"
}

func propertyTables(t *testing.T, o *oracle.Oracle) string {
	t.Helper()
	names := slices.Concat(strings.Fields(categoryNames), strings.Fields(blockNames))
	patterns := make([]string, len(names))
	for i, name := range names {
		patterns[i] = `\p{` + name + `}`
	}
	members, err := o.Members(0, patterns)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, name := range names {
		if members[i] == nil {
			t.Logf("%s is none of the engine's properties", name)
			continue
		}
		b.WriteString(name + setFields(members[i]) + "\n")
	}
	return b.String()
}

// The general categories, and the names of blocks and character types that .NET's documentation and its relatives know. The
// oracle says which of them it takes.
const (
	categoryNames = `L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No Z Zs Zl Zp C Cc Cf Cs Co Cn P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So`
	blockNames    = `_xmlC _xmlD _xmlI _xmlW
		IsAlphabeticPresentationForms IsArabic IsArabicPresentationForms-A IsArabicPresentationForms-B IsArabicSupplement IsArmenian
		IsArrows IsBasicLatin IsBengali IsBlockElements IsBopomofo IsBopomofoExtended IsBoxDrawing IsBraillePatterns IsBuhid
		IsCJKCompatibility IsCJKCompatibilityForms IsCJKCompatibilityIdeographs IsCJKRadicalsSupplement IsCJKStrokes
		IsCJKSymbolsandPunctuation IsCJKUnifiedIdeographs IsCJKUnifiedIdeographsExtensionA IsCherokee IsCombiningDiacriticalMarks
		IsCombiningDiacriticalMarksforSymbols IsCombiningHalfMarks IsCombiningMarksforSymbols IsControlPictures IsCoptic
		IsCurrencySymbols IsCyrillic IsCyrillicSupplement IsDevanagari IsDingbats IsEnclosedAlphanumerics
		IsEnclosedCJKLettersandMonths IsEthiopic IsGeneralPunctuation IsGeometricShapes IsGeorgian IsGreek IsGreekExtended
		IsGreekandCoptic IsGujarati IsGurmukhi IsHalfwidthandFullwidthForms IsHangulCompatibilityJamo IsHangulJamo
		IsHangulSyllables IsHanunoo IsHebrew IsHighPrivateUseSurrogates IsHighSurrogates IsHiragana IsIPAExtensions
		IsIdeographicDescriptionCharacters IsKanbun IsKangxiRadicals IsKannada IsKatakana IsKatakanaPhoneticExtensions IsKhmer
		IsKhmerSymbols IsLao IsLatin-1Supplement IsLatinExtended-A IsLatinExtended-B IsLatinExtendedAdditional IsLetterlikeSymbols
		IsLimbu IsLowSurrogates IsMalayalam IsMathematicalOperators IsMiscellaneousMathematicalSymbols-A
		IsMiscellaneousMathematicalSymbols-B IsMiscellaneousSymbols IsMiscellaneousSymbolsandArrows IsMiscellaneousTechnical
		IsMongolian IsMyanmar IsNumberForms IsOgham IsOpticalCharacterRecognition IsOriya IsPhoneticExtensions IsPrivateUse
		IsPrivateUseArea IsRunic IsSinhala IsSmallFormVariants IsSpacingModifierLetters IsSpecials IsSuperscriptsandSubscripts
		IsSupplementalArrows-A IsSupplementalArrows-B IsSupplementalMathematicalOperators IsSyriac IsTagalog IsTagbanwa IsTaiLe
		IsTamil IsTelugu IsThaana IsThai IsTibetan IsUnifiedCanadianAboriginalSyllabics IsVariationSelectors IsYiRadicals
		IsYiSyllables IsYijingHexagramSymbols`
)

// setFields writes units, ascending, as the fields of a set.
func setFields(units []uint16) string {
	var ranges []Range
	for _, unit := range units {
		ranges = append(ranges, Range{unit, unit})
	}
	var b strings.Builder
	for _, r := range newSet(ranges) {
		b.WriteString(" " + rangeField(r))
	}
	return b.String()
}

func rangeField(r Range) string {
	if r.Lo == r.Hi {
		return fmt.Sprintf("%04x", r.Lo)
	}
	return fmt.Sprintf("%04x-%04x", r.Lo, r.Hi)
}

// mapFields writes lower cases, joining neighbours with neighbouring ones.
func mapFields(lower map[uint16]uint16) string {
	type run struct {
		Range
		to uint16
	}
	var runs []run
	for _, unit := range slices.SortedFunc(maps.Keys(lower), cmp.Compare) {
		if i := len(runs) - 1; i >= 0 && runs[i].Hi+1 == unit && runs[i].to+unit-runs[i].Lo == lower[unit] {
			runs[i].Hi = unit
			continue
		}
		runs = append(runs, run{Range{unit, unit}, lower[unit]})
	}
	var b strings.Builder
	for _, r := range runs {
		fmt.Fprintf(&b, " %s=%04x", rangeField(r.Range), r.to)
	}
	return b.String()
}
