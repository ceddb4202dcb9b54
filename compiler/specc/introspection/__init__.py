"""Signatures of the user's functions, read from their source. Nothing is imported or executed."""

from specc.introspection.reader import ModuleReader
from specc.introspection.signature import Callable, Fault, Parameter, Signature

__all__ = ["Callable", "Fault", "ModuleReader", "Parameter", "Signature"]
