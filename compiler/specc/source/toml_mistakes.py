"""Common mistakes in TOML, recognised by what stands where reading stopped."""

from __future__ import annotations

import re

from specc.source.fault import Fault, Mark, Replacement
from specc.source.toml_spans import STRING, TomlScanner

_BARE_RUN = re.compile(r"[^\n#,\]}]*[^\s#,\]}]|[^\s#]")
_NULLS = frozenset({"null", "None", "none", "nil", "~", "NULL", "Null", "undefined"})
_BOOLEANS = {"True": "true", "False": "false", "TRUE": "true", "FALSE": "false", "yes": "true", "no": "false"}
_BOOLEANS |= {"on": "true", "off": "false", "Yes": "true", "No": "false"}
_ESCAPES = "write `\\\\` for a backslash, or put the text in single quotes, where a backslash means itself"
_CODE = "SPC010"
_SHOWN = 60
"""Characters of the user's text that are repeated in messages."""


def bad_value(text: str, offset: int) -> Fault:
    """What stands at `offset` is not a value."""
    found = _BARE_RUN.match(text, offset)
    if not found:
        before = text.rfind("=", 0, offset + 1)
        start = before if before >= 0 and not text[before + 1 : offset].strip() else offset
        return Fault(_CODE, "a value is missing", Mark(start, start + 1, "nothing follows"), help="write one after `=`")
    run, start, end = found[0], found.start(), found.end()
    word = re.match(r"[\w.+~-]*", run)
    first = word[0] if word else ""
    mark = Mark(start, end, "not a value")
    if run in _NULLS:
        help_text = 'leave the key out, or write `"${null}"` where an expression may stand'
        return Fault(_CODE, f"TOML has no `{run}`", Mark(start, end), help=help_text)
    if run in _BOOLEANS:
        new = _BOOLEANS[run]
        fix = Replacement(f"write `{new}`", ((start, end, new),))
        help_text = f"write `{new}`, or quote it if text is meant"
        return Fault(_CODE, f"`{run}` is not a value", mark, help=help_text, fix=fix)
    if re.fullmatch(r"[+-]?(?:\.\d+|\d+\.)(?:[eE][+-]?\d+)?", first):
        return Fault(_CODE, f"`{first}` is not a number", mark, help="a number has digits on both sides of its point")
    if re.fullmatch(r"[+-]?0\d+", first):
        help_text = "leave out the leading zeros, or quote it if text is meant"
        return Fault(_CODE, f"`{first}` is not a number", mark, help=help_text)
    if re.match(r"\d{4}-\d\d-\d\d", first):
        return Fault(_CODE, f"`{run}` is not a possible date", mark, help="quote it if text is meant")
    if run[0] in "=,:;)":
        return Fault(_CODE, f"`{run[0]}` cannot stand here", Mark(start, start + 1), help="a value is expected")
    if '"' in run or "\\" in run:
        return Fault(_CODE, "this is not a value", mark, help='text begins and ends with `"`')
    number = re.fullmatch(r"[\d.+_eE-]*", run) is not None  # perhaps one that is still being typed
    fix = Replacement("put it in quotes", ((start, end, f'"{run}"'),), safe=not number)
    help_text = f'write `"{run}"`' if len(run) <= _SHOWN else 'put `"` before and after it'
    return Fault(_CODE, "text must be in quotes", Mark(start, end, "no quotes"), help=help_text, fix=fix)


def bad_item(text: str, offset: int, kind: str) -> Fault:
    """What stands at `offset` in a list or an inline table neither continues nor closes it."""
    bare = _bare_start(text, offset)
    if bare is not None:
        return bad_value(text, bare)
    if kind == "inline table" and text[offset] in "\r\n":
        help_text = "an inline table stands on one line; for several lines use a table with a header"
        return Fault(_CODE, "this inline table is not closed on its line", Mark(offset, offset + 1), help=help_text)
    help_text = f"put `,` between what stands in the {kind}, or close it with `{']' if kind == 'list' else '}'}`"
    return Fault(_CODE, f"`,` is missing in the {kind}", Mark(offset, offset + 1, "not expected here"), help=help_text)


def _bare_start(text: str, offset: int) -> int | None:
    """Where a value without quotes begins that `tomllib` has read half of, as in `5m`."""
    start = offset
    while start > 0 and text[start - 1] not in " \t\n\r,=[]{}\"'#":
        start -= 1
    return start if start < offset and text[offset : offset + 1] not in ("", "\n", "\r", "#", ",", " ", "\t") else None


def string_fault(what: str, text: str, offset: int) -> Fault | None:
    """A string that does not end, or holds what a string cannot; None when `offset` is not in a string."""
    char = text[offset : offset + 1]
    quote = _open_quote(text, offset)
    if quote is None:
        return None
    start, kind = quote
    if "nescaped" in what or "hex" in what or "Escaped" in what:
        at = text.rfind("\\", start, offset + 1)
        at = at if at >= 0 else offset
        shown = text[at : at + 2]
        return Fault(_CODE, f"`{shown}` means nothing in a string", Mark(at, at + 2, "unknown escape"), help=_ESCAPES)
    if char in ("", "\n", "\r"):
        end = start + len(text[start:offset].split("\n", 1)[0]) if len(kind) == 1 else start + len(kind)
        help_text = f"add `{kind}` where the text ends"
        more = ('text of several lines stands between `"""` and `"""`',) if len(kind) == 1 else ()
        mark = Mark(start, end, "this string has no end")
        return Fault(_CODE, f"a closing `{kind}` is missing", mark, help=(help_text, *more))
    return Fault(
        _CODE,
        f"a control character (U+{ord(char):04X}) stands in a string",
        Mark(offset, offset + 1, "this character"),
        help=f"write it as `\\u{ord(char):04x}` in a string with double quotes",
    )


