"""In any graph, under any limits: as many calls are under way as can be, never more, and none before what it needs.

Calls end only when the test says so. The test knows the graph, and works out by itself how many calls can be under way:

* a call is ready when every step that its step uses has ended (and, in a group, the step before it);
* a map has at most `max_parallel` items under way, and a map in a map has its own bound in each item of the outer one;
* all together there are at most `-j`.

Whenever a call has ended, the engine must reach exactly that number; then the test lets another one end. An engine that keeps
something waiting never reaches the number, and one that starts too much is caught at the call that was one too many.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from specc.frontend import check
from specc_targets.local import run

PATIENCE = 15.0
"""Seconds after which the engine is stuck."""
HEAD = 'specc = 1\nkind = "pipeline"\nname = "scheduled"\n'
WORK = """
import sys
def call(key, **_):
    return sys.modules["scheduling_control"].CONTROL[0].call(key)
"""


@dataclass(frozen=True)
class Step:
    """A call (`items` is None), a map of a call, or a map of a group of two (`stages`) or of a map (`inner`)."""

    name: str
    needs: tuple[str, ...]
    items: int | None = None
    most: int | None = None
    stages: int = 1
    inner: int | None = None
    inner_most: int | None = None

    @property
    def text(self) -> str:
        """The step in a spec."""
        lines = [f"[steps.{self.name}]", *([f"after = {list(self.needs)}"] if self.needs else [])]
        if self.items is not None:
            lines.append(f'each.x = "${{range({self.items})}}"')
        lines += [f"max_parallel = {self.most}"] * (self.most is not None)
        if self.items is None:
            lines += [*_call(self.name), f"with.seen = {[f'${{steps.{name}}}' for name in self.needs]}"]
        elif self.inner is not None:
            lines += [f"[steps.{self.name}.steps.inner]", *_call(f"{self.name}/${{x}}/${{y}}")]
            lines.append(f'each.y = "${{range({self.inner})}}"')
            lines += [f"max_parallel = {self.inner_most}"] * (self.inner_most is not None)
        elif self.stages == 2:
            lines += [f"[steps.{self.name}.steps.first]", *_call(f"{self.name}/${{x}}/0")]
            lines += [f"[steps.{self.name}.steps.second]", *_call(f"{self.name}/${{x}}/1"), 'after = ["first"]']
        else:
            lines += _call(f"{self.name}/${{x}}/0")
        return "\n".join(lines).replace("'", '"')

    @property
    def calls(self) -> dict[str, tuple[str, ...]]:
        """The keys of all calls of each item."""
        if self.items is None:
            return {self.name: (self.name,)}
        size = self.stages if self.inner is None else self.inner
        return {
            f"{self.name}/{item}": tuple(f"{self.name}/{item}/{n}" for n in range(size)) for item in range(self.items)
        }

    def room(self, done: set[str], begun: set[str]) -> int:
        """How many calls of this step can be under way, now that its turn has come."""
        at_once = 1 if self.inner is None else (self.inner_most or self.inner)
        left = {item: sum(key not in done for key in keys) for item, keys in self.calls.items()}
        touched = {item for item, keys in self.calls.items() if begun & set(keys)}
        active = [left[item] for item in touched if left[item]]
        fresh = [count for item, count in left.items() if item not in touched and count]
        slots = (self.most or len(left)) - len(active)
        return sum(min(at_once, count) for count in (*active, *fresh[: max(0, slots)]))


def _call(key: str) -> list[str]:
    return ['call = "scheduled_work:call"', f'with.key = "{key}"']


@st.composite
def graphs(draw: st.DrawFn) -> list[Step]:
    """Graphs of a few layers; each step uses some of the steps before it."""
    found: list[Step] = []
    limits = st.none() | st.integers(1, 4)
    for number in range(draw(st.integers(1, 6))):
        names = [step.name for step in found]
        needs = tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=3))) if names else ()
        kind = draw(st.sampled_from(["call", "map", "group", "nested"]))
        shape: dict[str, Any] = {}
        if kind != "call":
            shape = {"items": draw(st.integers(0, 5)), "most": draw(limits), "stages": 2 if kind == "group" else 1}
        if kind == "nested":
            shape |= {"inner": draw(st.integers(0, 4)), "inner_most": draw(limits)}
        found.append(Step(f"s{number}", needs, **shape))
    return found


class Control:
    """Lets calls end one by one, in an order drawn by chance, each only when everything that can go on goes on."""

    def __init__(self, steps: list[Step], jobs: int | None, chance: Random, patience: float, settling: float) -> None:
        self._steps, self._jobs, self._chance = steps, jobs, chance
        self._patience, self._settling = patience, settling
        self._changed = threading.Condition()
        self._inside: list[str] = []
        self._done: set[str] = set()
        self._begun: set[str] = set()
        self._released: set[str] = set()
        self.fault = ""
        self.left = sum(len(keys) for step in steps for keys in step.calls.values())

    def call(self, key: str) -> str:
        """What the user's function does: come in, and wait to be let out."""
        with self._changed:
            if not self.fault and len(self._inside) >= self._possible():
                self.fault = f"`{key}` began beside {self._inside} after {sorted(self._done)}"
            if not self.fault and not self._ready(key):
                self.fault = f"`{key}` began too early, after {sorted(self._done)}"
            self._inside.append(key)
            self._begun.add(key)
            self._changed.notify_all()
            self._changed.wait_for(lambda: key in self._released or bool(self.fault))
        return key

    def drive(self) -> None:
        """Let calls out until there are none left, or something is wrong."""
        while self.left and not self.fault:
            with self._changed:
                expected = self._possible()
                full = self._changed.wait_for(lambda: len(self._inside) == expected or self.fault, self._patience)  # noqa: B023  # asked before the loop goes on
                if not full:
                    self.fault = f"{expected} calls can go on, and only {self._inside} do after {sorted(self._done)}"
                self._changed.wait_for(lambda: bool(self.fault), self._settling)  # one too many may be on its way
                if not self.fault:
                    key = self._chance.choice(self._inside)
                    self._inside.remove(key)
                    self._done.add(key)
                    self._released.add(key)
                    self.left -= 1
                self._changed.notify_all()

    def ended(self, error: object) -> None:
        """The run is over."""
        with self._changed:
            if self.left and not self.fault:
                self.fault = f"the run ended with {self.left} calls never made: {error}"
            self._changed.notify_all()

    def _possible(self) -> int:
        room = sum(step.room(self._done, self._begun) for step in self._steps if self._turn(step))
        return min(room, self._jobs) if self._jobs is not None else room

    def _turn(self, step: Step) -> bool:
        return all(self._ended(name) for name in step.needs)

    def _ended(self, name: str) -> bool:
        step = next(step for step in self._steps if step.name == name)
        return self._turn(step) and all(key in self._done for keys in step.calls.values() for key in keys)

    def _ready(self, key: str) -> bool:
        """Whether a call may have begun: bounds of maps, and what has to come before it."""
        name, _, rest = key.partition("/")
        step = next(step for step in self._steps if step.name == name)
        item, _, number = rest.partition("/")
        under_way: Mapping[str, list[str]] = {
            each: [call for call in keys if call in self._inside] for each, keys in step.calls.items()
        }
        mine = under_way[f"{name}/{item}"] if rest else []
        active = {each for each, keys in step.calls.items() if self._begun & set(keys) and not set(keys) <= self._done}
        if step.most is not None and len(active | {f"{name}/{item}"}) > step.most:
            return False
        if step.inner_most is not None and len(mine) >= step.inner_most:
            return False
        if step.stages == 2 and number == "1" and f"{name}/{item}/0" not in self._done:
            return False
        return self._turn(step) and key not in self._begun


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("scheduled")
    (folder / "scheduled_work.py").write_text(WORK)
    yield folder
    sys.modules.pop("scheduling_control", None)


