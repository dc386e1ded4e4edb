// What a page does beyond links: redraws itself when the spec or the log changes, filters while one types, shows tooltips, and
// sorts tables in files, where there is no server to do it.
"use strict";

const fixed = "static" in document.body.dataset;

// Theme.
document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* for this page only, then */ }
});

// Tooltips, on hover and on focus. The marks' own titles would show beside them, so they give way.
const tip = document.getElementById("tip");

function showTip(of, x, y) {
  tip.textContent = of.dataset.tip;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8));
  const top = y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18;
  tip.style.setProperty("left", left + "px");
  tip.style.setProperty("top", Math.max(8, top) + "px");
}

document.addEventListener("pointermove", e => {
  const of = e.target.closest("[data-tip]");
  if (of) showTip(of, e.clientX, e.clientY); else tip.hidden = true;
});
document.addEventListener("focusin", e => {
  const of = e.target.closest("[data-tip]");
  if (!of) { tip.hidden = true; return; }
  const box = of.getBoundingClientRect();
  showTip(of, box.left + box.width / 2, box.top + box.height / 2);
});
document.addEventListener("focusout", () => { tip.hidden = true; });

function ready() {
  for (const title of document.querySelectorAll("svg [data-tip] > title")) title.remove();
}
ready();

// Redrawing: the page is asked for again and its parts are put in place; what is open stays open.
let asked = 0;
const opened = new Set(); // ids of what a person opened, also while it is not on the page

document.addEventListener("toggle", e => {
  if (!e.target.id || !e.target.isConnected) return;
  if (e.target.open) opened.add(e.target.id); else opened.delete(e.target.id);
}, true);

async function redraw(address) {
  const mine = ++asked;
  let text;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    text = await answer.text();
    if (!answer.ok) return;
  } catch { return; }
  if (mine !== asked) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const focus = document.activeElement && document.activeElement.id;
  const typed = document.getElementById("filter");
  const value = typed && typed.value, caret = typed && typed.selectionStart;
  for (const id of ["head", "main"]) document.getElementById(id).replaceWith(fresh.getElementById(id));
  for (const id of opened) if (document.getElementById(id)) document.getElementById(id).open = true;
  if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
  const filter = document.getElementById("filter");
  if (filter && focus === "filter") { filter.value = value; filter.setSelectionRange(caret, caret); }
  document.body.dataset.revision = fresh.body.dataset.revision;
  document.title = fresh.title;
  ready();
}

if (!fixed) {
  const news = new EventSource("updates");
  news.onmessage = e => {
    if (e.data !== document.body.dataset.revision) {
      document.body.dataset.revision = e.data;
      redraw(location.href);
    }
  };
}

// Filtering.
let typing;
document.addEventListener("input", e => {
  if (e.target.id !== "filter") return;
  if (fixed) { filterHere(e.target.value); return; }
  clearTimeout(typing);
  typing = setTimeout(() => {
    const address = new URL(location.href);
    address.searchParams.delete("page");
    if (e.target.value) address.searchParams.set("q", e.target.value); else address.searchParams.delete("q");
    history.replaceState(null, "", address);
    redraw(address);
  }, 180);
});
document.addEventListener("submit", e => {
  if (e.target.querySelector("#filter")) e.preventDefault();
});
document.addEventListener("keydown", e => {
  if (e.key === "Escape") tip.hidden = true;
  if (e.key === "/" && !e.target.closest("input")) {
    const filter = document.getElementById("filter");
    if (filter) { e.preventDefault(); filter.focus(); }
  }
});

function filterHere(text) {
  const want = text.toLowerCase();
  for (const row of document.querySelectorAll("[data-sortable] tbody tr, ol.lines > li")) {
    row.hidden = !row.textContent.toLowerCase().includes(want);
  }
}

// Sorting in files: numbers by value, then texts, empty cells last.
document.addEventListener("click", e => {
  const button = e.target.closest("[data-sortable] th button");
  if (!button) return;
  const head = button.closest("th"), table = head.closest("table");
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const sign = down ? -1 : 1, at = head.cellIndex, body = table.tBodies[0];
  const number = s => /^-?[\d.]+[a-z%]*$/i.test(s) ? parseFloat(s) : NaN;
  const rows = [...body.rows].map(row => ({ row, text: row.cells[at] ? row.cells[at].textContent : "" }));
  rows.sort((a, b) => {
    if (!a.text || !b.text) return (a.text ? 0 : 1) - (b.text ? 0 : 1);
    const x = number(a.text), y = number(b.text);
    if (isNaN(x) !== isNaN(y)) return sign * (isNaN(x) ? 1 : -1);
    return sign * (isNaN(x) ? (a.text < b.text ? -1 : a.text > b.text ? 1 : 0) : x - y);
  });
  body.append(...rows.map(r => r.row));
});
