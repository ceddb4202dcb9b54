"""The stand-in `pulumi` as an executable of its own."""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_ROOTS = [_TESTS, *(_TESTS.parent / name for name in ("compiler", "schemas", "targets"))]
_TEXT = """#!{python}
import sys
sys.path[:0] = {roots!r}
from pulumi_engine.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def install(folder: Path) -> Path:
    """Write it into `bin` of a folder, which is then to be on PATH."""
    file = folder / "bin" / "pulumi"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_TEXT.format(python=sys.executable, roots=[str(root) for root in _ROOTS]))
    file.chmod(0o755)
    return file
