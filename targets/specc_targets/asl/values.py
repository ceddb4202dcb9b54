"""Setting a variable to the value of a template."""

from __future__ import annotations

import json
from collections.abc import Sequence

from specc_runtime.expressions import JsonValue, Template
from specc_targets.asl import text
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.gates import VALUE, is_skipped, skipped
from specc_targets.asl.projections import plain_step
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, is_exact, variable, verbatim

LARGE_CONSTANT = 1024
"""Bytes of JSON above which a constant goes to the store instead of living in a variable."""


def emit_value(
    emitter: Emitter,
    template: Template,
    scope: Scope,
    target: str,
    after: str,
    *,
    name: str,
    step: str,
    project: Sequence[str] = (),
) -> str:
    """Write what sets `target` to the value of `template`, tagged. Gives the name of the first state."""
    if template.is_constant:
        value = template.evaluate({})
        if is_exact(value) and len(json.dumps(value)) <= LARGE_CONSTANT:
            return emitter.assign(name, {target: constant(value, project)}, after)
    source = plain_step(template)
    if source is not None:
        return emitter.assign(name, {target: expression(variable(scope.step(source)))}, after)
    fields: dict[str, Json] = {"value": text.template(template.raw)}
    return emitter.call(
        name, "evaluate", scope, fields, step=step, templates=[template], target=target, project=project, after=after
    )


def emit_yield(
    emitter: Emitter, scope: Scope, target: str, after: str, *, owner: str, name: str, step: str, project: Sequence[str]
) -> str:
    """Write what sets `target` to the yield of the region of `scope`; skipped when the yield needs a skipped step."""
    template = scope.level.region.yields or Template(None)
    entry = emit_value(emitter, template, scope, target, after, name=name, step=step, project=project)
    sources = emitter.skips.template_sources(template, scope.level)
    if not sources or plain_step(template) is not None:
        return entry
    rule: Json = {
        "Condition": expression(is_skipped(scope, sources)),
        "Assign": {target: skipped(owner)},
        "Next": after,
    }
    return emitter.add(emitter.names.state(f"{name}-possible"), "Choice", Choices=[rule], Default=entry)


def constant(value: JsonValue, project: Sequence[str] = ()) -> Json:
    """The tagged value of a constant, with its projections."""
    found: dict[str, Json] = {VALUE: verbatim(value)}
    shown: dict[str, Json] = {}
    for item in project:
        known, part = _at(value, item)
        if known:
            shown[item] = verbatim(part)
    if project:
        found["project"] = shown
    return found


def _at(value: JsonValue, pointer: str) -> tuple[bool, JsonValue]:
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False, None
    return True, value
