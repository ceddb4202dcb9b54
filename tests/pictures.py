"""Pictures drawn by chance, and what is measured of a drawn one."""

from __future__ import annotations

import random
from typing import Any, get_args

from specc_targets.graph.picture import EdgeKind, Link, Node, NodeKind, Picture

WORDS = ("call words:count", "each item in steps.the_one_before_this_one", "retry 3 times on OSError, ValueError", "when x > 1",
         "on any error use " + "x" * 200, "日本語のとても長い説明文です" * 5, "at most 8 at a time")  # fmt: skip
NAMES = (
    "a",
    "fetch",
    "a_rather_long_name_of_a_step",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "i" * 64,
    "ñandú",
    "数据",
)
KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
EDGES: tuple[EdgeKind, ...] = get_args(EdgeKind)


def drawn_by_chance(seed: int, size: int = 30, depth: int = 3) -> Picture:
    """A picture of about `size` nodes with boxes in boxes, lines of all kinds between siblings."""
    chance = random.Random(seed)
    left = [chance.randint(1, size)]
    links: list[Link] = []

    def region(prefix: str, deeper: int) -> tuple[Node, ...]:
        count = chance.randint(1, max(1, min(12, left[0])))
        left[0] -= count
        nodes = []
        for number in range(count):
            name = f"{chance.choice(NAMES)}{number}"
            key = f"{prefix}{name}"
            inner = region(f"{key}/", deeper - 1) if deeper and left[0] > 0 and chance.random() < 0.3 else ()
            notes = tuple(chance.choices(WORDS, k=chance.randint(0, 4)))
            nodes.append(Node(key=key, name=name, kind=chance.choice(KINDS[:-1]), notes=notes, children=inner))
        pairs = [(a, b) for b in range(count) for a in range(b)]
        for a, b in chance.sample(pairs, min(len(pairs), chance.randint(0, 2 * count))):
            links.append(Link(source=nodes[a].key, target=nodes[b].key, kind=chance.choice(EDGES)))
        return tuple(nodes)

    nodes = region("", depth)
    return Picture(title=f"drawn by chance: {seed}", nodes=nodes, links=tuple(sorted(links)))


def fan(wide: int) -> Picture:
    """One step before and one after so many side by side."""
    links = [*((0, number) for number in range(1, wide + 1)), *((number, wide + 1) for number in range(1, wide + 1))]
    return flat(wide + 2, links)


def chain(long: int) -> Picture:
    """So many steps one after the other."""
    return flat(long, [(number, number + 1) for number in range(long - 1)])


def nest(deep: int) -> Picture:
    """A step in so many boxes."""
    node = Node(key="x", name="x", kind="call")
    for number in range(deep):
        node = Node(key=f"g{number}", name=f"g{number}", kind="group", children=(node,))
    return Picture(title="nested", nodes=(node,), links=())


def flat(count: int, links: list[tuple[int, int]]) -> Picture:
    """Steps without boxes, and links between them by number."""
    nodes = tuple(Node(key=f"s{at}", name=f"step_{at}", kind="call", notes=("call m:f",)) for at in range(count))
    return Picture(
        title="flat", nodes=nodes, links=tuple(Link(source=f"s{a}", target=f"s{b}", kind="data") for a, b in links)
    )


def thousand(seed: int = 1) -> Picture:
    """A thousand steps, each of which uses two of the sixty before it."""
    chance = random.Random(seed)
    found = {(chance.randrange(max(0, number - 60), number), number) for number in range(1, 1000) for _ in range(2)}
    return flat(1000, sorted(found))


