"""The conversion of schemas to draft 7, keyword by keyword."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.cli.draft7 import to_draft7

NEW = "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"$defs": {"A": {"type": "null"}}, "$ref": "#/$defs/A"}, {"definitions": {"A": {"type": "null"}}}),
        (
            {"properties": {"$defs": {"const": {"$ref": "#/$defs/x"}}}},
            {"properties": {"$defs": {"const": {"$ref": "#/$defs/x"}}}},
        ),
        ({"prefixItems": [{"type": "null"}], "items": False}, {"items": [{"type": "null"}], "additionalItems": False}),
        ({"dependentRequired": {"a": ["b"]}}, {"dependencies": {"a": ["b"]}}),
        ({"oneOf": [{"$ref": "#/$defs/A"}], "unevaluatedProperties": True}, {"oneOf": [{"$ref": "#/definitions/A"}]}),
        (
            {"items": {"$ref": "#/$defs/A", "description": "x"}},
            {"items": {"description": "x", "allOf": [{"$ref": "#/definitions/A"}]}},
        ),
        ({"examples": [{"$ref": "#/$defs/A"}]}, {"examples": [{"$ref": "#/$defs/A"}]}),
    ],
)
def test_keywords(schema: dict[str, object], expected: dict[str, object]) -> None:
    converted = to_draft7({"$schema": NEW, **schema})
    assert converted.pop("$schema") == "http://json-schema.org/draft-07/schema#"
    converted.pop("allOf", None) if "$ref" in schema else None
    assert converted == expected


atoms = st.sampled_from(
    [{"type": "integer"}, {"type": "string"}, {"const": 1}, {"minimum": 0}, True, False, {"$ref": "#/$defs/A"}]
)
schemas = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"properties": st.dictionaries(st.sampled_from("ab"), inner), "additionalProperties": inner}
        ),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"if": inner, "then": inner}),
        st.fixed_dictionaries({"prefixItems": st.lists(inner, min_size=1, max_size=2), "items": inner}),
        st.fixed_dictionaries({"$ref": st.just("#/$defs/A"), "not": inner}),
        st.fixed_dictionaries({"dependentRequired": st.just({"a": ["b"]})}),
    ),
    max_leaves=6,
)
values = st.recursive(
    st.sampled_from([None, 0, 1, -1, "a"]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=5,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a machine that is busy
@given(schemas, values)
def test_both_drafts_agree(schema: object, value: object) -> None:
    whole = {"$schema": NEW, "$defs": {"A": {"type": ["object", "integer"]}}, "allOf": [schema]}
    assert jsonschema.Draft202012Validator(whole).is_valid(value) == jsonschema.Draft7Validator(
        to_draft7(whole)
    ).is_valid(value)
