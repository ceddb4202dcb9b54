"""A run goes on from any beginning of its journal: with the same result, and without a call that is recorded."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections import Counter
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from specc.frontend import check
from specc.ir.module import Module
from specc_targets.local import RunResult, run
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.recovery import Recovered

WORK = """
CALLS = []
def numbers(n):
    CALLS.append("numbers")
    return list(range(n))
def square(x, name="square"):
    CALLS.append(f"{name} {x}")
    return x * x
def pick(x):
    CALLS.append(f"pick {x}")
    if x % 3 == 1:
        raise ValueError(f"not {x}")
    return x
TRIED = set()
def second_time(x):
    if x not in TRIED:
        TRIED.add(x)
        raise ConnectionError(x)
    CALLS.append(f"second_time {x}")
    return [x]
def grow(last):
    CALLS.append(f"grow {last}")
    return last + 1
def second_time_grow(last):
    if ("grow", last) not in TRIED:
        TRIED.add(("grow", last))
        raise ConnectionError(last)
    return grow(last)
def halves(xs):
    CALLS.append(f"halves {xs}")
    return [x / 2 for x in xs]
def total(values):
    CALLS.append("total")
    return values
def raw(x):
    CALLS.append(f"raw {x}")
    return bytes([x])
def close(status):
    CALLS.append("close")
    return status
"""
HEAD = 'specc = 1\nkind = "pipeline"\nname = "prefixes"\n'
NUMBERS = '[steps.numbers]\ncall = "prefix_work:numbers"\nwith.n = 7\n'
TOTAL = (
    '[steps.total]\ncall = "prefix_work:total"\nwith.values = "${steps.each}"\n[outputs]\ntotal = "${steps.total}"\n'
)
EACH = '[steps.each]\neach.x = "${steps.numbers}"\n'
SPECS = {
    "items": NUMBERS + EACH + 'call = "prefix_work:square"\n' + TOTAL,
    "one-at-a-time": NUMBERS + EACH + 'max_parallel = 1\ncall = "prefix_work:square"\n' + TOTAL,
    "bytes": NUMBERS + EACH + 'call = "prefix_work:raw"\n[outputs]\nfirst = "${steps.each[0]}"\n',
    "batches": NUMBERS + '[steps.each]\neach.xs = "${steps.numbers}"\nbatch = 3\ncall = "prefix_work:halves"\n' + TOTAL,
    "tolerated": NUMBERS + EACH + 'tolerate = 5\ncall = "prefix_work:pick"\n' + TOTAL,
    "handled": NUMBERS
    + EACH
    + 'call = "prefix_work:pick"\non_error.ValueError = { use = "${error.message}" }\n'
    + TOTAL,
    "handler": NUMBERS
    + EACH
    + 'call = "prefix_work:pick"\non_error.ValueError = { run = "other" }\n'
    + '[steps.other]\ncall = "prefix_work:square"\nwith = { x = 9, name = "other" }\n'
    + TOTAL,
    "retried": NUMBERS + EACH + 'call = "prefix_work:second_time"\nretry = { max = 2, delay = "1ms" }\n' + TOTAL,
    "groups": NUMBERS
    + EACH
    + dedent("""
        yield = ["${steps.a}", "${steps.b}"]
        [steps.each.steps.a]
        call = "prefix_work:square"
        with = { x = "${x}", name = "a" }
        [steps.each.steps.b]
        call = "prefix_work:square"
        with = { x = "${steps.a}", name = "b" }
        when = "${x != 2}"
        """).replace('yield = ["${steps.a}", "${steps.b}"]', 'yield = ["${steps.a}", "${coalesce(steps.b, 0)}"]')
    + TOTAL,
    "nested": NUMBERS
    + EACH
    + dedent("""
        [steps.each.steps.inner]
        call = "prefix_work:square"
        each.y = "${[x, x + 100]}"
        with = { x = "${y}" }
        """)
    + TOTAL,
    "loop": dedent("""
        [steps.each]
        call = "prefix_work:grow"
        with.last = "${last}"
        repeat = { start = 0, until = "${last >= 4}", max = 9 }
        """)
    + TOTAL,
    "loops-in-items": NUMBERS
    + EACH
    + dedent("""
        [steps.each.steps.grown]
        call = "prefix_work:grow"
        with.last = "${last + x * 10}"
        repeat = { start = 0, max = 3 }
        """)
    + TOTAL,
    "loop-retried": dedent("""
        [steps.each]
        call = "prefix_work:second_time_grow"
        with.last = "${last}"
        retry = { max = 2, delay = "1ms" }
        repeat = { start = 0, until = "${last >= 4}", max = 9 }
        """)
    + TOTAL,
    "loop-stops": dedent("""
        [steps.each]
        call = "prefix_work:grow"
        with.last = "${last}"
        repeat = { start = 0, until = "${last >= 99}", max = 5, on_max = "stop" }
        """)
    + TOTAL,
    "loop-exhausted": dedent("""
        [steps.each]
        call = "prefix_work:grow"
        with.last = "${last}"
        repeat = { start = 0, until = "${last >= 99}", max = 5 }
        on_error.LoopExhausted.use = -1
        """)
    + TOTAL,
    "loop-handled": dedent("""
        [steps.each]
        call = "prefix_work:pick"
        with.x = "${last + 3}"
        repeat = { start = 0, until = "${last > 5}", max = 9 }
        on_error.ValueError.run = "other"
        [steps.other]
        call = "prefix_work:square"
        with = { x = 9, name = "other" }
        """)
    + TOTAL,
    "loop-handled-inside": dedent("""
        [steps.each]
        repeat = { start = 0, until = "${last >= 7}", max = 9 }
        yield = "${steps.next}"
        [steps.each.steps.a]
        call = "prefix_work:pick"
        with.x = "${last}"
        on_error.ValueError.use = 0
        [steps.each.steps.next]
        call = "prefix_work:grow"
        with.last = "${steps.a if steps.a > 0 else last}"
        """)
    + TOTAL,
    "loop-of-groups": dedent("""
        [steps.each]
        repeat = { start = { n = 0, xs = [] }, until = "${last.n >= 4}", max = 9 }
        yield = { n = "${steps.grown}", xs = "${last.xs + [steps.b]}" }
        [steps.each.steps.a]
        call = "prefix_work:square"
        with = { x = "${last.n}", name = "a" }
        [steps.each.steps.b]
        call = "prefix_work:second_time_grow"
        with.last = "${steps.a + last.n * 100}"
        retry = { max = 1, delay = "1ms" }
        [steps.each.steps.c]
        call = "prefix_work:square"
        with = { x = "${last.n}", name = "c" }
        when = "${last.n % 2 == 0}"
        [steps.each.steps.grown]
        call = "prefix_work:grow"
        with.last = "${last.n}"
        after = ["b", "c"]
        """)
    + TOTAL,
    "maps-in-loops": dedent("""
        [steps.each]
        repeat = { start = [1, 2], max = 3 }
        yield = "${steps.grown}"
        [steps.each.steps.grown]
        each.x = "${last}"
        call = "prefix_work:grow"
        with.last = "${x * 10}"
        """)
    + TOTAL,
    "loops-in-loops": dedent("""
        [steps.each]
        repeat = { start = 1, until = "${last > 400}", max = 9 }
        yield = "${steps.inner * 10}"
        [steps.each.steps.inner]
        steps.one = { call = "prefix_work:grow", with.last = "${last}" }
        repeat = { start = "${last}", max = 3 }
        """)
    + TOTAL,
    "same-names": dedent("""
        [steps.each]
        yield = "${steps.each}"
        [steps.each.steps.each]
        call = "prefix_work:square"
        with = { x = 3 }
        """)
    + TOTAL,
    "finally": NUMBERS
    + EACH
    + 'call = "prefix_work:square"\n'
    + TOTAL
    + '[finally.close]\ncall = "prefix_work:close"\nwith.status = "${run.status}"\n',
    "waits": '[steps.each]\nwait = "1ms"\n[steps.after]\ncall = "prefix_work:square"\nwith.x = 2\nafter = ["each"]\n',
}


class Runs:
    """Runs of one spec, whose calls are noted in the module of its functions."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder = folder
        (folder / "prefix_work.py").write_text(WORK)
        (folder / "spec.toml").write_text(HEAD + text)
        compilation = check(folder / "spec.toml")
        assert not compilation.failed, [found.message for found in compilation.diagnostics]
        assert compilation.module is not None
        self.module: Module = compilation.module

    def run(self, directory: RunDirectory, recovered: Recovered | None = None) -> tuple[RunResult, Counter[str]]:
        """The result, and how often each call was made."""
        sys.modules.pop("prefix_work", None)
        result = run(self.module, {}, root=self.folder, directory=directory, recovered=recovered)
        calls = Counter(getattr(sys.modules.get("prefix_work"), "CALLS", []))
        return result, calls

    def beginnings(self, journal: bytes) -> list[bytes]:
        """Every beginning that ends with a record, and some that end in the middle of one."""
        ends = [match.end() for match in re.finditer(b"\n", journal)]
        return [journal[:end] for end in (0, *ends, *(end - 5 for end in ends[1::3]))]


