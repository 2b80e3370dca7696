// Search: pagefind's indexes, and each passage it finds as a link to its address.
const box = document.getElementById("search");
const query = document.getElementById("query");
const found = document.getElementById("found");
const results = document.getElementById("results");
const more = document.getElementById("more");
const PAGE = 10, PASSAGES = 3;

const base = new URL("..", import.meta.url).pathname;
const pagefind = await import("../pagefind/pagefind.js");
await pagefind.options({ excerptLength: 30, baseUrl: base });
await pagefind.init();
// Very many papers have several indexes.
await Promise.all(box.dataset.more.split(" ").filter(Boolean)
  .map((name) => pagefind.mergeIndex(`${base}${name}/`, { excerptLength: 30, baseUrl: base })));
box.hidden = false;

let hits = [], shown = 0, last = "";

// The words around a hit come as HTML of our own pages with <mark>: only that one element is taken over.
function excerpt(html) {
  const line = document.createElement("p");
  for (const [n, piece] of html.split(/<\/?mark>/).entries()) {
    const text = new DOMParser().parseFromString(`<p>${piece}</p>`, "text/html").body.textContent;
    const node = n % 2 ? document.createElement("mark") : document.createTextNode(text);
    if (n % 2) node.textContent = text;
    line.append(node);
  }
  return line;
}

// The last address before a hit: every sentence of a paper has one.
function passages(data) {
  const places = data.anchors.filter((anchor) => /^\d+-\d+$/.test(anchor.id)).sort((a, b) => a.location - b.location);
  const seen = new Map();
  for (const at of data.locations) {
    const place = places.filter((anchor) => anchor.location <= at).pop();
    if (place && !seen.has(place.id)) seen.set(place.id, place);
  }
  return [...seen.values()].slice(0, PASSAGES);
}

async function show() {
  const batch = hits.slice(shown, shown + PAGE);
  shown += batch.length;
  for (const data of await Promise.all(batch.map((hit) => hit.data()))) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const first = passages(data)[0];
    link.href = first ? `${data.url}#${first.id}` : data.url;
    link.textContent = data.meta.title || data.url;
    item.append(link, data.meta.date ? `, ${data.meta.date}` : "", excerpt(data.excerpt));
    results.append(item);
  }
  more.hidden = shown >= hits.length;
}

async function search() {
  const words = query.value.trim();
  if (words === last) return;
  last = words;
  if (!words) {
    hits = []; results.replaceChildren(); found.textContent = ""; more.hidden = true;
    return;
  }
  const answer = await pagefind.debouncedSearch(words);
  if (!answer || words !== query.value.trim()) return;
  hits = answer.results;
  shown = 0;
  results.replaceChildren();
  await show();
  found.textContent = hits.length ? `${hits.length} ${hits.length === 1 ? "page" : "pages"}` : "Nothing found";
}

query.addEventListener("input", search);
more.addEventListener("click", show);
const asked = new URLSearchParams(location.search).get("q");
if (asked) { query.value = asked; search(); }
query.focus();
