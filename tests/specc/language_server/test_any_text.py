"""Whatever is typed, the server has an answer, and what it says stands where the text is."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from language_texts import offset_at, position_at
from specc.frontend import Compilation, check
from specc.language_server.analysis import Analysis, analyse
from specc.language_server.code_actions import code_actions
from specc.language_server.diagnostics import diagnostics
from specc.language_server.lenses import lenses
from specc.language_server.positions import Positions
from specc.language_server.recovery import recover
from specc.source.formats import Format

SPECS = Path(__file__).parents[3] / "specs"
EXAMPLES = ("birds/birds.toml", "weather/weather.toml", "release/release.toml")
TYPED = st.sampled_from(
    ["\n", '"', "'", "[", "]", "{", "}", "=", ":", "#", "${", "steps.", "\t", "\r\n", "- ", "😋", "\u2028", "x"]
)
WRITERS: dict[Format, Callable[[str], str]] = {
    "toml": lambda text: text,
    "yaml": lambda text: yaml.safe_dump(tomllib.loads(text), sort_keys=False),
    "json": lambda text: json.dumps(tomllib.loads(text), indent=2),
}


def analysed(path: Path, text: str) -> Analysis:
    def look(path: Path, data: bytes, format: Format) -> Compilation:
        return check(path, text=data, format=format)

    return analyse(path.as_uri(), text, 1, types.PositionEncodingKind.Utf16, look)


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
@settings(deadline=None, max_examples=int(os.environ.get("SPECC_FUZZ", "40")))
@given(data=st.data())
def test_half_a_spec_has_an_analysis(format: Format, data: st.DataObject) -> None:
    path = SPECS / data.draw(st.sampled_from(EXAMPLES))
    text = WRITERS[format](path.read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 0, 1, 5, 40])))
        text = text[:start] + data.draw(TYPED) + text[end:]
    analysis = analysed(path.with_suffix(f".{format}"), text)
    if analysis.recovered is not None:
        assert len(analysis.recovered.document.text) == len(text)
        assert analysis.recovered.faults
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for found in diagnostics(analysis):
        start, end = found.range.start, found.range.end
        assert (0, 0) <= (start.line, start.character) <= (end.line, end.character) <= (lines, 0)
        assert found.message
        code_actions(analysis, found.range, None)
    lenses(analysis)


@pytest.mark.parametrize("encoding", list(types.PositionEncodingKind))
@settings(deadline=None)
@given(text=st.text(alphabet=st.sampled_from("ab\r\n\u2028😋é\x0b"), max_size=40))
def test_positions_and_offsets_are_each_others_inverse(encoding: types.PositionEncodingKind, text: str) -> None:
    positions = Positions(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n" and offset:
            continue  # a line end is one
        at = positions.position(offset)
        assert positions.offset(at) == offset
        if encoding is types.PositionEncodingKind.Utf16 and "\r" not in text:
            assert position_at(text, offset) == {"line": at.line, "character": at.character}
            assert offset_at(text, {"line": at.line, "character": at.character}) == offset
    assert positions.offset(types.Position(10_000, 0)) == len(text)


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
@settings(deadline=None, max_examples=int(os.environ.get("SPECC_FUZZ", "60")))
@given(text=st.text(max_size=60))
def test_no_text_breaks_recovery(format: Format, text: str) -> None:
    found = recover("spec", format, text)
    assert found is None or len(found.document.text) == len(text)
