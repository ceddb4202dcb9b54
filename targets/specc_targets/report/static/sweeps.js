// The cells of each step that has some: what they were made with, what they gave, which is the best.
const PAGE_OF_ROWS = 100;
const LEVELS = 9;
const SMALLER_IS_BETTER = /loss|err|rmse|mae|mse|perplex|duration|time|cost|memory|cpu|latency/i;
const CELL_STATES = { succeeded: "succeeded", cached: "cached", handled: "tolerated", failed: "failed", running: "running", pending: "notrun" };
const CELL_WORDS = { handled: "Handled", pending: "Pending" };

/** What the parts of one sweep share: rows, what is measured, brushed and chosen. */
class Sweep {
  constructor(data) {
    Object.assign(this, { columns: data.columns, rows: data.rows, names: data.names, name: data.name, total: data.total, step: data.step });
    const own = (name) => this.columns.findIndex(([known, group]) => known === name && group === "cell");
    this.statusColumn = own("status");
    const varies = (column) => new Set(this.rows.map((row) => row[column])).size > 1;
    this.axes = this.numbers((group) => group === "config").filter(varies).slice(0, 10);
    const numeric = (column) => this.rows.some((row) => typeof row[column] === "number") && this.rows.every((row) => row[column] === null || typeof row[column] === "number");
    this.measures = [...this.numbers((group) => group === "output" || group === "metric"), own("duration")].filter((column) => column >= 0 && numeric(column));
    this.brushes = new Map();
    this.text = "";
    this.chosen = -1;
    this.parts = [];
    this.measure(this.measures[0] ?? -1);
  }
  numbers(wanted) { return this.columns.map((_, at) => at).filter((at) => wanted(this.columns[at][1])); }
  plotted() { return [...this.axes, ...(this.measured_by >= 0 && !this.axes.includes(this.measured_by) ? [this.measured_by] : [])]; }
  measureName() { return this.columns[this.measured_by]?.[0] ?? ""; }
  /** What is measured of a cell; how soon one has failed, or how far it came, is no result. */
  measured(at) { return this.measured_by < 0 || this.status(at) === "failed" ? null : this.rows[at][this.measured_by]; }
  status(at) { return this.rows[at][this.statusColumn]; }
  measure(column, least) {
    this.measured_by = column;
    this.least = least ?? SMALLER_IS_BETTER.test(this.measureName());
    const values = this.rows.map((_, at) => this.measured(at)).filter((value) => typeof value === "number");
    this.range = values.length ? [Math.min(...values), Math.max(...values)] : [];
    this.best = -1;
    for (let at = 0; at < this.rows.length; at += 1) {
      const value = this.measured(at);
      if (typeof value !== "number") continue;
      if (this.best < 0 || (this.least ? value < this.measured(this.best) : value > this.measured(this.best))) this.best = at;
    }
  }
  /** The color of a cell by its value, from 0 for the least to 8. */
  level(at) {
    const value = this.measured(at);
    if (typeof value !== "number") return null;
    const [low, high] = this.range;
    const share = high > low ? (value - low) / (high - low) : 1;
    return Math.min(LEVELS - 1, Math.floor(share * LEVELS));
  }
  said(at) {
    const lines = [CELL_WORDS[this.status(at)] ?? this.status(at)];
    if (this.measured(at) !== null && this.measured_by >= 0) lines.push(`${this.measureName()} = ${shownCell(this.columns[this.measured_by], this.measured(at))}`);
    const error = this.columns.findIndex(([name, group]) => name === "error" && group === "cell");
    if (error >= 0 && this.rows[at][error]) lines.push(short(String(this.rows[at][error]), 120));
    return lines;
  }
  brush(column, range) { if (range) this.brushes.set(column, range); else this.brushes.delete(column); this.changed(); }
  fits(at) {
    const row = this.rows[at];
    for (const [column, [low, high]] of this.brushes) {
      const place = this.place?.(column, row);
      if (place === undefined) continue;
      if (place === null || place < low - 1e-9 || place > high + 1e-9) return false;
    }
    return !this.text || this.searchable(at).includes(this.text);
  }
  searchable(at) { this.texts ??= this.rows.map((row, number) => `${this.names[number]} ${row.join(" ")}`.toLowerCase()); return this.texts[at]; }
  fitting() { let number = 0; for (let at = 0; at < this.rows.length; at += 1) number += this.fits(at); return number; }
  choose(at, reveal) { this.chosen = at === this.chosen ? -1 : at; this.changed(reveal); }
  changed(reveal) { for (const part of this.parts) part(reveal); }
}

