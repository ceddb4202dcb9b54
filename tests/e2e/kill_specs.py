"""The specs that runs are killed in. Each call is told its own address, and writes to a side file when it begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HEAD = """
specc = 1
kind = "pipeline"
name = "killed"
[finally.report]
call = "killed_work:report"
with = { key = "finally/report", status = "${run.status}" }
"""

WORK = '''
import os, time

def note(kind, key):
    """One line in the side file, in one write: a kill leaves it whole or not there."""
    file = os.open(os.environ["SPECC_TEST_MARKS"], os.O_WRONLY | os.O_APPEND)
    os.write(file, f"{kind} {key}\\n".encode())
    os.close(file)

def numbers(key, count):
    note("begin", key)
    note("end", key)
    return list(range(count))

def square(key, x, seconds=0.006):
    note("begin", key)
    time.sleep(seconds)
    note("end", key)
    return x * x

def add(key, x, y=1, seconds=0.006):
    note("begin", key)
    time.sleep(seconds)
    note("end", key)
    return x + y

def total(key, values):
    note("begin", key)
    note("end", key)
    return sum(value for value in values if value is not None)

def flaky(key, x):
    """A third of the items fails the first time, two of them always."""
    note("begin", key)
    time.sleep(0.006)
    first = os.path.join(os.path.dirname(os.environ["SPECC_TEST_MARKS"]), f"tried-{x}")
    if x in (7, 19) or (x % 3 == 0 and not os.path.exists(first)):
        open(first, "w").close()
        note("raise", key)
        raise ConnectionError(f"no answer for {x}")
    note("end", key)
    return x * x

def count(key, n, seconds=0.01):
    note("begin", key)
    time.sleep(seconds)
    note("end", key)
    return {"n": n + 1}

def broken(key):
    note("begin", key)
    time.sleep(0.01)
    note("raise", key)
    raise LookupError("nothing there")

def report(key, status):
    note("begin", f"{key} {status}")
    note("end", f"{key} {status}")
    return status
'''


@dataclass(frozen=True)
class Killed:
    """A spec whose runs are killed."""

    text: str
    outputs: dict[str, Any]
    """What a run gives: computed here, by hand."""
    calls: frozenset[str]
    """The addresses of the calls that must have ended well."""
    at_once: int | None
    """At most so many calls are under way; None where processes go on for a moment when the engine is killed."""


def _names(pattern: str, count: int) -> set[str]:
    return {pattern.replace("#", str(number)) for number in range(count)}


_ITEMS = """
[steps.items]
call = "killed_work:numbers"
with = { key = "items", count = 40 }
[steps.work]
call = "killed_work:square"
each.x = "${steps.items}"
with = { key = "work[${x}]", x = "${x}" }
max_parallel = 3
MORE
[steps.total]
call = "killed_work:total"
with = { key = "total", values = "${steps.work}" }
[outputs]
total = "${steps.total}"
work = "${steps.work}"
"""
_SQUARES = [number * number for number in range(40)]
_ITEM_CALLS = frozenset(_names("work[#]", 40) | {"items", "total"})

SPECS = {
    "threads": Killed(_ITEMS.replace("MORE", ""), {"total": sum(_SQUARES), "work": _SQUARES}, _ITEM_CALLS, 3),
    "processes": Killed(
        _ITEMS.replace("MORE", 'isolation = "process"'), {"total": sum(_SQUARES), "work": _SQUARES}, _ITEM_CALLS, None
    ),
    "groups": Killed(
        """
        [steps.items]
        call = "killed_work:numbers"
        with = { key = "items", count = 20 }
        [steps.process]
        each.x = "${steps.items}"
        yield = "${steps.parse}"
        max_parallel = 3
        [steps.process.steps.fetch]
        call = "killed_work:square"
        with = { key = "process[${x}]/fetch", x = "${x}" }
        [steps.process.steps.parse]
        call = "killed_work:add"
        with = { key = "process[${x}]/parse", x = "${steps.fetch}" }
        [outputs]
        pages = "${steps.process}"
        """,
        {"pages": [number * number + 1 for number in range(20)]},
        frozenset(_names("process[#]/fetch", 20) | _names("process[#]/parse", 20) | {"items"}),
        3,
    ),
    "nested": Killed(
        """
        [steps.outer]
        each.x = "${range(5)}"
        yield = "${steps.sum}"
        max_parallel = 2
        [steps.outer.steps.inner]
        call = "killed_work:add"
        each.y = "${range(8)}"
        with = { key = "outer[${x}]/inner[${y}]", x = "${x}", y = "${y}" }
        max_parallel = 2
        [steps.outer.steps.sum]
        call = "killed_work:total"
        with = { key = "outer[${x}]/sum", values = "${steps.inner}" }
        [outputs]
        sums = "${steps.outer}"
        """,
        {"sums": [sum(outer + inner for inner in range(8)) for outer in range(5)]},
        frozenset(
            {f"outer[{outer}]/inner[{inner}]" for outer in range(5) for inner in range(8)} | _names("outer[#]/sum", 5)
        ),
        4,
    ),
    "failing": Killed(
        """
        [steps.work]
        call = "killed_work:flaky"
        each.x = "${range(30)}"
        with = { key = "work[${x}]", x = "${x}" }
        retry = { max = 1, delay = "5ms" }
        tolerate = 2
        max_parallel = 3
        [steps.total]
        call = "killed_work:total"
        with = { key = "total", values = "${steps.work}" }
        [outputs]
        total = "${steps.total}"
        work = "${steps.work}"
        """,
        {
            "total": sum(number * number for number in range(30) if number not in {7, 19}),
            "work": [None if number in {7, 19} else number * number for number in range(30)],
        },
        frozenset(_names("work[#]", 30) - {"work[7]", "work[19]"} | {"total"}),
        3,
    ),
    "loops": Killed(
        """
        [steps.train]
        call = "killed_work:count"
        with = { key = "train{${last.n}}", n = "${last.n}" }
        repeat = { start = { n = 0 }, until = "${last.n >= 12}", max = 50 }
        [steps.walk]
        call = "killed_work:count"
        each.x = "${range(4)}"
        with = { key = "walk[${x}]{${last.n}}", n = "${last.n}" }
        repeat = { start = { n = 0 }, until = "${last.n >= 5}", max = 50 }
        max_parallel = 2
        [outputs]
        steps = "${steps.train.n}"
        walks = "${steps.walk[*].n}"
        """,
        {"steps": 12, "walks": [5, 5, 5, 5]},
        frozenset(_names("train{#}", 12) | {f"walk[{item}]{{{number}}}" for item in range(4) for number in range(5)}),
        3,
    ),
    "handled": Killed(
        """
        [steps.first]
        call = "killed_work:square"
        with = { key = "first", x = 3 }
        [steps.price]
        call = "killed_work:broken"
        with = { key = "price" }
        after = ["first"]
        [steps.price.on_error]
        LookupError.run = "estimate"
        [steps.estimate]
        call = "killed_work:square"
        with = { key = "price!estimate", x = 4, seconds = 0.02 }
        [steps.rate]
        call = "killed_work:broken"
        with = { key = "rate" }
        after = ["price"]
        on_error."*".use = 5
        [steps.each]
        call = "killed_work:add"
        each.x = "${range(10)}"
        with = { key = "each[${x}]", x = "${x}", y = "${steps.price + steps.rate}" }
        max_parallel = 2
        [outputs]
        each = "${steps.each}"
        """,
        {"each": [number + 21 for number in range(10)]},
        frozenset(_names("each[#]", 10) | {"first", "price!estimate"}),
        2,
    ),
    "graph": Killed(
        """
        [steps.a]
        call = "killed_work:square"
        with = { key = "a", x = 2, seconds = 0.02 }
        [steps.b]
        call = "killed_work:add"
        with = { key = "b", x = "${steps.a}", seconds = 0.02 }
        [steps.left]
        call = "killed_work:add"
        with = { key = "left", x = "${steps.b}", y = 10, seconds = 0.02 }
        [steps.right]
        call = "killed_work:square"
        with = { key = "right", x = "${steps.b}", seconds = 0.03 }
        [steps.never]
        call = "killed_work:square"
        with = { key = "never", x = 1 }
        when = "${steps.b < 0}"
        [steps.join]
        call = "killed_work:add"
        with = { key = "join", x = "${steps.left}", y = "${steps.right}", seconds = 0.02 }
        [steps.group]
        [steps.group.steps.one]
        call = "killed_work:add"
        with = { key = "group/one", x = "${steps.join}", seconds = 0.02 }
        [steps.group.steps.two]
        call = "killed_work:add"
        with = { key = "group/two", x = "${steps.one}", seconds = 0.02 }
        [steps.last]
        call = "killed_work:add"
        with = { key = "last", x = "${steps.group}", y = "${coalesce(steps.never, 100)}", seconds = 0.02 }
        [outputs]
        last = "${steps.last}"
        """,
        {"last": 15 + 25 + 1 + 1 + 100},
        frozenset({"a", "b", "left", "right", "join", "group/one", "group/two", "last"}),
        3,
    ),
}
