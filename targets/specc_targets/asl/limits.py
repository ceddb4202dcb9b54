"""Limits of Step Functions on the definition as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping

from specc.diagnostics import ROOT, Label, Sink
from specc_targets.asl.text import Json

MAX_DEFINITION = 1_000_000
"""Bytes of a definition (Step Functions quotas: 1 MB)."""


def check_size(sink: Sink, definition: Mapping[str, Json]) -> None:
    """Report SPC410 when the definition is too large."""
    size = len(json.dumps(definition, ensure_ascii=False, separators=(",", ":")).encode())
    if size <= MAX_DEFINITION:
        return
    states = definition["States"]
    assert isinstance(states, dict)
    sizes = sorted(
        ((len(json.dumps(state, ensure_ascii=False).encode()), name) for name, state in states.items()), reverse=True
    )
    largest = ", ".join(f"`{name}` ({part:,} bytes)" for part, name in sizes[:3])
    sink.report(
        "SPC410",
        f"the state machine has {size:,} bytes; Step Functions allows {MAX_DEFINITION:,}",
        Label(ROOT, "compiled from this spec"),
        help=[f"the largest parts are {largest}", "replace repeated steps by a step with `each`"],
    )
