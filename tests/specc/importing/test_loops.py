"""Generators that read what the last run left become `repeat`, where a spec can say it; else that is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Severity
from specc.frontend import check
from specc.importing.kogine import Imported, Options, import_kogine
from specc.source.document import parse

SCRIPT = "lr = 1\nckpt = None\nname = ''\n\n\ndef main(x=1):\n    return lr\n"
HEAD = "import json\nfrom pathlib import Path\nfrom kohakuengine import Config\n\n\ndef config_gen():\n    state = {'lr': 0.1, 'ckpt': None}\n"
GIVE = "        yield Config(globals_dict={'lr': state['lr'], 'ckpt': state.get('ckpt'), 'name': 'n'})\n"
READ = "        state = json.loads(Path('state.json').read_text())\n"
START = {"lr": 0.1, "ckpt": "${null}"}


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Imported]:
    """Import a generator."""
    monkeypatch.chdir(tmp_path)

    def make(body: str) -> Imported:
        Path("config.py").write_text(HEAD + body)
        Path("train.py").write_text(SCRIPT)
        return import_kogine(Options(config=Path("config.py"), scripts=("train.py",)))

    return make


LOOPS: dict[str, tuple[str, dict[str, Any]]] = {
    "a number of rounds": (f"    for _ in range(10):\n{GIVE}{READ}", {"start": START, "max": 10}),
    "until something is small": (
        f"    for _ in range(10):\n{GIVE}{READ}        if state['loss'] < 0.01:\n            break\n",
        {"start": START, "until": "${last.loss < 0.01}", "max": 10, "on_max": "stop"},
    ),
    "while something is not done": (
        f"    while not state.get('done'):\n{GIVE}{READ}",
        {"start": START, "until": "${last.done}", "max": 1000},
    ),
    "while something is large": (
        f"    while state['lr'] > -1.5:\n{GIVE}{READ}",
        {"start": START, "until": "${last.lr <= -1.5}", "max": 1000},
    ),
    "for ever, with two ends": (
        f"    while True:\n{GIVE}{READ}        if state['a']['b'] == 'x':\n            return\n"
        "        if not state['go-on']:\n            break\n",
        {"start": START, "until": '${last.a.b == "x" or not last["go-on"]}', "max": 1000},
    ),
    "an open file": (
        f"    for _ in range(3):\n{GIVE}        with open('state.json') as file:\n            state = json.load(file)\n",
        {"start": START, "max": 3},
    ),
}


@pytest.mark.parametrize("case", LOOPS)
def test_loops(case: str, imported: Callable[[str], Imported]) -> None:
    body, repeat = LOOPS[case]
    found = imported(body)
    assert not found.failed, found.findings
    step = parse("", "toml", found.text).value["steps"]["train"]
    assert step["repeat"] == repeat
    assert step["outputs"] == {"json": "state.json"}
    assert step["globals"] == {"lr": "${last.lr}", "ckpt": "${last.ckpt}", "name": "n"}
    Path("spec.toml").write_text(found.text)
    assert [one.message for one in check(Path("spec.toml")).diagnostics if one.severity is Severity.ERROR] == []


HARD = {
    "a changed value": f"    for _ in range(3):\n        yield Config(globals_dict={{'lr': state['lr'] / 2}})\n{READ}",
    "something after it": f"    for _ in range(3):\n{GIVE}{READ}        state['lr'] /= 2\n",
    "another configuration after it": f"    for _ in range(3):\n{GIVE}{READ}    yield Config()\n",
    "a condition of two": f"    for _ in range(3):\n{GIVE}{READ}        if state['a'] < 1 and state['b']:\n            break\n",
}


@pytest.mark.parametrize("case", HARD)
def test_loops_that_a_spec_cannot_say(case: str, imported: Callable[[str], Imported]) -> None:
    [error] = imported(HARD[case]).findings
    assert error.code == "SPC601"
    assert error.message == "each configuration depends on what the run before left in `state.json`"
    assert "`repeat`" in error.help[0]


def test_a_sweep_that_reads_nothing_is_no_loop(imported: Callable[[str], Imported]) -> None:
    found = imported("    for lr in (1, 2):\n        yield Config(globals_dict={'lr': lr})\n")
    assert "repeat" not in found.text
    assert "matrix.lr = [1, 2]" in found.text
