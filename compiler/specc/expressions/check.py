"""Templates typed where they stand, with what is wrong in them reported at its place."""

from __future__ import annotations

from collections.abc import Mapping

from specc.diagnostics import Fix, Label, Place, Severity, Sink
from specc.diagnostics.diagnostic import Edit
from specc.expressions.inference import Report, infer
from specc.expressions.kinds import a, kinds
from specc.expressions.type_model import ANY, STRING, Field, ListType, ObjectType, Type, UnionType, union
from specc.expressions.type_sources import of_value
from specc_runtime.expressions import ExpressionSyntaxError, JsonValue, Template
from specc_runtime.expressions.template import Hole

SEVERITIES = {"SPC315": Severity.WARNING, "SPC319": Severity.HINT, "SPC320": Severity.WARNING}
"""Of the codes that are not errors."""
_SYNTAX_CODES = {
    "syntax": "SPC300",
    "unclosed": "SPC301",
    "operator": "SPC302",
    "function": "SPC303",
    "arguments": "SPC304",
    "size": "SPC305",
}
_LABELS = {
    "SPC310": "no such field",
    "SPC316": "a zero",
    "SPC319": "becomes JSON",
    "SPC320": "fails where an item is null",
}


def infer_template(template: Template, environment: Mapping[str, Type], place: Place, sink: Sink) -> Type:
    """The type of what `template`, which stands at `place`, gives. Reports SPC300-SPC320."""
    return _Template(template, environment, sink).type(template.raw, place)


class _Template:
    def __init__(self, template: Template, environment: Mapping[str, Type], sink: Sink) -> None:
        self._template = template
        self._environment = environment
        self._sink = sink

    def type(self, raw: JsonValue, place: Place) -> Type:
        if isinstance(raw, str):
            return self._text(raw, place) if "${" in raw else STRING
        if isinstance(raw, dict):
            fields = tuple(Field(key, self.type(value, place.child(key))) for key, value in raw.items())
            return ObjectType(fields, open=False)
        if isinstance(raw, list):
            items = [self.type(value, place.child(number)) for number, value in enumerate(raw)]
            return ListType(union(*items)) if items else ListType(UnionType(()))
        return of_value(raw)

    def _text(self, text: str, place: Place) -> Type:
        parts, errors = self._template.split(text)
        for error in errors:
            if "${{" not in text or not self._double_braces(text, error, place):
                report_syntax_error(error, place, self._sink)
        holes = [part for part in parts if isinstance(part, Hole)]
        found = [(part, infer(part.expression, self._environment, self._report(place, part))) for part in holes]
        if len(parts) == 1 and found and not errors:
            return found[0][1]
        if not found and errors and text.startswith("${") and (text.endswith("}") or errors[-1].kind == "unclosed"):
            return ANY
        for part, kind in found:
            if kinds(kind) == {"opaque"}:
                advice = "hand it whole to a function, and let that return what is needed of it"
                self._report(place, part)("SPC313", f"{a(kind)} has no text", 0, part.end - part.start, advice)
            elif kinds(kind) <= {"list", "object", "null"}:
                message = f"{a(kind)} becomes JSON inside the text"
                help = "use `join(...)` for a list of texts, or read a field" if kinds(kind) != {"null"} else None
                self._report(place, part)("SPC319", message, 0, part.end - part.start, help)
        return STRING

    def _double_braces(self, text: str, error: ExpressionSyntaxError, place: Place) -> bool:
        from specc.expressions.bare import double_braces

        found = double_braces(text, error.start)
        if found is None:
            return False
        start, end, better = found
        self._sink.report(
            "SPC300",
            "an expression stands in one pair of braces",
            Label(place.slice(start, end), "two pairs"),
            help=f"write `{better}`",
            fix=Fix(f"write `{better}`", (Edit(place.slice(start, end), better),)),
        )
        return True

    def _report(self, place: Place, part: Hole) -> Report:
        def report(code: str, message: str, start: int, end: int, help: str | None) -> None:
            at = place.slice(part.start + start, part.start + max(end, start + 1))
            severity = SEVERITIES.get(code, Severity.ERROR)
            self._sink.report(code, message, Label(at, _LABELS.get(code, "")), severity=severity, help=help or ())

        return report


def report_syntax_error(error: ExpressionSyntaxError, place: Place, sink: Sink) -> None:
    """Report what the parser says of the text at `place`."""
    at = place.slice(error.start, max(error.end, error.start + 1))
    fix = None
    if error.replacement is not None:
        edit = Edit(place.slice(error.start, error.end), error.replacement)
        fix = Fix(f"write `{error.replacement.strip()}`", (edit,), safe=error.kind == "operator")
    sink.report(_SYNTAX_CODES.get(error.kind, "SPC300"), error.message, Label(at), help=error.help or (), fix=fix)
