"""The code of a script: its own file, and what it imports, which Python looks for beside it first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specc.ir.ops import ScriptTask
from specc_targets.code.trace import Memo, Trace

_SCRIPT, _MODULE = "script ", "module "
"""How the names of such code begin; no function is called so."""


def code_of(op: ScriptTask) -> str:
    """The name of a step's code: `script PATH` or `module NAME`."""
    stated: Mapping[str, Any] = op.arguments.raw if isinstance(op.arguments.raw, dict) else {}
    return _SCRIPT + stated["script"] if "script" in stated else _MODULE + str(stated.get("module"))


def is_script(code: str) -> bool:
    """Whether a name of code is that of a script, and not `module:function`."""
    return code.startswith((_SCRIPT, _MODULE))


def trace_script(code: str, root: Path, memo: Memo) -> Trace:
    """All that the code of that name is made of, as far as there are files of it."""
    if code.startswith(_MODULE):
        name = code.removeprefix(_MODULE)
        found = Trace(root, memo)
        found.follow(name)
        found.follow(f"{name}.__main__")  # what `python -m` runs of a package
        return found
    path = root / code.removeprefix(_SCRIPT)
    found = Trace(root, memo, beside=path.parent)
    if path.is_file():
        found.follow_file(path)
    return found


def references(op: ScriptTask) -> list[str]:
    """The modules of the objects that a script is given by name."""
    stated: Mapping[str, Any] = op.arguments.raw if isinstance(op.arguments.raw, dict) else {}
    tables = (stated.get("references") or {}).values()
    return sorted({str(name).partition(":")[0] for table in tables for name in table.values()})
