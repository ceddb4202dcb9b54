// Puts the page together.
const RUN = DATA.run;
const state = RUN_STATES[RUN.status] || "notrun";

byId("status").append(pill(state, RUN_WORDS[RUN.status] || RUN.status));
byId("name").textContent = RUN.name;
byId("id").textContent = RUN.id;
byId("description").textContent = RUN.description;
byId("when").textContent = [RUN.started ? when(RUN.started) : "", RUN.spec].filter(Boolean).join(" · ");

function tiles() {
  const { states, calls, items, failed, rate: perSecond, busy, cpu, memory, retried, cached } = DATA.totals;
  const all = Object.values(states).reduce((sum, number) => sum + number, 0);
  const good = (states.succeeded || 0) + (states.cached || 0) + (states.tolerated || 0);
  const seconds = RUN.duration;
  const other = Object.entries(states).filter(([name]) => !["succeeded"].includes(name)).map(([name, number]) => `${count(number)} ${STATES[name].toLowerCase()}`);
  const found = [
    ["Duration", secondsText(seconds), RUN.sessions > 1 ? `in ${count(RUN.sessions)} processes` : RUN.status === "running" ? "so far" : ""],
    ["Steps succeeded", `${count(good)} / ${count(all)}`, other.join(", ")],
    items ? ["Items", count(items), failed ? `${count(failed)} failed` : "none failed"] : ["Calls", count(calls), failed ? `${count(failed)} failed` : ""],
    ["Throughput", `${rate(perSecond)}/s`, "calls per second"],
    ["Time in calls", secondsText(busy), seconds ? `${mean(busy / seconds)} at a time on average` : ""],
    cpu ? ["CPU time", secondsText(cpu), seconds ? `${mean(cpu / seconds)} cores on average` : ""] : null,
    memory ? ["Peak memory", bytes(memory), "of one process"] : null,
    retried ? ["Retries", count(retried), ""] : null,
    cached ? ["From cache", count(cached), ""] : null,
  ];
  byId("tiles").append(...found.filter(Boolean).map(([name, value, more]) => make("div", {}, make("dt", {}, name), make("dd", {}, value), more ? make("dd", {}, more) : "")));
}

function errorBox() {
  const { error } = DATA;
  if (!error || (RUN.status === "interrupted" && !error.step)) return;
  const index = STEPS.findIndex((step) => step.key === error.step);
  const place = error.step ? make("p", { class: "where" }, "in step ", stepLink(index, error.step), error.items.length ? `, item ${error.items.join(", ")}` : "") : "";
  byId("error").append(make("div", { class: "error", role: "alert" },
    make("div", {}, make("h2", {}, error.name), make("p", { class: "message" }, error.message), place, error.notes.map((note) => make("p", { class: "where" }, note))),
    error.traceback ? make("details", { open: true }, make("summary", {}, "Traceback"), make("pre", { class: "trace", tabindex: 0 }, error.traceback)) : ""));
}

function legend() {
  const present = Object.keys(STATES).filter((name) => DATA.totals.states[name]);
  byId("legend").append(...present.map((name) => make("li", { class: `s-${name}` }, icon(name), `${STATES[name]} ${count(DATA.totals.states[name])}`)));
}

function failureList() {
  const host = byId("failure-list");
  const retried = STEPS.map((step, index) => ({ step, index })).filter(({ step }) => step.retried);
  if (!DATA.failures.length && !retried.length) { host.append(make("p", { class: "muted" }, "Nothing failed, and nothing had to be tried again.")); return; }
  const all = DATA.failures.reduce((sum, failure) => sum + failure.count, 0) + DATA.moreFailures;
  if (all) host.append(make("p", { class: "muted" }, `${plural(all, "failure")}, ${count(DATA.failures.length)} different${DATA.moreFailures ? ` listed; ${count(DATA.moreFailures)} more are not` : ""}. Those that differ only in numbers are together.`));
  host.append(...DATA.failures.map((failure, number) => failureBox(failure, number === 0 && DATA.failures.length === 1 && !DATA.error)));
  if (retried.length) host.append(make("h3", {}, "Retries"), make("ul", { class: "chain" }, retried.slice(0, 100).map(({ step, index }) => make("li", {}, stepCell(index), make("span", { class: "number" }, step.retried === 1 ? "1 retry" : `${count(step.retried)} retries`), make("span", {}), make("span", { class: "muted" }, step.retries?.[0]?.[4] || "")))));
}

function pairs(title, listed) {
  if (!listed?.length) return [];
  return [make("h3", {}, title), make("dl", { class: "pairs" }, listed.map(([name, text]) => [make("dt", {}, name), make("dd", {}, text.length > 90 || text.includes("\n") ? make("pre", { tabindex: 0 }, text) : make("code", {}, text))]))];
}

function about() {
  const facts = [["Id", RUN.id], ["Spec", RUN.spec], ["Folder", RUN.root], ["Started", RUN.started ? when(RUN.started) : ""], ["Ended", RUN.ended ? when(RUN.ended) : ""], ["Version", RUN.version]].filter(([, text]) => text);
  byId("about").append(...pairs("About", facts), ...pairs("Parameters", RUN.parameters), ...pairs("Outputs", RUN.outputs), ...pairs("Options", RUN.options), ...pairs("Sources", RUN.sources.map(([path, digest]) => [path, digest.slice(0, 16)])), ...logOf(DATA.log, "Log of the run itself"));
}

for (const [kind, text] of DATA.notes) byId("notes").append(make("p", { class: `note ${kind}` }, make("span", {}, text)));
tiles();
errorBox();
legend();
drawGraph();
drawTimeline();
drawCritical();
drawTable();
drawSweeps();
failureList();
about();
byId("footer").textContent = `Written by specc on ${when(DATA.written)}`;
listeners.push(showDetails);
const worth = (step) => ["failed", "running", "unfinished", "tolerated"].indexOf(step.state);
const first = Math.max(0, STEPS.findIndex((step) => worth(step) === 0 && !step.group), DATA.critical.length && !STEPS.some((step) => worth(step) === 0) ? [...DATA.critical].sort((one, other) => other.end - other.start - one.end + one.start)[0].step : 0);
if (STEPS.length) select(first, false);
else detailsHost.append(make("p", { class: "none" }, "No step is known of this run."));
performance.mark("specc-ready");
document.documentElement.dataset.ready = performance.now().toFixed(1);
