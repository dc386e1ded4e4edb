package artifact_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/kpgen/kpgen/pack/artifact"
)

// built is a set of files that says in each which build it is of.
func built(build string) []artifact.File {
	var files []artifact.File
	for i := range 5 {
		files = append(files, artifact.File{Name: fmt.Sprintf("%d.iscat", i), Data: []byte(strings.Repeat(build, 4096))})
	}
	return files
}

// holds says which build the folder holds whole, or fails.
func holds(t *testing.T, dir string, builds ...string) string {
	t.Helper()
	for _, build := range builds {
		if _, same, err := artifact.Check(dir, built(build)); err == nil && same {
			return build
		}
	}
	t.Fatalf("%s holds none of %v whole", dir, builds)
	return ""
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// left lists the paths below dir.
func left(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names[1:]
}

// TestWrite: a new folder, one with only built files, one with other files, one with folders, the current one.
func TestWrite(t *testing.T) {
	names := []string{"out", "out/0.iscat", "out/1.iscat", "out/2.iscat", "out/3.iscat", "out/4.iscat"}
	tests := map[string]struct {
		prepare func(t *testing.T, out string)
		more    []string
	}{
		"new":          {func(*testing.T, string) {}, nil},
		"empty":        {func(t *testing.T, out string) { _ = os.Mkdir(out, 0o777) }, nil},
		"older build":  {func(t *testing.T, out string) { _ = artifact.Write(out, built("old")) }, nil},
		"other file":   {func(t *testing.T, out string) { put(t, out+"/notes.txt", "mine") }, []string{"out/notes.txt"}},
		"other folder": {func(t *testing.T, out string) { put(t, out+"/sub/notes.txt", "mine") }, []string{"out/sub", "out/sub/notes.txt"}},
		"current": {func(t *testing.T, out string) {
			_ = artifact.Write(out, built("old"))
			t.Chdir(out)
		}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out := filepath.Join(dir, "out")
			test.prepare(t, out)
			if err := artifact.Write(out, built("new")); err != nil {
				t.Fatal(err)
			}
			holds(t, out, "new")
			same(t, left(t, dir), append(names, test.more...)...)
			for _, name := range test.more {
				if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil && string(data) != "mine" {
					t.Errorf("%s is now %q", name, data)
				}
			}
			if _, err := os.Stat("."); err != nil {
				t.Error("the current folder is gone:", err)
			}
		})
	}
}

// TestWriteMode: the files of a build are as readable as any file the user makes, and the folder keeps its mode.
func TestWriteMode(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	put(t, filepath.Join(out, "plain"), "")
	if err := os.Chmod(out, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := artifact.Write(out, built("new")); err != nil {
		t.Fatal(err)
	}
	folder, _ := os.Stat(out)
	file, _ := os.Stat(filepath.Join(out, "0.iscat"))
	plain, _ := os.Stat(filepath.Join(out, "plain"))
	if folder.Mode().Perm() != 0o750 || file.Mode() != plain.Mode() {
		t.Error(folder.Mode(), file.Mode(), plain.Mode())
	}
}

// TestWriteThroughLink: a linked folder is written where it is, and stays linked.
func TestWriteThroughLink(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	put(t, filepath.Join(real, "0.iscat"), "old")
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	if err := artifact.Write(link, built("new")); err != nil {
		t.Fatal(err)
	}
	holds(t, real, "new")
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Error(info.Mode(), err)
	}
}

// TestWriteFails: when one file cannot be written, the old ones are all there, and nothing besides.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	if err := artifact.Write(out, built("old")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(out, "4.iscat")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(out, "4.iscat", "in the way"), "mine")
	before := left(t, dir)
	same(t, findings(t, artifact.Write(out, built("new"))), out+" cannot-write")
	same(t, left(t, dir), before...)
	if _, same, err := artifact.Check(out, built("old")[:4]); !same || err != nil {
		t.Error("the old files are not whole:", err)
	}

	put(t, filepath.Join(dir, "file"), "mine")
	same(t, findings(t, artifact.Write(filepath.Join(dir, "file"), built("new"))), filepath.Join(dir, "file")+" cannot-write")
	same(t, findings(t, artifact.Write(filepath.Join(dir, "file", "out"), built("new"))), filepath.Join(dir, "file", "out")+" cannot-write")
}

func TestWriteNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"", ".", "..", "../x", "/x", `..\x`, "a/b", "c:x", "com1.txt", "x ", "x.", "a\x00b", "new\nline"} {
		same(t, findings(t, artifact.Write(dir, []artifact.File{{Name: name}})), "bad-file-name")
	}
	same(t, findings(t, artifact.Write(dir, []artifact.File{{Name: "a"}, {Name: "A"}})), "bad-file-name")
	same(t, left(t, dir))
}

// TestKilled kills builds at any moment: the folder holds one build whole, and the other file in it stays.
func TestKilled(t *testing.T) {
	if out := os.Getenv("KPGEN_TEST_WRITE"); out != "" {
		for i := range 1000 {
			if err := artifact.Write(out, built([]string{"one", "two"}[i%2])); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	out := filepath.Join(t.TempDir(), "out")
	if err := artifact.Write(out, built("one")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(out, "notes.txt"), "mine")
	if err := artifact.Write(out, built("two")); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		build := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		build.Env = append(os.Environ(), "KPGEN_TEST_WRITE="+out)
		if err := build.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+7*i) * time.Millisecond)
		_ = build.Process.Kill()
		_ = build.Wait()
		holds(t, out, "one", "two")
		if data, err := os.ReadFile(filepath.Join(out, "notes.txt")); string(data) != "mine" {
			t.Fatal(err)
		}
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	files := []artifact.File{{Name: "a", Data: []byte("one\r\ntwo\x1b[2J\r\n")}, {Name: "b", Data: []byte("same\n")},
		{Name: "c", Data: []byte("new\n")}}
	put(t, filepath.Join(dir, "a"), "one\r\nTWO\r\n")
	put(t, filepath.Join(dir, "b"), "same\n")
	diff, equal, err := artifact.Check(dir, files)
	if equal || err != nil {
		t.Fatal(equal, err)
	}
	from := filepath.ToSlash(dir)
	want := "--- " + from + "/a\n+++ a\n@@ -1,2 +1,2 @@ 2:1\n one\n-TWO\n+two\\x1b[2J\n--- /dev/null\n+++ c\n@@ -0,0 +1 @@ at the end\n+new\n"
	if diff != want {
		t.Errorf("%q, want %q", diff, want)
	}
	if err := artifact.Write(dir, files); err != nil {
		t.Fatal(err)
	}
	if diff, equal, err := artifact.Check(dir, files); !equal || diff != "" || err != nil {
		t.Error(diff, equal, err)
	}
	if _, equal, err := artifact.Check(filepath.Join(dir, "nothing"), files); equal || err != nil {
		t.Error(equal, err)
	}
}

