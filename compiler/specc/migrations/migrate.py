"""Applies one migration after the other, and looks at what comes out of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from specc.formatting.formatter import FormattingError
from specc.formatting.verify import comments
from specc.migrations.migration import Migration
from specc.source.document import Document, parse
from specc.source.edits import TextEdit, edited
from specc.source.fault import Fault, Mark


class MigrationError(FormattingError):
    """A migration would have broken a spec or lost a comment: a bug of ours, and no text to use."""


def newest_version(migrations: Sequence[Migration]) -> int:
    """The version that the last migration leads to."""
    return len(migrations) + 1


def migrate(document: Document, migrations: Sequence[Migration], to: int | None = None) -> str:
    """The text of a spec in version `to` of the language, or in the newest one.

    Raises `Fault` when the spec does not say a version that is known here (SPC110, SPC111), and `MigrationError`
    rather than return a text that cannot be read.
    """
    version = _version(document, newest_version(migrations))
    for migration in migrations[version - 1 : (to or newest_version(migrations)) - 1]:
        version += 1
        document = _migrated(document, migration, version)
    return document.text


def version_of(document: Document) -> int | None:
    """The version that a spec says it is written in; None when that is no number."""
    version = document.value.get("specc")
    return version if type(version) is int else None


def _version(document: Document, newest: int) -> int:
    version = version_of(document)
    if version is not None and 1 <= version <= newest:
        return version
    mark = _extent(document)
    if version is not None and version > newest:
        raise Fault(
            "SPC111",
            f"the spec is written in version {version} of the language, which is newer than this compiler",
            Mark(*mark, f"the newest known version is {newest}"),
            help="install a newer specc",
        )
    raise Fault(
        "SPC110",
        "the spec does not say which version of the language it is written in",
        Mark(*mark, "not a version of the language" if "specc" in document.value else "no `specc` key"),
        help="say it first, then migrate",
    )


def _extent(document: Document) -> tuple[int, int]:
    """Where the version stands, or the beginning of the text."""
    covered, extent = document.table.nearest(("specc",))
    return (extent[2], extent[3]) if covered else (0, 0)


def _migrated(document: Document, migration: Migration, version: int) -> Document:
    edits = [*migration.edits(document), TextEdit(*_extent(document), str(version))]
    try:
        text = edited(document.text, edits)
    except ValueError as overlap:
        raise MigrationError(str(overlap)) from None
    try:
        after = parse(document.name, document.format, text)
    except Fault as fault:
        raise MigrationError(f"in version {version} it could not be read: {fault.message}") from None
    if version_of(after) != version:
        raise MigrationError(f"it would not be in version {version}")
    lost = Counter(comments(document.text, document.format)) - Counter(comments(text, document.format))
    if lost:
        raise MigrationError(f"the comment `{next(iter(lost))}` would be lost")
    return after
