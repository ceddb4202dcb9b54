"""`specc fmt`."""

from __future__ import annotations

import click

from specc.cli.rewriting import Rewriting, Words, rewriting_options


@click.command()
@rewriting_options
def command(specs: tuple[str, ...], check: bool, diff: bool, stdin_name: str) -> None:
    """Write specs in one style.

    SPEC is a file, a quoted glob such as 'specs/**/*.toml', a folder, or `-` for standard input, which is written to
    standard output. In folders every TOML, YAML and JSON file with a key `specc` is formatted; hidden folders and
    those of other tools are left out. Without SPEC that is the folder one is in.

    Comments, the order of keys and what a spec means stay as they are, and this is verified before anything is
    written. There is nothing to configure.

    \b
    The exit code is
      0  when all is formatted,
      1  when --check or --diff found something to do, or a file could not be written,
      2  when a file cannot be read as a spec; the others are formatted nevertheless.

    \b
    Examples:
      specc fmt                          every spec in this folder and below it
      specc fmt --check specs            for CI
      specc fmt --diff birds.toml        what would change
      specc fmt - --stdin-name a.yaml    for editors
    """
    from specc.cli.spec_files import named_specs
    from specc.formatting import format_document

    words = Words("reformat", "reformatted", "already formatted")
    Rewriting(format_document, words, check, diff, stdin_name).run_and_exit(named_specs(specs))
