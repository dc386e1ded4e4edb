// Package oracle asks Mono's System.Text.RegularExpressions, which is Microsoft's code, what .NET does. It is for tests.
package oracle

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

//go:embed oracle.cs
var source []byte

// usualLimit is the time the engine gets for one match; patience is when the program is taken to hang, as Mono does on some
// expressions, where its time limit is not looked at.
const (
	usualLimit = 1000 * time.Millisecond
	patience   = 10 * time.Second
)

// Hangs is the answer to a question the engine does not come back from.
const Hangs = "hangs"

// Question is an expression and the texts to find it in, all in the form of Units.
type Question struct {
	Options int
	Pattern string
	Inputs  []string
}

// Answer is what the engine says: why it refuses the expression, or its answer for each input, in the form oracle.cs gives.
type Answer struct {
	Refused string
	Inputs  []string
}

// Oracle is the compiled program.
type Oracle struct {
	exe   string
	limit time.Duration
}

// New compiles the program, or skips the test where there is no Mono, unless KPGEN_REQUIRE_MONO=1 makes that a failure.
func New(tb testing.TB) *Oracle {
	return &Oracle{exe: compile(tb, "oracle", source), limit: usualLimit}
}

// compile gives the executable of a program, or skips the test as New says.
func compile(tb testing.TB, name string, source []byte) string {
	tb.Helper()
	mcs, err := exec.LookPath("mcs")
	if err == nil {
		_, err = exec.LookPath("mono")
	}
	if err != nil {
		if os.Getenv("KPGEN_REQUIRE_MONO") == "1" {
			tb.Fatal(err)
		}
		tb.Skip("no Mono: ", err)
	}
	dir := tb.TempDir()
	program, exe := filepath.Join(dir, name+".cs"), filepath.Join(dir, name+".exe")
	if err := os.WriteFile(program, source, 0o644); err != nil {
		tb.Fatal(err)
	}
	if out, err := exec.Command(mcs, "-optimize+", "-out:"+exe, program).CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return exe
}

// Within gives the oracle with another limit for one match than a second.
func (o *Oracle) Within(limit time.Duration) *Oracle { return &Oracle{exe: o.exe, limit: limit} }

// Ask answers the questions in their order.
func (o *Oracle) Ask(questions []Question) ([]Answer, error) {
	lines := make([]string, len(questions))
	for i, q := range questions {
		fields := []string{strconv.Itoa(q.Options), Escape(q.Pattern)}
		for _, input := range q.Inputs {
			fields = append(fields, Escape(input))
		}
		lines[i] = strings.Join(fields, "\t")
	}
	replies, err := o.ask(lines)
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, len(replies))
	for i, reply := range replies {
		answers[i] = answer(reply, len(questions[i].Inputs))
	}
	return answers, nil
}

func answer(reply string, inputs int) Answer {
	if reason, refused := strings.CutPrefix(reply, "refused\t"); refused {
		return Answer{Refused: Unescape(reason)}
	}
	if reply == Hangs {
		return Answer{Inputs: repeated(Hangs, inputs)}
	}
	return Answer{Inputs: strings.Split(reply, "\t")}
}

