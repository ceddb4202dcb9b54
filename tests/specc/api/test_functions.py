"""What a Python program does with a spec, without `async`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import specc
from specc.targets import load as load_target

PLAIN = 'specc = 1\nkind = "pipeline"\nname = "x"\n'


def test_import_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import specc; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['specc']\n"


def test_every_name_is_there_and_no_other() -> None:
    assert specc.__version__[0].isdigit()
    assert set(specc.__all__) <= set(dir(specc))
    for name in specc.__all__:
        assert getattr(specc, name) is not None
    with pytest.raises(AttributeError, match="no attribute `flap`"):
        _ = specc.flap


def test_a_sound_spec(project: Path) -> None:
    spec = specc.load("birds.toml")
    assert spec.check() == []
    assert str(specc.check(project / "birds.toml")) == ""
    assert (spec.name, spec.tests) == ("birds", ["two", "wrong"])
    assert spec.parameters == {"limit": {"type": "integer", "maximum": 3, "default": 2}}
    assert str(spec.parameters["limit"]["maximum"]) == "3"


def test_a_run_that_is_refused_has_no_folder(project: Path) -> None:
    secret = specc.run(
        PLAIN + '[secrets]\nKEY = "file:no-such"\n[steps.a]\ncall = "api_birds:flap"\nwith.bird = "duck"\n'
    )
    for refused, name in ((specc.run("birds.toml", {"limit": "x"}), "InvalidParameters"), (secret, "SecretNotFound")):
        assert refused.error is not None
        assert (refused.error.name, refused.directory) == (name, None)
    assert list((project / ".specc" / "runs").iterdir()) == []


def test_a_spec_with_faults_says_where(project: Path) -> None:
    (project / "birds.toml").write_text((project / "birds.toml").read_text().replace("steps.birds}", "steps.brids}"))
    found = specc.check("birds.toml")
    assert found.failed
    assert {item.code for item in found} == {"SPC201"}
    assert "birds.toml:16:" in str(found)
    assert isinstance(found[0], specc.Diagnostic)
    for use in (specc.compile, specc.run, specc.stream, specc.test):
        with pytest.raises(specc.SpecError, match="did you mean `birds`") as caught:
            use("birds.toml")
        assert caught.value.diagnostics == found
        assert str(caught.value) == str(found).rstrip("\n")


def test_a_file_that_is_not_there() -> None:
    assert [item.code for item in specc.check("no-such.toml")] == ["SPC001"]
    with pytest.raises(specc.SpecError, match="there is no file"):
        specc.run("no-such.toml")


@pytest.mark.parametrize("how", ["toml", "yaml", "table"])
def test_texts_and_tables(project: Path, how: str) -> None:
    step = {"call": "api_birds:flap", "with": {"bird": "duck"}}
    table = {"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": step}, "outputs": {"a": "${steps.a}"}}
    text = PLAIN + '[steps.a]\ncall = "api_birds:flap"\nwith.bird = "duck"\n[outputs]\na = "${steps.a}"\n'
    source: Any = {"toml": text, "yaml": json.dumps(table, indent=1), "table": table}[how]
    spec = specc.load(source, format="yaml" if how == "yaml" else None)
    assert spec.run().check().outputs == {"a": "flappy duck"}


def test_the_root_of_a_text(project: Path) -> None:
    (project / "far").mkdir()
    (project / "far" / "far_away.py").write_text("def f(): return 7\n")
    text = PLAIN + '[steps.a]\ncall = "far_away:f"\n[outputs]\na = "${steps.a}"\n'
    assert specc.load(text).check().failed
    assert specc.load(text, root="far").run().check().outputs == {"a": 7}


def test_compile(project: Path) -> None:
    files = specc.compile("birds.toml", targets=["asl", "local"])
    assert {"asl/functions.json", "local/plan.json"} <= set(files)
    assert files.targets == ["asl", "local"]
    written = files.write("out")
    assert (project / "out" / "local" / "plan.json").read_bytes() == files["local/plan.json"]
    assert Path("out/manifest.json") in written
    assert set(specc.compile("birds.toml").targets) >= {"asl", "graph", "local"}
    with pytest.raises(ValueError, match="no target is called `moon`"):
        specc.compile("birds.toml", ["moon"])
    (project / "file").write_text("")
    with pytest.raises(OSError, match="cannot write"):
        files.write("file/below")


def test_run(project: Path) -> None:
    result = specc.run("birds.toml", {"limit": 2})
    assert result.check() is result
    assert (result.status, result.succeeded, result.error, result.explanation) == ("succeeded", True, None, "")
    assert result.outputs == {"song": ["flappy goose", "flappy duck"]}
    assert result.skipped == ("many",)
    assert dict(result.steps) == {"birds": ["goose", "duck"], "flap": ["flappy goose", "flappy duck"]}
    assert dict(result.calls) == {"birds": 1, "flap": 2}
    assert result.directory == project / ".specc" / "runs" / result.id
    kept = json.loads((result.directory / "result.json").read_text())
    assert (kept["status"], kept["outputs"]) == ("succeeded", result.outputs)


def test_without_a_journal_nothing_is_written(project: Path) -> None:
    before = {path for path in project.rglob("*") if "__pycache__" not in path.parts}
    assert specc.run("birds.toml", journal=False).check().directory is None
    assert {path for path in project.rglob("*") if "__pycache__" not in path.parts} == before


def test_a_failed_run_is_a_result(project: Path) -> None:
    result = specc.run("birds.toml", {"limit": 3})
    assert (result.status, dict(result.outputs)) == ("failed", {})
    assert result.error is not None
    assert (result.error.name, result.error.step, result.error.items) == ("ValueError", "flap", (2,))
    assert str(result.error) == "step `flap`: ValueError: a stone does not flap"
    with pytest.raises(specc.RunFailed) as caught:
        result.check()
    assert caught.value.result is result
    assert "error[SPC501]: step `flap` failed: ValueError: a stone does not flap" in str(caught.value)
    assert "--> birds.toml:14:8" in str(caught.value)
    assert 'raise ValueError("a stone does not flap")' in str(caught.value)


def test_parameters_that_do_not_fit(project: Path) -> None:
    result = specc.run("birds.toml", {"limit": 9, "lim": 1})
    assert result.status == "failed"
    assert [item.code for item in result.diagnostics] == ["SPC502", "SPC502"]
    with pytest.raises(specc.RunFailed, match="9 is more than 3"):
        result.check()
    with pytest.raises(ValueError, match="`jobs` is 1 or more"):
        specc.run("birds.toml", jobs=0)
    with pytest.raises(ValueError, match="no engine is called `moon`"):
        specc.run("birds.toml", engine="moon")


def test_cached_steps(project: Path) -> None:
    spec = PLAIN + '[steps.a]\ncall = "api_birds:flap"\nwith.bird = "duck"\ncache = true\n'
    calls = [specc.run(spec, cache=cache).check().calls.get("a", 0) for cache in (True, True, False)]
    assert calls == [1, 0, 1]


def test_paths_and_times_may_be_parameters(project: Path) -> None:
    text = PLAIN + "".join(f'[params.{name}]\ntype = "{name}"\n' for name in ("path", "datetime", "array"))
    text += '[steps.a]\nwait = "0s"\n[outputs]\nall = ["${params.path}", "${params.datetime}", "${params.array}"]\n'
    moment = datetime(2026, 5, 4, tzinfo=UTC)
    given = {"path": Path("a/b"), "datetime": moment, "array": (1, date(2026, 5, 4))}
    assert specc.load(text).run(given).check().outputs["all"] == [
        "a/b",
        "2026-05-04T00:00:00+00:00",
        [1, "2026-05-04"],
    ]


def test_events_come_in_order_in_this_thread(project: Path) -> None:
    found: list[tuple[str, str]] = []
    threads = set()

    def tell(event: specc.Event) -> None:
        threads.add(threading.get_ident())
        found.append((event.type, event.step))

    specc.run("birds.toml", on_event=tell).check()
    assert threads == {threading.get_ident()}
    assert found[0] == ("run-started", "")
    assert found[-1] == ("run-ended", "")
    told = [item for item in found if item[0] != "items-finished"]
    assert told.index(("step-finished", "birds")) < told.index(("step-started", "flap"))
    assert ("step-skipped", "many") in told


def test_an_event_has_every_field_of_the_engines() -> None:
    import importlib

    module = importlib.import_module(type(load_target("local")).__module__.rpartition(".")[0] + ".events")
    known = {field.name for field in fields(specc.Event)}
    kinds = [cls for cls in vars(module).values() if isinstance(cls, type) and issubclass(cls, module.Event)]
    assert len(kinds) > 8
    for cls in kinds:
        assert {field.name for field in fields(cls)} - {"index"} <= known, cls


def test_what_a_listener_raises_ends_the_run(project: Path) -> None:
    def tell(event: specc.Event) -> None:
        if event.type == "step-started":
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        specc.run("waiting.toml", on_event=tell)
    assert (project / "noted").read_text() == "failed", "the finally steps ran"


def test_a_stream_gives_events_and_the_result(project: Path) -> None:
    stream = specc.stream("birds.toml")
    types = [event.type for event in stream]
    assert (types[0], types[-1]) == ("run-started", "run-ended")
    assert stream.result.outputs["song"] == ["flappy goose", "flappy duck"]
    assert list(stream) == []


def test_leaving_a_stream_stops_the_run(project: Path) -> None:
    with specc.stream("waiting.toml") as stream:
        for event in stream:
            if event.type == "step-started":
                break
    assert (project / "noted").exists()
    assert stream.result.status == "interrupted"


def test_a_forgotten_stream_stops_its_run(project: Path) -> None:
    for event in specc.stream("waiting.toml"):
        if event.type == "step-started":
            break
    assert (project / "noted").exists()


def test_tests(project: Path) -> None:
    two, wrong = specc.test("birds.toml")
    assert (two.name, two.passed, two.reason, two.diagnostics) == ("two", True, "", [])
    assert (dict(two.calls), two.printed) == ({"birds": 1, "flap": 2, "many": 0}, "looking\n")
    assert not wrong.passed
    assert wrong.reason == 'outputs.song[0]: expected nothing, found "flappy goose"'
    assert "error[SPC510]: test `wrong` failed" in str(wrong.diagnostics)
    assert str(wrong).startswith("FAILED birds.toml: wrong: ")
    assert [item.name for item in specc.test("birds.toml", "two")] == ["two"]
    with pytest.raises(ValueError, match="is called `three`"):
        specc.test("birds.toml", "three")


def test_a_plan_runs_too(project: Path) -> None:
    specc.compile("birds.toml", "local").write("out")
    plan = "out/local/plan.json"
    assert specc.load(plan, root=project).run().check().outputs["song"] == ["flappy goose", "flappy duck"]
    assert specc.check(plan) == []
    assert specc.test(plan) == []
    with pytest.raises(ValueError, match="is a plan, which has been compiled"):
        specc.compile(plan)
    Path(plan).write_text('{"specc": 9, "module": {}}')
    with pytest.raises(specc.SpecError, match="a plan of version 9"):
        specc.run(plan)


def test_a_run_goes_on(project: Path) -> None:
    work = (project / "api_birds.py").read_text()
    first = specc.run("birds.toml", {"limit": 3})
    assert first.status == "failed"
    (project / "api_birds.py").write_text(work.replace('bird == "stone"', "False"))
    for name in ("api_birds",):
        sys.modules.pop(name, None)
    second = specc.run("birds.toml", resume=first.id).check()
    assert second.id == first.id
    assert second.outputs["song"][2] == "flappy stone"
    assert second.calls.get("birds", 0) == 0, "what was done is not done again"
    with pytest.raises(ValueError, match="leave `params` and `sweep` out"):
        specc.run("birds.toml", {"limit": 2}, resume=first.id)
    with pytest.raises(specc.StateError, match="no-such-run"):
        specc.run("birds.toml", resume="no-such-run")


def test_projects_with_modules_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same_name.py").write_text(f"def f(): return {name!r}\n")
        step = '[steps.a]\ncall = "same_name:f"\n[outputs]\na = "${steps.a}"\n'
        (tmp_path / name / "spec.toml").write_text(PLAIN + step)
    order = ["one", "two", "one", "two"]
    assert [specc.run(f"{name}/spec.toml").check().outputs["a"] for name in order] == order


def test_threads_take_turns(project: Path) -> None:
    results: list[specc.RunResult] = []
    threads = [threading.Thread(target=lambda: results.append(specc.run("birds.toml"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [result.status for result in results] == ["succeeded"] * 4
    assert len({result.id for result in results}) == 4


def test_a_step_cannot_start_a_run_beside_its_own(project: Path) -> None:
    (project / "nested.py").write_text('def go():\n    import specc\n    return specc.run("birds.toml").status\n')
    result = specc.load(PLAIN + '[steps.a]\ncall = "nested:go"\n').run()
    assert result.error is not None
    assert result.error.name == "RuntimeError"
    assert "a step cannot start a run in its own process" in result.error.message


def test_a_step_in_a_process_of_its_own_can(project: Path) -> None:
    (project / "nested.py").write_text('def go():\n    import specc\n    return specc.run("birds.toml").status\n')
    text = PLAIN + '[steps.a]\ncall = "nested:go"\nisolation = "process"\n[outputs]\na = "${steps.a}"\n'
    assert specc.run(text).check().outputs == {"a": "succeeded"}


def test_prints_go_where_the_program_prints(project: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out:  # what a notebook puts there has no file descriptor
        specc.run("birds.toml").check()
        assert specc.test("birds.toml", "two")[0].passed
    assert out.getvalue() == "looking\n"


INTERRUPTED = """
import os, signal, specc

def tell(event):
    if event.type == "step-started" and event.step == "pause":
        os.kill(os.getpid(), signal.SIGINT)

try:
    specc.run("waiting.toml", on_event=tell)
except KeyboardInterrupt:
    print("stopped")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
print(specc.run("birds.toml").status)
"""


def test_control_c(project: Path) -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "stopped\nlooking\nsucceeded\n"), done.stderr
    assert (project / "noted").exists()


def test_signals_of_the_program_stay_its_own(project: Path) -> None:
    def own(number: int, frame: object) -> None:
        raise AssertionError("not called")

    before = signal.signal(signal.SIGINT, own)
    try:
        found: list[object] = []
        specc.run("birds.toml", on_event=lambda _: found.append(signal.getsignal(signal.SIGINT)))
        assert set(found) == {own}
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_process_is_as_it_was(project: Path) -> None:
    before = (list(sys.path), dict(os.environ), Path.cwd())
    for _ in range(3):
        specc.run("birds.toml")
        specc.test("birds.toml")
    assert (list(sys.path), dict(os.environ), Path.cwd()) == before
