"""Five unrelated mistakes are five findings, each at its own line and column, in all three formats."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "golden" / "five-mistakes"
MISTAKES = {
    "SPC202": "params.limt",
    "SPC106": "30",
    "SPC334": "sqaure",
    "SPC201": "steps.laod",
    "SPC101": "max_paralel",
}
"""By code, the text in the spec that is wrong; each stands there once."""


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_each_mistake_is_found_where_it_stands(format: str) -> None:
    spec = FOLDER / f"spec.{format}"
    command = [str(Path(sys.executable).parent / "specc"), "check", spec.name, "--format", "json"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    found = {}
    for item in json.loads(done.stdout)["diagnostics"]:
        start = item["labels"][0]["start"]
        found[item["code"]] = (start["line"], start["column"])
    lines = spec.read_text(encoding="utf-8").splitlines()
    expected = {}
    for code, text in MISTAKES.items():
        text = (
            f'"{text}"' if code == "SPC101" and format == "json" else text
        )  # a key of JSON includes its quotation marks
        [number] = [number for number, line in enumerate(lines, 1) if text in line]
        expected[code] = (number, lines[number - 1].index(text) + 1)
    assert found == expected
