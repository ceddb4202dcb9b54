"""From the findings of the models to diagnostics in the user's words. Imported only when something is wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Edit, Fix, Label, Place, closest
from specc.schema.header import HEADER_KEYS
from specc.schema.matrix_advice import list_advice, report_axis, short_advice, words_of
from specc.schema.reporter import Reporter, shown
from specc.schema.unknown_keys import meant, report_unknown_key, required_advice
from specc.schema.vocabulary import keys_of, table_at
from specc.schema.wording import Path, is_step, listed, what, where
from specc_schemas import PipelineSpec
from specc_schemas.checked import described

if TYPE_CHECKING:
    from pydantic import BaseModel

Finding = Mapping[str, Any]

_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "bool_type": "a boolean (`true` or `false`)",
    "float_type": "a number",
    "list_type": "an array",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_LITERALS = {
    "int_type": r"-?(?:0|[1-9][0-9]{0,15})",
    "float_type": r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?",
    "bool_type": r"true|false",
}
_BOUNDS = {
    "greater_than": ("gt", "greater than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
}
_CODES = {
    "specc_type": "SPC103",
    "specc_quantity": "SPC106",
    "specc_name": "SPC107",
    "specc_form": "SPC109",
    "specc_json": "SPC114",
}


def translate(
    findings: Iterable[Finding], value: dict[str, Any], reporter: Reporter, root: type[BaseModel] = PipelineSpec
) -> None:
    """Report each finding of the model `root` about `value`. Reports SPC101 to SPC109 and SPC114."""
    for finding in findings:
        if reporter.full:
            reporter.more(1)
            continue
        path: Path = finding["loc"]
        if root is PipelineSpec and len(path) == 1 and path[0] in HEADER_KEYS:
            continue  # `check_header` reports these
        _report(finding, path, value, reporter, root)


def _report(finding: Finding, path: Path, value: dict[str, Any], reporter: Reporter, root: type[BaseModel]) -> None:
    kind, given = finding["type"], finding.get("input")
    if "matrix" in path and report_axis(path, value, reporter):
        return
    if kind == "extra_forbidden":
        table = _at(value, path[:-1])
        report_unknown_key(path, table if isinstance(table, dict) else {}, reporter, root)
    elif kind == "missing":
        if not _misspelt(path, value, root):
            _missing(path, reporter, root)
    elif kind in ("specc_name", "invalid_key"):
        _name(finding, path, value, reporter)
    elif given is None and kind != "specc_json":
        _null(path, reporter)
    elif kind in _CODES:
        _own(finding, path, reporter)
    elif kind in _EXPECTED:
        _wrong_type(kind, given, path, reporter)
    elif kind == "literal_error":
        _choice(finding, path, reporter)
    elif kind in _BOUNDS or kind in ("too_short", "too_long", "finite_number"):
        _bound(finding, path, reporter)
    else:  # a check without words of its own is still a finding about this spot
        reporter.report("SPC103", f"{what(path)} is not valid here", Label(Place(path), "not valid"))


def _missing(path: Path, reporter: Reporter, root: type[BaseModel]) -> None:
    from specc_schemas.documentation import example_of

    table, key = path[:-1], str(path[-1])
    model = table_at(table, root)
    example = example_of(model, key) if model is not None else None
    reporter.report(
        "SPC102",
        f"{where(table)} lacks the key `{key}`",
        Label(Place(table, "key"), f"no `{key}` here"),
        help=_written(key, example, reporter),
    )


def _misspelt(path: Path, value: dict[str, Any], root: type[BaseModel]) -> bool:
    """Whether an unknown key beside it, reported as such, was probably meant to be the missing one."""
    table, model = _at(value, path[:-1]), table_at(path[:-1], root)
    if not isinstance(table, dict) or model is None:
        return False
    unknown = [key for key in table if isinstance(key, str) and key not in keys_of(model)]
    return any(meant(key, model)[0] == path[-1] for key in unknown[:20])


def _written(key: str, example: str | None, reporter: Reporter) -> str:
    if example is None:
        return f"add `{key}`"
    return (
        f"add for example `{example}`"
        if example.startswith("[")
        else f"add for example `{reporter.assigned(key, example)}`"
    )


def _null(path: Path, reporter: Reporter) -> None:
    reporter.report(
        "SPC105",
        f"{what(path)} is null",
        Label(Place(path), "a key without a value"),
        help="leave the key out, or give it a value",
        fix=reporter.removing(Place(path)),
    )


def _name(finding: Finding, path: Path, value: dict[str, Any], reporter: Reporter) -> None:
    details = finding.get("ctx", {})
    if path[-1] == "[key]" and finding.get("input") == path[-2]:
        path = path[:-1]
    is_key = not _holds(value, path, finding.get("input"))
    place = Place(path, "key") if is_key else Place(path)
    better = details.get("better", "")
    fix = None
    if better and not (is_key and better in (_at(value, path[:-1]) or ())):
        # Expressions elsewhere may speak of the name, so that renaming it is for the user to decide.
        fix = Fix(f"rename it to `{better}`", (Edit(place, better if is_key else f'"{better}"'),), safe=False)
    bare = None if is_key else _bare(finding.get("input"))
    if bare is not None:
        details = {**details, "help": f'write the name alone: `"{bare}"`'}
        fix = Fix(f"write `{bare}`", (Edit(place, f'"{bare}"'),))
    if finding["type"] == "invalid_key":
        details = {"message": f"the key `{shown(path[-1])}` is not a string", "help": "put it in quotes"}
    advice = str(details.get("help") or "")
    reporter.report("SPC107", str(details["message"]), Label(place, "not a valid name"), help=advice, fix=fix)


def _bare(given: Any) -> str | None:
    """The name in `${steps.name}`, where a bare name belongs."""
    from specc.schema.table_advice import bare_name

    name = bare_name(given) if isinstance(given, str) and ("${" in given or given.startswith("steps.")) else given
    return str(name) if name != given else None


def _own(finding: Finding, path: Path, reporter: Reporter) -> None:
    details = finding["ctx"]
    message = str(details["message"])
    if message.startswith("expected "):
        message = f"{what(path)}: {message}"
    place = Place((*path, *details.get("path", ())))
    expected = message.partition(": expected ")[2].partition(", found ")[0]
    label = f"expected {expected}" if expected else "not valid"
    reporter.report(_CODES[finding["type"]], message, Label(place, label), help=str(details.get("help") or ""))


def _wrong_type(kind: str, given: Any, path: Path, reporter: Reporter) -> None:
    if is_step(path[:-1]) and _unsupported(path, reporter):
        return
    advice, fix = _mend_type(kind, given, path)
    if not advice and kind in ("dict_type", "model_type"):
        from specc.schema.table_advice import table_advice

        advice = table_advice(given, path, reporter)
    if len(path) == 3 and path[0] == "params" and path[2] == "required" and isinstance(given, bool):
        advice = required_advice(given)
    message = f"{what(path)} is {described(given)}, but must be {_EXPECTED[kind]}"
    reporter.report("SPC103", message, Label(Place(path), f"expected {_EXPECTED[kind]}"), help=advice, fix=fix)


def _unsupported(path: Path, reporter: Reporter) -> bool:
    """Say of an action that nothing runs it, rather than how it would be written."""
    from specc.lowering.unsupported import ACTIONS

    action = str(path[-1])
    if action not in ACTIONS:
        return False
    reporter.report(
        "SPC401",
        f"{where(path[:-1])}: the action `{action}` is not supported yet",
        Label(Place(path, "key"), "no target runs this yet"),
        help="do it in a Python function for now, with `call`",
    )
    return True


def _mend_type(kind: str, given: Any, path: Path) -> tuple[str, Fix | None]:
    place = Place(path)
    better = list_advice(given, path) if kind == "list_type" else ""
    if better:
        return better, None
    if kind == "list_type" and isinstance(given, str):
        text = words_of(given, path) or '["' + given.replace("\\", "\\\\").replace('"', '\\"') + '"]'
        fix = Fix("put it in an array", (Edit(place, text),)) if given.isprintable() else None
        return f"write `{shown(text)}`", fix
    if kind == "string_type" and isinstance(given, (bool, int, float)):
        text = str(given).lower() if isinstance(given, bool) else str(given)
        return f'write `"{shown(text)}"`', Fix("put it in quotes", (Edit(place, f'"{text}"'),))
    if isinstance(given, str):
        mended = given.strip()
        if kind in _LITERALS and re.fullmatch(_LITERALS[kind], mended):
            return "remove the quotes", Fix("remove the quotes", (Edit(place, mended),))
        if "${" in given and kind in _LITERALS:
            return "an expression cannot stand here: the value must be known when the spec is compiled", None
    return "", None


def _choice(finding: Finding, path: Path, reporter: Reporter) -> None:
    given = finding.get("input")
    choices = [str(choice) for choice in _choices(str(finding.get("ctx", {}).get("expected", "")))]
    if not isinstance(given, str):
        first = next((str(item) for item in given if item in choices), "") if isinstance(given, list) else ""
        reporter.report(
            "SPC103",
            f"{what(path)} is {described(given)}, but must be one word",
            Label(Place(path), f"expected {listed(choices)}"),
            help=f'write one of them: `"{first}"`' if first else f"use {listed(choices)}",
        )
        return
    near = closest(given, choices)
    reporter.report(
        "SPC104",
        f"`{shown(given)}` is not a value that {what(path)} can have",
        Label(Place(path), f"expected {listed(choices)}"),
        help=f"did you mean `{near}`?" if near else f"use {listed(choices)}",
        fix=Fix(f"write `{near}`", (Edit(Place(path), f'"{near}"'),)) if near else None,
    )


def _choices(expected: str) -> list[object]:
    """The values in a text such as `'a', 'b' or 'c'`."""
    return list(ast.literal_eval("[" + expected.replace(" or ", ", ") + "]")) if expected else []


def _bound(finding: Finding, path: Path, reporter: Reporter) -> None:
    kind, details = finding["type"], finding.get("ctx", {})
    if kind == "finite_number":
        problem = "is not a finite number"
    elif kind == "too_short":
        least = int(details["min_length"])
        problem = "is empty" if least == 1 else f"has too few items: at least {least}"
    elif kind == "too_long":
        problem = f"has too many items: at most {details['max_length']}"
    else:
        name, words = _BOUNDS[kind]
        bound = details[name]
        bound = int(bound) if isinstance(bound, float) and bound.is_integer() else bound
        problem = f"must be {words.format(bound)}, not {shown(finding.get('input'))}"
    label = "out of range" if problem.startswith("must") else problem
    advice = short_advice(path) if kind == "too_short" else ""
    reporter.report("SPC108", f"{what(path)} {problem}", Label(Place(path), label), help=advice)


def _at(value: Any, path: Path) -> Any:
    for segment in path:
        try:
            value = value[segment]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _holds(value: dict[str, Any], path: Path, given: object) -> bool:
    """Whether the value at `path` (not its key) is what was refused."""
    found = _at(value, path)
    return found is given or (path[-1] != given and found == given)
