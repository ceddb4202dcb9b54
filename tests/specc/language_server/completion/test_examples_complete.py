"""Whatever an example says is offered where it says it: keys of the language, steps, parameters, functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from completion.project import check_text
from specc.language_server.analysis import Analysis, analyse
from specc.language_server.completion import tables
from specc.language_server.completion.complete import complete
from specc_schemas import Matrix

REPOSITORY = Path(__file__).parents[4]
EXAMPLES = sorted([*REPOSITORY.glob("specs/*/*.toml"), *REPOSITORY.glob("specs/*/*.yaml")])
CORPUS = sorted(REPOSITORY.glob("tests/conformance/corpus/*/spec.toml"))
_STEP = re.compile(r"(?<!\$)\$\{[^}]*?\bsteps\.(\w+)")
_OF_MATRIX = {field.alias or name for name, field in Matrix.model_fields.items()}
_PARAMETER = re.compile(r"(?<!\$)\$\{[^}]*?\bparams\.(\w+)")
_CALL = re.compile(r"^\s*call\s*[:=]\s*\"?([\w.]+):(\w+)", re.MULTILINE)


def analysis_of(path: Path) -> Analysis:
    """The analysis of a file."""
    return analyse(path.as_uri(), path.read_text(encoding="utf-8"), 1, None, check_text)


def said(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Offsets at which something begins that completion knows, and what that is."""
    assert analysis.document is not None
    text = analysis.text
    for path, (start, end, value_start, value_end) in analysis.document.table.extents.items():
        is_key = bool(path) and isinstance(path[-1], str) and start < end and (start, end) != (value_start, value_end)
        is_axis = path[-2:-1] == ("matrix",) and path[-1] not in _OF_MATRIX  # a name of the user's
        if is_key and not is_axis and tables.has_keys(path[:-1]):
            yield start + (text[start] in "\"'"), str(path[-1])
    for pattern in (_STEP, _PARAMETER):
        for found in pattern.finditer(text):
            yield found.start(1), found[1]
    for found in _CALL.finditer(text):
        yield found.start(1), f"{found[1]}:"
        yield found.start(2), found[2]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_what_an_example_says_is_offered(path: Path) -> None:
    analysis = analysis_of(path)
    asked = 0
    for offset, word in said(analysis):
        labels = {one.label for one in complete(analysis, offset).items}
        line = analysis.positions.position(offset).line + 1
        assert word in labels, f"line {line}: `{word}` is not offered, but {sorted(labels)}"
        asked += 1
    assert asked >= 30


@pytest.mark.parametrize("part", range(4))
def test_what_a_spec_of_the_corpus_says_is_offered(part: int) -> None:
    asked = 0
    for path in CORPUS[part::4]:
        analysis = analysis_of(path)
        if analysis.document is None:
            continue
        for offset, word in said(analysis):
            assert word in {one.label for one in complete(analysis, offset).items}, (path.parent.name, offset, word)
            asked += 1
    assert asked > 300
