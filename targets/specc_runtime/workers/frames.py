"""What the engine and a process say to each other: frames on a socket that only the two of them have."""

from __future__ import annotations

import marshal
import socket
import struct
from typing import Any

_HEADER = struct.Struct("!QQ")
"""Bytes of the description, bytes of the data that follows it."""
CHUNK = 256 * 1024
"""Bytes that are received at a time."""
_JOINED = 64 * 1024
"""Bytes up to which data is copied behind its description, so that both are one write."""

Frame = tuple[tuple[Any, ...], bytes]
"""What `marshal` can write: what it is about, with the kind as the first; and the bytes of a value."""


def write(connection: socket.socket, about: tuple[Any, ...], data: bytes = b"") -> None:
    """Send one frame. Raises `OSError` when there is nobody to read it."""
    described = marshal.dumps(about)
    head = _HEADER.pack(len(described), len(data)) + described
    if len(data) <= _JOINED:
        connection.sendall(head + data)
    else:
        connection.sendall(head)
        connection.sendall(data)


class Reader:
    """Puts frames together from what arrives."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size, self._needed = 0, _HEADER.size

    def feed(self, chunk: bytes) -> list[Frame]:
        """The frames that are complete with `chunk`, which came after all that was fed before."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size < self._needed:
            return []
        data = b"".join(self._chunks) if len(self._chunks) > 1 else chunk
        self._chunks.clear()
        found: list[Frame] = []
        position, total, head = 0, len(data), _HEADER.size
        self._needed = head
        while total - position >= head:
            described, length = _HEADER.unpack_from(data, position)
            start = position + head
            middle = start + described
            end = middle + length
            if end > total:
                self._needed = end - position
                break
            found.append((marshal.loads(data[start:middle]), data[middle:end]))
            position = end
        if position < total:
            self._chunks.append(data[position:])
        self._size = total - position
        return found
