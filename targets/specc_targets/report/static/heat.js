// A heat map of the two things that vary: one tile for each cell.
const TILES = 60; // values of one axis; beyond, tiles are too small to hit

/** Draws into `host`, for the columns `across` and `down`. Gives `draw()` and `update()`. */
function heatMap(host, sweep, across, down) {
  const order = (column) => [...new Set(sweep.rows.map((row) => row[column]))].filter((value) => value !== null).sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true })));
  const [xs, ys] = [order(across), order(down).reverse()];
  const at = new Map();
  sweep.rows.forEach((row, number) => { const key = `${xs.indexOf(row[across])} ${ys.indexOf(row[down])}`; if (!at.has(key)) at.set(key, number); });
  const svg = makeSvg("svg", { role: "grid", "aria-label": `Heat map: ${sweep.columns[across][0]} across, ${sweep.columns[down][0]} down; arrow keys go from tile to tile` });
  host.append(svg);
  const ramp = make("div", { class: "ramp" });
  host.append(ramp);
  let tiles = new Map();

  function draw() {
    const wide = Math.max(220, host.clientWidth - 24);
    const left = 14 + 7 * Math.min(9, Math.max(...ys.map((value) => brief(value).length), 1));
    const tile = (wide - left - 4) / xs.length;
    const high = Math.max(14, Math.min(tile, 210 / ys.length, 60));
    const tall = 22 + ys.length * high + 34;
    svg.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    svg.setAttribute("height", tall);
    tiles = new Map();
    const title = makeSvg("text", { class: "axis-name", x: 0, y: 12 });
    title.textContent = short(sweep.columns[down][0], 30);
    const below = makeSvg("text", { class: "axis-name", x: wide, y: tall - 3, "text-anchor": "end" });
    below.textContent = short(sweep.columns[across][0], 30);
    const parts = [title, below];
    const every = Math.max(1, Math.ceil(xs.length / Math.max(1, Math.floor((wide - left) / 44))));
    xs.forEach((value, number) => { if (number % every) return; const text = makeSvg("text", { x: left + tile * (number + 0.5), y: 22 + ys.length * high + 14, "text-anchor": "middle" }); text.textContent = short(brief(value), 8); parts.push(text); });
    const rowEvery = Math.max(1, Math.ceil(ys.length / Math.max(1, Math.floor((ys.length * high) / 13))));
    ys.forEach((value, number) => {
      if (number % rowEvery === 0) { const text = makeSvg("text", { x: left - 6, y: 22 + high * (number + 0.5) + 4, "text-anchor": "end" }); text.textContent = short(brief(value), 9); parts.push(text); }
      const line = makeSvg("g", { role: "row" });
      xs.forEach((_, column) => { const row = at.get(`${column} ${number}`); if (row !== undefined) line.append(tileOf(row, left + tile * column, 22 + high * number, tile, high, column, number)); });
      parts.push(line);
    });
    svg.replaceChildren(...parts);
    [...tiles.values()][0]?.setAttribute("tabindex", "0");
    update();
  }

  function tileOf(row, x, y, wide, high, column, line) {
    const tile = makeSvg("g", { tabindex: "-1", role: "gridcell", "data-row": row, "data-x": column, "data-y": line });
    const text = makeSvg("text", { x: x + wide / 2, y: y + high / 2 + 4 });
    tile.append(makeSvg("rect", { x: x + 1, y: y + 1, width: Math.max(1, wide - 2), height: Math.max(1, high - 2), rx: 3 }), text);
    tile.room = wide;
    tiles.set(row, tile);
    return tile;
  }

  function update() {
    for (const [row, tile] of tiles) {
      const value = sweep.measured(row);
      const status = sweep.status(row);
      const level = sweep.level(row);
      tile.setAttribute("class", `tile${level !== null ? ` q${level}` : status === "failed" ? " failed" : " empty"}${sweep.fits(row) ? "" : " off"}${row === sweep.best ? " best" : ""}${row === sweep.chosen ? " on" : ""}`);
      const said = level !== null ? brief(value) : status === "failed" ? "✕" : "";
      const shown = row === sweep.best && said.length * 7 + 12 < tile.room ? `★ ${said}` : said;
      tile.querySelector("text").textContent = shown.length * 6.5 < tile.room ? shown : row === sweep.best ? "★" : "";
      tile.setAttribute("aria-label", [sweep.names[row], ...sweep.said(row), row === sweep.best ? "best" : ""].filter(Boolean).join(", "));
    }
    const [low, high] = sweep.range;
    ramp.replaceChildren(...(low === undefined ? [] : [make("span", {}, brief(low)), make("i", {}), make("span", {}, brief(high)), make("span", {}, sweep.measureName())]));
  }

  const focus = (row) => { for (const tile of tiles.values()) tile.setAttribute("tabindex", "-1"); tiles.get(row).setAttribute("tabindex", "0"); tiles.get(row).focus(); };
  svg.addEventListener("keydown", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sweep.choose(Number(tile.dataset.row), true); return; }
    const way = WAYS[event.key];
    if (!way) return;
    event.preventDefault();
    const next = at.get(`${Number(tile.dataset.x) + way[0]} ${Number(tile.dataset.y) + way[1]}`);
    if (next !== undefined) focus(next);
  });
  const rowOf = (event) => event.target.closest?.(".tile")?.dataset.row;
  svg.addEventListener("click", (event) => { const row = rowOf(event); if (row !== undefined) sweep.choose(Number(row), true); });
  svg.addEventListener("pointerover", (event) => { const row = rowOf(event); if (row !== undefined) showTip(event.clientX, event.clientY, sweep.names[row], sweep.said(Number(row))); });
  svg.addEventListener("pointerout", hideTip);
  let before = 0;
  new ResizeObserver(() => { if (Math.abs(host.clientWidth - before) > 2) { before = host.clientWidth; draw(); } }).observe(host);
  return { draw, update };
}
