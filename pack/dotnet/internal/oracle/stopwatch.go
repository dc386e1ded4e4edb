package oracle

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

//go:embed stopwatch.cs
var stopwatch []byte

// Compiled is .NET's RegexOptions.Compiled.
const Compiled = 8

// Stopwatch times the engine within its own process.
type Stopwatch struct {
	in      io.Writer
	out     *bufio.Reader
	expired *time.Timer
}

// Timed is an expression to be timed.
type Timed struct {
	Pattern string
	First   bool // the first match is wanted, with its groups, else only whether there is one
}

// hopeless is how long the engine is waited for.
const hopeless = 5 * time.Minute

// NewStopwatch starts a program that asks the questions of lines, or skips as New does. The program ends with the test.
func NewStopwatch(tb testing.TB, options int, questions []Timed) *Stopwatch {
	tb.Helper()
	cmd := mono(compile(tb, "stopwatch", stopwatch), strconv.Itoa(options))
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	s := &Stopwatch{in: in, out: bufio.NewReaderSize(out, 1<<20), expired: time.AfterFunc(hopeless, func() { cmd.Process.Kill() })}
	tb.Cleanup(func() { s.end(cmd) })
	fields := make([]string, len(questions))
	for i, q := range questions {
		fields[i] = map[bool]string{false: "?", true: "!"}[q.First] + Escape(q.Pattern)
	}
	if _, err := io.WriteString(in, strings.Join(fields, "\t")+"\n"); err != nil {
		tb.Fatal(err)
	}
	return s
}

func (s *Stopwatch) end(cmd *exec.Cmd) {
	s.expired.Stop()
	cmd.Process.Kill()
	cmd.Wait()
}

// Pass gives the processor time the engine takes to answer all questions for all lines, in steps of 10 ms.
func (s *Stopwatch) Pass(lines []string) (time.Duration, error) {
	reply, err := s.command("time", lines)
	if err != nil {
		return 0, err
	}
	ns, err := strconv.ParseInt(reply, 10, 64)
	return time.Duration(ns), err
}

// Answers gives, for each line, the answer to each question: "-" for no match, else "=" and, where the first match is wanted, for
// each group in .NET's order another "-", or "=", its value and U+001F.
func (s *Stopwatch) Answers(lines []string) ([][]string, error) {
	reply, err := s.command("tell", lines)
	if err != nil {
		return nil, err
	}
	all := strings.Split(reply, "\t")
	each := len(all) / len(lines)
	answers := make([][]string, len(lines))
	for i := range answers {
		for _, answer := range all[i*each : (i+1)*each] {
			answers[i] = append(answers[i], Unescape(answer))
		}
	}
	return answers, nil
}

func (s *Stopwatch) command(name string, lines []string) (string, error) {
	s.expired.Reset(hopeless)
	var command strings.Builder
	command.WriteString(name)
	for _, line := range lines {
		command.WriteString("\t" + Escape(line))
	}
	if _, err := io.WriteString(s.in, command.String()+"\n"); err != nil {
		return "", err
	}
	reply, err := s.out.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("no answer from Mono: %w", err)
	}
	return strings.TrimSuffix(reply, "\n"), nil
}
