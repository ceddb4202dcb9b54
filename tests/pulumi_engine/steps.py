"""What the test engine does with each resource that a program registers.

It creates, updates and replaces as diffs say, then deletes what was not registered any more. The state is saved
before and after each operation, so that whatever ends it in the middle, another apply goes on from there.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pulumi_engine.provider.errors import ProviderError
from pulumi_engine.provider.provider import DEFAULTS, Diff, Provider
from pulumi_engine.state import STACK, Resource, State
from specc.targets import TargetError
from specc_targets.pulumi.preview.monitor import Made, Wanted
from specc_targets.pulumi.preview.values import UNKNOWN, Asset, Secret, Value, known

Step = tuple[str, str]
"""What was done, and to which resource."""


class PartError(ProviderError):
    """A resource was made, and then something went wrong with it."""

    def __init__(self, said: str, id: str, outputs: Mapping[str, Any]) -> None:
        super().__init__(said)
        self.id, self.outputs = id, outputs


class EngineError(TargetError):
    """What ends an operation of the engine."""


@dataclass
class Told:
    """What happens with a resource, for who follows."""

    op: str
    resource: Resource
    old: Resource | None = None
    diff: Diff = field(default_factory=Diff)


@dataclass
class Engine:
    """Answers a program, and changes the state as it goes."""

    directory: Path
    project: str
    stack: str
    state: State
    provider: Provider
    dry_run: bool = False
    save: Callable[[State], None] = lambda _: None
    tell: Callable[[Told, str], None] = lambda *_: None
    """Called before (`pre`) and after (`done`, `failed`) each step."""
    targets: frozenset[str] = frozenset()
    """URNs of what may change, or patterns in which `**` stands for anything; empty: all."""
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._registered: list[Resource] = []
        self._gone: set[str] = set()
        """URNs of what was deleted ahead of its replacement."""
        self._skipped: set[str] = set()
        if self.dry_run:
            self.state = State(list(self.state.resources), list(self.state.pending))
        self._untouched = list(self.state.resources)
        if self.state.pending and not self.dry_run:
            # as the real one does after a warning: what became of them is for a refresh to tell
            self.state.pending = []

    # What a program asks for

    def resource(self, wanted: Wanted) -> Made:
        """Make a resource what the program says that it is."""
        old = next((found for urn in (wanted.urn, *wanted.aliases) if (found := self._old(urn)) is not None), None)
        new = Resource(
            urn=wanted.urn,
            type=wanted.type,
            custom=wanted.custom,
            inputs=dict(wanted.inputs),
            parent=wanted.parent,
            dependencies=wanted.dependencies,
            property_dependencies=wanted.property_dependencies,
            protect=wanted.protect,
            retain_on_delete=wanted.retain_on_delete,
            provider=wanted.provider,
        )
        if not wanted.custom:
            op = "create" if old is None else "same"
            self._done(Told(op, new.changed(outputs=old.outputs if old else {}), old), old)
            return Made("", {})
        self._default_provider(wanted)
        if not self._is_meant(wanted.urn):
            return self._left_alone(wanted, old)
        missing = [urn for urn in wanted.dependencies if urn in self._skipped]
        if missing:
            raise EngineError(
                f"Resource '{wanted.urn}' depends on '{missing[0]}' which was not specified in --target list."
            )
        try:
            return self._custom(wanted, old, new)
        except ProviderError as error:
            raise EngineError(str(error)) from error

    def _is_meant(self, urn: str) -> bool:
        """Whether a resource may change. (Pulumi's `pkg/resource/deploy/target.go` on patterns)"""
        return not self.targets or any(fnmatchcase(urn, target) for target in self.targets)

    def _left_alone(self, wanted: Wanted, old: Resource | None) -> Made:
        """What is no target stays as it is, and is not made."""
        if old is None:
            self._skipped.add(wanted.urn)
            return Made("" if not self.dry_run else UNKNOWN, {})
        self._done(Told("same", old, old), old)
        return Made(old.id, old.outputs)

    def _custom(self, wanted: Wanted, old: Resource | None, new: Resource) -> Made:
        inputs: dict[str, Any] = dict(wanted.inputs)
        for name in wanted.ignore_changes:
            if old is not None and name in old.inputs:
                inputs[name] = old.inputs[name]
        before = None if old is None else bare(old.inputs)
        new = new.changed(provider=self._provider_of(wanted))
        checked = self.provider.check(wanted.type, wanted.name, before, bare(inputs))
        new = new.changed(inputs=_with_secrets(checked, inputs))
        if old is None:
            return self._create(new, "create-replacement" if wanted.urn in self._gone else "create")
        diff = self.provider.diff(wanted.type, bare(old.inputs), checked)
        forced = frozenset(wanted.replace_on_changes) & diff.changed
        if forced:
            diff = replace(diff, replaces=diff.replaces | forced)
        if not diff.changed and not old.errors:
            kept = new.changed(id=old.id, inputs=old.inputs, outputs=old.outputs)
            self._done(Told("same", kept, old), old)
            return Made(kept.id, kept.outputs)
        if not diff.replaces:
            return self._update(old, new, diff)
        if old.protect:
            raise EngineError(
                f'unable to replace resource "{old.urn}"\nas it is currently marked for protection. To unprotect the '
                "resource, remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`"
            )
        # a replacement has no claim to the name that its forerunner was given
        fresh = self.provider.check(wanted.type, wanted.name, None, bare(inputs))
        new = new.changed(inputs=_with_secrets(fresh, inputs))
        first = diff.delete_first if wanted.delete_before_replace is None else wanted.delete_before_replace
        if first:
            for item in self._dependents(old):
                self._delete(item, "delete-replaced")
                self._gone.add(item.urn)
            self._delete(old, "delete-replaced", diff)
        else:
            at = self._untouched.index(old)
            self._untouched[at] = old.changed(delete=True)
        return self._create(new, "create-replacement", old, diff)

    def _create(self, new: Resource, op: str, old: Resource | None = None, diff: Diff | None = None) -> Made:
        told = Told(op, new, old, diff or Diff())
        if self.dry_run:
            self._done(told, None)
            return Made(
                UNKNOWN, {name: value for name, value in new.inputs.items() if name != DEFAULTS and known(value)}
            )
        try:
            with self._begun(told, "creating"):
                made, outputs = self.provider.create(new.type, new.name, self._local(new.inputs))
        except PartError as error:
            failed = new.changed(id=error.id, outputs=error.outputs, errors=(str(error),))
            self._done(replace(told, resource=failed), None)
            raise
        new = new.changed(id=made, outputs=_with_secrets(self._portable(outputs, new), new.inputs))
        self._done(replace(told, resource=new), None)
        return Made(new.id, new.outputs)

    def _update(self, old: Resource, new: Resource, diff: Diff) -> Made:
        told = Told("update", new, old, diff)
        if self.dry_run:
            moving = self.provider.kind(new.type).published(diff.changed, new.inputs)
            outputs = {name: value for name, value in old.outputs.items() if name not in moving}
            outputs |= {name: value for name, value in new.inputs.items() if name != DEFAULTS and known(value)}
            self._done(replace(told, resource=new.changed(id=old.id, outputs=outputs)), old)
            return Made(old.id, outputs)
        with self._begun(told, "updating"):
            made, outputs = self.provider.update(
                new.type, new.name, old.id, bare(old.inputs), self._local(new.inputs), diff
            )
        new = new.changed(id=made, outputs=_with_secrets(self._portable(outputs, new), new.inputs))
        self._done(replace(told, resource=new), old)
        return Made(new.id, new.outputs)

    def invoke(self, token: str, arguments: Mapping[str, Value]) -> Mapping[str, Value]:
        """A function of the provider."""
        given = {name: value for name, value in bare(arguments).items() if value is not None}
        try:
            return self.provider.invoke(token, given)
        except ProviderError as error:
            raise EngineError(f"invocation of {token} returned an error: {error}") from error

    def outputs(self, outputs: Mapping[str, Value]) -> None:
        """What the program exports."""
        for at, item in enumerate(self._registered):
            if item.type == STACK:
                self._registered[at] = item.changed(outputs=dict(outputs))
        self._save()

    def finish(self) -> None:
        """Delete what was replaced, and what the program does not register any more."""
        going = [item for item in reversed(self._untouched) if self._is_meant(item.urn)]
        self._forbid(going)
        for item in going:
            self._delete(item, "delete-replaced" if item.delete else "delete")

    # Operations on the state as a whole

    def destroy(self) -> None:
        """Delete everything, last first."""
        self.finish()

    def refresh(self) -> None:
        """Bring the state to what is there."""
        for old in list(self._untouched):
            if not old.custom or old.type.startswith("pulumi:"):
                self._done(Told("same", old, old), old)
                continue
            try:
                found = self.provider.read(old.type, old.id, bare(old.inputs), bare(old.outputs))
            except ProviderError as error:
                raise EngineError(str(error)) from error
            if found is None:
                self._untouched.remove(old)
                self._note(Told("delete", old, old))
                continue
            inputs, outputs = found
            diff = self.provider.diff(old.type, bare(old.inputs), inputs)
            now = old.changed(
                inputs=_with_secrets(inputs, old.inputs), outputs=_with_secrets(outputs, old.outputs), errors=()
            )
            op = "update" if diff.changed else "same"
            self._done(Told(op, now if diff.changed else old, old, diff), old)

    def _forbid(self, going: list[Resource]) -> None:
        for item in going:
            if item.protect:
                raise EngineError(
                    f'resource "{item.urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
                    "either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or "
                    f"use the command:\n`pulumi state unprotect {item.urn!r}`"
                )

    def _delete(self, item: Resource, op: str, diff: Diff | None = None) -> None:
        told = Told(op, item, item, diff or Diff())
        if item.protect:
            self._forbid([item])
        real = item.custom and not item.type.startswith("pulumi:") and not item.retain_on_delete
        if real and not self.dry_run:
            try:
                with self._begun(told, "deleting"):
                    self.provider.delete(item.type, item.name, item.id, bare(item.outputs))
            except ProviderError as error:
                raise EngineError(str(error)) from error
        elif not self.dry_run:
            self.tell(told, "pre")
        self._untouched.remove(item)
        self._note(told)

    def _dependents(self, old: Resource) -> list[Resource]:
        """What must go before a resource can, as it cannot follow it: last first."""
        gone = {old.urn}
        found = []
        for item in self._untouched:
            if not item.custom or item.delete or item.type.startswith("pulumi:"):
                continue
            touched = frozenset(
                name for name, urns in item.property_dependencies.items() if gone & set(urns) and name in item.inputs
            )
            kind = self.provider.kind(item.type)
            after = {**item.inputs, **dict.fromkeys(touched, UNKNOWN)}
            if touched and kind.replaces(touched, item.inputs, after):
                gone.add(item.urn)
                found.append(item)
        return found[::-1]

    # The state

    def _old(self, urn: str) -> Resource | None:
        return next((item for item in self._untouched if item.urn == urn and not item.delete), None)

    def _begun(self, told: Told, what: str) -> _Begun:
        return _Begun(self, told, what)

    def _done(self, told: Told, old: Resource | None) -> None:
        if old is not None:
            self._untouched.remove(old)
        self._registered.append(told.resource)
        self._note(told)

    def _note(self, told: Told) -> None:
        self.steps.append((told.op, told.resource.name))
        self._save()
        self.tell(told, "done")

    def _save(self) -> None:
        self.state.resources = [*self._registered, *self._untouched]
        if not self.dry_run:
            self.save(self.state)

    # Providers and values

    def _default_provider(self, wanted: Wanted) -> None:
        if wanted.type.startswith("pulumi:providers:") or wanted.provider:
            raise EngineError(f"{wanted.urn}: the test engine knows the default provider only")
        urn = self._provider_urn(wanted)
        if any(item.urn == urn for item in self._registered):
            return
        old = self._old(urn)
        kind = f"pulumi:providers:{wanted.type.partition(':')[0]}"
        given = {"region": self.provider.cloud.region, "version": wanted.version}
        new = Resource(urn=urn, type=kind, id=old.id if old else str(uuid.uuid4()), inputs=given, outputs=given)
        if old is not None:
            self._untouched.remove(old)
        self._registered.append(new)

    def _provider_urn(self, wanted: Wanted) -> str:
        package = wanted.type.partition(":")[0]
        name = f"default_{wanted.version.replace('.', '_')}" if wanted.version else "default"
        return f"urn:pulumi:{self.stack}::{self.project}::pulumi:providers:{package}::{name}"

    def _provider_of(self, wanted: Wanted) -> str:
        urn = self._provider_urn(wanted)
        return next(f"{item.urn}::{item.id}" for item in self._registered if item.urn == urn)

    def _local(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs as the provider takes them: no secrets, and files where they are."""
        found = bare(inputs)
        for name, value in found.items():
            if isinstance(value, Asset):
                if value.path is None or not (self.directory / value.path).is_file():
                    raise ProviderError(f"{name}: the test provider sends files only")
                found[name] = replace(value, path=str(self.directory / value.path))
        return found

    def _portable(self, outputs: Mapping[str, Any], new: Resource) -> dict[str, Any]:
        """Outputs with files named as the program names them."""
        given = bare(new.inputs)
        return {name: given[name] if isinstance(value, Asset) else value for name, value in outputs.items()}


@dataclass
class _Begun:
    """An operation that is under way: the state says so until it has ended, well or not."""

    engine: Engine
    told: Told
    what: str

    def __enter__(self) -> None:
        self.engine.tell(self.told, "pre")
        self.engine.state.pending.append((self.told.resource, self.what))
        self.engine._save()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and not issubclass(kind, Exception):
            return  # a crash: nobody is left to say how it ended
        self.engine.state.pending.pop()
        if kind is not None:
            self.engine._save()
            self.engine.tell(self.told, "failed")


def bare(values: Any) -> Any:
    """Values without marks of secrets."""
    if isinstance(values, Secret):
        return bare(values.value)
    if isinstance(values, Mapping):
        return {name: bare(value) for name, value in values.items()}
    return [bare(item) for item in values] if isinstance(values, list) else values


def _with_secrets(values: Mapping[str, Any], marked: Mapping[str, Any]) -> dict[str, Any]:
    """Values with the marks that others of the same names have, anywhere in them."""
    return {name: Secret(bare(value)) if _marked(marked.get(name)) else value for name, value in values.items()}


def _marked(value: Any) -> bool:
    if isinstance(value, Secret):
        return True
    if isinstance(value, Mapping):
        return any(map(_marked, value.values()))
    return isinstance(value, list) and any(map(_marked, value))
