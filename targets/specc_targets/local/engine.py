"""The local engine: runs a plan in this process."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from specc.diagnostics import Place
from specc.ir.module import Module, Output
from specc.ir.region import Region
from specc.ir.walk import modules
from specc_runtime import capture
from specc_runtime.environment import variables_set
from specc_runtime.errors import INTERRUPTED, CodecError, SecretNotFound, class_names, message_of
from specc_runtime.expressions import SKIPPED, ExpressionError, JsonValue, Skipped
from specc_runtime.functions import leave_root, use_root
from specc_runtime.secrets import Redactor, read_secret
from specc_targets.local.asking import Approvals, Asker
from specc_targets.local.belongings import folders_of, slots_of
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.cell_names import NO_NAMES, CellNames
from specc_targets.local.events import Event, RunEnded, RunStarted
from specc_targets.local.execution import Executor
from specc_targets.local.failures import RunError, StepFailure
from specc_targets.local.halt import Halt
from specc_targets.local.inputs import resolve_parameters
from specc_targets.local.kernel import Interrupted, Kernel
from specc_targets.local.plan import read_plan
from specc_targets.local.regions import run_region
from specc_targets.local.reuse import ResultCache
from specc_targets.local.running import Earlier, Here, Running, Tolerated
from specc_targets.local.runs.approvals import ApprovalFiles
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.local.runs.errors import JournalError, StateError
from specc_targets.local.runs.journal import Journal
from specc_targets.local.runs.names import new_run_id
from specc_targets.local.scope import Frame
from specc_targets.local.slots import SlotPool
from specc_targets.local.survey import asked, cached_functions, processes_are_needed, slots_are_leased, threads
from specc_targets.local.tracker import Tracker, tracked
from specc_targets.local.values import Kept, keep, load
from specc_targets.local.workers import Workers


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came of a run."""

    id: str
    status: Literal["succeeded", "failed", "interrupted"]
    outputs: Mapping[str, Any]
    """Empty unless the run succeeded."""
    skipped: list[str]
    """The top-level steps that were skipped, in spec order."""
    results: Mapping[str, Any]
    """The results of top-level steps that have one; loaded when looked at."""
    error: RunError | None
    tolerated: tuple[Tolerated, ...]
    duration: float
    """Seconds."""
    errors: tuple[RunError, ...] = field(default=())
    """All that is wrong with the parameters or secrets, when nothing was started; else just `error`."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """How often the function of each step was called, retries and items included; by the step's path."""
    names: CellNames = NO_NAMES
    """What the items of matrices are called."""


def run(
    plan: Module | Mapping[str, Any],
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    on_event: Callable[[Event], None] | None = None,
    max_workers: int | None = None,
    cancel: Cancellation | None = None,
    directory: RunDirectory | None = None,
    recovered: Earlier | None = None,
    executor: Executor | None = None,
    cache: ResultCache | None = None,
    asker: Asker | None = None,
    tracker: Tracker | None = None,
) -> RunResult:
    """Run a plan (or the module it was made of) with `parameters`, and wait for its end.

    `root` is the folder of the spec. At most `max_workers` calls go on at the same time. Events come in the thread
    that called. What goes wrong in a step is in the result; an exception is a bug. Raises `PlanError`.

    With `directory` every finished call is journaled there, and what `recovered` knows of an earlier part of the run is
    not done again. `executor` makes all calls but those that are inline; without it calls are made in threads and
    processes of this machine. `cache` is asked for the results of steps that allow it.
    `asker` puts the questions of steps to people, who may also answer in the folder of the run.
    `tracker` gets the metrics that steps log.
    """
    module = plan if isinstance(plan, Module) else read_plan(plan)
    found = _Run(module, root, on_event, max_workers, cancel or Cancellation())
    found.directory, found.recovered, found.remote, found.cache = directory, recovered, executor, cache
    found.asker, found.tracker = asker, tracker
    if max_workers is None and executor is not None:
        found.threads = max(found.threads, executor.capacity)
    return found.run(parameters)


