"""The local engine: runs a plan in this process."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from specc.diagnostics import Place
from specc.ir.module import Module, Output
from specc.ir.region import Region
from specc.ir.walk import walk
from specc_runtime.errors import INTERRUPTED, CodecError, SecretNotFound, class_names, message_of
from specc_runtime.expressions import SKIPPED, ExpressionError, JsonValue, Skipped
from specc_runtime.functions import leave_root, use_root
from specc_runtime.secrets import Redactor, read_secret
from specc_targets.local.events import Event
from specc_targets.local.failures import RunError, StepFailure
from specc_targets.local.halt import Halt
from specc_targets.local.inputs import resolve_parameters
from specc_targets.local.kernel import Interrupted, Kernel
from specc_targets.local.plan import read_plan
from specc_targets.local.processes import Processes
from specc_targets.local.regions import run_region
from specc_targets.local.running import Here, Running, Tolerated
from specc_targets.local.scope import Frame
from specc_targets.local.values import Kept, keep, load
from specc_targets.local.workers import DEFAULT_THREADS, Workers

MOST_THREADS = 512
"""However many a `max_parallel` asks for."""


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


class Cancellation:
    """Asks a run to stop. `request` may be called in any thread and in signal handlers.

    The first request ends the body, and `finally` steps run; the second ends them, too.
    """

    def __init__(self) -> None:
        self.requests = 0
        self._kernel: Kernel | None = None
        self._answered = 0

    def request(self) -> None:
        """Stop."""
        self.requests += 1
        if self._kernel is not None:
            self._kernel.post(self._interrupt)

    @contextmanager
    def watched(self, kernel: Kernel) -> Iterator[None]:
        """Have requests end what `kernel` runs."""
        self._kernel = kernel
        if self.requests > self._answered:
            kernel.post(self._interrupt)
        try:
            yield
        finally:
            self._kernel = None

    def _interrupt(self) -> None:
        self._answered = self.requests
        raise Interrupted


def run(
    plan: Module | Mapping[str, Any],
    parameters: Mapping[str, JsonValue],
    *,
    root: Path,
    on_event: Callable[[Event], None] | None = None,
    max_workers: int | None = None,
    cancel: Cancellation | None = None,
) -> RunResult:
    """Run a plan (or the module it was made of) with `parameters`, and wait for its end.

    `root` is the folder of the spec. At most `max_workers` calls go on at the same time. Events come in the thread
    that called. What goes wrong in a step is in the result; an exception is a bug. Raises `PlanError`.
    """
    module = plan if isinstance(plan, Module) else read_plan(plan)
    return _Run(module, root, on_event, max_workers, cancel or Cancellation()).run(parameters)


class _Run:
    def __init__(
        self,
        module: Module,
        root: Path,
        on_event: Callable[[Event], None] | None,
        max_workers: int | None,
        cancel: Cancellation,
    ) -> None:
        self._module, self._root, self._on_event, self._cancel = module, root, on_event, cancel
        self._threads = max_workers or _threads(module)
        self._id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        self._started = time.monotonic()
        self._tolerated: list[Tolerated] = []
        self._redact = Redactor()

    def run(self, parameters: Mapping[str, JsonValue]) -> RunResult:
        module = self._module
        values, faults = resolve_parameters(module.parameters, parameters)
        hidden: dict[str, str] = {}
        for name, source in module.secrets:
            try:
                hidden[name] = read_secret(name, source, self._root)
            except SecretNotFound as error:
                faults.append(RunError("SecretNotFound", str(error), origin=Place(("secrets", name))))
        if faults:
            return self._result("failed", faults[0], Frame(), errors=tuple(faults))
        self._redact = Redactor(hidden.values())
        self._names: dict[str, Any] = {
            "params": Kept({name: keep(value) for name, value in values.items()}),
            "env": dict(module.environment),
            "run": {"id": self._id, "name": module.name},
            "stack": {},
            "matrix": {},
        }
        package = self._root / module.package_root
        self._processes = Processes(package)
        with _environment({**dict(module.environment), **hidden}):
            use_root(package)
            try:
                return self._run_all()
            finally:
                leave_root()
                self._processes.close()

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
            ended, own = self._phase(module.finally_, Frame(seen), names)
            if error is None or ended == "interrupted":
                status, error = ended, error or own
        outputs: dict[str, Any] = {}
        if error is None:
            outputs, error = self._outputs(body)
            status = "failed" if error is not None else status
        return self._result(status, error, body, outputs)

    def _phase(self, region: Region, frame: Frame, names: Mapping[str, Any]) -> tuple[_Status, RunError | None]:
        """Run the body or the finally steps."""
        kernel = Kernel()
        workers = Workers(kernel, self._threads)
        running = Running(
            kernel, workers, self._processes, names, run_region, self._redact, self._on_event, self._tolerated
        )
        try:
            with self._cancel.watched(kernel):
                kernel.run(run_region(running, region, Here(region, frame, Halt())))
        except StepFailure as failure:
            return "failed", failure.error
        except Interrupted:
            self._processes.close()
            self._processes = Processes(self._root / self._module.package_root)
            return "interrupted", RunError(INTERRUPTED, "the run was asked to stop")
        finally:
            workers.close()
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
        )


_Status = Literal["succeeded", "failed", "interrupted"]


def _word(status: _Status) -> str:
    return "succeeded" if status == "succeeded" else "failed"


def _threads(module: Module) -> int:
    asked = [getattr(op, "max_parallel", None) or 0 for region in (module.body, module.finally_) for op in walk(region)]
    return min(MOST_THREADS, max([DEFAULT_THREADS, *asked]))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The environment of the steps, for as long as they run."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
