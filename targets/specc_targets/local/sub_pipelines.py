"""Runs another spec as one step: in the same run, with names, steps and an end of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specc.ir.ops import Op, SubPipeline
from specc_runtime.errors import CodecError
from specc_runtime.expressions import SKIPPED, Skipped
from specc_targets.local.failures import StepFailure
from specc_targets.local.inputs import resolve_parameters
from specc_targets.local.running import Here, Running
from specc_targets.local.scope import Frame, Scope
from specc_targets.local.survey import asked
from specc_targets.local.values import Kept, keep, load


async def run_sub_pipeline(run: Running, op: Op, here: Here) -> Any:
    """The object of the other spec's outputs, kept. Raises `StepFailure` and `Halted`."""
    assert isinstance(op, SubPipeline)
    module = op.module
    try:
        given: Any = run.evaluate(op.arguments, here)
    except Skipped:
        return SKIPPED
    except Exception as error:
        raise run.failure(error, op, here, "arguments") from None
    values, faults = resolve_parameters(module.parameters, given)
    if faults:
        raise run.failed((faults[0].name,), faults[0].message, "", op, here)
    names = {
        **run.names,
        "params": Kept({name: keep(value) for name, value in values.items()}),
        "env": dict(module.environment),
        "run": {"id": run.id, "name": module.name},
    }
    frame, own = Frame(), replace(run, names=names, asked=asked(module))
    declared, address = run.declared(op, here), here.address_of(op)
    inner = Here(module.body, frame, here.halt, here.path_of(op), here.items, declared, address, whole=True)
    failure: StepFailure | None = None
    try:
        await own.region(own, module.body, inner)
    except StepFailure as caught:
        failure = caught
    if module.finally_.ops:
        await _finish(own, module_names=names, op=op, body=inner, failure=failure)
    if failure is not None:
        raise failure
    return _outputs(own, op, here, frame)


async def _finish(
    run: Running, *, module_names: dict[str, Any], op: SubPipeline, body: Here, failure: StepFailure | None
) -> None:
    """The `finally` steps of the other spec; the first failure wins."""
    error = None if failure is None else failure.error
    told = None if error is None else {"name": error.name, "message": error.message}
    status = "succeeded" if error is None else "failed"
    ending = replace(run, names={**module_names, "run": {**module_names["run"], "status": status, "error": told}})
    seen = body.frame
    if error is not None:
        seen = Frame()
        seen.results = dict.fromkeys((item.name for item in op.module.body.ops), SKIPPED)
    address = f"{body.address}/finally"
    run.because(address, status if error is None else f"{status}: {error.name}: {error.message}")
    try:
        final = replace(body, region=op.module.finally_, frame=Frame(seen), address=address)
        await ending.region(ending, op.module.finally_, final)
    except StepFailure:
        if failure is None:
            raise


def _outputs(run: Running, op: SubPipeline, here: Here, frame: Frame) -> Any:
    found: dict[str, Any] = {}
    scope = Scope(frame, run.names)
    for output in op.module.outputs:
        try:
            found[output.name] = load(keep(output.value.evaluate(scope)))
        except Skipped:
            found[output.name] = None
        except Exception as error:  # whatever an expression does is the step's failure
            if isinstance(error, CodecError):
                error = CodecError(f"the output `{output.name}` {error}")
            raise run.failure(error, op, here) from None
    try:
        return run.keep(found, "/".join(here.path_of(op)))
    except CodecError as error:  # an output that is not JSON by itself
        raise run.failure(error, op, here) from None
