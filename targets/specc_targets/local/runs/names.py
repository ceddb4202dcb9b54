"""Names of runs, and the texts that users know them by."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from specc_targets.local.runs.errors import RunNotFound

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
LATEST = "latest"
"""Stands for the newest run."""
_SHORTEST_END = 4
"""Characters of a run's end that may stand for it."""


def new_run_id(now: float | None = None) -> str:
    """`YYYYmmdd-HHMMSS-xxxxxx` in UTC. The last part is the fraction of the second: later runs sort after earlier."""
    nanoseconds = time.time_ns() if now is None else int(now * 1e9)
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime(seconds))}-{(rest << 24) // 10**9:06x}"


def is_name(text: str) -> bool:
    """Whether a run may be called so."""
    return re.fullmatch(_NAME, text) is not None


def resolve(text: str, names: Sequence[str]) -> str:
    """The one run that `text` stands for: its name, `latest`, its beginning, or four or more characters of its end.

    `names` are all runs, newest first. Raises `RunNotFound` with candidates.
    """
    text = text.strip()
    if text in names:
        return text
    if text == LATEST and names:
        return names[0]
    wanted = text.lower()
    found = [name for name in names if wanted and name.lower().startswith(wanted)]
    if not found and len(wanted) >= _SHORTEST_END:
        found = [name for name in names if name.lower().endswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        rest = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise RunNotFound(f"`{text}` fits {len(found)} runs: {_listed(found[:5])}{rest}")
    if not names:
        raise RunNotFound(f"there is no run `{text}`: nothing has been run here yet")
    from specc.diagnostics import closest

    near = closest(wanted, names)
    if near:
        raise RunNotFound(f"there is no run `{text}`; did you mean `{near}`?")
    raise RunNotFound(f"there is no run `{text}`; the latest are {_listed(names[:3])}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
