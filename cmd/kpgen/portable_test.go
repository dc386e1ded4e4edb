package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestSameBytesFromAnotherBuild builds kpgen for another architecture, 32 bits wide, and compares what it builds with what is kept
// in golden/. It also compiles it for the other systems people use; what they build is the same code's work.
func TestSameBytesFromAnotherBuild(t *testing.T) {
	dir := t.TempDir()
	for _, system := range []string{"windows", "darwin"} {
		compile(t, filepath.Join(dir, system), "GOOS="+system, "GOARCH=amd64")
	}
	other := filepath.Join(dir, "kpgen-386")
	compile(t, other, "GOOS=linux", "GOARCH=386")
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skipf("%s/%s runs no linux/386 program", runtime.GOOS, runtime.GOARCH)
	}
	spec, err := filepath.Abs("../../spec/heroku")
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command(other, "build", spec, "-o", "built")
	build.Dir = dir
	build.Env = append(os.Environ(), "TZ=Pacific/Auckland", "LC_ALL=tr_TR.UTF-8")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	names, err := filepath.Glob("../../golden/heroku/*")
	if err != nil || len(names) != 7 {
		t.Fatalf("%d golden files, %v", len(names), err)
	}
	for _, name := range names {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "built", filepath.Base(name)))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s differs", filepath.Base(name))
		}
	}
}

func compile(t *testing.T, out string, env ...string) {
	t.Helper()
	c := exec.Command("go", "build", "-o", out, ".")
	c.Env = append(os.Environ(), append(env, "CGO_ENABLED=0")...)
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
