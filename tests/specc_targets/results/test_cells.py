"""How each cell of a run stands, by what is in the folder of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from run_folders import Run
from specc_runtime.errors import CodecError, CommandError, class_names
from specc_targets.local.runs.directory import RunDirectory
from specc_targets.results.cells import Cell, RunCells

MakeRun = Callable[..., Run]
OF_SCRIPTS = """\
specc = 1
kind = "pipeline"
name = "sweep"
[steps.work]
script = "train.py"
each = { n = "${range(4)}" }
globals.n = "${n}"
"""


def cells(run: Run, step: str = "work", status: str | None = None) -> list[Cell]:
    run.close()
    found = RunCells(RunDirectory(run.path))
    found.status = status or found.status  # type: ignore[assignment]  # as if a process worked on it
    with found:
        return list(found.of(next(one for one in found.steps if one.name == step)))


def test_each_cell_has_its_configuration_result_and_times(sweep: Run) -> None:
    first, second, third, fourth = cells(sweep)
    assert (first.status, first.configuration, first.result["accuracy"]) == ("succeeded", {"lr": 0.1, "seed": 0}, 0.5)
    assert (first.duration, first.cpu, first.attempts, first.name) == (2.0, 1.0, 1, "lr=0.1,seed=0")
    assert (second.status, second.error, second.attempts, second.duration) == ("failed", "ValueError: no luck", 2, 0.25)
    assert (third.status, third.attempts, third.duration) == ("cached", None, None)
    assert (fourth.status, fourth.attempts, fourth.result) == ("pending", None, None)


def test_parameters_decide_what_cells_there_are(make_run: MakeRun) -> None:
    run = make_run()
    run.write("run.json", {"name": "sweep", "parameters": {"lrs": [7, 8, 9, 10]}})
    assert [cell.configuration["lr"] for cell in cells(run)] == [7, 8, 9, 10]


def test_a_result_after_a_failure_is_what_counts(make_run: MakeRun) -> None:
    run = make_run()
    run.failed("work[0]", "no luck", 1.0, 0.1)
    run.records(["run", 1, run.path.name])
    run.item("work", 0, 3, 5.0, 1.0)
    assert (cells(run)[0].status, cells(run)[0].error) == ("succeeded", None)


def test_an_error_that_was_handled_is_told(make_run: MakeRun) -> None:
    run = make_run()
    run.step("work[0]", -1, 1.0, 0.5)
    error = {"name": "ValueError", "message": "no luck", "step": "work", "items": [0], "traceback": ""}
    run.event("step-recovered", 1.5, "work", (0,), error=error)
    first = cells(run)[0]
    assert (first.status, first.result, first.error) == ("handled", -1, "ValueError: no luck")


@pytest.mark.parametrize(
    ("error", "exit_status"),
    [
        (type("NoData", (LookupError,), {})("no luck"), 1),
        (KeyboardInterrupt(), 1),
        (CommandError("`train.py` failed with status 3: no"), 3),
        (CommandError("`train.py` was ended by signal 9, SIGKILL"), -9),
        (CodecError("the global `loss` of `train.py` holds `nan`"), None),
        (None, None),
    ],
)
def test_the_exit_status_of_a_script(make_run: MakeRun, error: BaseException | None, exit_status: int | None) -> None:
    run = make_run(OF_SCRIPTS)
    names = list(class_names(error)) if error is not None else ["timeout", "TimeoutError"]
    run.records(["failed", "work[0]", names, names[0], str(error or ""), "", 1e9, 1.0, "", [], [], None, None])
    assert [cell.exit for cell in cells(run)] == [exit_status, None, None, None]


def test_a_damaged_line_is_a_cell_that_has_not_run(sweep: Run) -> None:
    sweep.lines[1] = sweep.lines[1].replace(b"0.5", b"0.6")
    assert [cell.status for cell in cells(sweep)] == ["pending", "failed", "cached", "pending"]


def test_a_last_line_that_is_torn_is_left_out(sweep: Run) -> None:
    sweep.lines[-1] = sweep.lines[-1][:-20]
    assert [cell.status for cell in cells(sweep)] == ["succeeded", "failed", "pending", "pending"]


def test_where_the_items_are_not_known_there_are_those_that_ran(make_run: MakeRun) -> None:
    run = make_run(SWEEP_OF_NUMBERS)
    run.item("work", 1, 5, 1.0, 1.0)
    assert [(cell.status, cell.configuration) for cell in cells(run)] == [("pending", {}), ("succeeded", {})]


def test_the_items_are_those_that_a_step_gave(make_run: MakeRun) -> None:
    run = make_run(SWEEP_OF_NUMBERS)
    assert cells(run) == []
    run.step("numbers", [4, 5], 0.1, 0.1)
    assert [cell.configuration for cell in cells(run)] == [{"number": 4}, {"number": 5}]


def test_values_that_are_not_json_are_described_and_never_unpickled(make_run: MakeRun) -> None:
    run = make_run()
    run.records(["item-blob", "work", 0, {"codec": "pickle", "base64": "gASVDAAAAAAAAAA="}, 1.8e9, 1.0, 0.5])
    assert cells(run)[0].result == "<pickle, 11 bytes>"


def test_metrics_are_the_last_values_of_a_cell(sweep: Run) -> None:
    for number, (items, value) in enumerate([([0], 3.0), ([1], 5.0), ([0], 2.0)]):
        line = {"time": "2027-01-15T08:00:00Z", "step": "work", "items": items, "name": "loss", "value": value}
        sweep._add("metrics.jsonl", {**line, "at": number})
    assert [cell.metrics for cell in cells(sweep)] == [{"loss": 2.0}, {"loss": 5.0}, None, None]


def test_a_cell_with_a_sign_of_life_is_running_while_the_run_is(sweep: Run) -> None:
    sweep.event("retrying", 5.0, "work", (3,), attempt=1, delay=0.1, error=None)
    assert cells(sweep, status="running")[3].status == "running"
    assert cells(sweep)[3].status == "pending"


SWEEP_OF_NUMBERS = """\
specc = 1
kind = "pipeline"
name = "sweep"
[steps.numbers]
call = "steps:numbers"
[steps.work]
call = "steps:work"
each.number = "${steps.numbers}"
"""
GROUPS = """\
specc = 1
kind = "pipeline"
name = "groups"
[steps.outer]
each.a = "${range(2)}"
yield = "${{'sum': steps.two + 1, 'skipped': coalesce(steps.never, 'none')}}"
[steps.outer.steps.one]
call = "steps:work"
with.number = "${a}"
[steps.outer.steps.never]
call = "steps:work"
with.number = "${steps.one}"
when = "${a > 5}"
[steps.outer.steps.two]
call = "steps:work"
with.number = "${steps.one}"
[steps.outer.steps.inner]
call = "steps:work"
each.number = "${range(steps.one)}"
"""


def test_cells_that_are_groups_are_put_together(make_run: MakeRun) -> None:
    run = make_run(GROUPS)
    run.step("outer[0]/one", 2, 1.0, 1.0, 50)
    run.step("outer[0]/two", 5, 3.0, 1.0, 70)
    run.item("outer[0]/inner", 0, 9, 4.0, 0.5)
    run.item("outer[0]/inner", 1, 8, 4.5, 0.5)
    run.step("outer[1]/one", 1, 5.0, 1.0)
    first, second = cells(run, "outer")
    assert (first.status, first.result) == ("succeeded", {"sum": 6, "skipped": "none"})
    assert (first.duration, first.memory, first.cpu) == (4.0, 70, 1.5)
    assert second.status == "pending"
    assert cells(run, "outer", status="running")[1].status == "running"


def test_cells_in_cells_have_the_indices_and_configuration_of_both(make_run: MakeRun) -> None:
    run = make_run(GROUPS)
    run.step("outer[0]/one", 2, 1.0, 1.0)
    run.item("outer[0]/inner", 1, 8, 4.5, 0.5)
    found = cells(run, "outer/inner")
    assert [(cell.index, cell.status, cell.configuration) for cell in found] == [
        ((0, 0), "pending", {"a": 0, "number": 0}),
        ((0, 1), "succeeded", {"a": 0, "number": 1}),
    ]


LOOPS = """\
specc = 1
kind = "pipeline"
name = "loops"
[steps.work]
call = "steps:work"
each.x = "${range(2)}"
with.number = "${last}"
repeat = { start = 0, until = "${last >= 3}", max = 10 }
"""


def test_a_cell_that_is_a_loop_has_ended_with_its_last_pass(make_run: MakeRun) -> None:
    run = make_run(LOOPS)
    for number, value in enumerate([1, 2, 3]):
        run.step(f"work[0]{{{number}}}", value, 1.0 + number, 1.0)
    run.step("work[1]{0}", 1, 1.0, 1.0)
    first, second = cells(run)
    assert (first.status, first.result, first.duration) == ("succeeded", 3, 3.0)
    assert second.status == "pending"


@pytest.mark.parametrize("name", ["plan.json", "run.json"])
def test_a_run_without_its_files_is_an_error(sweep: Run, name: str, results: Callable[..., Any]) -> None:
    path = sweep.close()
    (path / name).unlink()
    done = results(sweep)
    assert done.code == 2
    assert name in done.err
    assert "Traceback" not in done.err


def test_a_step_that_is_skipped_has_no_cells(make_run: MakeRun) -> None:
    run = make_run(
        SWEEP_OF_NUMBERS.replace('call = "steps:work"', 'call = "steps:work"\nwhen = "${len(steps.numbers) > 3}"')
    )
    run.step("numbers", [4, 5], 0.1, 0.1)
    assert cells(run) == []
    run.records(["step", "numbers", [4, 5, 6, 7], 1.8e9, 0.1, 0.1, 0])
    assert len(cells(run)) == 4


def test_a_cell_that_is_a_whole_spec_gives_the_outputs_of_that(make_run: MakeRun) -> None:
    run = make_run()
    run.item("work", 0, {"configuration": {"lr": 0.1, "seed": 0}, "outputs": {"total": 5}}, 1.0, 1.0)
    run.item("work", 1, {"configuration": 7, "outputs": 8}, 1.0, 1.0)
    first, second, *_ = cells(run)
    assert first.result == {"total": 5}
    assert second.result == {"configuration": 7, "outputs": 8}
