package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/console"
)

// doors is a small pack: one object, one report, an alert at every third opening.
func doors(t testing.TB) *console.Console {
	t.Helper()
	rule := pack.Rule{Match: pack.Pattern{Regex: `\sopened\s`}}
	c, err := console.New(&pack.Pack{
		Source: pack.Source{Type: "Door"},
		Alerts: []pack.Alert{{Name: "Busy", Threshold: pack.Threshold{Count: 3, Within: pack.Duration(time.Hour)}, Rules: []pack.Rule{rule}}},
		KnowledgeObjects: []pack.KnowledgeObject{{Name: "Door", AppliesTo: "door", Rules: []pack.ObjectRule{{
			Rule: pack.Rule{EventSource: "syslog"}, Expressions: []pack.Expression{{Expression1: `badge=(?<Badge>\S+)`}}}}}},
		Reports: []pack.Report{{Title: "Openings", Rules: []pack.Rule{rule}, Columns: []pack.Column{{Heading: "Badge", Token: "Badge"}}}},
	}, console.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func text(name, content string) Source {
	return Source{name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

func opening(i int) string {
	return fmt.Sprintf("<134>1 2026-03-01T08:00:00Z door-1 ctl 1 - - opened badge=%d\n", i)
}

// TestRunKeepsOrder: whatever the number of workers, lines come in input order and thresholds count in it.
func TestRunKeepsOrder(t *testing.T) {
	var log strings.Builder
	const n = 5000
	for i := range n {
		log.WriteString(opening(i))
	}
	for _, workers := range []int{1, 2, 7} {
		next, alerts := 0, 0
		found, err := Run(context.Background(), doors(t), []Source{text("a", log.String()), text("b", log.String())},
			Options{Workers: workers}, func(l *Line) error {
				file, i := "a", next
				if next >= n {
					file, i = "b", next-n
				}
				if want := fmt.Sprint(i); l.File != file || l.Line != i+1 || l.Result.Token("Badge") != want || l.Result.Rows[0].Values[0] != want {
					return fmt.Errorf("%s:%d is %q where %s:%d is due", l.File, l.Line, l.Result.Token("Badge"), file, i+1)
				}
				next++
				if alerts += len(l.Result.Alerts); len(l.Result.Alerts) > 0 && next%3 != 0 {
					return fmt.Errorf("alert at line %d", next)
				}
				return nil
			})
		if err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		if next != 2*n || alerts != 2*n/3 {
			t.Errorf("%d workers: %d lines, %d alerts", workers, next, alerts)
		}
	}
}

func TestRunGoesOnBehindWhatCannotBeRead(t *testing.T) {
	broken := Source{"broken", func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader(opening(1)+opening(2)), &failing{})), nil
	}}
	missing := Source{"missing", func() (io.ReadCloser, error) { return nil, os.ErrNotExist }}
	folder := FileSource(t.TempDir())
	lines := 0
	found, err := Run(context.Background(), doors(t), []Source{missing, broken, folder, text("good", "junk\n"+opening(3))}, Options{},
		func(l *Line) error {
			lines++
			if (l.Err != nil) != (l.File == "good" && l.Line == 1) {
				t.Errorf("%s:%d: %v", l.File, l.Line, l.Err)
			}
			return nil
		})
	if err != nil || lines != 4 {
		t.Errorf("%d lines, %v", lines, err)
	}
	var files []string
	for _, d := range found {
		if d.ID != "log-unreadable" {
			t.Errorf("id %s", d.ID)
		}
		files = append(files, d.File)
	}
	if got := strings.Join(files, " "); got != "missing broken "+folder.Name {
		t.Errorf("found in %s", got)
	}
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestRunStops(t *testing.T) {
	endless := Source{"endless", func() (io.ReadCloser, error) { return io.NopCloser(&repeat{line: opening(1)}), nil }}
	enough := errors.New("enough")
	lines := 0
	_, err := Run(context.Background(), doors(t), []Source{endless}, Options{}, func(*Line) error {
		if lines++; lines == 1000 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || lines != 1000 {
		t.Errorf("after %d lines: %v", lines, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	lines = 0
	_, err = Run(ctx, doors(t), []Source{endless}, Options{}, func(*Line) error {
		if lines++; lines == 1000 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after %d lines: %v", lines, err)
	}
}

type repeat struct {
	line string
	at   int
}

func (r *repeat) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		k := copy(b[n:], r.line[r.at:])
		n, r.at = n+k, (r.at+k)%len(r.line)
	}
	return n, nil
}

// TestJSONLIsJSON: any bytes of a log give one valid JSON object a line.
func TestJSONLIsJSON(t *testing.T) {
	hostile := "<134>1 2026-03-01T08:00:00Z door-1 ctl 1 - - opened badge=\"\\\u00e9\xff\xfe\x00\x1b[2J</script>\t\U0001F600\n"
	var out bytes.Buffer
	w := NewJSONL(&out)
	if _, err := Run(context.Background(), doors(t), []Source{text("x\"\n", hostile+"\x80\n")}, Options{}, w.Write); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var first, second map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(lines[1]), &second); err != nil {
		t.Fatal(err)
	}
	if got := first["tokens"].(map[string]any)["Badge"]; got != "\"\\\u00e9\ufffd\ufffd\x00\x1b[2J</script>" {
		t.Errorf("badge %q", got)
	}
	if first["file"] != "x\"\n" || second["error"] == nil || second["line"] != 2.0 {
		t.Errorf("%v %v", first["file"], second)
	}
}

// TestTableCutsAndAligns: widths come from the first rows; what is wider later is cut, wide characters count two.
func TestTableCutsAndAligns(t *testing.T) {
	var log, out strings.Builder
	log.WriteString(strings.ReplaceAll(opening(1), "badge=1", "badge=漢字"))
	for range tableSample {
		log.WriteString(opening(22))
	}
	log.WriteString(opening(1234567))
	c := doors(t)
	w := NewTable(&out, &c.Pack().Reports[0])
	if _, err := Run(context.Background(), c, []Source{text("a", log.String())}, Options{}, w.Write); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	if lines[0] != "Badge" || lines[1] != "─────" || lines[2] != "漢字" || lines[3] != "22" || lines[len(lines)-2] != "1234…" {
		t.Errorf("%q … %q", lines[:4], lines[len(lines)-3:])
	}
}

func TestFileSource(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(name, []byte(opening(7)), 0o644); err != nil {
		t.Fatal(err)
	}
	lines := 0
	found, err := Run(context.Background(), doors(t), []Source{FileSource(name)}, Options{}, func(l *Line) error {
		lines++
		return nil
	})
	if lines != 1 || err != nil || len(found) > 0 {
		t.Error(lines, err, found)
	}
}
