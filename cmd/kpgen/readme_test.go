package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadme runs the examples of README.md: in a block fenced as console, a line "$ command" is run in a copy of the project and
// the lines below it are its whole output, where a line "…" stands for any lines. With -update the output is rewritten, except
// where such a line leaves part of it out.
func TestReadme(t *testing.T) {
	readme := filepath.Join("..", "..", "README.md")
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	dir, env := workplace(t)
	var out strings.Builder
	ran := 0
	for rest := string(text); rest != ""; {
		before, block, after, found := cutBlock(rest)
		out.WriteString(before)
		if !found {
			break
		}
		for _, c := range commands(block) {
			ran++
			got := c.run(dir, env)
			if !elided(c.output, got) {
				if !*update {
					t.Errorf("$ %s\n%s", c.line, cmp.Diff(c.output, got))
				} else if !strings.Contains(c.output, "…\n") {
					c.output = got
				}
			}
			out.WriteString("$ " + c.line + "\n" + c.output)
		}
		rest = after
	}
	if ran == 0 {
		t.Error("README.md has no example")
	}
	if *update && out.String() != string(text) {
		if err := os.WriteFile(readme, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// workplace gives a folder with what the examples use, and an environment whose PATH has kpgen.
func workplace(t *testing.T) (dir string, env []string) {
	t.Helper()
	dir = t.TempDir()
	bin := filepath.Join(dir, "bin")
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "kpgen"), ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"spec", "golden"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join("..", "..", name))); err != nil {
			t.Fatal(err)
		}
	}
	return dir, append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "NO_COLOR=1")
}

// cutBlock splits a text around the content of its first console block, the fences staying with what is before and after.
func cutBlock(text string) (before, block, after string, found bool) {
	const fence = "```console\n"
	before, rest, found := strings.Cut(text, fence)
	if !found {
		return text, "", "", false
	}
	block, after, found = strings.Cut(rest, "```\n")
	return before + fence, block, "```\n" + after, found
}

// example is a command and the output the README shows.
type example struct{ line, output string }

func commands(block string) []*example {
	var all []*example
	for line := range strings.Lines(block) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			all = append(all, &example{line: strings.TrimSuffix(command, "\n")})
		} else if len(all) > 0 {
			all[len(all)-1].output += line
		}
	}
	return all
}

// run gives what a person at a terminal would see, both streams together.
func (e *example) run(dir string, env []string) string {
	c := exec.Command("bash", "-c", e.line)
	c.Dir, c.Env = dir, env
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		if _, exited := err.(*exec.ExitError); !exited {
			return err.Error()
		}
	}
	return out.String()
}

// elided reports whether the output is what is shown, "…" lines standing for any lines.
func elided(shown, got string) bool {
	parts := strings.Split(shown, "…\n")
	if len(parts) == 1 {
		return shown == got
	}
	rest, ok := strings.CutPrefix(got, parts[0])
	for i, part := range parts[1:] {
		if !ok {
			return false
		}
		if i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		_, rest, ok = strings.Cut(rest, part)
	}
	return ok
}
