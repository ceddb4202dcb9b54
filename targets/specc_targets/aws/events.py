"""Events as a rule of EventBridge takes them: its pattern, and the input that it makes of an event."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specc_runtime.expressions import JsonValue, Template
from specc_runtime.expressions.references import static_path
from specc_runtime.expressions.template import Hole, split_text
from specc_targets.aws.arns import BUCKET

if TYPE_CHECKING:
    from specc.ir.deployment import Event

MAX_PATHS = 100
"""Paths of one transformer (EventBridge API reference, InputTransformer)."""
MAX_INPUT = 8_192
"""Characters of a constant input, and of a template."""
S3 = "aws.s3"
_KEY = re.compile(r"[A-Za-z0-9_/-]+")
_WHOLE_EVENT = "aws.events.event.json"


class InputError(ValueError):
    """What a transformer cannot express; the message is for the user."""

    def __init__(self, message: str, path: tuple[str | int, ...] = (), span: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.path = path
        """Where it stands in the arguments."""
        self.span = span
        """Characters of the text there."""


def pattern_of(event: Event) -> JsonValue:
    """The event pattern. Without a bucket, S3's events are those of the stack's own."""
    detail: dict[str, JsonValue] = {}
    kind = event.detail_type
    if event.source == S3:
        kind = kind or "Object Created"
        detail["bucket"] = {"name": [event.bucket or BUCKET]}
        if event.prefix:
            detail["object"] = {"key": [{"prefix": event.prefix}]}
    pattern: dict[str, JsonValue] = {"source": [event.source]}
    if kind is not None:
        pattern["detail-type"] = [kind]
    detail = _merged(detail, dict(event.detail))
    if detail:
        pattern["detail"] = detail
    return pattern


def _merged(one: dict[str, JsonValue], other: dict[str, JsonValue]) -> dict[str, JsonValue]:
    found = dict(one)
    for key, value in other.items():
        old = found.get(key)
        found[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return found


@dataclass
class Input:
    """What a target is given: JSON text with `<name>` for what each path reads."""

    text: str
    paths: dict[str, str] = field(default_factory=dict)
    """Name -> JSON path."""


def input_of(arguments: Template) -> Input:
    """The input of a run. Raises `InputError`."""
    made = Input("")
    made.text = _value(arguments.raw, (), made.paths)
    if not made.paths and _WHOLE_EVENT not in made.text:
        made.text = json.dumps(arguments.evaluate({}), ensure_ascii=False)
        made.text = made.text.replace("<aws.", "\\u003caws.")  # what Scheduler would put a value for
    if len(made.paths) > MAX_PATHS:
        raise InputError(f"it reads {len(made.paths)} parts of the event; EventBridge reads at most {MAX_PATHS}")
    if len(made.text) > MAX_INPUT:
        raise InputError(f"it has {len(made.text):,} characters; EventBridge takes at most {MAX_INPUT:,}")
    return made


def _value(raw: JsonValue, path: tuple[str | int, ...], paths: dict[str, str]) -> str:
    if isinstance(raw, dict):
        items = (f"{_quoted(key)}: {_value(item, (*path, key), paths)}" for key, item in raw.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(raw, list):
        return "[" + ", ".join(_value(item, (*path, number), paths) for number, item in enumerate(raw)) + "]"
    if not isinstance(raw, str):
        return json.dumps(raw)
    parts = split_text(raw)
    if len(parts) == 1 and isinstance(parts[0], Hole):
        return _placeholder(parts[0], path, paths)
    texts = [
        _quoted(part)[1:-1] if isinstance(part, str) else _placeholder(part, path, paths, inside=True) for part in parts
    ]
    return '"' + "".join(texts) + '"'


def _quoted(text: str) -> str:
    """A JSON text in which nothing looks like a placeholder."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")


def _placeholder(hole: Hole, path: tuple[str | int, ...], paths: dict[str, str], *, inside: bool = False) -> str:
    read = static_path(hole.expression)
    span = (hole.start, hole.end)
    if read is None:
        raise InputError("EventBridge only takes parts out of an event, and computes nothing", path, span)
    if not read[1]:
        if inside:
            raise InputError("the whole event cannot be a part of a text", path, span)
        return f"<{_WHOLE_EVENT}>"
    found = "$"
    for key in read[1]:
        if isinstance(key, int):
            found += f"[{key}]"
        elif _KEY.fullmatch(key):
            found += f".{key}"
        else:
            raise InputError(f"EventBridge cannot read `{key}`: it takes letters, digits, `_`, `-` and `/`", path, span)
    known = {text: name for name, text in paths.items()}
    name = known.get(found) or f"part{len(paths) + 1}"
    paths[name] = found
    return f"<{name}>"
