"""Bytes to text: UTF-8, with or without a byte order mark, and nothing else."""

from __future__ import annotations

import codecs

from specc.source.fault import Fault, Mark

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes, name: str) -> str:
    """The text of a file without its byte order mark, line ends kept; raise `Fault` (SPC005) when it is not UTF-8."""
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            raise _not_utf8(f"`{name}` is encoded as {encoding}", "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid_byte(data, error.start, name) from None
    if "\0" in text:
        raise _nul(data, text, name)
    return text


def readable(data: bytes) -> str:
    """Text to show beside a fault of `data` that cannot be decoded: wrong bytes become replacement characters."""
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _not_utf8(message: str, detail: str, *marks: Mark) -> Fault:
    notes = (detail,) if detail else ()
    return Fault("SPC005", message, *marks, help="save the file as UTF-8", notes=notes)


def _invalid_byte(data: bytes, offset: int, name: str) -> Fault:
    guess = _wide_encoding(data)
    if guess:
        return _not_utf8(f"`{name}` looks like {guess}, not UTF-8", "")
    at = len(data[:offset].decode("utf-8"))
    detail = f"byte 0x{data[offset]:02x} at offset {offset} is not valid UTF-8 there"
    return _not_utf8(f"`{name}` is not UTF-8 text", detail, Mark(at, at + 1, "this is not UTF-8"))


def _nul(data: bytes, text: str, name: str) -> Fault:
    guess = _wide_encoding(data)
    if guess:
        return _not_utf8(f"`{name}` looks like {guess}, not UTF-8", "")
    at = text.index("\0")
    return Fault(
        "SPC005",
        f"`{name}` holds a NUL character, so it is not a text file",
        Mark(at, at + 1, "NUL character"),
        help="check that this is the file you meant",
    )


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 text without a mark: every other byte of its beginning is zero."""
    head = data[:64]
    if len(head) >= 4 and (head[1::2].count(0) >= len(head) // 2 - 1 or head[::2].count(0) >= len(head) // 2 - 1):
        return "UTF-16"
    return None
