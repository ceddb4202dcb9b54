"""What `[[tests]]` name must be there, and what they give must fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check

HEAD = """\
specc = 1
kind = "pipeline"
name = "birds"

[params.limit]
type = "integer"
minimum = 1

[params.mood]
type = "string"
default = "calm"

[steps.birds]
call = "birds:birds"

[steps.flock]
each.bird = "${steps.birds}"
yield = "${steps.flap}"
[steps.flock.steps.flap]
call = "birds:flap"
with.bird = "${bird}"
on_error.ValueError.run = "rest"
[steps.flock.steps.rest]
call = "birds:rest"

[steps.song]
call = "birds:song"
with.birds = "${steps.flock}"
on_error."*".run = "silence"

[steps.silence]
call = "birds:rest"

[finally.report]
call = "birds:rest"

[outputs]
song = "${steps.song}"

[[tests]]
name = "a test"
"""
WORK = "def birds(): ...\ndef flap(bird): ...\ndef rest(): ...\ndef song(birds): ...\n"
LINE = HEAD.count("\n") + 1


def found(folder: Path, test: str) -> list[tuple[str, str, str]]:
    (folder / "birds.py").write_text(WORK)
    spec = folder / "spec.toml"
    spec.write_text(HEAD + test)
    lines = (HEAD + test).splitlines()
    told = []
    for item in check(spec).diagnostics:
        at = item.labels[0].at
        told.append((item.code, item.message, lines[at.start.line - 1][at.start.column - 1 : at.end.column - 1]))
    return told


GOOD = {
    "all kinds of steps": 'params.limit = 1\nmock = { birds = [], flock = [], silence = "", report = "${null}" }\nexpect = {}',
    "a failing step": 'params.limit = 1\nmock.birds = { error = "birds.TooTired", message = "zzz" }\nexpect.error = "TooTired"',
    "a result that looks like a failure": 'params.limit = 1\nmock.birds = { error = "no name", code = 1 }\nexpect = {}',
    "a run that is refused": 'params = { limit = 0, lmit = 2 }\nexpect.error = "InvalidParameters"',
    "a required parameter left out on purpose": 'expect.error = "InvalidParameters"',
    "skipped": 'params.limit = 1\nexpect.skipped = ["song", "birds"]',
    "text": 'params = { limit = 1, mood = "$${calm}" }\nmock.birds = "$${steps.x}"\nexpect.outputs.song = "${1 + 1}"',
    "items one by one": 'params.limit = 1\nmock.flock = { each = [1, { error = "birds.Tired" }] }\nexpect = {}',
    "calls": 'params.limit = 1\nexpect.calls = { birds = 1, "flock/flap" = { min = 1, max = 3 }, silence = 0, report = { max = 1 } }',
    "calls of what replaces a group": "params.limit = 1\nmock.flock = []\nexpect.calls.flock = 1",
}


@pytest.mark.parametrize("test", GOOD.values(), ids=GOOD)
def test_sound(tmp_path: Path, test: str) -> None:
    assert found(tmp_path, test) == []


BAD = {
    "unknown step": (
        "params.limit = 1\nmock.brids = []\nexpect = {}",
        ("SPC220", "a test names the step `brids`, which is not there", "brids"),
    ),
    "step in a group": (
        "params.limit = 1\nmock.flap = []\nexpect = {}",
        ("SPC220", "a test names the step `flap`, which is not there", "flap"),
    ),
    "unknown parameter": (
        "params = { limit = 1, moood = 3 }\nexpect = {}",
        ("SPC221", "a test names the parameter `moood`, which is not there", "moood"),
    ),
    "parameter of another type": (
        "params = { limit = true }\nexpect = {}",
        ("SPC222", "the parameter `limit` of a test is a boolean, not an integer", "true"),
    ),
    "parameter out of bounds": (
        "params = { limit = 0 }\nexpect = {}",
        ("SPC222", "the parameter `limit` of a test is 0, less than `minimum`", "0"),
    ),
    "parameter missing": (
        "expect = {}",
        ("SPC222", "a test does not give the parameter `limit`", '"a test"'),
    ),
    "unknown output": (
        "params.limit = 1\nexpect.outputs.sing = 1",
        ("SPC223", "a test names the output `sing`, which is not there", "sing"),
    ),
    "outputs of a failure": (
        'params.limit = 1\nexpect = { outputs = { song = 1 }, error = "ValueError" }',
        ("SPC223", "a run that fails has no outputs, so this test can never pass", "outputs"),
    ),
    "unknown step skipped": (
        'params.limit = 1\nexpect.skipped = ["birds", "sang"]',
        ("SPC224", "a test names the step `sang`, which is not there", '"sang"'),
    ),
    "handler skipped": (
        'params.limit = 1\nexpect.skipped = ["silence"]',
        ("SPC224", "step `silence` runs only when another fails, so it is never skipped", '"silence"'),
    ),
    "step of finally skipped": (
        'params.limit = 1\nexpect.skipped = ["report"]',
        ("SPC224", "a test names the step `report`, which is not there", '"report"'),
    ),
    "reference in a mock": (
        'params.limit = 1\nmock.birds = ["${params.limit}"]\nexpect = {}',
        ("SPC225", "a test cannot refer to `params`: its values stand for themselves", "params.limit"),
    ),
    "reference in an output": (
        'params.limit = 1\nexpect.outputs.song = "a ${steps.birds}"',
        ("SPC225", "a test cannot refer to `steps`: its values stand for themselves", "steps.birds"),
    ),
    "value that cannot be computed": (
        "params.limit = \"${int('x')}\"\nexpect = {}",
        ("SPC225", "a value of a test cannot be computed: `int` cannot read `x`", "\"${int('x')}\""),
    ),
    "no error's name": (
        'params.limit = 1\nmock.birds = { error = "too tired" }\nexpect.error = "x"',
        ("SPC226", "`too tired` is not the name of an error", '"too tired"'),
    ),
    "no error's name for an item": (
        'params.limit = 1\nmock.flock = { each = [1, { error = "too tired" }] }\nexpect = {}',
        ("SPC226", "`too tired` is not the name of an error", '"too tired"'),
    ),
    "calls of an unknown step": (
        "params.limit = 1\nexpect.calls.brids = 1",
        ("SPC228", "a test counts the calls of the step `brids`, which is not there", "brids"),
    ),
    "calls of an unknown step in a group": (
        'params.limit = 1\nexpect.calls."flock/flop" = 1',
        ("SPC228", "a test counts the calls of the step `flock/flop`, which is not there", '"flock/flop"'),
    ),
    "calls of a group": (
        "params.limit = 1\nexpect.calls.flock = 1",
        ("SPC228", "step `flock` is made of others, and calls nothing itself", "flock"),
    ),
    "calls inside of a group that is replaced": (
        'params.limit = 1\nmock.flock = []\nexpect.calls."flock/flap" = 1',
        ("SPC228", "`mock` replaces `flock` as a whole, so nothing inside of it is called", '"flock/flap"'),
    ),
    "calls of a step in a step that is no group": (
        'params.limit = 1\nexpect.calls."birds/x" = 1',
        ("SPC228", "a test counts the calls of the step `birds/x`, which is not there", '"birds/x"'),
    ),
    "bounds that exclude each other": (
        "params.limit = 1\nexpect.calls.birds = { min = 3, max = 2 }",
        ("SPC228", "no step is called at least 3 and at most 2 times", "{ min = 3, max = 2 }"),
    ),
    "a number of calls that is none": (
        'params.limit = 1\nexpect.calls.birds = "once"',
        (
            "SPC103",
            "`birds` of `tests[0].expect.calls`: expected a number of calls or a table, found a string",
            '"once"',
        ),
    ),
}


@pytest.mark.parametrize(("test", "expected"), BAD.values(), ids=BAD)
def test_faults(tmp_path: Path, test: str, expected: tuple[str, str, str]) -> None:
    assert found(tmp_path, test) == [expected]


def test_a_broken_expression_is_reported_as_anywhere_else(tmp_path: Path) -> None:
    assert [code for code, _, _ in found(tmp_path, 'params.limit = 1\nmock.birds = "${1 +}"\nexpect = {}')] == [
        "SPC300"
    ]


@pytest.mark.parametrize(
    ("annotation", "mock", "reported"),
    [
        ("", "[1]", False),
        (" -> list[int]", "[]", False),
        (" -> list[int]", '["a"]', True),
        (" -> list[float]", "[1, 2.5]", False),
        (" -> int | None", '"${null}"', False),
        (" -> int", '{ error = "ValueError" }', False),
        (" -> int", '{ error = "ValueError", code = 1 }', True),
    ],
)
def test_what_a_step_never_gives(tmp_path: Path, annotation: str, mock: str, reported: bool) -> None:
    (tmp_path / "birds.py").write_text(f"def get(){annotation}: ...\n")
    head = (
        'specc = 1\nkind = "pipeline"\nname = "m"\n[steps.a]\ncall = "birds:get"\n[[tests]]\nname = "t"\nexpect = {}\n'
    )
    (tmp_path / "spec.toml").write_text(f"{head}mock.a = {mock}\n")
    compilation = check(tmp_path / "spec.toml")
    assert [item.code for item in compilation.diagnostics] == ["SPC227"] * reported
    assert not compilation.failed, "a test that is wrong does not keep the spec from running"


def test_help_says_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "birds.py").write_text(WORK)
    spec = tmp_path / "spec.toml"
    spec.write_text(HEAD + "params.limit = 1\nmock = { brids = 1, flap = 2 }\nexpect.skipped = ['zzz']")
    assert [item.help for item in check(spec).diagnostics] == [
        ("did you mean `birds`?",),
        ("it is inside of `flock`, which a test sees as one step",),
        ("there are: `birds`, `flock`, `song`",),
    ]
