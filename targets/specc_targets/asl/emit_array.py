"""`map` over jobs as arrays of them: one array for up to 10,000 items, in place of an iteration for each."""

from __future__ import annotations

from specc.ir.ops import CallTask, Map
from specc.ir.policies import Retry
from specc_runtime.batch_main import OFFSET, REQUEST
from specc_runtime.errors import ANY, LOST
from specc_runtime.jobs import ARRAY_LIMIT
from specc_targets.asl.arrays import CHUNKS
from specc_targets.asl.emit_job import RAW_ERROR, Overrides, call_fields, write_container
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.failures import known_errors
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, variable
from specc_targets.aws.containers import HOST_ATTEMPTS, SPOT_ATTEMPTS

_ITEM = "$states.context.Map.Item.Value"
_KILLED = frozenset({ANY, LOST, "exit"})
"""Declared names that a job which was killed has; it cannot retry itself."""
MOST_ATTEMPTS = 10
"""Attempts of a job (AWS Batch: automated job retries)."""
_REASON = r'/"StatusReason" *: *"([^"]*)"/'
"""What is told of an array that failed: its cause describes the whole job."""
_TOLD = 500
"""Characters that are kept of another cause."""


def array_variables(emitter: Emitter, title: str) -> tuple[str, str]:
    """Variables for the job of a map, below which its items' records are, and for why arrays of it failed."""
    words = title.split("/")
    return emitter.names.variable("job", *words), emitter.names.variable("stopped", *words)


def write_array(
    emitter: Emitter, op: Map, scope: Scope, state: str, scattered: str, job: str, stopped: str, gather: str
) -> str:
    """Write the states between `scatter`, which left a manifest in `scattered`, and `gather`: the Map is `state`."""
    (call,) = op.body.ops
    level = scope.level.enter(op)
    assert isinstance(call, CallTask)
    assert level is not None
    title = scope.title(op.name)
    name = scope.state(op.name)
    words = title.split("/")
    chunks = emitter.names.variable(CHUNKS, *words)
    names = {bound: item for bound, item in scope.names.items() if bound not in op.body.binds}
    inner = scope.inside(level=level, names=names)
    processor = emitter.machine(lambda: _chunk(emitter, call, name, title))
    told = '$join([$states.result.stopped], "; ")'
    run = emitter.add(
        state,
        "Map",
        Items=expression(f"[{variable(chunks)}]"),
        ItemSelector={"chunk": expression(_ITEM), "job": expression(variable(job))},
        ItemProcessor={"ProcessorConfig": {"Mode": "INLINE"}, **processor},
        Assign={stopped: expression(told)},
        Output={},
        Next=gather,
    )
    fields = call_fields(call)
    fields["address"] = expression(scope.place(op.name))
    array: dict[str, Json] = {
        "count": expression(f"{scattered}.count"),
        "$ref": expression(field(scattered, "$ref")),
    }
    if op.tolerance is None:
        array["stops"] = True
    fields["array"] = array
    if call.retry is not None and call.retry.max:
        fields["retry"] = _policy(call.retry)
    return emitter.call(
        f"{name}-submit",
        "submit",
        inner,
        fields,
        step=title,
        templates=[call.arguments],
        assign={
            job: expression("$states.result.Payload.job"),
            chunks: expression("[$states.result.Payload.chunks]"),
        },
        errors=known_errors(call, scope),
        after=run,
    )


def _cut(text: str) -> str:
    return f"$substring({text}, 0, {_TOLD})"


def _chunk(emitter: Emitter, call: CallTask, name: str, title: str) -> str:
    """One array of jobs, or a single job for a single item. Gives why it failed."""
    job, chunk, why = (emitter.names.variable(kind, *title.split("/")) for kind in ("job", "chunk", "why"))
    cause, error = f"{variable(why)}.Cause", f"{variable(why)}.Error"
    text = f'($m := $match({cause}, {_REASON}); {error} & ": " & ($exists($m) ? $m[0].groups[0] : {_cut(cause)}))'
    failed = emitter.finish(f"{name}-job-failed", {"stopped": expression(text)})
    environment = {
        REQUEST: expression(variable(job)),
        OFFSET: expression(f"$string({variable(chunk)}.offset)"),
    }
    retry = _strategy(call)
    attempts = 1 + call.retry.max if call.retry is not None else 1

    size = f"{variable(chunk)}.size"

    def task(suffix: str, more: dict[str, Json], jobs: int = 1) -> str:
        return write_container(
            emitter,
            f"{name}-{suffix}",
            call,
            title,
            Overrides(environment),
            None,
            failed,
            caught={why: RAW_ERROR},
            more={**more, **retry},
            attempts=attempts,
            jobs=jobs,
        )

    array = task("jobs", {"ArrayProperties": {"Size": expression(size)}}, ARRAY_LIMIT)
    single = task("job", {})
    rule: Json = {"Condition": expression(f"{size} = 1"), "Next": single}
    choice = emitter.add(emitter.names.state(f"{name}-how-many"), "Choice", Choices=[rule], Default=array)
    given: dict[str, Json] = {
        chunk: expression("$states.input.chunk"),
        job: expression("$states.input.job"),
    }
    return emitter.assign(f"{name}-chunk", given, choice)


def _policy(retry: Retry) -> Json:
    """A retry policy as the job is told of it: it makes its own attempts."""
    found: dict[str, Json] = {
        "max": retry.max,
        "milliseconds": round(retry.delay * 1000),
        "backoff": str(float(retry.backoff)),
        "on": list(retry.on),
    }
    if retry.max_delay is not None:
        found["longest"] = round(retry.max_delay * 1000)
    if retry.jitter:
        found["jitter"] = True
    return found


def _strategy(call: CallTask) -> dict[str, Json]:
    """Jobs that are killed cannot retry themselves: where the step retries that, Batch does.

    The job counts attempts on, so that both together are as many as the step has; one whose host is taken away is tried
    as often as Batch tries such a job anyway.
    """
    if call.retry is None or not call.retry.max or _KILLED.isdisjoint(call.retry.on):
        return {}
    by_host = SPOT_ATTEMPTS if call.compute.hosting.spot else HOST_ATTEMPTS
    attempts = min(MOST_ATTEMPTS, max(by_host, 1 + call.retry.max))
    return {"RetryStrategy": {"Attempts": attempts, "EvaluateOnExit": [{"OnReason": "*", "Action": "RETRY"}]}}
