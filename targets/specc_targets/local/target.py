"""The target `local`: the plan that the engine of this package runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from specc.diagnostics import Span
from specc.ir.module import Module
from specc_runtime.expressions import JsonValue
from specc_targets.json_text import indented
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.engine import RunResult
from specc_targets.local.plan import read_plan, read_spans, write_plan

if TYPE_CHECKING:
    from specc.passes.base import Context
    from specc_targets.local.cache.catalogue import Catalogue
    from specc_targets.local.launch import KeptRun
    from specc_targets.local.watching.history import History
    from specc_targets.report.finding import RunReport
    from specc_targets.results.table import ResultTable


class LocalTarget:
    """Compiles to a plan. There is nothing in the language that it cannot express."""

    name: ClassVar[str] = "local"

    def legalize(self, context: Context, module: Module) -> Module:  # nothing to report
        """The same module."""
        return module

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """`plan.json`."""
        from specc_targets.local.plan_places import locator

        locate = locator(context.spec) if context.spec is not None else None
        return {PurePosixPath("plan.json"): (indented(write_plan(module, locate), 1) + "\n").encode()}

    def read_plan(self, plan: Mapping[str, Any]) -> tuple[Module, dict[tuple[str | int, ...], Span]]:
        """The module of a plan, and where its parts stand in the spec. Raises `ValueError` with words for the user."""
        return read_plan(plan), read_spans(plan)

    def parse_parameter(self, text: str, kind: str) -> JsonValue:
        """The value that a text on the command line gives a parameter of type `kind`. Raises `ValueError`."""
        from specc_runtime.parameters import parse_parameter

        return parse_parameter(text, kind)

    def begin(
        self, module: Module, parameters: Mapping[str, JsonValue], *, spec: str, root: Path, **more: JsonValue
    ) -> KeptRun:
        """Make the folder of a new run: see `specc_targets.local.launch.begin`."""
        from specc_targets.local.launch import begin

        return begin(module, parameters, spec=spec, root=root, **more)

    def go_on(self, run_id: str | None, spec: str | None) -> KeptRun:
        """Open the folder of a run that is to go on: see `specc_targets.local.launch.go_on`."""
        from specc_targets.local.launch import go_on

        return go_on(run_id, spec)

    def header_of(self, run_id: str) -> Mapping[str, Any]:
        """What is known of a kept run since it began. Raises `specc.StateError`."""
        from specc.api.errors import StateError as PublicStateError
        from specc_targets.local.runs.directory import RunDirectory
        from specc_targets.local.runs.errors import StateError
        from specc_targets.local.runs.state import state_directory

        try:
            return RunDirectory.open(state_directory(), run_id, lock=False).header()
        except StateError as error:
            raise PublicStateError(str(error)) from error

    def saved_plan(self, kept: KeptRun) -> Module | None:
        """The plan that a run began with; None when a file that it was made of has changed since, or it is damaged."""
        return kept.saved_plan()

    def replan(self, kept: KeptRun, module: Module, spec: str, sources: Mapping[str, str]) -> KeptRun:
        """Go on with another plan: see `specc_targets.local.launch.replan`."""
        from specc_targets.local.launch import replan

        return replan(kept, module, spec, sources)

    def run(
        self, module: Module, parameters: Mapping[str, JsonValue], *, root: Path, **options: Any
    ) -> tuple[RunResult, int | None]:
        """Run a module as `specc run --local` does: see `specc_targets.local.session.run_here`."""
        from specc_targets.local.session import run_here

        return run_here(module, parameters, root=root, **options)

    def run_quietly(
        self,
        module: Module,
        parameters: Mapping[str, JsonValue],
        *,
        root: Path,
        jobs: int | None = None,
        cancel: Cancellation | None = None,
    ) -> tuple[RunResult, int | None, str]:
        """Run a module as `specc test` does: see `specc_targets.local.quiet.run_quietly`."""
        from specc_targets.local.embedded import turn
        from specc_targets.local.quiet import run_quietly

        cancel = cancel or Cancellation()
        with turn(cancel):
            return run_quietly(module, parameters, root=root, jobs=jobs, cancel=cancel)

    def cancellation(self) -> Cancellation:
        """What asks a run to stop, from any thread."""
        return Cancellation()

    def run_embedded(
        self, module: Module, parameters: Mapping[str, JsonValue], **options: Any
    ) -> tuple[RunResult, Path | None]:
        """Run a module as `specc.run` does: see `specc_targets.local.embedded.run_embedded`."""
        from specc_targets.local.embedded import run_embedded

        return run_embedded(module, parameters, **options)

    def history(self) -> History:
        """The runs that are kept, for `specc runs`, `specc status` and `specc logs`."""
        from specc_targets.local.runs.state import state_directory
        from specc_targets.local.watching.history import History

        return History(state_directory())

    def estimate(self, spec: str, step: tuple[str, ...], cells: int, workers: int) -> float | None:
        """About how long so many cells of a step will take: see `specc_targets.results.estimate.estimate`."""
        from specc_targets.local.runs.state import state_directory
        from specc_targets.results.estimate import estimate

        return estimate(state_directory(), spec, step, cells, workers)

    def cache(self) -> Catalogue:
        """What `cache` keeps from run to run, for `specc cache`."""
        from specc_targets.local.cache.catalogue import Catalogue
        from specc_targets.local.runs.state import state_directory

        return Catalogue(state_directory() / "cache")

    def results(self, run: str | None, step: str | None, **choice: Any) -> AbstractContextManager[ResultTable]:
        """What the cells of a step gave, for `specc results`: see `specc_targets.results.finding.open_results`."""
        from specc_targets.results.finding import open_results
        from specc_targets.results.table import Choice

        return open_results(run, step, Choice(**choice))

    def write_results(self, format: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], file: BinaryIO) -> None:
        """Write the rows of a table: see `specc_targets.results.writing.write`."""
        from specc_targets.results.writing import write

        write(format, columns, rows, file)

    def report(self, run: str | None) -> RunReport:
        """A run and the page about it, for `specc report`: see `specc_targets.report.finding.find_run`."""
        from specc_targets.report.finding import find_run

        return find_run(run)
