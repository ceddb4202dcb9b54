"""Every diagnostic code with its reason and a pair of examples. Imported only by `explain`, docs and tests."""

from specc.diagnostics.catalogue import (
    cases,
    clients,
    commands,
    containers,
    deployment,
    expressions,
    functions,
    importing,
    internal,
    limits,
    matrix,
    names,
    other_specs,
    packaging,
    permissions,
    pulumi,
    run,
    schema,
    scripts,
    syntax,
    targets,
    unsupported,
)
from specc.diagnostics.catalogue.entry import Entry

_AREAS = (
    syntax,
    schema,
    names,
    cases,
    expressions,
    functions,
    clients,
    commands,
    scripts,
    containers,
    matrix,
    unsupported,
    targets,
    limits,
    deployment,
    packaging,
    permissions,
    pulumi,
    other_specs,
    run,
    importing,
    internal,
)

ENTRIES: dict[str, Entry] = {
    entry.code: entry for entry in sorted((entry for area in _AREAS for entry in area.ENTRIES), key=lambda it: it.code)
}
"""All entries by code, in order of codes."""

__all__ = ["ENTRIES", "Entry"]
