"""The Lambda functions that a machine needs: one for each compute profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, count

from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.ir.policies import Compute
from specc.ir.walk import every_operation, modules
from specc_runtime.secrets import SECRET_PREFIX
from specc_targets.asl.emit_call import call_timeout
from specc_targets.asl.text import Json
from specc_targets.aws.containers import CONTAINER_NAME, containers, is_hosted
from specc_targets.aws.names import Names

HANDLER = "specc_runtime.lambda_handler.handler"
DEFAULT_MEMORY = 512
"""MB, where the profile does not say."""
_MIB = 1024 * 1024
_SERVICE = "service"
"""The profile of what no profile of the spec does: where containers do all the work, and one is called as usual."""


def calls(module: Module) -> Iterator[CallTask]:
    """Every call of a module, and of those that it runs as steps."""
    yield from (op for op in every_operation(module) if isinstance(op, CallTask))


def function_name(module: Module, profile: str) -> str:
    """The name of the function of a compute profile."""
    return Names.of(module).compute(profile)


def service_profile(module: Module) -> str:
    """The profile whose function scatters, gathers and evaluates: the one most calls use, so that it is warm."""
    counted = Counter(op.compute.profile for op in calls(module) if not is_hosted(op))
    if counted:
        return min(counted, key=lambda name: (-counted[name], name))
    taken = {op.compute.profile for op in calls(module)}
    names = chain((Compute().profile, _SERVICE), (f"{_SERVICE}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def container_list(module: Module) -> list[Json]:
    """What must be there for the steps that Batch and ECS run: each definition with its queue or cluster."""
    names = Names.of(module)
    found: list[Json] = []
    for item in containers(module):
        told: dict[str, Json] = {
            "name": item.name,
            "profile": item.profile,
            "engine": item.engine,
            "container": CONTAINER_NAME,
            "image": item.image,
            "command": list(item.command),
            "vcpu": item.vcpu,
            "memory": item.memory,
            "gpu": item.gpu,
            "spot": item.spot,
            "timeout": item.timeout,
            "environment": dict(item.environment),
        }
        if item.engine == "batch":
            told |= {"queue": item.queue or names.queue(item.profile), "attempts": item.attempts}
        else:
            told["cluster"] = item.cluster or names.cluster
        found.append(told)
    return found


def functions(module: Module) -> list[Json]:
    """Name, profile, handler, memory (MB), timeout (s) and environment of each function, sorted by name."""
    profiles: dict[str, Compute] = {service_profile(module): Compute()}
    timeouts: dict[str, int] = {}
    for op in calls(module):
        if is_hosted(op):
            continue
        profiles[op.compute.profile] = op.compute
        timeouts[op.compute.profile] = max(timeouts.get(op.compute.profile, 0), call_timeout(op))
    environment: dict[str, Json] = {}
    for part in modules(module):
        environment |= dict(part.environment)
        environment |= {f"{SECRET_PREFIX}{name}": source for name, source in part.secrets}
    found: list[Json] = []
    for name in sorted(profiles):
        memory = profiles[name].memory
        found.append(
            {
                "name": function_name(module, name),
                "profile": name,
                "handler": HANDLER,
                "memory": DEFAULT_MEMORY if memory is None else -(-memory // _MIB),
                "timeout": timeouts.get(name, 900),
                "environment": environment,
            }
        )
    return found
