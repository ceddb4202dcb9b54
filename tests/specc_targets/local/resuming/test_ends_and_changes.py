"""What happens at the end, and what has changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc_targets.local.resuming.conftest import Project


FIN = (
    """
[steps.x]
call = "work:x"
[finally.report]
call = "work:report"
with.status = "${run.status}"
""",
    """
def x():
    mark("x"); dies("x")
    if fails("x"): raise ValueError("x")
def report(status):
    mark("report-" + status); dies("report")
""",
)


def test_finally_after_fail_then_resume_killed_then_resumed(project: Project) -> None:
    project.write(*FIN)
    code, _, called, _ = project.run("spec.toml", FAIL="x")
    assert (code, called) == (1, ["x", "report-failed"])
    code, _, called, _ = project.run("--resume", DIE="x")
    assert (code, called) == (-9, ["x"])
    code, _, called, _err = project.run("--resume")
    assert (code, called) == (0, ["x", "report-succeeded"])


FIN2 = (
    """
[steps.x]
call = "work:x"
[finally.report]
call = "work:report"
with.status = "${run.status}"
[finally.more]
call = "work:more"
after = ["report"]
""",
    FIN[1] + 'def more():\n    mark("more"); dies("more")\n',
)


def test_finally_killed_after_failed_body(project: Project) -> None:
    project.write(*FIN2)
    code, _, called, _ = project.run("spec.toml", FAIL="x", DIE="more")
    assert (code, called) == (-9, ["x", "report-failed", "more"])
    code, _, called, _err = project.run("--resume")
    assert (code, called) == (0, ["x", "report-succeeded", "more"])


def test_default_of_parameter_changed_before_resume(project: Project) -> None:
    spec = """
[params.n]
type = "integer"
default = 1
[steps.a]
call = "work:a"
with.n = "${params.n}"
[steps.b]
call = "work:b"
with.n = "${params.n}"
after = ["a"]
[outputs]
out = ["${steps.a}", "${steps.b}"]
"""
    work = """
def a(n): mark("a"); return n
def b(n):
    mark("b")
    if fails("b"): raise ValueError
    return n
"""
    project.write(spec, work)
    assert project.run("spec.toml", FAIL="b")[0] == 1
    project.write(spec.replace("default = 1", "default = 2"), work)
    code, out, called, err = project.run("--resume")
    assert code == 0, err
    assert out["outputs"]["out"] == [1, 1], called


def test_env_changed_before_resume(project: Project) -> None:
    spec = """
[env]
MODE = "one"
[steps.a]
call = "work:a"
with.n = "${env.MODE}"
[steps.b]
call = "work:b"
with.n = "${env.MODE}"
after = ["a"]
[outputs]
out = ["${steps.a}", "${steps.b}"]
"""
    work = """
def a(n): mark("a"); return n
def b(n):
    mark("b")
    if fails("b"): raise ValueError
    return n
"""
    project.write(spec, work)
    assert project.run("spec.toml", FAIL="b")[0] == 1
    project.write(spec.replace('"one"', '"two"'), work)
    code, out, called, err = project.run("--resume")
    assert code == 0, err
    assert len(set(out["outputs"]["out"])) == 1, (out["outputs"], called)


def test_handler_used_by_two_steps_resumed(project: Project) -> None:
    project.write(
        """
[steps.a]
call = "work:bad"
with.n = "a"
on_error."*".run = "h"
[steps.b]
call = "work:bad"
with.n = "b"
after = ["a"]
on_error."*".run = "h"
[steps.h]
call = "work:h"
with.e = "${error.message}"
[outputs]
out = ["${steps.a}", "${steps.b}"]
""",
        """
def bad(n): mark("bad" + n); raise ValueError(n)
def h(e): mark("h" + e); dies("h" + e); return e
""",
    )
    assert project.run("spec.toml", DIE="hb")[0] == -9
    code, out, called, err = project.run("--resume")
    assert (code, out["outputs"]["out"], called) == (0, ["a", "b"], ["badb", "hb"]), err


def test_stale_error_for_finished_handler(project: Project) -> None:
    """A handler that had finished for one error must not answer for another one after a resume."""
    project.write(
        """
[steps.a]
call = "work:bad"
on_error.ValueError.run = "h"
on_error.KeyError.run = "h"
[steps.h]
yield = "${steps.two}"
[steps.h.steps.one]
call = "work:one"
with.e = "${error.name}"
[steps.h.steps.two]
call = "work:two"
with.e = "${error.name}"
with.one = "${steps.one}"
[outputs]
out = "${steps.a}"
""",
        """
def bad(): raise (ValueError if os.environ.get("FIRST") else KeyError)("x")
def one(e): mark("one"); return e
def two(e, one): mark("two"); dies("two"); return [e, one]
""",
    )
    assert project.run("spec.toml", FIRST="1", DIE="two")[0] == -9
    code, out, called, err = project.run("--resume")
    assert code == 0, err
    assert out["outputs"]["out"] == ["KeyError", "KeyError"], called


def test_loop_in_map_in_group_resumed(project: Project) -> None:
    project.write(
        """
