package hazard_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const recheckFile = "testdata/recheck.txt"

// differences are the known expressions of which recheck and we think otherwise.
var differences = map[string]string{
	`^(?:a+)+$`:         ".NET makes one repetition of the two",
	`^(?:a|a)*$`:        ".NET makes one class of the branches",
	`^(\w|\d)*$`:        ".NET makes one class of the branches",
	`^(a{1,30}){1,30}$`: "recheck says safe; the attack stalls .NET",
}

// The known expressions are to us what they are to recheck, by its recorded verdicts, but where JavaScript has no such expression,
// recheck does not know, or .NET is another engine.
func TestRecheckAgrees(t *testing.T) {
	recorded, err := os.ReadFile(recheckFile)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]string{}
	for line := range strings.Lines(string(recorded)) {
		pattern, verdict, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		verdicts[pattern] = verdict
	}
	asked, both, agreed := 0, 0, 0
	for _, k := range knownExpressions(t) {
		verdict, ok := verdicts[k.pattern]
		if !ok {
			t.Errorf("no verdict is recorded for %s: make recheck, and see CONTRIBUTING.md", k.pattern)
		}
		asked++
		if verdict == "refused" || verdict == "unknown" {
			continue
		}
		both++
		if verdict == k.verdict {
			agreed++
		}
		if reason := differences[k.pattern]; (verdict != k.verdict) != (reason != "") {
			t.Errorf("%s: recheck says %s, we %s; the list of differences says %q", k.pattern, verdict, k.verdict, reason)
		}
	}
	t.Logf("%d expressions, %d understood by both, %d agreed on", asked, both, agreed)
}

// The recorded verdicts are recheck's, where it is installed: KPGEN_RECHECK names the folder.
func TestRecordedIsRechecks(t *testing.T) {
	folder := os.Getenv("KPGEN_RECHECK")
	if folder == "" {
		t.Skip("KPGEN_RECHECK names no folder with recheck in it: make recheck")
	}
	script, err := filepath.Abs("testdata/recheck.mjs")
	if err != nil {
		t.Fatal(err)
	}
	var patterns bytes.Buffer
	for _, k := range knownExpressions(t) {
		patterns.WriteString(k.pattern + "\n")
	}
	cmd := exec.Command("node", script)
	cmd.Dir, cmd.Stdin, cmd.Stderr = folder, &patterns, os.Stderr
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(recheckFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(recheckFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}
