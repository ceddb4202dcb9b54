"""What moto's grammar of the Amazon States Language lacks: it is checked here, and left out of what moto parses.

* A `ResultWriter` in JSONata. The service gives where its manifest is in place of the list of results; machines that
  use that list, or the manifest, cannot be executed here. Those of the target `asl` use neither.
* Children of type EXPRESS. They run as Standard ones do: what sets them apart is time, price and history.
"""

from __future__ import annotations

import json
from typing import Any

_FIELDS = frozenset({"Resource", "Arguments", "WriterConfig"})
_WRITES = "arn:aws:states:::s3:putObject"


def parsed_by_moto(definition: str) -> str:
    """The definition as moto can parse it. Raises `ValueError` for what Step Functions would refuse."""
    if '"ResultWriter"' not in definition and '"EXPRESS"' not in definition:
        return definition
    try:
        machine = json.loads(definition)
    except ValueError:  # the parser says it better
        return definition
    waiting: list[Any] = [machine]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("Type") == "Map":
                _change(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return json.dumps(machine, ensure_ascii=False)


def _change(state: dict[str, Any]) -> None:
    if "Arguments" in (state.get("ResultWriter") or {}):
        _check(state.pop("ResultWriter"))
    config = (state.get("ItemProcessor") or {}).get("ProcessorConfig") or {}
    if config.get("ExecutionType") == "EXPRESS":
        config["ExecutionType"] = "STANDARD"


def _check(writer: dict[str, Any]) -> None:
    unknown = writer.keys() - _FIELDS
    if unknown or writer.get("Resource") != _WRITES or writer["Arguments"].keys() != {"Bucket", "Prefix"}:
        raise ValueError(f"ResultWriter needs `Bucket` and `Prefix`: {json.dumps(writer)}")
