"""What the engine tells while it works: which resource changes how, what it complains of, and how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from specc_targets.pulumi.driving.scrub import plain, scrub

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

DONE: Mapping[str, str] = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "create-replacement": "created anew",
    "delete-replaced": "deleted the old",
    "import": "imported",
    "import-replacement": "imported",
    "discard": "forgotten",
    "discard-replaced": "forgotten",
    "remove-pending-replace": "forgotten",
}
"""What is said of a resource once this is done to it; of the rest nothing is."""
_LOSING = frozenset({"delete", "replace", "delete-replaced"})
STACK = "pulumi:pulumi:Stack"
_PROVIDER = "pulumi:providers:"


def name_of(urn: str) -> str:
    """The name of a resource, the last part of its URN."""
    return urn.rsplit("::", 1)[-1] if urn else ""


def type_of(urn: str) -> str:
    """The type of a resource, without those of its parents."""
    parts = urn.split("::")
    return parts[2].rsplit("$", 1)[-1] if len(parts) > 3 else ""  # urn:pulumi:STACK::PROJECT::TYPE::NAME


def is_ours(type: str) -> bool:
    """Whether something stands for this type at AWS; not for the stack itself and its providers."""
    return bool(type) and type != STACK and not type.startswith(_PROVIDER)


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource."""

    op: str
    """`create`, `update`, `replace`, `delete`, `same`, ..."""
    type: str
    name: str
    urn: str = ""
    keys: tuple[str, ...] = ()
    """Properties that differ; those that force a replacement, where it is one."""
    old: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    new: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Inputs before and after. The engine has taken out what is secret."""
    id: str = ""
    """What AWS calls the resource that is there."""

    @property
    def loses(self) -> bool:
        """Whether what is there is deleted."""
        return self.op in _LOSING


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error or a warning of the engine."""

    severity: str
    text: str
    urn: str = ""

    @property
    def name(self) -> str:
        """The resource that it is about; empty when it is about none, or about the whole stack."""
        return name_of(self.urn) if is_ours(type_of(self.urn)) else ""


@dataclass(eq=False)
class Listener:
    """Takes the engine's events as they come, from whatever thread."""

    steps: Mapping[str, Sequence[str]]
    """Resource -> the steps that it is there for."""
    say: Callable[[str], None] | None = None
    """Where each resource that is done is told; None: nowhere, as in a preview."""
    changes: list[Change] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """Operation -> how many resources, once the engine has summed up."""
    drifted: list[Change] = field(default_factory=list)
    """What a refresh has found to be other than the state says."""
    _began: dict[tuple[str, str], float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, event: EngineEvent) -> None:
        """Take one."""
        with self._lock:
            if event.diagnostic_event is not None:
                self._complain(event)
            elif event.resource_pre_event is not None:
                change = _change(event.resource_pre_event.metadata)
                self._began[change.urn, change.op] = time.monotonic()
                if is_ours(change.type):
                    self.changes.append(change)
            elif event.res_outputs_event is not None:
                self._end(_change(event.res_outputs_event.metadata))
            elif event.res_op_failed_event is not None:
                failed = _change(event.res_op_failed_event.metadata)
                self._tell(f"failed to {failed.op.replace('-', ' ')} {shown(failed.name, self.steps)}", failed)
            elif event.summary_event is not None:
                self.counts = {
                    str(getattr(op, "value", op)): n for op, n in event.summary_event.resource_changes.items()
                }

    @property
    def errors(self) -> list[Complaint]:
        """The complaints that are errors."""
        return [item for item in self.complaints if item.severity == "error"]

    def _complain(self, event: EngineEvent) -> None:
        found = event.diagnostic_event
        if found is None or found.ephemeral or not (text := plain(found.message).strip()):
            return
        complaint = Complaint(found.severity, text, found.urn or "")
        if complaint not in self.complaints:
            self.complaints.append(complaint)
        if found.severity == "warning" and self.say is not None:
            self.say(f"warning: {scrub(text)}")

    def _end(self, change: Change) -> None:
        if (change.urn, "refresh") in self._began:
            self._drift(change)
            return
        began = self._began.get((change.urn, change.op))
        if change.op in DONE:
            took = f"  {time.monotonic() - began:.1f} s" if began is not None else ""
            self._tell(f"{DONE[change.op]} {shown(change.name, self.steps)}{took}", change)

    def _drift(self, change: Change) -> None:
        """What a refresh finds is told in the words of the operation that would have led there."""
        if change.op in {"update", "delete"} and is_ours(change.type):
            self.drifted.append(change)
            where = f": {', '.join(change.keys)}" if change.keys else ""
            said = "is gone" if change.op == "delete" else f"was changed{where}"
            self._tell(f"{shown(change.name, self.steps)} {said}", change)

    def _tell(self, text: str, change: Change) -> None:
        if self.say is not None and is_ours(change.type):
            self.say(text)


def shown(name: str, steps: Mapping[str, Sequence[str]]) -> str:
    """A resource with the steps that it is there for: `default-function (steps get_birds, flap)`."""
    known = steps.get(name, ())
    if not known:
        return name
    listed = ", ".join(known[:3]) + (f" and {len(known) - 3} more" if len(known) > 3 else "")
    return f"{name} ({'step' if len(known) == 1 else 'steps'} {listed})"


def _change(found: object) -> Change:
    """From the metadata of a step of the engine."""
    op = getattr(found, "op", "")
    old, urn = getattr(found, "old", None), str(getattr(found, "urn", ""))
    keys = [*(getattr(found, "keys", None) or ()), *(getattr(found, "diffs", None) or ())]
    if not keys:
        keys = list(getattr(found, "detailed_diff", None) or ())
    return Change(
        str(getattr(op, "value", op)),
        str(getattr(found, "type", "")) or type_of(urn),
        name_of(urn),
        urn,
        tuple(dict.fromkeys(keys)),
        getattr(old, "inputs", None) or {},
        getattr(getattr(found, "new", None), "inputs", None) or {},
        str(getattr(old, "id", "") or ""),
    )