def _open_quote(text: str, offset: int) -> tuple[int, str] | None:
    """The beginning and the kind of the string that is open at `offset`."""
    position = TomlScanner(text).run().statement
    tokens = re.compile(rf"#[^\n]*+|\"\"\"|'''|{STRING.pattern}|[\"']", re.DOTALL)
    strings = re.compile(STRING.pattern, re.DOTALL)
    while True:
        found = tokens.search(text, position)
        if not found or found.start() > offset:
            return None
        whole = strings.match(text, found.start()) if found[0][0] != "#" else found
        if whole is None or (found[0][0] != "#" and whole.end() > offset):
            opened = found.start()
            char = text[opened]
            return opened, char * 3 if text.startswith(char * 3, opened) else char
        position = whole.end()


def bad_statement(what: str, text: str, offset: int) -> Fault:
    """What stands at `offset` is neither a header nor `key = value`."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    line = text[start:end].rstrip()
    body = start + len(line) - len(line.lstrip())
    stop = start + len(line)
    here = Mark(min(offset, stop), min(offset + 1, max(stop, offset)), "")
    whole = Mark(body, stop)
    if line.lstrip().startswith("["):
        return _bad_header(line.lstrip(), here, whole)
    if line.lstrip().startswith(("{", "//", "/*", "---", "- ")):
        return _other_language(line.lstrip(), whole)
    colon = re.match(r"\s*[\w.\"'-]+\s*(:)\s*(?=\S|$)", line)
    if colon and what.startswith("Expected '='"):
        at = start + colon.start(1)
        end = colon.end() if line.startswith("=", colon.end()) else colon.start(1)
        blank = "" if line[: colon.start(1)].endswith(" ") else " "
        fix = Replacement("write `=`", ((at, start + end + 1, f"{blank}="),))
        help_text = "TOML writes `key = value`; for YAML name the file `.yaml`"
        return Fault(_CODE, "`:` stands where `=` belongs", Mark(at, at + 1), help=help_text, fix=fix)
    if what.startswith("Expected '='"):
        if re.fullmatch(r"\s*[\w.\"'-]+", line):
            name = f"`{line.strip()}`" if len(line) <= _SHOWN else "this key"
            return Fault(_CODE, f"{name} has no value", whole, help="write `key = value`")
        help_text = 'write `key = value`; a key with blanks needs quotes: `"a b" = 1`'
        return Fault(_CODE, "`=` is missing after a key", here, help=help_text)
    if what.startswith("Expected newline"):
        return _trailing(text, offset, stop)
    if not line.strip():
        return Fault(_CODE, "the text ends too early", here)
    char = text[offset : offset + 1]
    comma = text.rfind(",", 0, offset)
    if char == "}" and comma >= 0 and not text[comma + 1 : offset].strip():
        fix = Replacement("remove the comma", ((comma, comma + 1, ""),))
        return Fault(_CODE, "a comma stands before `}`", Mark(comma, comma + 1), help="remove it", fix=fix)
    if char in ("\r", "\n") and comma >= 0 and not text[comma + 1 : offset].strip():
        return bad_item(text, offset, "inline table")
    shown = f"`{char}`" if char.strip() else "what follows"
    return Fault(_CODE, f"{shown} cannot stand here", here, help="a line is `key = value`, `[table]`, or `# comment`")


def _bad_header(line: str, here: Mark, whole: Mark) -> Fault:
    close = "]]" if line.startswith("[[") else "]"
    if close not in line:
        message = f"this header has no closing `{close}`"
        return Fault(_CODE, message, whole, help=f"add `{close}` at the end of the line")
    if re.match(r"\[+\s*\]", line):
        return Fault(_CODE, "this header has no name", whole, help="write `[name]`")
    help_text = 'a header is `[a.b]`; a name with blanks or signs needs quotes: `[a."b c"]`'
    return Fault(_CODE, "this header cannot be read", here, whole, help=help_text)


def _trailing(text: str, offset: int, stop: int) -> Fault:
    rest = text[offset:stop]
    bare = _bare_start(text, offset)
    if bare is not None:
        return bad_value(text, bare)
    mark = Mark(offset, max(stop, offset + 1), "not expected here")
    if re.match(r",\s*(?:#.*)?$", rest):
        fix = Replacement("remove the comma", ((offset, offset + 1, ""),))
        return Fault(
            _CODE,
            "a comma stands after a value",
            Mark(offset, offset + 1),
            help="remove it; lines need no comma",
            fix=fix,
        )
    if rest.startswith(("//", ";", "--")):
        return Fault(_CODE, "this is not a comment in TOML", mark, help="a comment begins with `#`")
    return Fault(_CODE, "something follows the value", mark, help="one `key = value` a line; put text in quotes")


def _other_language(line: str, whole: Mark) -> Fault:
    if line.startswith(("//", "/*")):
        return Fault(_CODE, "this is not a comment in TOML", whole, help="a comment begins with `#`")
    kind = "JSON" if line.startswith("{") else "YAML"
    suffix = kind.lower()
    return Fault(_CODE, f"this looks like {kind}, but is read as TOML", whole, help=f"name the file `.{suffix}`")
