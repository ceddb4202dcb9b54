// Everything about the selected step.
const detailsHost = byId("details");
const KINDS = { call: "Call", wait: "Wait", group: "Group", map: "Map", loop: "Loop", handler: "Handler", section: "Finally" };

function showDetails(index, reveal) {
  const step = STEPS[index];
  const failures = DATA.failures.filter((failure) => failure.step === index);
  const map = isMap(step) && !step.group;
  const facts = [
    ["Kind", KINDS[step.kind] || step.kind],
    ["Began", step.start !== undefined ? `at ${duration(step.start)}` : null],
    ["Took", step.start !== undefined ? duration(span(step)) : null],
    [map ? "Items done" : "Calls", step.done || step.total ? (step.total > step.count ? `${count(step.done)} of ${count(step.total)}` : count(step.done)) : null],
    ["Failed", step.failed ? count(step.failed) : null],
    ["Retries", step.retried ? count(step.retried) : null],
    ["From cache", step.cached ? count(step.cached) : null],
    ["At a time", step.count > 1 && span(step) ? mean(meanUnderWay(step)) : null],
    ["Calls/s", step.count > 1 && span(step) ? rate((step.count * 1e6) / span(step)) : null],
    ["Mean", step.count > 1 && step.mean ? secondsText(step.mean) : null],
    ["p50", step.count > 1 && step.mean ? secondsText(step.p50) : null],
    ["p95", step.count > 1 && step.mean ? secondsText(step.p95) : null],
    ["Max", step.count > 1 && step.mean ? secondsText(step.max) : null],
    ["CPU", step.cpu ? secondsText(step.cpu) : null],
    ["Memory", step.memory ? bytes(step.memory) : null],
  ].filter(([, value]) => value !== null);
  const parent = step.parent ?? -1;
  detailsHost.replaceChildren(
    pill(step.state),
    make("h2", {}, step.name),
    step.key !== step.name ? make("p", { class: "path mono" }, step.key) : "",
    parent >= 0 ? make("p", { class: "muted" }, "in ", stepLink(parent)) : "",
    make("ul", { class: "plain" }, (step.notes || []).map((note) => make("li", {}, note)), step.because ? make("li", {}, `skipped because ${step.because} was`) : ""),
    make("dl", { class: "facts" }, facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
    ...spread(step), ...slow(step), ...failuresOf(failures), ...valuesOf("Called with", step.inputs), ...resultsOf(step), ...retriesOf(step), ...logOf(step.log, "Log"),
  );
  detailsHost.scrollTop = 0;
  if (reveal === true || (reveal && matchMedia("(max-width: 1180px)").matches)) {
    detailsHost.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    detailsHost.focus({ preventScroll: true });
  }
}

function spread(step) {
  if (!step.bars) return [];
  return [make("h3", {}, "How long calls took"), bars(step.bars, 360, 56, `Durations from ${secondsText(step.shortest)} to ${secondsText(step.longest)}`), make("div", { class: "ends" }, make("span", {}, secondsText(step.shortest)), make("span", {}, "logarithmic"), make("span", {}, secondsText(step.longest)))];
}

function slow(step) {
  const items = step.items && step.items.start.length > 5 ? unpack(step) : null;
  if (!items) return [];
  const rows = slowest(step, 5).map((number) => make("tr", {}, make("td", { class: "text" }, `item ${items.where[number]}`), make("td", { class: items.bad[number] ? "text bad" : "text muted" }, items.bad[number] ? "failed" : ""), make("td", {}, duration(items.took[number]))));
  return [make("h3", {}, "Slowest items"), make("table", { class: "slow" }, make("tbody", {}, rows))];
}

function failuresOf(failures) {
  return failures.length ? [make("h3", {}, "Failures"), ...failures.slice(0, 20).map((failure) => failureBox(failure, failures.length === 1))] : [];
}

function valuesOf(title, values) {
  if (!values?.length) return [];
  return [make("h3", {}, title), ...values.map(([name, text, known]) => value(known ? name : `${name} (as the spec says)`, text))];
}
const value = (name, text) => make("div", { class: "value" }, name ? make("span", {}, name) : "", make("pre", { tabindex: text.length > 400 ? 0 : undefined }, text));

function resultsOf(step) {
  if (!step.results?.length) return [];
  return [make("h3", {}, step.results.length > 1 ? "Results (first and last)" : "Result"), ...step.results.map(([where, text]) => value(where ? `item ${where}` : "", text))];
}

function retriesOf(step) {
  if (!step.retries) return [];
  const listed = step.retries.slice(0, 20).map(([at, where, attempt, delay, error]) => make("li", {}, `at ${duration(at)}${where ? `, item ${where}` : ""}: attempt ${attempt + 1} after ${secondsText(delay)}`, error ? make("div", { class: "muted" }, error) : ""));
  const more = step.retried - listed.length;
  return [make("h3", {}, "Retries"), make("ul", { class: "plain" }, listed, more > 0 ? make("li", { class: "muted" }, `and ${count(more)} more`) : "")];
}

function logOf(log, title) {
  if (!log) return [];
  const line = ([at, where, kind, text]) => make("div", { class: ["ERROR", "CRITICAL", "error", "critical"].includes(kind) ? "error" : ["WARNING", "warning"].includes(kind) ? "warning" : "", title: [at !== null ? `at ${duration(at)}` : "", kind].join(" ") }, where ? make("i", {}, `[${where}] `) : "", text);
  const left = log.count - log.first.length - log.last.length;
  return [make("h3", {}, `${title}: ${plural(log.count, "line")}`), make("div", { class: "log", tabindex: 0, role: "region", "aria-label": "Log" }, log.first.map(line), left > 0 ? make("div", { class: "gap" }, `… ${plural(left, "line")} not shown …`) : "", log.last.map(line))];
}

function failureBox(failure, open) {
  const settled = failure.settled >= failure.count;
  const places = failure.where.length ? `item${failure.count > 1 ? "s" : ""} ${failure.where.join(", ")}${failure.count > failure.where.length ? ` and ${count(failure.count - failure.where.length)} more` : ""}` : "";
  const tolerated = !settled && STEPS[failure.step]?.state === "tolerated";
  return make("details", { class: `failure${settled || tolerated ? " settled" : ""}`, open: Boolean(open) },
    make("summary", {}, make("span", { class: "what" }, make("b", {}, failure.name), ` ${failure.message}`), make("span", { class: "badge" }, failure.count === 1 ? (places || "once") : `${count(failure.count)}×`)),
    make("div", {},
      make("p", { class: "places" }, "in ", stepLink(failure.step, failure.key), places ? `, ${places}` : "", settled ? "; handled, or tried again" : failure.settled ? `; ${count(failure.settled)} handled, or tried again` : tolerated ? "; tolerated" : ""),
      failure.message.length > 120 || failure.message.includes("\n") ? make("pre", { tabindex: 0 }, failure.message) : "",
      failure.traceback ? make("pre", { class: "trace", tabindex: 0 }, failure.traceback) : make("p", { class: "muted" }, "No code of yours was running, so there is no traceback.")));
}
