// The graph: boxes and lines stand where the layout says; the picture is moved and zoomed by one transform.
const onPath = new Set(DATA.critical.map((item) => item.step));

function drawGraph() {
  const { width, height, boxes, lines } = DATA.graph;
  const host = byId("canvas-graph");
  if (!boxes.length) {
    host.append(make("p", { class: "none" }, "There are no steps to draw."));
    return;
  }
  const view = makeSvg("g", {});
  const marker = (id) => makeSvg("marker", { id, viewBox: "0 0 8 8", refX: 7.5, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, makeSvg("path", { class: id, d: "M0 .5 8 4 0 7.5Z" }));
  const marks = makeSvg("defs", {}, marker("arrow"), marker("arrow-path"));
  const svg = makeSvg("svg", { role: "group", "aria-label": "Graph of the steps; arrow keys go from step to step" }, marks, view);
  const drawn = new Map();
  const groups = [];
  const leaves = [];
  for (const [index, x, y, w, h] of boxes) {
    const box = boxOf(index, x, y, w, h);
    drawn.set(index, { box, x: x + w / 2, y: y + h / 2, w, h });
    (STEPS[index].group ? groups : leaves).push(box);
  }
  const paths = lines.map(([source, target, kind, points]) => {
    const critical = onPath.has(source) && onPath.has(target) && DATA.critical.some((item, number) => item.step === source && DATA.critical[number + 1]?.step === target);
    const path = makeSvg("path", { class: `line ${kind}${critical ? " on-path" : ""}`, d: curve(points), "marker-end": `url(#${critical ? "arrow-path" : "arrow"})` });
    return { path, source, target };
  });
  view.append(...groups, ...paths.map((line) => line.path), ...leaves);
  host.append(svg);

  const place = { x: 0, y: 0, scale: 1 };
  let tall = 0;
  const apply = () => {
    view.setAttribute("transform", `translate(${place.x.toFixed(2)} ${place.y.toFixed(2)}) scale(${place.scale.toFixed(4)})`);
    view.classList.toggle("far", place.scale < 0.32); // too small to read: only colors
  };
  const fit = () => {
    const wide = host.clientWidth;
    const room = 20;
    const byWidth = Math.min(1.1, (wide - 2 * room) / width);
    tall = Math.round(Math.max(130, Math.min(Math.max(300, innerHeight * 0.55), height * Math.max(byWidth, Math.min(0.62, 420 / height)) + 2 * room)));
    svg.setAttribute("height", tall);
    place.scale = Math.min(byWidth, (tall - 2 * room) / height);
    // What would be too small to read begins at its left end instead.
    if (place.scale < 0.5 && boxes.length <= 60) place.scale = Math.min(0.62, (tall - 2 * room) / height);
    place.x = Math.max(room, (wide - width * place.scale) / 2);
    place.y = (tall - height * place.scale) / 2;
    apply();
  };
  const zoom = (factor, x, y) => {
    const scale = Math.max(0.02, Math.min(4, place.scale * factor));
    place.x = x - ((x - place.x) * scale) / place.scale;
    place.y = y - ((y - place.y) * scale) / place.scale;
    place.scale = scale;
    apply();
  };
  const middle = () => [host.clientWidth / 2, tall / 2];
  tools(byId("graph-tools"), { "−": ["Zoom out", () => zoom(1 / 1.4, ...middle())], "+": ["Zoom in", () => zoom(1.4, ...middle())], Fit: ["Show all", fit] });
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const corner = svg.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.004), event.clientX - corner.left, event.clientY - corner.top);
  }, { passive: false });
  dragged(svg, (dx, dy) => { place.x += dx; place.y += dy; apply(); });
  svg.addEventListener("click", (event) => {
    const box = event.target.closest(".box");
    if (box) select(Number(box.dataset.step));
  });
  svg.addEventListener("keydown", (event) => {
    const box = event.target.closest(".box");
    if (!box) return;
    const index = Number(box.dataset.step);
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(index); return; }
    const next = neighbour(drawn, index, event.key);
    if (next === null) return;
    event.preventDefault();
    focusBox(next);
    reveal(next);
  });
  const focusBox = (index) => {
    for (const other of drawn.values()) if (other.box.getAttribute("tabindex") === "0") other.box.setAttribute("tabindex", "-1");
    const { box } = drawn.get(index);
    box.setAttribute("tabindex", "0");
    box.focus({ preventScroll: true });
  };
  const reveal = (index) => {
    const { x, y, w } = drawn.get(index);
    const [left, top] = [place.x + x * place.scale, place.y + y * place.scale];
    const margin = Math.min((w / 2) * place.scale, host.clientWidth / 2);
    if (left < margin || left > host.clientWidth - margin) place.x += host.clientWidth / 2 - left;
    if (top < 24 || top > tall - 24) place.y += tall / 2 - top;
    apply();
  };
  drawn.get(boxes[0][0]).box.setAttribute("tabindex", "0");
  listeners.push((index, reveals) => {
    for (const [other, { box }] of drawn) box.classList.toggle("selected", other === index);
    for (const line of paths) line.path.classList.toggle("near", line.source === index || line.target === index);
    if (drawn.has(index) && reveals !== false) reveal(index);
  });
  fit();
  let before = host.clientWidth;
  new ResizeObserver(() => { if (host.clientWidth !== before) { before = host.clientWidth; fit(); } }).observe(host);
}

function boxOf(index, x, y, w, h) {
  const step = STEPS[index];
  const group = Boolean(step.group);
  const box = makeSvg("g", { class: `box s-${step.state}${group ? " group" : ""}`, transform: `translate(${x} ${y})`, tabindex: "-1", role: "button", "aria-label": `${step.key}, ${STATES[step.state]}, ${summary(step)}`, "data-step": index });
  const mark = icon(step.state);
  for (const [name, value] of Object.entries({ x: group ? 12 : 14, y: group ? 10 : 11, width: 12, height: 12 })) mark.setAttribute(name, value);
  const room = Math.max(4, Math.floor((w - 44) / 7.4) - (group ? 6 : 0));
  const title = makeSvg("text", { class: "title", x: group ? 30 : 33, y: group ? 20.5 : 21 });
  title.textContent = short(step.name, room);
  box.append(makeSvg("rect", { class: "body", width: w, height: h, rx: 8 }));
  if (!group) box.append(makeSvg("rect", { class: "stripe", x: 0, y: 8, width: 3.5, height: h - 16, rx: 1.7 }));
  box.append(mark, title);
  const sub = makeSvg("text", { class: "sub", x: group ? w - 12 : 14, y: group ? 20.5 : 37, "text-anchor": group ? "end" : "start" });
  sub.textContent = group && step.name.length * 7.7 + 100 > w ? "" : short(summary(step, true), Math.floor((w - 22) / 6));
  const full = makeSvg("title", {});
  full.textContent = `${step.key} · ${STATES[step.state]}`;
  box.append(sub, full);
  return box;
}

/** Through the points of a line, leaving and arriving level. */
function curve(points) {
  let path = `M${points[0]} ${points[1]}`;
  for (let at = 2; at < points.length; at += 2) {
    const [x, y, toX, toY] = points.slice(at - 2, at + 2);
    const bend = Math.max(18, Math.abs(toX - x) / 2);
    path += y === toY ? `L${toX} ${toY}` : `C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
  }
  return path;
}
