"""Advice is given in the format of the spec it is about."""

from __future__ import annotations

import pytest

from specc.diagnostics import Sink
from specc.source import load_spec
from specc.source.formats import Format
from specc.source.notation import in_format


@pytest.mark.parametrize(
    ("advice", "yaml", "json"),
    [
        ("add `with.page = ...` to `a`", "add `with: {page: ...}` to `a`", 'add `"with": {"page": ...}` to `a`'),
        ("`[compute.small]`", "`compute: {small: ...}`", '`"compute": {"small": ...}`'),
        ("`[finally.<name>]`", "`finally: {<name>: ...}`", '`"finally": {"<name>": ...}`'),
        ('`yield = "${steps.a}"`', '`yield: "${steps.a}"`', '`"yield": "${steps.a}"`'),
        ('`{ error = "x", n = [1, true] }`', '`{error: "x", n: [1, true]}`', '`{"error": "x", "n": [1, true]}`'),
        ("`a = [`", "`a = [`", "`a = [`"),
        ("did you mean `fetch`? `x[0]`, `[0]`, `a == 1`",) * 3,
    ],
)
def test_advice(advice: str, yaml: str, json: str) -> None:
    written: dict[Format, str] = {"toml": advice, "yaml": yaml, "json": json}
    for format, text in written.items():
        assert in_format(advice, format) == text


def test_advice_about_what_cannot_be_extended() -> None:
    sink = Sink()
    load_spec("x.yaml", sink, text=b"extends: base.toml")
    assert sink.diagnostics[0].help == ('write `extends: ["base.toml"]`',)
