package dotnet

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Shared by the tests of this package. What those outside of it need is in export_test.go.

func compileAll(tb testing.TB, patterns []string) []*Regexp {
	tb.Helper()
	var set []*Regexp
	for _, pattern := range patterns {
		re, err := Compile(pattern, Options{})
		if err != nil {
			tb.Fatalf("%s: %v", pattern, err)
		}
		set = append(set, re)
	}
	return set
}

// sampleTexts gives the lines of the Heroku pack's samples without their priorities.
func sampleTexts(tb testing.TB) []string {
	tb.Helper()
	names, err := filepath.Glob("../../spec/heroku/samples/*.log")
	if err != nil || len(names) == 0 {
		tb.Fatal("no samples", err)
	}
	var texts []string
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if _, text, ok := strings.Cut(lines.Text(), ">"); ok {
				texts = append(texts, text)
			}
		}
		f.Close()
	}
	return texts
}
