"""Indented JSON is what Python's own encoder writes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_targets.json_text import indented

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.integers(0, 4))
def test_it_is_what_python_writes(value: object, step: int) -> None:
    assert indented(value, step) == json.dumps(value, ensure_ascii=False, indent=step)


def test_a_key_that_is_no_text_is_a_bug() -> None:
    with pytest.raises(TypeError):
        indented({1: 2}, 2)
