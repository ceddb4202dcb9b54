"""Axes that nothing uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check

HEAD = 'specc = 1\nkind = "pipeline"\nname = "sweep"\n'
LR = 'globals = { lr = "${matrix.lr}" }\n'
AXES = "matrix = { lr = [0.1, 0.01], seed = [0, 1] }\n"


def found(folder: Path, spec: str) -> list[tuple[str, str, str]]:
    (folder / "train.py").write_text("lr = 0.1\nseed = 0\ndef main(epochs=1):\n    return lr * seed\n")
    (folder / "fits.py").write_text(
        "def fit(lr: float, seed: int) -> float:\n    return lr\ndef cells() -> list[dict]:\n    return [{'lr': 1}]\n"
    )
    (folder / "cells.csv").write_text("lr,note\n0.1,first\n0.2,second\n")
    (folder / "other.toml").write_text(
        HEAD + "[params.seed]\ntype = 'integer'\ndefault = 0\n[steps.a]\ncommand = ['echo', '${string(params.seed)}']\n"
    )
    (folder / "spec.toml").write_text(HEAD + spec)
    problems = check(folder / "spec.toml").diagnostics
    assert all(item.severity.value == "warning" for item in problems), problems
    return [(item.code, item.message, str(item.help)) for item in problems]


SCRIPT = '[steps.train]\nscript = "train.py"\n'


@pytest.mark.parametrize(
    ("step", "axis", "help"),
    [
        (SCRIPT + LR + AXES, "`matrix.seed`", 'give it to step `train`: `globals = { seed = "${matrix.seed}" }`'),
        (
            SCRIPT + 'entry = "main"\nmatrix.epochs = [1, 2]',
            "`matrix.epochs`",
            '`with = { epochs = "${matrix.epochs}" }`',
        ),
        (SCRIPT + "matrix.trial = [1, 2]", "`matrix.trial`", "as `${matrix.trial}`, or leave it out"),
        (
            '[steps.a]\npipeline = "other.toml"\nmatrix.seed = [1, 2]',
            "`matrix.seed`",
            '`with = { seed = "${matrix.seed}" }',
        ),
        (SCRIPT + "matrix.from = 'cells.csv'", "the configurations", '`globals = { lr = "${matrix.lr}" }`'),
        (SCRIPT + "matrix.from.call = 'fits:cells'", "the configurations", "as `${matrix.NAME}`"),
        (
            "[steps.all]\nmatrix.seed = [1, 2]\n[steps.all.steps.train]\nscript = 'train.py'\nmatrix.lr = [1, 2]\n"
            "globals = { lr = '${matrix.lr}' }",
            "`matrix.seed`",
            "step `train`",
        ),
    ],
)
def test_axes_that_change_nothing(step: str, axis: str, help: str, tmp_path: Path) -> None:
    ((code, message, advice),) = found(tmp_path, step)
    assert code == "SPC252"
    assert message == f"nothing uses {axis}: the step does the same for every value"
    assert help in advice


@pytest.mark.parametrize(
    "step",
    [
        SCRIPT + 'globals = { lr = "${matrix.lr}", seed = "${matrix.seed}" }\n' + AXES,
        SCRIPT + LR + 'argv = ["${string(matrix.seed)}"]\n' + AXES,
        SCRIPT + 'argv = ["${json(matrix)}"]\n' + AXES,
        SCRIPT + LR + "matrix.from = 'cells.csv'",
        SCRIPT + LR + "matrix.from.call = 'fits:cells'",
        "[steps.fit]\ncall = 'fits:fit'\n" + AXES,
        "[steps.all]\nyield = '${matrix.seed}'\nmatrix.seed = [1, 2]\n[steps.all.steps.train]\nscript = 'train.py'",
        "[steps.all]\nmatrix.seed = [1, 2]\n[steps.all.steps.train]\nscript = 'train.py'\nwhen = '${matrix.seed > 1}'",
    ],
)
def test_axes_that_are_used(step: str, tmp_path: Path) -> None:
    assert found(tmp_path, step) == []


@pytest.mark.parametrize(
    ("axis", "wrong"),
    [
        ("[1.5, 2]", "1.5"),
        ("[1, 2]", None),
        ("{ linspace = [1, 2, 3] }", "1.0"),
        ("{ range = [1, 3] }", None),
        ("{ log = [1, 10, 2] }", "1.0"),
    ],
)
def test_fractions_for_whole_numbers(axis: str, wrong: str | None, tmp_path: Path) -> None:
    (tmp_path / "fit.py").write_text("epochs: int = 3\nrate: float = 0.1\n")
    step = "[steps.fit]\nscript = 'fit.py'\nglobals = { epochs = '${matrix.e}', rate = '${matrix.e}' }\n"
    (tmp_path / "spec.toml").write_text(f"{HEAD}{step}matrix = {{ e = {axis} }}\n")
    problems = check(tmp_path / "spec.toml").diagnostics
    assert [(item.code, item.severity.value) for item in problems] == [("SPC384", "error")] * (wrong is not None)
    said = f"`epochs` of `fit.py` is declared as integer, but an axis gives it `{wrong}`"
    assert [item.message for item in problems] == [said] * (wrong is not None)
