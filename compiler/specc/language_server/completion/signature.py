"""Signature help: the function whose arguments are being typed, in an expression."""

from __future__ import annotations

import inspect

from lsprotocol import types

from specc.language_server.analysis import Analysis
from specc.language_server.cursor import cursor_at
from specc.language_server.symbols.words import Hole, tokens
from specc_runtime.expressions.functions import FUNCTIONS
from specc_runtime.expressions.tokens import Token


def signature_help(analysis: Analysis, offset: int) -> types.SignatureHelp | None:
    """The signature of the innermost function around an offset, and which of its parameters is meant."""
    text = cursor_at(analysis.text, analysis.format, offset).expression
    if text is None:
        return None
    found = _call(tokens(text, Hole(0, len(text), closed=False)))
    if found is None:
        return None
    name, number = found
    function = FUNCTIONS[name]
    inside = function.signature[function.signature.index("(") + 1 : function.signature.rindex(") -> ")]
    parameters = [types.ParameterInformation(part) for part in inside.split(", ")]
    information = types.SignatureInformation(
        function.signature,
        types.MarkupContent(types.MarkupKind.Markdown, inspect.getdoc(function.body) or ""),
        parameters,
    )
    last = len(parameters) - 1
    beyond = number > last and not function.parameters[-1].repeated
    return types.SignatureHelp([information], 0, len(parameters) if beyond else min(number, last))


def _call(found: list[Token]) -> tuple[str, int] | None:
    """The function that is still open at the end, and how many arguments are before the one being typed."""
    depth = commas = 0
    for at in range(len(found) - 1, -1, -1):
        token = found[at]
        if token.kind != "operator":
            continue
        if token.text in (")", "]", "}"):
            depth += 1
        elif token.text in ("(", "[", "{"):
            if depth:
                depth -= 1
                continue
            if token.text == "(" and at and found[at - 1].kind == "name" and found[at - 1].text in FUNCTIONS:
                return found[at - 1].text, commas
            commas = 0
        elif token.text == "," and not depth:
            commas += 1
    return None
