"""What tools for running scripts with other values are known to get wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from specc_runtime.actions.script import run
from specc_runtime.errors import CommandError


def test_derived_values_are_not_stale(script: Any) -> None:
    text = """
        lr = 0.1
        decay = lr / 10
        config = {"lr": lr, "decay": decay}
        def train(rate=lr):
            return rate
        result = train()
    """
    found = script(text, globals={"lr": 5.0}, outputs=["decay", "config", "result"])
    assert found == {"decay": 0.5, "config": {"lr": 5.0, "decay": 0.5}, "result": 5.0}


def test_all_statements_of_a_main_guard_run(script: Any) -> None:
    text = """
        done = []
        def first():
            done.append(1)
        def second():
            done.append(2)
        if __name__ == "__main__":
            first()
            second()
            done.append(3)
    """
    assert script(text, outputs=["done"]) == {"done": [1, 2, 3]}


def test_a_status_of_3_is_not_turned_into_success(script: Any) -> None:
    with pytest.raises(CommandError, match="status 3"):
        script("import sys\nif __name__ == '__main__':\n    sys.exit(3)\n", outputs=["__name__"])


@pytest.mark.parametrize(
    "end", ["raise ValueError", "import sys\nsys.exit('no')", "import os\nos.abort()", "import os\nos._exit(9)"]
)
def test_a_failed_run_is_not_a_success(script: Any, end: str) -> None:
    with pytest.raises(Exception, match=r"^$|status|signal"):
        script(f"accuracy = 1.0\n{end}\n", outputs=["accuracy"])


def test_no_state_leaks_from_one_run_into_the_next(script: Any) -> None:
    script.write("shared.py", "seen = []\n")
    text = """
        import builtins, json, os, shared, sys
        shared.seen.append(1)
        found = {
            "seen": shared.seen,
            "builtin": hasattr(builtins, "left_behind"),
            "variable": os.environ.get("LEFT_BEHIND"),
            "json": hasattr(json, "left_behind"),
            "folder": os.path.basename(os.getcwd()),
            "path": "/left/behind" in sys.path,
            "limit": sys.getrecursionlimit(),
            "argv": sys.argv,
        }
        builtins.left_behind = json.left_behind = True
        os.environ["LEFT_BEHIND"] = "1"
        os.chdir("/")
        sys.path.append("/left/behind")
        sys.setrecursionlimit(500)
        sys.argv.append("x")
    """
    first, second = (script(text, outputs=["found"])["found"] for _ in range(2))
    assert first == second
    assert first["seen"] == [1]


def test_runs_at_the_same_time_do_not_see_each_other(script: Any) -> None:
    script.write("script.py", "import time\nn = 0\nm = n * 2\ntime.sleep(0.01)\nfound = [n, m]\n")
    script("")  # the root is known
    script.write("script.py", "import time\nn = 0\nm = n * 2\ntime.sleep(0.01)\nfound = [n, m]\n")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: run(script="script.py", globals={"n": n}, outputs=["found"]), range(12)))
    assert [one["found"] for one in found] == [[n, n * 2] for n in range(12)]


def test_a_file_that_changes_between_two_runs_is_read_again(script: Any) -> None:
    for n in range(3):
        assert script(f"n = 0\nm = n + {n}\n", globals={"n": 10}, outputs=["m"]) == {"m": 10 + n}
