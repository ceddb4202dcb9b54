"""The targets that are installed. Each is an entry point of the group `specc.targets`, loaded only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from specc.ir.module import Module
    from specc.passes.base import Context

GROUP = "specc.targets"
"""A package adds a target by an entry point `name = "package.module:thunk"`; the thunk returns a `Target`."""


BUILTIN = {
    "asl": "specc_targets.asl:target",
    "cloudformation": "specc_targets.cloudformation:target",
    "graph": "specc_targets.graph:target",
    "local": "specc_targets.local:target",
    "pulumi": "specc_targets.pulumi:target",
}
"""The targets of this distribution. They are entry points, too; looking those up takes longer than checking a spec."""
VARIANTS = {"sam": ("cloudformation", "specc_targets.cloudformation:sam_target")}
"""Other forms of a target, by the option that asks for them: the target that each stands for, and its thunk."""

MERGES = {"pulumi": "specc_targets.pulumi.settings:merged"}
"""What says what stays of a file that a target has written before, by target: called with path, new and old content."""

DRIVERS = {
    "deployed": "specc_targets.deployed:driver",
    "emulator": "specc_targets.emulator:driver",
    "estimates": "specc_targets.aws.cost:driver",
    "packaging": "specc_targets.packaging:driver",
    "pictures": "specc_targets.graph.pictures:driver",
    "policies": "specc_targets.aws.iam:driver",
    "pulumi": "specc_targets.pulumi.driving:driver",
    "preview": "specc_targets.pulumi.preview.driver:driver",
    "projects": "specc_targets.pulumi.projects:projects",
}
"""What handles artifacts once they are written. Only the commands of this distribution know what each can do."""


class Target(Protocol):
    """Turns a module into files."""

    @property
    def name(self) -> str:
        """What `specc compile -t` calls it."""

    def legalize(self, context: Context, module: Module) -> Module:
        """The module in the form that the target can express; what it cannot do is reported as SPC4xx."""

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """The artifacts by relative path: a pure function, the same bytes on any machine."""


class TargetError(Exception):
    """Something that a target needs is not there, or is in the way. The message is meant for the user."""

    code = 2
    """What a command that cannot go on because of it ends with."""


@cache
def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name in found and found[point.name].value != point.value:
            raise TargetError(f"two packages provide a target `{point.name}`: {found[point.name].value}, {point.value}")
        found[point.name] = point
    return found


def names() -> list[str]:
    """The names of all installed targets, sorted."""
    return sorted(_entry_points())


def load(name: str) -> Target:
    """The target called `name`. Raises `TargetError` when there is none."""
    if name in BUILTIN:
        return cast("Target", _made(BUILTIN[name]))
    point = _entry_points().get(name)
    if point is None:
        raise TargetError(f"no target is called `{name}`; there are: {', '.join(names()) or 'none'}")
    return cast("Callable[[], Target]", point.load())()


def variant(name: str) -> Target:
    """Another form of a target, one of `VARIANTS`; it has the name of the target that it stands for."""
    return cast("Target", _made(VARIANTS[name][1]))


def driver(name: str) -> Any:
    """What drives artifacts under this name, one of `DRIVERS`."""
    return _made(DRIVERS[name])


def merged(target: str, path: PurePosixPath, written: bytes, found: bytes) -> bytes:
    """What is to be in a file of a target, of which an earlier content is there."""
    if target not in MERGES:
        return written
    return cast("Callable[[PurePosixPath, bytes, bytes], bytes]", _named(MERGES[target]))(path, written, found)


def _made(value: str) -> object:
    """What the thunk gives that an entry point's value names."""
    return cast("Callable[[], object]", _named(value))()


def _named(value: str) -> object:
    from importlib import import_module

    module, _, name = value.partition(":")
    return getattr(import_module(module), name)
