"""A call that a container runs: its request is kept, Batch or ECS runs the container, its answer is read.

A container that did its work has ended well, also where the call failed: the answer says so, and raises as a function
would. What Batch or ECS report as a failure is a container that left no answer; the last state tells why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from specc.ir.module import Module
from specc.ir.ops import CallTask, ContainerTask
from specc_runtime.batch_main import REQUEST
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.failures import guarded, known_errors
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, template, variable
from specc_targets.aws.containers import (
    CONTAINER_NAME,
    HOST_ATTEMPTS,
    SPOT_ATTEMPTS,
    call_seconds,
    cluster_of,
    container_name,
    is_constant,
    job_name,
    queue_of,
)
from specc_targets.aws.names import Names

BATCH = "arn:aws:states:::batch:submitJob.sync"
ECS = "arn:aws:states:::ecs:runTask.sync"
BATCH_ERRORS = ("Batch.ServerException", "Batch.TooManyRequestsException")
ECS_ERRORS = ("ECS.ServerException", "ECS.ThrottlingException")
"""Passing faults of the services, such as too many requests: jobs are often submitted many at a time."""
OTHER_ERRORS = ("Batch.AWSBatchException", "ECS.AmazonECSException")
"""What the services call all else: no capacity for now, but also a definition that is not there. Not tried for long."""
GRACE = 60
"""Seconds that a container has beside the time for its work: to load code, and to say that its time is over."""
SHORTEST = 60
"""Seconds: the shortest limit of a job (AWS Batch: job timeouts)."""
QUEUED = 24 * 3_600
"""Seconds that a job may wait for a host before it starts."""
STARTING = 3_600
"""The same for a task, which does not wait in a queue."""
LONGEST = 365 * 24 * 3_600
"""Seconds that an execution may take (Step Functions quotas)."""


def write_hosted(
    emitter: Emitter, op: CallTask, scope: Scope, target: str | None, after: str, *, address: str | None = None
) -> str:
    """Write the states that run the call; with `address` its result is kept there, and nothing is assigned."""
    result = target or emitter.names.variable("done", *scope.title(op.name).split("/"))

    def write(inner: Scope, variable: str, following: str) -> str:
        written = write_own if isinstance(op, ContainerTask) else _write
        return written(emitter, op, inner, variable, following, address)

    return guarded(emitter, op, scope, result, after, write)


def _write(emitter: Emitter, op: CallTask, scope: Scope, target: str, after: str, address: str | None) -> str:
    name, title = scope.state(op.name), scope.title(op.name)
    words = title.split("/")
    job = emitter.names.variable("job", *words)
    failure = emitter.names.variable("stopped", *words)
    kept: dict[str, Json] = {"address": expression(address), "store": "address"} if address is not None else {}
    project = emitter.projections.result(scope.path(op.name))
    errors = known_errors(op, scope)
    answer = emitter.call(
        f"{name}-answer",
        "receive",
        scope,
        {"job": expression(variable(job)), "failure": failure_fields(failure), **kept},
        step=title,
        target=target,
        errors=errors,
        project=project,
        after=after,
    )
    run = write_container(
        emitter,
        f"{name}-job",
        op,
        title,
        Overrides({REQUEST: expression(variable(job))}),
        answer,
        answer,
        assign={failure: {"Error": "", "Cause": ""}},
        caught={failure: RAW_ERROR},
    )
    return emitter.call(
        f"{name}-submit",
        "submit",
        scope,
        {**call_fields(op), "address": expression(scope.place(op.name))},
        step=title,
        templates=[op.arguments],
        assign={job: expression("$states.result.Payload.job")},
        errors=errors,
        project=project,
        after=run,
    )


def write_own(emitter: Emitter, op: CallTask, scope: Scope, target: str, after: str, address: str | None) -> str:
    """Write the states that run an image of the step's own, whose status is all that comes of it."""
    name, title = scope.state(op.name), scope.title(op.name)
    words = title.split("/")
    failure = emitter.names.variable("stopped", *words)
    raw = op.arguments.raw
    assert isinstance(raw, dict)
    fields: dict[str, Json] = {"failure": failure_fields(failure), "result": raw.get("result")}
    if address is not None:
        fields |= {"address": expression(address), "store": "address"}
    errors = known_errors(op, scope)
    answer = emitter.call(
        f"{name}-ended",
        "ended",
        scope,
        fields,
        step=title,
        target=target,
        errors=errors,
        project=emitter.projections.result(scope.path(op.name)),
        after=after,
    )
    resolved = variable(emitter.names.variable("container", *words))
    overrides = Overrides()
    if not is_constant(op):
        container = raw["container"]
        says = isinstance(container, dict) and container.get("command")
        overrides = Overrides(f"{resolved}.environment", f"{resolved}.command" if says else None)
    run = write_container(
        emitter,
        f"{name}-container",
        op,
        title,
        overrides,
        answer,
        answer,
        assign={failure: {"Error": "", "Cause": ""}},
        caught={failure: RAW_ERROR},
    )
    if is_constant(op):
        return run
    return emitter.call(
        f"{name}-resolve",
        "resolve",
        scope,
        {"container": template(raw["container"]), "env": template(raw.get("env"))},
        step=title,
        templates=[op.arguments],
        assign={resolved[1:]: expression("$states.result.Payload")},
        errors=errors,
        after=run,
    )


RAW_ERROR: Json = {
    "Error": expression("$states.errorOutput.Error"),
    "Cause": expression('$exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ""'),
}
"""What a catcher keeps of a failure."""


