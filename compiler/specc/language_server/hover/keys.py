"""What the language's keys and their values mean: what the models say of them."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from specc.language_server.completion.tables import key_at
from specc.schema.vocabulary import table_at
from specc.source.side_table import Path
from specc_schemas.choices import Meanings


def about_key(path: Path) -> str:
    """What a key of the language is for; nothing for a name of the user's."""
    key = key_at(path)
    if key is None or not key.about or isinstance(path[-1], int) or key.name != path[-1]:
        return ""
    choices = [f"* `{word}`: {text}" for word, text in _meanings(path).items()]
    return "\n\n".join(part for part in (f"**{key.name}**", key.about, "\n".join(choices)) if part)


def about_choice(path: Path, value: str) -> str:
    """What a value means that is one of a few."""
    text = _meanings(path).get(value)
    return f"**{value}**\n\n{text}" if text else ""


def _meanings(path: Path) -> dict[str, str]:
    """What each value means that a key may have."""
    model = table_at(path[:-1]) if path else None
    fields = model.model_fields.items() if model is not None else ()
    found: dict[str, str] = {}
    waiting: list[Any] = []
    for name, field in fields:
        if (field.alias or name) == path[-1]:
            waiting += [field.annotation, *field.metadata]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Meanings):
            found |= one.texts
        elif get_origin(one) is Annotated:
            waiting += [*get_args(one)[:1], *one.__metadata__]
        else:
            waiting += [inner for inner in get_args(one) if not isinstance(inner, str | int | float | bool)]
    return found
