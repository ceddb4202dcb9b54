"""TOML that is read in pieces is what it is as a whole, and wrong in the same way."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from specc.memory import Memory
from specc.source import toml_values
from specc.source.fault import Fault
from specc.source.toml_pieces import parse_pieces

MANY = int(os.environ.get("SPECC_FUZZ", "2500"))
LINES = (
    "  [a]", "\t[b.c]", "  [[list]]", "  [a.b]",
    "[a]", "[a.b]", "[a.b.c]", "[b]", "[[list]]", "[list.inner]", "[[a.items]]", "[a . b]", '["a"]', "[ a.'x y' ]",
    "[a", "[[list]", "[]", "[a] # why", "[a] b", "x = 1", "b = 2", "b.c = 3", "a.b = 1", "y = [", "[1],", "]", "y = [1, 2]",
    "t = { u = 1 }", "t.u = 2", "t = { u = 1", 's = "text"', 's = "', 's = """', '"""', "s = '''", "'''", "", "# comment",
    "d = 2020-01-01", "d = 07:32:00", "n = 1e400", "n = inf", "x = 01", "x", "= 1", "é = 1", 'x = "\\q"', "x = \t1", "x = tru", "\u0001",
)  # fmt: skip
EXAMPLES = sorted((Path(__file__).parents[3] / "specs").glob("*/*.toml"))


def outcome(text: str, memory: Memory | None) -> object:
    """The values, or all that is said of what is wrong."""
    try:
        return repr(toml_values.parse_toml(text, memory))
    except Fault as fault:
        return fault.code, fault.message, fault.marks, fault.help, fault.notes, fault.fix


def compare(text: str, memory: Memory) -> None:
    memory.begin()
    assert outcome(text, memory) == outcome(text, None), text


def test_lines_by_chance() -> None:
    chance, memory = random.Random(), Memory()
    for _ in range(MANY):
        end = chance.choice(("\n", "\n", "\r\n"))
        compare(end.join(chance.choices(LINES, k=chance.randrange(1, 12))) + chance.choice(("", end)), memory)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_with_something_in_them(path: Path) -> None:
    chance, memory, text = random.Random(), Memory(), path.read_text()
    for _ in range(MANY // 25):
        at = chance.randrange(len(text) + 1)
        what = chance.choice((*LINES, '"', "[", "]", "'", "=", ".", "{", "\n", "\n["))
        compare(text[:at] + what + text[at + chance.choice((0, 0, 1, 3)) :], memory)


def test_most_of_it_is_read_in_pieces() -> None:
    for path in EXAMPLES:
        text = path.read_text()
        known = Memory().shelf("pieces")
        assert parse_pieces(text, known) == toml_values.parse_toml(text)
        assert parse_pieces(text.replace("\n", "\r\n"), known) == toml_values.parse_toml(text)


def test_a_statement_of_several_lines_is_one_piece() -> None:
    text = '[a]\nx = [\n[1],\n  [2],\n]\n  [b]\ns = """\n[c]\n"""\n'
    assert parse_pieces(text, Memory().shelf("pieces")) == {"a": {"x": [[1], [2]]}, "b": {"s": "[c]\n"}}


def test_what_is_wrong_is_found_in_its_piece() -> None:
    text = '[a]\nx = 1\n[b]\ny = "\n[c]\nz = 2\n'
    with pytest.raises(Fault) as found:
        parse_pieces(text, Memory().shelf("pieces"))
    assert [mark.start for mark in found.value.marks] == [text.index('"')]


@pytest.mark.parametrize(
    "text",
    [
        "[a]\n[a]\n",
        "[a]\nb = 1\n[a.b]\n",
        "[a]\nb.c = 1\n[a.b.d]\n",
        "[[a]]\n[a]\n",
        "[a.b]\n[[a]]\n",
        "a = []\n[[a]]\n",
    ],
)
def test_what_pieces_do_not_tell_is_left_to_the_whole(text: str) -> None:
    assert parse_pieces(text, Memory().shelf("pieces")) is None
