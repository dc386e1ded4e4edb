package tester

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/dotnet"
)

// Bounds on what a question may cost. A limit of .NET's is on one search for a match; a text may have as many matches as characters.
const (
	maxQuestion = 64 << 20         // bytes of a line
	maxAnswer   = 64 << 20         // bytes of an answer
	maxTime     = 10 * time.Second // for all matches of a question
	ahead       = 16               // questions read ahead for each core
	keptForLate = 256              // expressions a worker keeps compiled
)

// Batch answers questions, one a line:
//
//	{"pattern":"…","options":["IgnoreCase",…],"input":"…"}
//
// with one line each, in their order and as soon as they are known:
//
//	{"ok":true,"matches":[{"index":0,"length":3,"groups":{"0":[{"index":0,"length":3,"value":"…"}],…}}]}
//	{"ok":false,"error":"…"}
//
// Groups are all of the expression's in .NET's order by .NET's names, with all their captures. Indexes and lengths are in UTF-16
// units. No question ends the run: what is wrong with one is its answer. The timeout bounds one search for a match; 0 stands for
// dotnet.DefaultTimeout. The error is one of reading or writing, or the context's.
func Batch(ctx context.Context, r io.Reader, w io.Writer, timeout time.Duration) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	b := &batch{ctx: ctx, timeout: timeout, work: make(chan *job, workers), ordered: make(chan *job, ahead*workers)}
	go b.read(r) // not waited for: when the run ends early it may be waiting for input that never comes
	for range workers {
		go b.answerAll()
	}
	return b.deliver(bufio.NewWriterSize(w, 64<<10))
}

// batch is one run: the reader hands each job to the workers and, in order, to the one who delivers.
type batch struct {
	ctx     context.Context
	timeout time.Duration
	work    chan *job
	ordered chan *job
	failed  error // of reading, set before ordered is closed
}

// job is a question and, once it comes, its answer.
type job struct {
	line   []byte
	long   bool
	answer chan []byte
}

func (b *batch) read(r io.Reader) {
	defer close(b.ordered)
	defer close(b.work)
	in := newLines(r, maxQuestion)
	for first := true; ; first = false {
		line, long, err := in.next()
		if err == io.EOF {
			return
		}
		if err != nil {
			b.failed = err
			return
		}
		if first {
			line = bytes.TrimPrefix(line, []byte("\uFEFF"))
		}
		if !b.send(&job{line: line, long: long, answer: make(chan []byte, 1)}) {
			return
		}
	}
}

// send hands a job on; false means the run is over.
func (b *batch) send(j *job) bool {
	for _, to := range []chan *job{b.ordered, b.work} {
		select {
		case to <- j:
		case <-b.ctx.Done():
			return false
		}
	}
	return true
}

// deliver writes the answers in order, and what it has before it waits: whoever asks line by line gets each answer.
func (b *batch) deliver(w *bufio.Writer) error {
	for {
		j, err := receive(b.ctx, b.ordered, w)
		if err != nil {
			return err
		}
		if j == nil {
			return errors.Join(b.failed, w.Flush())
		}
		answer, err := receive(b.ctx, j.answer, w)
		if err != nil {
			return err
		}
		if _, err := w.Write(answer); err != nil {
			return err
		}
	}
}

// receive takes what comes next, its zero value once the channel is closed; w is flushed if that takes waiting.
func receive[T any](ctx context.Context, from <-chan T, w *bufio.Writer) (T, error) {
	select {
	case next := <-from:
		return next, nil
	default:
	}
	var none T
	if err := w.Flush(); err != nil {
		return none, err
	}
	select {
	case next := <-from:
		return next, nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

func (b *batch) answerAll() {
	w := worker{timeout: b.timeout, compiled: map[source]compiled{}}
	for j := range b.work {
		j.answer <- w.answer(j)
	}
}

// worker answers questions one by one. The same few expressions tend to come again and again.
type worker struct {
	timeout  time.Duration
	compiled map[source]compiled
}

type source struct {
	pattern string
	options dotnet.RegexOptions
}

type compiled struct {
	re  *dotnet.Regexp
	err error
}

// answer gives the line for a question.
func (w *worker) answer(j *job) (line []byte) {
	defer func() {
		if cause := recover(); cause != nil { // an engine's defect is one question's, not the run's
			line = refusal(fmt.Errorf("the engine failed: %v", cause))
		}
	}()
	if j.long {
		return refusal(fmt.Errorf("the line is longer than %d bytes", maxQuestion))
	}
	q, err := decode(j.line)
	if err != nil {
		return refusal(err)
	}
	re, err := w.compile(source{dotnet.PatternUTF16(q.pattern), q.options})
	if err != nil {
		return refusal(err)
	}
	line, err = matches(re, q.input)
	if err != nil {
		return refusal(err)
	}
	return line
}

func (w *worker) compile(s source) (*dotnet.Regexp, error) {
	c, known := w.compiled[s]
	if !known {
		if len(w.compiled) >= keptForLate {
			clear(w.compiled)
		}
		c.re, c.err = dotnet.Compile(s.pattern, dotnet.Options{Regex: s.options, Timeout: w.timeout})
		w.compiled[s] = c
	}
	return c.re, c.err
}

func refusal(err error) []byte {
	b := appendString([]byte(`{"ok":false,"error":`), utf16.Encode([]rune(err.Error())))
	return append(b, "}\n"...)
}

// matches gives the line with all matches of an expression.
func matches(re *dotnet.Regexp, input []uint16) ([]byte, error) {
	b := []byte(`{"ok":true,"matches":[`)
	began, empty := time.Now(), len(b)
	var tooMuch error
	err := re.Each(dotnet.NewSubjectUTF16(input), func(m *dotnet.Match) bool {
		if len(b) > empty {
			b = append(b, ',')
		}
		b = appendMatch(b, m, input)
		if len(b) > maxAnswer {
			tooMuch = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
		} else if time.Since(began) > maxTime {
			tooMuch = fmt.Errorf("no answer within %v for all matches together", maxTime)
		}
		return tooMuch == nil
	})
	if err = errors.Join(err, tooMuch); err != nil {
		return nil, err
	}
	return append(b, "]}\n"...), nil
}

func appendMatch(b []byte, m *dotnet.Match, input []uint16) []byte {
	b = append(appendSpan(b, m.Capture), `,"groups":{`...)
	for i, g := range m.Groups {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, utf16.Encode([]rune(g.Name))), `:[`...)
		for n, c := range g.Captures {
			if n > 0 {
				b = append(b, ',')
			}
			b = append(appendSpan(b, c), `,"value":`...)
			b = append(appendString(b, input[c.Index:c.Index+c.Length]), '}')
		}
		b = append(b, ']')
	}
	return append(b, `}}`...)
}

// appendSpan begins an object with the place of a capture.
func appendSpan(b []byte, c dotnet.Capture) []byte {
	b = strconv.AppendInt(append(b, `{"index":`...), int64(c.Index), 10)
	return strconv.AppendInt(append(b, `,"length":`...), int64(c.Length), 10)
}
