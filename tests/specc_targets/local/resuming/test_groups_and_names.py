"""Groups, loops and handlers of odd names and shapes, run whole and gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specc_targets.local.resuming.conftest import Project


def test_handler_with_each(project: Project) -> None:
    """A handler with `each` gives its list as the result (its results are forgotten: nothing refers to the handler)."""
    project.write(
        """
[steps.price]
call = "work:bad"
[steps.price.on_error]
"*".run = "estimate"
[steps.estimate]
call = "work:double"
each.x = [1, 2]
[outputs]
out = "${steps.price}"
""",
        """
def bad(): raise ValueError("no")
def double(x): return 2 * x
""",
    )
    code, out, _, err = project.run("spec.toml", "--no-journal")
    assert code == 0, err
    assert out["outputs"] == {"out": [2, 4]}
    code, out, _, err = project.run("spec.toml")
    assert code == 0, err
    assert out["outputs"] == {"out": [2, 4]}


def test_loop_group_yields_same_named_map(project: Project) -> None:
    project.write(
        """
[steps.a]
yield = "${steps.a}"
repeat = { start = [1], max = 3 }
[steps.a.steps.a]
call = "work:double"
each.x = "${last}"
""",
        """
def double(x): mark(f"d{x}"); return 2 * x
""",
    )
    code, _, called, err = project.run("spec.toml", "--no-journal")
    assert code == 0, err
    assert called == ["d1", "d2", "d4"]
    code, _out, called, err = project.run("spec.toml")
    assert code == 0, err
    assert called == ["d1", "d2", "d4"]


def test_group_retry_mixed_after_kill(project: Project) -> None:
    project.write(
        """
[steps.g]
retry = { max = 3, delay = "1ms" }
yield = "${steps.c}"
[steps.g.steps.a]
call = "work:a"
[steps.g.steps.b]
call = "work:b"
with.a = "${steps.a}"
[steps.g.steps.c]
call = "work:c"
with.a = "${steps.a}"
with.b = "${steps.b}"
[outputs]
out = "${steps.g}"
""",
        """
N = os.path.join(os.path.dirname(__file__), "n")
def a():
    n = int(open(N).read()) + 1 if os.path.exists(N) else 1
    open(N, "w").write(str(n))
    mark(f"a{n}")
    return n
def b(a):
    mark(f"b{a}")
    if a == 2: dies("b")
    return a
def c(a, b):
    mark(f"c{a}{b}")
    if a == 1: raise ValueError("stale")
    return [a, b]
""",
    )
    code, out, called, err = project.run("spec.toml", DIE="b")
    assert code == -9
    assert called == ["a1", "b1", "c11", "a2", "b2"]
    code, out, called, err = project.run("--resume")
    assert code == 0, err
    assert out["outputs"]["out"][0] == out["outputs"]["out"][1], (out["outputs"], called)


def test_group_retry_in_resumed_run_runs_all_again(project: Project) -> None:
    project.write(
        """
[steps.g]
retry = { max = 2, delay = "1ms" }
yield = "${steps.c}"
[steps.g.steps.a]
call = "work:a"
[steps.g.steps.c]
call = "work:c"
with.a = "${steps.a}"
[outputs]
out = "${steps.g}"
""",
        """
N = os.path.join(os.path.dirname(__file__), "n")
def a():
    n = int(open(N).read()) + 1 if os.path.exists(N) else 1
    open(N, "w").write(str(n))
    mark(f"a{n}")
    return n
def c(a):
    mark(f"c{a}")
    dies("c")
    if a == 1: raise ValueError("stale token")
    return a
""",
    )
    code, _, called, err = project.run("spec.toml", DIE="c")
    assert code == -9
    assert called == ["a1", "c1"]
    code, _out, called, err = project.run("--resume")
    assert code == 0, (called, err)  # undisturbed: c1 fails, the group is retried: a2, c2


def test_inner_item_retried_is_not_called_again(project: Project) -> None:
    """A map of a group of one call with retry (fast path)."""
    project.write(
        """
[steps.m]
each.x = [1, 2]
max_parallel = 1
yield = "${steps.inner}"
[steps.m.steps.inner]
call = "work:inner"
with.x = "${x}"
retry = { max = 1, delay = "1ms" }
[steps.last]
call = "work:last"
with.x = "${steps.m}"
[outputs]
out = "${steps.last}"
""",
        """
SEEN = set()
def inner(x):
    mark(f"inner{x}")
    if x == 1 and x not in SEEN:
        SEEN.add(x)
        raise ValueError
    return x
def last(x):
    mark("last")
    if fails("last"): raise ValueError
    return x
