"""What names mean at a point of a spec, told from its plain values, so that it need not be without mistakes.

The rules are those of `specc.ir.scopes` and `specc.lowering`: the innermost table of steps wins, and so does the
innermost name that `each` binds. A step that only runs for `on_error` sees what the failing step has bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from specc.ir.naming import handlers_only
from specc.source.document import lookup
from specc.source.side_table import Path

Bound = tuple[tuple[str, "Path | None"], ...]
"""Names of items with the places that bind them, outermost first; of `last` and `error` there is no place."""


class Scope(NamedTuple):
    """The tables of steps in sight, and the names that are bound."""

    tables: tuple[Path, ...] = ()
    """Outermost first."""
    bound: Bound = ()

    def enter(self, table: Path) -> Scope:
        """The scope inside of a group."""
        return self._replace(tables=(*self.tables, table))

    def bind(self, *names: tuple[str, Path | None]) -> Scope:
        """The scope in which more names are bound."""
        return self._replace(bound=(*self.bound, *names))

    def item(self, name: str) -> tuple[bool, Path | None]:
        """Whether a name is bound here, and the place that binds it."""
        for known, path in reversed(self.bound):
            if known == name:
                return True, path
        return False, None


class Values:
    """The merged values of a spec, by what names in them stand for."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.value = value
        self._hidden: dict[Path, frozenset[str]] = {}

    def table(self, path: Path) -> Mapping[str, Any]:
        """The table at a path; an empty one where there is none."""
        found = lookup(self.value, path)[1]
        return found if isinstance(found, dict) else {}

    def handlers(self, table: Path) -> frozenset[str]:
        """The steps of a table that run only for `on_error` of others, and that no expression can speak of."""
        if table not in self._hidden:
            steps = self.table(table)
            named = {name: [target for target in runs(step) if target in steps] for name, step in steps.items()}
            self._hidden[table] = handlers_only(named)
        return self._hidden[table]

    def step(self, name: str, scope: Scope) -> Path | None:
        """The step that `steps.<name>` means; a handler when there is nothing else, although that is a mistake."""
        there = [table for table in reversed(scope.tables) if name in self.table(table)]
        found = next((table for table in there if name not in self.handlers(table)), there[0] if there else None)
        return (*found, name) if found is not None else None

    def runners(self, table: Path, name: str) -> Iterator[str]:
        """The steps beside it whose `on_error` runs a step."""
        return (other for other, step in self.table(table).items() if name in runs(step))


def runs(step: Any) -> list[str]:
    """The steps that `on_error` of a step runs."""
    actions = step.get("on_error") if isinstance(step, dict) else None
    if not isinstance(actions, dict):
        return []
    names = (action.get("run") for action in actions.values() if isinstance(action, dict))
    return [name for name in names if isinstance(name, str)]
