// What the pages can do besides being read: show an address, copy, filter and sort. Without it all is there to be read.
"use strict";

const el = (tag, more = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...inside);
  return made;
};

// --- an address: #start-end of any stretch of a paper, in code points of its source ----------------------------------

const paper = document.querySelector("article.paper");
const status = el("p", { role: "status", id: "told" });
let bar = null;

// Where a code point is in the text of a block: text nodes count in UTF-16.
function pieces(block, start, end) {
  const found = [];
  let at = Number(block.dataset.at);
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node && at < end; node = walk.nextNode()) {
    let unit = 0, from = -1, to = -1;
    for (const sign of node.data) {
      if (at >= start && at < end && from < 0) from = unit;
      unit += sign.length;
      at += 1;
      if (from >= 0 && at <= end) to = unit;
    }
    if (from >= 0) found.push([node, from, to]);
  }
  return found;
}

function unmark() {
  for (const mark of paper.querySelectorAll("mark.here")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

function show(start, end) {
  unmark();
  const marks = [];
  for (const block of paper.querySelectorAll(".b")) {
    const first = Number(block.dataset.at);
    if (first >= end) break;
    for (const [node, from, to] of pieces(block, start, end)) {
      const words = node.splitText(from);
      words.splitText(to - from);
      const mark = el("mark", { className: "here" });
      words.replaceWith(mark);
      mark.append(words);
      marks.push(mark);
    }
  }
  return marks;
}

function tell(start, end, marks) {
  const words = marks.map((mark) => mark.textContent).join("");
  const short = words.length > 200 ? `${words.slice(0, 199)}…` : words;
  const address = `${paper.dataset.source}@${start}-${end}`;
  const link = `${paper.dataset.base || location.href.split("#")[0]}#${start}-${end}`;
  const cited = `${paper.dataset.before}${address}${paper.dataset.after} ${link}`;
  bar?.remove();
  status.textContent = `Address ${address}: “${short}”`;
  bar = el("section", { className: "address", ariaLabel: "This address" }, status,
    copier("Copy citation", () => cited), copier("Copy link", () => link));
  paper.append(bar);
}

function open() {
  const found = /^#(\d+)-(\d+)$/.exec(location.hash);
  if (!paper || !found) return;
  const [start, end] = [Number(found[1]), Number(found[2])];
  const part = (paper.dataset.parts || "").split(" ").filter(Boolean).map((one) => one.split(":"))
    .filter(([first]) => Number(first) <= start).pop();
  if (part && !location.pathname.endsWith(`/${part[1]}`) && (start < Number(paper.dataset.start) || start >= Number(paper.dataset.end))) {
    location.replace(`${part[1]}${location.hash}`);
    return;
  }
  if (start === Number(paper.id.split("-")[0]) && end === Number(paper.id.split("-")[1])) return;
  const marks = show(start, end);
  if (!marks.length) {
    status.textContent = `No words of this paper stand at ${start}-${end}.`;
    paper.append(status);
    return;
  }
  marks[0].tabIndex = -1;
  marks[0].focus({ preventScroll: true });
  marks[0].scrollIntoView({ block: "center" });
  // The region is there before its words, so that a screen reader hears them.
  paper.append(status);
  setTimeout(() => tell(start, end, marks), 50);
}

// An address that a former release gave leads on.
function forward() {
  const row = document.getElementById(location.hash.slice(1));
  const link = row?.querySelector("a") || document.querySelector("a[data-forward]");
  if (document.querySelector("ul.moved, a[data-forward]") && link) location.replace(link.href);
}

// --- copying ----------------------------------------------------------------------------------------------------------

function copier(label, text) {
  const button = el("button", { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copying is not allowed here";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
  return button;
}

for (const old of document.querySelectorAll("button.copy")) {
  old.replaceWith(copier(old.textContent, () => document.getElementById(old.dataset.copy).textContent));
}

// --- lists: filter and sort -------------------------------------------------------------------------------------------

const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
const MANY = 12;

function list(table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const named = table.dataset.list;
  const count = el("p", { role: "status" });
  const words = el("input", { type: "search" });
  const choices = new Map();
  let whole = !table.dataset.pages;

  // A list of several pages is filtered as a whole: the others are fetched first.
  async function complete() {
    if (whole) return;
    whole = true;
    try {
      for (const address of table.dataset.pages.split(" ")) {
        const answer = await fetch(address);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        body.append(...[...page.querySelector("table.list").tBodies[0].rows].map((row) => document.adoptNode(row)));
      }
      fill();
    } catch {
      count.textContent = "Only this page of the list can be filtered here.";
    }
  }

  function apply() {
    const wanted = words.value.trim().toLocaleLowerCase();
    let left = 0;
    for (const row of body.rows) {
      let fits = !wanted || row.textContent.toLocaleLowerCase().includes(wanted);
      for (const [column, choice] of choices) fits &&= !choice.value || value(row, column) === choice.value;
      row.hidden = !fits;
      left += fits;
    }
    count.textContent = `${left} of ${body.rows.length} shown`;
  }

  function fill() {
    for (const [column, choice] of choices) {
      const kept = choice.value;
      const known = [...new Set([...body.rows].map((row) => value(row, column)))].filter(Boolean).sort();
      choice.replaceChildren(el("option", { value: "", textContent: "all" }),
        ...known.map((text) => el("option", { value: text, textContent: text })));
      choice.value = kept;
    }
  }

  function sort(column, number) {
    const head = heads[column];
    const up = head.ariaSort !== "ascending";
    for (const other of heads) other.ariaSort = other === head ? (up ? "ascending" : "descending") : null;
    const compare = number ? (a, b) => parseFloat(a.replaceAll(",", "")) - parseFloat(b.replaceAll(",", "")) : (a, b) => a.localeCompare(b);
    const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)) * (up ? 1 : -1));
    body.append(...rows);
  }

  heads.forEach((head, column) => {
    if (head.dataset.filter !== undefined) choices.set(column, el("select"));
    if (head.dataset.sort === undefined) return;
    const button = el("button", { type: "button" }, ...head.childNodes);
    button.addEventListener("click", async () => { await complete(); sort(column, head.dataset.sort === "number"); apply(); });
    head.append(button);
  });
  if (body.rows.length < MANY && whole) return;
  const form = el("div", { className: "filter" }, el("label", {}, `Words in a ${named}`, words));
  for (const [column, choice] of choices) form.append(el("label", {}, heads[column].textContent, choice));
  form.addEventListener("input", async () => { await complete(); apply(); });
  fill();
  const details = el("details", {}, el("summary", { textContent: "Filter" }), form, count);
  (table.closest(".wide") || table).before(details);
}

document.querySelectorAll("table.list").forEach(list);
forward();
addEventListener("hashchange", open);
// After the browser's own jump, which would take the focus away again.
if (document.readyState === "complete") open();
else addEventListener("load", () => requestAnimationFrame(open));
