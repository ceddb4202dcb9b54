"""The command line. Commands and what they need are imported only when they run."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command that the process's arguments name, and exit with its code."""
    from specc.cli.shell import run

    sys.exit(run(sys.argv[1:]))
