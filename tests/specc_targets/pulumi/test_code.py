"""Values as source: they mean what they say, in the layout of a formatter."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judges.programs.typing import style_faults, write_projects
from specc_targets.pulumi.program.code import Call, Document, Format, Name, Value, braces, quote, written

_LETTERS = "ab \\\"'{}é\n\t$%\x00\x7f\u2028\U0001f426"


@settings(max_examples=300, deadline=None)
@given(st.text(_LETTERS, max_size=12) | st.text(max_size=12))
def test_a_text_is_itself(text: str) -> None:
    assert ast.literal_eval(quote(text)) == text
    assert quote(text).isprintable(), "nothing in a program is other than it looks"
    assert braces(text).format("x") == text


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(PLAIN, st.integers(0, 60))
def test_a_value_is_itself(value: Value, before: int) -> None:
    assert ast.literal_eval(written(value, before=before)) == value


class Values:
    """Values of every kind and size, the same ones in every run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def word(self) -> str:
        """A name."""
        return "".join(self._random.choices("bcghkmpv", k=self._random.choice((1, 3, 8, 20))))

    def text(self) -> str:
        """A text."""
        return "".join(self._random.choices("abc '\"\\{}é", k=self._random.choice((0, 3, 12, 40, 70))))

    def value(self, depth: int = 3) -> Value:
        """Anything."""
        kind = self._random.randrange(9 if depth else 4)
        some = range(self._random.randrange(4))
        if kind == 0:
            return self.text()
        if kind == 1:
            return self._random.choice((None, True, False, 7, -1, 0.5, 2.0))
        if kind == 2:
            return Name(f"{self.word()}.{self.word()}")
        if kind == 3:
            return Format(braces(self.text()) + "{0}", (Name(self.word()),))
        if kind == 4:
            return [self.value(depth - 1) for _ in some]
        if kind == 5:
            return {self.text(): self.value(depth - 1) for _ in some}
        if kind == 6:
            return Document({"Version": "2012-10-17", "Statement": [self.value(depth - 1)]})
        named = {self.word(): self.value(depth - 1) for _ in some}
        positional = tuple(self.value(depth - 1) for _ in range(self._random.randrange(2)))
        return Call(f"aws.{self.word()}.{self.word()}", positional, tuple(named.items()))


@pytest.mark.slow
def test_a_formatter_leaves_values_as_they_are(tmp_path: Path) -> None:
    values = Values(1)
    statements = [written(Call("use", (values.value(4),)), before=0) for _ in range(600)]
    found = [f"name_{number} = {written(values.value(), before=len(f'name_{number} = '))}" for number in range(600)]
    text = "\n".join(["import json", "", "import pulumi", "", *found, "", *statements]) + "\n"
    ast.parse(text)
    write_projects({"values": {"__main__.py": text}}, tmp_path)
    told = style_faults(tmp_path)
    assert "would be reformatted" not in told, told[:3_000]
    assert sum(line.count("\n") > 2 for line in found) > 50
