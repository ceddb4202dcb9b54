"""What is a spec, and what only looks like one. `docs/editors/vscode/test/specs.json` has the cases that both rules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.source.recognition import is_spec


@pytest.mark.parametrize("suffix", [".toml", ".yaml", ".json"])
def test_a_long_file_of_another_kind_is_looked_at_once(suffix: str) -> None:
    """Each line is read in one way: in two, this would not end."""
    text = "line-length = 120\nselect = [\n" + '    "E501",\n' * 20_000 + "]\n"
    assert not is_spec(Path(f"/a/b{suffix}"), text)
    assert not is_spec(Path(f"/a/b{suffix}"), "# a comment\n" * 20_000)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("a.json", '{"steps": {"a": {}}, "specc": 1}', True),
        ("a.json", '{"a": {"specc": 1}}', False),
        ("a.json", '{"specc": 1,', True),
        ("a.json", '{"a": {"specc": 1},', False),
        ("a.yaml", "\ufeffspecc: 1\n", True),
        ("a.toml", "\ufeffspecc = 1\n", True),
        ("a.toml", "  [tool]\nspecc = 1\n", False),
        ("a.toml", "name = 'a'\n  specc = 1\n", True),
        ("a.txt", "specc = 1\n", False),
        ("specc.config.toml", "[log]\n", False),
    ],
)
def test_the_key_stands_at_the_top(name: str, text: str, wanted: bool) -> None:
    assert is_spec(Path("/a", name), text) is wanted
