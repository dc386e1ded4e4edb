package calibrate_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/artifact"
	"github.com/kpgen/kpgen/pack/calibrate"
)

// Consoles that write text in forms of their own, by the name of the style's form. The head's first property is the date.
var textConsoles = map[string]func(st style, head []prop, top list) string{
	"banner": func(st style, head []prop, top list) string {
		return "#####\n#  Export of " + head[0].text + "\n#####\n" + st.banner(top.things, 0)
	},
	"dotted": func(st style, head []prop, top list) string {
		return "; exported " + head[0].text + "\n" + st.dotted(top, "", "\n")
	},
	"blocks": func(st style, _ []prop, top list) string {
		return "; exported\n" + strings.Join(st.blocks(top.things), "\n")
	},
	"counted": func(st style, head []prop, top list) string {
		text := "[Header]\nExported=" + head[0].text + "\n\n"
		for i, t := range top.things {
			text += fmt.Sprintf("[%s%d]\n", t.sort, i+1) + st.counted("", t) + "\n"
		}
		return text
	},
	"lines": func(st style, head []prop, top list) string {
		text := `{"exported":"` + head[0].text + `","items":` + strconv.Itoa(len(top.things)) + "}\n"
		for _, t := range top.things {
			text += st.jsonThing(t, 0) + "\n"
		}
		return text
	},
	"typed": func(_ style, head []prop, top list) string {
		escaper := strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", `\n`)
		text := "HDR|ET|" + head[0].text + "\n" + typed(top.things, "|", escaper)
		return text + "END|" + strconv.Itoa(strings.Count(text, "\n")-1) + "\n"
	},
	"keyed": style.keyed,
	"called": func(_ style, head []prop, top list) string {
		text := "; exported " + head[0].text + "\n"
		for _, t := range top.things {
			text += calledSections("Item", t, false)
		}
		return text
	},
	"called twice": func(_ style, _ []prop, top list) string {
		text := ""
		for _, t := range top.things {
			text += calledSections(t.sort, t, true) + "\n"
		}
		return text
	},
	"typed tabs": func(_ style, _ []prop, top list) string { return typed(top.things, "\t", strings.NewReplacer()) },
	"registry": func(_ style, _ []prop, top list) string {
		return "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Node64\\Export]\n\n" +
			strings.Join(registry("HKEY_LOCAL_MACHINE\\SOFTWARE\\Node64\\Export\\%04d", top.things), "\n") + "\n"
	},
}

// plain gives the lines of a thing's own values, with a blank around the equals sign.
func plain(t thing, before, equals string) string {
	text := ""
	for _, p := range t.props {
		if p.there {
			text += before + p.name + equals + p.text + "\n"
		}
	}
	return text
}

// banner writes sections that nest, of which those inside are indented one level less than usual, and a line behind each item.
func (st style) banner(all []thing, depth int) string {
	text := ""
	in, out := strings.Repeat("  ", depth), strings.Repeat("  ", max(0, depth-1))
	for _, t := range all {
		text += out + "[" + t.sort + "]\n" + plain(t, in, " = ")
		for _, l := range t.lists {
			text += st.banner(l.things, depth+1)
		}
		text += out + "[End]\n"
		if depth == 0 {
			text += "-----\n"
		}
	}
	return text
}

// dotted writes sections with their way in the name, and a text behind each item.
func (st style) dotted(l list, way, behind string) string {
	text := ""
	for i, t := range l.things {
		name := fmt.Sprintf("%s%s.%d", way, strings.ToLower(t.sort), i)
		text += "[" + name + "]\n" + plain(t, "", "=")
		for _, inner := range t.lists {
			text += st.dotted(inner, name+".", "")
		}
		text += behind
	}
	return text
}

// blocks gives sections side by side.
func (st style) blocks(all []thing) []string {
	var blocks []string
	for _, t := range all {
		blocks = append(blocks, "["+t.sort+"]\n"+plain(t, "", "="))
		for _, l := range t.lists {
			blocks = append(blocks, st.blocks(l.things)...)
		}
	}
	return blocks
}

