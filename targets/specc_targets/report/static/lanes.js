// Items of a step, side by side in as few lanes as were busy at the same time.
const LANES = 64; // beyond, it is drawn how many were under way

/** {lanes: [[number of item]], start, took, where, failed}, from the columns in the page's data. */
function unpack(step) {
  if (step.unpacked || !step.items) return step.unpacked;
  const { start, took, where, failed } = step.items;
  const starts = new Float64Array(start.length);
  const bad = new Uint8Array(start.length);
  let at = 0;
  for (let number = 0; number < start.length; number += 1) { at += start[number]; starts[number] = at; }
  for (const number of failed) bad[number] = 1;
  const ends = [];
  const lanes = [];
  for (let number = 0; number < starts.length; number += 1) {
    // A microsecond of overlap is rounding.
    let lane = ends.findIndex((end) => end <= starts[number] + 2);
    if (lane < 0) { lane = ends.length; ends.push(0); lanes.push([]); }
    ends[lane] = starts[number] + took[number];
    lanes[lane].push(number);
  }
  step.unpacked = { starts, took, where, bad, lanes };
  return step.unpacked;
}

/** Moments and how many items were under way from each: [[microseconds, number]]. */
function underWay(step) {
  if (step.curve) return step.curve;
  if (step.density) { step.curve = step.density; return step.curve; }
  const items = unpack(step);
  if (!items) return [];
  const changes = new Map();
  for (let number = 0; number < items.starts.length; number += 1) {
    const from = items.starts[number];
    const to = from + items.took[number];
    changes.set(from, (changes.get(from) || 0) + 1);
    changes.set(to, (changes.get(to) || 0) - 1);
  }
  let now = 0;
  step.curve = [...changes].sort((one, other) => one[0] - other[0]).map(([at, change]) => { now += change; return [at, now]; });
  return step.curve;
}

/** How many were under way on average while the step ran. */
const meanUnderWay = (step) => (span(step) ? ((step.busy || 0) * 1e6) / span(step) : 0);

/** The numbers of the slowest items. */
function slowest(step, most) {
  const items = unpack(step);
  if (!items) return [];
  return Array.from(items.took.keys()).sort((one, other) => items.took[other] - items.took[one]).slice(0, most);
}

function laneHeight(step) {
  const items = unpack(step);
  if (!items || items.lanes.length > LANES) return 0;
  const lanes = items.lanes.length;
  return lanes <= 8 ? 11 : lanes <= 16 ? 8 : lanes <= 32 ? 5 : 3;
}
/** How tall the part below a map's own row is when it is open. */
const openHeight = (step) => (laneHeight(step) ? unpack(step).lanes.length * laneHeight(step) + 8 : 64);