// TestCheckShowsText: files are compared as the text in them; what is no text is shown as bytes.
func TestCheckShowsText(t *testing.T) {
	encoded := func(s string, order binary.AppendByteOrder) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = order.AppendUint16(b, u)
		}
		return string(b)
	}
	packed := func(s string, level int) string {
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, level)
		_, _ = w.Write([]byte(s))
		_ = w.Close()
		return b.String()
	}
	zipped := func(s string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create("a.xml")
		_, _ = w.Write([]byte(s))
		_ = z.Close()
		return b.String()
	}
	long := strings.Repeat("<Item>é</Item>", 50)
	for _, c := range []struct{ name, old, now, want string }{
		{"UTF-16 little", encoded("\ufeff<a>é</a>\n<b/>\n", binary.LittleEndian), encoded("\ufeff<a>é</a>\n<b></b>\n", binary.LittleEndian),
			"@@ -1,2 +1,2 @@ 2:3\n <a>é</a>\n-<b/>\n+<b></b>\n"},
		{"UTF-16 big, no mark", encoded("<a>1</a>", binary.BigEndian), encoded("<a>12</a>", binary.BigEndian),
			"@@ -1 +1 @@ 1:5\n-<a>1</a>\n\\ No newline at end of file\n+<a>12</a>\n\\ No newline at end of file\n"},
		{"Windows-1252", "caf\xe9\nx\n", "caf\xe9\ny\n", "@@ -1,2 +1,2 @@ 2:1\n café\n-x\n+y\n"},
		{"byte-order mark", "\xef\xbb\xbfa\n", "a\n", "The text is the same, in another character set or with another byte-order mark.\n@@ byte 0 @@\n" +
			"-00000000  ef bb bf 61 0a                                  |...a.|\n+00000000  61 0a                                           |a.|\n"},
		{"line ends", "a\r\nb\r\n", "a\nb\n", "@@ -1,2 +1,2 @@ 1:2\n-a\\x0d\n-b\\x0d\n+a\n+b\n"},
		{"a long line", long + "<Name>old</Name>" + long, long + "<Name>new</Name>" + long, "@@ -1 +1 @@ 1:707\n <Item>\n é</Item>\n" +
			" <Name>\n-old</Name>\n+new</Name>\n <Item>\n é</Item>\n <Item>\n"},
		{"a long line broken", long, strings.ReplaceAll(long, "><", ">\n<"), "@@"},
		{"gzip", packed("a\nb\n", 9), packed("a\nc\n", 9), "@@ -1,2 +1,2 @@ 2:1\n a\n-b\n+c\n"},
		{"packed otherwise", packed(long, 9), packed(long, 0), "What is in it is the same, packed otherwise.\n"},
		{"zip", zipped(encoded("\ufeffa\n", binary.LittleEndian)), zipped(encoded("\ufeffb\n", binary.LittleEndian)),
			"@@ -1,2 +1,2 @@ 2:1\n \"a.xml\" 2\n-a\n+b\n"},
		{"binary", "\x00\x01\xff\xfe0123456789abcdef", "\x00\x01\xff\xfe0123456789abcdeg",
			"@@ byte 19 @@\n-00000010  63 64 65 66                                     |cdef|\n+00000010  63 64 65 67                                     |cdeg|\n"},
		{"several places", strings.Repeat("a\n", 4) + "x\nb\ny\n" + strings.Repeat("c\n", 20) + "z\nd", strings.Repeat("a\n", 4) + "b\n" + strings.Repeat("c\n", 20) + "Z\nd",
			"@@ -2,9 +2,7 @@ 5:1\n a\n a\n a\n-x\n b\n-y\n c\n c\n c\n@@ -25,5 +23,5 @@ 28:1\n c\n c\n c\n-z\n+Z\n d\n\\ No newline at end of file\n"},
		{"nothing left", "a\n", "", "@@ -1 +0,0 @@ 1:1\n-a\n"},
		{"more at the end", "a\n", "a\nb\n", "@@ -1 +1,2 @@ at the end\n a\n+b\n"},
	} {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "f"), c.old)
		diff, equal, err := artifact.Check(dir, []artifact.File{{Name: "f", Data: []byte(c.now)}})
		head := "--- " + filepath.ToSlash(dir) + "/f\n+++ f\n"
		if got, ok := strings.CutPrefix(diff, head); equal || err != nil || !ok || !strings.HasPrefix(got, c.want) || c.want != "@@" && got != c.want {
			t.Errorf("%s: %v %v\n%s\nwant\n%s", c.name, equal, err, diff, c.want)
		}
	}
}

// TestCheckBounds: however large the difference, what is shown of it is small and comes soon.
func TestCheckBounds(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a"), strings.Repeat("old\nfile\n", 100_000))
	diff, equal, err := artifact.Check(dir, []artifact.File{{Name: "a", Data: []byte(strings.Repeat("new\nbuild\n", 100_000))}})
	if n := strings.Count(diff, "\n"); equal || err != nil || n > 203 {
		t.Error(equal, err, n)
	}
	var old, now strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&old, "same %d\nold\nand\nmore\n", i)
		fmt.Fprintf(&now, "same %d\n", i)
	}
	put(t, filepath.Join(dir, "a"), old.String())
	diff, _, err = artifact.Check(dir, []artifact.File{{Name: "a", Data: []byte(now.String())}})
	if n := strings.Count(diff, "\n"); err != nil || n > 203 {
		t.Error(err, n)
	}
	if err := os.Mkdir(filepath.Join(dir, "b"), 0o777); err != nil {
		t.Fatal(err)
	}
	_, _, err = artifact.Check(dir, []artifact.File{{Name: "b"}})
	same(t, findings(t, err), filepath.Join(dir, "b")+" unreadable-file")
}
