"""The start of a run: defaults under the input, and checks that the machine can make itself."""

from __future__ import annotations

import json

from specc.diagnostics import Label, Severity, Sink
from specc.expressions.jsonata import literal
from specc.expressions.jsonata.literals import MAX_EXACT
from specc.ir.module import Module, Parameter
from specc_runtime.parameters import plain
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.text import Json, expression, field, verbatim

ERROR = "InvalidParameters"
_INSTANT = r"/^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$/"
_DURATION = r"/^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$/"
_TYPES = {
    "string": ('$type($v) = "string"', "a string"),
    "path": ('$type($v) = "string"', "a path"),
    "datetime": (
        f'$type($v) = "string" ? $contains($v, {_INSTANT}) : false',
        "a date and time such as `2030-01-31T09:00:00Z`",
    ),
    "duration": (f'$type($v) = "string" ? $contains($v, {_DURATION}) : false', "a duration such as `90s`"),
    "integer": ('$type($v) = "number" ? $v = $floor($v) : false', "an integer"),
    "number": ('$type($v) = "number"', "a number"),
    "boolean": ('$type($v) = "boolean"', "a boolean"),
    "object": ('$type($v) = "object"', "an object"),
    "array": ('$type($v) = "array"', "an array"),
}
"""JSONata test of `$v` for each type, and what a value that fails it is not."""
_CHECKED = frozenset({"type", "enum", "description", "title", "default", "examples"})
_BOUNDS = {
    "minimum": ("$v >= @", '$v & " is less than @"'),
    "maximum": ("$v <= @", '$v & " is more than @"'),
    "exclusiveMinimum": ("$v > @", '$v & " is not more than @"'),
    "exclusiveMaximum": ("$v < @", '$v & " is not less than @"'),
    "minLength": ("$length($v) >= @", '$s & " is shorter than @ characters"'),
    "maxLength": ("$length($v) <= @", '$s & " is longer than @ characters"'),
    "minItems": ("$count($v) >= @", '"it has " & $count($v) & " items, fewer than @"'),
    "maxItems": ("$count($v) <= @", '"it has " & $count($v) & " items, more than @"'),
}
"""JSONata test of `$v` for each keyword, and text of what is wrong; `$s` is the value as shown, `@` the bound."""
_SHOWN = (
    '($t := $type($v) = "string" ? $v : $string($v); '
    '"`" & ($length($t) <= 60 ? $t : $substring($t, 0, 57) & "...") & "`")'
)
"""JSONata text of `$v` in a message."""


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
    """JSONata text: what is wrong with the input, in the words of local runs, or the empty text."""
    known = literal([item.name for item in parameters])
    listed = (
        f"$filter($keys($states.input), function($k) {{ $not($k in {known}) }})"
        if parameters
        else "$keys($states.input)"
    )
    found = [f'($k := {listed}[0]; $exists($k) ? "there is no parameter `" & $k & "`" : "")']
    for item in parameters:
        value = field("$states.input", item.name)
        absent = literal(f"the parameter `{item.name}` must be given" if item.required else "")
        found.append(f"($exists({value}) ? ($v := {value}; $s := {_SHOWN}; {_fault(item)}) : {absent})")
    first = f'($p := $filter([{", ".join(found)}], function($f) {{ $f != "" }})[0]; $exists($p) ? $p : "")'
    return f'$type($states.input) = "object" ? {first} : "the input must be an object of parameters"'


def _fault(item: Parameter) -> str:
    """JSONata text: what is wrong with `$v`, or the empty text."""
    tests: list[tuple[str, str]] = []
    if item.kind in _TYPES:
        test, what = _TYPES[item.kind]
        tests.append((test, f'$s & " is not {what}"'))
    choices = item.schema.get("enum")
    if isinstance(choices, list):
        listed = ", ".join(
            f"`{one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)}`" for one in choices
        )
        tests.append((f"$v in {literal(choices)}", f"$s & {literal(f' is not one of {listed}')}"))
    for key, (test, text) in _BOUNDS.items():
        bound = item.schema.get(key)
        if isinstance(bound, int | float):
            tests.append((test.replace("@", literal(bound)), text.replace("@", f"{plain(bound)}")))
    start = f"the parameter `{item.name}` does not fit: "
    return "".join(f"$not({test}) ? {literal(start)} & {text} : " for test, text in tests) + '""'