FAULTS = """
const faults = [];
const svg = document.querySelector("svg.specc-graph");
const rectangle = (step) => {
  const body = step.querySelector(":scope > .body");
  const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(body.getAttribute(name)));
  return { x, y, right: x + w, bottom: y + h, step: step.dataset.step };
};
const within = (inner, outer, slack) => inner.x >= outer.x - slack && inner.y >= outer.y - slack && inner.right <= outer.right + slack && inner.bottom <= outer.bottom + slack;
function* points(path) {
  let [x, y] = [0, 0];
  for (const [, command, rest] of path.matchAll(/([MLCV])([^MLCV]*)/g)) {
    const all = rest.trim().split(/[ ,]+/).map(Number);
    const end = command === "V" ? [x, all[0]] : all.slice(-2);
    const [a, b, c, d] = command === "C" ? all : [x, y, ...end];
    const count = Math.ceil(Math.hypot(end[0] - x, end[1] - y) / 5) + 4;
    for (let at = 0; at <= count && command !== "M"; at += 1) {
      const [t, u] = [at / count, 1 - at / count];
      yield [[x, a, c, end[0]], [y, b, d, end[1]]].map(([p, q, r, s]) => u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s);
    }
    [x, y] = end;
  }
}
const view = svg.viewBox.baseVal;
const moved = svg.querySelector(".steps").transform.baseVal.consolidate().matrix;
const all = { x: -moved.e, y: -moved.f, right: view.width - moved.e, bottom: view.height - moved.f };
for (const around of [svg.querySelector(".steps"), ...svg.querySelectorAll(".step")]) {
  const outer = around.dataset.step === undefined ? all : rectangle(around);
  const siblings = [...around.querySelectorAll(":scope > .step")].map(rectangle);
  for (const one of siblings) {
    if (!within(one, outer, 0.1)) faults.push(`box ${one.step} sticks out`);
    for (const other of siblings) if (one.step < other.step && one.x < other.right && other.x < one.right && one.y < other.bottom && other.y < one.bottom) faults.push(`boxes ${one.step} and ${other.step} overlap`);
  }
  const own = [...around.querySelectorAll(":scope > text")].map((text) => ({ text, box: text.getBBox() }));
  for (const { text, box } of own) {
    const letters = { x: box.x, y: box.y, right: box.x + box.width, bottom: box.y + box.height };
    if (!within(letters, outer, 0)) faults.push(`text sticks out: ${text.textContent}`);
    for (const child of siblings) if (letters.x < child.right && child.x < letters.right && letters.y < child.bottom && child.y < letters.bottom) faults.push(`text below a box: ${text.textContent}`);
  }
  const rows = new Map(); // siblings by where they are, so that not every point is held against every box
  for (const box of siblings) for (let row = Math.floor(box.y / 50); row <= Math.floor(box.bottom / 50); row += 1) rows.set(row, [...(rows.get(row) ?? []), box]);
  for (const edge of around.querySelectorAll(":scope > .edge")) {
    const { from, to } = edge.dataset;
    for (const [x, y] of points(edge.querySelector(".line").getAttribute("d"))) {
      if (x < outer.x || x > outer.right || y < outer.y || y > outer.bottom) faults.push(`edge ${from}-${to} leaves its box`);
      for (const box of rows.get(Math.floor(y / 50)) ?? []) {
        const slack = box.step === from || box.step === to ? 1.5 : -0.5;
        if (x > box.x + slack && x < box.right - slack && y > box.y + slack && y < box.bottom - slack) faults.push(`edge ${from}-${to} runs through box ${box.step}`);
      }
    }
  }
}
const legend = [...svg.querySelectorAll(":scope > text, .legend text")];
for (const text of legend) { const box = text.getBBox(); if (box.x < 0 || box.x + box.width > view.width || box.y + box.height > view.height) faults.push(`text is clipped: ${text.textContent}`); }
for (const text of svg.querySelectorAll("text")) if (parseFloat(getComputedStyle(text).fontSize) < 11) faults.push(`small: ${text.textContent}`);
return [...new Set(faults)].slice(0, 10);
"""
"""A script for a browser that says what is wrong with the picture it shows."""


def faults(driver: Any) -> list[str]:
    """What is wrong with the picture that the browser shows; empty for a good one."""
    found: list[str] = driver.execute_script(FAULTS)
    return found
