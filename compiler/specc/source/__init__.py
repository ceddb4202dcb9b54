"""Source files: TOML, YAML and JSON into the same plain values, with spans on demand."""

from specc.source.document import Document
from specc.source.load import load_spec
from specc.source.locate import locate_diagnostics
from specc.source.spec import Spec

__all__ = ["Document", "Spec", "load_spec", "locate_diagnostics"]
