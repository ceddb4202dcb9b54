"""What is said of scripts before they run: they are read for it, and never executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check

HEAD = 'specc = 1\nkind = "pipeline"\nname = "scripts"\n[params]\nlr = { type = "number" }\nname = { type = "string" }\n[steps.train]\n'
SCRIPT = """\
import os
open(__file__ + ".ran", "w").close()
from losses import huber as loss
lr = 0.1
epochs: int = 3
title: str
sizes = [1, 2]
a, b = 1, 2
first = second = None
double = lr * 2
for step in range(epochs):
    inner_of_loop = step
with open(os.devnull) as file:
    pass
if epochs > 2:
    mode = "long"
else:
    mode = "short"
try:
    import fast
except ImportError:
    fast = None
counter = 0
counter += 1
def train(seed: int, factor: float = 1.0) -> float:
    local = seed
    def hidden():
        pass
    return local * factor
async def later() -> list[int]:
    return []
class Model:
    size = 3
helper = train
CONSTANT = 5
lr_again = 1
lr_again = 2
if __name__ == "__main__":
    score = train(1)
    def guarded():
        pass
"""


def found(folder: Path, step: str, script: str = SCRIPT) -> list[tuple[str, str, str]]:
    """The codes, with all that is said, and the text of the spec that each points at."""
    (folder / "train.py").write_text(script)
    (folder / "losses.py").write_text("def huber(a): ...\nDELTA = 1\n")
    (folder / "package").mkdir(exist_ok=True)
    (folder / "package" / "__init__.py").write_text("")
    (folder / "package" / "__main__.py").write_text("size = 1\n")
    (folder / "train_more.py").write_text("size = 1\n")
    spec = folder / "spec.toml"
    spec.write_text(HEAD + step)
    compilation = check(spec)
    assert not (folder / "train.py.ran").exists(), "a script is never run to check it"
    return [
        (
            item.code,
            "; ".join((item.message, *(label.text for label in item.labels), *item.help)),
            str(item.severity.value),
        )
        for item in compilation.diagnostics
    ]


SOUND = [
    "globals = { lr = 0.5, epochs = 3, sizes = [3], mode = 'x', double = 1 }",
    "globals = { lr = 1 }",
    "globals = { lr = '${params.lr}' }",
    "globals = { title = 'x' }",
    "globals = { a = 1, second = [1] }",
    "globals = { loss = { ref = 'losses:huber' }, sizes = { ref = 'losses:DELTA' }, Model = { ref = 'losses:huber' } }",
    "globals = { fast = false, CONSTANT = '${params.lr}' }",
    "entry = 'train'\nwith = { seed = 3 }",
    "entry = 'later'",
    "entry = 'helper'\nwith = { seed = 1 }",
    "entry = 'Model'",
    "outputs = ['score', 'lr', 'step', 'inner_of_loop', 'counter']",
    "argv = ['--lr', '${params.lr}']",
    "exit_codes = { 3 = 'NoData' }\non_error.NoData.use = 1",
]


@pytest.mark.parametrize("step", SOUND)
def test_nothing_to_say(step: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"script = 'train.py'\n{step}") == []


REPORTED = [
    ("globals = { rate = 1 }", "SPC382", "its globals are `lr`, `epochs`, `title`", "error"),
    ("globals = { epoch = 1 }", "SPC382", "did you mean `epochs`?", "error"),
    ("globals = { local = 1 }", "SPC382", "make `local` a global of the script", "error"),
    ("globals = { size = 1 }", "SPC382", "never binds it", "error"),
    ("globals = { __name__ = 'x' }", "SPC382", "`__name__` is set by Python itself", "error"),
    ("globals = { class = 1 }", "SPC382", "`class` is a keyword of Python", "error"),
    ("globals = { print = 1 }", "SPC382", "a builtin, which the script does not bind", "error"),
    ("globals = { step = 1 }", "SPC383", "by a loop", "error"),
    ("globals = { file = 1 }", "SPC383", "by `with ... as`", "error"),
    ("globals = { epochs = 'many' }", "SPC384", "declared as integer, but it is given string", "error"),
    ("globals = { title = 3 }", "SPC384", "declared as string", "error"),
    ("globals = { epochs = '${params.name}' }", "SPC384", "given string", "error"),
    ("globals = { lr = 'fast' }", "SPC384", "is number in the script", "warning"),
    ("globals = { sizes = 3 }", "SPC384", "is list", "warning"),
    ("globals = { lr_again = 3 }", "SPC385", "bound again", "warning"),
    ("globals = { counter = 3 }", "SPC385", "does not last", "warning"),
    ("entry = 'trian'\nwith = { seed = 1 }", "SPC386", "did you mean `train`?", "error"),
    ("entry = 'guarded'", "SPC386", "stands under `if __name__", "error"),
    ("entry = 'hidden'", "SPC386", "defined inside the function `train`", "error"),
    ("entry = 'sizes'", "SPC386", "which cannot be called", "error"),
    ("entry = 'train'", "SPC339", "needs the parameter `seed`", "error"),
    ("entry = 'train'\nwith = { sed = 1 }", "SPC338", "did you mean `seed`?", "error"),
    ("entry = 'train'\nwith = { seed = 'x' }", "SPC341", "takes integer, but it is given string", "error"),
    ("with = { seed = 1 }", "SPC123", "`with` needs `entry`", "error"),
    ("globals = { loss = { ref = 'losses:hubre' } }", "SPC387", "did you mean `losses:huber`?", "error"),
    ("globals = { loss = { ref = 'lsses:huber' } }", "SPC387", "there is no `lsses:huber`", "error"),
    ("globals = { loss = { ref = 'huber' } }", "SPC387", "does not name an object", "error"),
    ("outputs = ['scor']", "SPC388", "did you mean `score`?", "error"),
    ("outputs = ['local']", "SPC388", "as they are when the script ends", "error"),
    ("globals = { from = 'absent.yaml' }", "SPC389", "from the package's root", "error"),
    ("result = 'json'", "SPC122", "`result` does not go with `script`", "error"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "code", "said", "severity"), REPORTED)
def test_reported(step: str, code: str, said: str, severity: str, tmp_path: Path) -> None:
    problems = found(tmp_path, f"script = 'train.py'\n{step}")
    assert [(item[0], item[2]) for item in problems] == [(code, severity)], problems
    assert said in problems[0][1]


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        ("script = 'trian.py'", "SPC381", "did you mean `train.py`?"),
        ("script = 'nowhere/at/all.py'", "SPC381", "package's root"),
        ("script = '${params.name}'", "SPC381", "known only when the step runs"),
        ("script = 'package'", "SPC333", "not a regular file"),
        ("module = 'trian'", "SPC331", "did you mean `train`?"),
        ("module = 'package.absent'", "SPC331", "there is no module `package.absent`"),
        ("module = 'train.py'", "SPC331", "there is no module"),
        ("script = 'spec.toml'", "SPC332", "syntax error"),
    ],
)
def test_no_script(step: str, code: str, said: str, tmp_path: Path) -> None:
    problems = found(tmp_path, step)
    assert [item[0] for item in problems] == [code], problems
    assert said in problems[0][1]


@pytest.mark.parametrize("module", ["package", "train_more", "package.__main__"])
def test_modules_have_globals_too(module: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"module = '{module}'\nglobals.size = 3") == []
    assert [item[0] for item in found(tmp_path, f"module = '{module}'\nglobals.siz = 3")] == ["SPC382"]


@pytest.mark.parametrize("line", ["from losses import *", "globals()['x'] = 1", "exec('x = 1')"])
def test_of_names_that_no_statement_shows_nothing_is_said(line: str, tmp_path: Path) -> None:
    assert found(tmp_path, "script = 'train.py'\nglobals.x = 3\noutputs = ['y']", f"{line}\n") == []


def test_values_of_a_file_are_checked_where_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "values.json").write_text('{"rate": 1, "epochs": 2, "text": "${not an expression}"}')
    problems = found(tmp_path, "script = 'train.py'\nglobals = { from = 'values.json', epochs = 'x' }")
    assert [item[0] for item in problems] == ["SPC382", "SPC382", "SPC384"]
    for code in ("SPC382", "SPC384"):
        assert any(item[0] == code for item in problems)


def test_the_type_of_a_result_is_known(tmp_path: Path) -> None:
    step = "script = 'train.py'\nentry = 'train'\nwith.seed = 1\n[steps.next]\nwait = '${steps.train.x}'"
    assert [item[0] for item in found(tmp_path, step)] == ["SPC313"]
    step = "script = 'train.py'\noutputs = ['score']\n[outputs]\nx = '${steps.train.scor}'"
    (problem,) = found(tmp_path, step)
    assert "did you mean `score`" in problem[1]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("values.yaml", "# settings\n- lr\n", "no table of values"),
        ("values.json", "[1]", "no table of values"),
        ("values.json", '{"lr": 1}, "more": {"epochs": 2}', "nothing stands behind it"),
        ("values.json", "", "a value is expected"),
        ("values.txt", "lr = 1", "no file of TOML, YAML or JSON"),
    ],
)
def test_a_file_without_values(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    (problem,) = found(tmp_path, f"script = 'train.py'\nglobals.from = '{name}'")
    assert problem[0] == "SPC389"
    assert said in problem[1]


def test_a_script_outside_of_the_package_is_not_shipped(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text("size = 1\n")
    (tmp_path / "inside").mkdir()
    for name in ("../tools.py", str(tmp_path / "tools.py")):
        (problem,) = found(tmp_path / "inside", f"script = '{name}'")
        assert (problem[0], problem[2]) == ("SPC381", "warning")
        assert "outside of the package's root" in problem[1]
    for name in ("package/../train.py", str(tmp_path / "inside" / "train.py")):
        assert found(tmp_path / "inside", f"script = '{name}'") == []
