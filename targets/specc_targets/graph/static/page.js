// The picture is in the page already. What is here moves it, finds steps and tells of them; without it the picture stands still.
let STEPS = DATA.steps;
const host = byId("graph");
const view = { x: 0, y: 0, wide: 1, tall: 1 }; // the part of the picture that is seen, in its own units
let whole = { wide: 1, tall: 1 };
let room = { wide: 1, tall: 1 }; // of the window, for the picture; asking each time would lay the page out each time
const LEAST = 0.1; // boxes of some pixels: smaller ones would be no picture
let svg = null;
let drawn = new Map();
let selected = null; // the key of a step: numbers change when the spec does

const rectOf = (step) => svg.querySelector(`[data-step="${step}"] > .body`);
const boxes = () => svg.querySelectorAll("[data-step]");
const steps = () => svg.querySelector(".steps");

/** Makes the picture in the page one that can be moved; `again` keeps what is seen. */
function begin(again) {
  svg = host.querySelector("svg");
  const [, , wide, tall] = svg.getAttribute("viewBox").split(" ").map(Number);
  whole = { wide, tall };
  host.classList.add("moved");
  svg.setAttribute("aria-label", "Graph of the steps; arrow keys go from step to step, Enter shows one");
  drawn = new Map();
  const left = steps().transform.baseVal.consolidate().matrix;
  for (const box of boxes()) {
    const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(box.querySelector(":scope > .body").getAttribute(name)));
    const index = Number(box.dataset.step);
    drawn.set(index, { box, x: left.e + x + w / 2, y: left.f + y + h / 2, top: left.f + y, w, h });
    box.setAttribute("tabindex", drawn.size === 1 ? "0" : "-1");
    box.setAttribute("role", "button");
    box.setAttribute("aria-label", [STEPS[index].name, ...STEPS[index].notes].join(", "));
  }
  resized();
  if (again) apply();
  else fit();
  search();
}

function apply() {
  view.tall = (view.wide * room.tall) / room.wide;
  svg.setAttribute("viewBox", [view.x, view.y, view.wide, view.tall].map((number) => number.toFixed(2)).join(" "));
}
/** All of the picture; one that would be too small to read, or to see at all, begins at its top instead. */
function fit() {
  const { wide, tall } = room;
  let scale = Math.min(1.25, wide / whole.wide, tall / whole.tall);
  if (scale < 0.6 && STEPS.length <= 60) scale = Math.min(0.9, Math.max(scale, wide / whole.wide));
  scale = Math.max(scale, LEAST);
  view.wide = wide / scale;
  view.x = (whole.wide - view.wide) / 2;
  view.y = Math.min(0, (whole.tall - tall / scale) / 2);
  apply();
}
/** More or less room shows more or less of the picture, not a larger or smaller one. */
function resized() {
  const [wide, tall] = [host.clientWidth, host.clientHeight];
  if (!wide || !tall || (wide === room.wide && tall === room.tall)) return;
  const middle = view.x + view.wide / 2;
  view.wide *= wide / room.wide;
  view.x = middle - view.wide / 2;
  room = { wide, tall };
  apply();
}
function zoom(factor, x = 0.5, y = 0.5) {
  const wide = Math.max(80, Math.min(20 * Math.max(whole.wide, whole.tall), view.wide / factor));
  view.x += (view.wide - wide) * x;
  view.y += (view.tall - (wide * view.tall) / view.wide) * y;
  view.wide = wide;
  apply();
}
/** Moves so that a box is seen, as little as can be. */
function reveal(index) {
  const { x, top, w, h } = drawn.get(index);
  const near = 16;
  const moved = (from, size, start, length) => (length + 2 * near > size ? start - near : Math.min(Math.max(from, start + length + near - size), start - near));
  view.x = moved(view.x, view.wide, x - w / 2, w);
  view.y = moved(view.y, view.tall, top, Math.min(h, view.tall - 2 * near));
  apply();
}

function select(index) {
  selected = STEPS[index].key;
  for (const [other, { box }] of drawn) {
    box.classList.toggle("selected", other === index);
    box.setAttribute("tabindex", other === index ? "0" : "-1");
  }
  for (const edge of svg.querySelectorAll(".edge[data-from]")) edge.classList.toggle("near", edge.dataset.from === String(index) || edge.dataset.to === String(index));
  tell(index);
  reveal(index);
}
function unselect() {
  selected = null;
  for (const { box } of drawn.values()) box.classList.remove("selected");
  for (const edge of svg.querySelectorAll(".edge.near")) edge.classList.remove("near");
  byId("details").hidden = true;
  resized();
}

