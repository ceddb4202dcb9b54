"""The same stack as two writers say it: what differs, and which of it is meant to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from judges.programs.account import VERSION
from judges.programs.cases import TOPIC, Case, compiled, template
from judges.programs.resolving import NAMES, Resolver
from judges.programs.running import Recorded
from judges.programs.translation import translated

Path = tuple[str, ...]
ABSENT = "absent"


@dataclass(frozen=True)
class Difference:
    """Something that the two say differently, and are meant to."""

    type: str
    path: Path
    """Of the property; empty: the whole resource."""
    reason: str
    meant: Callable[[Any, Any], bool]
    """Whether this is how they differ: what CloudFormation is told, what Pulumi is told."""


def _pinned(theirs: Any, ours: Any) -> bool:
    """Whether every function that is called by name is called by version."""
    if not (isinstance(theirs, str) and isinstance(ours, str)):
        return False
    return json.loads(theirs) == _unpinned(json.loads(ours)) and json.loads(ours) != json.loads(theirs)


def _unpinned(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: item.removesuffix(f":{VERSION}")
            if key == "FunctionName" and isinstance(item, str)
            else _unpinned(item)
            for key, item in value.items()
        }
    return [_unpinned(item) for item in value] if isinstance(value, list) else value


def _only_ours(theirs: Any, ours: Any) -> bool:
    return bool(theirs == ABSENT and ours != ABSENT)


MEANT = (
    Difference(
        "AWS::StepFunctions::StateMachine",
        ("DefinitionString",),
        "runs that are under way go on with the code that they have started with",
        _pinned,
    ),
    Difference(
        "AWS::Lambda::Alias", (), "says which version runs start with, which a template does not publish", _only_ours
    ),
    Difference(
        "AWS::Lambda::Function",
        ("LoggingConfig", "LogFormat"),
        "the provider asks for it; for CloudFormation this is the one that it takes by itself",
        lambda theirs, ours: (theirs, ours) == (ABSENT, "Text"),
    ),
    Difference("AWS::IAM::InstanceProfile", ("Tags",), "CloudFormation knows no tags of instance profiles", _only_ours),
    Difference(
        "AWS::Lambda::Function",
        ("Code",),
        "the program puts the archive into the stack's own bucket",
        lambda theirs, ours: _uploaded(theirs, ours, "code.zip"),
    ),
    Difference(
        "AWS::Lambda::LayerVersion",
        ("Content",),
        "the program puts the archive into the stack's own bucket",
        lambda theirs, ours: _uploaded(theirs, ours, "dependencies.zip"),
    ),
)


def _uploaded(theirs: Any, ours: Any, file: str) -> bool:
    return bool(
        theirs == {"S3Bucket": "artifacts", "S3Key": file}
        and set(ours) == {"S3Bucket", "S3Key"}
        and ours["S3Key"].startswith("specc-artifacts/")
        and ours["S3Key"].endswith(".zip")
    )


@dataclass(frozen=True)
class Compared:
    """How two forms of a stack compare."""

    same: int
    """Resources that both say alike."""
    meant: tuple[Difference, ...]
    """What was used of `MEANT`, once for each resource."""
    faults: tuple[str, ...]


def compare(case: Case, recorded: Recorded) -> Compared:
    """Compare what a program asked for with the template of the same stack."""
    return compared(*sides(case, recorded))


def sides(case: Case, recorded: Recorded) -> tuple[dict[Path, Any], dict[Path, Any]]:
    """What CloudFormation is told, and what Pulumi is told, by what it is about."""
    program = compiled(case)
    own = {name: item for name, item in recorded.wanted.items() if name in program.places}
    bucket = own.get("bucket")
    resolver = Resolver(
        json.loads(template(case)),
        topic=TOPIC if "alarmTopicArn" in case.settings else "",
        layer="dependencies-layer" in own,
        prefix=str(bucket.inputs["bucketPrefix"]) if bucket is not None else "",
    )
    return keyed(resolver.resources()), keyed(translated(own))


def compared(theirs: Mapping[Path, Any], ours: Mapping[Path, Any]) -> Compared:
    """Compare resources by what they are called."""
    same, used, faults = 0, [], []
    for key in sorted({*theirs, *ours}):
        found = list(_differences((), theirs.get(key, ABSENT), ours.get(key, ABSENT)))
        meant = [_meant(key[0], path, left, right) for path, left, right in found]
        same += not found
        used += [item for item in meant if item is not None]
        faults += [
            f"{' '.join(key)} {'.'.join(path)}: {_short(left)} for CloudFormation, {_short(right)} for Pulumi"
            for (path, left, right), item in zip(found, meant, strict=True)
            if item is None
        ]
    return Compared(same, tuple(used), tuple(faults))


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]


def _meant(type: str, path: Path, theirs: Any, ours: Any) -> Difference | None:
    return next(
        (item for item in MEANT if (item.type, item.path) == (type, path[1:]) and item.meant(theirs, ours)), None
    )


def _differences(path: Path, theirs: Any, ours: Any) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(theirs, dict) and isinstance(ours, dict) and path[1:] not in _VALUES:
        for key in sorted({*theirs, *ours}):
            yield from _differences((*path, key), theirs.get(key, ABSENT), ours.get(key, ABSENT))
    elif theirs != ours:
        yield path, theirs, ours


_VALUES = (("Code",), ("Content",))
"""What is one value, though it has parts."""


def keyed(resources: Mapping[str, Mapping[str, Any]]) -> dict[Path, Any]:
    """Resources by what they are: their type, and what they are called or what they are of."""
    found: dict[Path, Any] = {}
    for item in resources.values():
        properties = item["Properties"]
        key = (item["Type"], _called(item["Type"], properties))
        assert key not in found, key
        found[key] = {name: _sorted(value) for name, value in item.items() if name != "Type"}
    return found


_OF = {
    "AWS::Lambda::Alias": "FunctionName",
    "AWS::S3::BucketPolicy": "Bucket",
}


def _called(type: str, properties: Mapping[str, Any]) -> str:
    if type in NAMES:
        return str(properties[NAMES[type]])
    if type in _OF:
        return str(properties[_OF[type]])
    if type == "AWS::Batch::ComputeEnvironment":
        # It has no name; what it is made of tells it from others.
        return json.dumps(properties["ComputeResources"], sort_keys=True)
    return ""


def _sorted(value: Any) -> Any:
    """The same with lists of names and values in the order of the names: in them it means nothing."""
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    if isinstance(value, list):
        found = [_sorted(item) for item in value]
        pairs = all(isinstance(item, dict) and set(item) in ({"Name", "Value"}, {"Key", "Value"}) for item in found)
        return sorted(found, key=lambda item: str(item.get("Name", item.get("Key")))) if pairs else found
    return value


def unused(compared: Mapping[str, Compared]) -> list[str]:
    """The reasons in `MEANT` that nothing asked for."""
    count = Counter(item.reason + item.type for found in compared.values() for item in found.meant)
    return [f"{item.type} {'.'.join(item.path)}" for item in MEANT if not count[item.reason + item.type]]
