"""The request that a function gets: what to do, and just those values that its templates refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from specc_runtime.expressions import JsonValue, Reference, Template
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, variable, verbatim

VERSION = 1
"""Version of the envelope, which the handler checks."""


def request(
    action: str,
    step: str,
    scope: Scope,
    templates: Sequence[Template],
    environment: Mapping[str, str],
    fields: Mapping[str, Json],
    *,
    errors: Sequence[str] = (),
    project: Sequence[str] = (),
) -> dict[str, Json]:
    """The payload of one call. `fields` are those of the action; templates in them stand as text."""
    found: dict[str, Json] = {
        "specc": VERSION,
        "run": expression(variable(scope.run)),
        "step": step,
        "action": action,
        **fields,
        "scope": scope_of((item for template in templates for item in template.references), scope, environment),
    }
    if errors:
        found["errors"] = list(errors)
    if project:
        found["project"] = list(project)
    return found


def scope_of(references: Iterable[Reference], scope: Scope, environment: Mapping[str, str]) -> dict[str, Json]:
    """The values that `references` read, as the machine has them."""
    roots: dict[str, set[str | None]] = {}
    for reference in references:
        first = reference.path[0] if reference.path else None
        roots.setdefault(reference.root, set()).add(first if isinstance(first, str) else None)
    found: dict[str, Json] = {}
    bound: set[str] = set()
    for root in sorted(roots):
        if root == "params":
            found["params"] = _members(roots[root], variable(scope.params))
        elif root == "env":
            found["env"] = _environment(roots[root], environment)
        elif root == "run":
            found["run"] = expression(variable(scope.outcome or scope.run))
        elif root == "steps":
            names = sorted(name for name in roots[root] if name is not None)
            found["steps"] = {name: expression(variable(scope.step(name))) for name in names}
        elif root == "last" and scope.last is not None:
            found["last"] = expression(variable(scope.last))
        elif root == "error" and scope.error is not None:
            found["error"] = expression(variable(scope.error))
        elif root in scope.names:
            bound.add(scope.names[root])
    items = [name for name in dict.fromkeys(scope.names.values()) if name in bound]
    if items:
        found["items"] = [expression(variable(name)) for name in items]
    return found


def _members(names: set[str | None], of: str) -> Json:
    if None in names:
        return expression(of)
    return {name: expression(field(of, name)) for name in sorted(item for item in names if item is not None)}


def _environment(names: set[str | None], environment: Mapping[str, str]) -> Json:
    chosen = (
        environment
        if None in names
        else {name: environment[name] for name in sorted(map(str, names)) if name in environment}
    )
    found: dict[str, JsonValue] = dict(chosen)
    return verbatim(found)
