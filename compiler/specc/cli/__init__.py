"""The command line. Commands and what they need are imported only when they run."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

BRIEF = frozenset({"check", "compile", "graph", "schema", "explain", "version", "results", "--help", "--version"})
"""Commands that run nothing of the user's: they need no collection of garbage and no orderly end of the interpreter."""


def collect_again() -> None:
    """Collect garbage from now on, for code of the user's; what is there already stays, and is not looked at again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def main() -> NoReturn:
    """Run the command that the process's arguments name, and exit with its code."""
    arguments = sys.argv[1:]
    brief = bool(arguments) and arguments[0] in BRIEF
    if brief or arguments[:1] in (["run"], ["lsp"]):
        gc.disable()  # what lives until the end is most of what there is
    if brief or arguments[:1] == ["lsp"]:
        # Pydantic's plugins are for programs that serve; looking for them costs more than checking a spec.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from specc.cli.shell import run

    code = run(arguments)
    if brief:
        # Everything is written and flushed. Taking the interpreter apart object by object would be a tenth of the time.
        os._exit(code)
    sys.exit(code)
