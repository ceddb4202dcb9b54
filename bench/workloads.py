"""What is measured: a map, a chain and a graph, as specs and as data for those who cannot read specs.

W1 is a map of N trivial items and an aggregate, W2 a chain of 200, W3 a graph of 1,000 nodes drawn by chance (seeded):
each node uses up to three of the fifty before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bench_work

if TYPE_CHECKING:
    from pathlib import Path

CHAIN = 200
NODES = 1_000
HEAD = 'specc = 1\nkind = "pipeline"\nname = "bench"\n'


def graph(nodes: int = NODES) -> list[list[int]]:
    """For each node the nodes that it uses."""
    import random  # late: the floors import this module, and a map needs no random numbers

    chance = random.Random(7)
    return [
        sorted(chance.sample(range(max(0, node - 50), node), min(node, chance.randint(0, 3)))) for node in range(nodes)
    ]


def expected(workload: str, size: int) -> int:
    """The result that anything that is measured must give."""
    if workload == "W1":
        return size * (size - 1)
    if workload == "W2":
        return size
    results: list[int] = []
    for needs in graph(size):
        results.append(bench_work.join([results[need] for need in needs]))
    return results[-1]


def spec(workload: str, size: int, isolation: str | None = None) -> str:
    """The spec of a workload; its output is `result`."""
    where = f'isolation = "{isolation}"\n' if isolation is not None else ""
    if workload == "W1":
        return HEAD + (
            f'[steps.numbers]\ncall = "bench_work:numbers"\nwith.count = {size}\n'
            f'[steps.double]\ncall = "bench_work:double"\neach.x = "${{steps.numbers}}"\n{where}'
            '[steps.total]\ncall = "bench_work:total"\nwith.values = "${steps.double}"\n'
            '[outputs]\nresult = "${steps.total}"\n'
        )
    lines = [HEAD]
    if workload == "W2":
        for link in range(size):
            before = f'"${{steps.s{link - 1}}}"' if link else "0"
            lines.append(f'[steps.s{link}]\ncall = "bench_work:add_one"\nwith.x = {before}\n{where}')
    else:
        for node, needs in enumerate(graph(size)):
            values = ", ".join(f'"${{steps.s{need}}}"' for need in needs)
            lines.append(f'[steps.s{node}]\ncall = "bench_work:join"\nwith.values = [{values}]\n{where}')
    return "".join(lines) + f'[outputs]\nresult = "${{steps.s{size - 1}}}"\n'


def write(folder: Path, workload: str, size: int, isolation: str | None = None) -> Path:
    """The spec and its functions in `folder`."""
    import shutil

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(bench_work.__file__, folder / "bench_work.py")
    path = folder / "spec.toml"
    path.write_text(spec(workload, size, isolation), encoding="utf-8")
    return path
