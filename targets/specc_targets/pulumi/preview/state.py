"""States as `pulumi stack export` writes them: what an account holds of a stack, as far as Pulumi knows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any, Final, cast

from specc.targets import TargetError
from specc_targets.pulumi.preview.symbols import settled
from specc_targets.pulumi.preview.values import (
    SECRET,
    SIGNATURE,
    UNKNOWN,
    Asset,
    Secret,
    Unknown,
    Value,
    decode,
    encode,
)

VERSION: Final = 3
"""Of the format: `apitype.DeploymentV3` of Pulumi."""
PROVIDERS: Final = "pulumi:providers:"
"""How types of providers begin."""


class StateError(TargetError):
    """A file holds no state that can be read."""

    code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A resource in a state."""

    urn: str
    type: str
    custom: bool = True
    id: str | Unknown = ""
    inputs: Mapping[str, Value] = field(default_factory=dict)
    outputs: Mapping[str, Value] = field(default_factory=dict)
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    external: bool = False
    """Whether the program only reads it."""
    doomed: bool = False
    """Whether it was replaced, and its deletion is still to come."""

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class State:
    """What an account holds of a stack."""

    resources: tuple[Held, ...] = ()
    pending: tuple[str, ...] = ()
    """URNs of resources of which Pulumi does not know whether an operation on them has ended."""


def read_state(path: Path) -> State:
    """The state in a file. Raises `StateError`."""
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise StateError(f"`{path}` cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise StateError(f"`{path}` is not a state: it is no JSON ({error})") from None
    except RecursionError:
        raise StateError(f"`{path}` is not a state: it is nested too deep") from None
    try:
        return _state(data)
    except RecursionError:
        raise StateError(f"`{path}` is not a state as `pulumi stack export` writes it: it is nested too deep") from None
    except _WrongError as error:
        raise StateError(f"`{path}` is not a state as `pulumi stack export` writes it: {error}") from None


def stack_of(state: State) -> str | None:
    """`birds/prod`: the project and the stack that a state is of; None of an empty one."""
    if not state.resources:
        return None
    whole = (held for held in state.resources if held.type == "pulumi:pulumi:Stack")
    stack, project = next(whole, state.resources[0]).urn.split("::")[:2]
    return f"{project}/{stack.removeprefix('urn:pulumi:')}"


def state_text(state: State, *, made_by: str) -> str:
    """The file of a state: the same text for the same state. Values of secrets are left out."""
    deployment: dict[str, Any] = {
        "manifest": {"time": "0001-01-01T00:00:00Z", "magic": "", "version": made_by},
        "resources": [_written(held) for held in state.resources],
    }
    return json.dumps({"version": VERSION, "deployment": deployment}, indent=4, ensure_ascii=False) + "\n"


class _WrongError(Exception):
    """What is wrong with a file, in a few words."""


def _state(data: object) -> State:
    whole = _object(data, "it")
    if whole.get("version") != VERSION:
        raise _WrongError(f"its `version` is {whole.get('version')!r}, not {VERSION}")
    checkpoint = whole.get("checkpoint")
    if isinstance(checkpoint, dict):  # what a backend of files keeps
        deployment = _object(checkpoint.get("latest") or {}, "`checkpoint.latest`")
    else:
        deployment = _object(whole.get("deployment"), "`deployment`")
    resources = [
        _held(_object(item, f"`resources[{number}]`"), number)
        for number, item in enumerate(_list(deployment.get("resources"), "`resources`"))
    ]
    pending = [
        _text(_object(_object(item, "an operation").get("resource"), "its resource"), "urn", "a pending operation")
        for item in _list(deployment.get("pending_operations"), "`pending_operations`")
    ]
    return State(tuple(resources), tuple(pending))


def _held(item: Mapping[str, Any], number: int) -> Held:
    where = f"`resources[{number}]`"
    urn = _text(item, "urn", where)
    if urn.count("::") < 3:
        raise _WrongError(f"the `urn` of {where} is {urn!r}")
    depends = _object(item.get("propertyDependencies") or {}, f"`propertyDependencies` of {where}")
    identity = item.get("id", "")
    return Held(
        urn=urn,
        type=_text(item, "type", where),
        custom=item.get("custom") is True,
        id=UNKNOWN if decode(identity) is UNKNOWN else str(identity),
        inputs=_values(item, "inputs", where),
        outputs=_values(item, "outputs", where),
        parent=str(item.get("parent") or ""),
        dependencies=_urns(item.get("dependencies"), f"`dependencies` of {where}"),
        property_dependencies={
            name: _urns(urns, f"`propertyDependencies` of {where}") for name, urns in depends.items()
        },
        provider=str(item.get("provider") or ""),
        protect=item.get("protect") is True,
        retain_on_delete=item.get("retainOnDelete") is True,
        external=item.get("external") is True,
        doomed=item.get("delete") is True,
    )


def _values(item: Mapping[str, Any], name: str, where: str) -> Mapping[str, Value]:
    given = _plain(_object(item.get(name) or {}, f"`{name}` of {where}"))
    try:
        return cast("Mapping[str, Value]", decode(given))
    except ValueError as error:
        raise _WrongError(f"in `{name}` of {where}, {error}") from None


def _plain(value: Any) -> Any:
    """The same with secrets as messages hold them: encrypted ones are unknown, readable ones are text of JSON."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        try:
            inner = json.loads(value["plaintext"]) if "plaintext" in value else encode(UNKNOWN)
        except (ValueError, TypeError):
            raise _WrongError("a secret's `plaintext` is no JSON") from None
        return {SIGNATURE: SECRET, "value": _plain(inner)}
    return {name: _plain(item) for name, item in value.items()}


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _WrongError(f"{what} is not an object")
    return value


def _list(value: object, what: str) -> Sequence[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _WrongError(f"{what} is not a list")
    return value


def _urns(value: object, what: str) -> tuple[str, ...]:
    return tuple(map(str, _list(value, what)))


def _text(item: Mapping[str, Any], name: str, where: str) -> str:
    found = item.get(name)
    if not isinstance(found, str):
        raise _WrongError(f"{where} has no `{name}`")
    return found


def _written(held: Held) -> dict[str, Any]:
    found: dict[str, Any] = {"urn": held.urn, "custom": held.custom}
    if held.doomed:
        found["delete"] = True
    if held.custom:
        found["id"] = encode(settled(held.id))
    found["type"] = held.type
    more = {
        "inputs": _hidden(settled(held.inputs)),
        "outputs": _hidden(settled(held.outputs)),
        "parent": held.parent,
        "protect": held.protect,
        "external": held.external,
        "dependencies": list(held.dependencies),
        "provider": held.provider,
        "propertyDependencies": {name: list(urns) for name, urns in sorted(held.property_dependencies.items())},
        "retainOnDelete": held.retain_on_delete,
    }
    return found | {name: value for name, value in more.items() if value}


def _hidden(value: Value) -> Any:
    """A value for a file that others may read: what is secret stays out, what it stood for is still to be seen."""
    match value:
        case Secret():
            return {SIGNATURE: SECRET, "ciphertext": ""}
        case Asset(path=str(path)) if PurePath(path).is_absolute():
            return encode(replace(value, path=PurePath(path).name))  # the same on any machine
        case Mapping():
            return {name: _hidden(value[name]) for name in sorted(value)}
        case list() | tuple():
            return [_hidden(item) for item in value]
    return encode(value)
