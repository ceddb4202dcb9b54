// What all pages share: the data, how things are made, and how pictures are moved in.
const DATA = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

/** An element; `parts` are texts and elements. Values never become markup. */
function make(tag, attributes, ...parts) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") found.className = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) found.addEventListener(event, listener);
    else if (value === true) found.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) found.setAttribute(name, value);
  }
  found.append(...parts.flat(3).filter((part) => part !== null && part !== undefined && part !== false));
  return found;
}
function makeSvg(tag, attributes, ...parts) {
  const found = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) found.setAttribute(name, value);
  found.append(...parts.filter((part) => part !== null));
  return found;
}
const short = (text, limit) => (text.length > limit ? text.slice(0, limit - 1) + "…" : text);

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
/** The nearest box in the direction of a key. */
function neighbour(drawn, index, key) {
  const way = WAYS[key];
  if (!way) return null;
  const from = drawn.get(index);
  let best = null;
  let least = Infinity;
  for (const [other, to] of drawn) {
    const along = (to.x - from.x) * way[0] + (to.y - from.y) * way[1];
    const aside = Math.abs((to.x - from.x) * way[1]) + Math.abs((to.y - from.y) * way[0]);
    if (other !== index && along > 8 && along + aside * 2 < least) { least = along + aside * 2; best = other; }
  }
  return best;
}

function tools(host, buttons) {
  for (const [text, [label, action]] of Object.entries(buttons)) host.append(make("button", { type: "button", "aria-label": label, title: label, on: { click: action } }, text));
}

/** Calls `move(dx, dy)` while the pointer drags; a click that ends a drag is swallowed. */
function dragged(host, move) {
  let last = null;
  let far = 0;
  host.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType !== "touch") { last = [event.clientX, event.clientY]; far = 0; }
    else if (event.pointerType === "touch") { last = [event.clientX, event.clientY]; far = 0; }
  });
  addEventListener("pointermove", (event) => {
    if (!last) return;
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    far += Math.abs(dx) + Math.abs(dy);
    last = [event.clientX, event.clientY];
    if (far > 4) { host.classList.add("moving"); move(dx, dy); }
  });
  const end = () => { last = null; host.classList.remove("moving"); };
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
  host.addEventListener("click", (event) => { if (far > 4) { event.stopImmediatePropagation(); event.preventDefault(); far = 0; } }, true);
}
