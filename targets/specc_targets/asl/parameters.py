"""The start of a run: defaults under the input, and checks that the machine can make itself."""

from __future__ import annotations

from specc.diagnostics import Label, Severity, Sink
from specc.expressions.jsonata import literal
from specc.expressions.jsonata.literals import MAX_EXACT
from specc.ir.module import Module, Parameter
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.text import Json, expression, field, verbatim

ERROR = "InvalidParameters"
_TYPES = {
    "string": '$type($v) = "string"',
    "integer": '$type($v) = "number" and $v = $floor($v)',
    "number": '$type($v) = "number"',
    "boolean": '$type($v) = "boolean"',
    "object": '$type($v) = "object"',
    "array": '$type($v) = "array"',
}
_CHECKED = frozenset({"type", "enum", "description", "title", "default", "examples"})
_TEXT = frozenset({"path", "datetime", "duration"})
_BOUNDS = {
    "minimum": "$v >= {}",
    "maximum": "$v <= {}",
    "exclusiveMinimum": "$v > {}",
    "exclusiveMaximum": "$v < {}",
    "minLength": "$length($v) >= {}",
    "maxLength": "$length($v) <= {}",
    "minItems": "$count($v) >= {}",
    "maxItems": "$count($v) <= {}",
}


def emit_start(emitter: Emitter, after: str) -> str:
    """Write the states that check the input and assign `params` and `run`."""
    parameters = emitter.module.parameters
    defaults: dict[str, Json] = {item.name: item.default for item in parameters if not item.required}
    values: dict[str, Json] = {
        "params": expression(f"$merge([{literal(defaults)}, $states.input])"),
        "run": {"id": expression("$states.context.Execution.Name"), "name": verbatim(emitter.module.name)},
    }
    problem = emitter.names.variable("parameter", "problem")
    values[problem] = expression(_problem(parameters))
    fail = emitter.add(emitter.names.state("invalid-parameters"), "Fail", Error=ERROR, Cause=expression(f"${problem}"))
    rule: Json = {"Condition": expression(f'${problem} != ""'), "Next": fail}
    choice = emitter.add(emitter.names.state("check-parameters"), "Choice", Choices=[rule], Default=after)
    return emitter.assign("start", values, choice)


def check_parameters(sink: Sink, module: Module) -> None:
    """Report keywords of parameters that only local runs check (SPC420), and integers that lose digits (SPC423)."""
    for item in module.parameters:
        if not is_exact_enough({**item.schema, "default": item.default}):
            sink.report(
                "SPC423",
                f"parameter `{item.name}` has an integer with more digits than Step Functions keeps",
                Label(item.origin, "more than 2 to the power of 53"),
                help="make the parameter a string, and convert it in the step that uses it",
            )
        for key in item.schema:
            if key not in _CHECKED and key not in _BOUNDS:
                sink.report(
                    "SPC420",
                    f"`{key}` of parameter `{item.name}` is not checked on Step Functions",
                    Label(item.origin.child(key).key(), "checked by local runs only"),
                    severity=Severity.WARNING,
                    help="check the value in the first step that uses it",
                )


def is_exact_enough(value: Json) -> bool:
    """Whether a constant keeps its value as a JSONata number."""
    if isinstance(value, list):
        return all(map(is_exact_enough, value))
    if isinstance(value, dict):
        return all(map(is_exact_enough, value.values()))
    return isinstance(value, bool) or not isinstance(value, int) or abs(value) <= MAX_EXACT


def _problem(parameters: tuple[Parameter, ...]) -> str:
    """JSONata text: what is wrong with the input, or the empty text."""
    known = literal([item.name for item in parameters])
    tests = ['$type($states.input) != "object" ? "the input must be an object of parameters"']
    unknown = (
        f"$filter($keys($states.input), function($k) {{ $not($k in {known}) }})[0]"
        if parameters
        else "$keys($states.input)[0]"
    )
    tests.append(f'$exists({unknown}) ? "there is no parameter `" & {unknown} & "`"')
    for item in parameters:
        value = field("$states.input", item.name)
        if item.required:
            tests.append(f"$not($exists({value})) ? {literal(f'parameter `{item.name}` is required')}")
        for test, text in _tests(item):
            wrong = f"$exists({value}) and $not(($v := {value}; {test}))"
            tests.append(f"{wrong} ? {literal(f'parameter `{item.name}` {text}')}")
    return " : ".join([*tests, '""'])


def _tests(item: Parameter) -> list[tuple[str, str]]:
    kind = "string" if item.kind in _TEXT else item.kind
    found = [(_TYPES[kind], f"must be of type {item.kind}")] if kind in _TYPES else []
    for key, test in _BOUNDS.items():
        bound = item.schema.get(key)
        if isinstance(bound, int | float):
            found.append((test.format(bound), f"does not keep `{key} = {bound}`"))
    choices = item.schema.get("enum")
    if isinstance(choices, list):
        found.append((f"$v in {literal(choices)}", f"must be one of {', '.join(map(str, choices))}"))
    return found