def failure_fields(name: str) -> Json:
    """What a request is told of a failure that a catcher kept in a variable."""
    return {key: expression(f"{variable(name)}.{key}") for key in ("Error", "Cause")}


def call_fields(op: CallTask) -> dict[str, Json]:
    """The fields of a request that a container is given, beside those that every request has."""
    fields: dict[str, Json] = {"call": str(op.function), "with": template(op.arguments.raw)}
    if op.codec is not None:
        fields["codec"] = op.codec
    if op.timeout is not None or op.compute.timeout is not None:
        fields["limit"] = max(1, round(call_seconds(op) * 1000))
    return fields


@dataclass(frozen=True, slots=True)
class Overrides:
    """What one container gets that its definition does not say."""

    environment: Mapping[str, Json] | str | None = None
    """By name, or JSONata of a list of `Name` and `Value`."""
    command: str | None = None
    """JSONata of a list; none is the command of the image."""

    def fields(self) -> dict[str, Json]:
        """As the services take them."""
        found: dict[str, Json] = {}
        if self.command is not None:
            found["Command"] = expression(f"[{self.command}]")
        if isinstance(self.environment, str):
            found["Environment"] = expression(f"[{self.environment}]")
        elif self.environment is not None:
            found["Environment"] = [{"Name": name, "Value": value} for name, value in self.environment.items()]
        return found


def write_container(
    emitter: Emitter,
    name: str,
    op: CallTask,
    title: str,
    overrides: Overrides,
    after: str | None,
    failed: str,
    *,
    assign: Mapping[str, Json] | None = None,
    caught: Mapping[str, Json],
    more: Mapping[str, Json] | None = None,
    attempts: int = 1,
    jobs: int = 1,
    output: Json = None,
) -> str:
    """Write the Task that runs a container to its end; `failed` is the state after a failure.

    `more` are further arguments of a job, which makes up to `attempts` attempts of the call by itself. There are up to
    `jobs` jobs, which may have to wait for each other.
    """
    is_batch = op.compute.engine == "batch"
    seconds = seconds_of_job(op, attempts)
    tries = tries_of(op, more) if is_batch else 1
    waiting = QUEUED if is_batch else STARTING
    make = _job if is_batch else _task
    return emitter.add(
        emitter.names.state(name),
        "Task",
        Resource=BATCH if is_batch else ECS,
        Arguments={**make(emitter.module, op, title, overrides, seconds), **(more or {})},
        TimeoutSeconds=min(LONGEST, jobs * tries * seconds + waiting),
        Retry=[
            _retrier(BATCH_ERRORS if is_batch else ECS_ERRORS, 10),
            _retrier((OTHER_ERRORS[0 if is_batch else 1],), 3),
        ],
        Catch=[{"ErrorEquals": ["States.ALL"], "Assign": dict(caught), "Output": {}, "Next": failed}],
        Assign=dict(assign) if assign else None,
        Output={} if output is None else output,
        Next=after,
        End=True if after is None else None,
    )


def tries_of(op: CallTask, more: Mapping[str, Json] | None = None) -> int:
    """How often Batch tries a job with these arguments of its own."""
    strategy = (more or {}).get("RetryStrategy")
    if isinstance(strategy, dict):
        return int(str(strategy["Attempts"]))
    return SPOT_ATTEMPTS if op.compute.hosting.spot else HOST_ATTEMPTS


def seconds_of_job(op: CallTask, attempts: int = 1) -> int:
    """Seconds after which a job is ended, whatever it does.

    Its own clock comes first, which an image of the step's own does not have.
    """
    waits = 0.0
    if attempts > 1 and op.retry is not None:
        longest = op.retry.max_delay
        delays = (op.retry.delay * op.retry.backoff**number for number in range(attempts - 1))
        waits = sum(delay if longest is None else min(delay, longest) for delay in delays)
    seconds = min(LONGEST, max(SHORTEST, ceil(attempts * call_seconds(op) + waits)))
    return seconds if isinstance(op, ContainerTask) else seconds + GRACE


def _job(module: Module, op: CallTask, title: str, overrides: Overrides, seconds: int) -> dict[str, Json]:
    names = Names.of(module)
    found: dict[str, Json] = {
        "JobName": job_name(names, title),
        "JobDefinition": container_name(module, op, title),
        "JobQueue": queue_of(names, op.compute),
        "Timeout": {"AttemptDurationSeconds": seconds},
    }
    fields = overrides.fields()
    return {**found, "ContainerOverrides": fields} if fields else found


def _task(module: Module, op: CallTask, title: str, overrides: Overrides, seconds: int) -> dict[str, Json]:  # noqa: ARG001  # as of a job
    hosting = op.compute.hosting
    network: dict[str, Json] = {"Subnets": list(hosting.subnets)}
    if hosting.security_groups:
        network["SecurityGroups"] = list(hosting.security_groups)
    found: dict[str, Json] = {
        "Cluster": cluster_of(Names.of(module), op.compute),
        "TaskDefinition": container_name(module, op, title),
        "NetworkConfiguration": {"AwsvpcConfiguration": network},
    }
    if hosting.spot:
        found["CapacityProviderStrategy"] = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
    else:
        found["LaunchType"] = "FARGATE"
    fields = overrides.fields()
    if fields:
        found["Overrides"] = {"ContainerOverrides": [{"Name": CONTAINER_NAME, **fields}]}
    return found


def _retrier(errors: tuple[str, ...], attempts: int) -> Json:
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": 2,
        "MaxAttempts": attempts,
        "BackoffRate": 2.0,
        "MaxDelaySeconds": 120,
        "JitterStrategy": "FULL",
    }
