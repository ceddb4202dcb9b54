"""What came of an execution, as a local run would have given it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specc.diagnostics import ROOT, Place
from specc.ir.walk import walk
from specc_runtime.envelope import load
from specc_runtime.errors import CodecError
from specc_runtime.expressions import SKIPPED
from specc_runtime.store import Store, StoreError
from specc_targets.deployed.causes import run_error
from specc_targets.deployed.errors import Refused, told
from specc_targets.deployed.function_logs import Called, FunctionLogs, Printed, Raised
from specc_targets.deployed.history import Reading
from specc_targets.deployed.store import DeployedStore
from specc_targets.deployed.tolerated import tolerated_of
from specc_targets.local.engine import RunResult
from specc_targets.local.failures import RunError

if TYPE_CHECKING:
    from specc.ir.module import Module
    from specc_targets.deployed.machine import Execution, Machine
    from specc_targets.deployed.session import Account


def outputs_of(account: Account, tagged: Mapping[str, Any]) -> dict[str, Any]:
    """The values of outputs, read from the store where they are kept there."""
    found = {}
    with told(account.endpoint):
        for name, value in tagged.items():
            try:
                loaded = load(value, _store(account, value))
            except (CodecError, StoreError) as error:
                raise Refused(f"the output `{name}` cannot be read: {error}") from None
            found[name] = None if loaded is SKIPPED else loaded
    return found


def _store(account: Account, tagged: Mapping[str, Any]) -> Store:
    bucket = str(tagged.get("$ref", "s3://none")).removeprefix("s3://").partition("/")[0]
    return DeployedStore(account, bucket)


def error_of(machine: Machine, run: Execution, reading: Reading | None = None) -> RunError | None:
    """Why a run failed; the step is the last one that did so with this error."""
    if run.status not in {"failed", "interrupted"}:
        return None
    if reading is None:
        reading = Reading(machine.steps(run))
        for _ in reading.read(machine.history(run)):
            pass
    last = reading.last_failure
    if run.status == "interrupted":
        return RunError("Interrupted", run.cause or "the run was stopped")
    error = run_error(run.error, run.cause)
    if last is not None and (last.name, last.message) == (error.name, error.message):
        return last
    return error


def result_of(machine: Machine, run: Execution, module: Module | None = None) -> RunResult:
    """The result of a run that has ended. With `module` errors know their place in the spec."""
    error = error_of(machine, run)
    if error is not None:
        error = _with_traceback(machine, run, error)
    if error is not None and module is not None:
        error = replace(error, origin=_origin(module, error.step))
    succeeded = run.status == "succeeded"
    return RunResult(
        id=run.id,
        status="succeeded" if succeeded else "interrupted" if run.status == "interrupted" else "failed",
        outputs=outputs_of(machine.account, run.output.get("outputs", {})) if succeeded else {},
        skipped=[str(name) for name in run.output.get("skipped", [])] if succeeded else [],
        results={},
        error=error,
        tolerated=tuple(
            replace(found, origin=_origin(module, found.step)) if module is not None else found
            for found in tolerated_of(machine.account, machine.history(run))
        ),
        duration=(run.ended or time.time()) - run.started,
        errors=(error,) if error is not None else (),
    )


def _with_traceback(machine: Machine, run: Execution, error: RunError) -> RunError:
    """An error that came out of a map has lost the user's traceback and its item on the way; the logs have them."""
    if error.traceback or run.status == "interrupted":
        return error
    said = f"{error.name}: {error.message}"
    for found in _logs(machine, run).new(run.ended):
        if isinstance(found, Raised) and found.said == said and found.step.startswith(error.step):
            return replace(error, step=found.step, items=found.items, traceback=found.traceback)
    return error


def _logs(machine: Machine, run: Execution) -> FunctionLogs:
    return FunctionLogs(machine.account, machine.steps(run).log_groups, run.id, run.started)


def calls_of(machine: Machine, run: Execution) -> Counter[str]:
    """How often the function of each step was called, retries and items included."""
    return Counter(found.step for found in _logs(machine, run).new(run.ended) if isinstance(found, Called))


def printed_of(machine: Machine, run: Execution) -> Iterator[str]:
    """The lines that a run's functions printed."""
    yield from (found.text for found in _logs(machine, run).new(run.ended) if isinstance(found, Printed))


def _origin(module: Module, step: str) -> Place:
    for region in (module.body, module.finally_):
        for op in walk(region):
            if "/".join(map(str, op.origin.path[1::2])) == step:
                return op.origin
    return ROOT
