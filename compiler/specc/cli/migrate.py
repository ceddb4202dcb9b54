"""`specc migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from specc.cli.report import Failure
from specc.cli.rewriting import Rewriting, Words, rewriting_options

if TYPE_CHECKING:
    from specc.source.document import Document


@click.command()
@click.option(
    "--to", "to", type=click.IntRange(min=1), metavar="VERSION", help="Which version; the newest unless said."
)
@rewriting_options
def command(specs: tuple[str, ...], to: int | None, check: bool, diff: bool, stdin_name: str) -> None:
    """Bring specs to a newer version of the language.

    SPEC is a file, a quoted glob, a folder, or `-` for standard input, which is written to standard output. Without
    SPEC that is every spec in this folder and below it. Only what a version changes is edited; comments stay.

    Version 1, which `specc = 1` names, is the only version so far: what is written in it is up to date.

    \b
    The exit code is
      0  when all is up to date,
      1  when --check or --diff found something to do, or a file could not be written,
      2  when a file cannot be read or its version is not known; the others are migrated nevertheless.
    """
    from specc.cli.spec_files import named_specs
    from specc.migrations import MIGRATIONS, migrate, newest_version
    from specc.migrations.migrate import version_of

    newest = newest_version(MIGRATIONS)
    if to is not None and to > newest:
        raise click.UsageError(f"there is no version {to} of the language; the newest is {newest}")

    def change(document: Document) -> str:
        version = version_of(document)
        if to is not None and version is not None and to < version <= newest:
            raise Failure(f"`{document.name}` is written in version {version}; specs are never migrated back", 2)
        return migrate(document, MIGRATIONS, to)

    words = Words("migrate", "migrated", "up to date")
    Rewriting(change, words, check, diff, stdin_name).run_and_exit(named_specs(specs))
