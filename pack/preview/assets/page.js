// What a page does beyond links: redraws itself when the spec or the log changes, filters while one types, shows tooltips, and
// sorts tables in files, where there is no server to do it.
"use strict";

const fixed = "static" in document.body.dataset;

// On a narrow screen the views' names are scrolled to the one at hand.
document.querySelector(".top [aria-current]").scrollIntoView({ block: "nearest", inline: "center" });

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
  const more = of.dataset.of && document.getElementById(of.dataset.of); // an expression, once for all its tokens
  tip.textContent = of.dataset.tip + (more ? "\n" + more.textContent : "");
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
  if (!of.hasAttribute("aria-label")) of.setAttribute("aria-describedby", "tip");
});
document.addEventListener("focusout", () => { tip.hidden = true; });

// Each line is one stop of the Tab key, at one of its tokens; the arrow keys go from token to token.
document.addEventListener("keydown", e => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  const log = e.target.closest(".log");
  if (!step || !log || e.target.tagName !== "MARK") return;
  const tokens = [...log.querySelectorAll("mark")];
  const next = tokens[tokens.indexOf(e.target) + step];
  if (!next) return;
  e.preventDefault();
  e.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

function ready() {
  for (const title of document.querySelectorAll("svg [data-tip] > title")) title.remove();
  for (const log of document.querySelectorAll(".log")) {
    const first = log.querySelector("mark");
    if (first) first.tabIndex = 0;
  }
}
ready();

// Redrawing: the page is asked for again and its parts are put in place. What is open stays open, what has the focus keeps it, and
// what is scrolled stays where it is.
let asked = 0, stale = false, paused = false;
const opened = new Set(); // what a person opened, by its id or its place, also while it is not on the page

const main = () => document.getElementById("main");
const openable = () => [...main().querySelectorAll("details")].map((el, i) => [el, el.id || i]);

document.addEventListener("toggle", e => {
  const found = openable().find(([el]) => el === e.target);
  if (!found) return;
  if (e.target.open) opened.add(found[1]); else opened.delete(found[1]);
}, true);

const stops = () => [...main().querySelectorAll("a[href], button, input, summary, [tabindex]")];

// focused tells how to find again what has the focus.
function focused() {
  const el = document.activeElement;
  if (!el || !main().contains(el)) return () => null;
  if (el.id) return () => document.getElementById(el.id);
  const same = x => x.tagName === el.tagName && x.getAttribute("href") === el.getAttribute("href") && x.dataset.tip === el.dataset.tip;
  const nth = stops().filter(same).indexOf(el), at = stops().indexOf(el);
  return () => stops().filter(same)[nth] || stops()[at];
}

// Parts that are read out when they change must stay, and change only then.
const parts = ["trouble", "status", "otherwise"], shown = {};
for (const id of parts) shown[id] = document.getElementById(id).innerHTML;

function renew(id, fresh) {
  const html = fresh.getElementById(id).innerHTML;
  if (shown[id] === html) return;
  shown[id] = html;
  document.getElementById(id).replaceChildren(...fresh.getElementById(id).childNodes);
}

async function redraw(address, said) {
  const mine = ++asked;
  let text;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    text = await answer.text();
    if (!answer.ok) return;
  } catch { return; }
  if (mine !== asked) return;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const find = focused();
  const typed = document.getElementById("filter");
  const value = typed && typed.value, caret = typed && typed.selectionStart;
  const scrolled = [...document.querySelectorAll(".scroll")].map(x => [x.scrollLeft, x.scrollTop]);
  for (const id of parts) renew(id, fresh);
  main().replaceWith(fresh.getElementById("main"));
  for (const [el, key] of openable()) if (opened.has(key)) el.open = true;
  document.querySelectorAll(".scroll").forEach((x, i) => { if (scrolled[i]) [x.scrollLeft, x.scrollTop] = scrolled[i]; });
  document.body.dataset.revision = fresh.body.dataset.revision;
  document.title = fresh.title;
  ready();
  const focus = find();
  if (focus) {
    focus.focus({ preventScroll: true });
    if (focus.id === "filter") { focus.value = value; focus.setSelectionRange(caret, caret); }
  }
  const count = document.querySelector(".count");
  if (said && count) say(count.textContent);
}

// say has a screen reader read a text out.
function say(text) { document.getElementById("say").textContent = text; }

// A person who selects text, or has the page pause, sees what is new after that.
function renewed() {
  if (!stale || paused || !getSelection().isCollapsed) return;
  stale = false;
  redraw(location.href);
}
document.addEventListener("selectionchange", renewed);

const pause = document.getElementById("pause");
if (pause) pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", paused);
  renewed();
});

if (!fixed) {
  const news = new EventSource("updates");
  news.onmessage = e => {
    if (e.data === document.body.dataset.revision) return;
    document.body.dataset.revision = e.data;
    stale = true;
    renewed();
  };
  news.onopen = () => document.body.classList.remove("gone");
  news.onerror = () => document.body.classList.add("gone"); // until it answers again
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
    redraw(address, true);
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
  const rows = [...document.querySelectorAll("[data-sortable] tbody tr, ol.lines > li")];
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(want);
  const left = rows.filter(r => !r.hidden).length;
  const count = document.querySelector(".count");
  count.dataset.all ||= count.textContent;
  count.textContent = want ? `${left.toLocaleString("en")} of the ${rows.length.toLocaleString("en")} on this page match` : count.dataset.all;
  say(count.textContent);
}

// Sorting in files, as the server does: times and numbers by value, whatever unit stands behind them, then texts, empty cells last.
const logTime = /^(\d\d)-(\d\d)-(\d{4}) (\d\d):(\d\d):(\d\d) ([AP])M$/;

function sortKey(text) {
  const t = text.match(logTime);
  if (t) return Date.UTC(t[3], t[1] - 1, t[2], t[4] % 12 + (t[7] === "P" ? 12 : 0), t[5], t[6]);
  return /^-?\d*\.?\d+[a-z%]*$/i.test(text) ? parseFloat(text) : NaN;
}

document.addEventListener("click", e => {
  const button = e.target.closest("[data-sortable] th button");
  if (!button) return;
  const head = button.closest("th"), table = head.closest("table");
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const sign = down ? -1 : 1, at = head.cellIndex, body = table.tBodies[0];
  const rows = [...body.rows].map(row => {
    const text = row.cells[at] ? row.cells[at].textContent : "";
    return { row, text, key: sortKey(text) };
  });
  rows.sort((a, b) => {
    if (!a.text || !b.text) return (a.text ? 0 : 1) - (b.text ? 0 : 1);
    if (isNaN(a.key) !== isNaN(b.key)) return sign * (isNaN(a.key) ? 1 : -1);
    return sign * (isNaN(a.key) ? (a.text < b.text ? -1 : a.text > b.text ? 1 : 0) : a.key - b.key);
  });
  body.append(...rows.map(r => r.row));
});
