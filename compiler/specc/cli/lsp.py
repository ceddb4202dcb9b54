"""`specc lsp`."""

from __future__ import annotations

import click

from specc.cli.report import Failure


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output, as it does without this, too.")
def command(stdio: bool) -> None:  # noqa: ARG001 - some editors ask for what is the only way
    """Serve an editor over the Language Server Protocol.

    Editors start this themselves; docs/editors.md says how. It needs the extra `lsp`.
    """
    try:
        import pygls  # noqa: F401 - only whether it is there
    except ImportError:
        raise Failure(
            "the language server needs pygls; install with: pip install '.[lsp]' in a clone of specc", 3
        ) from None
    from specc import __version__
    from specc.language_server.server import serve

    raise click.exceptions.Exit(serve(__version__))
