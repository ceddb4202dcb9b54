"""Every diagnostic code with its reason and a pair of examples. Imported only by `explain`, docs and tests."""

from specc.diagnostics.catalogue import (
    expressions,
    functions,
    internal,
    names,
    run,
    schema,
    syntax,
    targets,
    unsupported,
)
from specc.diagnostics.catalogue.entry import Entry

_AREAS = (syntax, schema, names, expressions, functions, unsupported, targets, run, internal)

ENTRIES: dict[str, Entry] = {entry.code: entry for area in _AREAS for entry in area.ENTRIES}
"""All entries by code, in order of code ranges."""

__all__ = ["ENTRIES", "Entry"]
