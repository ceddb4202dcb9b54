"""A line before the output of each call, so that who reads the logs of a function knows which step wrote what."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

_KEY = "specc-call"


def announce(request: Mapping[str, Any]) -> None:
    """Write the mark of a call to standard output."""
    sys.stdout.write(json.dumps({_KEY: mark_of(request)}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def mark_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The run, step and items that a request is about."""
    run = request.get("run")
    run_id = str(run.get("id", "")) if isinstance(run, dict) else ""
    return {"run": run_id, "step": str(request.get("step", "")), "items": _items(request, run_id)}


def read_mark(line: str) -> tuple[str, str, tuple[int, ...]] | None:
    """Run, step and items of a mark; None for any other line."""
    if not line.startswith(f'{{"{_KEY}"'):
        return None
    try:
        found = json.loads(line)[_KEY]
        return str(found["run"]), str(found["step"]), tuple(map(int, found["items"]))
    except (ValueError, KeyError, TypeError):
        return None


def _items(request: Mapping[str, Any], run_id: str) -> list[int]:
    """The items of the maps around, as far as the address of the call's result names them."""
    address = str(request.get("address", "")).removeprefix(f"{run_id}/")
    return [int(part) for part in address.split("/") if part.isascii() and part.isdigit()]
