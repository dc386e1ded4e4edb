package preview

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/kpgen/kpgen/pack"
	"github.com/kpgen/kpgen/pack/internal/corpus"
)

// window is a tab of a browser, and what went wrong in it.
type window struct {
	context.Context
	mu      sync.Mutex
	trouble []string
}

// browser starts Chromium; without it the test is skipped, or fails where KPGEN_REQUIRE_CHROMIUM is 1. A script's error, a message
// of the browser's that is an error, and whatever the Content-Security-Policy refuses fail the test.
func browser(t *testing.T) *window {
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
	w := &window{}
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(w.hear))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	w.Context, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	t.Cleanup(func() {
		for _, what := range w.troubles() {
			t.Errorf("the browser says: %s", what)
		}
	})
	return w
}

// gone is what a browser says of a server that a test has ended.
var gone = regexp.MustCompile(`net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)`)

// hear keeps what went wrong.
func (w *window) hear(event any) {
	what := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		what = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			what += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			what = fmt.Sprintf("console: %s", e.Type)
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Source == "security" {
			what = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if what == "" || gone.MatchString(what) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = append(w.trouble, what)
}

// troubles gives what went wrong since it was last asked.
func (w *window) troubles() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.trouble
	w.trouble = nil
	return all
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
		number := func(text string) float64 {
			n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
			if err != nil {
				t.Errorf("%s: %v", d.Title, err)
			}
			return n
		}
		filled := 0
		for _, row := range d.Rows {
			key, got := strings.Join(row[:len(row)-1], ", "), number(row[len(row)-1])
			if got != want[key] {
				t.Errorf("%s: %q is %v, replay has %v", d.Title, key, got, want[key])
			}
			if got > 0 {
				filled++
			}
		}
		values := 0
		for key := range want {
			if dashlet.Series == "" || strings.Contains(key, ", ") {
				values++
			}
		}
		if filled != values && dashlet.Axis.Limit == 0 && values <= 200 {
			t.Errorf("%s: %d values, replay has %d", d.Title, filled, values)
		}
		for _, tip := range d.Tips {
			key, value, _ := strings.Cut(tip, ": ")
			if got := number(strings.Fields(value)[0]); got != want[key] {
				t.Errorf("%s: the mark %q is %v, replay has %v", d.Title, key, got, want[key])
			}
		}
	}
}

