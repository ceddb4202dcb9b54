"""Catalogue entries of the area `names`."""

from specc.diagnostics.catalogue.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
