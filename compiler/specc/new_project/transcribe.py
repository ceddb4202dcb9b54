"""The same spec in the other format: the same values, in the same order, with the comments."""

from __future__ import annotations

from specc.new_project.layout import layout_of
from specc.new_project.scalars import Notation
from specc.source.document import parse


def transcribe(text: str, notation: Notation, wanted: Notation) -> str:
    """Write a sound document in the other notation."""
    if notation == wanted:
        return text
    document = parse(f"spec.{notation}", notation, text)
    if wanted == "yaml":
        from specc.new_project.yaml_text import yaml_text as write
    else:
        from specc.new_project.toml_text import toml_text as write
    return write(document.value, layout_of(document))
