"""JSONata for moto's interpreter: `jsonata-python` in place of the JVM bridge that moto leaves empty.

moto writes every variable as source text in front of each expression and parses it all again. Here the variables
that an expression names are bound as values, which is what AWS documents, and costs what the expression costs.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from jsonata import Jsonata, Utils  # type: ignore[import-untyped]  # it has no types

_EXACT = 2**53
_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class EvaluationError(Exception):
    """An expression that failed, gave nothing, or gave something that is not JSON."""


def evaluate(expression: str, variables: dict[str, Any]) -> Any:
    """Evaluate one JSONata expression; variables are JSON values by name, without the `$`.

    Numbers are those of JSONata: integers above 2**53 become the nearest double, and whole floats print as integers.
    """
    named = set(_VARIABLE.findall(expression))
    bindings = {name: _bound(value) for name, value in variables.items() if name in named}
    try:
        program = _take(expression)
        raw = program.evaluate(None, bindings)
        _parsed[expression].append(program)
    except RecursionError as error:
        raise EvaluationError(f"{expression}: the expression is nested too deeply") from error
    except Exception as error:  # the engine raises its own type as well as Python's for a bad operand
        raise EvaluationError(str(error)) from error
    if raw is None:
        raise EvaluationError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    return _plain(raw, expression)


_parsed: defaultdict[str, list[Jsonata]] = defaultdict(list)
"""Parsed expressions that no thread is using: the interpreter evaluates each state in a thread of its own."""


def _take(expression: str) -> Jsonata:
    try:
        program = _parsed[expression].pop()
    except IndexError:
        program = Jsonata(expression)
        program.set_output_convert_nulls(False)
    Jsonata.CURRENT.jsonata = program  # what evaluates in this thread
    return program


def _bound(value: Any) -> Any:
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {name: _bound(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_bound(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return _number(value)


def _plain(value: Any, expression: str) -> Any:
    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, dict):
        return {str(name): _plain(item, expression) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(value[index], expression) for index in range(len(value))]
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return _number(value)
    raise EvaluationError(f"The JSONata expression '{expression}' returned an unsupported result type.")


def _number(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _EXACT:
        return int(float(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EvaluationError("a number is out of range")
        if value.is_integer() and abs(value) < 1e21:
            return int(value)
    return value
