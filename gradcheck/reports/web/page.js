"use strict";
// The page says all it has to say without this: here it learns to sort, to filter, to fold and to change its colours.

const root = document.documentElement;
root.classList.add("js");
const remembered = { // a browser may forbid it for files
  get() { try { return localStorage.getItem("gradcheck-theme"); } catch { return null; } },
  set(theme) { try { localStorage.setItem("gradcheck-theme", theme); } catch { /* then it is forgotten */ } },
};
if (["light", "dark"].includes(remembered.get())) root.dataset.theme = remembered.get();

const SEVERITY = ["PASS", "UNDEFINED", "INCONCLUSIVE", "ERROR", "FAIL"];
const NUMBERS = new Map([["inf", Infinity], ["-inf", -Infinity], ["nan", Infinity]]);
const STEP = 200; // rows of a long table that are shown at a time

const textOf = (row, column) => row.cells[column].textContent;

function valueOf(text) {
  if (text === "-" || text === "") return null;
  if (SEVERITY.includes(text)) return SEVERITY.indexOf(text);
  const number = NUMBERS.get(text) ?? Number(text);
  return Number.isNaN(number) ? text : number;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b || 0;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

// The rows in the order of a column; those without a value come last either way.
function sorted(rows, column, falling) {
  const keyed = rows.map((row) => [valueOf(textOf(row, column)), row]);
  const told = keyed.filter(([value]) => value !== null);
  told.sort(([a], [b]) => (falling ? compare(b, a) : compare(a, b)));
  return [...told, ...keyed.filter(([value]) => value === null)].map(([, row]) => row);
}

// Make a button of each heading; `show` is told the new order.
function sortable(table, rowsOf, show) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const fallsFirst = head.classList.contains("number") || head.textContent === "verdict";
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const falling = now ? now === "ascending" : fallsFirst;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      show(sorted(rowsOf(), column, falling));
    });
  });
}

// The table of findings: a page of the rows that pass the filter, which keeps a table of any length quick.
function findings(table, form) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
  let rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase()]));
  const [words, only, shown] = ["words", "only", "shown"].map((id) => document.getElementById(id));
  const boxes = [...form.querySelectorAll("[name=verdict]")];
  const more = document.createElement("button");
  more.type = "button";
  more.className = "more";
  table.parentElement.after(more);
  let cell = []; // pairs of a column and the text that it must hold
  let limit = STEP;

  function matching() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    return rows.filter((row) => verdicts.has(textOf(row, 0))
      && cell.every(([column, text]) => textOf(row, column) === text)
      && wanted.every((word) => texts.get(row).includes(word)));
  }

  function show() {
    const found = matching();
    body.replaceChildren(...found.slice(0, limit));
    shown.textContent = `${found.length} of ${rows.length} findings`;
    more.hidden = found.length <= limit;
    more.textContent = `show more: ${found.length - limit} are left`;
  }

  function anew() {
    limit = STEP;
    show();
  }

  function narrow(told, pairs) {
    cell = pairs.map(([head, text]) => [heads.indexOf(head), text]);
    only.hidden = !told;
    only.textContent = `${told} \u00d7`;
    only.setAttribute("aria-label", `show all, not only ${told}`);
    anew();
  }

  sortable(table, () => rows, (order) => { rows = order; show(); });
  more.addEventListener("click", () => { limit += STEP; show(); });
  form.addEventListener("input", anew);
  form.addEventListener("submit", (event) => event.preventDefault());
  only.addEventListener("click", () => { narrow("", []); words.focus(); });
  addEventListener("beforeprint", () => { limit = Infinity; show(); });
  addEventListener("afterprint", anew);
  show();

  return function showOnly(told, pairs) {
    boxes.forEach((box) => { box.checked = true; });
    words.value = "";
    narrow(told, pairs);
  };
}

function leadToFindings(map, showOnly) {
  map.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    const [layer, key] = [link.closest("tr").cells[0].textContent,
      map.tHead.rows[0].cells[link.parentElement.cellIndex].textContent];
    showOnly(`${layer}, ${map.dataset.column} ${key}`, [["layer", layer], [map.dataset.column, key]]);
  });
}

function themed(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const tell = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered.set(root.dataset.theme);
    tell();
  });
  system.addEventListener("change", tell);
  tell();
}

// Where the clipboard is out of reach, the text is marked, ready for the keys that copy.
async function copy(button) {
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "copied";
  } catch {
    getSelection().selectAllChildren(code);
    button.textContent = "marked";
  }
  button.addEventListener("blur", () => { button.textContent = "copy"; }, { once: true });
}

function unfold(button) {
  const cards = [...document.querySelectorAll("details.card")];
  const toggle = (open) => cards.forEach((card) => { card.open = open; });
  button.addEventListener("click", () => {
    const open = cards.some((card) => !card.open);
    toggle(open);
    button.textContent = open ? "fold all" : "unfold all";
  });
  addEventListener("beforeprint", () => toggle(true));
}

function begin() {
  themed(document.getElementById("theme"));
  const table = document.getElementById("rows");
  if (!table) return;
  const form = document.getElementById("narrow");
  const showOnly = findings(table, form);
  document.querySelectorAll("table.heat").forEach((map) => leadToFindings(map, showOnly));
  document.querySelectorAll("table.sortable:not(#rows)").forEach((other) => {
    const body = other.tBodies[0];
    sortable(other, () => [...body.rows], (order) => body.replaceChildren(...order));
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches("button.copy")) copy(event.target);
  });
  const button = document.getElementById("unfold");
  if (button) unfold(button);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
    event.preventDefault();
    document.getElementById("words").focus();
  });
  root.classList.add("ready");
}

document.addEventListener("DOMContentLoaded", begin);
