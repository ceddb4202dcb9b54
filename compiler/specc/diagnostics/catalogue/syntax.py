"""Catalogue entries of the area `syntax`."""

from specc.diagnostics.catalogue.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
