"""The parameters of a run against what the spec declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.diagnostics import Place, closest
from specc.ir.module import Parameter
from specc_runtime.expressions import JsonValue
from specc_runtime.parameters import faults
from specc_targets.local.failures import RunError

NAME = "InvalidParameters"


def resolve_parameters(
    declared: Sequence[Parameter], given: Mapping[str, JsonValue]
) -> tuple[dict[str, JsonValue], list[RunError]]:
    """The value of every parameter, defaults applied, and all that is wrong with what was given."""
    found: dict[str, JsonValue] = {}
    wrong: list[RunError] = []
    known = {item.name: item for item in declared}
    for name in given:
        if name not in known:
            near = closest(name, known)
            hint = f"; did you mean `{near}`?" if near else ""
            wrong.append(RunError(NAME, f"there is no parameter `{name}`{hint}", origin=Place(("params",))))
    for name, item in known.items():
        if name in given:
            value = given[name]
        elif item.required:
            wrong.append(RunError(NAME, f"the parameter `{name}` must be given", origin=item.origin))
            continue
        else:
            value = item.default
        if name in given or value is not None:
            wrong += [
                RunError(NAME, f"the parameter `{name}` does not fit: {fault}", origin=item.origin)
                for fault in faults(value, item.schema, item.kind)
            ]
        found[name] = value
    return found, wrong