""",
    )
    code, _, called, err = project.run("spec.toml", FAIL="last")
    assert code == 1
    assert called == ["inner1", "inner1", "inner2", "last"]
    code, _out, called, err = project.run("--resume")
    assert (code, called) == (0, ["last"]), err


def test_batch_wrong_size_resumed(project: Project) -> None:
    """A batch whose second attempt gives a list of the wrong length does not count as done in a resumed run."""
    project.write(
        """
[steps.m]
call = "work:m"
each.x = [1, 2, 3, 4]
batch = 2
retry = { max = 1, delay = "1ms" }
max_parallel = 1
[outputs]
out = "${steps.m}"
""",
        """
SEEN = set()
def m(x):
    mark("m" + "".join(map(str, x)))
    if os.environ.get("BAD") and x[0] == 3:
        if 3 not in SEEN:
            SEEN.add(3); raise ValueError
        dies("m")
        return [0]
    return x
""",
    )
    code, out, called, err = project.run("spec.toml", BAD="1")
    assert code == 1
    assert out["error"]["name"] == "BatchSizeMismatch"
    code, out, called, err = project.run("--resume")
    assert (code, out["outputs"]) == (0, {"out": [1, 2, 3, 4]}), (called, err)


def test_wrong_batch_is_not_cached(project: Project) -> None:
    project.write(
        """
[steps.m]
call = "work:m"
each.x = [1, 2, 3, 4]
batch = 4
cache = true
[outputs]
out = "${steps.m}"
""",
        """
def m(x):
    mark("m")
    return x[1:] if os.environ.get("BAD") else x
""",
    )
    code, out, called, _ = project.run("spec.toml", BAD="1")
    assert code == 1
    assert out["error"]["name"] == "BatchSizeMismatch"
    code, out, called, _err = project.run("spec.toml")
    assert (code, called) == (0, ["m"]), out["error"]


def test_group_with_a_step_of_its_name_yields_a_map(project: Project) -> None:
    """Without a journal right; with one the map is forgotten."""
    project.write(
        """
[steps.g]
yield = "${steps.many}"
[steps.g.steps.g]
call = "work:one"
[steps.g.steps.many]
call = "work:double"
each.x = [1, 2]
[steps.use]
call = "work:same"
with.x = "${steps.g}"
on_error."*".use = "wrong"
[outputs]
out = "${steps.use}"
""",
        "def one(): return 1\ndef double(x): return 2 * x\ndef same(x): return x\n",
    )
    code, out, _, err = project.run("spec.toml", "--no-journal")
    assert (code, out["outputs"]) == (0, {"out": [2, 4]}), err
    code, out, _, err = project.run("spec.toml")
    assert (code, out["outputs"]) == (0, {"out": [2, 4]}), err


def test_a_map_group_holding_a_group_of_its_name(project: Project) -> None:
    """`m[0]/a` is the step `a` of `m`, and also the step `a` of the group `m` inside of `m`."""
    project.write(
        """
[steps.m]
each.x = [1]
yield = ["${steps.a}", "${steps.m}"]
[steps.m.steps.a]
call = "work:outer"
[steps.m.steps.m]
[steps.m.steps.m.steps.a]
call = "work:inner"
[steps.end]
call = "work:end"
with.v = "${steps.m}"
[outputs]
out = "${steps.end}"
""",
        """
def outer(): mark("outer"); return "outer"
def inner(): mark("inner"); return "inner"
def end(v):
    if fails("end"): raise ValueError
    return v
""",
    )
    assert project.run("spec.toml", FAIL="end")[0] == 1
    code, out, called, err = project.run("--resume")
    assert (code, out["outputs"]["out"], called) == (0, [["outer", "inner"]], []), (called, err)


@pytest.mark.parametrize(
    "more", ['isolation = "inline"', 'isolation = "process"', 'retry = { max = 1, delay = "1ms" }']
)
def test_a_wrong_batch_of_any_kind_is_not_cached(project: Project, more: str) -> None:
    project.write(
        f'[steps.m]\ncall = "work:m"\neach.x = [1, 2]\nbatch = 2\ncache = true\n{more}\n[outputs]\nout = "${{steps.m}}"\n',
        """
N = []
def m(x):
    mark("m"); N.append(1)
    if os.environ.get("BAD") and os.environ.get("FLAKY") and len(N) == 1: raise ValueError
    return x[1:] if os.environ.get("BAD") else x
""",
    )
    code, out, called, err = project.run("spec.toml", BAD="1", FLAKY="1" if "retry" in more else "")
    assert (code, out["error"]["name"]) == (1, "BatchSizeMismatch"), err
    code, out, called, err = project.run("spec.toml")
    assert (code, called) == (0, ["m"]), out["error"]
