"""From one version of the language to the next.

A migration is a pure function: from a document to edits of its text, so that whatever it does not name stays as it is,
comments included. Version 1 is the only version so far, and there is nothing to migrate yet.

To add one: a module here with a function `edits(document)`, and its `Migration` at the end of `MIGRATIONS`.
"""

from specc.migrations.migrate import MigrationError, migrate, newest_version
from specc.migrations.migration import Migration
from specc.source.edits import TextEdit

MIGRATIONS: tuple[Migration, ...] = ()
"""In order: the first leads from version 1 to version 2."""

__all__ = ["MIGRATIONS", "Migration", "MigrationError", "TextEdit", "migrate", "newest_version"]