function shownCell([name, group], value) {
  if (value === null || value === undefined) return "–";
  if (group === "cell" && typeof value === "number") {
    if (name === "duration" || name === "cpu") return secondsText(value);
    if (name === "memory") return bytes(value);
  }
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  return String(value);
}

function drawSweeps() {
  const host = byId("sweeps");
  const found = DATA.sweeps || [];
  if (!found.length) { host.remove(); byId("to-sweeps").remove(); return; }
  found.forEach((data, number) => host.append(sweepCard(new Sweep(data), number)));
}

function sweepCard(sweep, number) {
  const card = make("section", { class: "card sweep", "aria-labelledby": `sweep-${number}` });
  const counts = {};
  for (let at = 0; at < sweep.rows.length; at += 1) counts[sweep.status(at)] = (counts[sweep.status(at)] || 0) + 1;
  const legend = make("ul", { class: "legend", "aria-label": "Cells" }, Object.entries(counts).map(([status, many]) => make("li", { class: `s-${CELL_STATES[status]}` }, icon(CELL_STATES[status]), `${CELL_WORDS[status] ?? STATES[CELL_STATES[status]]} ${count(many)}`)));
  const sampled = sweep.total > sweep.rows.length ? make("p", { class: "hint" }, `${count(sweep.rows.length)} of ${count(sweep.total)} cells, evenly spread`) : "";
  const tools = make("div", { class: "tools" });
  const best = make("p", { class: "best-line" });
  const plots = make("div", { class: "plots" });
  const said = make("p", { class: "hint", "aria-live": "polite" });
  card.append(make("div", { class: "card-head" }, make("h2", { id: `sweep-${number}` }, "Cells of ", sweep.step >= 0 ? stepLink(sweep.step, sweep.name) : sweep.name), legend, sampled, tools), best, plots, said);
  const again = [];
  if (sweep.measures.length) {
    const select = make("select", {}, sweep.measures.map((column) => make("option", { value: column }, sweep.columns[column][0])));
    const turn = make("button", { type: "button", title: "Whether the greatest or the least value is the best", on: { click: () => { sweep.measure(sweep.measured_by, !sweep.least); sweep.changed(); } } }, "");
    select.addEventListener("change", () => { sweep.brushes.delete(sweep.measured_by); sweep.measure(Number(select.value)); for (const draw of again) draw(); sweep.changed(); });
    tools.append(make("label", {}, "Measure", select), turn);
    sweep.parts.push(() => { turn.textContent = sweep.least ? "Best: least" : "Best: greatest"; });
  }
  if (sweep.rows.length > 1 && sweep.axes.length && sweep.plotted().length > 1) {
    const host = make("div", { class: "plot" }, make("h3", {}, "Parallel coordinates "), make("p", { class: "hint" }, "Drag along an axis to choose cells; click a line to see its cell."));
    plots.append(host);
    const plot = parallelPlot(host, sweep);
    sweep.place = plot.place;
    again.push(plot.draw);
    sweep.parts.push(plot.update);
  }
  const sizes = sweep.axes.map((column) => new Set(sweep.rows.map((row) => row[column])).size);
  if (sweep.axes.length === 2 && sweep.measures.length && Math.max(...sizes) <= TILES) {
    const [across, down] = sizes[0] >= sizes[1] ? sweep.axes : [...sweep.axes].reverse();
    const host = make("div", { class: "plot" }, make("h3", {}, "Heat map"));
    plots.append(host);
    plots.classList.add("two");
    const heat = heatMap(host, sweep, across, down);
    sweep.parts.push(heat.update);
  }
  if (!plots.children.length) plots.remove();
  sweep.parts.push(() => {
    const at = sweep.best;
    best.replaceChildren(...(at < 0 ? [] : [make("b", {}, "★ Best "), `${sweep.measureName()} = `, make("b", {}, shownCell(sweep.columns[sweep.measured_by], sweep.measured(at))), " with ", make("button", { type: "button", class: "link", on: { click: () => { sweep.chosen = -1; sweep.choose(at, true); } } }, sweep.names[at])]));
    const fitting = sweep.fitting();
    said.textContent = fitting === sweep.rows.length ? "" : `${count(fitting)} of ${count(sweep.rows.length)} cells are chosen`;
    if (fitting !== sweep.rows.length) said.append(" · ", make("button", { type: "button", class: "link", on: { click: () => { sweep.brushes.clear(); sweep.text = ""; tools.querySelector("input").value = ""; sweep.changed(); } } }, "show all"));
  });
  cellTable(card, tools, sweep);
  sweep.changed();
  return card;
}