function tell(index) {
  const step = STEPS[index];
  const list = (title, items) => (items.length ? [make("h3", {}, title), make("ul", {}, items.map((item) => make("li", {}, item)))] : []);
  const link = (other) => make("button", { type: "button", class: "link", on: { click: () => { select(other); drawn.get(other).box.focus({ preventScroll: true }); } } }, STEPS[other].name);
  const links = (found) => found.map(([other, words]) => [link(other), words ? ` (${words})` : ""]).map((parts) => make("span", {}, parts));
  byId("details").replaceChildren(
    make("h2", {}, step.name),
    make("p", { class: "path" }, step.key === step.name ? step.what : `${step.what} · ${step.key}`),
    step.source ? make("p", {}, make("code", {}, step.source)) : "",
    ...list("What it does", step.notes),
    ...list("Waits for", links(step.after)),
    ...list("Before", links(step.before)),
    ...list("Is in", step.parent === null ? [] : [link(step.parent)]),
    ...list("Holds", step.children.map(link)));
  byId("details").hidden = false;
  resized();
}

function search(next) {
  const wanted = byId("search").value.trim().toLowerCase();
  const matches = wanted ? [...drawn.keys()].filter((index) => [STEPS[index].key, STEPS[index].name, ...STEPS[index].notes].some((text) => text.toLowerCase().includes(wanted))) : [];
  svg.classList.toggle("searching", Boolean(wanted));
  for (const [index, { box }] of drawn) box.classList.toggle("match", matches.includes(index));
  byId("found").textContent = wanted ? (matches.length === 1 ? "1 step" : `${matches.length} steps`) : "";
  if (next && matches.length) select(matches[(matches.findIndex((index) => STEPS[index].key === selected) + 1) % matches.length]);
}

dragged(host, (dx, dy) => { const each = view.wide / room.wide; view.x -= dx * each; view.y -= dy * each; apply(); });
host.addEventListener("wheel", (event) => {
  event.preventDefault();
  const corner = host.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY * 0.002), (event.clientX - corner.left) / corner.width, (event.clientY - corner.top) / corner.height);
}, { passive: false });
host.addEventListener("click", (event) => {
  const box = event.target.closest("[data-step]");
  if (box) select(Number(box.dataset.step));
  else unselect();
});
const KEYS = { "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: fit, Escape: unselect };
host.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const box = event.target.closest("[data-step]");
  const next = box && neighbour(drawn, Number(box.dataset.step), event.key);
  if (KEYS[event.key]) KEYS[event.key]();
  else if (box && (event.key === "Enter" || event.key === " ")) select(Number(box.dataset.step));
  else if (next !== null && next !== undefined) {
    for (const { box: other } of drawn.values()) other.setAttribute("tabindex", "-1");
    drawn.get(next).box.setAttribute("tabindex", "0");
    drawn.get(next).box.focus({ preventScroll: true });
    reveal(next);
  } else return;
  event.preventDefault();
});
byId("search").addEventListener("input", () => search());
byId("search").addEventListener("keydown", (event) => { if (event.key === "Enter") search(true); });
byId("search").hidden = false;
tools(byId("tools"), { "−": ["Zoom out", () => zoom(1 / 1.4)], "+": ["Zoom in", () => zoom(1.4)], Fit: ["Show all", fit] });
new ResizeObserver(resized).observe(host);

/** What the server sends: a picture with its steps, or what is wrong with the spec. */
function show({ picture, problems }) {
  const box = byId("problems");
  box.hidden = !problems;
  box.querySelector("pre").textContent = problems;
  document.body.classList.toggle("stale", !picture);
  byId("state").textContent = picture ? "" : "the spec has errors; this is the last picture without";
  if (!picture) return;
  const fresh = new DOMParser().parseFromString(picture.svg, "image/svg+xml").documentElement;
  const first = !STEPS.length;
  STEPS = picture.steps;
  byId("name").textContent = picture.title;
  document.title = `${picture.title} · specc graph`;
  host.replaceChildren(document.importNode(fresh, true));
  begin(!first);
  const index = STEPS.findIndex((step) => step.key === selected);
  if (index >= 0) select(index);
  else unselect();
}

begin(false);
if (DATA.problems !== undefined) {
  byId("problems").hidden = !DATA.problems;
  byId("problems").querySelector("pre").textContent = DATA.problems;
  document.body.classList.toggle("stale", DATA.stale);
  let version = DATA.version;
  const events = new EventSource("events");
  events.addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    if (state.version !== version) { version = state.version; show(state); }
    document.documentElement.dataset.version = version;
  });
  events.addEventListener("error", () => { byId("state").textContent = "no connection to specc; trying again"; });
  events.addEventListener("open", () => { byId("state").textContent = document.body.classList.contains("stale") ? byId("state").textContent : ""; });
}
document.documentElement.dataset.ready = "yes";
