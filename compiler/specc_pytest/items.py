"""A spec's tests as pytest sees them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.testing.verdicts import Verdict


class SpecFile(pytest.File):
    """A spec; its tests are its items."""

    @property
    def shown(self) -> str:
        """What messages call it: the path from where pytest was started."""
        return os.path.relpath(self.path, self.config.invocation_params.dir)

    def collect(self) -> Iterator[SpecTest]:
        """The tests of the spec. One that does not compile is an error, told as `specc check` does."""
        from specc.frontend import check
        from specc.testing.running import names_of

        compilation = check(self.shown)
        if compilation.failed:
            raise self.CollectError(_rendered(compilation.diagnostics, compilation))
        for index, name in enumerate(names_of(compilation)):
            yield SpecTest.from_parent(self, name=name, index=index, compilation=compilation)


class SpecTest(pytest.Item):
    """One test of a spec."""

    def __init__(self, *, index: int, compilation: Compilation, **more: Any) -> None:
        super().__init__(**more)
        self._index, self._compilation = index, compilation

    def runtest(self) -> None:
        """Run the spec with what the test replaces, and hold what comes of it against what it expects."""
        from specc.testing.running import Interrupted, run_test

        assert isinstance(self.parent, SpecFile)
        try:
            verdict = run_test(self.parent.shown, self._index, self._compilation)
        except Interrupted:
            raise KeyboardInterrupt from None
        if verdict.printed:
            self.add_report_section("call", "stdout", verdict.printed)
        if not verdict.passed:
            raise SpecTestFailed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Why it failed: the spec's lines with every difference, and the traceback of the user's function."""
        if not isinstance(excinfo.value, SpecTestFailed):
            return super().repr_failure(excinfo, style)
        verdict = excinfo.value.verdict
        assert verdict.diagnostic is not None
        told = _rendered((verdict.diagnostic,), self._compilation)
        error = verdict.result.error
        return f"{told}\n\n{error.traceback}".rstrip("\n") if error is not None and error.traceback else told

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file, the line of the test counted from 0, and its name."""
        from specc.diagnostics import ROOT

        spec = self._compilation.spec
        line = spec.locate(ROOT.child("tests", self._index)).start.line - 1 if spec is not None else None
        return self.path, line, self.name


class SpecTestFailed(Exception):  # noqa: N818  # what happened, not what went wrong with us
    """A run did not come to what its test expects."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


def _rendered(diagnostics: Any, compilation: Compilation) -> str:
    from specc.diagnostics.render import render

    return render(diagnostics, compilation.texts, "text").rstrip("\n")
