"""Whatever is written, however it is written: formatted twice is formatted once, and nothing but blanks changes.

`SPECC_FUZZ=100000 pytest tests/specc/formatting` hunts longer.
"""

from __future__ import annotations

import bisect
import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from any_values import value_of
from specc.formatting import format_text
from specc.formatting.verify import same
from specc.source.document import parse, scanner
from specc.source.fault import Fault
from specc.source.formats import Format
from wildly_written import MARK, WRITERS

ROOT = Path(__file__).parents[3]
MANY = int(os.environ.get("SPECC_FUZZ", "3000"))
"""Others each time: what few of them do not find today, they find on another day."""
FUZZ = pytest.mark.parametrize("examples", [150, pytest.param(MANY, marks=pytest.mark.slow, id="many")])
FORMATS: list[Format] = ["toml", "yaml", "json"]


@cache
def specs() -> tuple[tuple[Path, dict[str, Any]], ...]:
    """The examples and the conformance specs: their files and values."""
    files = sorted([*ROOT.glob("specs/*/*.*"), *ROOT.glob("tests/conformance/corpus/*/spec.*")])
    return tuple(
        (path, parse("", path.suffix[1:], path.read_text(encoding="utf-8")).value)  # type: ignore[arg-type]  # one of the three
        for path in files
        if path.suffix in (".toml", ".yaml", ".json")
    )


def seeds(examples: int) -> range:
    first = random.SystemRandom().randrange(2**40)
    return range(first, first + examples)


def written(seed: int, format: Format) -> str:
    """A spec, or any value at all, as nobody would write it."""
    chance = random.Random(seed)
    value = chance.choice(specs())[1] if chance.random() < 0.4 else value_of(chance)
    return WRITERS[format](seed).document(value)


def ranks(text: str, format: Format) -> list[tuple[str, int]]:
    """Each comment with the number of keys, items and headers that begin before it."""
    table = scanner(format)(text)
    starts = [extent[0] for path, extent in table.extents.items() if path]
    starts = sorted(starts + [start for places in table.repeated.values() for start, _ in places])
    return [(found[0], bisect.bisect(starts, found.start())) for found in MARK.finditer(text)]


@FUZZ
@pytest.mark.parametrize("format", FORMATS)
def test_only_blanks_change(format: Format, examples: int) -> None:
    sound = changed = 0
    for seed in seeds(examples):
        text = written(seed, format)
        try:
            value = parse("", format, text).value
        except Fault:  # the writer does not know every rule of YAML
            continue
        after = format_text(text, format)
        sound, changed = sound + 1, changed + (after != text)
        assert format_text(after, format) == after, (seed, text)
        assert same(parse("", format, after).value, value), (seed, text)
        assert ranks(after, format) == ranks(text, format), (seed, text)
        assert after == "" or after.endswith("\n") or format == "yaml", (seed, text)
    assert sound > 0.9 * examples
    assert changed > 0.9 * sound


PIECES = [
    "#", "# c", "\n", "\n\n", " ", "\t", "'", '"', "'''", '"""', "\\", "[", "]", "{", "}", ",", "=", ":", "- ", "-\n", "? ", ": ", "&a ", "*a", "|", "|+", "|2", "|-", ">", ">+\n",
    "!!str ", "!", "! ", "---", "...", "---\n", "...\n", "%", "%YAML 1.2\n---\n", "\r", "\r\n", "\x85", "\u2028", "\ufeff", "a", "1", "é", "<<: ", "@", "`", "~", "null", "!!map",
    "!<tag:yaml.org,2002:str> ", "\0", "\x7f", " #", ".", "[[", "]]", "2020-01-01 10:00:00", "\n  \n", "${", "}",
]  # fmt: skip


def damaged(seed: int, format: Format) -> str:
    """A text with pieces inserted, taken out or moved."""
    text, chance = written(seed, format), random.Random(seed)
    if chance.random() < 0.1:
        text = text.replace("\n", "\r\n")
    for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
        at, to = chance.randint(0, len(text)), chance.randint(0, len(text))
        length = chance.choice([0, 0, 1, 1, 2, 5, 20])
        match chance.choice(["insert", "insert", "remove", "replace", "move"]):
            case "insert":
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case "remove":
                text = text[:at] + text[at + length :]
            case "replace":
                text = text[:at] + chance.choice(PIECES) + text[at + length :]
            case _:
                text = text[:to] + text[at : at + length] + text[to:]
    return text


def check_any(text: str, format: Format) -> bool:
    """Whether a text is a document; if so, formatting it is harmless."""
    try:
        after = format_text(text, format)
    except Fault:
        return False
    assert format_text(after, format) == after, text
    return True


@FUZZ
@pytest.mark.parametrize("format", FORMATS)
def test_damaged_texts(format: Format, examples: int) -> None:
    sound = sum(check_any(damaged(seed, format), format) for seed in seeds(examples))
    assert 0.1 * examples < sound < 0.9 * examples


@FUZZ
@pytest.mark.parametrize("format", FORMATS)
def test_any_text(format: Format, examples: int) -> None:
    for seed in seeds(examples):
        chance = random.Random(seed)
        if chance.random() < 0.5:
            check_any(
                "".join(chance.choices([*PIECES, "a", "b = 1\n", "c: 1\n", " ", "\n"], k=chance.randint(0, 14))), format
            )
        else:
            check_any(bytes(chance.choices(range(256), k=chance.randint(0, 40))).decode("utf-8", "replace"), format)


@pytest.mark.parametrize("rounds", [1, pytest.param(MANY // 200, marks=pytest.mark.slow, id="many")])
def test_the_operations_stay(rounds: int) -> None:
    """What is compiled of a formatted spec is what is compiled of it as it was written."""
    from specc.frontend import check
    from specc.ir.printer import print_module

    def operations(path: Path, format: Format, text: str) -> str | None:
        compilation = check(path.with_suffix(f".{format}"), text=text.encode(), format=format)
        return None if compilation.failed or compilation.module is None else print_module(compilation.module)

    compared = 0
    for path, value in specs() * rounds:
        (seed,) = seeds(1)
        format = random.Random(seed).choice(FORMATS)
        text = WRITERS[format](seed).document(value)
        before = operations(path, format, text)
        assert operations(path, format, format_text(text, format)) == before, (seed, text)
        compared += before is not None
    assert compared > 0.8 * len(specs()) * rounds


@pytest.mark.parametrize("format", FORMATS)
def test_texts_are_long(format: Format) -> None:
    """Five times as much takes some five times as long, not twenty-five times, whatever repeats.

    What else the process has to do now and then, such as looking for garbage, is not counted: one try of several has
    to be without. Work that grows with the square has no such try.
    """
    import gc
    import time

    repeated = {
        "toml": ["\n", "# c\n", "[a]\n[b.", "a = [[[[1]]]]\n", " ", "k = '", "[", "x = {a = ["],
        "yaml": ["\n", "# c\n", "- \n", "a: |\n", " ", "'", "- - ", "[", "# c\n  "],
        "json": ["\n", "[", '{"a":', " ", '"'],
    }[format]

    def seconds(text: str) -> float:
        begin = time.thread_time()
        check_any(text, format)
        return max(time.thread_time() - begin, 0.01)

    def in_proportion(piece: str) -> bool:
        few = min(seconds(piece * 4000) for _ in range(2))
        return seconds(piece * 20000) < 14 * few

    gc.collect()
    gc.disable()
    try:
        for piece in repeated:
            assert any(in_proportion(piece) for _ in range(4)), piece
    finally:
        gc.enable()
