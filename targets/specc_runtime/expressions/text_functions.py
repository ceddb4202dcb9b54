"""Functions over texts."""

from __future__ import annotations

import re
from typing import Any

from specc_runtime.expressions.arguments import need_list, need_text, within_text
from specc_runtime.expressions.errors import ExpressionError
from specc_runtime.expressions.operators import a_kind
from specc_runtime.expressions.text import text_of

_SPACE = " \t\n\r\f\v"
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([0-9]{0,4})\}|[{}]")


def split(text: Any, separator: Any) -> list[str]:
    """The parts between separators."""
    by = need_text(separator, "split")
    if not by:
        raise ExpressionError("the separator of `split` cannot be empty")
    return need_text(text, "split").split(by)


def join(items: Any, separator: Any) -> str:
    """The items as one text, with the separator between them."""
    by = need_text(separator, "join")
    found = need_list(items, "join")
    for item in found:
        if item is None or isinstance(item, list | tuple | dict):
            raise ExpressionError(f"`join` needs a list of strings, numbers or booleans; this one holds {a_kind(item)}")
    texts = [text_of(item) for item in found]
    within_text(sum(map(len, texts)) + len(by) * len(texts))
    return by.join(texts)


def strip(text: Any) -> str:
    """Without spaces, tabs and line ends at both ends."""
    return need_text(text, "strip").strip(_SPACE)


def lower(text: Any) -> str:
    """In small letters."""
    return need_text(text, "lower").lower()


def upper(text: Any) -> str:
    """In capital letters."""
    return need_text(text, "upper").upper()


def replace(text: Any, old: Any, new: Any) -> str:
    """Every `old` replaced by `new`; no patterns."""
    whole, before, after = (need_text(value, "replace") for value in (text, old, new))
    if not before:
        raise ExpressionError("the text that `replace` looks for cannot be empty")
    within_text(len(whole) + whole.count(before) * max(len(after) - len(before), 0))
    return whole.replace(before, after)


def starts_with(text: Any, prefix: Any) -> bool:
    """Whether the text begins so."""
    return need_text(text, "starts_with").startswith(need_text(prefix, "starts_with"))


def ends_with(text: Any, suffix: Any) -> bool:
    """Whether the text ends so."""
    return need_text(text, "ends_with").endswith(need_text(suffix, "ends_with"))


def template_parts(template: str) -> list[str | int]:
    """The texts of a format template, and the numbers of the values between them. Raises ExpressionError."""
    parts: list[str | int] = []
    position, following = 0, 0
    for match in _PLACEHOLDER.finditer(template):
        parts.append(template[position : match.start()])
        position = match.end()
        if match[0] in ("{{", "}}"):
            parts.append(match[0][0])
        elif match[1] is None:
            raise ExpressionError(
                f"`{match[0]}` in the template of `format` is not `{{}}`; for a brace itself write it twice"
            )
        else:
            parts.append(int(match[1]) if match[1] else following)
            following += not match[1]
    return [part for part in (*parts, template[position:]) if part != ""]


def format_(template: Any, *values: Any) -> str:
    """The template with `{}` (or `{0}`, `{1}`, ...) replaced by the values; `{{` is a brace."""
    parts = template_parts(need_text(template, "format"))
    highest = max((part for part in parts if isinstance(part, int)), default=-1)
    if highest >= len(values):
        raise ExpressionError(f"the template of `format` uses {highest + 1} values; {len(values)} are given")
    texts = [part if isinstance(part, str) else text_of(values[part]) for part in parts]
    within_text(sum(map(len, texts)))
    return "".join(texts)


def basename(path: Any) -> str:
    """The last part of a path or URL, without slashes at its end."""
    return need_text(path, "basename").rstrip("/").rpartition("/")[2]


def dirname(path: Any) -> str:
    """What stands before the last part of a path or URL; an empty text when there is nothing."""
    head, slash, _ = need_text(path, "dirname").rstrip("/").rpartition("/")
    return head.rstrip("/") or slash


def extension(path: Any) -> str:
    """The end of the last part from its last dot on, as `.csv`; an empty text when there is none."""
    return _suffix(basename(path))


def stem(path: Any) -> str:
    """The last part without its extension."""
    name = basename(path)
    return name.removesuffix(_suffix(name))


def _suffix(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:] if dot > 0 and name[:dot].strip(".") else ""
