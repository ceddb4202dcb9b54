"""Says in the user's words why a JSON text cannot be read. Imported only when one cannot."""

from __future__ import annotations

import json
import re

from specc.source.fault import Fault, Mark, Replacement
from specc.source.json_spans import JsonScanner
from specc.source.json_values import DuplicateKey, NotANumber
from specc.source.limits import MAX_DEPTH
from specc.source.plain import Unfit
from specc.source.unfit import unfit_fault

_CODE = "SPC012"
_WORDS = {"True": "true", "False": "false", "None": "null"}
_LONG_NUMBER = re.compile(r"\d{4301,}")
_NO_NUMBER = re.compile(r'"(?:[^"\\]++|\\.)*+"|(-?Infinity|NaN)', re.DOTALL)


def explain(error: Exception, text: str) -> Fault:
    """The fault behind an exception of `json` or of `make_plain`."""
    if isinstance(error, json.JSONDecodeError):
        return _syntax(error, text)
    scanner = JsonScanner(text).run()
    if isinstance(error, Unfit):
        return unfit_fault(error, scanner.table)
    if isinstance(error, DuplicateKey):
        return _duplicate(scanner)
    if isinstance(error, NotANumber):
        found = next((m for m in _NO_NUMBER.finditer(text) if m[1]), None)
        marks = (Mark(*found.span(1)),) if found else ()
        return Fault("SPC015", f"`{error}` is not a finite number", *marks, help="JSON has no such number")
    if isinstance(error, RecursionError):
        at = scanner.open[: MAX_DEPTH - 1][-1] if scanner.open else 0
        mark = Mark(at, at + 1, "too deep from here on")
        return Fault("SPC014", f"values are nested more than {MAX_DEPTH} deep", mark)
    if isinstance(error, TypeError):
        start = len(text) - len(text.lstrip())
        return Fault("SPC021", "a spec is a table of keys and values", Mark(start, start + 1), help="begin with `{`")
    long = _LONG_NUMBER.search(text)
    marks = (Mark(*long.span(), "too long"),) if long else ()
    return Fault("SPC015", "this number has too many digits", *marks)


def _duplicate(scanner: JsonScanner) -> Fault:
    if scanner.duplicate is None:  # pragma: no cover - the parser found one, so the scanner does
        return Fault("SPC013", "a key is given twice")
    name, first, second = scanner.duplicate
    marks = (Mark(*second, "given again here"), Mark(*first, "given here first"))
    return Fault("SPC013", f"the key `{name}` is given twice", *marks, help="keep one of the two")


def _syntax(error: json.JSONDecodeError, text: str) -> Fault:
    at = error.pos
    char = text[at : at + 1]
    before = len(text[:at].rstrip())
    rest = text[before:].lstrip()
    comma = before - 1 if text[before - 1 : before] == "," else None
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 points at the comma itself
        comma, rest = at, text[at + 1 :].lstrip()
    if comma is not None and rest[:1] in ("}", "]"):
        fix = Replacement("remove the comma", ((comma, comma + 1, ""),))
        message = f"a comma stands before the closing `{rest[0]}`"
        help_text = "remove it: JSON allows no comma after the last"
        return Fault(_CODE, message, Mark(comma, comma + 1), help=help_text, fix=fix)
    if rest.startswith(("//", "/*", "#")):
        at = len(text) - len(rest)
        end = text.find("\n", at)
        mark = Mark(at, end if end >= 0 else len(text))
        return Fault(_CODE, "JSON has no comments", mark, help="use TOML or YAML to write comments, or remove it")
    if not char:
        return _early_end(text)
    if char == "'":
        return Fault(_CODE, "text stands in single quotes", Mark(at, at + 1), help='JSON uses double quotes: `"text"`')
    message, mark_end, advice, change = _by_message(error.msg, text, at)
    return Fault(_CODE, message, Mark(at, mark_end), help=advice, fix=change)


def _by_message(what: str, text: str, at: int) -> tuple[str, int, str | tuple[str, ...], Replacement | None]:
    found = re.compile(r"[\w.+-]+").match(text, at)
    word = found[0] if found else ""
    end = at + max(1, len(word))
    shown = word or text[at : at + 1].strip() or "this"
    if what.startswith("Unterminated string"):
        return 'a closing `"` is missing', at + 1, 'add `"` where the text ends', None
    if what.startswith("Invalid control"):
        if text[at] in "\r\n":
            return "a line ends inside a string", at + 1, 'add the closing `"`, or write the line end as `\\n`', None
        number = f"{ord(text[at]):04x}"
        return (
            f"a control character (U+{number.upper()}) stands in a string",
            at + 1,
            f"write it as `\\u{number}`",
            None,
        )
    if what.startswith("Invalid \\"):
        slash = text.rfind("\\", 0, at + 1)
        return f"`{text[slash : slash + 2]}` means nothing in a string", at + 1, "write `\\\\` for a backslash", None
    if what.startswith("Expecting ','"):
        return f"`,` is missing before {_name(shown)}", end, "put a comma between items", None
    if what.startswith("Expecting ':'"):
        return f"`:` is missing before {_name(shown)}", end, 'write `"key": value`', None
    if what.startswith("Extra data"):
        return "something follows the end of the document", end, "a JSON file holds one value", None
    if word in _WORDS:
        known = Replacement(f"write `{_WORDS[word]}`", ((at, end, _WORDS[word]),))
        return f"`{word}` is not a value in JSON", end, f"write `{_WORDS[word]}`", known
    if what.startswith("Expecting property name"):
        quote = Replacement("put the key in quotes", ((at, end, f'"{word}"'),)) if word else None
        return f"a key in double quotes is expected, not {_name(shown)}", end, 'write `"key": value`', quote
    if word and not re.match(r"[+.\d-]", word):
        fix = Replacement("put it in quotes", ((at, end, f'"{word}"'),))
        return "text must be in quotes", end, f'write `"{word}"`', fix
    return f"a value is expected, not {_name(shown)}", end, (), None


def _name(shown: str) -> str:
    return shown if shown == "this" else f"`{shown}`"


def _early_end(text: str) -> Fault:
    if not text.strip():
        return Fault(_CODE, "the file is empty", Mark(0, 0), help="begin with `{`")
    scanner = JsonScanner(text).run()
    if not scanner.open:
        return Fault(_CODE, "the text ends too early", Mark(len(text.rstrip()), len(text.rstrip())))
    at = scanner.open[-1]
    close = "}" if text[at] == "{" else "]"
    return Fault(_CODE, f"a closing `{close}` is missing", Mark(at, at + 1, "never closed"), help=f"add `{close}`")
