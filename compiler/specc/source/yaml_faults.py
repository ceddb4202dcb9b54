"""Says in the user's words why a YAML text cannot be read. Imported only when one cannot."""

from __future__ import annotations

import re
from typing import Any

from specc.source.fault import Fault, Mark

_CODE = "SPC011"
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_SPACES = "indent with blanks, alike for all that stands side by side"
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "`:` cannot stand here",
        "quote text that holds `: `, and check the indentation",
    ),
    ("could not find expected ':'", "`:` is missing after a key", "write `key: value`"),
    ("did not find expected key", "a key is expected here", _SPACES),
    ("did not find expected '-' indicator", "a list item (`- `) is expected here", _SPACES),
    ("did not find expected ',' or ']'", "`,` or `]` is expected here", "put `,` between items and `]` after the last"),
    ("did not find expected ',' or '}'", "`,` or `}` is expected here", "put `,` between pairs and `}` after the last"),
    (
        "did not find expected node content",
        "a value is expected here",
        "write a value, or quote text that begins with a sign",
    ),
    (
        "block sequence entries are not allowed",
        "a list item (`- `) cannot stand here",
        "begin the list on a line of its own",
    ),
    ("block mapping entries are not allowed", "a table cannot begin here", _SPACES),
    ("block collections", "a list or table cannot begin here", _SPACES),
    ("did not find expected <document start>", "this does not belong to the document", _SPACES),
    ("found undefined tag handle", "this tag is not supported", "a spec holds plain values: remove the tag"),
    (
        "found unknown escape character",
        "this escape means nothing in double quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "did not find expected hexdecimal number",
        "an escape lacks digits",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    ("found invalid Unicode character escape", "this escape is no character", "write the character itself"),
    (
        "did not find expected alphabetic",
        "a name is missing after `&` or `*`",
        "quote text that begins with `&` or `*`",
    ),
    ("found incompatible YAML document", "this version of YAML is not supported", "remove the `%YAML` line"),
    (
        "did not find expected comment or line break",
        "something follows `|` or `>` on the line",
        "begin the text on the next line",
    ),
    ("found an indentation indicator equal to 0", "the indentation cannot be 0", "leave the digit out"),
    ("found a tab character", "a tab stands in the indentation", "YAML is indented with blanks only"),
    ("found unexpected ':'", "`:` cannot stand here", "put a blank after `:`, or quote the text"),
)


def explain(error: Any, text: str) -> Fault:
    """The fault behind an exception of PyYAML."""
    problem_mark = getattr(error, "problem_mark", None)
    if problem_mark is None:
        return _unreadable(text)
    at = min(problem_mark.index, len(text))
    problem = error.problem or error.context or ""
    context = error.context or ""
    opened = error.context_mark.index if error.context_mark is not None else at
    if "found unexpected end of stream" in problem or "found unexpected document indicator" in problem:
        quote = text[opened : opened + 1]
        mark = Mark(opened, opened + 1, "never closed")
        return Fault(_CODE, f"a closing `{quote}` is missing", mark, help=f"add `{quote}`")
    if "cannot start any token" in problem or "found a tab character" in problem:
        return _bad_start(text, at)
    tab = _indenting_tab(text, at)
    if tab is not None:
        return _tab(tab)
    meanings = (meaning[1:] for meaning in _MEANINGS if problem.startswith(meaning[0]))
    message, help_text = next(meanings, (f"this is not YAML: {problem}", ""))
    if problem.startswith("did not find expected ','") and "${" in text[text.rfind("\n", 0, at) + 1 : at + 1]:
        help_text = 'put expressions between `{ }` or `[ ]` in quotes: `"${...}"`'
    if problem.startswith("could not find expected ':'"):
        line_end = text.find("\n", opened)
        end = opened + len(text[opened : line_end if line_end >= 0 else None].rstrip())
        return Fault(_CODE, message, Mark(opened, end), help=help_text)
    marks = [Mark(at, min(at + 1, len(text)))]
    if ("flow" in context or "block" in context) and opened != at and opened < len(text):
        kind = "table" if "mapping" in context else "list"
        marks.append(Mark(opened, opened + 1, f"the {kind} begins here"))
    return Fault(_CODE, message, *marks, help=help_text or ())


def _unreadable(text: str) -> Fault:
    found = _CONTROL.search(text)
    if not found:
        return Fault(_CODE, "this text cannot be read as YAML")
    return Fault(
        _CODE,
        f"the character U+{ord(found[0]):04X} cannot stand in YAML",
        Mark(found.start(), found.end(), "this character"),
        help="write it as an escape in double quotes",
    )


def _bad_start(text: str, at: int) -> Fault:
    char = text[at : at + 1]
    if char == "\t":
        return _tab(at)
    end = text.find("\n", at)
    written = text[at : end if end >= 0 else len(text)].rstrip()
    help_text = "put the text in quotes"
    if "'" not in written and len(written) < 60:
        help_text += f": `'{written}'`"
    return Fault(_CODE, f"text cannot begin with `{char}`", Mark(at, at + 1), help=help_text)


def _tab(at: int) -> Fault:
    help_text = "YAML is indented with blanks only"
    return Fault(_CODE, "a tab stands in the indentation", Mark(at, at + 1, "a tab"), help=help_text)


def _indenting_tab(text: str, at: int) -> int | None:
    """A tab in the indentation of the faulty line or the one before."""
    start = text.rfind("\n", 0, at) + 1
    previous = text.rfind("\n", 0, max(0, start - 1)) + 1
    for line in (start, previous):
        found = re.compile(r"[ ]*\t+[ \t]*(?=[^\s#])").match(text, line)
        if found:
            return text.index("\t", line)
    return None
