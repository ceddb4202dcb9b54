"""`specc graph`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import click

from specc.cli.report import Failure, compile_or_exit

FORMS = ("text", "mermaid", "dot", "json", "svg", "html")
LAYOUTS = ("auto", "graphviz", "built-in")


@click.command()
@click.argument("spec")
@click.option("--format", "format", type=click.Choice(FORMS), help="The form of the picture.  [default: text]")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="auto",
    help="What places the boxes of svg and html: Graphviz, what specc brings, or the first if it is there (auto).",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead.")
@click.option("--serve", is_flag=True, help="Show the picture in a browser, and follow changes of the spec.")
@click.option("--port", type=click.IntRange(0, 65_535), metavar="N", help="Port to serve at.  [default: any]")
@click.option("--open", "opened", is_flag=True, help="With --serve: open the browser.")
def command(
    spec: str,
    format: str | None,
    as_json: bool,
    layout: str,
    output: Path | None,
    serve: bool,
    port: int | None,
    opened: bool,
) -> None:
    """Draw a spec's steps: what waits for what, what is nested in what, and what may be skipped.

    With --serve the picture is shown at an address of this machine, which goes to standard output; Ctrl-C ends it.
    Whenever the spec, a file that it extends or its Python code changes, so does the picture.
    """
    from specc.targets import TargetError, driver

    if (opened or port is not None) and not serve:
        raise Failure("`--open` and `--port` go with `--serve`", 2)
    if serve and (format or as_json or output):
        raise Failure("`--serve` shows a page; it goes with none of `--format`, `--json` and `-o`", 2)
    try:
        if serve:
            _serve(driver("pictures").server(spec, layout, port or 0), opened)
            return
        picture = driver("pictures").drawn(compile_or_exit(spec), "json" if as_json else format or "text", layout)
    except TargetError as error:
        raise Failure(str(error), error.code) from None
    if output is None:
        click.echo(picture.decode(), nl=False)
    else:
        from specc.cli.files import write_atomically

        write_atomically(output, picture)
        click.echo(str(output))


def _serve(server: Any, opened: bool) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, which jobs of a shell ignore
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        click.echo("Ctrl-C ends it; whoever knows this address can look at the picture", err=True)
        click.echo(server.url)
        sys.stdout.flush()
        if opened:
            import webbrowser

            if not webbrowser.open(server.url):
                click.echo("there is no browser to open", err=True)
        server.run()
    except KeyboardInterrupt:
        return
