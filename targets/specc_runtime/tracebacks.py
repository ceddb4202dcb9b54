"""Tracebacks that show the user's code and none of ours."""

from __future__ import annotations

import importlib
import traceback
from pathlib import Path
from types import TracebackType

_OURS = tuple(str(Path(__file__).resolve().parents[1] / name) for name in ("specc_runtime", "specc_targets"))
_LONGEST_LINE = 8 * 1024
"""Characters of a line that are kept: one line of a message may be as long as the data that it is about."""
_IMPORTING = ("<frozen importlib", importlib.__file__)


def is_ours(filename: str) -> bool:
    """Whether the file belongs to specc (or is Python's import machinery)."""
    return filename.startswith((*_OURS, *_IMPORTING))


def trim(error: BaseException) -> TracebackType | None:
    """The traceback of `error` from the first frame of the user on; None when no frame is the user's."""
    found = error.__traceback__
    while found is not None and is_ours(found.tb_frame.f_code.co_filename):
        found = found.tb_next
    return found


def format_error(error: BaseException) -> str:
    """The traceback of `error` and of its causes as Python prints it, without our frames.

    Empty when no frame is the user's: then the message says it all. Very long lines are cut, and say their length.
    """
    if trim(error) is None and error.__cause__ is None:
        return ""
    try:
        text = traceback.TracebackException.from_exception(error, compact=True)
        _strip(text, set())
        return "\n".join(map(_cut, "".join(text.format()).split("\n")))
    except Exception:  # an exception of the user's may not let itself be looked at
        return ""


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}… ({len(line)} characters)"


def _strip(text: traceback.TracebackException, seen: set[int]) -> None:
    if id(text) in seen:
        return
    seen.add(id(text))
    text.stack = traceback.StackSummary.from_list([frame for frame in text.stack if not is_ours(frame.filename)])
    for other in (text.__cause__, text.__context__, *(text.exceptions or ())):
        if other is not None:
            _strip(other, seen)
