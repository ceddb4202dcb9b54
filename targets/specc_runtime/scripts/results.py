"""What comes of a script that has run: its result, or its failure."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from specc_runtime.codecs import Encoded
from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.errors import CodecError, OutputMismatch
from specc_runtime.scripts.servers import Frame

_SHORT = 60
"""Characters of a value in a message."""
_TICK = 0.02
"""Seconds by which two writings of a file are told apart for sure, on every file system that has fractions."""


def same_error(kinds: Sequence[tuple[str, str, str]], message: str) -> Exception:
    """An exception that goes by the same names as one in another process."""
    found: type[Exception] = Exception
    for name, module, qualified in reversed(kinds):
        if (name, module) in {("BaseException", "builtins"), ("Exception", "builtins")}:
            found = found if found is not Exception or name == "BaseException" else Exception
            continue
        found = type(name, (found,), {"__module__": module, "__qualname__": qualified})
    return found(message)


def reported(frames: Sequence[Frame], shown: str, entry: str | None) -> Any:
    """The globals, or what the entry gives. Raises `OutputMismatch` and `CodecError`."""
    for kind, *about in frames:
        if kind == "missing":
            name, names = about
            from difflib import get_close_matches  # late: for mistakes only

            near = get_close_matches(name, names, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise OutputMismatch(f"`{shown}` ended without a global `{name}`, which is an output{hint}")
        if kind == "unfit":
            name, message = about
            what = f"the global `{name}`" if name else f"what `{entry}` gives"
            raise CodecError(f"{what} of `{shown}` {message}")
        if kind == "values":
            return checked({name: _unpacked(value) for name, value in about[0].items()}, shown)
        if kind == "returned" and entry is not None:
            return _unpacked(about[0])
    raise OutputMismatch(
        f"`{shown}` ended before its outputs could be read, as `os._exit` does, or it closed its descriptors"
    )


def checked(values: dict[str, Any], shown: str) -> dict[str, Any]:
    """The outputs. Raises `CodecError` for one that is no JSON, which says what the others are: they are lost with it.

    Whoever stores the result would find it, too, but knows nothing of scripts.
    """
    for name, value in values.items():
        if _may_be_no_json(value):
            try:
                encode_json(value)
            except CodecError as error:
                from specc_runtime.scripts.outputs import with_help  # late: for mistakes only

                others = ", ".join(f"{other}={_short(found)}" for other, found in values.items() if other != name)
                also = f" (the other outputs: {others})" if others else ""
                raise CodecError(f"the global `{name}` of `{shown}` {with_help(str(error))}{also}") from None
    return values


def _may_be_no_json(value: Any) -> bool:
    """Whether there is in it what `marshal` brings, but JSON does not have."""
    left: list[Iterable[Any]] = [(value,)]
    while left:
        for item in left.pop():
            kind = type(item)
            if kind is float:
                if item - item != 0:  # nan, or infinite
                    return True
            elif kind is bytes:
                return True
            elif kind is str:
                if not item.isascii():  # it may be half a letter
                    return True
            elif kind is list or kind is tuple:
                left.append(item)
            elif kind is dict:
                if any(type(key) is not str or not key.isascii() for key in item):
                    return True
                left.append(item.values())
    return False


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _unpacked(value: tuple[str, Any]) -> Any:
    codec, content = value
    return content if codec == "plain" else Encoded(codec, content).decode()


class LastLine:
    """The last line that is not empty."""

    def __init__(self) -> None:
        self._line = ""

    def __call__(self, line: str) -> None:
        """See the next line."""
        if line.strip():
            self._line = line

    def value(self, shown: str) -> Any:
        """Its value as JSON, else the text."""
        if not self._line:
            raise OutputMismatch(f"`{shown}` printed nothing, where its last line is the result")
        try:
            return decode_json(self._line)
        except CodecError:
            return self._line.strip()


class Written:
    """A file that the script is to write."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._path = name, folder / name
        self._before = self._mark()
        if self._before is not None:
            recent = time.time() - self._before[0] / 1e9
            if 0 <= recent < _TICK:
                time.sleep(_TICK - recent)

    def _mark(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size)

    def value(self, shown: str) -> Any:
        """What is in it. Raises `OutputMismatch`, also when it is the one that was there before."""
        after = self._mark()
        if after is None:
            raise OutputMismatch(f"`{shown}` wrote no `{self._name}`, which is its result")
        if after == self._before:
            raise OutputMismatch(f"`{shown}` wrote no new `{self._name}`: the one that is there was there before")
        try:
            return json.loads(self._path.read_bytes(), parse_constant=_no_number)
        except (ValueError, RecursionError, OSError) as error:
            raise OutputMismatch(f"`{self._name}`, which `{shown}` wrote, is not JSON: {error}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"`{text}` is no number that JSON has")
