"""What is said of actions before they run."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check

HEAD = 'specc = 1\nkind = "pipeline"\nname = "tools"\n[params]\nname = { type = "string" }\n[steps.tool]\n'


def found(folder: Path, command: str, more: str = "") -> dict[str, str]:
    """What is reported of a command, by its code; with all its help."""
    (folder / "spec.toml").write_text(f"{HEAD}command = {command}\n{more}")
    return {item.code: "; ".join((item.message, *item.help)) for item in check(folder / "spec.toml").diagnostics}


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ('[""]', "SPC361", "names no program"),
        ('["wc -l a.txt"]', "SPC362", 'command = ["wc", "-l", "a.txt"]'),
        ("[\"echo 'a b' > c\"]", "SPC362", '"sh", "-c"'),
        ('["cat", "a", "|", "wc"]', "SPC362", "`|` is handed to `cat` as an argument"),
        ('["make", "a", "&&", "make", "b"]', "SPC362", "`&&`"),
        ('["tools/missing"]', "SPC363", "not found"),
        ('["./plain.txt"]', "SPC363", "not executable"),
    ],
)
def test_reported(command: str, code: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("text")
    problems = found(tmp_path, command)
    assert list(problems) == [code]
    assert said in problems[code]


@pytest.mark.parametrize(
    "command",
    [
        '["sh", "-c", "cat a | wc"]',
        '["/usr/bin/env", "bash", "-c", "a && b"]',
        '["expr", "1", "<", "2"]',
        '["find", ".", "-exec", "rm", "{}", ";"]',
        '["${params.name}", "a"]',
        '["./tool"]',
        '["grep", "a|b", "file"]',
    ],
)
def test_silent(command: str, tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    assert found(tmp_path, command) == {}


@pytest.mark.parametrize(("result", "kind"), [("text", "string"), ("exit", "integer"), ("json", "any")])
def test_type_of_the_result(result: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(f'{HEAD}command = ["true"]\nresult = "{result}"\n')
    module = check(tmp_path / "spec.toml").module
    assert module is not None
    assert str(module.body.by_name["tool"].result) == kind


def test_environment_of_a_function_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f(): ...\n")
    (tmp_path / "spec.toml").write_text(HEAD + 'call = "a:f"\nenv.A = "1"\n')
    (problem,) = check(tmp_path / "spec.toml").diagnostics
    assert problem.code == "SPC402"
    assert "share processes" in problem.help[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('cwd = "root"\nfiles."a.json" = 1', "`files` would be written into the package's root"),
        ('files = { "a" = 1, "a/b" = 2 }', "`a` cannot be a file and the folder of `a/b`"),
    ],
)
def test_files_that_cannot_be_written(more: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    for action in ('command = ["true"]', 'script = "train.py"'):
        (tmp_path / "spec.toml").write_text(f"{HEAD}{action}\n{more}")
        (problem,) = check(tmp_path / "spec.toml").diagnostics
        assert (problem.code, said in problem.message) == ("SPC364", True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ('files."../a" = 1', "SPC109"),
        ('files."/a" = 1', "SPC109"),
        ('artifacts = ["../*.png"]', "SPC109"),
        ('exit_codes."0" = "NoData"', "SPC109"),
        ('exit_codes."256" = "NoData"', "SPC109"),
    ],
)
def test_keys_of_no_meaning(more: str, code: str, tmp_path: Path) -> None:
    assert list(found(tmp_path, '["true"]', more)) == [code]


def test_errors_of_statuses_are_known(tmp_path: Path) -> None:
    codes = 'exit_codes = { "3" = "NoData", "4" = "ok" }\n'
    assert found(tmp_path, '["true"]', codes + 'retry = { max = 1, on = ["NoData"] }\non_error.NoData.use = 0') == {}
    problems = found(tmp_path, '["true"]', codes + "on_error.NoDta.use = 0")
    assert "did you mean `NoData`" in problems["SPC230"]
    loop = codes + "repeat = { max = 2 }\non_error.NoData.use = 0"
    assert found(tmp_path, '["true"]', loop) == {}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ('result = "lines"', "list of string"),
        ('artifacts = ["a"]', "object"),
        ('artifacts = ["a"]\nresult = "exit"', "object"),
    ],
)
def test_type_of_a_result_in_parts(more: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(f'{HEAD}command = ["true"]\n{more}\n[outputs]\na = "${{steps.tool.value}}"\n')
    compilation = check(tmp_path / "spec.toml")
    assert compilation.module is not None
    assert kind in str(compilation.module.body.by_name["tool"].result)
    assert bool(compilation.diagnostics) == ("artifacts" not in more)


SWEPT = "matrix.x = [1, 2]\nartifacts = ['a.png']"


@pytest.mark.parametrize(
    ("more", "reported"),
    [
        (SWEPT, True),
        (f"{SWEPT}\nmax_parallel = 2", True),
        (f"{SWEPT}\nmax_parallel = 1", False),
        (f"{SWEPT}\ncwd = 'root'", True),
        (f"{SWEPT}\ncwd = 'fresh'", False),
        (f"{SWEPT}\nfiles.'a.txt' = 'a'", False),
        ("matrix.x = [1]\nartifacts = ['a.png']", False),
        ("matrix.x = [1, 2]", False),
        ("artifacts = ['a.png']", False),
        ("each.x = '${[1, 2]}'\nartifacts = ['a.png']", True),
        ("each.x = [1, 2]\nartifacts = ['a.png']\nrepeat = { max = 2, on_max = 'stop' }", True),
    ],
)
def test_files_of_the_same_name_side_by_side(more: str, reported: bool, tmp_path: Path) -> None:
    problems = found(tmp_path, '["true"]', more)
    problems.pop("SPC252", "nothing uses `matrix.x`")
    assert list(problems) == ["SPC390"] * reported, problems
    assert not reported or 'cwd = "fresh"' in problems["SPC390"]


def test_a_file_of_a_script_s_result_is_one_of_all_configurations(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("lr = 0.1\n")
    step = "script = 'train.py'\nargv = ['${matrix.x}']\noutputs.json = 'result.json'"
    text = HEAD.replace("[steps.tool]\n", f"[steps.all]\nmatrix.x = [1, 2]\n[steps.all.steps.one]\n{step}\n")
    (tmp_path / "spec.toml").write_text(text)
    (problem,) = (item for item in check(tmp_path / "spec.toml").diagnostics if item.code != "SPC252")
    assert (problem.code, str(problem.severity.value)) == ("SPC390", "warning")
    assert "`result.json` of all configurations" in problem.message
