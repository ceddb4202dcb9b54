"""Is a spec what the language says? Every mistake becomes a diagnostic at its place, in the user's words."""

from specc.schema.validate import validate

__all__ = ["validate"]
