"""Writes specs in one style. Comments, order and meaning stay as they are.

Pure and light: only what the text's own format needs is imported, and only when it is asked for.
"""

from specc.formatting.formatter import FormattingError, format_document, format_text

__all__ = ["FormattingError", "format_document", "format_text"]
