"""What names stand for at a point of the machine that is being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specc_targets.asl.lexical import Level, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The variables that a state may read. A branch or an inlined region is a scope inside another."""

    level: Level
    """The region whose operations are being written."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """Operation -> the variable that holds its result, for those of this scope only."""
    outer: Scope | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """Name bound by `each` -> the variable of the item that binds it, outer maps first."""
    last: str | None = None
    """Variable of `last`, inside a loop."""
    error: str | None = None
    """Variable of `error`, in what handles a failure."""
    run: str = "run"
    """Variable of the run's id and name."""
    outcome: str | None = None
    """Variable of `run` with `status` and `error`, in finally."""
    params: str = "params"
    address: str = "$run.id"
    """JSONata text of where in the store the results of maps are kept."""
    errors: tuple[str, ...] = ()
    """Error names that the operations around this point retry or catch."""
    since: int = 1
    """How many names of the path belong to what is around the innermost map's body: `address` covers them."""

    def step(self, name: str) -> str:
        """The variable that holds the result of a step."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.steps:
                return scope.steps[name]
            scope = scope.outer
        raise KeyError(name)

    def inside(self, **changes: Any) -> Scope:
        """A scope in this one; `steps` are those that it adds."""
        return replace(self, **{"steps": {}, "outer": self, **changes})

    def path(self, name: str) -> Path:
        """The path of an operation of this scope's region."""
        return (*self.level.path, name)

    def title(self, name: str) -> str:
        """How users know the operation: its path without the names that modifiers repeat."""
        return "/".join(visible(self.path(name)))

    def state(self, name: str) -> str:
        """The same for names of states."""
        return ".".join(visible(self.path(name)))

    def place(self, name: str) -> str:
        """JSONata text of the address of an operation of this scope's region."""
        below = "/".join(visible(self.path(name))[self.since - 1 :]) or name
        return f'{self.address} & "/{below}"'


def visible(path: Path) -> Path:
    """A path without its root and without repeated names."""
    return tuple(name for number, name in enumerate(path) if number > 0 and (number == 1 or path[number - 1] != name))
