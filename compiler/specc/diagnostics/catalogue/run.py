"""Catalogue entries of the area `run`."""

from specc.diagnostics.catalogue.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