def outcome(
    root: Path,
    steps: list[Step],
    jobs: int | None,
    seed: int,
    *,
    written: list[Step] | None = None,
    patience: float = PATIENCE,
    settling: float = 0.001,
) -> tuple[str, Any]:
    """Run the graph, or another one that is `written`: what was wrong, and the result."""
    control = Control(steps, jobs, Random(seed), patience, settling)
    module = ModuleType("scheduling_control")
    module.CONTROL = [control]
    sys.modules["scheduling_control"] = module
    compiled = check(
        root / "spec.toml", text=(HEAD + "\n".join(step.text for step in written or steps) + "\n").encode()
    )
    assert compiled.module is not None
    assert not compiled.failed, compiled.diagnostics
    driver = threading.Thread(target=control.drive, daemon=True)
    driver.start()
    result = run(compiled.module, {}, root=root, max_workers=jobs)
    control.ended(result.error)
    driver.join()
    return control.fault, result


OPTIONS: Any = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": (Phase.explicit, Phase.reuse, Phase.generate),  # each failure takes as long as the patience lasts
}


@settings(max_examples=60, derandomize=True, **OPTIONS)
@given(steps=graphs(), jobs=st.none() | st.integers(1, 6), seed=st.integers(0, 2**32))
def test_everything_that_can_go_on_goes_on_and_nothing_else(
    root: Path, steps: list[Step], jobs: int | None, seed: int
) -> None:
    fault, result = outcome(root, steps, jobs, seed)
    assert not fault
    assert result.error is None


@pytest.mark.slow
@settings(max_examples=200, **OPTIONS)
@given(steps=graphs(), jobs=st.none() | st.integers(1, 6), seed=st.integers(0, 2**32))
def test_the_same_on_many_more_graphs(root: Path, steps: list[Step], jobs: int | None, seed: int) -> None:
    fault, result = outcome(root, steps, jobs, seed)
    assert not fault
    assert result.error is None


@pytest.mark.parametrize(
    ("told", "written", "said"),
    [
        (Step("s", (), items=4, most=2), Step("s", (), items=4, most=3), "began beside"),
        (Step("s", (), items=4, most=4), Step("s", (), items=4, most=3), "only"),
        (Step("s", (), items=2, inner=3), Step("s", (), items=2, inner=3, inner_most=1), "only"),
    ],
    ids=["more than allowed", "less than possible", "less than possible inside"],
)
def test_a_wrong_engine_would_be_noticed(root: Path, told: Step, written: Step, said: str) -> None:
    """The test believes in another limit than the spec has."""
    fault, _ = outcome(root, [told], None, 0, written=[written], patience=0.5, settling=0.5)
    assert said in fault


def test_a_call_that_comes_before_what_it_needs_would_be_noticed(root: Path) -> None:
    told = [Step("a", ()), Step("b", ("a",))]
    fault, _ = outcome(root, told, None, 0, written=[Step("a", ()), Step("b", ())], patience=0.5, settling=0.5)
    assert "began" in fault
