// Parallel coordinates: an axis for each thing that varies, a line for each cell; a stretch of an axis chooses cells.
const LINES = 1000; // more would only be a thicket: then so many evenly spread ones are drawn

/** Where values stand between 0 and 1: on a number line (logarithmic where values span two decades), or side by side. */
function scaleOf(values) {
  const present = [...new Set(values.filter((value) => value !== null && value !== undefined))];
  const numeric = present.length > 0 && present.every((value) => typeof value === "number");
  if (!numeric) {
    const sorted = present.map(String).sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
    const place = new Map(sorted.map((text, at) => [text, sorted.length > 1 ? at / (sorted.length - 1) : 0.5]));
    const step = Math.max(1, Math.ceil(sorted.length / 12));
    return { numeric, at: (value) => (value === null || value === undefined ? null : place.get(String(value)) ?? null), ticks: sorted.filter((_, at) => at % step === 0).map((text) => [place.get(text), text]) };
  }
  const [low, high] = [Math.min(...present), Math.max(...present)];
  const log = low > 0 && high / low >= 100;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const at = (value) => (typeof value !== "number" ? null : to === from ? 0.5 : ((log ? Math.log(value) : value) - from) / (to - from));
  const few = present.length <= 7;
  const marks = few ? present.sort((a, b) => a - b) : log ? decades(low, high) : rounded(low, high);
  return { numeric, at, ticks: marks.map((value) => [at(value), brief(value)]) };
}

/** Powers of ten between two numbers, and not more than some of them. */
function decades(low, high) {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((to - from) / 7));
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) => Number(`1e${from + at * step}`));
}

/** Round numbers between two numbers. */
function rounded(low, high) {
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => (high - low) / one <= 6 && (one >= 1 || !(Number.isInteger(low) && Number.isInteger(high)) || high - low < 1)) ?? 10 * power;
  const marks = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at += 1) marks.push(Number((at * step).toPrecision(12)));
  return marks;
}

const brief = (value) => (typeof value === "number" ? (Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : String(Number(value.toPrecision(4)))) : String(value ?? "–"));

