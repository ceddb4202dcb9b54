"""Keys that are added at the top of a spec, and those without a value that are taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.diagnostics.fixes import apply_fixes
from specc.frontend import check

STEPS = '[steps.a]\nwait = "1s"\n'


def mended(name: str, text: str, folder: Path) -> str:
    """The text after as many rounds of safe fixes as there are; what is left is no error but a missing name."""
    path = str(folder / name)
    for _ in range(5):
        compilation = check(path, text=text.encode())
        changed = apply_fixes({path: compilation.source_texts[path]}, compilation.diagnostics)
        if not changed:
            break
        text = changed[path]
    assert {item.code for item in compilation.diagnostics} <= {"SPC102"}
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("#:schema ./x\n# about\nname = 'a'\n" + STEPS, "#:schema ./x\n# about\nspecc = 1\nkind = \"pipeline\"\nname = 'a'\n" + STEPS),
        ("#:schema ./x\n# a step\n" + STEPS, '#:schema ./x\nspecc = 1\nkind = "pipeline"\n\n# a step\n' + STEPS),
        ("specc = 1 # one\r\nname = 'a'\r\n" + STEPS, "specc = 1 # one\r\nkind = \"pipeline\"\r\nname = 'a'\r\n" + STEPS),
        ("kind = 'pipeline' # of them\n" + STEPS, "specc = 1\nkind = 'pipeline' # of them\n" + STEPS),
    ],
)  # fmt: skip
def test_toml(before: str, after: str, tmp_path: Path) -> None:
    assert mended("a.toml", before, tmp_path) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# top\nname: a\nsteps: {a: {wait: 1s}}\n", '# top\nspecc: 1\nkind: "pipeline"\nname: a\nsteps: {a: {wait: 1s}}\n'),
        ("---\n  name: a\n  steps: {a: {wait: 1s}}", '---\n  specc: 1\n  kind: "pipeline"\n  name: a\n  steps: {a: {wait: 1s}}'),
        ("{name: a, steps: {a: {wait: 1s}}}", '{specc: 1, kind: "pipeline", name: a, steps: {a: {wait: 1s}}}'),
        ("specc: 1\nkind: pipeline\nname: a\ndescription: ~ # why\nsteps:\n  a:\n    timeout:\n    wait: 1s\n", "specc: 1\nkind: pipeline\nname: a\n # why\nsteps:\n  a:\n    wait: 1s\n"),
        ("specc: 1\nkind: pipeline\nname: a\nsteps: {a: {timeout: null, wait: 1s, retry: }}\n", "specc: 1\nkind: pipeline\nname: a\nsteps: {a: {wait: 1s}}\n"),
    ],
)  # fmt: skip
def test_yaml(before: str, after: str, tmp_path: Path) -> None:
    assert mended("a.yaml", before, tmp_path) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"name": "a", "steps": {"a": {"wait": "1s"}}}', '{"specc": 1, "kind": "pipeline", "name": "a", "steps": {"a": {"wait": "1s"}}}'),
        ('{\n  "name": "a",\n  "steps": {"a": {"wait": "1s"}}\n}\n', '{\n  "specc": 1,\n  "kind": "pipeline",\n  "name": "a",\n  "steps": {"a": {"wait": "1s"}}\n}\n'),
        ('{"specc": 1, "kind": "pipeline", "name": "a",\n  "description": null,\n  "steps": {"a": {"wait": "1s", "retry" : null}}}', '{"specc": 1, "kind": "pipeline", "name": "a",\n  "steps": {"a": {"wait": "1s"}}}'),
    ],
)  # fmt: skip
def test_json(before: str, after: str, tmp_path: Path) -> None:
    assert mended("a.json", before, tmp_path) == after


@pytest.mark.parametrize("written", ["timeout:\n      null", "timeout: &x null", "timeout: !!null null"])
def test_what_is_written_otherwise_is_left(written: str, tmp_path: Path) -> None:
    text = f"specc: 1\nkind: pipeline\nname: a\nsteps:\n  a:\n    wait: 1s\n    {written}\n"
    found = check(tmp_path / "a.yaml", text=text.encode()).diagnostics
    assert [(item.code, item.fix) for item in found if item.code == "SPC105"] == [("SPC105", None)]
