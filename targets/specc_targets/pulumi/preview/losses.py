"""What an update must not do without being told to: remove what holds data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from specc_targets.pulumi.preview.create_only import DATA
from specc_targets.pulumi.preview.plan import Change

OUT = "take `protect = true` out of the spec"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that is refused."""

    change: Change
    lost: str
    """What would be gone."""
    help: str
    """What to do."""

    @property
    def text(self) -> str:
        """All of it, in a sentence."""
        change = self.change
        kind = "protected " if change.held is not None and change.held.protect else ""
        what = "deleted" if change.action == "delete" else f"replaced{_why(change)}"
        after = "the old one would stay, unused" if change.retained else f"{self.lost} would be lost"
        return f"the {kind}resource `{change.name}` would be {what}, and {after}"


def refusals(
    changes: Iterable[Change], *, allowed: bool, stateful: Collection[str], protected: bool = False
) -> list[Refusal]:
    """The changes that remove data, or what is protected. `allowed`: removing data is; of what is protected, never.

    `stateful` are the names of resources that hold data, beside those whose type says so. `protected`: the stack is,
    and so may not allow any loss.
    """
    found = []
    for change in changes:
        if change.held is None or change.action not in ("delete", "replace"):
            continue
        holds = change.type in DATA or change.name in stateful
        lost = DATA.get(change.type, "the data in it")
        if change.held.protect:
            text = f"what is protected stays: {OUT}, and bring that up first"
            found.append(Refusal(change, lost if holds else "it", text))
        elif holds and change.removes and not allowed:
            text = "to allow it, set `allow_data_loss = true` in `[pulumi]` of the spec or of the stack"
            if protected:
                text = f"a protected stack loses no data: keep it, or {OUT} and bring that up first"
            found.append(Refusal(change, lost, text))
    return found


def _why(change: Change) -> str:
    if change.replaces:
        names = ", ".join(f"`{name}`" for name in change.replaces)
        return f", as {names} cannot be changed"
    return f" with `{change.because[0]}`" if change.because else ""
