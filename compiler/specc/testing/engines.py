"""Runs the tests of specs on several engines, and holds what came of them against each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specc.diagnostics import ROOT, Diagnostic, Label, Sink
from specc.source import locate_diagnostics
from specc.testing.differences import MISSING, Difference, compare
from specc.testing.running import prepared, run_test
from specc.testing.verdicts import Verdict, judge

if TYPE_CHECKING:
    from specc.frontend import Compilation

ENGINES = ("local", "asl")
"""What `specc test --on` takes: this machine, and a state machine on an emulator."""


class NotCompiled(Exception):  # noqa: N818  # the name says it
    """A test's module is nothing that an engine can run; the diagnostics say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(item.message for item in diagnostics))
        self.diagnostics = diagnostics


class Engines:
    """The engines of one command, in a `with` statement. What they need begins with the first test."""

    def __init__(self, names: Sequence[str] = ("local",)) -> None:
        self.names = tuple(names)
        self.notes: dict[str, None] = {}
        """What could not be compared, in words; each thing once."""
        self._stack = contextlib.ExitStack()
        self._asl: Any = None

    def __enter__(self) -> Engines:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def verdicts(self, spec: str, index: int, compilation: Compilation, *, jobs: int | None) -> Iterator[Verdict]:
        """The verdict of each engine about a test, and one more where they differ.

        Raises `Interrupted`, `NotCompiled` and `TargetError`.
        """
        found = []
        for name in self.names:
            if name == "local":
                verdict = run_test(spec, index, compilation, jobs=jobs)
            else:
                verdict = self._on_machine(spec, index, compilation)
            found.append(verdict if len(self.names) == 1 and name == "local" else replace(verdict, engine=name))
            yield found[-1]
        if len(found) > 1 and (disagreement := _disagreement(found[0], found[1], index, compilation)) is not None:
            yield disagreement

    def _on_machine(self, spec: str, index: int, compilation: Compilation) -> Verdict:
        test, module, values = prepared(index, compilation)
        if self._asl is None:
            from specc.targets import driver

            self._asl = self._stack.enter_context(driver("emulator").test_engine())
        result, printed, uncounted = self._asl.run(compilation, module, values)
        expected = test.expect.calls or {}
        for step in sorted(uncounted & expected.keys()):
            self.notes[f"the calls of `{step}` are made by the service itself: `asl` does not count them"] = None
        counted = {step: count for step, count in expected.items() if step not in uncounted}
        test = test.model_copy(update={"expect": test.expect.model_copy(update={"calls": counted or None})})
        return judge(spec, index, test, compilation, result, printed, result.calls)


def _disagreement(one: Verdict, other: Verdict, index: int, compilation: Compilation) -> Verdict | None:
    """SPC530, when two engines came to different ends."""
    differences = tuple(_differences(one, other))
    if not differences:
        return None
    sink, engines = Sink(), f"{one.engine} and {other.engine}"
    told = [
        f"{item.path}: {_said(item.expected)} on {one.engine}, {_said(item.found)} on {other.engine}"
        for item in differences
    ]
    sink.report(
        "SPC530",
        f"test `{one.name}` ends differently on {engines}",
        Label(ROOT.child("tests", index, "name"), "this test"),
        notes=told[:8],
        help="a function that reads its surroundings gives different results elsewhere",
    )
    diagnostic = locate_diagnostics(sink.diagnostics, compilation.spec)[0]
    return replace(other, engine=engines, differences=differences, diagnostic=diagnostic, printed="", told=told)


def _said(value: Any) -> str:
    from specc.testing.differences import shown

    return shown(value)


def _differences(one: Verdict, other: Verdict) -> Iterator[Difference]:
    first, second = one.result, other.result
    if (first.error is None) != (second.error is None):
        yield Difference("error", _error(first), _error(second))
        return
    if first.error is not None:
        yield from compare("error.name", first.error.name, second.error.name)
        if first.error.name != "timeout":  # each words its own
            yield from compare("error.message", first.error.message, second.error.message)
        return
    for name in dict.fromkeys((*first.outputs, *second.outputs)):
        yield from compare(f"outputs.{name}", first.outputs.get(name, MISSING), second.outputs.get(name, MISSING))
    yield from compare("skipped", sorted(first.skipped), sorted(second.skipped))


def _error(result: Any) -> Any:
    return MISSING if result.error is None else f"{result.error.name}: {result.error.message}"
