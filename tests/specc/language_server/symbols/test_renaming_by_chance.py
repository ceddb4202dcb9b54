"""Renaming anything to anything: the compiled module is equal up to the name, and nothing else of the text changes.

`SPECC_FUZZ=3000 pytest tests/specc/language_server/symbols/test_renaming_by_chance.py` hunts longer; `SPECC_SEED=17` begins
at another place.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from spec_variants import Variant, variant
from specc.diagnostics import Sink
from specc.frontend import check
from specc.ir.printer import print_module
from specc.language_server.symbols.family import family
from specc.language_server.symbols.index import Index
from specc.language_server.symbols.renaming import Refusal, rename
from specc.source import load_spec
from specc.source.edits import edited

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.language_server.symbols.symbol import Occurrence

_COUNT = int(os.environ.get("SPECC_FUZZ", "120"))
_FIRST = int(os.environ.get("SPECC_SEED", Random().randrange(10**9)))
_FRESH = "zq9fresh"
_WORDS = ["a", "true", "null", "in", "lambda", "True", "steps", "last", "finally", "_x", "read_row", "error", "n" * 63, "a-b", "", "1a", "é"]  # fmt: skip
_RENAMED = ("step", "parameter", "item", "output", "profile")
_EXPECTED = re.compile(r"is given the item as its parameter|by way of an alias|not declared anywhere")
"""Why even a name that nothing else has may be refused."""
_SHADOWS = {"SPC211"}
_READER = re.compile(r"\b(read_\w*?)_+\b")
"""What reads the items of a map from a file is called by the item's name, and as no step is."""
_OF_NAMES = {"SPC107", "SPC215", "SPC232", "SPC234"}
"""What is wrong with a name itself, or with a text that only looks like one: another name cures it."""


class Texts:
    """The files of a spec, as they are or after changes."""

    def __init__(self, variant: Variant) -> None:
        self.path = variant.path
        data = variant.text.encode("utf-8", "surrogateescape")
        spec = load_spec(self.path, Sink(), text=data, format=self.path.suffix[1:])
        assert spec is not None
        self.texts = {document.name: document.text for document in spec.documents}
        self.texts[str(self.path)] = variant.text

    def after(self, changes: dict[str, Any]) -> Texts:
        made = object.__new__(Texts)
        made.path = self.path
        made.texts = {name: edited(text, changes.get(name, [])) for name, text in self.texts.items()}
        return made

    @property
    def open(self) -> dict[str, bytes]:
        return {os.path.realpath(name): text.encode("utf-8", "surrogateescape") for name, text in self.texts.items()}

    def index(self) -> Index:
        spec = load_spec(self.path, Sink(), open_texts=self.open)
        assert spec is not None
        return Index(spec.documents, spec.value)

    def check(self) -> Compilation:
        return check(self.path, open_texts=self.open)


def printed(compilation: Compilation, name: str = "", by: str = "") -> list[str]:
    """The module with one name in the place of another; edges are sorted anew, as they are by name."""
    if compilation.module is None:
        return []
    text = print_module(compilation.module).replace(name, by)
    lines = _READER.sub(r"\1", text).splitlines()
    edges: list[str] = []
    found: list[str] = []
    for line in [*lines, ""]:
        if line.lstrip().startswith("edge "):
            edges.append(line)
        else:
            found += [*sorted(edges), line]
            edges = []
    return found


def codes(compilation: Compilation) -> Counter[str]:
    return Counter(item.code for item in compilation.diagnostics if item.code not in _SHADOWS)


def pick(random: Random, index: Index) -> Occurrence | None:
    found = [item for item in index.occurrences if item.symbols[0].kind in _RENAMED]
    return random.choice(found) if found else None


def renamed(texts: Texts, occurrence: Occurrence, name: str) -> Texts | str:
    """The files after a rename, or why there is none."""
    index = texts.index()
    spot = (os.path.realpath(occurrence.file), occurrence.start, occurrence.end)
    try:
        return texts.after(rename([index], family([index], index.by_spot[spot].symbols), name, ()))
    except Refusal as refusal:
        return str(refusal)


def mapped(value: Any, by: str) -> Any:
    """A value with the old name in the place of the new one."""
    if isinstance(value, str):
        return value.replace(_FRESH, by)
    if isinstance(value, dict):
        return {key.replace(_FRESH, by): mapped(item, by) for key, item in value.items()}
    return [mapped(item, by) for item in value] if isinstance(value, list) else value


def attempt(seed: int) -> str:
    """One rename to a name that nothing has, back, and one to a name that something may have; what came of it."""
    random = Random(seed)
    texts = Texts(variant(random))
    index = texts.index()
    occurrence = pick(random, index)
    if occurrence is None:
        return "nothing to rename"
    old = occurrence.symbols[0].name
    before = texts.check()
    if not _OF_NAMES.isdisjoint(codes(before)):
        return "a name is wrong"
    fresh = renamed(texts, occurrence, _FRESH)
    if isinstance(fresh, str):
        assert _EXPECTED.search(fresh), fresh
        return "refused"
    after = fresh.check()
    assert printed(after, _FRESH, old) == printed(before)
    assert codes(after) == codes(before)
    for name, text in fresh.texts.items():
        assert text.replace(_FRESH, old) == texts.texts[name]
    spec = load_spec(fresh.path, Sink(), open_texts=fresh.open)
    original = load_spec(texts.path, Sink(), open_texts=texts.open)
    assert spec is not None
    assert original is not None
    assert mapped(spec.value, old) == original.value
    moved = next(item for item in fresh.index().occurrences if item.symbols[0].name == _FRESH)
    back = renamed(fresh, moved, old)
    if isinstance(back, str):
        assert "already" in back
        assert {old} <= original.value["steps"].keys() & original.value["finally"].keys()
    else:
        assert back.texts == texts.texts
    others = [symbol.name for item in index.occurrences for symbol in item.symbols]
    other = random.choice([*others, *_WORDS])
    taken = renamed(texts, occurrence, other)
    if isinstance(taken, str):
        return "refused"
    end = taken.check()
    assert printed(end) == printed(after, _FRESH, other)
    assert codes(end) == codes(after)
    return "renamed"


@pytest.mark.slow
def test_a_spec_is_the_same_up_to_the_name() -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(_FIRST, _FIRST + _COUNT):
        try:
            outcomes[attempt(seed)] += 1
        except Exception as error:
            pytest.fail(f"SPECC_SEED={seed}: {type(error).__name__}: {error}")
    assert outcomes["renamed"] > _COUNT // 5, outcomes
    assert outcomes["refused"] > _COUNT // 20, outcomes
