"""How a test ended, and how that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specc.diagnostics import ROOT, Diagnostic, Label, Sink
from specc.source import locate_diagnostics
from specc.testing.differences import MISSING, Difference, differences

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc_schemas import TestCase

_SHOWN = 8
"""Differences that are told one by one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one test of a spec."""

    spec: str
    """The file, as the user named it."""
    name: str
    differences: tuple[Difference, ...]
    """Empty when it passed."""
    result: Any
    """What the engine gave."""
    printed: str
    """What the run's steps printed."""
    calls: Mapping[str, int]
    """How often each step of the spec was called."""
    diagnostic: Diagnostic | None
    """Why it failed, at its lines in the spec."""
    engine: str = ""
    """Where it ran, when that was asked for; `local and asl` where both differ."""
    told: Sequence[str] = ()
    """The differences in words, where they are not those from what is expected."""

    @property
    def title(self) -> str:
        """Its name, and where it ran."""
        return f"{self.name} [{self.engine}]" if self.engine else self.name

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences

    @property
    def code(self) -> str:
        """The code of what is told when it failed."""
        return self.diagnostic.code if self.diagnostic is not None else "SPC510"

    @property
    def reason(self) -> str:
        """Why it failed, in one line."""
        more = len(self.differences) - 1
        first = self.told[0] if self.told else _told(self.differences[0], self.result)
        return first + (f" (and {more} more)" if more else "")

    @property
    def details(self) -> str:
        """Why it failed, and the user's own traceback."""
        lines = list(self.told) or [_told(item, self.result) for item in self.differences]
        traceback = self.result.error.traceback if self.result.error is not None else ""
        return "\n".join([*lines, traceback] if traceback else lines)


def judge(
    spec: str,
    index: int,
    test: TestCase,
    compilation: Compilation,
    result: Any,
    printed: str,
    calls: Mapping[str, int],
) -> Verdict:
    """Compare what came of a test's run with what it expects. `calls` counts those of each step."""
    found = differences(test.expect, result, calls)
    diagnostic = _diagnostic(index, test, found, compilation, result) if found else None
    return Verdict(spec, test.name, found, result, printed, calls, diagnostic)


def _told(difference: Difference, result: Any) -> str:
    if difference.path != "error":
        return str(difference)
    error = result.error
    if error is None:
        return f"expected the error `{difference.expected}`, but the run succeeded"
    step = f" in step `{error.step}`" if error.step else ""
    expected = "a success" if difference.expected is MISSING else f"the error `{difference.expected}`"
    return f"expected {expected}, found {error.name}{step}: {error.message}"


def _diagnostic(
    index: int, test: TestCase, found: tuple[Difference, ...], compilation: Compilation, result: Any
) -> Diagnostic:
    """SPC510 at what the test expects; the first difference is its message's reason, the others are notes."""
    sink, place = Sink(), ROOT.child("tests", index)
    first = found[0]
    labels = [Label(_where(index, test, first), _label(first))]
    error = result.error
    if error is not None and first.path == "error" and error.origin.path:
        labels.append(Label(error.origin.key(), f"fails with {error.name}"))
    notes = [_told(item, result) for item in found[:_SHOWN]]
    if len(found) > _SHOWN:
        notes.append(f"and {len(found) - _SHOWN} more")
    if labels[0].at != place.child("name"):
        labels.append(Label(place.child("name"), "this test"))
    sink.report("SPC510", f"test `{test.name}` failed", *labels, notes=notes)
    return locate_diagnostics(sink.diagnostics, compilation.spec)[0]


def _where(index: int, test: TestCase, difference: Difference) -> Any:
    """The key of the test that says what is expected."""
    expect = ROOT.child("tests", index, "expect")
    if difference.path == "skipped":
        return expect.child("skipped").key()
    if difference.path == "error":
        return expect.child("error").key() if test.expect.error is not None else ROOT.child("tests", index, "name")
    if difference.path.startswith("calls."):
        return expect.child("calls", difference.path.removeprefix("calls.")).key()
    name = difference.path.removeprefix("outputs.").partition(".")[0].partition("[")[0]
    return expect.child("outputs", name).key()


def _label(difference: Difference) -> str:
    if difference.path == "error":
        return "fails otherwise" if difference.expected is not MISSING else "expects a success"
    return "not what came of it"
