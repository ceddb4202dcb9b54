"""`specc fmt`."""

from __future__ import annotations

import click

from specc.source.load import STANDARD_INPUT


@click.command()
@click.argument("specs", nargs=-1, metavar="[SPEC...]")
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, and exit with 1 if any.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change, and exit with 1 if anything would.")
@click.option(
    "--stdin-name",
    metavar="NAME",
    default=STANDARD_INPUT,
    help="What to call the spec `-`; its suffix says the format.",
)
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
    from specc.cli.rewriting import Rewriting, Words
    from specc.cli.spec_files import named_specs
    from specc.formatting import format_document

    words = Words("reformat", "reformatted", "already formatted")
    rewriting = Rewriting(format_document, words, check, diff, stdin_name)
    if code := rewriting.run(named_specs(specs)):
        raise click.exceptions.Exit(code)
