package dotnet

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack/dotnet/internal/oracle"
)

var update = flag.Bool("update", false, "record the oracle's answers")

// table is a file of questions and the oracle's answers. A line is a comment (#), a question in the form of oracle.cs, or, after =,
// the answer to the question before: for each input what oracle.cs says, or "refused" and our kind of error. To add a question
// write its line and run go test -update where there is Mono.
const tableFile = "testdata/table.txt"

// TestTable holds us to the recorded answers, with or without Mono.
func TestTable(t *testing.T) {
	if *update {
		recordTable(t)
	}
	counts := tally{}
	for _, entry := range readTable(t) {
		if entry.comment {
			continue
		}
		if !entry.answered {
			t.Errorf("no answer to %s", entry.line)
			continue
		}
		for _, text := range counts.compare(entry.question, entry.answer) {
			t.Errorf("%s: on %s we answer %+v", entry.line, oracle.Escape(text), answer(entry.question))
		}
	}
	t.Logf("\n%s", counts)
	if n := counts.total().patterns; n < 1500 {
		t.Errorf("the table has only %d expressions", n)
	}
}

// TestTableIsOracles holds the recorded answers to the oracle.
func TestTableIsOracles(t *testing.T) {
	recorded, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := answeredTable(t, oracle.New(t)); !bytes.Equal(got, recorded) {
		t.Error("the recorded answers are not the oracle's: see what go test -update makes of them")
	}
}

type entry struct {
	line     string // as it stands in the file
	question oracle.Question
	answer   oracle.Answer
	comment  bool
	answered bool
}

func readTable(t *testing.T) []entry {
	t.Helper()
	text, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	var entries []entry
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
			entries = append(entries, entry{line: line, comment: true})
		case strings.HasPrefix(line, "=\t"):
			last := &entries[len(entries)-1]
			last.answered = true
			fields := strings.Split(line, "\t")[1:]
			if fields[0] == "refused" {
				last.answer.Refused = fields[1]
			} else {
				last.answer.Inputs = fields
			}
		default:
			entries = append(entries, entry{line: line, question: parseQuestion(t, line)})
		}
	}
	return entries
}

func parseQuestion(t *testing.T, line string) oracle.Question {
	t.Helper()
	fields := strings.Split(line, "\t")
	options, err := strconv.Atoi(fields[0])
	if err != nil || len(fields) < 3 {
		t.Fatalf("no question: %s", line)
	}
	q := oracle.Question{Options: options, Pattern: oracle.Unescape(fields[1])}
	for _, field := range fields[2:] {
		q.Inputs = append(q.Inputs, oracle.Unescape(field))
	}
	return q
}

func recordTable(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("mono"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tableFile, answeredTable(t, oracle.New(t)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// answeredTable writes the table with the oracle's answers.
func answeredTable(t *testing.T, o *oracle.Oracle) []byte {
	t.Helper()
	entries := readTable(t)
	var questions []oracle.Question
	for _, e := range entries {
		if !e.comment {
			questions = append(questions, e.question)
		}
	}
	answers := ask(t, o, questions)
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(e.line + "\n")
		if e.comment {
			continue
		}
		fields := answers[0].Inputs
		for i, field := range fields {
			if field == "timeout" && len(e.answer.Inputs) == len(fields) {
				fields[i] = e.answer.Inputs[i] // a busy machine is no news
			}
		}
		if answers[0].Refused != "" {
			fields = []string{"refused", answers[0].Refused}
		}
		b.WriteString("=\t" + strings.Join(fields, "\t") + "\n")
		answers = answers[1:]
	}
	return b.Bytes()
}
