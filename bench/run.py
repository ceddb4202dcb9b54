"""Whole-process seconds of the local engine beside its floors, and beside peers with `--peers`.

Everybody runs the same functions, takes turns in the same session (so that a slow moment hits them all alike), and must
give the right result. The least of several runs counts. Peak memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import contestants
import special
from contestants import DURABLE, FLOORS, MEMORY, OURS, Contestant
from measuring import Failed
from table import Results, Task, machine, markdown, put, text
from workloads import CHAIN, NODES

SLOW = 3.0
"""Seconds; what takes longer is run once."""
LIMIT = 60.0
"""Seconds for one run of a peer."""


def measure(results: Results, runs: int, folder: Path) -> None:
    """Fill the table: task by task, everybody in turn."""
    for task in results.tasks:
        workload, size = task
        wanted = runs if size < 100_000 else min(runs, 2)
        for number in range(wanted + 1):  # the first one warms caches, and counts only for what is slow
            for contestant in results.contestants:
                before = results.best.get((contestant.name, task))
                faulty = isinstance(contestant, contestants.Peer) and (contestant.name, task) in results.faults
                if faulty or not contestant.takes(workload, size) or (before and before.seconds > SLOW):
                    continue
                _one(results, contestant, task, folder, warming=number == 0)


def _one(results: Results, contestant: Contestant, task: Task, folder: Path, *, warming: bool) -> None:
    said = f"{contestant.name}, {task[0]} {task[1]:,}"
    try:
        found = contestant.measure(folder / "run", *task, LIMIT)
    except Failed as fault:
        results.faults[contestant.name, task] = str(fault)
        print(f"{said}: {fault}", file=sys.stderr)
        return
    results.faults.pop((contestant.name, task), None)
    if not warming or found.seconds > SLOW:
        results.add(contestant.name, task, found)
    print(f"{said}: {found.seconds:.3f} s", file=sys.stderr)


def goals(
    results: Results, resumed: special.Resumed | None, isolated: tuple[float, float] | None
) -> Iterator[tuple[str, float, float]]:
    """What is measured for each goal, and the most that it may be."""
    for size in (10_000, 100_000):
        for ours in (MEMORY, DURABLE):
            ratio = results.ratio(ours, ("W1", size))
            if ratio is not None:
                yield f"W1 {size:,}, {ours.name}: times `{ours.floor}`", ratio, 3.0
            mine = results.best.get((ours.name, ("W1", size)))
            floor = results.best.get((ours.floor or "", ("W1", size)))
            if size == 100_000 and mine and floor:
                yield f"W1 {size:,}, {ours.name}: memory, times `{ours.floor}`", mine.peak / floor.peak, 2.0
    if resumed is not None:
        yield "resume of a run killed half way: part of a whole run", resumed.resumed / resumed.full, 0.6
        yield "resume of a run killed half way: items repeated", float(resumed.repeated), 0.0
    if isolated is not None:
        yield "50 isolated calls: times 50 bare Python processes", isolated[0] / isolated[1], 1.5


def against_peers(results: Results) -> Iterator[tuple[str, float, float]]:
    """The goals that need the peers: faster than any, and the durable ones by five times."""
    task = ("W1", 10_000)
    for ours, names, most in (
        (MEMORY, _peers(results, durable=False), 1.0),
        (DURABLE, _peers(results, durable=True), 0.2),
    ):
        mine = results.best.get((ours.name, task))
        found = [results.best[name, task].seconds for name in names if (name, task) in results.best]
        if mine and found:
            kind = "durable peer" if ours is DURABLE else "peer"
            yield f"W1 10,000, {ours.name}: part of the fastest {kind}", mine.seconds / min(found), most


def _peers(results: Results, *, durable: bool) -> list[str]:
    peers = [one.name for one in results.contestants if isinstance(one, contestants.Peer)]
    return [name for name in peers if "durable" in name] if durable else peers


def _special(
    folder: Path, size: int, runs: int
) -> tuple[special.Resumed | None, tuple[float, float] | None, list[str]]:
    faults, resumed, isolated = [], [], []
    for _ in range(runs):
        try:
            resumed.append(special.killed_and_resumed(folder / "resume", size))
        except Failed as fault:
            faults.append(f"resume: {fault}")
        try:
            isolated.append(special.isolated(folder / "isolated"))
        except Failed as fault:
            faults.append(f"50 isolated calls: {fault}")
    best = min(resumed, key=lambda one: one.resumed / one.full, default=None)
    if best is not None:
        best = special.Resumed(best.full, best.resumed, best.recorded, max(one.repeated for one in resumed))
    return best, (min(one[0] for one in isolated), min(one[1] for one in isolated)) if isolated else None, faults


def main() -> int:
    """Measure, and print the table and the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="the least of so many runs counts (2 at the largest size)")
    parser.add_argument("--quick", action="store_true", help="two runs, and no map of 100,000")
    parser.add_argument("--peers", action="store_true", help="other tools too; they are installed below build/bench")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal is missed")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="put the table into this document")
    options = parser.parse_args()
    contestants.bytecode()
    runs = 2 if options.quick else options.runs
    tasks: list[Task] = [("W1", 1_000), ("W1", 10_000), ("W1", 100_000), ("W2", CHAIN), ("W3", NODES)]
    if options.quick:
        tasks.remove(("W1", 100_000))
    results = Results(tasks, [*FLOORS, *OURS])
    missing: dict[str, str] = {}
    if options.peers:
        from peers.install import installed

        found, missing = installed()
        results.contestants += found
    resumed, isolated, faults = None, None, []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, contextlib.suppress(KeyboardInterrupt):
        resumed, isolated, faults = _special(Path(name), 10_000, runs)
        measure(results, runs, Path(name))  # Ctrl-C gives the table as far as it is
    reached = [*goals(results, resumed, isolated), *against_peers(results)]
    faults += [f"{name}, {task[0]} {task[1]:,}: {fault}" for (name, task), fault in results.faults.items()]
    faults += [f"{name}: not installed: {why}" for name, why in missing.items()]
    if options.json:
        _print_json(results, reached, faults, resumed, isolated)
    else:
        print(f"{machine()}; load {os.getloadavg()[0]:.1f}; seconds (times the floor), the least of {runs}\n")
        print(text(results))
        print()
        for title, value, most in reached:
            print(f"{'ok    ' if value <= most else 'MISSED'}  {title}: {value:.2f} (goal <= {most:g})")
        for fault in faults:
            print(f"note    {fault}")
    if options.readme is not None:
        put(options.readme, "benchmarks", f"\n{machine()}; seconds, the least of {runs} runs.\n\n{markdown(results)}\n")
    return 1 if options.check and any(value > most for _, value, most in reached) else 0


def _print_json(
    results: Results,
    reached: list[tuple[str, float, float]],
    faults: list[str],
    resumed: special.Resumed | None,
    isolated: tuple[float, float] | None,
) -> None:
    measured = [
        {"name": name, "workload": task[0], "size": task[1], **asdict(found)}
        for (name, task), found in results.best.items()
    ]
    goals_ = [{"goal": title, "value": value, "most": most, "ok": value <= most} for title, value, most in reached]
    extra = {"resume": asdict(resumed) if resumed else None, "isolated": isolated}
    print(
        json.dumps({"machine": machine(), "measured": measured, **extra, "goals": goals_, "faults": faults}, indent=2)
    )


if __name__ == "__main__":
    sys.exit(main())
