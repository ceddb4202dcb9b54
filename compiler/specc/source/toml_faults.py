"""Says in the user's words why a TOML text cannot be read. Imported only when one cannot."""

from __future__ import annotations

import re
import tomllib

from specc.source.fault import Fault, Mark
from specc.source.limits import MAX_DEPTH
from specc.source.lines import Lines
from specc.source.plain import Unfit
from specc.source.toml_mistakes import bad_item, bad_statement, bad_value, string_fault
from specc.source.toml_spans import STRING, TomlScanner
from specc.source.unfit import unfit_fault

_WHERE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)
_DUPLICATE = ("Cannot declare", "Cannot overwrite", "Cannot mutate", "Cannot redefine", "Cannot define", "Duplicate")
_STRING_FAULTS = ("Unterminated string", "Expected '\"", 'Expected "', "Illegal character", "Invalid hex value")
_KEY_PART = r"[A-Za-z0-9_-]++"
_TOKENS = re.compile(rf"#[^\n]*+|{STRING.pattern}|{_KEY_PART}|[ \t]++|.", re.DOTALL)


def explain(error: Exception, text: str) -> Fault:
    """The fault behind an exception of `tomllib` or of `make_plain`."""
    if isinstance(error, Unfit):
        return unfit_fault(error, TomlScanner(text).run().table)
    if isinstance(error, RecursionError):
        return _too_deep(text)
    if not isinstance(error, tomllib.TOMLDecodeError):
        return _not_readable(error, text)
    found = _WHERE.match(str(error))
    what = found["what"] if found else str(error)
    offset = len(text)
    if found and found["line"]:
        offset = _offset(text, int(found["line"]), int(found["column"]))
    if what.startswith(_DUPLICATE):
        return _duplicate(text, offset)
    return _syntax(what, text, offset)


def explain_within(error: tomllib.TOMLDecodeError, text: str, end: int) -> Fault | None:
    """The fault behind an exception, if it is one of syntax and stands before `end`."""
    found = _WHERE.match(str(error))
    if found is None or not found["line"] or found["what"].startswith(_DUPLICATE):
        return None
    offset = _offset(text, int(found["line"]), int(found["column"]))
    return _syntax(found["what"], text, offset) if offset < end else None


def refuse_deep_keys(text: str) -> None:
    """Raise `Fault` when a dotted key has more than `MAX_DEPTH` parts."""
    parts, start, expect_part = 0, 0, True
    for token in _TOKENS.finditer(text):
        char = token[0][0]
        if char in " \t":
            continue
        if expect_part and (char in "\"'_-" or char.isalnum()):
            if not parts:
                start = token.start()
            parts, expect_part = parts + 1, False
            if parts > MAX_DEPTH:
                raise Fault(
                    "SPC014",
                    f"a key has more than {MAX_DEPTH} parts",
                    Mark(start, start + 1, "this key goes too deep"),
                )
        elif char == "." and not expect_part:
            expect_part = True
        else:
            parts, expect_part = 0, True


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a position in which `tomllib` has counted a line end as one character."""
    from specc.diagnostics import Position

    return Lines(text).offset(Position(line, column))


def _too_deep(text: str) -> Fault:
    scanner = TomlScanner(text).run()
    at = scanner.open[:MAX_DEPTH][-1] if scanner.open else 0
    return Fault("SPC014", f"values are nested more than {MAX_DEPTH} deep", Mark(at, at + 1, "too deep from here on"))


def _not_readable(error: Exception, text: str) -> Fault:
    """`tomllib` lets errors of the conversion of a number or date through."""
    long = re.search(r"(?<![\w.+-])[+-]?[0-9_]{4301,}", text)
    if long:
        return Fault("SPC015", "this number has too many digits", Mark(long.start(), long.end(), "too long"))
    return Fault("SPC010", f"a value cannot be read: {error}")


def _duplicate(text: str, offset: int) -> Fault:
    scanner = TomlScanner(text[:offset]).run()
    header = text.startswith("[", scanner.statement)
    if header:  # reported before its closing bracket
        line_end = text.find("\n", offset)
        scanner = TomlScanner(text[: line_end if line_end >= 0 else None]).run()
    path, start, end = scanner.key
    name = ".".join(str(part) for part in path if isinstance(part, str))
    marks = [Mark(start, end, "given again here")]
    if scanner.earlier is not None:
        marks.append(Mark(*scanner.earlier, "given here first"))
    else:
        parent = next((path[:n] for n in range(len(path) - 1, 0, -1) if path[:n] in scanner.table.extents), None)
        if parent is not None:
            name = ".".join(str(part) for part in parent if isinstance(part, str))
            key_start, key_end, *_ = scanner.table.extents[parent]
            marks.append(Mark(key_start, key_end, "it already has a value that cannot be added to"))
    kind = "table" if header else "key"
    help_text = "keep one of the two" if not header else "merge the two tables, or give one another name"
    return Fault("SPC013", f"the {kind} `{name}` is given twice", *marks, help=help_text)


def _syntax(what: str, text: str, offset: int) -> Fault:
    """A text that is not TOML: look at what stands where reading stopped."""
    if what == "Unclosed array" or what == "Unclosed inline table":
        kind = "list" if "array" in what else "inline table"
        return _unclosed(text, kind) if not text[offset:].strip() else bad_item(text, offset, kind)
    if what.startswith(_STRING_FAULTS) or "escape" in what.lower():
        fault = string_fault(what, text, offset)
        if fault is not None:
            return fault
    if what == "Invalid value" and not text[offset:].strip() and (opened := TomlScanner(text).run().open):
        return _unclosed(text, "list" if text[opened[-1]] == "[" else "inline table")
    if what == "Invalid value" or what == "Invalid date or datetime":
        return bad_value(text, offset)
    return bad_statement(what, text, offset)


def _unclosed(text: str, kind: str) -> Fault:
    scanner = TomlScanner(text).run()
    close = "]" if kind == "list" else "}"
    at = scanner.open[-1] if scanner.open else max(0, len(text) - 1)
    help_text: tuple[str, ...] = (f"add `{close}` where the {kind} ends",)
    if kind == "inline table":
        help_text += ("an inline table stands on one line; for several lines use a table with a header",)
    return Fault("SPC010", f"this {kind} is never closed", Mark(at, at + 1, f"no `{close}` for this"), help=help_text)
