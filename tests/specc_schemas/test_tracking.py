"""What a spec may say of metrics and where they go."""

from __future__ import annotations

from pathlib import Path

import pytest

import specc

HEAD = 'specc = 1\nkind = "pipeline"\nname = "birds"\n'
STEP = '[steps.a]\ncommand = ["ls"]\n'


def told(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "spec.toml").write_text(HEAD + text)
    return [f"{one.code} {one.message}" for one in specc.check(tmp_path / "spec.toml")]


@pytest.mark.parametrize(
    "pattern",
    [
        r"loss=([0-9.]+)",
        "[0-9]+",
        "(?P<step>[0-9]+) ([0-9]+)",
        "(?:a|b)=([0-9]+)",
        "(?:[0-9]+,)+",
        "(?:a{2}){9}",
        "(?:a+){3}",
    ],
)
def test_patterns_that_find_a_number(tmp_path: Path, pattern: str) -> None:
    assert told(tmp_path, f"{STEP}metrics.loss = '{pattern}'\n") == []


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("'loss=('", "SPC109 `loss=(` is not a regular expression: missing ), unterminated subpattern at position 5"),
        ("'(?P<step>.+)'", "SPC109 the only group of `(?P<step>.+)` is `step`, and none is left for the number"),
        ("'(a+)+$'", "SPC109 `(a+)+$` repeats what is nothing but a repetition"),
        ("'x(?:(?:[a-z]*))*?y'", "SPC109 `x(?:(?:[a-z]*))*?y` repeats what is"),
        ("'(?:a|b+)*'", "SPC109 `(?:a|b+)*` repeats what is"),
        ("3", "SPC103 `loss` of `steps.a.metrics`: expected a regular expression, found an integer"),
        ("''", "SPC103 `loss` of `steps.a.metrics`: expected a regular expression"),
    ],
)
def test_patterns_that_cannot(tmp_path: Path, pattern: str, message: str) -> None:
    (found,) = told(tmp_path, f"{STEP}metrics.loss = {pattern}\n")
    assert found.startswith(message)


@pytest.mark.parametrize("address", ["http://127.0.0.1:5000", "https://mlflow.example.org/team/", "off"])
def test_addresses_of_trackers(tmp_path: Path, address: str) -> None:
    assert told(tmp_path, f'[tracking]\nmlflow = "{address}"\nexperiment = "x"\ntags.team = "data"\n{STEP}') == []


@pytest.mark.parametrize("address", ["", "mlflow", "http://ann:secret@example.org", "file:///runs"])
def test_what_is_no_address_of_a_tracker(tmp_path: Path, address: str) -> None:
    (found,) = told(tmp_path, f'[tracking]\nmlflow = "{address}"\n{STEP}')
    assert "is not the address of an MLflow server" in found
