"""What a program asks of Pulumi's engine, as values; who answers is a planner. `run_program` runs one."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from specc.targets import TargetError
from specc_targets.pulumi.preview.values import UNKNOWN, Asset, Secret, Unknown, Value

__all__ = [
    "UNKNOWN",
    "Asset",
    "Made",
    "Message",
    "Planner",
    "Ran",
    "ResourceFailed",
    "Secret",
    "Unknown",
    "Value",
    "Wanted",
    "in_program_order",
    "run_program",
]

STACK_TYPE = "pulumi:pulumi:Stack"
"""The type of the resource that every other one is in."""
Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A resource that a program asks for."""

    urn: str
    type: str
    name: str
    parent: str = ""
    """The URN of the resource that it is in."""
    custom: bool = True
    """Whether a provider makes it; components and the stack are only names for what is in them."""
    inputs: Mapping[str, Value] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    """The URNs of what must be there first, sorted."""
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Input -> the URNs of what it is made from, sorted; inputs made from none are left out."""
    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool | None = None
    """None where the program does not say."""
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """URNs that it had before."""
    provider: str = ""
    """`urn::id` of the provider; empty for the default one."""
    version: str = ""
    """Of the provider's plugin."""
    source: tuple[str, int] = ("", 0)
    """File, from the program's folder where it is in there, and line."""


@dataclass(frozen=True, slots=True)
class Made:
    """What there is of a resource."""

    id: str | Unknown
    outputs: Mapping[str, Value]
    """In a preview, an output that is left out is unknown; else it is None."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the program, or what answers it, says."""

    severity: Severity
    urn: str
    """The resource that it is about, or empty."""
    text: str
    source: tuple[str, int] = ("", 0)
    """File, from the program's folder where it is in there, and line that are to blame."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended."""

    ok: bool
    messages: tuple[Message, ...]
    """Those of resources in the program's order, then all others as they came."""
    stdout: str
    stderr: str
    timed_out: bool = False
    asked: frozenset[str] = frozenset()
    """Full names of the settings that the program has asked for, once it has come to its end."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Texts that are not to be shown, longest first."""

    @property
    def errors(self) -> tuple[Message, ...]:
        """What went wrong."""
        return tuple(message for message in self.messages if message.severity == "error")


class ResourceFailed(TargetError):  # noqa: N818 - what happened, as one says it
    """A resource cannot be made."""

    code = 1


class Planner(Protocol):
    """Answers a program. Called by one thread at a time; may raise `TargetError`, which ends the program."""

    def resource(self, wanted: Wanted) -> Made:
        """Make a resource, or say what it would be. Also called for components and the stack, whose answer is not used.

        What a resource depends on was asked for before; order is else the program's only by chance.
        """

    def invoke(self, token: str, arguments: Mapping[str, Value]) -> Mapping[str, Value] | Unknown:
        """The result of a function of a provider; when anything in it is unknown, all of it is for the program."""

    def outputs(self, outputs: Mapping[str, Value]) -> None:
        """What the program exports."""


def run_program(
    directory: Path,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    planner: Planner,
    dry_run: bool,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    secret_keys: Collection[str] = (),
) -> Ran:
    """Run the program in `directory` on Pulumi's runtime, in a process of its own, and let `planner` answer it.

    Whatever goes wrong in the program, or what the planner raises, is among the messages of the result. `config` is by
    full names (`aws:region`), those in `secret_keys` are secrets for the program. `environment` is set for the process
    beside what a process needs; nothing of credentials is. Raises `TargetError` where Pulumi is not installed.
    """
    from specc_targets.pulumi.preview.running import run  # late: it imports gRPC

    return run(
        directory.resolve(),
        project=project,
        stack=stack,
        config=config,
        planner=planner,
        dry_run=dry_run,
        timeout=timeout,
        environment=environment or {},
        secret_keys=secret_keys,
    )


def in_program_order(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Resources by their place in the program, and never before what they depend on."""
    by_urn = {item.urn: item for item in wanted}
    waiting = {
        item.urn: {urn for urn in (*item.dependencies, item.parent) if urn in by_urn and urn != item.urn}
        for item in by_urn.values()
    }
    needed_by: dict[str, list[str]] = {}
    for urn, needs in waiting.items():
        for need in needs:
            needed_by.setdefault(need, []).append(urn)
    ready = [(_place(by_urn[urn]), urn) for urn, needs in waiting.items() if not needs]
    heapq.heapify(ready)
    found = []
    while ready:
        urn = heapq.heappop(ready)[1]
        found.append(by_urn[urn])
        for other in needed_by.get(urn, ()):
            waiting[other].discard(urn)
            if not waiting[other]:
                heapq.heappush(ready, (_place(by_urn[other]), other))
    return found


def _place(wanted: Wanted) -> tuple[bool, bool, str, int, str]:
    """Main program first, then other files of it."""
    file, line = wanted.source
    return (wanted.type != STACK_TYPE, file != "__main__.py", file, line, wanted.name)
