"""What checks, compilations, runs and tests give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from specc.api.errors import RunFailed
from specc.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from specc.cli.manifest import Manifest
    from specc.testing.verdicts import Verdict


class Findings(list[Diagnostic]):
    """What was found in a spec, in the order of its lines. `str()` shows the lines, as `specc check` does."""

    def __init__(self, found: Iterable[Diagnostic] = (), texts: Mapping[str, str] | None = None) -> None:
        super().__init__(found)
        self._texts = texts or {}

    @property
    def failed(self) -> bool:
        """Whether one of them is an error; warnings and hints do not keep a spec from running."""
        return any(item.severity is Severity.ERROR for item in self)

    def render(self, *, color: bool = False) -> str:
        """The text for people; empty when nothing was found."""
        from specc.diagnostics.render import render

        return render(self, self._texts, "text", color=color) if self else ""

    def __str__(self) -> str:
        return self.render()


class Artifacts(dict[str, bytes]):
    """Compiled files by their path: `local/plan.json`."""

    def __init__(self, manifest: Manifest) -> None:
        super().__init__({str(path): data for path, data in manifest.files.items()})
        self._manifest = manifest

    def write(self, directory: Path | str) -> list[Path]:
        """Write the files and `manifest.json` below a folder, as `specc compile -o` does; give their paths.

        Raises `OSError`.
        """
        from specc.cli.report import Failure
        from specc.targets import TargetError

        try:
            return self._manifest.write(Path(directory))
        except (Failure, TargetError) as failure:
            raise OSError(str(failure)) from None

    @property
    def targets(self) -> list[str]:
        """The targets that they are for."""
        return sorted({PurePosixPath(path).parts[0] for path in self})


@dataclass(frozen=True, slots=True)
class StepError:
    """Why a step, or the whole run, failed."""

    name: str
    """The error's name, as `retry.on` and `on_error` know it: `ValueError`."""
    message: str
    step: str = ""
    """The step, with the groups around it: `process/fetch`. Empty for parameters, secrets and outputs."""
    items: tuple[int, ...] = ()
    """Which item of each map around the step, outermost first."""
    traceback: str = ""
    """The traceback of the user's function; empty when none was running."""

    @classmethod
    def of(cls, error: Any) -> Self:
        """The error of an engine's."""
        return cls(error.name, error.message, error.step, tuple(error.items), error.traceback)

    def __str__(self) -> str:
        where = f"step `{self.step}`: " if self.step else ""
        return f"{where}{self.name}: {self.message}"


@dataclass(frozen=True, slots=True)
class Tolerated:
    """Items of a map that failed, as many as its step allows."""

    step: str
    items: tuple[int, ...]
    """The index in each map around the step."""
    total: int
    """How many items there were."""
    errors: Mapping[int, StepError]
    """Why, by the index of the item."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came of a run."""

    id: str
    """The run's name: `specc.run(..., resume=id)` goes on with it."""
    status: Literal["succeeded", "failed", "interrupted"]
    outputs: Mapping[str, Any]
    """Empty unless the run succeeded."""
    skipped: tuple[str, ...]
    """The top-level steps that were skipped, in spec order."""
    steps: Mapping[str, Any] = field(repr=False)
    """The results of top-level steps that have one; each is loaded when it is looked at."""
    error: StepError | None
    """Why it failed."""
    tolerated: tuple[Tolerated, ...]
    calls: Mapping[str, int] = field(repr=False)
    """How often each step's function was called, items and retries included."""
    duration: float
    """Seconds."""
    directory: Path | None
    """Where the run keeps itself; None without a journal, and for a run that was refused before it began."""
    diagnostics: Findings = field(repr=False)
    """What is to be said about it, at the spec's lines: errors, and warnings about tolerated failures."""

    @property
    def succeeded(self) -> bool:
        """Whether the run came to its outputs."""
        return self.status == "succeeded"

    def check(self) -> Self:
        """The same result when the run succeeded, so that calls can be chained. Raises `RunFailed`."""
        if not self.succeeded:
            raise RunFailed(self)
        return self

    @property
    def explanation(self) -> str:
        """Why it failed, for people: the spec's line and the function's traceback."""
        if self.error is None:
            return ""
        told = self.diagnostics.render() or f"{self.error}\n"
        return f"{told}{self.error.traceback}".rstrip("\n")


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one test of a spec."""

    __test__: ClassVar[bool] = False  # not a test of pytest's, whatever its name says

    spec: str
    name: str
    passed: bool
    reason: str
    """Why it failed, in one line; empty when it passed."""
    error: StepError | None
    """The error that the run ended with, expected or not."""
    outputs: Mapping[str, Any] = field(repr=False)
    calls: Mapping[str, int] = field(repr=False)
    """How often each step of the spec was called."""
    printed: str = field(repr=False)
    """What the steps printed."""
    duration: float
    """Seconds."""
    diagnostics: Findings = field(repr=False)
    """Every difference, at the line of the spec; empty when it passed."""

    @classmethod
    def of(cls, verdict: Verdict, texts: Mapping[str, str]) -> Self:
        """The result of a test that was judged."""
        error = verdict.result.error
        return cls(
            spec=verdict.spec,
            name=verdict.name,
            passed=verdict.passed,
            reason="" if verdict.passed else verdict.reason,
            error=StepError.of(error) if error is not None else None,
            outputs=dict(verdict.result.outputs),
            calls=dict(verdict.calls),
            printed=verdict.printed,
            duration=verdict.result.duration,
            diagnostics=Findings([verdict.diagnostic] if verdict.diagnostic is not None else [], texts),
        )

    def __str__(self) -> str:
        return f"{'ok' if self.passed else 'FAILED'} {self.spec}: {self.name}" + (
            f": {self.reason}" if self.reason else ""
        )