def call_of(record: list[Any]) -> bool:
    return record[0] in {"item", "item-blob", "step", "step-blob", "failed"}


@pytest.mark.parametrize("name", SPECS)
def test_a_run_goes_on_from_every_beginning_of_its_journal(name: str, tmp_path: Path) -> None:
    runs = Runs(tmp_path, SPECS[name])
    first = RunDirectory.create(tmp_path / "state", "whole", {"name": name, "spec": "spec.toml"})
    whole, calls = runs.run(first)
    first.close()
    assert whole.status == "succeeded", whole.error
    journal = (first.path / "journal.jsonl").read_bytes()
    beginnings = runs.beginnings(journal)
    assert len(beginnings) > 4
    for number, beginning in enumerate(beginnings):
        directory = RunDirectory.create(tmp_path / "state", f"part-{number}", {"name": name, "spec": "spec.toml"})
        (directory.path / "journal.jsonl").write_bytes(beginning)
        if (first.path / "blobs").exists():
            shutil.copytree(first.path / "blobs", directory.path / "blobs", dirs_exist_ok=True)
        with Recovered.read(directory.path) as recovered:
            known = sum(
                call_of(json.loads(line[9:])) and not _is_handled(line) for line in beginning.split(b"\n")[:-1] if line
            )
            result, again = runs.run(directory, recovered)
            directory.close()
            assert (result.status, dict(result.outputs)) == (whole.status, dict(whole.outputs)), beginning
            assert result.skipped == whole.skipped
            assert [item.errors.keys() for item in result.tolerated] == [item.errors.keys() for item in whole.tolerated]
            assert not again - calls, f"a call that the whole run did not make, after {beginning!r}"
            assert sum(again.values()) <= sum(calls.values()) - min(known, sum(calls.values())), (
                known,
                again,
                beginning,
            )


def _is_handled(line: bytes) -> bool:
    """Whether a record is of no call: of a wait, or of what stands for a handled failure."""
    kind, address, *_ = json.loads(line[9:])
    return kind == "step" and address == "each"
