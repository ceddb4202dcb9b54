"""Catalogue entries of the area `targets`."""

from specc.diagnostics.catalogue.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
