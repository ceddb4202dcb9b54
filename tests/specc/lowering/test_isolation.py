"""SPC233 says which limits need processes, and where they stand."""

from pathlib import Path

import pytest

from specc.diagnostics import Severity, Span
from specc.frontend import check

HEAD = 'specc = 1\nkind = "pipeline"\nname = "m"\n'
STEP = '[steps.load]\ncall = "work:load"\n'
SLOTS = 'slots = { gpu = ["0"] }\n'

CASES = {
    "own timeout": (f'{STEP}isolation = "thread"\ntimeout = "5s"\n', ["timeout"]),
    "own timeout over that of the defaults": (
        f'[defaults]\ntimeout = "1m"\n{STEP}isolation = "inline"\ntimeout = "5s"\n',
        ["timeout"],
    ),
    "timeout of the defaults": (f'[defaults]\ntimeout = "1m"\n{STEP}isolation = "thread"\n', ["timeout"]),
    "timeout of a profile": (
        f'[compute.brief]\ntimeout = "9s"\n{STEP}isolation = "thread"\ncompute = "brief"\n',
        ["timeout"],
    ),
    "timeout of a profile by default": (
        f'[defaults]\ncompute = "brief"\n[compute.brief]\ntimeout = "9s"\n{STEP}isolation = "thread"\n',
        ["timeout"],
    ),
    "timeout of the step's own table": (
        f'{STEP}isolation = "thread"\ncompute = {{ timeout = "9s" }}\n',
        ["timeout"],
    ),
    "slots": (f'{STEP}isolation = "thread"\n{SLOTS}', ["slots"]),
    "both": (f'{STEP}isolation = "thread"\ntimeout = "5s"\n{SLOTS}', ["timeout", "slots"]),
}

SOUND = {
    "no limits": f'{STEP}isolation = "inline"\n',
    "a profile without a timeout": (
        f'[compute.large]\nmemory = "1GiB"\n{STEP}isolation = "thread"\ncompute = "large"\n'
    ),
    "processes": f'[defaults]\ntimeout = "1m"\n{STEP}isolation = "process"\n{SLOTS}',
    "left open": f'[defaults]\ntimeout = "1m"\n{STEP}{SLOTS}',
    "another step's timeout": f'{STEP}isolation = "thread"\n[steps.other]\ncall = "work:load"\ntimeout = "5s"\n',
}


def written(tmp_path: Path, body: str) -> Path:
    (tmp_path / "work.py").write_text("def load(): ...\n")
    path = tmp_path / "spec.toml"
    path.write_text(HEAD + body)
    return path


@pytest.mark.parametrize("case", CASES)
def test_limits_that_need_processes(case: str, tmp_path: Path) -> None:
    body, expected = CASES[case]
    path = written(tmp_path, body)
    (found,) = check(path).diagnostics
    assert (found.code, found.severity) == ("SPC233", Severity.ERROR)
    lines = path.read_text().splitlines()
    spans = [label.at for label in found.labels]
    texts = [lines[at.start.line - 1][at.start.column - 1 : at.end.column - 1] for at in spans if isinstance(at, Span)]
    assert texts[0] in {'"thread"', '"inline"'}
    assert texts[1:] == expected
    if case == "own timeout over that of the defaults":
        assert 'timeout = "5s"' in [lines[at.start.line - 1] for at in spans[1:] if isinstance(at, Span)]


@pytest.mark.parametrize("case", SOUND)
def test_isolation_that_is_enough(case: str, tmp_path: Path) -> None:
    assert check(written(tmp_path, SOUND[case])).diagnostics == ()


def test_a_profile_that_is_not_there_is_told_alone(tmp_path: Path) -> None:
    path = written(tmp_path, f'{STEP}isolation = "thread"\ncompute = "brief"\n')
    assert [item.code for item in check(path).diagnostics] == ["SPC216"]
