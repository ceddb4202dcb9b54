// The table of steps: sorted by any column, filtered by name or state.
const COLUMNS = [
  ["Step", null, (step) => step.key],
  ["State", null, (step) => Object.keys(STATES).indexOf(step.state)],
  ["Calls", count, (step) => step.count],
  ["Failed", count, (step) => step.failed],
  ["Retries", count, (step) => step.retried],
  ["Cached", count, (step) => step.cached],
  ["Took", duration, span],
  ["Sum", secondsText, (step) => step.busy],
  ["Mean", secondsText, (step) => step.mean],
  ["p50", secondsText, (step) => step.p50],
  ["p95", secondsText, (step) => step.p95],
  ["Max", secondsText, (step) => step.max],
  ["Spread", null, (step) => (step.bars ? step.max / Math.max(step.p50, 1e-9) : 0)],
  ["CPU", secondsText, (step) => step.cpu],
  ["Memory", bytes, (step) => step.memory],
];
const TITLES = {
  Took: "From the step's beginning to its end", Sum: "The durations of all calls together", p50: "Half of the calls took no longer",
  p95: "95% of the calls took no longer", Spread: "How many calls took how long (the scale is logarithmic)", CPU: "Processor time of all calls",
  Memory: "The most memory that a process of the step had",
};

function drawTable() {
  const table = byId("table");
  // A column in which nothing ever stands is left out.
  const columns = COLUMNS.filter(([name, , value]) => ["Step", "State", "Calls", "Took"].includes(name) || STEPS.some((step) => value(step) > 0));
  const rows = STEPS.map((step, index) => ({ step, index, row: tableRow(step, index, columns) })).filter(({ step }) => step.kind !== "section");
  const body = make("tbody", {});
  const heads = columns.map(([name]) => {
    const button = make("button", { type: "button", title: TITLES[name], on: { click: () => sort(name) } }, name);
    return make("th", { scope: "col", class: ["Step", "State", "Spread"].includes(name) ? "text" : "", "aria-sort": "none" }, button);
  });
  table.append(make("thead", {}, make("tr", {}, heads)), body);
  let sorted = { name: "", down: true };
  const none = make("tr", {}, make("td", { class: "none", colspan: columns.length }, "No step fits the filter."));
  const filter = byId("filter");
  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    const fitting = rows.filter(({ step }) => !wanted || step.key.toLowerCase().includes(wanted) || STATES[step.state].toLowerCase().startsWith(wanted));
    const column = columns.find(([name]) => name === sorted.name);
    if (column) {
      const value = column[2];
      const way = sorted.down ? -1 : 1;
      fitting.sort((one, other) => {
        const [a, b] = [value(one.step) ?? -1, value(other.step) ?? -1];
        return (a < b ? -1 : a > b ? 1 : 0) * way || one.index - other.index;
      });
    }
    for (const { step, row } of rows) row.firstChild.firstChild.style.paddingLeft = column || wanted ? "" : `${Math.min(step.depth, 6) * 14}px`;
    for (const { step, row } of rows) row.querySelector("th .link").textContent = column || wanted ? step.key : step.name;
    body.replaceChildren(...(fitting.length ? fitting.map(({ row }) => row) : [none]));
    columns.forEach(([name], number) => heads[number].setAttribute("aria-sort", name !== sorted.name ? "none" : sorted.down ? "descending" : "ascending"));
  };
  const sort = (name) => {
    const text = name === "Step" || name === "State";
    if (sorted.name !== name) sorted = { name, down: !text };
    else if (sorted.down !== text) sorted = { name, down: text };
    else sorted = { name: "", down: true };
    show();
  };
  filter.addEventListener("input", show);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-step]");
    if (row) select(Number(row.dataset.step), "far");
  });
  const byIndex = new Map(rows.map(({ index, row }) => [index, row]));
  let before = null;
  listeners.push((index) => {
    before?.classList.remove("selected");
    before = byIndex.get(index);
    before?.classList.add("selected");
  });
  if (!rows.length) body.append(make("tr", {}, make("td", { class: "none", colspan: columns.length }, "There are no steps.")));
  else show();
}

function tableRow(step, index, columns) {
  const cells = columns.map(([name, text, value]) => {
    if (name === "Step") return make("th", { scope: "row", title: step.key }, make("button", { type: "button", class: "link" }, step.name));
    if (name === "State") return make("td", { class: "text" }, pill(step.state));
    if (name === "Spread") return make("td", { class: "text" }, step.bars ? bars(step.bars, 96, 20, `Durations from ${secondsText(step.shortest)} to ${secondsText(step.longest)}`) : "");
    const number = value(step);
    return make("td", { class: number ? (name === "Failed" ? "bad" : "") : "zero" }, number ? text(number) : "–");
  });
  return make("tr", { "data-step": index }, cells);
}
