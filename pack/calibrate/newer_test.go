package calibrate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// TestNewerVersion: a constant that is another one in a file than in the dialect is warned of, once for each place, at its place;
// what the console makes is not.
func TestNewerVersion(t *testing.T) {
	write := func(version, unit string, salt int) calibrate.Sample {
		text := fmt.Sprintf("<X Version=\"%s\" Made=\"2026-01-0%dT00:00:00\"><Head><Unit>%s</Unit></Head>\n", version, salt, unit)
		p := doors(salt)
		for _, a := range p.Alerts {
			text += fmt.Sprintf(`<A Id="%08d-1111-4222-8333-444455556666" V="%s"><N>`, salt*1000+len(text), unit) + escapes().Replace(a.Name) + "</N><G>" + escapes().Replace(a.Group) + "</G><D>" +
				escapes().Replace(a.Description) + "</D>"
			for _, r := range a.Rules {
				text += "<R><T>" + escapes().Replace(r.Title) + "</T><S>" + r.EventSource + "</S><U>" + r.User + "</U></R>"
			}
			text += "</A>\n"
		}
		return calibrate.Sample{Pack: p, File: artifact.File{Name: "a.isalt", Data: []byte(text + "</X>")}}
	}
	r := learnAndRead(t, []calibrate.Sample{write("3.1", "s", 1)}, write("3.1", "s", 2))
	b, err := artifact.Decode([]artifact.File{write("3.2", "ms", 3).File}, r.Dialect)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range b.Warnings {
		got = append(got, fmt.Sprintf("%d:%d-%d %s", d.Line, d.Column, d.EndColumn, d.ID))
	}
	want := []string{"1:13-16 constant-differs", "1:57-59 constant-differs", "2:49-51 constant-differs"}
	if diff := cmp.Diff(want, got); diff != "" || !strings.Contains(b.Warnings[2].Message, "6 more") {
		t.Errorf("%s %v", diff, b.Warnings)
	}
}
