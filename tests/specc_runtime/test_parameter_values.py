from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from specc_runtime.parameters import faults, parse_parameter


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5", "integer", 5),
        ("123456789012345678901", "integer", 123456789012345678901),
        ("1e3", "number", 1000.0),
        ("true", "boolean", True),
        ("5", "string", "5"),
        ('{"a": [1]}', "object", {"a": [1]}),
        ("[]", "array", []),
        ("a/b", "path", "a/b"),
    ],
)
def test_texts_become_values_of_the_type(text: str, kind: str, value: object) -> None:
    found = parse_parameter(text, kind)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x", "integer"),
        ("1.5", "integer"),
        ("true", "integer"),
        ("NaN", "number"),
        ("yes", "boolean"),
        ("[]", "object"),
        ("{", "array"),
    ],
)
def test_texts_of_another_type_are_refused(text: str, kind: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse_parameter(text, kind)


@pytest.mark.parametrize(
    ("value", "kind", "fits"),
    [
        ("90s", "duration", True),
        ("1h30m", "duration", True),
        ("90", "duration", False),
        (90, "duration", False),
        ("2030-01-31T09:00:00Z", "datetime", True),
        ("tomorrow", "datetime", False),
        (True, "number", False),
        (1, "boolean", False),
    ],
)
def test_types_of_the_language(value: object, kind: str, fits: bool) -> None:
    assert (not list(faults(value, {}, kind))) is fits


NUMBERS = st.integers(-5, 5)
SCHEMAS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number", "string", "array", "object", "boolean"])},
    optional={
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "exclusiveMinimum": NUMBERS,
        "exclusiveMaximum": NUMBERS,
        "multipleOf": st.integers(1, 3),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^a", "b$", "."]),
        "enum": st.lists(st.sampled_from([1, True, "a", [1], {"a": 1}]), min_size=1),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "items": st.just({"type": "integer"}),
        "required": st.just(["a"]),
        "properties": st.just({"a": {"type": "integer", "minimum": 0}}),
        "additionalProperties": st.sampled_from([True, False, {"type": "string"}]),
    },
)
VALUES: Any = st.recursive(
    st.sampled_from([None, True, False, 0, 1, -3, 2.0, 2.5, "", "a", "ab", "bbbb"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=6,
)


@given(SCHEMAS, VALUES)
def test_verdicts_are_those_of_json_schema(schema: dict[str, Any], value: Any) -> None:
    assert (not list(faults(value, schema))) is Draft202012Validator(schema).is_valid(value)
