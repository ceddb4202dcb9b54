"""`log_metrics`: what it takes, and where that goes."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy
import pytest

from specc_runtime import capture, log_metrics
from specc_runtime.tracking import collecting
from specc_runtime.tracking.reading import Reader
from specc_runtime.tracking.records import LONGEST, Metrics, Place, lines, parse
from specc_runtime.tracking.spool import Spool

LOG = "from specc_runtime import log_metrics as log\n"


def logged(*arguments: Any, **named: Any) -> list[tuple[Place | None, Metrics]]:
    """What an engine gets of one call."""
    found: list[tuple[Place | None, Metrics]] = []

    def take(place: Place | None, line: str) -> None:
        metrics = parse(line)
        assert metrics is not None
        found.append((place, metrics))

    with capture.metered(take):
        log_metrics(*arguments, **named)
    return found


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1), (0.5, 0.5), (True, 1), (-(2**62), -(2**62)), (10**30, 1e30), (10**400, math.inf), (-(10**400), -math.inf),
        (math.inf, math.inf), (-math.inf, -math.inf), (numpy.float32(0.5), 0.5), (numpy.int64(3), 3), (numpy.bool_(True), 1),
        (numpy.array(2.5), 2.5), (numpy.array([7]), 7),
    ],
)  # fmt: skip
def test_numbers_of_any_make_are_logged(value: Any, number: float) -> None:
    ((_, found),) = logged(loss=value)
    assert found.values == {"loss": number}
    assert type(found.values["loss"]) in (int, float)


def test_what_is_no_number_for_json_stays_what_it_is() -> None:
    ((_, found),) = logged(loss=math.nan, other=-math.inf)
    assert math.isnan(found.values["loss"])
    assert found.values["other"] == -math.inf


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0.5", "the metric `loss` is a `str`; only numbers"),
        (None, "the metric `loss` is a `NoneType`"),
        (Decimal(1), "the metric `loss` is a `Decimal`"),
        (1j, "`complex`"),
        (numpy.array([1, 2]), "`ndarray` of more than one element; log one number"),
    ],
)
def test_what_is_no_number_is_refused_by_name(value: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        logged(loss=value)


@pytest.mark.parametrize("name", ["", " ", 3, "x" * 251])
def test_names_are_texts(name: Any) -> None:
    with pytest.raises(TypeError, match="cannot be the name of a metric"):
        logged({name: 1})


def test_names_that_are_no_words_stand_in_a_table() -> None:
    ((_, found),) = logged({"val/loss": 1, "a b": 2}, step=3, lr=0.1)
    assert (found.values, found.step) == ({"val/loss": 1, "a b": 2, "lr": 0.1}, 3)
    with pytest.raises(TypeError, match="takes a table of metrics by name, not a `float`"):
        log_metrics(0.5)  # type: ignore[arg-type]  # the mistake


@pytest.mark.parametrize(("step", "number"), [(None, None), (3, 3), (3.0, 3), (numpy.int64(4), 4)])
def test_a_step_is_a_whole_number(step: Any, number: int | None) -> None:
    assert logged(step=step, loss=1)[0][1].step == number


@pytest.mark.parametrize("step", [0.5, "3", math.nan, math.inf, True])
def test_what_is_no_whole_number_is_no_step(step: Any) -> None:
    with pytest.raises(TypeError, match="step"):
        logged(step=step, loss=1)


def test_metrics_belong_to_the_step_whose_code_logs_them() -> None:
    token = capture.place.set(("train", (3,)))
    try:
        assert logged(loss=1)[0][0] == ("train", (3,))
    finally:
        capture.place.reset(token)


def test_nobody_who_takes_metrics_is_no_reason_to_fail() -> None:
    def broken(place: Place | None, line: str) -> None:
        raise OSError

    with capture.metered(broken):
        log_metrics(loss=1)
    log_metrics({})


def python(code: str, env: dict[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    found = {name: value for name, value in os.environ.items() if name != "SPECC_METRICS"}
    return subprocess.run(
        [sys.executable, "-c", code], env={**found, **env}, capture_output=True, text=True, check=True, **options
    )


def test_outside_of_a_run_nothing_happens_and_nothing_is_loaded() -> None:
    code = "import sys; before = set(sys.modules)\n" + LOG + "print(sorted(set(sys.modules) - before))\nlog(loss=1)\n"
    found = python(code, {})
    assert found.stderr == ""
    loaded = found.stdout.replace("'", "").strip()[1:-2].split(", ")
    assert all(name.startswith(("__future__", "specc_runtime")) for name in loaded), loaded
    assert len(loaded) <= 6
    assert python(LOG + "log(loss=1)", {"SPECC_METRICS": "/nowhere/at/all"}).stderr == ""


def test_metrics_of_many_processes_stay_whole() -> None:
    found: list[Metrics] = []
    code = (
        "import os\n" + LOG + "pids = [os.fork() for _ in range(2)]\n"
        "for i in range(50): log({f'{os.getpid()}/{n}': i for n in range(20)}, step=i)\n"
        "while True:\n    try: os.wait()\n    except ChildProcessError: break\n"
    )
    with collecting(found.append) as env:
        python(code, env)
    assert len(found) == 4 * 50
    assert sorted(one.step or 0 for one in found) == sorted(list(range(50)) * 4)
    assert all(set(one.values.values()) == {one.step} for one in found)


def test_metrics_are_read_while_the_process_works() -> None:
    found: list[Metrics] = []
    with (
        collecting(found.append) as env,
        subprocess.Popen(
            [sys.executable, "-c", LOG + "log(loss=1); input(); log(loss=2)"],
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
        ) as process,
    ):
        for _ in range(3000):
            if found or process.poll() is not None:
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.01)
        assert [one.values for one in found] == [{"loss": 1}]
        process.communicate(b"\n")
    assert [one.values for one in found] == [{"loss": 1}, {"loss": 2}]


def test_lines_of_anything_are_left_out_and_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines"
    found: list[Metrics] = []
    reader = Reader(file, found.append)
    reader.read()
    whole = next(iter(lines(1.5, None, {"a": 1}, None)))
    file.write_bytes(b"\xff\n[]\n{}\nnull\n" + whole.encode() + b"\n" + whole[:10].encode())
    reader.read()
    assert found == [Metrics(1.5, None, {"a": 1})]
    with file.open("ab") as more:
        more.write(whole[10:].encode())
    reader.read()
    assert len(found) == 1
    reader.read(last=True)
    assert len(found) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_lines_are_never_longer_than_what_is_written_in_one_piece() -> None:
    values = {f"{'n' * 200}{number}": 0.1 for number in range(100)}
    found = list(lines(1.0, 3, values, ("step" * 50, (1, 2))))
    assert all(len(line) < LONGEST for line in found)
    parsed = [one for line in found if (one := parse(line)) is not None]
    assert {name: value for one in parsed for name, value in one.values.items()} == values


def test_a_spool_has_what_processes_of_functions_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("SPECC_METRICS", "before")
    found: list[tuple[Place | None, str]] = []
    with capture.metered(lambda place, line: found.append((place, line))):
        spool = Spool()
        spool.drain(("a", ()))
        python(LOG + "log(x=1)", {"SPECC_METRICS": os.environ["SPECC_METRICS"]})
        spool.drain(("a", (1,)))
        python(LOG + "log(x=2)", {"SPECC_METRICS": os.environ["SPECC_METRICS"]})
        spool.close(("b", ()))
    assert [place for place, _ in found] == [("a", (1,)), ("b", ())]
    assert os.environ["SPECC_METRICS"] == "before"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        '{"time":1e999,"values":{"a":1}}',
        '{"time":-1,"values":{"a":1}}',
        '{"time":NaN,"values":{"a":1}}',
        '{"time":1,"values":{"a":1},"place":["x",[1e999]]}',
        '{"time":1,"values":{"a":1},"step":1.5}',
        '{"time":1,"values":{"a":true}}',
        "[" * 100_000,
    ],
)
def test_lines_that_others_write_fail_nothing(line: str) -> None:
    assert parse(line) is None
