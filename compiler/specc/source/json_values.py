"""JSON text to plain values, by the standard library."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from specc.source.plain import Unfit, make_plain

_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class DuplicateKey(Exception):  # noqa: N818 - a finding
    """An object gives a key twice. The scanner finds where."""


class NotANumber(Exception):  # noqa: N818 - a finding
    """`NaN`, `Infinity` or `-Infinity`, which are not JSON."""


def parse_json(text: str) -> dict[str, Any]:
    """Parse a JSON document; raise `Fault` in the user's words when it is wrong."""
    try:
        value = json.loads(text, object_pairs_hook=_table, parse_constant=_constant)
        if not isinstance(value, dict):
            raise TypeError
        make_plain(value, surrogates=_HALF_PAIR.search(text) is not None)
    except (ValueError, TypeError, RecursionError, DuplicateKey, NotANumber, Unfit) as error:
        from specc.source.json_faults import explain  # late: only needed when something is wrong

        raise explain(error, text) from None
    return value


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise DuplicateKey
    return table


def _constant(name: str) -> NoReturn:
    raise NotANumber(name)
