package preview

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/kpgen/kpgen/pack"
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

// visit goes to a page and waits until it is there.
func visit(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	do(t, ctx, chromedp.Navigate(address), chromedp.WaitVisible(chromedp.CSS("#main")))
}

// follow clicks and waits for the page whose heading or title holds a text.
func follow(t *testing.T, ctx context.Context, selector, title string) {
	t.Helper()
	do(t, ctx, chromedp.Click(chromedp.CSS(selector)))
	until(t, ctx, "document.title.includes("+strconv.Quote(title)+")")
}

func until(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	waitFor(t, func() bool {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState == "complete" && (`+condition+`)`))
		return err == nil && ok
	})
}

// drawn reads a dashlet off the page: the rows of its data, and where its marks lead.
type drawn struct {
	Title string
	Rows  [][]string
	Tips  []string
	Lit   bool // something is drawn in a colour of the style sheet
}

const readDrawn = `[...document.querySelectorAll("article.card")].map(c => ({
	Title: c.querySelector("h2").textContent,
	Rows: [...c.querySelectorAll("details tbody tr")].map(r => [...r.cells].map(x => x.textContent)),
	Tips: [...c.querySelectorAll("svg a")].map(a => a.getAttribute("aria-label")),
	Lit: [...c.querySelectorAll("svg a path, svg a circle")].some(p => getComputedStyle(p).fill != "rgb(0, 0, 0)"),
}))`

// compareDrawn holds the dashboard as the browser has it against what replay says.
func compareDrawn(t *testing.T, ctx context.Context, s *Session, lines []replayed) {
	t.Helper()
	st, _, _ := s.state()
	shown := ask(t, ctx, chromedp.Evaluate[[]drawn](readDrawn))
	if len(shown) != len(st.pack.Dashlets) {
		t.Fatalf("%d dashlets are drawn", len(shown))
	}
	for i, d := range shown {
		dashlet := &st.pack.Dashlets[i]
		want, events := dashletOf(t, dashlet, lines, s.recent())
		if dashlet.Chart == pack.Map {
			byPlace := map[string]float64{}
			for address, n := range want {
				byPlace[s.opt.Geo.Locate(address).Name()] += n
			}
			want = byPlace
		}
		if d.Title != dashlet.Title || events == 0 || len(d.Rows) == 0 {
			t.Errorf("%s: %d rows of %d events", d.Title, len(d.Rows), events)
		}
		if !d.Lit && dashlet.Chart != pack.Map || len(d.Tips) == 0 && dashlet.Chart != pack.Map {
			t.Errorf("%s is not drawn: %v", d.Title, d.Tips)
		}
		for _, row := range d.Rows {
			key := strings.Join(row[:len(row)-1], ", ")
			got, err := strconv.ParseFloat(strings.ReplaceAll(row[len(row)-1], ",", ""), 64)
			if err != nil || got != want[key] {
				t.Errorf("%s: %q is %v, replay has %v", d.Title, key, got, want[key])
			}
		}
	}
}

// views clicks through the five views.
func views(t *testing.T, ctx context.Context, prefix string) {
	t.Helper()
	for i, title := range []string{"Dashboard", "Heroku - ", "Alerts", "Knowledge object", "Proof"} {
		follow(t, ctx, fmt.Sprintf("nav[aria-label=Views] li:nth-child(%d) a", i+1), title)
		shoot(t, ctx, fmt.Sprintf("%s-%d", prefix, i+1))
	}
}

func TestBrowserSamples(t *testing.T) {
	ctx := browser(t)
	s := open(t, options(t, reading(corpus.Spec, filepath.Join(corpus.Spec, "samples"))))
	if err := s.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	st, _, _ := s.state()
	lines, _ := replayLog(t, st.console, s.sources(st))
	at := serve(t, s)
	do(t, ctx, chromedp.EmulateViewport(1440, 900))
	visit(t, ctx, at)
	compareDrawn(t, ctx, s, lines)
	do(t, ctx, chromedp.EmulateViewport(1440, 1130))
	shoot(t, ctx, "preview") // the README's picture
	do(t, ctx, chromedp.EmulateViewport(1440, 900))
	views(t, ctx, "samples")

	// From a slice of the second dashlet to its lines, to one of them explained.
	visit(t, ctx, at)
	want := ask(t, ctx, chromedp.Evaluate[string](`document.querySelector("#dashlet-1 svg a").getAttribute("aria-label")`))
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("#dashlet-1 svg a").focus()`))
	if tip := ask(t, ctx, chromedp.Evaluate[string](`document.getElementById("tip").textContent`)); tip != want {
		t.Errorf("the tooltip says %q, the mark %q", tip, want)
	}
	shoot(t, ctx, "tooltip")
	do(t, ctx, chromedp.KeyEvent("\r"))
	until(t, ctx, `document.title.includes("Knowledge object")`)
	count := ask(t, ctx, chromedp.Evaluate[string](`document.querySelector(".count").textContent`))
	if n := strings.Fields(strings.SplitAfterN(want, ": ", 2)[1])[0]; !strings.HasSuffix(count, " of "+n) {
		t.Errorf("%q behind %q", count, want)
	}
	follow(t, ctx, ".line .meta a", ".log:")
	shoot(t, ctx, "explained")
	save(t, "explained-full", ask(t, ctx, chromedp.FullScreenshot(100)))

	// Filter and sort a report.
	visit(t, ctx, at+"report-1.html")
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#filter"), "H12"))
	until(t, ctx, `document.querySelectorAll(".sheet tbody tr").length < 20 && location.search.includes("q=H12")`)
	shoot(t, ctx, "filtered")
	follow(t, ctx, ".sheet th:nth-child(4) a", "Router")
	until(t, ctx, `document.querySelector(".sheet th:nth-child(4)").getAttribute("aria-sort") == "ascending"`)

	// Dark, and on a phone.
	do(t, ctx, chromedp.Click(chromedp.CSS("#theme")))
	visit(t, ctx, at)
	save(t, "dark", ask(t, ctx, chromedp.FullScreenshot(100)))
	do(t, ctx, chromedp.EmulateViewport(390, 844))
	for _, page := range []string{"", "report-1.html", "alerts.html", "lines.html", "line-4.html", "proof.html"} {
		visit(t, ctx, at+page)
		if wide := ask(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); wide > 390 {
			t.Errorf("%q is %d wide on a phone", page, wide)
		}
		shoot(t, ctx, "phone-"+strings.TrimSuffix(page, ".html"))
	}
}

