"""Errors as Step Functions tells them, in the words that specs know them by."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from specc_targets.local.failures import RunError

_NAMES = {
    "States.Timeout": "timeout",
    "Sandbox.Timedout": "timeout",
    "States.HeartbeatTimeout": "lost",
    "Runtime.ExitError": "exit",
}


def run_error(name: str | None, cause: str | None, step: str = "", items: tuple[int, ...] = ()) -> RunError:
    """The error of a step; `cause` may be Lambda's answer as JSON, with the user's traceback in it."""
    told = _answer(cause)
    message = str(told.get("errorMessage", cause or ""))
    lines = "".join(map(str, told.get("stackTrace", ()))).splitlines(keepends=True)
    known = _NAMES.get(name or "", name or "failed")
    return RunError(known, message, step, items, traceback=user_traceback(f"{name}: {message}", lines))


def user_traceback(said: str, lines: Iterable[str]) -> str:
    """The traceback that Python prints, without the frames of the runtime; empty when no other is left."""
    kept, is_ours = [], False
    for line in lines:
        if line.startswith("  File "):
            is_ours = "/specc_runtime/" in line
        if not is_ours:
            kept.append(line if line.endswith("\n") else f"{line}\n")
    return "".join(["Traceback (most recent call last):\n", *kept, f"{said}\n"]) if kept else ""


def _answer(cause: str | None) -> dict[str, Any]:
    try:
        found = json.loads(cause or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) and "errorMessage" in found else {}
