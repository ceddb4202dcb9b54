"""What may be typed as a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.language_server.completion import tables
from specc.language_server.completion.request import Request
from specc.language_server.completion.suggestion import Kind, Suggestion, placeholder
from specc.language_server.completion.tables import Key
from specc.language_server.completion.writing import key_of
from specc.source.side_table import Path
from specc_schemas.steps import ACTIONS

_ENTRIES: dict[str | int, str] = {
    "steps": "step", "finally": "step", "params": "parameter", "stacks": "stack", "compute": "profile"
}  # fmt: skip
"""What stands under names of the user's."""
_LATE = frozenset({"$schema", "description", "title"})
"""Keys that come after all others."""
NAMED = frozenset(
    {"call", "script", "pipeline", "compute", "aws", "when", "until", "run", "requirements", "extra", "yield", "use"}
)
"""Keys whose values are names that are offered as soon as the quotes are there."""


def in_key(request: Request, path: Path) -> Iterator[Suggestion]:
    """The keys that the table at a path may still have."""
    from specc.language_server.completion.known_keys import known_keys

    given = request.given(path)
    for one, name, value in known_keys(request, path):
        if name not in given:
            yield key_of(request.cursor, one, name, value)
    if not request.client.schema:
        return
    for key in tables.keys_at(path, request.table(path).keys() & given):
        yield schema_key(request, path, key)
    if path and path[-1] in _ENTRIES and tables.holds_tables(path) and not request.cursor.spot.separated:
        yield _new_table(request, path)


def schema_key(request: Request, path: Path, key: Key) -> Suggestion:
    """A key of the language."""
    detail = "required" if key.required else ""
    if _runs_nowhere(request, path, key.name):
        return key_of(
            request.cursor,
            Suggestion(key.name, Kind.Property, "no target runs this yet", key.about, rank=7),
            key.name,
            value_snippet(request, key),
        )
    rank = 2 if key.required else 6 if key.name in _LATE else 3 if key.name in ACTIONS else 4
    one = Suggestion(key.name, Kind.Property, detail, key.about, rank=rank)
    cursor = request.cursor
    whole_lines = cursor.format == "toml" and not cursor.spot.brackets and not cursor.spot.separated
    if whole_lines and key.shape in ("table", "tables"):
        dotted = _toml_table(path, key)
        if dotted is not None:
            return Suggestion(
                one.label, one.kind, one.detail, one.about, dotted[0], dotted[1], one.rank, False, key.name
            )
    return key_of(cursor, one, key.name, value_snippet(request, key))


def _runs_nowhere(request: Request, path: Path, key: str) -> bool:
    """Whether a key of a step is refused, because no target does yet what it says."""
    from specc.lowering.unsupported import ACTIONS as WITHOUT_TARGET
    from specc.lowering.unsupported import ENVIRONMENTS, STEP_KEYS

    if len(path) < 2 or path[-2] not in ("steps", "finally"):
        return False
    if key == "env" and any(action in request.table(path) for action in ENVIRONMENTS):
        return False
    return key in WITHOUT_TARGET or key in STEP_KEYS


def _toml_table(path: Path, key: Key) -> tuple[str, str] | None:
    """How a table begins that is no inline one."""
    inner = (*path, key.name)
    if not path:
        if key.shape == "tables":
            return f"[[{key.name}]]", f"[[{key.name}]]\n$0"
        if tables.holds_tables(inner):
            return f"[{key.name}.", f"[{key.name}.${{1:name}}]\n$0"
        return f"[{key.name}]", f"[{key.name}]\n$0"
    return (f"{key.name}.", f"{key.name}.$0") if tables.is_named(inner) and not tables.holds_tables(inner) else None


def value_snippet(request: Request, key: Key) -> str:
    """A value to fill in."""
    format = request.cursor.format
    choices = key.choices
    if choices and key.shape in ("boolean", "text", "number"):
        return choice_snippet(choices, quoted=format != "yaml")
    shape = key.shape
    if shape == "table":
        return table_snippet(request)
    if shape in ("list", "tables"):
        if shape == "tables" and format == "yaml" and not request.cursor.spot.brackets:
            return "\n  - $1"
        text = tables.shape_of(tables.item_of(key.annotation)) == "text"
        return '["$1"]' if text else "[$1]"
    example = key.example or ""
    if shape == "number":
        return f"${{1:{placeholder(example)}}}" if example else "$1"
    if key.name in NAMED or shape == "any" or not example.startswith('"') or "${" in example:
        return '"$1"'
    return f'"${{1:{placeholder(example[1:-1])}}}"'


def table_snippet(request: Request) -> str:
    """An empty table, with the cursor in it."""
    cursor = request.cursor
    if cursor.format == "yaml" and not cursor.spot.brackets:
        return "\n  $1"
    return "{$1}" if cursor.format == "json" else "{ $1 }"


def choice_snippet(choices: tuple[Any, ...], *, quoted: bool) -> str:
    """One of several values."""
    words = [str(one).lower() if isinstance(one, bool) else str(one) for one in choices]
    if len(words) == 1:
        found = placeholder(words[0])
    else:
        found = "${1|" + ",".join(placeholder(word).replace(",", "\\,").replace("|", "\\|") for word in words) + "|}"
    return f'"{found}"' if quoted and isinstance(choices[0], str) else found


def _new_table(request: Request, path: Path) -> Suggestion:
    """One more table under a name of the user's."""
    word = _ENTRIES[path[-1]]
    model_keys = tables.keys_at((*path, "name"), frozenset())
    first = next((key for key in model_keys if key.required or key.name in ("call", "type", "use", "engine")), None)
    cursor = request.cursor
    label = f"new {word}"
    inner = "$2" if first is None else {
        "toml": f'{first.name} = "$2"', "yaml": f"{first.name}: $2", "json": f'"{first.name}": "$2"'
    }[cursor.format]  # fmt: skip
    if cursor.format == "toml":
        text = f"${{1:{word}}} = {{ {inner} }}"
    elif cursor.format == "json":
        text = f'"${{1:{word}}}": {{{inner}}}'
    else:
        text = f"${{1:{word}}}: {{ {inner} }}" if cursor.spot.brackets else f"${{1:{word}}}:\n  {inner}"
    about = f"One more {word}, under a name of yours."
    insert = word if cursor.format == "yaml" else f'"{word}"' if cursor.format == "json" else word
    return Suggestion(label, Kind.Snippet, "", about, insert, text, rank=1, filter=cursor.typed or word)
