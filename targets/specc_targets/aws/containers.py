"""What Batch and ECS run steps in: a definition for each compute profile, and one for each step that names an image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING, Literal

from specc.ir.ops import CallTask, ContainerTask
from specc.ir.policies import Compute
from specc.ir.walk import modules
from specc_runtime.actions.container import arguments, variables
from specc_runtime.secrets import SECRET_PREFIX
from specc_targets.aws.deployment import Container
from specc_targets.aws.names import Names, shortened
from specc_targets.aws.sizes import size_of

if TYPE_CHECKING:
    from specc.ir.module import Module

COMMAND = ("python", "-m", "specc_runtime.batch_main")
"""What runs the steps in an image that holds their code."""
CONTAINER_NAME = "step"
"""The name of the one container in a task definition, by which the machine hands over its environment."""
DEFAULT_TIMEOUT = 24 * 3_600
"""Seconds for one attempt, where neither the step nor the profile says."""
SPOT_ATTEMPTS = 5
"""Attempts of a job whose host may be taken away, before its step fails as `lost`."""
HOST_ATTEMPTS = 2
"""The same of a job on a host that is not: hosts fail, too."""
TAKEN_AWAY = ("Host EC2*", "Your Spot Task was interrupted*")
"""What Batch says of an attempt whose host was taken away (Batch user guide, "Automated job retries"; Fargate Spot)."""
_LONGEST_NAME = 128
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]+")


def is_hosted(op: CallTask) -> bool:
    """Whether a container runs the call."""
    return op.compute.engine in ("batch", "ecs")


def hosted_calls(module: Module) -> Iterator[tuple[str, CallTask]]:
    """The calls that containers run, with the names that users know them by."""
    from specc_targets.asl.lexical import levels  # late: what writes machines needs this room
    from specc_targets.asl.scope import visible

    for level in levels(module):
        for op in (*level.region.ops, *level.region.handlers):
            if isinstance(op, CallTask) and is_hosted(op):
                yield "/".join(visible((*level.path, op.name))), op


def all_hosted_calls(module: Module) -> Iterator[tuple[Module, str, CallTask]]:
    """The same of a module and of those that it runs as steps, with the module of each."""
    for found in modules(module):
        yield from ((found, title, op) for title, op in hosted_calls(found))


def containers(module: Module) -> tuple[Container, ...]:
    """All containers of a module, sorted by name. Raises `SizeError`, which compiling for Step Functions reports."""
    found: dict[str, Container] = {}
    environment: dict[str, str] = {}
    for part in modules(module):
        environment |= dict(part.environment)
        environment |= {f"{SECRET_PREFIX}{secret}": source for secret, source in part.secrets}
    for part, title, op in all_hosted_calls(module):
        name = container_name(part, op, title)
        known = found.get(name)
        timeout = call_seconds(op)
        if known is None or (known.timeout or 0) < timeout:
            found[name] = _container(part, op, title, timeout, environment)
    return tuple(found[name] for name in sorted(found))


def container_name(module: Module, op: CallTask, title: str) -> str:
    """The name of the definition that runs a call."""
    name = Names.of(module).compute(op.compute.profile)
    if not isinstance(op, ContainerTask):
        return name
    if module.deployment.spec not in ("", module.name):  # another spec may have a step of that name
        title = f"{module.name}-{title}"
    return shortened(f"{name}--{_NOT_IN_NAME.sub('-', title)}", _LONGEST_NAME)


def job_name(names: Names, title: str) -> str:
    """The name of the jobs of a step."""
    return shortened(f"{names.prefix}-{_NOT_IN_NAME.sub('-', title)}", _LONGEST_NAME)


def call_seconds(op: CallTask) -> float:
    """Seconds that one attempt of a call may take."""
    limits = [limit for limit in (op.timeout, op.compute.timeout) if limit is not None]
    return min(limits) if limits else DEFAULT_TIMEOUT


def queue_of(names: Names, compute: Compute) -> str:
    """The job queue of a profile, by name or by the ARN that the spec gives."""
    return compute.hosting.queue or names.queue(compute.profile)


def cluster_of(names: Names, compute: Compute) -> str:
    """The cluster of a profile, likewise."""
    return compute.hosting.cluster or names.cluster


def _container(module: Module, op: CallTask, title: str, timeout: float, environment: dict[str, str]) -> Container:
    compute, hosting = op.compute, op.compute.hosting
    size = size_of(compute)
    engine: Literal["batch", "ecs"] = "batch" if compute.engine == "batch" else "ecs"
    name = container_name(module, op, title)
    image = hosting.image
    command: tuple[str, ...] = COMMAND
    role = f"job-{compute.profile}"
    if isinstance(op, ContainerTask):
        image, command, environment = _stated(op)
        role = f"container-{name.rpartition('--')[2]}"
    return Container(
        name=name,
        profile=compute.profile,
        engine=engine,
        image=image,
        command=command,
        vcpu=size.vcpu,
        memory=size.memory,
        gpu=compute.gpu or 0,
        timeout=ceil(timeout),
        spot=hosting.spot,
        attempts=SPOT_ATTEMPTS if hosting.spot else HOST_ATTEMPTS,
        platform="EC2" if compute.gpu else "FARGATE",
        queue=hosting.queue,
        cluster=hosting.cluster,
        subnets=hosting.subnets,
        security_groups=hosting.security_groups,
        environment=tuple(sorted(environment.items())),
        role=role,
        execution_role="execution",
        logs=Names.of(module).container_logs(name),
        origin=op.origin,
    )


def is_constant(op: CallTask) -> bool:
    """Whether the command and environment of a step's own container are known before it runs."""
    return op.arguments.is_constant


def _stated(op: ContainerTask) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """The image of a step's own, and the command and environment that its definition has: none that a run computes."""
    raw = op.arguments.evaluate({}) if is_constant(op) else op.arguments.raw
    assert isinstance(raw, dict)
    table = raw["container"]
    assert isinstance(table, dict)
    if not is_constant(op):
        return str(table["image"]), (), {}
    env = raw.get("env")
    return (
        str(table["image"]),
        tuple(arguments(table)),
        variables(table, env if isinstance(env, dict) else None),
    )
