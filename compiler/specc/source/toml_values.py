"""TOML text to plain values, by `tomllib`."""

from __future__ import annotations

import tomllib
from typing import Any

from specc.memory import Memory
from specc.source.limits import MAX_DEPTH
from specc.source.plain import Unfit, make_plain


def parse_toml(text: str, memory: Memory | None = None) -> dict[str, Any]:
    """Parse a TOML document; raise `Fault` in the user's words when it is wrong."""
    if text.count(".") > MAX_DEPTH:
        _refuse_deep_keys(text)
    if memory is not None:
        from specc.source.toml_pieces import parse_pieces

        known = parse_pieces(text, memory.shelf("pieces"))
        if known is not None:
            return known
    try:
        value = tomllib.loads(text)
        make_plain(value)
    except (ValueError, RecursionError, Unfit) as error:
        from specc.source.toml_faults import explain  # late: only needed when something is wrong

        raise explain(error, text) from None
    return value


def _refuse_deep_keys(text: str) -> None:
    """Refuse keys of more than `MAX_DEPTH` parts before `tomllib` sees them: it takes cubic time for them."""
    if any(line.count(".") > MAX_DEPTH for line in text.split("\n")):
        from specc.source.toml_faults import refuse_deep_keys

        refuse_deep_keys(text)
