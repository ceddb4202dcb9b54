"""Data that a change would delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Label, Severity
from specc.source import locate_diagnostics
from specc_targets.pulumi.driving.errors import Failed
from specc_targets.pulumi.driving.events import Change
from specc_targets.pulumi.driving.failures import FAILED
from specc_targets.pulumi.driving.setup import Setup
from specc_targets.pulumi.preview.create_only import DATA

if TYPE_CHECKING:
    from specc_targets.pulumi.program import Program


def losses(changes: Iterable[Change], stateful: frozenset[str]) -> list[Change]:
    """The changes that delete data: of what the program says holds some, and of what it does not make any more."""
    found: dict[str, Change] = {}
    for change in changes:
        if change.loses and (change.name in stateful or change.type in DATA):
            found.setdefault(change.urn or change.name, change)
    return list(found.values())


def refusal(setup: Setup, program: Program, lost: Sequence[Change]) -> Failed:
    """What to raise where a spec does not allow that."""
    if setup.module.deployment.protect:
        how = "the stack is protected, and loses none: take `protect = true` out of the spec and bring that up first"
    else:
        how = "keep it as it was; or, where the data may go: `allow_data_loss = true` under `[pulumi]` or in the stack"
    diagnostics = []
    for change in lost:
        keys = f" because of {', '.join(f'`{key}`' for key in change.keys[:4])}" if change.keys else ""
        what = "replaced" if change.op == "replace" else "deleted"
        labels = (Label(program.places[change.name]),) if change.name in program.places else ()
        lost_with_it = DATA.get(change.type, "the data in it")
        message = f"`{change.name}` would be {what}{keys}, and {lost_with_it} lost"
        diagnostics.append(Diagnostic("", Severity.ERROR, message, labels, (how,)))
    located = locate_diagnostics(diagnostics, setup.compilation.spec)
    return Failed(located[0].message, FAILED, located, setup.compilation.texts)