class _Run:
    directory: RunDirectory | None
    recovered: Earlier | None
    remote: Executor | None
    cache: ResultCache | None
    asker: Asker | None
    tracker: Tracker | None

    def __init__(
        self,
        module: Module,
        root: Path,
        on_event: Callable[[Event], None] | None,
        max_workers: int | None,
        cancel: Cancellation,
    ) -> None:
        self._module, self._root, self._on_event, self._cancel = module, root, on_event, cancel
        self.threads = max_workers or threads(module)
        self._asked = bool(max_workers)
        self._started = time.monotonic()
        self._journal: Journal | None = None
        self._executor: Executor | None = None
        self._slots = SlotPool()
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._tolerated: list[Tolerated] = []
        self._cells = CellNames()
        self._redact = Redactor()

    def run(self, parameters: Mapping[str, JsonValue]) -> RunResult:
        module = self._module
        self._id = self.directory.id if self.directory is not None else new_run_id()
        values, faults = resolve_parameters(module.parameters, parameters)
        hidden: dict[str, str] = {}
        for name, source in dict(item for part in modules(module) for item in part.secrets).items():
            try:
                hidden[name] = read_secret(name, source, self._root)
            except SecretNotFound as error:
                faults.append(RunError("SecretNotFound", str(error), origin=Place(("secrets", name))))
        if faults:
            return self._result("failed", faults[0], Frame(), errors=tuple(faults))
        self._redact = Redactor(hidden.values())
        resumed = self.recovered is not None
        self._tell(RunStarted(id=self._id, name=module.name, total=len(module.body.ops), resumed=resumed))
        self._names: dict[str, Any] = {
            "params": Kept({name: keep(value) for name, value in values.items()}),
            "env": dict(module.environment),
            "run": {"id": self._id, "name": module.name},
            "stack": {},
        }
        self._package = self._root / module.package_root
        if self.cache is not None:
            for function in cached_functions(module):
                self.cache.fingerprint(function)  # before anything is imported
        plain = dict(item for part in modules(module) for item in part.environment)
        locked = None
        if self.directory is not None and self.remote is None and slots_are_leased(module):
            try:
                locked = slots_of(self.directory)
            except StateError as fault:
                return self._result("failed", RunError(type(fault).__name__, str(fault)), Frame())
            self._slots = SlotPool(locked)
        with (
            folders_of(self.directory, locked) as places,
            variables_set({**plain, **hidden, **places}),
            capture.redacting(self._redact),
            tracked(self.tracker),
        ):
            use_root(self._package)
            if processes_are_needed(module):
                self._executor_for_calls()  # they get ready while the run begins
            try:
                result = self._run_journaled()
            finally:
                leave_root()
                self._close_executor()
        self._tell(RunEnded(status=result.status, seconds=result.duration))
        return result

    def _tell(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _run_journaled(self) -> RunResult:
        """Run with a journal, if there is a place for one; a journal that cannot be written fails the run."""
        if self.directory is None:
            return self._run_all()
        error: RunError
        try:
            self._journal = self.directory.open_journal()
            result = self._run_all()
            if self._journal is not None:
                self._journal.end(result.status)
                self._journal.close()
                return result
            return result
        except StateError as fault:
            error = RunError(type(fault).__name__, str(fault))
        if self._journal is not None:
            with contextlib.suppress(StateError):
                self._journal.close()
        return self._result("failed", error, Frame())

    def _executor_for_calls(self) -> Executor:
        """What makes calls outside of this process, started when it is first needed. Safe in any thread."""
        with self._lock:
            if self._executor is None:
                log = capture.deliver if capture.capturing() or capture.metering() else None
                on_log = None if log is None else (lambda step, items, *line: log((step, items), *line))
                if self.remote is not None:
                    self._executor = self.remote
                else:
                    from specc_targets.local.processes import ProcessExecutor

                    executor = ProcessExecutor(self._package, limit=self.threads, on_log=on_log, slots=self._slots)
                    executor.warm()
                    self._executor = executor
            return self._executor

    def _close_executor(self) -> None:
        """End all calls outside of this process at once."""
        with self._lock:
            executor, self._executor, self.remote = self._executor, None, None
        if executor is not None:
            executor.close()

    def _run_all(self) -> RunResult:
        module, body = self._module, Frame()
        status, error = self._phase(module.body, body, self._names)
        if module.finally_.ops:
            outcome = {"name": error.name, "message": error.message} if error is not None else None
            names = {**self._names, "run": {**self._names["run"], "status": _word(status), "error": outcome}}
            seen = body
            if error is not None:
                seen = Frame()
                seen.results = dict.fromkeys((op.name for op in module.body.ops), SKIPPED)
            cause = status if error is None else f"{status}: {error.name}: {error.message}"
            ended, own = self._phase(module.finally_, Frame(seen), names, FINALLY, cause)
            if error is None or ended == "interrupted":
                status, error = ended, error or own
        outputs: dict[str, Any] = {}
        if error is None:
            outputs, error = self._outputs(body)
            status = "failed" if error is not None else status
        return self._result(status, error, body, outputs)

    def _phase(
        self, region: Region, frame: Frame, names: Mapping[str, Any], address: str = "", cause: str | None = None
    ) -> tuple[_Status, RunError | None]:
        """Run the body or the finally steps; `cause` is how the body ended."""
        kernel = Kernel()
        running = Running(
            kernel=kernel,
            workers=Workers(kernel, self.threads, asked=self._asked),
            executor=self._executor_for_calls,
            names=names,
            region=run_region,
            redact=self._redact,
            on_event=self._on_event,
            tolerated=self._tolerated,
            cells=self._cells,
            journal=self._journal,
            recovered=self.recovered,
            cache=self.cache,
            remote=self.remote is not None,
            asked=asked(self._module),
            calls=self._calls,
            id=self._id,
            tracker=self.tracker,
            approvals=Approvals(ApprovalFiles(self.directory.path) if self.directory is not None else None, self.asker),
        )
        try:
            if cause is not None:
                running.because(address, cause)
            with self._cancel.watched(kernel):
                kernel.run(run_region(running, region, Here(region, frame, Halt(), address=address)))
        except StepFailure as failure:
            return "failed", failure.error
        except Interrupted:
            running.close()
            self._close_executor()
            return "interrupted", RunError(INTERRUPTED, "the run was asked to stop")
        except JournalError as error:
            running.close()
            self._journal = None  # what is left to do is done without
            return "failed", RunError("JournalError", str(error))
        finally:
            for tell in running.under_way.values():  # of maps that did not come to their end
                tell()
            running.workers.close()
        return "succeeded", None

    def _outputs(self, body: Frame) -> tuple[dict[str, Any], RunError | None]:
        from specc_targets.local.scope import Scope

        found: dict[str, Any] = {}
        for output in self._module.outputs:
            try:
                found[output.name] = load(keep(output.value.evaluate(Scope(body, self._names))))
            except Skipped:
                found[output.name] = None
            except Exception as error:  # whatever an expression does is the run's failure
                prefix = f"the output `{output.name}` " if isinstance(error, CodecError) else ""
                message = self._redact(prefix + message_of(error))
                failed = RunError(class_names(error)[0], message, origin=output.origin)
                return {}, self._blamed(failed, output, Scope(body, self._names), error)
        return found, None

    def _blamed(self, failed: RunError, output: Output, scope: Mapping[str, Any], error: Exception) -> RunError:
        """The same error with the place of the expression that has no value."""
        from specc.ir.walk import Use
        from specc_targets.local.blame import expression_at_fault, note_on

        evaluated = [Use(output.value, "yields", output.origin)]
        fault = expression_at_fault(evaluated, scope) if isinstance(error, ExpressionError) else None
        if fault is None:
            return failed
        return replace(failed, fault=fault, notes=(self._redact(note_on(evaluated, fault, output.origin)),))

    def _result(
        self,
        status: _Status,
        error: RunError | None,
        body: Frame,
        outputs: Mapping[str, Any] | None = None,
        errors: tuple[RunError, ...] = (),
    ) -> RunResult:
        ended = [(op.name, body.results[op.name]) for op in self._module.body.ops if op.name in body.results]
        return RunResult(
            id=self._id,
            status=status,
            outputs=outputs or {},
            skipped=[name for name, result in ended if result is SKIPPED],
            results=Kept({name: result for name, result in ended if result is not SKIPPED}),
            error=error,
            tolerated=tuple(self._tolerated),
            duration=time.monotonic() - self._started,
            errors=errors or ((error,) if error is not None else ()),
            calls=dict(self._calls),
            names=self._cells,
        )


FINALLY = "finally"
"""The address of the steps that run at the end; no other step may be called so."""
_Status = Literal["succeeded", "failed", "interrupted"]


def _word(status: _Status) -> str:
    return "succeeded" if status == "succeeded" else "failed"