function cellTable(card, tools, sweep) {
  const filter = make("input", { type: "search", placeholder: "Filter cells", "aria-label": `Filter the cells of ${sweep.name}` });
  tools.append(filter);
  const heads = sweep.columns.map(([name, group], column) => {
    const text = column === 0 || sweep.rows.every((row) => typeof row[column] !== "number");
    return make("th", { scope: "col", class: text ? "text" : "", "aria-sort": "none" }, make("button", { type: "button", title: group === "cell" ? "" : { config: "Configuration", output: "Output", metric: "Metric, its last value" }[group], on: { click: () => sort(column) } }, name));
  });
  const body = make("tbody", {});
  const more = make("button", { type: "button", class: "more", hidden: true, on: { click: () => { limit += 5 * PAGE_OF_ROWS; show(); } } });
  card.append(make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Cells of ${sweep.name}` }, make("table", {}, make("thead", {}, make("tr", {}, heads)), body), more));
  const made = new Map();
  let [limit, sorted, down] = [PAGE_OF_ROWS, -1, false];
  const rowOf = (at) => {
    if (!made.has(at)) made.set(at, make("tr", { "data-row": at }, sweep.columns.map((column, number) => cellOf(sweep, at, column, number))));
    return made.get(at);
  };
  const order = () => {
    const fitting = sweep.rows.map((_, at) => at).filter((at) => sweep.fits(at));
    if (sorted < 0) return fitting;
    const rank = (value) => (value === null ? 2 : typeof value === "number" ? 0 : 1);
    return fitting.sort((one, other) => {
      const [a, b] = [sweep.rows[one][sorted], sweep.rows[other][sorted]];
      if (a === null || b === null) return rank(a) - rank(b) || one - other; // what is missing comes last, either way
      const way = rank(a) !== rank(b) ? rank(a) - rank(b) : a < b ? -1 : a > b ? 1 : 0;
      return (down ? -way : way) || one - other;
    });
  };
  const show = () => {
    const fitting = order();
    const shown = fitting.slice(0, limit);
    body.replaceChildren(...(shown.length ? shown.map(rowOf) : [make("tr", {}, make("td", { class: "none", colspan: sweep.columns.length }, "No cell fits."))]));
    for (const at of shown) rowOf(at).className = `${at === sweep.best ? "best " : ""}${at === sweep.chosen ? "on" : ""}`;
    more.hidden = fitting.length <= limit;
    more.textContent = `Show more: ${count(fitting.length - limit)} of ${count(fitting.length)} cells are not shown`;
    heads.forEach((head, column) => head.setAttribute("aria-sort", column !== sorted ? "none" : down ? "descending" : "ascending"));
  };
  const sort = (column) => {
    const first = sweep.rows.some((row) => typeof row[column] === "number") && column !== 0;
    if (sorted !== column) [sorted, down] = [column, first];
    else if (down === first) down = !first;
    else sorted = -1;
    show();
  };
  filter.addEventListener("input", () => { sweep.text = filter.value.trim().toLowerCase(); sweep.changed(); });
  body.addEventListener("click", (event) => { const row = event.target.closest("tr[data-row]"); if (row) sweep.choose(Number(row.dataset.row)); });
  sweep.parts.push((reveal) => {
    if (reveal && sweep.chosen >= 0) { const at = order().indexOf(sweep.chosen); if (at >= limit) limit = at + 1; }
    show();
    if (reveal && sweep.chosen >= 0 && made.has(sweep.chosen)) made.get(sweep.chosen).scrollIntoView({ block: "nearest", behavior: "auto" });
  });
}

function cellOf(sweep, at, column, number) {
  const value = sweep.rows[at][number];
  const text = shownCell(column, value);
  if (number === 0) return make("th", { scope: "row", title: sweep.names[at] }, make("button", { type: "button", class: "link", "aria-label": `Cell ${sweep.names[at]}` }, text));
  if (number === sweep.statusColumn) return make("td", { class: "text" }, pill(CELL_STATES[value], CELL_WORDS[value]));
  if (value === null) return make("td", { class: `zero${sweep.rows.some((row) => typeof row[number] === "number") ? "" : " text"}` }, "–");
  return make("td", { class: typeof value === "number" ? "" : "text wide", title: text.length > 40 ? text : undefined }, text);
}