// TestBrowserHostile: no value of a line becomes markup or runs.
func TestBrowserHostile(t *testing.T) {
	ctx := browser(t)
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(hostile + "<script>boom()</script>\n")
	s := open(t, opt)
	at := serve(t, s)
	for _, page := range []string{"", "report-1.html", "alerts.html", "lines.html", "lines-failed.html", "line-0.html", "line-1.html",
		"report-1.html?q=%22%3E%3Cscript%3Eboom()%3C/script%3E"} {
		visit(t, ctx, at+page)
		if n := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll(
			"main script, main img, main iframe, [onmouseover], [onload], [onerror], a[href^='javascript']").length`)); n > 0 {
			t.Errorf("%s: %d elements came out of the line", page, n)
		}
		if !strings.HasPrefix(page, "report-1.html?") && page != "" &&
			!ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("main").textContent.includes("boom()")`)) {
			t.Errorf("%s does not show the line", page)
		}
	}
	// What a page of ours may not do even if something came through.
	visit(t, ctx, at)
	if ask(t, ctx, chromedp.Evaluate[bool](`(() => {
		window.ran = false;
		const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s);
		return window.ran; })()`)) {
		t.Error("an inline script ran")
	}
}

// TestBrowserRedraws: a page redraws itself when the spec changes, keeps what is open, and shows errors above the last good state.
func TestBrowserRedraws(t *testing.T) {
	ctx := browser(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(corpus.Spec)); err != nil {
		t.Fatal(err)
	}
	opt := options(t, reading(dir, ""))
	opt.Sources = log(sampleLog(t))
	s := open(t, opt)
	background, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { _ = s.Watch(background, dir) }()
	visit(t, ctx, serve(t, s))
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector("#dashlet-0 details").open = true`))
	name := filepath.Join(dir, "dashlets.yaml")
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // let the watch begin: how fast it redraws is told below
	for _, change := range []struct{ with, shows string }{
		{strings.Replace(string(good), "Heroku: Log Severity", "Heroku: Renamed", 1), `document.body.textContent.includes("Heroku: Renamed")`},
		{strings.Replace(string(good), "chart: donut", "chart: doughnut", 1), `document.querySelector(".trouble pre")?.textContent.includes("doughnut")`},
		{string(good), `!document.querySelector(".trouble") && document.body.textContent.includes("Heroku: Log Severity")`},
	} {
		began := time.Now()
		if err := os.WriteFile(name, []byte(change.with), 0o644); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, "!!("+change.shows+")")
		t.Logf("redrawn %v after the edit", time.Since(began).Round(time.Millisecond))
		if strings.Contains(change.shows, "doughnut") {
			shoot(t, ctx, "trouble")
		}
	}
	if !ask(t, ctx, chromedp.Evaluate[bool](`document.querySelector("#dashlet-0 details").open`)) {
		t.Error("what was open is closed")
	}
}

// TestBrowserLarge: 200,000 lines, while they load and when they are there.
func TestBrowserLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	ctx := browser(t)
	data := string(corpus.Log(t, 200_000, 1))
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(data)
	began := time.Now()
	background, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := NewSession(background, opt)
	if err != nil {
		t.Fatal(err)
	}
	at := serve(t, s)
	do(t, ctx, chromedp.EmulateViewport(1440, 900))
	visit(t, ctx, at)
	t.Logf("first page after %v", time.Since(began).Round(time.Millisecond))
	shoot(t, ctx, "loading")
	until(t, ctx, `document.querySelector(".status").textContent.includes("200,000 lines") && !document.querySelector(".busy")`)
	t.Logf("all lines after %v", time.Since(began).Round(time.Millisecond))
	st, _, _ := s.state()
	lines, _ := replayLog(t, st.console, opt.Sources())
	compareDrawn(t, ctx, s, lines)
	views(t, ctx, "large")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("heap %d MB", m.HeapAlloc>>20)
}

// TestBrowserFiles: the files work from a disk.
func TestBrowserFiles(t *testing.T) {
	ctx := browser(t)
	opt := options(t, reading(corpus.Spec, ""))
	opt.Sources = log(string(corpus.Log(t, 400, 1)))
	s := open(t, opt)
	dir := t.TempDir()
	if _, err := s.WriteFiles(ctx, dir); err != nil {
		t.Fatal(err)
	}
	st, _, _ := s.state()
	lines, _ := replayLog(t, st.console, opt.Sources())
	do(t, ctx, chromedp.EmulateViewport(1440, 900))
	visit(t, ctx, "file://"+dir+"/index.html")
	compareDrawn(t, ctx, s, lines)
	views(t, ctx, "files")
	visit(t, ctx, "file://"+dir+"/report-1.html")
	do(t, ctx, chromedp.Click(chromedp.CSS(".sheet th:nth-child(4) button")))
	if !ask(t, ctx, chromedp.Evaluate[bool](`(() => { const n = [...document.querySelectorAll(".sheet tbody tr")].map(r => r.cells[3].textContent)
		.filter(x => x).map(Number); return n.length > 20 && n.every((x, i) => i == 0 || n[i-1] <= x); })()`)) {
		t.Error("a click on a heading does not sort")
	}
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#filter"), "POST"))
	if n := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll(".sheet tbody tr:not([hidden])").length`)); n == 0 || n > 200 {
		t.Errorf("the filter leaves %d rows", n)
	}
}
