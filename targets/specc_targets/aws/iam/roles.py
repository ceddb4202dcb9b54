"""The roles of a deployment: one for each function and job, for each machine, and for what starts runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics import Place
from specc.ir.module import Module
from specc.ir.ops import CallTask, ContainerTask
from specc.ir.policies import Compute
from specc.ir.walk import every_operation, walk
from specc_targets.aws.arns import Arn
from specc_targets.aws.containers import COMMAND
from specc_targets.aws.deployment import Container, Machine, Role, ScheduleTrigger, Stack
from specc_targets.aws.iam.grants import Grant, grants, statements
from specc_targets.aws.iam.machine import Calls, calls_of
from specc_targets.aws.iam.requests import call_needs, request_needs, secret_needs, store_needs
from specc_targets.aws.iam.services import image, machine_services, own_logs, traces


def roles(module: Module, stack: Stack) -> tuple[Role, ...]:
    """The roles that a stack's machines, functions, containers and triggers name, each with what it must allow.

    The roles of `stack` itself are not looked at.
    """
    origins = {op.name: op.origin for region in (module.finally_, module.body) for op in reversed(list(walk(region)))}
    machines = [(machine, calls_of(machine, stack, origins)) for machine in stack.machines]
    profiles = {op.compute.profile: op.compute for op in every_operation(module) if isinstance(op, CallTask)}
    made = [
        *_machine_roles(module, machines),
        *_function_roles(stack, [calls for _, calls in machines], profiles, origins),
        *_container_roles(module, stack, profiles, origins),
        *_trigger_roles(stack),
    ]
    return tuple({role.key: role for role in made}.values())


def _machine_roles(module: Module, machines: Iterable[tuple[Machine, Calls]]) -> Iterator[Role]:
    by_key: dict[str, list[Grant]] = {}
    for machine, calls in machines:
        by_key.setdefault(machine.role, []).extend([*calls.grants, *machine_services(machine)])
    for key, found in by_key.items():
        given = module.deployment.role
        yield Role(key=key, principal="states.amazonaws.com", statements=statements(found), given=given)


def _function_roles(
    stack: Stack, calls: list[Calls], profiles: dict[str, Compute], origins: dict[str, Place]
) -> Iterator[Role]:
    for function in stack.functions:
        asked = [request for item in calls for request in item.requests.get(function.name, [])]
        found = request_needs(asked, stack.store, origins)
        found += secret_needs(function.environment) + own_logs(function.logs)
        if function.tracing:
            found += traces(sampling=False)
        yield Role(
            key=function.role,
            principal="lambda.amazonaws.com",
            statements=statements(found),
            given=profiles.get(function.profile, Compute()).hosting.role,
        )


def _container_roles(
    module: Module, stack: Stack, profiles: dict[str, Compute], origins: dict[str, Place]
) -> Iterator[Role]:
    """The roles of their code, and those that start them."""
    codes: dict[str, list[Grant]] = {}
    starts: dict[str, list[Grant]] = {}
    given: dict[str, str | None] = {}
    for container in stack.containers:
        codes.setdefault(container.role, []).extend(_code_needs(module, container, stack, origins))
        given[container.role] = profiles.get(container.profile, Compute()).hosting.role
        starts.setdefault(container.execution_role, []).extend(own_logs(container.logs) + image(container))
    for found in (codes, starts):
        for key, needed in found.items():
            yield Role(
                key=key, principal="ecs-tasks.amazonaws.com", statements=statements(needed), given=given.get(key)
            )


def _code_needs(module: Module, container: Container, stack: Stack, origins: dict[str, Place]) -> list[Grant]:
    """What the steps need that a container runs; an image of somebody else's gets nothing."""
    if container.command != COMMAND:
        return []
    found = store_needs(stack.store) + secret_needs(container.environment)
    for op in every_operation(module):
        if isinstance(op, CallTask) and not isinstance(op, ContainerTask) and op.compute.profile == container.profile:
            found += call_needs(str(op.function), op.arguments.raw, op.name, origins)
    return found


def _trigger_roles(stack: Stack) -> Iterator[Role]:
    """(EventBridge Scheduler User Guide, "Execution role"; EventBridge User Guide, "Permissions for targets".)"""
    start = grants("StartRuns", "states:StartExecution", Arn("states", f"stateMachine:{stack.machines[0].name}"))
    for trigger in stack.triggers:
        service = "scheduler" if isinstance(trigger, ScheduleTrigger) else "events"
        yield Role(key=trigger.role, principal=f"{service}.amazonaws.com", statements=statements(start))
