"""Runs the tests of a checked spec on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.ir.mocking import constant, mocked
from specc.testing.calls import calls_by_step
from specc.testing.verdicts import Verdict, judge

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc_runtime.expressions import JsonValue
    from specc_schemas import TestCase


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

    test, module, values = prepared(index, compilation)
    source = compilation.spec
    assert source is not None
    engine: Any = load("local")  # which does more than targets must
    more = {"cancel": cancel} if cancel is not None else {}
    result, signal, printed = engine.run_quietly(module, values, root=source.root, jobs=jobs, **more)
    if result.status == "interrupted":
        raise Interrupted(result.error.message, signal)
    return judge(spec, index, test, compilation, result, printed, calls_by_step(module, result))


def prepared(index: int, compilation: Compilation) -> tuple[TestCase, Module, dict[str, JsonValue]]:
    """Test number `index`, the module that it runs, and the parameters of that run."""
    model, module = compilation.model, compilation.module
    assert model is not None
    assert model.tests is not None
    assert module is not None
    test = model.tests[index]
    values = {name: constant(value) for name, value in (test.params or {}).items()}
    return test, mocked(module, test.mock or {}), values
