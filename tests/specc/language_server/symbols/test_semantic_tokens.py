"""The colours of expressions: what is what, and that tokens are sorted, apart and on one line, for any spec."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from language_client import LanguageClient
from language_connection import Message
from spec_variants import variant
from specc.language_server.positions import Positions
from specc.language_server.symbols.legend import TYPES
from specc.language_server.symbols.semantic_tokens import coloured, semantic_tokens
from specc.source.document import parse

_COUNT = int(os.environ.get("SPECC_FUZZ", "80"))
TOML = '''specc = 1
kind = "pipeline"
name = "pipe"
description = "${steps.not_one}"
[steps.get]
call = "below.functions:rows"
description = "${steps.not_one}"
with.a = "🐦 ${steps.get[0].x['key']} $${plain} ${len(params.limit) + 1 if not row else null}"
with.b = """
${env
.MODE} ${steps.half +"""
with.call = "no:function"
each.row = "${[1.5, \\"t\\"]}"
'''


def test_what_is_what() -> None:
    found = [(TOML[start:end], kind) for start, end, kind, _ in coloured(parse("x", "toml", TOML))]
    assert found == [
        ("below.functions", "namespace"), (":", "operator"), ("rows", "function"),
        ("${", "operator"), ("steps", "namespace"), ("get", "variable"),
        ("0", "number"), ("x", "property"), ("'key'", "string"),
        ("}", "operator"),
        ("${", "operator"), ("len", "function"), ("params", "namespace"),
        ("limit", "parameter"), ("+", "operator"), ("1", "number"), ("if", "keyword"),
        ("not", "keyword"), ("row", "variable"), ("else", "keyword"), ("null", "keyword"), ("}", "operator"),
        ("${", "operator"), ("env", "namespace"), ("MODE", "variable"), ("}", "operator"),
        ("${", "operator"), ("steps", "namespace"), ("half", "variable"), ("+", "operator"),
        ("${", "operator"), ("1.5", "number"), ('\\"t\\"', "string"),
        ("}", "operator"),
    ]  # fmt: skip


@pytest.mark.slow
def test_tokens_are_sorted_apart_and_on_one_line() -> None:
    seen = 0
    for seed in range(_COUNT):
        drawn = variant(Random(seed))
        document = parse("x", drawn.path.suffix[1:], drawn.text.removeprefix("\ufeff"))  # type: ignore[arg-type]  # is one
        positions = Positions(document.text)
        data = semantic_tokens(document, positions).data
        lines = document.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        line = character = end = 0
        for at in range(0, len(data), 5):
            more, characters, length, kind, modifiers = data[at : at + 5]
            line, character, end = line + more, characters if more else character + characters, 0 if more else end
            assert character >= end
            end = character + length
            assert length > 0
            assert end <= len(lines[line].encode("utf-16-le")) // 2
            assert kind < len(TYPES)
            assert modifiers in (0, 1)
            seen += 1
        middle = len(document.text) // 2
        first, second = (semantic_tokens(document, positions, part).data for part in ((0, middle), (middle, 10**9)))
        assert len(first) + len(second) - len(data) in (0, 5)  # one may lie across
    assert seen > _COUNT


def test_tokens_of_the_server(client: LanguageClient, workspace: Path) -> None:
    text = TOML.replace("\n", "\r\n")
    uri = client.open(workspace / "pipe.toml", text)
    tokens = client.semantic_tokens(uri)
    found = [
        (text.split("\r\n")[token.line].encode("utf-16-le")[2 * token.character : 2 * (token.character + token.length)].decode("utf-16-le"), token.kind, token.modifiers)
        for token in tokens
    ]  # fmt: skip
    assert found[:3] == [("below.functions", "namespace", ()), (":", "operator", ()), ("rows", "function", ())]
    assert ("len", "function", ("defaultLibrary",)) in found
    assert ("get", "variable", ()) in found
    asked: Message = {"start": {"line": 12, "character": 0}, "end": {"line": 13, "character": 0}}
    part = client.request("textDocument/semanticTokens/range", {"textDocument": {"uri": uri}, "range": asked})
    assert len(part["data"]) == 5 * 4
    assert part["data"][0] == 12
