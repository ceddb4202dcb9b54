"""From arguments to an exit code: how the command line ends, whatever happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell shows for a process that wrote to a pipe nobody reads any more."""


def run(arguments: Sequence[str]) -> int:
    """Run one command. A bug of ours becomes one diagnostic; `SPECC_DEBUG=1` shows its traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A name or text that the terminal cannot show must not end in an exception.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        # What is left in the buffer has no reader: let the interpreter's last flush go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    return code


def _invoke(arguments: Sequence[str]) -> int:
    from specc.cli.group import cli

    try:
        code = cli.main(list(arguments), prog_name="specc", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        help_wanted.show(sys.stdout)
        return 0
    except click.ClickException as wrong:
        wrong.show()
        return getattr(wrong, "code", wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as bug:  # the one place that may: whatever is left is a bug of ours
        return _internal_error(bug)
    return code if isinstance(code, int) else 0


def _internal_error(bug: Exception) -> int:
    from specc.cli.report import show
    from specc.diagnostics import Diagnostic, Severity

    if os.environ.get("SPECC_DEBUG"):
        import traceback

        traceback.print_exception(bug)
    last = bug.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = f" at {last.tb_frame.f_globals.get('__name__', '?')}:{last.tb_lineno}" if last is not None else ""
    said = " ".join(str(bug).split())[:300]
    found = Diagnostic(
        "SPC900",
        Severity.ERROR,
        "specc itself failed; this is a bug in specc, not in the spec",
        help=("please report it with the spec and the output of the same command under `SPECC_DEBUG=1`",),
        notes=(f"{type(bug).__name__}{where}: {said}" if said else f"{type(bug).__name__}{where}",),
    )
    show([found], {})
    return 1
