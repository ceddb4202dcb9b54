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
_CONDITIONS = frozenset({"when", "until", "yield"})
"""Keys whose values are expressions."""
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
    if _takes_item(request, path):
        yield _new_item(path)
    if path and _is_blank_line_of_toml(request):
        given = request.given(())
        for key in tables.keys_at((), frozenset()):
            if key.name not in given or key.shape == "tables" or tables.holds_tables((key.name,)):
                yield from _header(key)


def schema_key(request: Request, path: Path, key: Key) -> Suggestion:
    """A key of the language."""
    detail = "required" if key.required else ""
    why_not = _why_not(request, path, key.name)
    if why_not:
        return key_of(
            request.cursor,
            Suggestion(key.name, Kind.Property, why_not, key.about, rank=7),
            key.name,
            value_snippet(request, path, key),
        )
    if key.required and key.name in request.table(path):
        key, detail = key._replace(required=False), "said by what it extends"
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
    return key_of(cursor, one, key.name, value_snippet(request, path, key))


def _why_not(request: Request, path: Path, key: str) -> str:
    """Why a key of a step is refused that the language has; nothing when it is not."""
    from specc.lowering.unsupported import ACTIONS as WITHOUT_TARGET
    from specc.lowering.unsupported import ENVIRONMENTS, STEP_KEYS

    if len(path) < 2 or path[-2] not in ("steps", "finally"):
        return ""
    if key == "env":
        actions = [action for action in ACTIONS if action in request.table(path)]
        if actions and not set(actions) & set(ENVIRONMENTS):
            return "a function has none of its own" if "call" in actions else "only commands and containers have one"
        return ""
    return "no target runs this yet" if key in WITHOUT_TARGET or key in STEP_KEYS else ""


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


def value_snippet(request: Request, path: Path, key: Key) -> str:
    """A value to fill in."""
    format = request.cursor.format
    if len(path) >= 2 and path[-2] == "params" and (found := _of_parameter(request, str(path[-1]), key.name)):
        return found
    if key.name in _CONDITIONS:
        return '"\\${$1}"'
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


def _of_parameter(request: Request, name: str, key: str) -> str:
    """What goes with the type of a parameter, or with JSON Schema; nothing when any key's value would do."""
    if key in ("default", "const"):
        from specc.expressions.types import from_json_schema
        from specc.language_server.completion.arguments import to_fill

        return to_fill(request, from_json_schema(request.table(("params", name))), (), constant=True)
    if key == "additionalProperties":
        return choice_snippet((False, True), quoted=False)
    return table_snippet(request) if key == "items" else ""


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


def _is_blank_line_of_toml(request: Request) -> bool:
    """Whether the next table may begin here: on a line with nothing on it, below something else than a header."""
    cursor = request.cursor
    if cursor.format != "toml" or cursor.spot.brackets or cursor.spot.separated:
        return False
    above, _, before = cursor.text[: cursor.offset].rpartition("\n")
    after = cursor.text[cursor.offset :].partition("\n")[0]
    return not before.strip() and not after.strip() and not above.rpartition("\n")[2].lstrip().startswith("[")


def _header(key: Key) -> Iterator[Suggestion]:
    """A table of the spec that begins with this line."""
    if key.shape in ("table", "tables") and (found := _toml_table((), key)) is not None:
        insert, snippet = found
        label = insert if insert.endswith("]") else f"{insert}name]"
        yield Suggestion(label, Kind.Struct, "table", key.about, insert, snippet, rank=9, filter=insert)


def _takes_item(request: Request, path: Path) -> bool:
    """Whether the next item of a list of tables may begin here, on a line of its own."""
    spot, key = request.cursor.spot, tables.key_at(path)
    lines = request.cursor.format == "yaml" and not spot.brackets and not spot.separated
    return lines and key is not None and key.shape == "tables" and not request.cursor.typed


def _new_item(path: Path) -> Suggestion:
    first = tables.keys_at((*path, 0), frozenset())[0]
    text = f"- {first.name}: "
    return Suggestion(text.rstrip(": "), Kind.Snippet, "one more", first.about, text, f"{text}$1", rank=1)


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
