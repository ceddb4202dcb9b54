"""Tests: whether an operation runs at all, whether a loop goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.expressions.jsonata import literal, path
from specc.ir.ops import Op
from specc_runtime.expressions import Reference, Template
from specc_targets.asl import text
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.native import Resolve, native_condition
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, pointer, variable

SKIPPED = "$skipped"
VALUE = "$value"
EXPRESSION_ERROR = "ExpressionError"


def skipped(name: str) -> Json:
    """The tagged value of a step that did not run."""
    return {SKIPPED: name}


def is_skipped(scope: Scope, names: Sequence[str]) -> str:
    """JSONata text: whether any of these steps was skipped."""
    return " or ".join(f"$exists({field(variable(scope.step(name)), SKIPPED)})" for name in names)


def resolver(emitter: Emitter, scope: Scope) -> Resolve:
    """How native expressions read values: parameters and the like as they are, results through their projection."""

    def resolve(reference: Reference) -> str:
        root, keys = reference.root, reference.path
        if root == "steps":
            return field(variable(scope.step(str(keys[0]))), "project", pointer(keys[1:]))
        if root == "last":
            return field(variable(scope.last or "last"), "project", pointer(keys))
        if root == "env":
            return literal(emitter.environment[str(keys[0])])
        bases = {"params": scope.params, "run": scope.outcome or scope.run, "error": scope.error or "error"}
        return path(variable(bases[root]), keys)

    return resolve


def whole(scope: Scope) -> Resolve:
    """JSONata text: whether all projections of the result that a reference reads came with it, the large ones, too."""

    def test(reference: Reference) -> str:
        name = scope.step(str(reference.path[0])) if reference.root == "steps" else scope.last
        if name is None or reference.root not in ("steps", "last"):
            return ""
        return f"$not($exists({field(variable(name), 'partial')}))"

    return test


def gate(emitter: Emitter, op: Op, scope: Scope, target: str, entry: str, after: str) -> str:
    """Write the tests of `op` before its first state; when it is skipped, its variable says so."""
    sources = emitter.skips.sources(op, scope.level)
    name = scope.state(op.name)
    assign: dict[str, Json] = {target: skipped(op.name)}
    if op.when is not None:
        entry = emit_test(
            emitter,
            op.when,
            scope,
            name=f"{name}-when",
            step=scope.title(op.name),
            what="`when`",
            yes=entry,
            no=after,
            assign=assign,
        )
    if not sources:
        return entry
    rule: Json = {"Condition": expression(is_skipped(scope, sources)), "Assign": assign, "Next": after}
    if op.when is not None and _is_simple(emitter.states[entry]):  # one Choice does both
        choices = emitter.states[entry]["Choices"]
        assert isinstance(choices, list)
        choices.insert(0, rule)
        return entry
    return emitter.add(emitter.names.state(f"{name}-possible"), "Choice", Choices=[rule], Default=entry)


def _is_simple(state: Mapping[str, Json]) -> bool:
    return state["Type"] == "Choice"


def emit_test(
    emitter: Emitter,
    template: Template,
    scope: Scope,
    *,
    name: str,
    step: str,
    what: str,
    yes: str,
    no: str,
    assign: Mapping[str, Json] | None = None,
) -> str:
    """Write what goes on to `yes` when the template is true, and to `no`, with `assign`, when it is false.

    Anything else fails as it does everywhere: a function evaluates what the machine cannot.
    """
    native = native_condition(template, emitter.known, resolver(emitter, scope), whole(scope))
    if native is None:
        return _by_function(emitter, template, scope, name=name, step=step, what=what, yes=yes, no=no, assign=assign)
    rules: list[Json] = []
    if native.guards:
        slow = _by_function(emitter, template, scope, name=name, step=step, what=what, yes=yes, no=no, assign=assign)
        rules.append({"Condition": expression(f"$not({' and '.join(native.guards)})"), "Next": slow})
    rules.append({"Condition": expression(native.text), "Next": yes})
    values = dict(assign) if assign else None
    return emitter.add(emitter.names.state(name), "Choice", Choices=rules, Default=no, Assign=values)


def _by_function(
    emitter: Emitter,
    template: Template,
    scope: Scope,
    *,
    name: str,
    step: str,
    what: str,
    yes: str,
    no: str,
    assign: Mapping[str, Json] | None,
) -> str:
    found = emitter.names.variable("value", *name.split("."))
    value = field(variable(found), VALUE)
    fail = emitter.add(
        emitter.names.state(f"{name}-failed"),
        "Fail",
        Error=EXPRESSION_ERROR,
        Cause=f"{what} must be true or false",
    )
    negative: dict[str, Json] = {"Condition": expression(f"{value} = false"), "Next": no}
    if assign:
        negative["Assign"] = dict(assign)
    positive: Json = {"Condition": expression(f"{value} = true"), "Next": yes}
    choice = emitter.add(emitter.names.state(f"{name}-is"), "Choice", Choices=[positive, negative], Default=fail)
    return evaluate(emitter, template, scope, found, choice, name=f"{name}-value", step=step)


def evaluate(
    emitter: Emitter, template: Template, scope: Scope, target: str, after: str, *, name: str, step: str
) -> str:
    """Write the Task that sets `target` to the value of `template`, tagged."""
    fields: dict[str, Json] = {"value": text.template(template.raw)}
    return emitter.call(name, "evaluate", scope, fields, step=step, templates=[template], target=target, after=after)
