"""What a JSONata expression reads, from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

_WORD = re.compile(
    r"""(?P<space>\s+|/\*.*?\*/)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<quoted>`[^`]*`)
    |(?P<variable>\$\$|\$[A-Za-z_]\w*|\$)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
    |(?P<sign>:=|\.\.|!=|<=|>=|~>|\*\*|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:\[(?:[^\]\\]|\\.)*\]|[^/\\\n]|\\.)+/[im]*")
_PATH = re.compile(r"\s*\$([A-Za-z_]\w*)(?:\.[A-Za-z_]\w*|\[\d+\])*\s*")
_OPERATORS = frozenset({"and", "or", "in"})

_NAMES = """
    abs append assert average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent
    distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber
    fromMillis
    join keys length lookup lowercase map match max merge millis min not now number pad parseInteger power random reduce
    replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum
    toMillis trim type uppercase zip partition range hash uuid parse
"""
FUNCTIONS = frozenset(_NAMES.split())
"""Functions of JSONata 2.0.6 and those that Step Functions adds. `$eval` is not among them."""


@dataclass
class Reading:
    """Variables that an expression reads, and its faults."""

    variables: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@lru_cache(maxsize=4096)  # a machine says the same few things in most of its states
def read(text: str) -> Reading:
    """Read an expression. Names that it binds itself, anywhere in it, are not variables.

    Who reads the same text again gets the same object: it is not to be changed.
    """
    found = Reading()
    path = _PATH.fullmatch(text)  # as most are
    if path is not None and path[1] not in FUNCTIONS and path[1] != "eval":
        found.variables.add(path[1])
        return found
    words = _words(text, found)
    local = _bound(words)
    opened: list[bool] = []
    for number, (kind, word) in enumerate(words):
        if kind == "sign" and word in "([{":
            opened.append(_changes_context(words, number))
        elif kind == "sign" and word in ")]}":
            if not opened:
                found.faults.append(f"`{word}` closes nothing")
            else:
                opened.pop()
        elif kind == "variable":
            name = word[1:]
            if word == "$$" or (word == "$" and not any(opened)):
                found.faults.append(f"`{word}` has no value in a state machine")
            elif name == "eval":
                found.faults.append("`$eval` does not exist in Step Functions")
            elif name and name not in local and name not in FUNCTIONS:
                found.variables.add(name)
    if opened:
        found.faults.append("a bracket is never closed")
    return found


def _words(text: str, found: Reading) -> list[tuple[str, str]]:
    words: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        is_regex = text[at] == "/" and not _is_value(words) and text[at + 1 : at + 2] != "*"
        match = _REGEX.match(text, at) if is_regex else None
        if match is not None:
            words.append(("text", match[0]))
        else:
            match = _WORD.match(text, at)
            if match is None:
                found.faults.append(f"cannot read `{text[at : at + 10]}`")
                break
            kind = match.lastgroup or ""
            if kind == "sign" and match[0] in "\"'`":
                found.faults.append("a text is never closed")
            if kind != "space":
                words.append((kind, match[0]))
        at = match.end()
    return words


def _is_value(words: list[tuple[str, str]]) -> bool:
    if not words:
        return False
    kind, word = words[-1]
    return (kind != "sign" and not (kind == "name" and word in _OPERATORS)) or word in (")", "]", "}")


def _bound(words: list[tuple[str, str]]) -> set[str]:
    local = {word[1:] for (kind, word), (_, after) in pairwise(words) if kind == "variable" and after == ":="}
    for number, (kind, word) in enumerate(words):
        if kind == "name" and word in ("function", "λ"):
            for inner, name in words[number + 2 :]:
                if name == ")":
                    break
                if inner == "variable":
                    local.add(name[1:])
    return local


def _changes_context(words: list[tuple[str, str]], number: int) -> bool:
    """Whether `$` means something inside this bracket: after a path step, in a filter, in a function's body."""
    word = words[number][1]
    before = words[number - 1][1] if number else ""
    if word == "(":
        return before == "."
    if word == "[":
        return before == "." or _is_value(words[:number])
    return before in (".", ")") or (bool(before) and _is_value(words[:number]))
