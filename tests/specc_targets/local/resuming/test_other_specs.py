"""Other specs as steps, run whole and gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc_targets.local.resuming.conftest import Project

_OTHER = """
specc = 1
kind = "pipeline"
name = "other"
[steps.a]
call = "work:a"
[steps.b]
call = "work:b"
with.a = "${steps.a}"
[steps.c]
call = "work:c"
with = { a = "${steps.a}", b = "${steps.b}" }
[finally.end]
call = "work:end"
[outputs]
out = "${steps.c}"
"""
_COUNTED = """
N = os.path.join(os.path.dirname(__file__), "n")
def a():
    n = int(open(N).read()) + 1 if os.path.exists(N) else 1
    open(N, "w").write(str(n))
    mark(f"a{n}")
    return n
def end(): mark("end")
"""


def test_a_retried_spec_is_another_one_from_its_first_step_on(project: Project) -> None:
    """Also when the run is killed in between: what an attempt that failed has done is not mixed with the next one."""
    project.write(
        '[steps.o]\npipeline = "other.toml"\nretry = { max = 3, delay = "1ms" }\n[outputs]\nout = "${steps.o.out}"\n',
        _COUNTED
        + """
def b(a):
    mark(f"b{a}")
    return a
def c(a, b):
    mark(f"c{a}{b}")
    if a == 1: raise ValueError("stale")
    if a == 2: dies("c")
    return [a, b]
""",
    )
    (project.folder / "other.toml").write_text(_OTHER)
    code, _, called, err = project.run("spec.toml", DIE="c")
    assert code == -9, err
    assert called == ["a1", "b1", "c11", "end", "a2", "b2", "c22"]
    code, out, called, err = project.run("--resume")
    assert code == 0, err
    assert out["outputs"] == {"out": [2, 2]}
    assert called == ["c22", "end"]


def test_a_retry_after_going_on_runs_the_spec_anew(project: Project) -> None:
    project.write(
        '[steps.o]\npipeline = "other.toml"\nretry = { max = 1, delay = "1ms" }\n[outputs]\nout = "${steps.o.out}"\n',
        _COUNTED
        + """
def b(a):
    mark(f"b{a}")
    if a == 1: dies("b")
    return a
def c(a, b):
    mark(f"c{a}{b}")
    if a == 1: raise ValueError("stale")
    return [a, b]
""",
    )
    (project.folder / "other.toml").write_text(_OTHER)
    code, _, called, err = project.run("spec.toml", DIE="b")
    assert code == -9, err
    assert called == ["a1", "b1"]
    code, out, called, err = project.run("--resume")
    assert code == 0, err
    assert called == ["b1", "c11", "end", "a2", "b2", "c22", "end"]
    assert out["outputs"] == {"out": [2, 2]}


def test_a_step_is_told_with_its_own_path_when_it_has_the_name_of_what_runs_it(project: Project) -> None:
    project.write(
        '[steps.a]\npipeline = "other.toml"\n[outputs]\nout = "${steps.a.out}"\n',
        """
def a(): return 1
def b(a): return a
def c(a, b): return a + b
def end(): pass
""",
    )
    (project.folder / "other.toml").write_text(_OTHER)
    code, _, _, err = project.run("spec.toml")
    assert code == 0, err
    assert "a/a: started" in err.splitlines()
    assert err.splitlines().count("a: started") == 1
