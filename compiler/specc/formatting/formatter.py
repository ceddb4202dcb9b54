"""From a text to the same text in one style."""

from __future__ import annotations

from specc.formatting.verify import verify
from specc.source.document import Document, parse
from specc.source.formats import Format

_MARK = "\ufeff"


class FormattingError(Exception):
    """The formatter would have changed what a spec means, or lost a comment: a bug of ours, and no text to use."""


def format_text(text: str, format: Format) -> str:
    """The text of a spec in the style of specc.

    A byte order mark is kept, and so are line ends: all become what the first one is. Raises
    `specc.source.fault.Fault` when the text is no document of this format, as reading it would, and `FormattingError`
    rather than return a text that says something else.
    """
    mark, text = text[: text.startswith(_MARK)], text.removeprefix(_MARK)
    return mark + format_document(parse("", format, text))


def format_document(document: Document) -> str:
    """The text of a document in the style of specc. Raises `FormattingError` as `format_text` does."""
    text = document.text
    line_end = "\r\n" if text[: text.find("\n") + 1].endswith("\r\n") else "\n"
    before = text.replace("\r\n", "\n")
    after = _print(before, document.format)
    if after != before and (difference := verify(before, after, document.value, document.format)):
        raise FormattingError(difference)
    return after if line_end == "\n" else after.replace("\n", line_end)


def _print(text: str, format: Format) -> str:
    if format == "toml":
        from specc.formatting.toml_printer import print_toml

        return print_toml(text)
    if format == "yaml":
        from specc.formatting.yaml_printer import print_yaml

        return print_yaml(text)
    from specc.formatting.json_printer import print_json

    return print_json(text)
