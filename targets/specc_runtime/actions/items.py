"""`each` over files: the rows of a CSV, the values of a JSON file, the objects below a prefix.

A location is `s3://bucket/key`, or a path below the folder of the package, which is shipped with the code.
"""

from __future__ import annotations

import csv as csv_files
import gzip
import io
import json as json_text
import math
import os
import stat
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from specc_runtime.errors import SpeccError
from specc_runtime.expressions import JsonValue
from specc_runtime.functions import root
from specc_runtime.store.s3 import s3_client

if TYPE_CHECKING:
    from _csv import Reader

LIMIT = 1 << 29
"""Bytes: the longest file whose items are read, unpacked. All items of a map are in memory at once."""
_CHUNK = 1 << 20
_S3 = "s3://"
_PARSING = threading.Lock()


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class ItemsError(SpeccError):
    """The items of a map cannot be read from where the spec says."""


def read(
    csv: str | None = None, jsonl: str | None = None, json: str | None = None, objects: str | None = None
) -> list[Any]:
    """The items at the one location that is given, in their order there; files below a prefix in that of their keys.

    Raises `ItemsError`, which names the line where a file is not what it should be.
    """
    for given in (csv, jsonl, json, objects):
        if given is not None and not isinstance(given, str):  # what an expression gives
            raise ItemsError(f"where to read is no text but `{str(given)[:60]}`")
    if objects is not None:
        return list(_objects(objects) if objects.startswith(_S3) else _files(objects))
    parse: Callable[[str, str], list[Any]]
    for location, parse in ((csv, rows), (jsonl, _lines), (json, _array)):
        if location is not None:
            return parse(_text(location), location)
    raise ItemsError("there is nothing to read items from")


def rows(text: str, location: str) -> list[Any]:
    """Objects of texts by the names in the first row. Every row has as many fields as there are names."""
    with _fields_of_any_size():
        return _parsed(csv_files.reader(io.StringIO(text, newline=""), strict=True), location)


@contextmanager
def _fields_of_any_size() -> Iterator[None]:
    """The limit of a field belongs to the whole process, functions of the user included, so it is put back."""
    with _PARSING:
        before = csv_files.field_size_limit(LIMIT)
        try:
            yield
        finally:
            csv_files.field_size_limit(before)


def _parsed(reader: Reader, location: str) -> list[Any]:
    found: list[Any] = []
    try:
        names = next(filter(None, reader), None)
        if names is None:
            return []
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ItemsError(f"`{location}` names the column `{twice}` twice")
        for row in reader:
            if len(row) != len(names) and row:
                fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
                raise ItemsError(f"`{location}`, line {reader.line_num}: {fields} for {len(names)} columns")
            if row:
                found.append(dict(zip(names, row, strict=True)))
    except csv_files.Error as error:
        raise ItemsError(f"`{location}`, line {reader.line_num}: {error}") from None
    return found


def _lines(text: str, location: str) -> list[Any]:
    return [_json(line, location, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _array(text: str, location: str) -> list[Any]:
    found = _json(text, location, 1)
    if not isinstance(found, list):
        raise ItemsError(f"`{location}` holds no JSON array")
    return found


def _json(text: str, location: str, line: int) -> JsonValue:
    try:
        found: JsonValue = json_text.loads(text, parse_constant=_no_constant, parse_float=_number)
    except RecursionError:
        raise ItemsError(f"`{location}`, line {line}: nested too deep") from None
    except ValueError as error:
        if isinstance(error, json_text.JSONDecodeError):
            where = f"line {line + error.lineno - 1}, column {error.colno}"
            raise ItemsError(f"`{location}`, {where}: {error.msg}") from None
        raise ItemsError(f"`{location}`, line {line}: {error}") from None
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is no JSON")


def _number(text: str) -> float:
    found = float(text)
    if math.isinf(found):
        raise ValueError(f"`{text[:20]}` is too large for a number")
    return found


def _text(location: str) -> str:
    data = _object(location) if location.startswith(_S3) else _file(location)
    try:
        if location.endswith(".gz"):
            data = _bounded(gzip.GzipFile(fileobj=io.BytesIO(data)), location)
        return data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        what = "no UTF-8" if isinstance(error, UnicodeDecodeError) else f"no gzip: {error}"
        raise ItemsError(f"`{location}` is {what}") from None


def _bounded(file: _Readable, location: str) -> bytearray:
    """All that is in a file, which is read no further than it may be long."""
    data = bytearray()
    while chunk := file.read(_CHUNK):
        data += chunk
        if len(data) > LIMIT:
            raise ItemsError(f"`{location}` holds more than {LIMIT >> 20} MiB; split it, or read it in a function")
    return data


# Files of the package


def _path(location: str) -> Path:
    if "://" in location:
        raise ItemsError(f"`{location}` is neither `s3://bucket/key` nor a path")
    folder = (root() or Path.cwd()).resolve()
    if "\0" in location:
        raise ItemsError(f"`{location}` is no path")
    found = (folder / location).resolve()
    if not found.is_relative_to(folder):
        raise ItemsError(f"`{location}` leads out of the package; ship the file with it, or put it into a bucket")
    return found


def _file(location: str) -> bytearray:
    path = _path(location)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # what gives bytes as somebody writes them would be waited for
            raise ItemsError(f"`{location}` is no file")
        with path.open("rb") as file:
            return _bounded(file, location)
    except OSError as error:
        raise ItemsError(f"cannot read `{location}`: {error.strerror}") from None


def _files(location: str) -> Iterator[JsonValue]:
    folder = _path(location)
    if not folder.is_dir():
        raise ItemsError(f"`{location}` is no folder")
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for key in sorted(found, key=os.fsencode):
        if not key.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in key):
            raise ItemsError(f"the name of a file in `{location}` is no UTF-8: `{os.fsencode(key)!r}`")
        status = found[key].stat()
        yield _item(str(found[key]), key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _item(uri: str, key: str, size: int, modified: datetime) -> JsonValue:
    stamp = modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"uri": uri, "key": key, "size": size, "modified": stamp}


# Objects in S3


def _bucket(location: str) -> tuple[str, str]:
    bucket, _, key = location.removeprefix(_S3).partition("/")
    if not bucket:
        raise ItemsError(f"`{location}` names no bucket; write `s3://bucket/key`")
    return bucket, key


def _object(location: str) -> bytearray:
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, key = _bucket(location)
    if not key:
        raise ItemsError(f"`{location}` names no object; write `s3://bucket/key`")
    try:
        return _bounded(s3_client().get_object(Bucket=bucket, Key=key)["Body"], location)
    except (BotoCoreError, ClientError) as error:
        raise ItemsError(f"cannot read `{location}`: {error}") from None


def _objects(location: str) -> Iterator[JsonValue]:
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, prefix = _bucket(location)
    try:
        for page in s3_client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for entry in page.get("Contents", ()):
                key = entry["Key"]
                if not key.endswith("/"):  # folders that a console has made
                    yield _item(f"{_S3}{bucket}/{key}", key, entry["Size"], entry["LastModified"])
    except (BotoCoreError, ClientError) as error:
        raise ItemsError(f"cannot list `{location}`: {error}") from None
