"""Diagnostics: what is wrong, where, and how to mend it."""

from specc.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label, Severity, Sink
from specc.diagnostics.fixes import apply_fixes
from specc.diagnostics.place import ROOT, Place, Position, Span
from specc.diagnostics.suggest import closest, rename

__all__ = [
    "ROOT",
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Place",
    "Position",
    "Severity",
    "Sink",
    "Span",
    "apply_fixes",
    "closest",
    "rename",
]