// views clicks through the five views, first in light, then in dark colours, and examines each.
func views(t *testing.T, ctx context.Context, prefix string) {
	t.Helper()
	for _, theme := range []string{"light", "dark"} {
		if ask(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.documentElement).colorScheme`)) != theme {
			do(t, ctx, chromedp.Click(chromedp.CSS("#theme")))
		}
		for i, title := range []string{"Dashboard", "Heroku - ", "Alerts", "Knowledge object", "Proof"} {
			follow(t, ctx, fmt.Sprintf("nav[aria-label=Views] li:nth-child(%d) a", i+1), title)
			until(t, ctx, "getComputedStyle(document.documentElement).colorScheme == "+strconv.Quote(theme))
			examine(t, ctx)
			shoot(t, ctx, fmt.Sprintf("%s-%s-%d", prefix, theme, i+1))
		}
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#theme")))
}

// examine holds the page at hand against what people who see badly, or use no mouse, need of it.
func examine(t *testing.T, ctx context.Context) {
	t.Helper()
	found := ask(t, ctx, chromedp.Evaluate[[]string](examination))
	if len(found) > 10 {
		found = append(found[:10], fmt.Sprintf("%d more", len(found)-10))
	}
	for _, what := range found {
		t.Errorf("%s: %s", ask(t, ctx, chromedp.Location()), what)
	}
}

// examination tells what of a page is hard to read (WCAG 2.2, contrast of AA), has no name, cannot be reached with the keyboard, or
// stands in a table or outline without order.
const examination = `(() => {
	const found = [], all = s => [...document.querySelectorAll(s)];
	const name = x => x.tagName + " " + (x.id || x.className.baseVal || x.className) + " " + x.textContent.trim().slice(0, 40);
	const check = (ok, what, x) => { if (!ok) found.push(what + ": " + (x ? name(x) : "")); };

	const color = s => { const n = s.match(/[\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
	const over = (top, below) => below.map((v, i) => top[i] * top[3] + v * (1 - top[3]));
	const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const behind = x => { const up = []; for (; x; x = x.parentElement) up.unshift(color(getComputedStyle(x).backgroundColor));
		return up.reduce((below, top) => over(top, below), [255, 255, 255]); };
	const faded = x => { let o = 1; for (; x; x = x.parentElement) o *= getComputedStyle(x).opacity; return o; };
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = new Map();
	for (let n; n = texts.nextNode();) {
		const x = n.parentElement;
		if (!n.data.trim() || x.closest(".sr, .skip, script, title") || !x.checkVisibility()) continue;
		const style = getComputedStyle(x), back = behind(x);
		const ink = color(x.closest("svg") ? style.fill : style.color);
		ink[3] *= faded(x);
		const big = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
		const r = ratio(over(ink, back), back);
		const key = ink + "/" + back;
		if (r < (big ? 3 : 4.5) && !seen.has(key)) { seen.set(key); check(false, "contrast " + r.toFixed(2), x); }
	}
	for (const x of all("svg a path[class^=c], svg g path[class^=c], .swatch[class*=' c']")) {
		const style = getComputedStyle(x), ink = color(x.closest("svg") ? style.fill : style.backgroundColor);
		const r = ratio(ink.slice(0, 3), behind(x.closest(".card")));
		if (r < 3 && !seen.has("mark " + ink)) { seen.set("mark " + ink); check(false, "contrast of a mark " + r.toFixed(2), x); }
	}

	check(document.documentElement.lang && document.title, "no language or title");
	for (const s of ["header.top", "main", "footer"]) check(all(s).length === 1, "not one " + s);
	for (const x of all("nav, [role=region]")) check(x.getAttribute("aria-label"), "no label", x);
	const ids = all("[id]").map(x => x.id);
	check(new Set(ids).size === ids.length, "an id twice: " + ids.filter((x, i) => ids.indexOf(x) !== i));
	check(all("h1").length === 1, "not one h1");
	all("main h1, main h2, main h3, main h4").reduce((last, x) => { const at = +x.tagName[1]; check(at <= last + 1, "a heading leaves out a level", x); return at; }, 0);
	for (const x of all("a[href], button, summary")) check(x.textContent.trim() || x.getAttribute("aria-label") || x.querySelector("img[alt]:not([alt=''])"), "no name", x);
	for (const x of all("input")) check(x.labels.length || x.getAttribute("aria-label"), "no label", x);
	for (const x of all("img")) check(x.hasAttribute("alt"), "no alt", x);
	for (const x of all("svg")) check(x.getAttribute("aria-label") || x.getAttribute("aria-hidden"), "no label", x);
	for (const x of all("table")) check(x.querySelector("thead th[scope=col]"), "no headings", x);
	for (const x of all("th")) check(x.scope, "no scope", x);
	for (const x of all(".scroll")) check(x.tabIndex === 0, "scrolls without the keyboard", x);
	for (const x of all("[data-tip]:not(g)")) check(x.matches("a, [tabindex]"), "a tip for the mouse only", x);
	for (const x of all("[tabindex]")) check(x.tabIndex <= 0, "an order of its own", x);
	for (const x of all("button, input, summary, .sub a, .top a, .pager a, a.button")) {
		const box = x.getBoundingClientRect();
		if (box.width && x.checkVisibility()) check(box.height >= 24 || x.closest("th"), "smaller than 24 pixels: " + box.height, x);
	}
	return found;
})()`

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
	if !ask(t, ctx, chromedp.Evaluate[bool](`!!document.querySelector(".verdicts .re .done + .fails") && !!document.querySelector(".verdicts .took")`)) {
		t.Error("the line's page does not mark what fails, or does not tell what is taken")
	}
	examine(t, ctx)
	shoot(t, ctx, "explained")
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector(".verdicts").scrollIntoView()`))
	shoot(t, ctx, "verdicts")

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

// TestBrowserKeyboard: the Tab key reaches all there is to operate, which then is seen to have the focus, and Enter does it.
func TestBrowserKeyboard(t *testing.T) {
	ctx := browser(t)
	s := open(t, options(t, reading(corpus.Spec, filepath.Join(corpus.Spec, "samples"))))
	if err := s.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	at := serve(t, s)
	do(t, ctx, chromedp.EmulateViewport(1440, 900))
	for _, page := range []string{"", "report-1.html", "alerts.html", "lines.html", "line-4.html", "proof.html"} {
		visit(t, ctx, at+page)
		do(t, ctx, chromedp.Evaluate[chromedp.Void](`window.reached = new Set(); window.unseen = []; window.back = false;
			document.addEventListener("focusin", e => {
				if (reached.has(e.target)) back = true;
				reached.add(e.target);
				const style = getComputedStyle(e.target), mark = getComputedStyle(e.target.querySelector("path, circle") || e.target);
				if (style.outlineStyle === "none" && mark.stroke === "none") unseen.push(e.target.outerHTML.slice(0, 80));
			})`))
		for range 1000 {
			do(t, ctx, chromedp.KeyEvent("\t"))
			if ask(t, ctx, chromedp.Evaluate[bool](`back || document.activeElement === document.body`)) {
				break
			}
		}
		missed := ask(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("a[href], button, input, summary, .scroll, .log:has(mark)")]
			.filter(x => x.checkVisibility() && !reached.has(x) && ![...reached].some(r => x.matches(".log") && x.contains(r))).map(x => x.outerHTML.slice(0, 80)).concat(unseen.map(x => "unseen: " + x))`))
		if len(missed) > 0 {
			t.Errorf("%q: %d not reached or not seen, as %s", page, len(missed), missed[0])
		}
	}

	visit(t, ctx, at)
	do(t, ctx, chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	until(t, ctx, `document.activeElement.id == "main"`) // over the navigation
	visit(t, ctx, at+"lines.html")
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector(".line .meta a").focus()`), chromedp.KeyEvent("\t"))
	tip := func() string {
		t.Helper()
		return ask(t, ctx, chromedp.Evaluate[string](`document.activeElement.getAttribute("aria-describedby") + ": " + document.getElementById("tip").innerText`))
	}
	first := tip()
	do(t, ctx, chromedp.KeyEvent(kb.ArrowRight))
	second := tip()
	for _, tip := range []string{first, second} {
		lines := strings.Split(tip, "\n")
		if len(lines) != 4 || !strings.HasPrefix(lines[0], "tip: ") || !strings.HasPrefix(lines[1], "fills ") || !strings.Contains(lines[2], "(?<") {
			t.Errorf("a token's tip is %q", tip)
		}
	}
	if first == second {
		t.Error("the arrow key does not lead to the next token")
	}
	shoot(t, ctx, "token")
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
	waitFor(t, func() bool { // that it is told shows that the other tests would hear it
		return slices.ContainsFunc(ctx.troubles(), func(what string) bool { return strings.Contains(what, "Content Security Policy") })
	})
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
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
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
	sorted := func(column int, by string) {
		t.Helper()
		for _, order := range []string{"ascending", "descending"} {
			do(t, ctx, chromedp.Click(chromedp.CSS(fmt.Sprintf(".sheet th:nth-child(%d) button", column))))
			if !ask(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(() => {
				const n = [...document.querySelectorAll(".sheet tbody tr")].map(r => r.cells[%d].textContent).filter(x => x).map(x => %s);
				const order = document.querySelector(".sheet th:nth-child(%[3]d)").ariaSort, down = order == "descending";
				return order == %[4]q && n.length > 20 && n.every((x, i) => i == 0 || (down ? n[i-1] >= x : n[i-1] <= x)); })()`, column-1, by, column, order))) {
				t.Errorf("column %d is not sorted %s", column, order)
			}
		}
	}
	visit(t, ctx, "file://"+dir+"/report-1.html")
	sorted(4, "parseFloat(x)")
	sorted(10, "x")
	sorted(1, "Date.parse(x.replace(/(..)-(..)-(....)/, '$3/$1/$2'))")
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#filter"), "POST"))
	left := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll(".sheet tbody tr:not([hidden])").length`))
	if n := ask(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll(".sheet tbody tr")].filter(r => r.textContent.includes("POST")).length`)); left == 0 || left != n {
		t.Errorf("the filter leaves %d rows of %d", left, n)
	}
	if said := ask(t, ctx, chromedp.Evaluate[string](`document.getElementById("say").textContent`)); !strings.HasPrefix(said, strconv.Itoa(left)+" of ") {
		t.Errorf("%d rows are left and %q is said", left, said)
	}
	shoot(t, ctx, "files-filtered")

	// From a bar to its lines, from there to one of them explained; and the other window of the dashboard.
	visit(t, ctx, "file://"+dir+"/index.html")
	want := ask(t, ctx, chromedp.Evaluate[string](`document.querySelector("#dashlet-1 tbody tr:nth-child(2) td:last-child").textContent`))
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("#dashlet-1 svg a")[1].focus()`), chromedp.KeyEvent("\r"))
	until(t, ctx, `document.title.includes("Knowledge object") && location.protocol == "file:"`)
	if n := ask(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll(".line").length`)); strconv.Itoa(n) != want {
		t.Errorf("%d lines behind a bar of %s", n, want)
	}
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#filter"), "no line has this"))
	until(t, ctx, `document.querySelectorAll(".line:not([hidden])").length == 0`)
	do(t, ctx, chromedp.Evaluate[chromedp.Void](`document.getElementById("filter").value = ""; document.getElementById("filter").dispatchEvent(new Event("input", { bubbles: true }))`))
	follow(t, ctx, ".line .meta a", "test.log:")
	follow(t, ctx, "nav[aria-label=Views] a", "Dashboard")
	follow(t, ctx, ".sub a:not([aria-current])", "Dashboard")
	until(t, ctx, `location.pathname.endsWith("/index-all.html")`)
}