/** Draws into `host`; `sweep` has rows, axes and what is chosen. Gives `update()`, which shows what changed. */
function parallelPlot(host, sweep) {
  const tall = 250;
  const top = 34;
  const svg = makeSvg("svg", { height: tall + top + 16, role: "group", "aria-label": "Parallel coordinates: a line for each cell. Each axis takes the focus; arrow keys choose a stretch of it." });
  host.append(svg);
  const step = Math.max(1, Math.ceil(sweep.rows.length / LINES));
  let wires = new Map();
  let drawn = [];

  function draw() {
    const axes = sweep.plotted();
    const wide = Math.max(280, host.clientWidth - 24);
    const gap = axes.length > 1 ? (wide - 110) / (axes.length - 1) : 0;
    drawn = axes.map((column, number) => ({ column, x: 46 + gap * number, scale: scaleOf(sweep.rows.map((row) => row[column])) }));
    svg.setAttribute("viewBox", `0 0 ${wide} ${tall + top + 16}`);
    wires = new Map();
    const lines = makeSvg("g", { class: sweep.rows.length > 200 ? "many" : "" });
    // Every so many cells would fall in step with the axes; one by chance out of so many does not.
    const order = sweep.rows.map((_, at) => at).filter((at) => at % step === (Math.imul(Math.floor(at / step), 2654435761) >>> 16) % step || at === sweep.best);
    for (const at of order) {
      const points = drawn.map(({ column, x, scale }) => [x, scale.at(sweep.rows[at][column])]);
      let path = "";
      let open = false;
      for (const [x, place] of points) {
        if (place === null) { open = false; continue; }
        path += `${open ? "L" : "M"}${x.toFixed(1)} ${(top + tall * (1 - place)).toFixed(1)}`;
        open = true;
      }
      const wire = makeSvg("path", { d: path, "data-row": at });
      wires.set(at, wire);
      lines.append(wire);
    }
    svg.replaceChildren(lines, ...drawn.map(axisOf));
    update();
  }

  function axisOf({ column, x, scale }, number) {
    const name = sweep.columns[column][0];
    const group = makeSvg("g", { class: "axis", tabindex: "0", role: "group", "aria-roledescription": "axis", "data-column": column });
    const last = number === drawn.length - 1 && drawn.length > 1;
    const title = makeSvg("text", { class: "axis-name", x: number === 0 ? 4 : x, y: 14, "text-anchor": number === 0 ? "start" : last ? "end" : "middle" });
    if (last) title.setAttribute("x", x + 60);
    const room = drawn.length > 1 ? drawn[1].x - drawn[0].x : 200;
    title.textContent = short(name, Math.max(3, Math.floor((number === 0 ? room / 2 + 20 : room) / 7.5)));
    group.append(makeSvg("rect", { class: "room", x: x - 22, y: top - 8, width: 44, height: tall + 16 }), makeSvg("line", { class: "rule", x1: x, x2: x, y1: top, y2: top + tall }), title);
    for (const [place, text] of scale.ticks) {
      const y = top + tall * (1 - place);
      const mark = makeSvg("text", { class: "halo", x: last ? x + 8 : x - 8, y: y + 4, "text-anchor": last ? "start" : "end" });
      mark.textContent = short(text, number === 0 || last ? 8 : Math.max(2, Math.floor(room / 7)));
      group.append(makeSvg("line", { x1: x - 4, x2: x + 4, y1: y, y2: y }), mark);
    }
    const brush = makeSvg("rect", { class: "brush", x: x - 8, width: 16, rx: 3, visibility: "hidden" });
    group.append(brush);
    const full = makeSvg("title", {});
    full.textContent = name;
    group.append(full);
    const place = (event) => { const box = svg.getBoundingClientRect(); return Math.max(0, Math.min(1, 1 - ((event.clientY - box.top) * ((tall + top + 16) / box.height) - top) / tall)); };
    let from = null;
    group.addEventListener("pointerdown", (event) => { if (event.button) return; from = place(event); group.setPointerCapture(event.pointerId); sweep.brush(column, null); });
    group.addEventListener("pointermove", (event) => { if (from === null) return; const to = place(event); if (Math.abs(to - from) > 0.015) sweep.brush(column, [Math.min(from, to), Math.max(from, to)]); });
    group.addEventListener("pointerup", () => { from = null; });
    group.addEventListener("pointercancel", () => { from = null; });
    group.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      const now = sweep.brushes.get(column);
      if (event.key === "Escape" || event.key === "Delete") sweep.brush(column, null);
      else if (way) sweep.brush(column, moved(now, way * 0.05, event.shiftKey));
      else if (event.key === "ArrowLeft" || event.key === "ArrowRight") svg.querySelectorAll(".axis")[number + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
      else return;
      event.preventDefault();
    });
    return group;
  }

  function update() {
    for (const [at, wire] of wires) {
      const level = sweep.level(at);
      wire.setAttribute("class", `wire${level === null ? "" : ` q${level}`}${sweep.fits(at) ? "" : " off"}${at === sweep.best ? " best" : ""}${at === sweep.chosen ? " on" : ""}`);
    }
    for (const at of [sweep.best, sweep.chosen]) if (wires.has(at)) wires.get(at).parentNode.append(wires.get(at));
    for (const group of svg.querySelectorAll(".axis")) {
      const column = Number(group.dataset.column);
      const range = sweep.brushes.get(column);
      const brush = group.querySelector(".brush");
      brush.setAttribute("visibility", range ? "visible" : "hidden");
      if (range) { brush.setAttribute("y", top + tall * (1 - range[1])); brush.setAttribute("height", Math.max(2, tall * (range[1] - range[0]))); }
      group.setAttribute("aria-label", `${sweep.columns[column][0]}: ${range ? `${sweep.fitting()} of ${sweep.rows.length} cells are chosen; Escape clears` : "all values; up and down choose a stretch, with Shift a larger one"}`);
    }
  }

  svg.addEventListener("pointerover", (event) => { const at = event.target.dataset?.row; if (at !== undefined && sweep.fits(Number(at))) showTip(event.clientX, event.clientY, sweep.names[at], sweep.said(Number(at))); });
  svg.addEventListener("pointerout", hideTip);
  svg.addEventListener("click", (event) => { const at = event.target.dataset?.row; if (at !== undefined) sweep.choose(Number(at), true); });
  let before = 0;
  new ResizeObserver(() => { if (Math.abs(host.clientWidth - before) > 2) { before = host.clientWidth; draw(); } }).observe(host);
  return { draw, update, place: (column, row) => drawn.find((axis) => axis.column === column)?.scale.at(row[column]) };
}

/** The stretch after a key: moved, or with Shift made larger or smaller at its upper end. */
function moved(range, by, grows) {
  if (!range) return by > 0 ? [0.8, 1] : [0, 0.2];
  const [low, high] = range;
  if (grows) return [low, Math.max(low + 0.02, Math.min(1, high + by))];
  const shift = Math.max(-low, Math.min(1 - high, by));
  return [low + shift, high + shift];
}