func repeated(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// LowerCase gives the lower case of every UTF-16 unit that has another one.
func (o *Oracle) LowerCase() (map[uint16]uint16, error) {
	replies, err := o.ask([]string{"lower"})
	if err != nil {
		return nil, err
	}
	lower := map[uint16]uint16{}
	for pair := range strings.SplitSeq(replies[0], "\t") {
		var from, to uint16
		if _, err := fmt.Sscanf(pair, "%x=%x", &from, &to); err != nil {
			return nil, err
		}
		lower[from] = to
	}
	return lower, nil
}

// Members gives, for each expression, the UTF-16 units it matches when they stand between spaces, or nil when it is refused.
func (o *Oracle) Members(options int, patterns []string) ([][]uint16, error) {
	var units strings.Builder
	units.WriteByte(' ')
	for unit := range 1 << 16 {
		fmt.Fprintf(&units, `\u%04x `, unit)
	}
	lines := make([]string, len(patterns))
	for i, pattern := range patterns {
		lines[i] = fmt.Sprintf("%d\t%s\t%s", options, Escape(pattern), units.String())
	}
	replies, err := o.ask(lines)
	if err != nil {
		return nil, err
	}
	members := make([][]uint16, len(replies))
	for i, reply := range replies {
		if !strings.HasPrefix(reply, "refused") {
			members[i] = units16(reply)
		}
	}
	return members, nil
}

// units16 reads where the matches stand in the text Members asks about.
func units16(reply string) []uint16 {
	found := []uint16{}
	for match := range strings.SplitSeq(reply, "|") {
		var index, length int
		if n, _ := fmt.Sscanf(match, "0=%d+%d", &index, &length); n == 2 && index%2 == 1 {
			found = append(found, uint16(index/2))
		}
	}
	return found
}

// ask runs the program over the lines, anew after each line it hangs on.
func (o *Oracle) ask(lines []string) ([]string, error) {
	var replies []string
	for len(replies) < len(lines) {
		some, err := o.run(lines[len(replies):])
		replies = append(replies, some...)
		if err != nil {
			return nil, err
		}
		if len(replies) < len(lines) {
			replies = append(replies, Hangs)
		}
	}
	return replies, nil
}

// mono runs an executable in the invariant culture.
func mono(exe, argument string) *exec.Cmd {
	cmd := exec.Command("mono", exe, argument)
	cmd.Env = append(os.Environ(), "LANG=C", "LC_ALL=C")
	return cmd
}

// run gives the replies up to the end or to the line the program hangs on.
func (o *Oracle) run(lines []string) ([]string, error) {
	cmd := mono(o.exe, strconv.FormatInt(o.limit.Milliseconds(), 10))
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		io.WriteString(in, strings.Join(lines, "\n")+"\n") // fails when the program is killed, which the reader sees
		in.Close()
	}()
	watch := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	var replies []string
	r := bufio.NewReaderSize(out, 1<<20)
	for len(replies) < len(lines) {
		line, err := r.ReadString('\n')
		if err != nil {
			break
		}
		watch.Reset(patience)
		replies = append(replies, strings.TrimSuffix(line, "\n"))
	}
	hung := !watch.Stop()
	cmd.Process.Kill()
	err = cmd.Wait()
	if len(replies) < len(lines) && !hung {
		return nil, fmt.Errorf("after %q: %w", lines[max(0, len(replies)-1)], err)
	}
	return replies, nil
}

// Escape writes a text in the form of the program's fields.
func Escape(s string) string {
	var b strings.Builder
	for _, unit := range Units(s) {
		switch {
		case unit == '\\':
			b.WriteString(`\\`)
		case unit < ' ' || unit > '~':
			fmt.Fprintf(&b, `\u%04x`, unit)
		default:
			b.WriteByte(byte(unit))
		}
	}
	return b.String()
}

// Unescape undoes Escape.
func Unescape(s string) string {
	var units []uint16
	for i := 0; i < len(s); i++ {
		unit := uint64(s[i])
		if s[i] == '\\' {
			i++
			unit = uint64(s[i])
			if s[i] == 'u' {
				unit, _ = strconv.ParseUint(s[i+1:i+5], 16, 16)
				i += 4
			}
		}
		units = append(units, uint16(unit))
	}
	return Text(units)
}

// Units gives the UTF-16 units of a text. Halves of surrogate pairs, which UTF-8 has no form for, stand in texts as three bytes in
// the form UTF-8 would give them.
func Units(s string) []uint16 {
	var units []uint16
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 {
			r, n = 0xD000|rune(s[1]&0x3F)<<6|rune(s[2]&0x3F), 3
			units = append(units, uint16(r))
		} else {
			units = utf16.AppendRune(units, r)
		}
		s = s[n:]
	}
	return units
}

// Text undoes Units.
func Text(units []uint16) string {
	var b strings.Builder
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		switch {
		case !utf16.IsSurrogate(r):
			b.WriteRune(r)
		case i+1 < len(units) && utf16.DecodeRune(r, rune(units[i+1])) != utf8.RuneError:
			b.WriteRune(utf16.DecodeRune(r, rune(units[i+1])))
			i++
		default:
			b.Write([]byte{0xED, 0x80 | byte(r>>6&0x3F), 0x80 | byte(r&0x3F)})
		}
	}
	return b.String()
}
