"""Answers a program from a state, and keeps what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from specc_targets.pulumi.preview.account import AWS_PROVIDER, Account, default_provider, region_of
from specc_targets.pulumi.preview.compare import Difference, differences, unreadable
from specc_targets.pulumi.preview.create_only import KINDS, Kind, is_regional, kind_of
from specc_targets.pulumi.preview.declared import texts_of
from specc_targets.pulumi.preview.monitor import STACK_TYPE, Made, Wanted
from specc_targets.pulumi.preview.plan import Action, Change, Plan, finished
from specc_targets.pulumi.preview.state import PROVIDERS, Held, State
from specc_targets.pulumi.preview.symbols import symbol
from specc_targets.pulumi.preview.values import UNKNOWN, Unknown, Value

QUIET = frozenset({"tags"})
"""Inputs whose change makes nothing anew."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is to be done with a resource that is there."""

    action: Action
    differences: tuple[Difference, ...] = ()
    replaces: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    delete_first: bool = False


class StatePlanner:
    """Plans against a state; an empty one is that of an account with nothing of the stack in it.

    With `symbols`, what is known only after creation is a text such as `<bucket.arn>`: documents that such values are
    part of can be read and compared. A program that takes such texts apart may fail on them; without, it is told that
    they are unknown, and so is all that it makes of them.
    """

    def __init__(self, state: State, *, region: str | None, symbols: bool) -> None:
        self.state = state
        self.region = region
        self.symbols = symbols
        self.account = Account(state, region, symbols=symbols)
        self._by_urn = {held.urn: held for held in state.resources if not held.doomed}
        old = region_of(state)
        self._moved = Difference(("region",), old, region) if old and region and old != region else None
        self._changes: dict[str, Change] = {}
        self._containers: dict[str, Held] = {}
        self._outputs: Mapping[str, Value] = {}
        self._provider: Held | None = None
        self._notes: dict[str, None] = {}

    def resource(self, wanted: Wanted) -> Made:
        """What becomes of a resource."""
        held = next((self._by_urn[urn] for urn in (wanted.urn, *wanted.aliases) if urn in self._by_urn), None)
        if not wanted.custom:
            self._containers[wanted.urn] = Held(
                urn=wanted.urn, type=wanted.type, custom=False, inputs=wanted.inputs, parent=wanted.parent
            )
            return Made("", {})
        wanted = self._with_ignored(wanted, held)
        verdict = self._verdict(wanted, held)
        self._note(wanted, held, verdict)
        after = self._after(wanted, held, verdict)
        self._changes[wanted.urn] = Change(
            action=verdict.action,
            urn=wanted.urn,
            type=wanted.type,
            name=wanted.name,
            held=held,
            wanted=wanted,
            after=after,
            differences=verdict.differences,
            replaces=verdict.replaces,
            because=verdict.because,
            delete_first=verdict.delete_first,
        )
        return Made(after.id, after.outputs)

    def invoke(self, token: str, arguments: Mapping[str, Value]) -> Mapping[str, Value] | Unknown:
        """What the account says of itself."""
        found = self.account.answer(token)
        if isinstance(found, Unknown) and not token.startswith("aws:index/"):
            self._notes[f"what `{token.rpartition(':')[2]}` finds is known only in the account"] = None
        return found

    def outputs(self, outputs: Mapping[str, Value]) -> None:
        """Keep what the program exports."""
        self._outputs = outputs

    def plan(self) -> Plan:
        """What was found, once the program has ended."""
        containers = {
            urn: replace(held, outputs=self._outputs) if held.type == STACK_TYPE else held
            for urn, held in self._containers.items()
        }
        return finished(
            self.state,
            self._changes,
            containers,
            self._outputs,
            self._provider,
            (*self._pending(), *self._notes),
        )

    def _pending(self) -> list[str]:
        names = sorted({urn.rpartition("::")[2] for urn in self.state.pending})
        return [f"an update was broken off: whether `{name}` was made or changed is not known" for name in names]

    # What is to be done

    def _with_ignored(self, wanted: Wanted, held: Held | None) -> Wanted:
        """The same, with what changes of it are ignored as it is."""
        if held is None or not wanted.ignore_changes:
            return wanted
        tops = {path.split(".")[0].split("[")[0] for path in wanted.ignore_changes}
        others = {name: value for name, value in wanted.inputs.items() if name not in tops}
        return replace(wanted, inputs=others | {name: held.inputs[name] for name in tops if name in held.inputs})

    def _verdict(self, wanted: Wanted, held: Held | None) -> _Verdict:
        if held is None:
            return _Verdict("create")
        found = differences(held.inputs, wanted.inputs)
        kind = kind_of(wanted.type)
        fixed = {*kind.create_only, *(path.split(".")[0] for path in wanted.replace_on_changes)}
        replaces = tuple(dict.fromkeys(str(item.path[0]) for item in found if item.path[0] in fixed))
        if self._moved is not None and is_regional(wanted.type) and not wanted.provider:
            found, replaces = (self._moved, *found), ("region", *replaces)
        because = self._without(wanted, kind)
        if replaces or because:
            return _Verdict("replace", found, replaces, because, self._delete_first(wanted, held, kind))
        return _Verdict("update" if found else "same", found)

    def _without(self, wanted: Wanted, kind: Kind) -> tuple[str, ...]:
        """The names of resources that go before they are made anew, and that this one is bound to for good."""
        urns = {urn for name in kind.create_only for urn in wanted.property_dependencies.get(name, ())}
        bound = (self._changes[urn] for urn in urns if urn in self._changes)
        return tuple(sorted(change.name for change in bound if change.action == "replace" and change.delete_first))

    def _delete_first(self, wanted: Wanted, held: Held, kind: Kind) -> bool:
        if wanted.delete_before_replace is not None:
            return wanted.delete_before_replace
        if kind.unique is None:
            return False
        name = wanted.inputs.get(kind.unique)
        return name is not None and name == held.inputs.get(kind.unique)

    def _note(self, wanted: Wanted, held: Held | None, verdict: _Verdict) -> None:
        if held is None:
            return
        if held.urn != wanted.urn:
            self._notes[f"`{wanted.name}` was `{held.name}` ({held.type}) before; it is the same resource"] = None
        if unreadable(held.inputs, wanted.inputs):
            self._notes[f"secrets of `{wanted.name}` are encrypted in the state, so they are taken for unchanged"] = (
                None
            )
        if verdict.action == "update" and wanted.type not in KINDS and not wanted.type.startswith(PROVIDERS):
            self._notes[f"whether `{wanted.name}` can be changed in place, only its provider knows"] = None

    # What there is afterwards

    def _after(self, wanted: Wanted, held: Held | None, verdict: _Verdict) -> Held:
        made = symbol(wanted.name, "id", held.id if held is not None else None) if self.symbols else UNKNOWN
        stays = held is not None and verdict.action in ("same", "update")
        return Held(
            urn=wanted.urn,
            type=wanted.type,
            id=held.id if held is not None and stays else made,
            inputs=wanted.inputs,
            outputs=self._outputs_after(wanted, held, verdict),
            parent=wanted.parent,
            dependencies=wanted.dependencies,
            property_dependencies=wanted.property_dependencies,
            provider=wanted.provider or self._default_provider(wanted),
            protect=wanted.protect,
            retain_on_delete=wanted.retain_on_delete,
        )

    def _outputs_after(self, wanted: Wanted, held: Held | None, verdict: _Verdict) -> Mapping[str, Value]:
        kind = kind_of(wanted.type)
        if held is not None and verdict.action == "same":
            return held.outputs
        if held is not None and verdict.action == "update":
            changed = {str(item.path[0]) for item in verdict.differences}
            anew = kind.anew if changed - QUIET else ()
            old = {name: value for name, value in held.outputs.items() if name not in changed and name not in anew}
            return {**old, **wanted.inputs, **self._symbols(wanted, anew, held)}
        unnamed = (kind.unique,) if kind.unique is not None and kind.unique not in wanted.inputs else ()
        texts = texts_of(wanted.type) if self.symbols else ()
        names = tuple(dict.fromkeys((*kind.computed, *unnamed, *texts)))
        return {**self._symbols(wanted, names, held), **self._region(wanted), **wanted.inputs}

    def _region(self, wanted: Wanted) -> dict[str, Value]:
        """Where a resource is that does not say so."""
        here = self.account.region
        return {"region": here} if here is not None and is_regional(wanted.type) and not wanted.provider else {}

    def _symbols(self, wanted: Wanted, names: tuple[str, ...], held: Held | None) -> dict[str, Value]:
        outputs = held.outputs if held is not None else {}
        return {name: symbol(wanted.name, name, outputs.get(name)) for name in names} if self.symbols else {}

    def _default_provider(self, wanted: Wanted) -> str:
        """The reference to the provider that a program does not name, which is in a state, too."""
        if not wanted.type.startswith("aws:"):
            return ""
        if self._provider is None:
            self._provider = self._aws_provider(wanted)
        return f"{self._provider.urn}::{self._provider.id}"

    def _aws_provider(self, wanted: Wanted) -> Held:
        there = default_provider(self.state)
        inputs: dict[str, Value] = {"version": wanted.version}
        if self.account.region is not None:
            inputs["region"] = self.account.region
        if there is not None:
            return replace(there, inputs={**there.inputs, **inputs}, outputs={**there.outputs, **inputs})
        beginning = "::".join(wanted.urn.split("::")[:2])
        urn = f"{beginning}::{AWS_PROVIDER}::default_{wanted.version.replace('.', '_')}"
        return Held(urn=urn, type=AWS_PROVIDER, id="<aws.id>", inputs=inputs, outputs=inputs)
