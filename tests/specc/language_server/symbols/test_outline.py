"""Outlines and folding: what is in them, and that every range is within that of its parent, for any spec."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from language_client import SPECC, LanguageClient
from language_connection import CAPABILITIES
from language_texts import text_in
from spec_variants import variant
from specc.language_server.positions import Positions
from specc.language_server.symbols.folding import folding_ranges
from specc.language_server.symbols.outline import Entry, document_symbols, outline
from specc.source.document import Document, parse

_COUNT = int(os.environ.get("SPECC_FUZZ", "80"))
TOML = """specc = 1
kind = "pipeline"
name = "pipe"
[params.limit]
type = "integer"
default = 3
[steps.get]
call = "functions:rows"
[steps.many]
each = { row = "${steps.get}", word = ["a"] }
yield = "${steps.show}"
[steps.many.steps.show]
call = "functions:show"
when = "${row}"
[compute]
small = { engine = "batch", memory = "1GiB" }
[steps.get.with] # 🐦 apart from its step
limit = 1
[outputs]
rows = "${steps.many}"
[[triggers]]
schedule.cron = "0 9 * * *"
[[tests]]
expect = {}
[[tests]]
name = "two"
expect = {}
"""


def drawn(entries: list[Entry], depth: int = 0) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        lines.append(f"{'  ' * depth}{entry.name} ({entry.kind.name}) {entry.detail}".rstrip())
        lines += drawn(entry.children, depth + 1)
    return lines


def document(text: str, format: Any = "toml") -> Document:
    return parse("x", format, text)


def test_what_is_in_an_outline() -> None:
    assert drawn(outline(document(TOML))) == [
        "params (Module)",
        "  limit (Variable) integer = 3",
        "steps (Module)",
        "  get (Function) call functions:rows",
        "  many (Class) 1 steps · each row, word",
        "    show (Function) call functions:show · when",
        "compute (Module)",
        "  small (Struct) batch 1GiB",
        "outputs (Module)",
        "  rows (Property) ${steps.many}",
        "triggers (Module)",
        "  schedule 0 9 * * * (Event)",
        "tests (Module)",
        "  test 1 (Method)",
        "  two (Method)",
    ]


def test_ranges_hold_all_that_is_said_of_a_step() -> None:
    found = document(TOML)
    steps = next(entry for entry in outline(found) if entry.name == "steps")
    get, many = steps.children
    assert TOML[get.start : get.end].startswith("[steps.get]\n")
    assert TOML[get.start : get.end].endswith("limit = 1")
    assert TOML[many.start : many.end].endswith('when = "${row}"')
    assert TOML[many.name_start : many.name_end] == "many"


def within(parent: dict[str, Any] | None, symbols: list[Any]) -> None:
    for symbol in symbols:
        assert symbol.name
        whole, name = symbol.range, symbol.selection_range
        assert whole.start <= name.start
        assert name.end <= whole.end
        if parent is not None:
            assert parent.range.start <= whole.start
            assert whole.end <= parent.range.end
        within(symbol, symbol.children or [])


@pytest.mark.slow
def test_ranges_are_within_those_of_parents_and_every_step_is_there() -> None:
    compared = 0
    for seed in range(_COUNT):
        drawn_variant = variant(Random(seed))
        found = document(drawn_variant.text.removeprefix("\ufeff"), drawn_variant.path.suffix[1:])
        symbols = document_symbols(found, Positions(found.text))
        within(None, symbols)
        steps = found.value.get("steps")
        listed = next((symbol for symbol in symbols if symbol.name == "steps"), None)
        if isinstance(steps, dict) and not found.table.links:
            assert listed is not None
            assert {child.name for child in listed.children or []} == {name or "…" for name in steps}
            compared += 1
        for fold in folding_ranges(found):
            assert 0 <= fold.start_line < fold.end_line <= found.text.count("\n")
    assert compared > _COUNT // 2


def test_folding_leaves_comments_to_what_follows() -> None:
    text = TOML.replace("[steps.many]", "\n# of many\n[steps.many]")
    folded = {
        text.splitlines()[item.start_line]: text.splitlines()[item.end_line] for item in folding_ranges(document(text))
    }
    assert folded["[steps.get]"] == 'call = "functions:rows"'
    assert folded["[params.limit]"] == "default = 3"
    yaml = document("steps:\n  a:\n    with: [1,\n      2]\n  b: {wait: 1s}\n", "yaml")
    assert [(item.start_line, item.end_line) for item in folding_ranges(yaml)] == [(0, 4), (1, 3), (2, 3)]


def test_outline_of_the_server(client: LanguageClient, workspace: Path) -> None:
    uri = client.open(workspace / "pipe.toml", TOML)
    steps = next(item for item in client.document_symbols(uri) if item["name"] == "steps")
    assert [(item["name"], text_in(TOML, item["selectionRange"])) for item in steps["children"]] == [
        ("get", "get"),
        ("many", "many"),
    ]
    assert {item["startLine"] for item in client.folding_ranges(uri)} >= {3, 6, 8}


def test_symbols_of_the_workspace(client: LanguageClient, workspace: Path) -> None:
    uri = client.open(workspace / "pipe.toml", TOML)
    client.open(workspace / "other.yaml", "specc: 1\nkind: pipeline\nname: o\nsteps: {shown: {wait: 1s}}\n")
    found = client.workspace_symbols("SHO")
    assert [(item["name"], item["containerName"]) for item in found] == [("show", "steps.many"), ("shown", "steps")]
    assert found[0]["location"]["uri"] == uri
    assert len(client.workspace_symbols("")) == 10


def test_an_editor_that_knows_no_trees_gets_a_list(tmp_path: Path) -> None:
    plain = {**CAPABILITIES, "textDocument": {**CAPABILITIES["textDocument"], "documentSymbol": {}}}
    with LanguageClient(SPECC, folder=tmp_path, capabilities=plain) as client:
        found = client.document_symbols(client.open(tmp_path / "pipe.toml", TOML))
    assert ("show", "steps.many") in [(item["name"], item.get("containerName")) for item in found]
