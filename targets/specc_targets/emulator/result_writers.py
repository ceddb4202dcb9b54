"""moto knows a `ResultWriter` in JSONPath only, and writes an empty manifest: here it is checked, then left out.

The service gives where the manifest is in place of the list of results. Machines that use that list, or the manifest,
cannot be executed here; those of the target `asl` use neither.
"""

from __future__ import annotations

import json
from typing import Any

_FIELDS = frozenset({"Resource", "Arguments", "WriterConfig"})
_WRITES = "arn:aws:states:::s3:putObject"


def without_result_writers(definition: str) -> str:
    """The definition as moto can parse it. Raises `ValueError` for what Step Functions would refuse."""
    if '"ResultWriter"' not in definition:
        return definition
    try:
        machine = json.loads(definition)
    except ValueError:  # the parser says it better
        return definition
    changed = False
    waiting: list[Any] = [machine]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("Type") == "Map" and "Arguments" in (value.get("ResultWriter") or {}):
                _check(value.pop("ResultWriter"))
                changed = True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return json.dumps(machine, ensure_ascii=False) if changed else definition


def _check(writer: dict[str, Any]) -> None:
    unknown = writer.keys() - _FIELDS
    if unknown or writer.get("Resource") != _WRITES or writer["Arguments"].keys() != {"Bucket", "Prefix"}:
        raise ValueError(f"ResultWriter needs `Bucket` and `Prefix`: {json.dumps(writer)}")
