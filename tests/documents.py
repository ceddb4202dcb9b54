"""Random documents that all three formats can say, and ways to write them."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

from specc.diagnostics import Sink
from specc.source import Spec, load_spec

# libyaml takes U+0085, U+2028 and U+2029 for line ends, as YAML 1.1 did.
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\ufeff\x85\u2028\u2029"), max_size=20)
KEY = st.one_of(st.sampled_from(["a", "b-c", "on", "null", "1", "x y", "é", '"', "a.b", "<<"]), TEXT)
SCALAR = st.one_of(
    TEXT,
    st.sampled_from(["no", "on", "12:30", "0o17", "1e5", "~", "2020-01-01", "1_000", "0x1F", "- a", "a: b", " # "]),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUE = st.recursive(
    SCALAR, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEY, inner, max_size=4)), max_leaves=12
)
DOCUMENT = st.dictionaries(KEY.filter(lambda key: key != "extends"), VALUE, max_size=5)


def yaml_text(value: Any, style: str | None, flow: bool) -> str:
    """YAML whose strings are written in `style`, so that no string can be taken for something else."""

    class Dumper(yaml.SafeDumper):
        pass

    def string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, string)
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, default_flow_style=flow, width=40, sort_keys=False)


def load(text: str, format: str) -> Spec:
    sink = Sink()
    spec = load_spec(f"spec.{format}", sink, text=text.encode())
    assert spec is not None, sink.diagnostics
    return spec


def same(left: object, right: object) -> bool:
    """Equal, and of the same types."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right