// counted writes numbered keys with their count before them.
func (st style) counted(before string, t thing) string {
	text := plain(t, before, "=")
	for _, l := range t.lists {
		text += before + l.name + "Count=" + strconv.Itoa(len(l.things)) + "\n"
		for i, t := range l.things {
			text += st.counted(fmt.Sprintf("%s%s%d_", before, t.sort, i+1), t)
		}
	}
	return text
}

// typed writes a record of its own width for each thing, by its sort and number.
func typed(all []thing, delimiter string, escaper *strings.Replacer) string {
	text := ""
	for i, t := range all {
		text += strings.ToUpper(t.sort[:3]) + delimiter + strconv.Itoa(i+1)
		for _, p := range t.props {
			text += delimiter + escaper.Replace(p.text)
		}
		text += "\n"
		for _, l := range t.lists {
			text += typed(l.things, delimiter, escaper)
		}
	}
	return text
}

// registry gives keys with their values; the path has the number of each.
func registry(path string, all []thing) []string {
	quote := func(text string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	var keys []string
	for i, t := range all {
		own := fmt.Sprintf(path, i+1)
		key := "[" + own + "]\n"
		for _, p := range t.props {
			n, err := strconv.ParseUint(p.text, 10, 32)
			switch {
			case !p.there:
			case (p.sort == 'n' || p.sort == 'b') && err == nil:
				key += fmt.Sprintf("%s=dword:%08x\n", quote(p.name), n)
			default:
				key += quote(p.name) + "=" + quote(p.text) + "\n"
			}
		}
		keys = append(keys, key)
		for _, l := range t.lists {
			keys = append(keys, registry(own+"\\"+l.name+"s\\%d", l.things)...)
		}
	}
	return keys
}

// textStyle is the style of a console that writes a form of text.
func textStyle(form string) style {
	return style{Form: form, Charset: "utf-8", Names: "words", Absent: "empty", Zero: "0", Truth: [2]string{"1", "0"}, Enum: "words", Unit: "seconds",
		Number: -1, Joint: ";", Date: true, CRLF: true, Order: 7}
}

// TestTextConsoles: forms of text that no other test's console writes: what the probe's files teach is all there is, they are built
// anew byte by byte but for dates, and so is a random pack's file that is read.
func TestTextConsoles(t *testing.T) {
	probe := spec(t, "../../templates/probe")
	for form := range textConsoles {
		t.Run(form, func(t *testing.T) {
			for _, k := range artifact.Kinds() {
				for seed := range uint64(4) {
					faults, _ := try(textStyle(form), k, probe, randomPack(seed))
					for _, f := range faults {
						t.Errorf("%s, pack %d: %s", k, seed, f)
					}
				}
			}
		})
	}
}

// TestItemsTaken: what stands between items is written between those there are, and what stands behind each behind each.
func TestItemsTaken(t *testing.T) {
	category := func(name string) pack.Category {
		return pack.Category{Name: name, Rules: []pack.Rule{{Title: "t" + name}, {Title: "u" + name}}}
	}
	section := func(name string) string {
		return "[C]\nName=" + name + "\n[R]\nT=t" + name + "\n[R]\nT=u" + name + "\n"
	}
	for name, of := range map[string]struct{ lead, between, behind string }{
		"between": {"; c\n", "\n", ""}, "behind": {"# a\n# b\n", "", "---\n"}, "before each": {"; all\n; one\n", "; one\n", ""},
		"behind, as before": {"\n", "", "\n"}, "nothing": {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			write := func(names ...string) string {
				var all []string
				for _, name := range names {
					all = append(all, section(name)+of.behind)
				}
				return of.lead + strings.Join(all, of.between)
			}
			r, err := calibrate.Learn("x", []calibrate.Sample{
				export(categoriesOf(category("Doors"), category("Gates"), category("Walls")), "a.iscat", write("Doors", "Gates", "Walls"))})
			if err != nil {
				t.Fatal(err)
			}
			for _, names := range [][]string{{"One"}, {"One", "Two"}, {"A", "B", "C", "D"}} {
				p := &pack.Pack{}
				for _, name := range names {
					p.Categories = append(p.Categories, category(name))
				}
				data, err := artifact.EncodeKind(p, r.Dialect, artifact.Categories)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(write(names...), string(data)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}
