"""Catalogue entries of the area `expressions`."""

from specc.diagnostics.catalogue.entry import Entry

ENTRIES: tuple[Entry, ...] = ()
