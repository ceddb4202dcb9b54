"""What to write where a table belongs, for the places where something shorter is tried."""

from __future__ import annotations

import json
import re
from typing import Any

from specc.schema.parameter_rules import KEYWORDS
from specc.schema.reporter import Reporter, shown
from specc.schema.wording import Path, dotted, is_step
from specc_schemas import Step
from specc_schemas.quantities import is_duration
from specc_schemas.steps import ACTIONS

_NAME = r"([A-Za-z_][A-Za-z0-9_]*)"
_BARE_NAME = re.compile(rf"(?:\$\{{ *)?(?:steps\.{_NAME}(?:[.\[ ][^${{}}]*)?|{_NAME} *)\}}?")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_NOTHING = frozenset({"skip", "ignore", "continue", "pass", "null", "none"})
_LONGEST = 60


def table_advice(given: Any, path: Path, reporter: Reporter) -> str:
    """The line to write instead of `given` at `path`, or nothing where that cannot be told."""
    last = path[-1]
    if last in ("steps", "finally") and isinstance(given, list):
        return f"give each step a table of its name: `[{dotted((*path, 'fetch'))}]`"
    if is_step(path):
        return _step(given, path, reporter)
    if len(path) == 2 and path[0] == "params":
        return _parameter(given, str(last), reporter)
    if path[0] not in ("steps", "finally", "stacks", "defaults"):
        return ""
    if last == "each":
        source = given if isinstance(given, list) or (isinstance(given, str) and "${" in given) else "${steps.list}"
        return f"name the item: `{line(('each', 'item'), source, reporter)}`"
    if last == "with" and isinstance(given, list):
        return "name the arguments: `" + line(("with", "name"), given[0] if given else 1, reporter) + "`"
    if last == "on_error":
        return _any_error(given, reporter)
    if len(path) > 2 and path[-2] == "on_error":
        if last in ("use", "run"):
            value = bare_name(given) if last == "run" else given
            return f"say for which error: `{line(('on_error', '*', str(last)), value, reporter)}` for any"
        return f"write `{line(('on_error', str(last), 'use'), given, reporter)}`"
    if last == "repeat" and isinstance(given, int) and not isinstance(given, bool):
        return f"write `{line(('repeat', 'max'), given, reporter)}`"
    if last == "repeat" and isinstance(given, str) and "${" in given:
        return f"write `{line(('repeat', 'until'), given, reporter)}` and `{line(('repeat', 'max'), 100, reporter)}`"
    return ""


def bare_name(given: Any) -> Any:
    """The step's name in `${steps.name}` or `steps.name`; anything else as it is."""
    found = _BARE_NAME.fullmatch(given.strip()) if isinstance(given, str) and len(given) < 200 else None
    return found[1] or found[2] if found else given


def _step(given: Any, path: Path, reporter: Reporter) -> str:
    name = str(path[-1])
    if name in ACTIONS or name in Step.model_fields:
        table = dotted((*path[:-1], "fetch"))
        return f"a step has a name: put `{line((name,), given, reporter)}` under it, as in `[{table}]`"
    if isinstance(given, str) and re.fullmatch(r"[^\s:/\\]+:[^\s:/\\]+", given):
        return f"write `{line((name, 'call'), given, reporter)}`"
    if isinstance(given, str) and is_duration(given):
        return f"write `{line((name, 'wait'), given, reporter)}`"
    return f"write for example `{line((name, 'call'), 'module:function', reporter)}`"


def _parameter(given: Any, name: str, reporter: Reporter) -> str:
    if isinstance(given, str) and given in KEYWORDS:
        return f"write `{line((name, 'type'), given, reporter)}`"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    kind = kinds.get(type(given))
    if kind is None:
        return ""
    return (
        f"a parameter has a type, and this may be its default: `{line((name, 'type'), kind, reporter)}` "
        f"and `{line((name, 'default'), given, reporter)}`"
    )


def _any_error(given: Any, reporter: Reporter) -> str:
    if isinstance(given, str) and given.lower() not in _NOTHING:
        written = line(("on_error", "*", "run"), bare_name(given), reporter)
        return f"write `{written}`, or `use` in place of `run` for a value"
    value = 0 if isinstance(given, str) or given is None else given
    return (
        f"say which error and what replaces the result: `{line(('on_error', '*', 'use'), value, reporter)}` "
        "(`*` is any error)"
    )


def line(keys: tuple[str, ...], value: Any, reporter: Reporter) -> str:
    """A value under some keys, as the spec's format writes it and messages show it."""
    return _printable(reporter.nested(tuple(_key(key) for key in keys), _text(value)))


def _printable(text: str) -> str:
    return "".join(part if part.isprintable() else "\N{REPLACEMENT CHARACTER}" for part in text).replace("`", "'")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else f'"{shown(key)}"'


def _text(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return "..."
    if isinstance(value, list) and len(text) > _LONGEST:
        return "[...]"
    return text if len(text) <= _LONGEST else '"..."'
