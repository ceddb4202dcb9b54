"""Which specs were deployed from here, so that `specc status RUN --stack dev` need not be told the spec."""

from __future__ import annotations

import json
import os
from pathlib import Path

from specc.targets import TargetError
from specc_targets.local.runs.files import write_file
from specc_targets.local.runs.state import make_state, state_directory

_FILE = "deployed.json"


def remember(spec: str, stack: str) -> None:
    """Note that a spec is used with a stack. Nothing fails because of it."""
    known = _read()
    path = str(Path(spec).absolute())
    if path in known.get(stack, []):
        return
    known.setdefault(stack, []).append(path)
    _write(known)


def forget(spec: str, stack: str) -> None:
    """Note that a spec is not used with a stack any more."""
    known, path = _read(), str(Path(spec).absolute())
    if path in known.get(stack, []):
        known[stack].remove(path)
        _write(known)


def _write(known: dict[str, list[str]]) -> None:
    try:
        write_file(make_state(state_directory()) / _FILE, json.dumps(known, indent=1).encode(), sync=False)
    except TargetError:
        return


def remembered(stack: str) -> list[str]:
    """The specs that are known with a stack and still there, the latest last; as seen from the current folder."""
    found = []
    for path in _read().get(stack, []):
        if Path(path).is_file():
            near = os.path.relpath(path)
            found.append(path if near.startswith("..") else near)
    return found


def _read() -> dict[str, list[str]]:
    try:
        found = json.loads((state_directory() / _FILE).read_bytes())
        return {str(stack): [str(path) for path in paths] for stack, paths in found.items()}
    except (OSError, ValueError, AttributeError, TypeError, TargetError):
        return {}
