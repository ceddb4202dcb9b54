"""Loops go on in the middle: with the last result, without an iteration that has ended."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specc_targets.local.resuming.conftest import Project

WORK = """
def suggest(history):
    mark(f"suggest-{len(history)}")
    dies(f"suggest-{len(history)}")
    return {"lr": 1.0 if not history else history[-1]["lr"] / 2}
def train(lr):
    mark(f"train-{lr}")
    dies(f"train-{lr}")
    return {"lr": lr, "loss": lr * lr}
def walk(x, last):
    mark(f"walk-{x}-{last}")
    dies(f"walk-{x}-{last}")
    return last + 1
def grow(last):
    mark(f"grow-{last}")
    dies(f"grow-{last}")
    if fails(f"grow-{last}"):
        raise ValueError(last)
    return last + 1
def double(x):
    mark("double")
    return 2 * x
"""
SEARCH = """
[steps.search]
repeat = { start = [], until = "${last[-1].loss < 0.01}", max = 20 }
yield = "${last + [steps.train]}"
[steps.search.steps.suggest]
call = "work:suggest"
with.history = "${last}"
[steps.search.steps.train]
call = "work:train"
with.lr = "${steps.suggest.lr}"
[outputs]
best = "${steps.search[-1].lr}"
tried = "${len(steps.search)}"
"""
GROW = """
[steps.grow]
call = "work:grow"
with.last = "${last}"
repeat = { start = 0, REPEAT }
[steps.double]
call = "work:double"
with.x = "${steps.grow}"
[outputs]
double = "${steps.double}"
"""


@pytest.mark.parametrize("at", ["suggest-2", "train-0.25"])
def test_the_next_configuration_depends_on_the_last_result(project: Project, at: str) -> None:
    project.write(SEARCH, WORK)
    _, _, before, _ = project.run("spec.toml", DIE=at)
    assert before[-1] == at
    code, outcome, after, errors = project.run("--resume")
    assert code == 0, errors
    assert outcome["outputs"] == {"best": 0.0625, "tried": 5}
    rates = ["suggest-0", "train-1.0", "suggest-1", "train-0.5", "suggest-2", "train-0.25", "suggest-3", "train-0.125"]
    assert [*before[:-1], *after] == [*rates, "suggest-4", "train-0.0625"]


def test_loops_of_items_go_on_each_where_it_was(project: Project) -> None:
    project.write(
        dedent("""
        [steps.walk]
        each.x = "${range(3)}"
        max_parallel = 1
        call = "work:walk"
        with = { x = "${x}", last = "${last}" }
        repeat = { start = "${x * 10}", max = 3 }
        [outputs]
        walked = "${steps.walk}"
        """),
        WORK,
    )
    _, _, before, _ = project.run("spec.toml", DIE="walk-1-11")
    code, outcome, after, errors = project.run("--resume")
    assert code == 0, errors
    assert outcome["outputs"] == {"walked": [3, 13, 23]}
    assert [*before[:-1], *after] == [f"walk-{x}-{10 * x + number}" for x in range(3) for number in range(3)]


@pytest.mark.parametrize(
    ("before", "after", "calls", "result"),
    [
        ('until = "${last > 8}", max = 3', 'until = "${last > 4}", max = 9', ["grow-3", "grow-4", "double"], 10),
        ('until = "${last > 8}", max = 3', 'until = "${last > 8}", max = 3, on_max = "stop"', ["double"], 6),
        ('max = 3, until = "${last > 2}"', 'max = 3, until = "${last > 1}"', ["double"], 4),
        ("max = 3", "max = 2", ["double"], 4),
    ],
    ids=["more", "stop", "sooner", "fewer"],
)
def test_a_loop_that_ends_elsewhere_keeps_its_iterations(
    project: Project, before: str, after: str, calls: list[str], result: int
) -> None:
    project.write(GROW.replace("REPEAT", before), WORK)
    _, _, called, _ = project.run("spec.toml")
    assert [name for name in called if name != "double"] == ["grow-0", "grow-1", "grow-2"]
    project.write(GROW.replace("REPEAT", after), WORK)
    code, outcome, called, errors = project.run("--resume", "spec.toml")
    assert code == 0, errors
    assert (called, outcome["outputs"]) == (calls, {"double": result})
    assert "their iterations hold: grow" in errors


def test_a_loop_that_does_something_else_begins_again(project: Project) -> None:
    project.write(GROW.replace("REPEAT", "max = 3"), WORK)
    project.run("spec.toml")
    project.write(GROW.replace("REPEAT", "max = 3").replace("start = 0", "start = 5"), WORK)
    code, outcome, called, errors = project.run("--resume", "spec.toml")
    assert code == 0, errors
    assert (called, outcome["outputs"]) == (["grow-5", "grow-6", "grow-7", "double"], {"double": 16})
