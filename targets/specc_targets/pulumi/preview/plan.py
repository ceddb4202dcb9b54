"""What an update would do to an account: every resource of a program, beside the one that a state holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from specc_targets.pulumi.preview.compare import MISSING, Difference, differences
from specc_targets.pulumi.preview.monitor import STACK_TYPE, Wanted, in_program_order
from specc_targets.pulumi.preview.state import PROVIDERS, Held, State
from specc_targets.pulumi.preview.values import Value

Action = Literal["create", "update", "replace", "delete", "same"]
Step = Literal["create", "update", "delete", "create-replacement", "delete-replaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one resource."""

    action: Action
    urn: str
    type: str
    name: str
    held: Held | None = None
    """What there is of it."""
    wanted: Wanted | None = None
    """What the program asks for; None of what is deleted."""
    after: Held | None = None
    """What there is of it afterwards."""
    differences: tuple[Difference, ...] = ()
    replaces: tuple[str, ...] = ()
    """Inputs that cannot be changed, and so make it another resource."""
    because: tuple[str, ...] = ()
    """Names of resources that are deleted before their replacement is made, and it cannot be without."""
    delete_first: bool = False
    """Of a replacement: whether the old one goes before the new one is made, as both have one name."""

    @property
    def retained(self) -> bool:
        """Whether the old resource stays in the account, and Pulumi only forgets it."""
        return self.action in ("delete", "replace") and self.held is not None and self.held.retain_on_delete

    @property
    def removes(self) -> bool:
        """Whether the account loses a resource."""
        return self.action in ("delete", "replace") and not self.retained


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an update would do."""

    changes: tuple[Change, ...]
    """Of every resource that a provider makes: in the program's order, deletions last."""
    outputs: Mapping[str, Value]
    """What the program exports."""
    output_differences: tuple[Difference, ...]
    after: State
    """What the account would hold."""
    notes: tuple[str, ...] = ()
    """What cannot be foreseen, and why."""

    @property
    def counts(self) -> dict[Action, int]:
        """How many resources each action is for; all actions are there."""
        actions: tuple[Action, ...] = ("create", "update", "replace", "delete", "same")
        return {action: sum(change.action == action for change in self.changes) for action in actions}

    @property
    def steps(self) -> list[tuple[Step, str]]:
        """What is done, in order, with the URN that it is done to."""
        return list(_steps(self.changes))


def _steps(changes: tuple[Change, ...]) -> Iterator[tuple[Step, str]]:
    """What makes room for a replacement goes first: what cannot be without a resource, then the resource.

    Replacements that need no room are made in their place, and what they replace goes last, with the deletions.
    """
    gone: set[str] = set()
    needed_by = _needed_by(changes)
    for change in changes:
        if change.action == "replace":
            for urn in _first(change, needed_by) if change.delete_first else ():
                if urn not in gone:
                    gone.add(urn)
                    yield "delete-replaced", urn
            yield "create-replacement", change.urn
        elif change.action in ("create", "update"):
            yield change.action, change.urn
    for change in reversed(changes):
        if change.action == "replace" and change.urn not in gone:
            yield "delete-replaced", change.urn
    for change in changes:
        if change.action == "delete":
            yield "delete", change.urn


def _needed_by(changes: tuple[Change, ...]) -> dict[str, list[Change]]:
    """URN of a resource that goes first -> the replaced resources that cannot be without it."""
    found: dict[str, list[Change]] = {}
    names = {change.name: change.urn for change in changes}
    for change in changes:
        for name in change.because:
            found.setdefault(names[name], []).append(change)
    return found


def _first(change: Change, needed_by: Mapping[str, list[Change]]) -> Iterator[str]:
    """The URNs of what has to go before a replacement is made: dependents first."""
    for other in reversed(needed_by.get(change.urn, [])):
        yield from _first(other, needed_by)
    yield change.urn


def finished(
    state: State,
    changes: Mapping[str, Change],
    containers: Mapping[str, Held],
    outputs: Mapping[str, Value],
    provider: Held | None,
    notes: tuple[str, ...],
) -> Plan:
    """The plan of a program that has asked for everything. `containers` are components and the stack itself."""
    wanted = [change.wanted for change in changes.values() if change.wanted is not None]
    ordered = [changes[item.urn] for item in in_program_order(wanted)]
    kept = {change.held.urn for change in ordered if change.held is not None and not change.held.doomed}
    deleted = [_deletion(held) for held in reversed(state.resources) if _is_deleted(held, kept)]
    stack = next((held for held in state.resources if held.type == STACK_TYPE), None)
    before = {} if stack is None else stack.outputs
    resources = [*containers.values(), *([provider] if provider is not None else [])]
    resources += [change.after for change in ordered if change.after is not None]
    gone = tuple(Difference((name,), value, MISSING) for name, value in before.items() if name not in outputs)
    there = {name: value for name, value in before.items() if name in outputs}
    return Plan(
        changes=(*ordered, *deleted),
        outputs=outputs,
        output_differences=(*differences(there, outputs), *gone),
        after=State(tuple(resources)),
        notes=notes,
    )


def _is_deleted(held: Held, kept: set[str]) -> bool:
    """Whether a resource of the state goes: default providers and names for groups are nothing in an account."""
    if not held.custom or held.external or held.type.startswith(PROVIDERS):
        return False
    return held.doomed or held.urn not in kept


def _deletion(held: Held) -> Change:
    return Change(action="delete", urn=held.urn, type=held.type, name=held.name, held=held)
