"""What each state of a machine uses: how long it takes, of what, and what it asks S3 for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import CallTask
from specc.ir.policies import Compute
from specc_targets.asl.bounds import State, is_distributed, is_express
from specc_targets.asl.emit_job import GRACE
from specc_targets.asl.item_counts import MapSize, Titles, map_states
from specc_targets.asl.limits import LAMBDA_TIMEOUT
from specc_targets.aws.containers import call_seconds
from specc_targets.aws.sizes import Size, size_of

CALL_SECONDS = Decimal(1)
"""What a call of the user's is taken to last where nobody says."""
HELPER_SECONDS = Decimal("0.2")
"""The same of a call that scatters, gathers, evaluates or records."""
CONTAINER_SECONDS = Decimal(60)
"""The same of a container, which takes a while to start."""
_LISTED = 1000
"""Objects that one LIST gives."""
_EXPRESS_GB = Decimal("0.0625")
"""What an Express execution is billed for: chunks of 64 MB."""
_CONTAINERS = re.compile(r":states:::(batch:submitJob|ecs:runTask)(?:\.|$)")
_MIB = Decimal(1024)
_LONGEST_CALL = Decimal(LAMBDA_TIMEOUT)
_HOUR = Decimal(3600)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Assumptions:
    """How long calls last."""

    seconds: Decimal = CALL_SECONDS
    of: Mapping[str, Decimal] = field(default_factory=dict)
    """Step -> seconds."""
    arch: str = "arm64"


@dataclass(frozen=True)
class Use:
    """What one attempt of a state uses."""

    transitions: int = 0
    express_requests: int = 0
    express_gb_seconds: Decimal = _ZERO
    lambda_requests: int = 0
    lambda_gb_seconds: Decimal = _ZERO
    vcpu_hours: Decimal = _ZERO
    gb_hours: Decimal = _ZERO
    s3_puts: int = 0
    s3_gets: int = 0


