"""Catalogue entries of the area `internal`: faults of specc itself, which no spec shows on purpose."""

from specc.diagnostics.catalogue.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC900",
        title="specc itself failed",
        why="Whatever a spec holds, specc should answer with a finding about it. This code means that it broke one of its own "
        "rules instead: a bug in specc, never the fault of the spec. Run the same command with `SPECC_DEBUG=1` to see where "
        "it happened, and report it together with the spec.",
        bad="",
        good="",
    ),
    Entry(
        code="SPC901",
        title="specc would have changed what a spec means",
        why="`specc fmt` and `specc migrate` read what they are about to write. Where it would hold other values, other comments or "
        "the same in another order, nothing is written: a bug in specc, never the fault of the spec, which is as good as "
        "before. Report it together with the spec.",
        bad="",
        good="",
    ),
)
