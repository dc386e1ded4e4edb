package preview

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/kpgen/kpgen/pack/internal/corpus"
)

// browser starts Chromium; without it the test is skipped, or fails where KPGEN_REQUIRE_CHROMIUM is 1.
func browser(t *testing.T) context.Context {
	t.Helper()
	name, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("KPGEN_REQUIRE_CHROMIUM") == "1" {
			t.Fatal(err)
		}
		t.Skip("no chromium: ", err)
	}
	opt := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(name), chromedp.NoSandbox, chromedp.DisableGPU)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opt...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// shots is where pictures go: KPGEN_SCREENSHOTS, or a folder that is deleted with the test.
func shots(t *testing.T) string {
	if dir := os.Getenv("KPGEN_SCREENSHOTS"); dir != "" {
		return dir
	}
	return t.TempDir()
}

// shoot saves a picture of the window, or of the whole page when it is named so.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	save(t, name, ask(t, ctx, chromedp.CaptureScreenshot()))
}

func save(t *testing.T, name string, png []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(shots(t), name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPictures(t *testing.T) {
	ctx := browser(t)
	s := open(t, options(t, reading(corpus.Spec, filepath.Join(corpus.Spec, "samples"))))
	at := serve(t, s)
	if err := s.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]string{"dashboard": "", "report": "report-1.html", "alerts": "alerts.html", "lines": "lines.html",
		"line": "line-400.html", "proof": "proof.html"} {
		do(t, ctx, chromedp.EmulateViewport(1440, 900))
		do(t, ctx, chromedp.Navigate(at+page))
		do(t, ctx, chromedp.WaitVisible(chromedp.CSS("#main")))
		save(t, name, ask(t, ctx, chromedp.FullScreenshot(100)))
		do(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Sleep(200*time.Millisecond))
		shoot(t, ctx, name+"-phone")
	}
}
