"""Reads Python as far as configurations need it, without running it.

What is read is a syntax tree. Only values that are data are made, by operations that this package lists; whatever
else a file says becomes `Unreadable`, which is reported when a configuration depends on it. Nothing is imported,
opened or called, and what would take long or much memory ends at a limit.
"""
