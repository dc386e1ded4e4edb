package tester_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/dotnet/tester"
)

// TestBatch holds answers to their exact form, which other programs rely on.
func TestBatch(t *testing.T) {
	const start, end = `{"ok":true,"matches":[`, `]}`
	for _, c := range []struct{ name, question, answer string }{
		{"match", `{"pattern":"a+","input":"caat"}`,
			start + `{"index":1,"length":2,"groups":{"0":[{"index":1,"length":2,"value":"aa"}]}}` + end},
		{"none", `{"pattern":"z","options":[],"input":"caat"}`, start + end},
		{"groups by number, then by name, all captures", `{"pattern":"(?<n>b)|(a)+","input":"aa"}`, start +
			`{"index":0,"length":2,"groups":{"0":[{"index":0,"length":2,"value":"aa"}],"1":[{"index":0,"length":1,"value":"a"},` +
			`{"index":1,"length":1,"value":"a"}],"n":[]}}` + end},
		{"options", `{"pattern":"A # x","options":["IgnoreCase","IgnorePatternWhitespace","Compiled","None"],"input":"xa"}`,
			start + `{"index":1,"length":1,"groups":{"0":[{"index":1,"length":1,"value":"a"}]}}` + end},
		{"from the right", `{"pattern":".","options":["RightToLeft"],"input":"ab"}`, start +
			`{"index":1,"length":1,"groups":{"0":[{"index":1,"length":1,"value":"b"}]}},` +
			`{"index":0,"length":1,"groups":{"0":[{"index":0,"length":1,"value":"a"}]}}` + end},
		{"empty matches", `{"pattern":"","input":"\ud83d\ude00"}`, start +
			`{"index":0,"length":0,"groups":{"0":[{"index":0,"length":0,"value":""}]}},` +
			`{"index":1,"length":0,"groups":{"0":[{"index":1,"length":0,"value":""}]}},` +
			`{"index":2,"length":0,"groups":{"0":[{"index":2,"length":0,"value":""}]}}` + end},
		{"halves of pairs", `{"pattern":"\ud83d","input":"😀\ud83d"}`, start +
			`{"index":0,"length":1,"groups":{"0":[{"index":0,"length":1,"value":"\ud83d"}]}},` +
			`{"index":2,"length":1,"groups":{"0":[{"index":2,"length":1,"value":"\ud83d"}]}}` + end},
		{"pairs", `{"pattern":"..","input":"\ude00😀"}`,
			start + `{"index":0,"length":2,"groups":{"0":[{"index":0,"length":2,"value":"\ude00\ud83d"}]}}` + end},
		{"escapes", `{"pattern":"(?s).+","input":"\b\f\n\r\t\"\\\/\u0000\u007fé\u2028","x":1}`, start +
			`{"index":0,"length":12,"groups":{"0":[{"index":0,"length":12,"value":"\u0008\u000c\u000a\u000d\u0009\"\\/\u0000\u007fé` +
			"\u2028" + `"}]}}` + end},
	} {
		if diff := cmp.Diff([]string{c.answer}, batch(t, c.question)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestBatchRefuses(t *testing.T) {
	for _, c := range []struct{ question, names string }{
		{`{"pattern":"(","input":""}`, "insufficient-closing-parentheses"},
		{`{"pattern":"a","options":["ECMAScript","Singleline"],"input":""}`, "options-out-of-range"},
		{`{"pattern":"a","options":["ignorecase"],"input":""}`, "IgnoreCase"},
		{`{"pattern":"a","options":"IgnoreCase","input":""}`, "options"},
		{`{"pattern":"^(a+)+$","input":"` + strings.Repeat("a", 40) + `!"}`, "20ms"},
		{`{"pattern":"a"}`, "input"},
		{`{"pattern":null,"input":""}`, "pattern"},
		{`{"pattern":"a","input":7}`, "input"},
		{`{"pattern":"a","input":""} {}`, "JSON"},
		{`["a"]`, "JSON"},
		{`null`, "pattern"},
		{``, "JSON"},
	} {
		var answer struct {
			OK    bool   `json:"ok"`
			Error string `json:"error"`
		}
		lines := batch(t, c.question)
		if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &answer) != nil || answer.OK || !strings.Contains(answer.Error, c.names) {
			t.Errorf("%s: %s, want an error that names %q", c.question, lines, c.names)
		}
	}
}

// TestBatchOrder asks slow and quick questions; the answers must come in the order of the questions.
func TestBatchOrder(t *testing.T) {
	var questions []string
	for i := range 500 {
		pattern := `\d+`
		if i%100 == 0 {
			pattern = `^(?:(a+)+|\d+)$`
		}
		questions = append(questions, fmt.Sprintf(`{"pattern":%q,"input":"%d %s"}`, pattern, i, strings.Repeat("a", 30)))
	}
	for i, answer := range batch(t, questions...) {
		if want := fmt.Sprintf(`"value":"%d"`, i); i%100 != 0 && !strings.Contains(answer, want) {
			t.Fatalf("answer %d is %s", i, answer)
		}
	}
}

// TestBatchConversation asks again only after an answer.
func TestBatchConversation(t *testing.T) {
	questions, ask := io.Pipe()
	hear, answers := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- tester.Batch(context.Background(), questions, answers, 0) }()
	r := bufio.NewReader(hear)
	for range 3 {
		if _, err := io.WriteString(ask, `{"pattern":"a","input":"a"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(line, `{"ok":true`) {
			t.Fatal(line, err)
		}
	}
	ask.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestBatchEnds(t *testing.T) {
	broken := errors.New("broken")
	if err := tester.Batch(context.Background(), failing{broken}, io.Discard, 0); !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	silent, _ := io.Pipe()
	if err := tester.Batch(ctx, silent, io.Discard, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzBatch has every question get one line of JSON, whatever it holds.
func FuzzBatch(f *testing.F) {
	f.Add([]byte(`{"pattern":"(?<n>\\w)|\ud83d","options":["IgnoreCase"],"input":"a\u0000\ud83d\"é"}`))
	f.Add([]byte("{\"pattern\":\".\",\"input\":\"\xed\xa0\xbd\xff\"}"))
	f.Add([]byte(`{"pattern":1}`))
	f.Fuzz(func(t *testing.T, question []byte) {
		var out bytes.Buffer
		if err := tester.Batch(context.Background(), bytes.NewReader(question), &out, time.Millisecond); err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(out.Bytes()) {
			if !json.Valid(line) || !utf8.Valid(line) {
				t.Errorf("no JSON: %q", line)
			}
		}
		asked := bytes.Count(question, []byte("\n"))
		if !bytes.HasSuffix(question, []byte("\n")) && len(question) > 0 {
			asked++
		}
		if answered := bytes.Count(out.Bytes(), []byte("\n")); answered != asked {
			t.Errorf("%d answers to %d questions", answered, asked)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// batch gives the answers to questions.
func batch(t *testing.T, questions ...string) []string {
	t.Helper()
	var out strings.Builder
	in := strings.NewReader("\uFEFF" + strings.Join(questions, "\r\n") + "\n")
	if err := tester.Batch(context.Background(), in, &out, 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	return answers
}
