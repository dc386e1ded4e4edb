package calibrate_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
)

// objects writes things as serializers do: each has a number, in the order in which they stand in the file.
type objects struct {
	last int
	rows map[string]int // of each sort
}

func (o *objects) id() int { o.last++; return o.last }

// xml writes things, each with the next id.
func (o *objects) xml(l list) string {
	var text strings.Builder
	for _, thing := range l.things {
		fmt.Fprintf(&text, `<%s z:Id="i%d">`, l.name, o.id())
		for _, p := range thing.props {
			if p.there {
				fmt.Fprintf(&text, "<%s>%s</%s>", cmpOr(p.name, "Text"), escapes(">", "&gt;").Replace(p.text), cmpOr(p.name, "Text"))
			}
		}
		for _, sub := range thing.lists {
			fmt.Fprintf(&text, "<%ss>%s</%ss>", sub.name, o.xml(sub), sub.name)
		}
		fmt.Fprintf(&text, "</%s>\n", l.name)
	}
	return text.String()
}

// json writes a list and things that refer to each other.
func (o *objects) json(l list) string {
	id := o.id()
	var all []string
	quoted := func(text string) string { data, _ := json.Marshal(text); return string(data) }
	for _, thing := range l.things {
		text := fmt.Sprintf(`{"$id": "%d"`, o.id())
		for _, p := range thing.props {
			if p.there {
				text += fmt.Sprintf(", %q: %s", cmpOr(p.name, "Text"), quoted(p.text))
			}
		}
		for _, sub := range thing.lists {
			text += fmt.Sprintf(", %q: %s", sub.name+"s", o.json(sub))
		}
		all = append(all, text+"}")
	}
	return fmt.Sprintf(`{"$id": "%d", "$values": [%s]}`, id, strings.Join(all, ", "))
}

// dataset writes things as rows in the rows they belong to: each has its number among all of its sort, and that of the row around it.
func (o *objects) dataset(l list, around string, number int) string {
	var text strings.Builder
	for _, thing := range l.things {
		n := o.rows[l.name]
		o.rows[l.name]++
		fmt.Fprintf(&text, "<%s><%s_Id>%d</%s_Id>", l.name, l.name, n, l.name)
		if around != "" {
			fmt.Fprintf(&text, "<%s_Id>%d</%s_Id>", around, number, around)
		}
		for _, p := range thing.props {
			if p.there {
				fmt.Fprintf(&text, "<%s>%s</%s>", cmpOr(p.name, "Text"), escapes(">", "&gt;").Replace(p.text), cmpOr(p.name, "Text"))
			}
		}
		for _, sub := range thing.lists {
			text.WriteString(o.dataset(sub, l.name, n))
		}
		fmt.Fprintf(&text, "</%s>\n", l.name)
	}
	return text.String()
}

// TestSerials: numbers that run through the file, of all objects or of those of each sort with the numbers of those around.
func TestSerials(t *testing.T) {
	for name, write := range map[string]func(list) string{
		"objects": func(l list) string { return `<All xmlns:z="z">` + (&objects{}).xml(l) + "</All>" },
		"json":    func(l list) string { return (&objects{}).json(l) },
		"dataset": func(l list) string { return "<Set>" + (&objects{rows: map[string]int{}}).dataset(l, "", 0) + "</Set>" },
	} {
		t.Run(name, func(t *testing.T) {
			st := plainStyle("elements")
			st.Joint = ";"
			tryFiles(t, func(p *pack.Pack, k artifact.Kind, _ uint64) string {
				return write((&builder{st: st, count: map[string]int{}}).items(p, k))
			})
		})
	}
}