class Usage:
    """Tells the use of states. With `most` a call lasts until its timeout, and every value travels through S3."""

    def __init__(
        self,
        module: Module,
        definition: Mapping[str, Any],
        functions: list[Mapping[str, Any]],
        sizes: Mapping[str, MapSize],
        assumed: Assumptions,
        *,
        most: bool = False,
    ) -> None:
        self._titles = Titles(module)
        self._sizes = sizes
        self._assumed = assumed
        self._most = most
        self._memory = {item["name"]: Decimal(item["memory"]) / 1024 for item in functions}
        self._express = frozenset(_express_states(definition))

    def of(self, name: str, state: State) -> Use:
        """What one attempt of a state uses, without the states inside it."""
        express = name in self._express
        found: dict[str, Any] = {"transitions": 0 if express else 1}
        seconds = _ZERO
        if state["Type"] == "Task":
            seconds = self._seconds(name, state)
            found |= dict(self._task(name, state, seconds))
        elif state["Type"] == "Map" and is_distributed(state):
            found |= dict(self._map(name, state, found["transitions"]))
        elif state["Type"] == "Wait" and isinstance(state.get("Seconds"), int):
            seconds = Decimal(state["Seconds"])
        if express:
            found["express_gb_seconds"] = seconds * _EXPRESS_GB
        return Use(**found)

    def step(self, name: str, state: State) -> str:
        """The step that a state is for."""
        return self._titles.of(name, state)

    # Tasks

    def _seconds(self, name: str, state: State) -> Decimal:
        timeout = state.get("TimeoutSeconds")
        most = min(Decimal(timeout), _LONGEST_CALL) if isinstance(timeout, int) else None
        step = self._titles.of(name, state)
        container = _CONTAINERS.search(str(state.get("Resource"))) is not None
        if container:  # the timeout of the state covers the time in the queue, too
            call = self._call(step)
            most = Decimal(str(call_seconds(call))) + GRACE if call is not None else most
            if _in_array(state):  # all attempts of the call
                most = Decimal(state["Arguments"]["Timeout"]["AttemptDurationSeconds"])
        if self._most and most is not None:
            return most
        if container or _payload(state).get("action", "call") == "call":
            typical = CONTAINER_SECONDS if container else self._assumed.seconds
            typical = self._assumed.of.get(step, typical)
        else:
            typical = HELPER_SECONDS
        return typical if most is None else min(typical, most)

    def _task(self, name: str, state: State, seconds: Decimal) -> Iterator[tuple[str, Any]]:
        resource = str(state["Resource"])
        if ":lambda:invoke" in resource:
            arguments = state.get("Arguments")
            function = arguments.get("FunctionName") if isinstance(arguments, dict) else None
            yield "lambda_requests", 1
            yield (
                "lambda_gb_seconds",
                seconds * self._memory.get(str(function), max(self._memory.values(), default=_ZERO)),
            )
            yield from self._requests(name, state)
        elif _CONTAINERS.search(resource):
            step = self._titles.of(name, state)
            size = self._container(step)
            vcpu, memory = Decimal(str(size.vcpu)), Decimal(size.memory) / _MIB
            jobs = self._jobs(step, state)
            yield "vcpu_hours", jobs * vcpu * seconds / _HOUR
            yield "gb_hours", jobs * memory * seconds / _HOUR
            if _in_array(state):
                yield "s3_gets", 3 * jobs  # the request, the items, whether the map goes on
                yield "s3_puts", jobs
            else:
                yield "s3_gets", 2 * jobs  # the request, and its answer for the step
                yield "s3_puts", 2 * jobs

    def _call(self, step: str) -> CallTask | None:
        """The call that a step makes, or that each item of a map makes."""
        op = self._titles.maps.get(step)
        body = [inner for inner in op.body.ops if isinstance(inner, CallTask)] if op is not None else []
        return self._titles.tasks.get(step, body[0] if body else None)

    def _container(self, step: str) -> Size:
        """The size of a step's containers."""
        call = self._call(step)
        return size_of(call.compute if call is not None else Compute())

    def _jobs(self, step: str, state: State) -> int:
        """The jobs of an array, of which each does one item; of each where there are several."""
        if not _in_array(state):
            return 1
        sizes = [size for size in self._sizes.values() if size.step == step and size.jobs]
        return max((-(-(size.jobs or 1) // (size.iterations or 1)) for size in sizes), default=1)

    def _requests(self, name: str, state: State) -> Iterator[tuple[str, int]]:
        """What the handler asks S3 for."""
        payload = _payload(state)
        action = payload.get("action")
        puts = gets = 0
        if action == "gather":
            step = self._titles.of(name, state)
            gets = max((size.calls for size in self._sizes.values() if size.step == step), default=1)
        elif action == "scatter":
            puts = 1 if self._most or payload.get("as") == "manifest" else 0
        elif payload.get("store") == "address" or action == "record":
            puts = 1
        if self._most:
            puts += 1 if action in ("call", "evaluate", "gather") and not puts else 0
            gets += _read(payload)
        yield "s3_puts", puts
        yield "s3_gets", gets

    # Maps

    def _map(self, name: str, state: State, transitions: int) -> Iterator[tuple[str, int]]:
        size = self._sizes[name]
        if is_express(state):
            yield "express_requests", size.iterations
        else:
            yield "transitions", transitions + size.iterations  # each child begins with one
        resource = str(state.get("ItemReader", {}).get("Resource"))
        if resource.endswith(":listObjectsV2"):
            yield "s3_puts", -(-size.items // _LISTED) + ("ResultWriter" in state)
        elif "ItemReader" in state or "ResultWriter" in state:
            yield "s3_gets", int("ItemReader" in state)
            yield "s3_puts", 2 * ("ResultWriter" in state) + self._result_files(state, size)

    def _result_files(self, state: State, size: MapSize) -> int:
        """Files of results: they hold many children each; at most one each."""
        if "ResultWriter" not in state:
            return 0
        return size.iterations if self._most else 1


def _in_array(state: State) -> bool:
    arguments = state.get("Arguments")
    return isinstance(arguments, dict) and "ArrayProperties" in arguments


def _payload(state: State) -> Mapping[str, Any]:
    arguments = state.get("Arguments")
    payload = arguments.get("Payload") if isinstance(arguments, dict) else None
    return payload if isinstance(payload, dict) else {}


def _read(payload: Mapping[str, Any]) -> int:
    """The values that a request refers to: each may be a reference to the store."""
    scope = payload.get("scope", {})
    return len(scope.get("steps", {})) + len(scope.get("items", ())) + ("last" in scope)


def _express_states(definition: Mapping[str, Any]) -> Iterator[str]:
    for _, state in map_states(definition):
        if is_express(state):
            yield from _names(state["ItemProcessor"])


def _names(machine: Mapping[str, Any]) -> Iterator[str]:
    for name, state in machine["States"].items():
        yield name
        for branch in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from _names(branch)
