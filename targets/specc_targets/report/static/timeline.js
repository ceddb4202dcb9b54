// The timeline: one row a step, below maps their items; drawn on a canvas as large as what is seen.
const ROW = 26;
const AXIS = 28;
const END = Math.max(1, Math.round(DATA.run.duration * 1e6), ...STEPS.map((step) => step.end || 0));

function drawTimeline() {
  const shown = STEPS.map((step, index) => ({ step, index })).filter(({ step }) => step.start !== undefined);
  const host = byId("lanes");
  if (!shown.length) {
    host.append(make("p", { class: "none" }, "Nothing has run, so there is no time to show."));
    byId("timeline-tools").hidden = true;
    return;
  }
  byId("retry-mark").hidden = !STEPS.some((step) => step.retries);
  const maps = shown.filter(({ step }) => step.items || step.density);
  const open = new Set(maps.length <= 4 && shown.length <= 40 ? maps.map(({ index }) => index) : []);
  const canvas = make("canvas", { tabindex: 0, role: "img", "aria-label": "Timeline of the steps. Plus and minus zoom, left and right move, up and down select. The table below holds the same numbers." });
  const inner = make("div", {}, canvas);
  const scroll = make("div", { class: "lanes" }, inner);
  host.append(scroll);
  const pen = canvas.getContext("2d");
  const view = { from: -END * 0.01, to: END * 1.03 };
  let gutter = 180;
  let rows = [];
  let wide = 0;
  let tall = 0;
  let colors = {};
  let wanted = false;

  const layout = () => {
    let top = AXIS;
    rows = shown.map(({ step, index }) => {
      const row = { step, index, top, height: ROW + (open.has(index) ? openHeight(step) : 0) };
      top += row.height;
      return row;
    });
    wide = scroll.clientWidth;
    gutter = wide < 560 ? 108 : Math.min(240, Math.max(130, wide * 0.22));
    tall = Math.min(top + 8, Math.max(260, Math.round(innerHeight * 0.6)));
    scroll.style.height = `${tall + 2}px`;
    inner.style.height = `${top + 8}px`;
    const ratio = devicePixelRatio || 1;
    canvas.width = wide * ratio;
    canvas.height = tall * ratio;
    canvas.style.height = `${tall}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw();
  };
  const readColors = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["panel", "sunk", "line", "strong", "ink", "soft", "muted", "accent", "critical", ...Object.keys(STATES)]) colors[name] = style.getPropertyValue(`--${name}`).trim();
    colors.font = style.getPropertyValue("--sans");
  };
  const toX = (at) => gutter + ((at - view.from) / (view.to - view.from)) * (wide - gutter);
  const toTime = (x) => view.from + ((x - gutter) / (wide - gutter)) * (view.to - view.from);
  const draw = () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => { wanted = false; paint(); });
  };

  function paint() {
    const offset = scroll.scrollTop;
    pen.clearRect(0, 0, wide, tall);
    pen.textBaseline = "middle";
    paintGrid();
    for (const row of rows) {
      const y = row.top - offset;
      if (y + row.height < AXIS || y > tall) continue;
      paintRow(row, y);
    }
    paintSeams();
    paintAxis();
  }
  function paintRow(row, y) {
    const { step, index } = row;
    if (index === selected) { pen.globalAlpha = 0.1; pen.fillStyle = colors.accent; pen.fillRect(0, y, wide, row.height); pen.globalAlpha = 1; }
    pen.save();
    pen.beginPath();
    pen.rect(gutter, AXIS, wide - gutter, tall - AXIS);
    pen.clip();
    if (open.has(index)) paintOpen(step, y + ROW, row.height - ROW);
    paintBar(step, index, y);
    for (const [at] of step.retries || []) { pen.fillStyle = colors.tolerated; triangle(toX(at), y + 3); }
    pen.restore();
    pen.fillStyle = colors.panel;
    pen.fillRect(0, y, gutter, row.height);
    if (index === selected) { pen.globalAlpha = 0.14; pen.fillStyle = colors.accent; pen.fillRect(0, y, gutter, row.height); pen.globalAlpha = 1; }
    const left = 12 + Math.min(step.depth, 5) * 12;
    const canOpen = step.items || step.density;
    pen.fillStyle = colors.muted;
    pen.font = `11px ${colors.font}`;
    if (canOpen) pen.fillText(open.has(index) ? "▾" : "▸", left - 2, y + ROW / 2);
    pen.fillStyle = colors[step.state];
    pen.beginPath();
    pen.arc(left + 16, y + ROW / 2, 3.5, 0, 7);
    pen.fill();
    pen.fillStyle = onPath.has(index) ? colors.ink : colors.soft;
    pen.font = `${onPath.has(index) ? 600 : 400} 12.5px ${colors.font}`;
    pen.fillText(clipText(step.name, gutter - left - 34), left + 26, y + ROW / 2 + 0.5);
    pen.fillStyle = colors.line;
    pen.fillRect(0, y + row.height - 1, wide, 1);
  }
  function clipText(text, room) {
    if (pen.measureText(text).width <= room) return text;
    let length = Math.min(text.length, 60);
    while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > room) length -= 1;
    return `${text.slice(0, length)}…`;
  }
  function paintBar(step, index, y) {
    const x = toX(step.start);
    const width = Math.max(2, toX(step.end ?? step.start) - x);
    pen.fillStyle = colors[step.state];
    pen.globalAlpha = step.group ? 0.35 : 0.9;
    pen.beginPath();
    pen.roundRect(x, y + 7, width, 11, Math.min(3, width / 2));
    pen.fill();
    pen.globalAlpha = 1;
    if (step.state === "running" || step.state === "unfinished") { pen.strokeStyle = colors[step.state]; pen.setLineDash([3, 3]); pen.strokeRect(x, y + 7, width, 11); pen.setLineDash([]); }
    if (onPath.has(index)) { pen.fillStyle = colors.critical; pen.fillRect(x, y + 20, width, 3); }
    pen.font = `11.5px ${colors.font}`;
    pen.fillStyle = colors.muted;
    const text = duration(span(step));
    const room = pen.measureText(text).width;
    const right = Math.min(x + width, wide);
    if (right + 6 + room < wide) pen.fillText(text, Math.max(right, gutter) + 6, y + 13);
    else if (width > room + 14) { pen.fillStyle = step.group ? colors.ink : colors.panel; pen.fillText(text, Math.min(right, wide) - room - 6, y + 13); }
  }
  function paintOpen(step, y, height) {
    const tallLane = laneHeight(step);
    if (!tallLane) return paintDensity(step, y, height);
    const items = unpack(step);
    for (let lane = 0; lane < items.lanes.length; lane += 1) {
      const top = y + lane * tallLane;
      if (top + tallLane < AXIS || top > tall) continue;
      for (const bad of [0, 1]) { // failures last, so that they are seen however small
        let last = -1;
        pen.fillStyle = bad ? colors.failed : colors.succeeded;
        pen.globalAlpha = bad ? 1 : 0.55;
        for (const number of items.lanes[lane]) {
          if (items.bad[number] !== bad) continue;
          const x = toX(items.starts[number]);
          const to = Math.max(x + (bad ? 1.5 : 0.7), toX(items.starts[number] + items.took[number]));
          if (to < gutter || to <= last) continue;
          if (x > wide) break;
          const from = Math.max(x, last);
          pen.fillRect(from, top, Math.max(0.5, to - from - (to - x > 4 ? 1 : 0)), tallLane - 1);
          last = to;
        }
      }
    }
    pen.globalAlpha = 1;
  }
  function paintDensity(step, y, height) {
    const curve = underWay(step);
    const top = curve.reduce((most, [, number]) => Math.max(most, number), 0) || 1;
    const base = y + height - 6;
    const scale = (height - 24) / top;
    pen.beginPath();
    pen.moveTo(toX(curve[0]?.[0] || 0), base);
    let last = 0;
    for (const [at, number] of curve) {
      const x = toX(at);
      pen.lineTo(x, base - last * scale);
      pen.lineTo(x, base - number * scale);
      last = number;
    }
    pen.lineTo(toX(curve.at(-1)?.[0] || 0), base);
    pen.closePath();
    pen.globalAlpha = 0.4;
    pen.fillStyle = colors.succeeded;
    pen.fill();
    pen.globalAlpha = 1;
    pen.fillStyle = colors.muted;
    pen.font = `11px ${colors.font}`;
    pen.fillText(`up to ${rate(top)} at a time`, Math.max(toX(step.start), gutter) + 6, y + 6);
  }
  function triangle(x, y) {
    pen.beginPath();
    pen.moveTo(x - 4, y);
    pen.lineTo(x + 4, y);
    pen.lineTo(x, y + 6);
    pen.fill();
  }
  function paintSeams() {
    pen.strokeStyle = colors.muted;
    pen.setLineDash([4, 4]);
    for (const [at] of DATA.seams) {
      const x = toX(at);
      if (x > gutter) { pen.beginPath(); pen.moveTo(x, AXIS); pen.lineTo(x, tall); pen.stroke(); }
    }
    pen.setLineDash([]);
  }
  function ticks() {
    const step = niceStep((view.to - view.from) / Math.max(2, (wide - gutter) / 110));
    const found = [];
    for (let at = Math.max(0, Math.ceil(view.from / step) * step); at <= view.to; at += step) if (toX(at) >= gutter) found.push([at, toX(at)]);
    return found;
  }
  function paintGrid() {
    pen.fillStyle = colors.line;
    for (const [, x] of ticks()) pen.fillRect(x, AXIS, 1, tall);
  }
  function paintAxis() {
    pen.fillStyle = colors.panel;
    pen.fillRect(0, 0, wide, AXIS);
    pen.fillStyle = colors.strong;
    pen.fillRect(0, AXIS - 1, wide, 1);
    pen.font = `11.5px ${colors.font}`;
    for (const [at, x] of ticks()) {
      pen.fillStyle = colors.strong;
      pen.fillRect(x, AXIS - 6, 1, 5);
      pen.fillStyle = colors.muted;
      const text = roundDuration(at);
      if (x + pen.measureText(text).width + 5 < wide) pen.fillText(text, x + 4, AXIS / 2);
    }
    for (const [at, left] of DATA.seams) {
      const x = toX(at);
      if (x > gutter) { pen.fillStyle = colors.panel; pen.fillRect(x + 2, 2, 140, AXIS - 4); pen.fillStyle = colors.ink; pen.fillText(`resumed after ${secondsText(left)}`, x + 4, AXIS / 2); }
    }
    pen.fillStyle = colors.panel;
    pen.fillRect(0, 0, gutter, AXIS - 1);
    pen.fillStyle = colors.strong;
    pen.fillRect(gutter - 1, 0, 1, tall);
  }

  const zoom = (factor, x) => {
    const at = toTime(x);
    const width = Math.min(END * 1.2, Math.max(10, (view.to - view.from) / factor));
    const share = (at - view.from) / (view.to - view.from);
    view.from = at - share * width;
    view.to = view.from + width;
    bound();
  };
  const pan = (dx) => {
    const by = (dx / (wide - gutter)) * (view.to - view.from);
    view.from -= by;
    view.to -= by;
    bound();
  };
  function bound() {
    const width = view.to - view.from;
    view.from = Math.max(-END * 0.1, Math.min(view.from, END * 1.1 - width * 0.2));
    view.to = view.from + width;
    draw();
  }
  const fit = () => { view.from = -END * 0.01; view.to = END * 1.03; draw(); };
  const middle = () => (gutter + wide) / 2;
  tools(byId("timeline-tools"), { "−": ["Zoom out", () => zoom(1 / 1.6, middle())], "+": ["Zoom in", () => zoom(1.6, middle())], Fit: ["Show all", fit] });

  const rowAt = (event) => {
    const corner = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
    const row = y < AXIS ? undefined : rows.find((item) => y + scroll.scrollTop >= item.top && y + scroll.scrollTop < item.top + item.height);
    return { x, y: y + scroll.scrollTop, row };
  };
  function itemAt(row, x, y) {
    const each = laneHeight(row.step);
    const below = y - row.top - ROW;
    if (!open.has(row.index) || !each || below < 0) return -1;
    const items = unpack(row.step);
    const lane = items.lanes[Math.floor(below / each)] || [];
    const slack = ((view.to - view.from) / (wide - gutter)) * 2;
    const at = toTime(x);
    return lane.find((number) => items.starts[number] - slack <= at && at <= items.starts[number] + items.took[number] + slack) ?? -1;
  }
  canvas.addEventListener("pointermove", (event) => {
    const { x, y, row } = rowAt(event);
    canvas.style.cursor = row ? "pointer" : "grab";
    if (!row) return hideTip();
    const number = x > gutter ? itemAt(row, x, y) : -1;
    if (number < 0) {
      const { step } = row;
      return showTip(event.clientX, event.clientY, step.key, [`${STATES[step.state]} · ${summary(step)}`, `from ${duration(step.start)}`, step.retried ? plural(step.retried, "retry").replace("retrys", "retries") : null].filter(Boolean));
    }
    const items = unpack(row.step);
    showTip(event.clientX, event.clientY, `${row.step.key}[${items.where[number]}]`, [`${items.bad[number] ? "Failed" : "Succeeded"} · ${duration(items.took[number])}`, `from ${duration(items.starts[number])}`]);
  });
  canvas.addEventListener("pointerleave", hideTip);
  dragged(canvas, (dx, dy) => { hideTip(); pan(dx); scroll.scrollTop -= dy; });
  canvas.addEventListener("click", (event) => {
    const { x, y, row } = rowAt(event);
    if (!row) return;
    if (x < gutter && y < row.top + ROW && x < 34 + Math.min(row.step.depth, 5) * 12 && (row.step.items || row.step.density)) toggle(row.index);
    else select(row.index, "far");
  });
  const toggle = (index) => { if (!open.delete(index)) open.add(index); layout(); };
  canvas.addEventListener("dblclick", (event) => {
    const { row } = rowAt(event);
    if (row) { const room = Math.max(10, span(row.step)) * 0.05; view.from = row.step.start - room; view.to = (row.step.end ?? row.step.start) + room * 3; draw(); }
  });
  canvas.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) { event.preventDefault(); zoom(Math.exp(-event.deltaY * 0.004), rowAt(event).x); }
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) { event.preventDefault(); pan(-event.deltaX); }
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const at = rows.findIndex((row) => row.index === selected);
    const keys = {
      "+": () => zoom(1.6, middle()), "=": () => zoom(1.6, middle()), "-": () => zoom(1 / 1.6, middle()), 0: fit,
      ArrowLeft: () => pan(60), ArrowRight: () => pan(-60),
      ArrowDown: () => select(rows[Math.min(rows.length - 1, at + 1)].index), ArrowUp: () => select(rows[Math.max(0, at - 1)].index),
      Enter: () => { if (at >= 0 && (rows[at].step.items || rows[at].step.density)) toggle(selected); },
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  scroll.addEventListener("scroll", draw, { passive: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColors(); draw(); });
  new ResizeObserver(() => { if (scroll.clientWidth !== wide) layout(); }).observe(scroll);
  listeners.push((index, reveals) => {
    const row = rows.find((item) => item.index === index);
    if (row && reveals !== false && (row.top - scroll.scrollTop < AXIS || row.top + ROW - scroll.scrollTop > tall)) scroll.scrollTop = Math.max(0, row.top - tall / 2);
    draw();
  });
  readColors();
  layout();
}

function niceStep(least) {
  const units = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1.5e7, 3e7, 6e7, 1.2e8, 3e8, 6e8, 9e8, 1.8e9, 3.6e9, 7.2e9, 1.08e10, 2.16e10, 4.32e10, 8.64e10];
  return units.find((unit) => unit >= least) || Math.ceil(least / 8.64e10) * 8.64e10;
}

/** The stretches that make up the duration, as a strip and as a list. */
function drawCritical() {
  const host = byId("critical");
  if (!DATA.critical.length) { byId("critical-title").hidden = true; return; }
  const covered = DATA.critical.reduce((sum, item) => sum + item.end - item.start, 0);
  const rest = Math.max(0, END - covered);
  const strip = make("div", { class: "strip" });
  let at = 0;
  for (const item of DATA.critical) {
    const took = item.end - item.start;
    const gap = Math.max(0, item.start - at);
    if (gap / END > 0.002) { const pause = make("span", {}); pause.style.flex = `${gap / END} 0 0`; strip.append(pause); }
    const wide = took / END;
    const part = make("button", { type: "button", class: wide < 0.06 ? "thin" : "", title: `${STEPS[item.step].key}: ${duration(took)}, ${percent(wide)}`, "aria-label": `${STEPS[item.step].key}: ${duration(took)}`, on: { click: () => select(item.step, "far") } }, `${STEPS[item.step].name} ${percent(wide)}`);
    part.style.flex = `${wide} 0 2px`;
    strip.append(part);
    at = item.end;
  }
  if (END - at > END * 0.002) { const end = make("span", {}); end.style.flex = `${(END - at) / END} 0 0`; strip.append(end); }
  const listed = DATA.critical.length > 60 ? [...DATA.critical].sort((one, other) => other.end - other.start - one.end + one.start).slice(0, 60) : DATA.critical;
  const list = make("ul", { class: "chain" }, listed.map((item) => {
    const took = item.end - item.start;
    return make("li", {}, stepCell(item.step), make("span", { class: "number" }, duration(took)), make("span", { class: "number muted" }, percent(took / END)), make("span", { class: "muted" }, reasons(item)));
  }));
  if (rest / END > 0.005) list.append(make("li", {}, make("span", { class: "muted" }, "between and around them"), make("span", { class: "number" }, duration(rest)), make("span", { class: "number muted" }, percent(rest / END)), make("span", { class: "muted" }, "starting, waiting for a free worker, ending")));
  host.append(strip, list);
  if (listed !== DATA.critical) host.append(make("p", { class: "muted" }, `The longest 60 of ${count(DATA.critical.length)} are listed.`));
}
const stepCell = (index) => make("span", {}, stepLink(index));

function reasons(item) {
  const step = STEPS[item.step];
  const found = [];
  if (item.waited > Math.max(1000, END * 0.005)) found.push(`waited ${duration(item.waited)} before it began`);
  if (step.count > 1) {
    found.push(`${plural(step.count, step.kind === "loop" ? "pass" : isMap(step) ? "item" : "call").replace("passs", "passes")}, ${mean(meanUnderWay(step))} at a time on average`);
    if (step.max) found.push(`the slowest took ${secondsText(step.max)}`);
  }
  if (step.group) {
    const longest = STEPS.filter((other) => STEPS[other.parent] === step).sort((one, other) => span(other) - span(one))[0];
    if (longest && span(longest)) found.push(`of that ${longest.name} ${duration(span(longest))}`);
  }
  if (step.retried) found.push(step.retried === 1 ? "1 retry" : `${count(step.retried)} retries`);
  return found.join("; ");
}