[steps.g]
yield = "${steps.g}"
[steps.g.steps.g]
each.x = [1, 2]
max_parallel = 1
[steps.g.steps.g.steps.g]
call = "work:f"
with.x = "${x}"
with.last = "${last}"
repeat = { start = 0, max = 3 }
[steps.end]
call = "work:end"
with.v = "${steps.g}"
[outputs]
out = "${steps.end}"
""",
        """
def f(x, last):
    mark(f"f{x}{last}"); dies(f"f{x}{last}")
    return last + 1
def end(v):
    mark("end")
    if fails("end"): raise ValueError
    return v
""",
    )
    assert project.run("spec.toml", DIE="f21")[0] == -9
    code, out, called, err = project.run("--resume", FAIL="end")
    assert (code, called) == (1, ["f21", "f22", "end"]), err
    code, out, called, err = project.run("--resume")
    assert (code, called, out["outputs"]["out"]) == (0, ["end"], [3, 3]), err


def test_loop_recovered_with_changed_bounds(project: Project) -> None:
    spec = """
[steps.a]
call = "work:f"
with.last = "${last}"
repeat = { start = 0, max = 3 }
[steps.end]
call = "work:end"
with.v = "${steps.a}"
[outputs]
out = "${steps.end}"
"""
    work = """
def f(last): mark(f"f{last}"); return last + 1
def end(v):
    mark("end")
    if fails("end"): raise ValueError
    return v
"""
    project.write(spec, work)
    assert project.run("spec.toml", FAIL="end")[0] == 1
    project.write(spec.replace("max = 3", "max = 4"), work)
    code, out, called, err = project.run("--resume")
    assert (code, out["outputs"]["out"]) == (0, 4), (called, err)


def test_after_edge_kept_steps_outside(project: Project) -> None:
    """Removing and adding a step of the same name in one table."""
    spec = '[steps.a]\ncall = "work:one"\n[steps.b]\ncall="work:use"\nwith.x="${steps.a}"\n[finally.z]\ncall="work:z"\nwith.x="${coalesce(steps.a, 0)}"\n[outputs]\nb="${steps.b}"\n'
    work = 'def one(): mark("one"); return 1\ndef two(): mark("two"); return 2\ndef use(x):\n    mark("use")\n    if fails("use"): raise ValueError\n    return x\ndef z(x): mark(f"z{x}"); dies("z")\n'
    project.write(spec, work)
    code, _, called, _ = project.run("spec.toml", DIE="z")
    assert (code, called) == (-9, ["one", "use", "z1"])
    project.write(spec.replace("work:one", "work:two"), work)
    code, out, called, err = project.run("--resume")
    assert (code, called, out["outputs"]["b"]) == (0, ["two", "use", "z2"], 2), err


def test_finally_changed_after_kill(project: Project) -> None:
    spec = '[steps.a]\ncall = "work:one"\n[finally.y]\ncall="work:y"\nwith.x="${coalesce(steps.a, 0)}"\n[finally.z]\ncall="work:z"\nafter=["y"]\n'
    work = 'def one(): mark("one"); return 1\ndef two(): mark("two"); return 2\ndef y(x): mark(f"y{x}")\ndef z(): mark("z"); dies("z")\n'
    project.write(spec, work)
    code, _, called, _ = project.run("spec.toml", DIE="z")
    assert (code, called) == (-9, ["one", "y1", "z"])
    project.write(spec.replace("work:one", "work:two"), work)
    code, _out, called, err = project.run("--resume")
    assert (code, called) == (0, ["two", "y2", "z"]), err


def test_step_with_resume_of_changed_spec(project: Project) -> None:
    spec = '[steps.a]\ncall = "work:a"\n[steps.b]\ncall="work:b"\nwith.x="${steps.a}"\n[steps.c]\ncall="work:c"\n'
    work = 'def a(): mark("a"); return 1\ndef b(x):\n    mark("b")\n    if fails("b"): raise ValueError\n    return x\ndef c(): mark("c")\n'
    project.write(spec, work)
    code, out, called, err = project.run("spec.toml", "--step", "b", FAIL="b")
    assert (code, called) == (1, ["a", "b"])
    project.write("# changed\n" + spec, work)
    code, out, called, err = project.run("--resume")
    assert (code, called, out["outputs"]) == (0, ["b"], {"b": 1}), (out, err)


def test_tolerated_has_had_its_chance_when_the_run_failed_later(project: Project) -> None:
    """docs: an item whose failure is tolerated has had its chance."""
    test_tolerated = """
[steps.m]
each.x = [1, 2]
max_parallel = 1
tolerate = 1
call = "work:m"
[steps.last]
call = "work:last"
with.x = "${steps.m}"
"""
    project.write(
        test_tolerated,
        """
def m(x):
    mark(f"m{x}")
    if x == 2: raise ValueError
    return x
def last(x):
    mark("last")
    if fails("last"): raise KeyError
    return x
""",
    )
    assert project.run("spec.toml", FAIL="last")[0] == 1
    code, _out, called, err = project.run("--resume")
    assert (code, called) == (0, ["last"]), err
