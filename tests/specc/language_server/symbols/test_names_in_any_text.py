"""Whatever stands in a file, what the editor asks about names has an answer, and names stand where they are said to be."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from spec_variants import Variant, values, variant
from specc.frontend import check
from specc.language_server.analysis import analyse
from specc.language_server.symbols.definition import definition, module_reader
from specc.language_server.symbols.folding import folding_ranges
from specc.language_server.symbols.outline import document_symbols, flat_symbols
from specc.language_server.symbols.places import Places
from specc.language_server.symbols.semantic_tokens import semantic_tokens

_COUNT = int(os.environ.get("SPECC_FUZZ", "60"))
_FIRST = int(os.environ.get("SPECC_SEED", Random().randrange(10**9)))
_KEYS = ["steps", "each", "on_error", "run", "use", "after", "pipeline", "with", "repeat", "until", "yield", "params", "tests", "mock",
         "expect", "calls", "stacks", "compute", "extends", "env", "call", "", "é🐦", "a/b"]  # fmt: skip
_JUNK: list[Any] = [None, 1, 1.5, True, "", "${", "${steps.", "${steps['a", "${steps.a +", "\0", "../x.toml", "a:b", [], {}, [[]], [{}], {"": 1}, {"a": {"run": 1}},
                    ["a", 1], {"run": "a"}, "${params.a.b[0]['x'].y}", "${a}${b", "\ud83d"]  # fmt: skip
_BYTES = [
    "${",
    "}",
    "[",
    "]",
    '"',
    "'",
    "\n",
    "\r",
    "\\",
    ": ",
    "- ",
    "&a ",
    "*a",
    "=",
    ".",
    "\u2028",
    "🐦",
    "#",
    "[steps.a]\n",
    "\ufeff",
]


def containers(value: Any) -> list[Any]:
    found, waiting = [], [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict | list):
            found.append(item)
            waiting += item.values() if isinstance(item, dict) else item
    return found


def odd_values(drawn: Variant, random: Random) -> str | None:
    """The spec with junk in some places, as JSON."""
    value = copy.deepcopy(values(drawn))
    for _ in range(random.randint(1, 4)):
        target = random.choice(containers(value))
        if isinstance(target, dict):
            target[random.choice([*_KEYS, *target])] = copy.deepcopy(random.choice(_JUNK))
        elif target:
            target[random.randrange(len(target))] = copy.deepcopy(random.choice(_JUNK))
    return json.dumps(value, default=str, ensure_ascii=random.random() < 0.5)


def odd_text(text: str, random: Random) -> str:
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice([random.choice(_BYTES), ""]) + text[at + random.choice([0, 0, 1, 8]) :]
    return text


def examine(path: Path, text: str, random: Random) -> bool:
    """Ask everything; whether there was a spec to ask about."""
    analysis = analyse(path.as_uri(), text, 1, None, lambda path, data, format: check(path, text=data, format=format))
    index = analysis.index
    if index is None:
        return False
    for item in index.occurrences:
        written = index.files[index.real(item.file)].text[item.start : item.end]
        assert "\n" not in written
        if "\\" not in written:
            assert all(written == symbol.name for symbol in item.symbols if symbol.kind != "test")
    document = index.documents[0]
    document_symbols(document, analysis.positions)
    flat_symbols(document, analysis.positions, analysis.uri)
    folding_ranges(document)
    semantic_tokens(document, analysis.positions)
    places, reader = Places({}, None), module_reader(index, {})
    for _ in range(10):
        definition(index, document, random.randrange(len(text) + 2), places, reader, lambda _: None)
    return True


@pytest.mark.slow
def test_everything_has_an_answer() -> None:
    asked = 0
    for seed in range(_FIRST, _FIRST + _COUNT):
        random = Random(seed)
        drawn = variant(random)
        path, text = drawn.path, odd_text(drawn.text, random)
        if random.random() < 0.5:
            path, text = drawn.path.with_suffix(".json"), odd_values(drawn, random) or text
        try:
            asked += examine(path, text, random)
        except Exception as error:
            pytest.fail(f"SPECC_SEED={seed}: {type(error).__name__}: {error}")
    assert asked > _COUNT // 2
