"""The functions that an expression may call: those of JSONata 2.0.6 and those that Step Functions adds."""

from __future__ import annotations

_MANY = 99
_COUNTS = """
    abs 0-1, append 2, assert 1-2, average 1, base64decode 0-1, base64encode 0-1, boolean 0-1, ceil 0-1, clone 0-1,
    contains 1-2, count 1, decodeUrl 0-1, decodeUrlComponent 0-1, distinct 1, each 1-2, encodeUrl 0-1,
    encodeUrlComponent 0-1, error 0-1, exists 1, filter 2, floor 0-1, formatBase 0-2, formatInteger 1-2,
    formatNumber 1-3, fromMillis 0-3, join 1-2, keys 0-1, length 0-1, lookup 1-2, lowercase 0-1, map 2, match 1-3,
    max 1, merge 1, millis 0, min 1, not 0-1, now 0-2, number 0-1, pad 1-3, parseInteger 1-2, power 1-2, reduce 2-3,
    replace 2-4, reverse 1, round 0-2, shuffle 1, sift 1-2, single 1-2, sort 1-2, split 0-3, spread 0-1, sqrt 0-1,
    string 0-2, substring 1-3, substringAfter 1-2, substringBefore 1-2, sum 1, toMillis 0-2, trim 0-1, type 1,
    uppercase 0-1, zip 1-99, partition 2, range 3, hash 1-2, uuid 0, parse 1, random 0-1
"""


def _counts() -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for entry in _COUNTS.split(","):
        name, count = entry.split()
        least, _, most = count.partition("-")
        found[name] = int(least), int(most or least)
    return found


FUNCTIONS = _counts()
"""Name -> least and most arguments; one that JSONata takes from the context may be left out. `$eval` is not there."""

ARRAYS = frozenset({"parse", "range"})
"""Functions whose arrays stay arrays, also those of one item."""
