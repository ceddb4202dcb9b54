// What all parts of the page share: how steps are told, and how numbers read.
const STEPS = DATA.steps;
const STATES = {
  succeeded: "Succeeded", cached: "Cached", tolerated: "Tolerated", failed: "Failed",
  running: "Running", unfinished: "Unfinished", skipped: "Skipped", notrun: "Not run",
};
const RUN_STATES = { succeeded: "succeeded", failed: "failed", running: "running", interrupted: "unfinished", killed: "unfinished" };
const RUN_WORDS = { succeeded: "Succeeded", failed: "Failed", running: "Running", interrupted: "Interrupted", killed: "Killed" };
// Drawn in a square of 12: a state is never told by color alone.
const ICONS = {
  succeeded: "M2 6.5 5 9.5 10 3", cached: "M7 1 3 7h5l-3 4", tolerated: "M6 1.5 11 10.5H1Z M6 5v2.4",
  failed: "M2.5 2.5l7 7M9.5 2.5l-7 7", running: "M6 1.5a4.5 4.5 0 1 1-4.5 4.5", unfinished: "M4 2.5v7M8 2.5v7",
  skipped: "M2 2.5 6 6 2 9.5M6.5 2.5l4 3.5-4 3.5", notrun: "M6 1.8a4.2 4.2 0 1 0 .01 0",
};
const icon = (state) => makeSvg("svg", { class: "icon", viewBox: "0 0 12 12", "aria-hidden": "true" }, makeSvg("path", { d: ICONS[state] }));
const pill = (state, word) => make("span", { class: `pill s-${state}` }, icon(state), word || STATES[state]);

const grouped = new Intl.NumberFormat("en-US");
const compact = new Intl.NumberFormat("en-US", { notation: "compact" });
const count = (number) => grouped.format(number || 0);
const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Microseconds, as a person would say them. */
function duration(micro) {
  const seconds = (micro || 0) / 1e6;
  if (seconds === 0) return "0 s";
  if (seconds < 1e-3) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 0.9995) return `${(seconds * 1e3).toPrecision(seconds < 0.0995 ? 2 : 3)} ms`.replace(".0 ", " ");
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, "0")} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} m`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}
/** The same for a round number: `2 s` and not `2.00 s`. */
const roundDuration = (micro) => duration(micro).replace(/\.0+ /, " ").replace(/(\d m) 00 s$|(\d h) 00 m$/, "$1$2");
const secondsText = (seconds) => duration((seconds || 0) * 1e6);
function bytes(number) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) { number /= 1024; unit += 1; }
  return `${unit && number < 100 ? number.toFixed(1) : Math.round(number)} ${units[unit]}`;
}
function rate(perSecond) {
  if (!perSecond) return "0";
  return perSecond >= 100 ? count(Math.round(perSecond)) : Number(perSecond.toPrecision(3)).toString();
}
/** A mean that need not be exact. */
const mean = (number) => (number >= 10 ? count(Math.round(number)) : number >= 1 ? number.toFixed(1) : number && number < 0.005 ? "<0.01" : number.toFixed(2));
const percent = (share) => `${share > 0 && share < 0.01 ? "<1" : Math.round(share * 100)}%`;
const when = (epoch) => Math.abs(epoch) > 8e12 ? "" : new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(epoch * 1000));

/** How long a step took from its beginning to its end, in microseconds. */
const span = (step) => (step.start === undefined ? 0 : Math.max(0, (step.end ?? step.start) - step.start));
const isMap = (step) => step.kind === "map" || Boolean(step.items || step.density);
function summary(step, brief) {
  if (step.state === "notrun") return "not run";
  if (step.state === "skipped") return "skipped";
  if (step.state === "cached") return "from cache";
  const parts = [];
  const calls = (step.done || 0) + (step.failed || 0);
  if (isMap(step) && calls > 0 && !step.group) parts.push(step.total > calls ? `${count(calls)} of ${count(step.total)}` : step.kind === "loop" ? `${count(calls)}×` : brief && calls >= 10000 ? `${compact.format(calls)} items` : plural(calls, "item"));
  if (step.start !== undefined) parts.push(duration(span(step)));
  return parts.join(" · ") || STATES[step.state].toLowerCase();
}

// One step is selected at a time, everywhere on the page.
let selected = -1;
const listeners = [];
function select(index, reveal) {
  if (!(index in STEPS)) return;
  selected = index;
  for (const listener of listeners) listener(index, reveal);
}
const stepLink = (index, text) =>
  index in STEPS ? make("button", { type: "button", class: "link", on: { click: () => select(index, true) } }, text || STEPS[index].key) : make("span", {}, text);

const tip = byId("tip");
function showTip(x, y, title, lines) {
  tip.replaceChildren(make("b", {}, title), ...lines.map((line) => make("div", {}, line)));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - box.width - 8))}px`;
  tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(8, y - box.height - 10) : y + 18}px`;
}
const hideTip = () => { tip.hidden = true; };

/** Counts as bars, in one path. */
function bars(values, width, height, label) {
  const top = Math.max(...values);
  const each = width / values.length;
  const path = values.map((value, number) => {
    const tall = value ? Math.max(1.5, (value / top) * height) : 0;
    return value ? `M${(number * each).toFixed(1)} ${height}v${-tall.toFixed(1)}h${Math.max(0.8, each - 0.8).toFixed(1)}v${tall.toFixed(1)}z` : "";
  });
  return makeSvg("svg", { class: "bars", viewBox: `0 0 ${width} ${height}`, width, height, preserveAspectRatio: "none", role: "img", "aria-label": label }, makeSvg("path", { d: path.join("") }));
}
