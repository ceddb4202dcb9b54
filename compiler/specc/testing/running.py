"""Runs the tests of a checked spec on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.ir.mocking import constant, mocked
from specc.testing.calls import calls_by_step
from specc.testing.verdicts import Verdict, judge

if TYPE_CHECKING:
    from specc.frontend import Compilation


class Interrupted(Exception):  # noqa: N818  # a request, not an error
    """A test's run was asked to stop, by the signal of this number if by one."""

    def __init__(self, message: str, signal: int | None) -> None:
        super().__init__(message)
        self.signal = signal


def names_of(compilation: Compilation) -> list[str]:
    """The names of a spec's tests, in their order."""
    return [test.name for test in (compilation.model.tests if compilation.model is not None else None) or ()]


def run_test(
    spec: str, index: int, compilation: Compilation, *, jobs: int | None = None, cancel: Any = None
) -> Verdict:
    """Run test number `index` of a sound spec, which the user calls `spec`. Raises `Interrupted`."""
    from specc.targets import load

    model, module, source = compilation.model, compilation.module, compilation.spec
    assert model is not None
    assert model.tests is not None
    assert module is not None
    assert source is not None
    test = model.tests[index]
    engine: Any = load("local")  # which does more than targets must
    values = {name: constant(value) for name, value in (test.params or {}).items()}
    replaced = mocked(module, test.mock or {})
    more = {"cancel": cancel} if cancel is not None else {}
    result, signal, printed = engine.run_quietly(replaced, values, root=source.root, jobs=jobs, **more)
    if result.status == "interrupted":
        raise Interrupted(result.error.message, signal)
    return judge(spec, index, test, compilation, result, printed, calls_by_step(replaced, result))
