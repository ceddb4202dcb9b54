"""The test before an operation: whether something it needs was skipped, then its `when`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specc.expressions.jsonata import literal

from specc.ir.ops import Op
from specc_runtime.expressions import Reference, Template
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.native import is_native, translate
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, pointer, variable, verbatim

SKIPPED = "$skipped"
VALUE = "$value"


def skipped(name: str) -> Json:
    """The tagged value of a step that did not run."""
    return {SKIPPED: name}


def is_skipped(scope: Scope, names: Sequence[str]) -> str:
    """JSONata text: whether any of these steps was skipped."""
    return " or ".join(f"$exists({field(variable(scope.step(name)), SKIPPED)})" for name in names)


def condition(
    emitter: Emitter, template: Template, scope: Scope, name: str, step: str
) -> tuple[str, Callable[[str], str] | None]:
    """JSONata text of a boolean, and what writes the state that must come before where a function has to compute it."""
    text, before = computed(emitter, template, scope, name, step)
    if before is None:
        text = f'($t := {text}; $type($t) = "boolean" ? $t : $error("a condition must be true or false"))'
    return text, before


def computed(
    emitter: Emitter, template: Template, scope: Scope, name: str, step: str
) -> tuple[str, Callable[[str], str] | None]:
    """JSONata text of a small value, and what writes the state that must come before, if any."""
    if template.is_constant:
        return literal(template.evaluate({})), None
    if is_native(template, emitter.environment):
        return translate(template, resolver(emitter, scope)), None
    found = emitter.names.variable("value", *name.split("."))

    def before(after: str) -> str:
        fields: dict[str, Json] = {"value": verbatim(template.raw)}
        return emitter.call(
            f"{name}-value", "evaluate", scope, fields, step=step, templates=[template], target=found, after=after
        )

    return field(variable(found), VALUE), before


def resolver(emitter: Emitter, scope: Scope) -> Callable[[Reference], str]:
    """How native expressions read values: parameters and the like as they are, results through their projection."""

    def resolve(reference: Reference) -> str:
        root, path = reference.root, reference.path
        if root == "steps":
            return field(variable(scope.step(str(path[0]))), "project", pointer(path[1:]))
        if root == "last":
            return field(variable(scope.last or "last"), "project", pointer(path))
        if root == "env":
            return literal(emitter.environment[str(path[0])])
        bases = {"params": scope.params, "run": scope.outcome or scope.run, "error": scope.error or "error"}
        return _walk(variable(bases[root]), path)

    return resolve


def _walk(text: str, path: tuple[str | int, ...]) -> str:
    for part in path:
        text = f"{text}[{part}]" if isinstance(part, int) else field(text, part)
    return text


def gate(emitter: Emitter, op: Op, scope: Scope, target: str, entry: str, after: str) -> str:
    """Write the tests of `op` before its first state; when it is skipped, its variable says so."""
    sources = emitter.skips.sources(op, scope.level)
    if op.when is None and not sources:
        return entry
    assign: Json = {target: skipped(op.name)}
    rules: list[Json] = []
    if sources:
        rules.append({"Condition": expression(is_skipped(scope, sources)), "Assign": assign, "Next": after})
    name = f"{'.'.join(scope.title(op.name).split('/'))}-when"
    if op.when is None:
        return emitter.add(emitter.names.state(name), "Choice", Choices=rules, Default=entry)
    text, before = condition(emitter, op.when, scope, name, scope.title(op.name))
    test: Json = {"Condition": expression(text), "Next": entry}
    if before is None:
        return emitter.add(emitter.names.state(name), "Choice", Choices=[*rules, test], Default=after, Assign=assign)
    choice = emitter.add(emitter.names.state(name), "Choice", Choices=[test], Default=after, Assign=assign)
    entry = before(choice)
    if not rules:
        return entry
    return emitter.add(emitter.names.state(f"{name}-possible"), "Choice", Choices=rules, Default=entry)
