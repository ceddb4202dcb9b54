"""Everything that one spec needs in an account, from its legalized module."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from specc.diagnostics import ROOT
from specc.ir.module import Module
from specc.ir.ops import Approve, Op, Wait
from specc.ir.walk import every_operation
from specc.passes.base import Context
from specc_targets.asl.functions import calls, functions
from specc_targets.asl.target import verified
from specc_targets.asl.text import Json
from specc_targets.aws.containers import containers
from specc_targets.aws.deployment import DATA_DAYS, Function, Machine, Stack
from specc_targets.aws.iam.roles import roles
from specc_targets.aws.names import Names
from specc_targets.aws.triggers import deployed_triggers

MACHINE_ROLE = "machine"
_LONGEST = 365 * 86_400
"""Seconds of the longest execution (Step Functions quotas)."""


def stack(context: Context, module: Module) -> Stack | None:
    """What is deployed for a module that `legalize` of the target `asl` gave; None when the sink says why not."""
    definitions = verified(context, module)
    if definitions is None:
        return None
    names, chosen = Names.of(module), module.deployment
    triggers = deployed_triggers(module)
    made = Stack(
        name=names.prefix,
        description=module.description or f"The pipeline {module.name}",
        region=chosen.region,
        bucket=chosen.bucket,
        store=names.store,
        protect=chosen.protect,
        machines=tuple(
            Machine(name=name, definition=compact(definition), role=MACHINE_ROLE, logs=names.machine_logs)
            for name, definition in definitions.items()
        ),
        functions=_functions(module),
        containers=containers(module),
        roles=(),
        triggers=triggers,
        tags=chosen.tags,
        python=chosen.package.python or f"{sys.version_info.major}.{sys.version_info.minor}",
        arch=chosen.package.arch,
        package_format=chosen.package.format,
        data_days=DATA_DAYS + pause_days(module),
    )
    return replace(made, roles=roles(module, made))


def pause_days(module: Module) -> int:
    """Whole days that a run may stand still: its data, and the questions it asks, must be there when it goes on.

    Of a pause that a run computes nothing is known, and nothing is counted.
    """
    return int(min(_LONGEST, sum(map(_pause, every_operation(module)))) // 86_400)


def _pause(op: Op) -> float:
    if isinstance(op, Approve):
        return _LONGEST if op.timeout is None else op.timeout
    if not isinstance(op, Wait) or op.duration is None or not op.duration.is_constant:
        return 0
    seconds = op.duration.evaluate({})
    return seconds if isinstance(seconds, int | float) else 0


def compact(definition: Mapping[str, Json]) -> str:
    """A definition as text without blanks: a template holds so much more of it."""
    return json.dumps(definition, ensure_ascii=False, separators=(",", ":"))


def function_role(profile: str) -> str:
    """The key of the role of a function."""
    return f"function-{profile}"


def _functions(module: Module) -> tuple[Function, ...]:
    names = Names.of(module)
    places = {op.compute.profile: op.origin for op in reversed(list(calls(module)))}
    found = []
    for item in cast("list[dict[str, Json]]", functions(module)):
        profile = str(item["profile"])
        environment = cast("dict[str, str]", item["environment"])
        found.append(
            Function(
                name=str(item["name"]),
                profile=profile,
                handler=str(item["handler"]),
                memory=cast("int", item["memory"]),
                timeout=cast("int", item["timeout"]),
                environment=tuple(sorted(environment.items())),
                role=function_role(profile),
                logs=names.function_logs(profile),
                origin=places.get(profile, ROOT),
            )
        )
    return tuple(found)
