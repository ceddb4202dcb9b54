"""What comes of a script: its outputs, its artifacts, and its failures under their names."""

from __future__ import annotations

from typing import Any

import pytest

from specc_runtime import capture
from specc_runtime.errors import (
    ArgumentMismatch,
    CodecError,
    CommandError,
    FunctionNotFound,
    OutputMismatch,
    class_names,
)


def test_without_outputs_there_is_no_result(script: Any) -> None:
    assert script("print('x')") is None
    assert script.out == ["x"]


def test_outputs_are_the_globals_at_the_end(script: Any) -> None:
    text = "import atexit\na = 1\nb = [a]\natexit.register(lambda: b.append(2))\n"
    assert script(text, outputs=["b", "a"], globals={"a": 7}) == {"b": [7, 2], "a": 7}


@pytest.mark.parametrize("end", ["sys.exit()", "sys.exit(0)", "raise SystemExit"])
def test_outputs_are_read_when_the_script_ends_itself(script: Any, end: str) -> None:
    assert script(f"import sys\na = 1\n{end}\na = 2\n", outputs=["a"]) == {"a": 1}


def test_outputs_are_read_after_threads_that_were_left(script: Any) -> None:
    text = """
        import threading, time
        def late():
            global a
            time.sleep(0.05)
            a = 2
        a = 1
        threading.Thread(target=late).start()
    """
    assert script(text, outputs=["a"]) == {"a": 2}


def test_outputs_of_a_forked_child_are_not_the_scripts(script: Any) -> None:
    text = "import os, sys\na = 1\nif not (p := os.fork()):\n    a = 2\n    sys.exit()\nos.waitpid(p, 0)\n"
    assert script(text, outputs=["a"]) == {"a": 1}


def test_numpy_pandas_and_others_as_outputs(script: Any) -> None:
    text = """
        import dataclasses, datetime, numpy, pandas, pathlib
        scalar = numpy.float32(0.5)
        array = numpy.arange(4).reshape(2, 2)
        frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"]})
        column = frame["a"]
        when = datetime.date(2026, 1, 2)
        several = {1, 2}
        @dataclasses.dataclass
        class Point:
            x: int
        point = Point(3)
    """
    names = ["scalar", "array", "frame", "column", "when", "several", "point"]
    assert script(text, outputs=names) == {
        "scalar": 0.5,
        "array": [[0, 1], [2, 3]],
        "frame": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
        "column": [1, 2],
        "when": "2026-01-02",
        "several": [1, 2],
        "point": {"x": 3},
    }


def test_arrays_as_globals(script: Any) -> None:
    import numpy

    assert script("data = None\ntotal = int(data.sum())", globals={"data": numpy.arange(5)}, outputs=["total"]) == {
        "total": 10
    }


def test_an_output_that_is_not_there(script: Any) -> None:
    with pytest.raises(OutputMismatch, match=r"`script.py` ended without a global `acuracy`.*did you mean `accuracy`"):
        script("accuracy = 1", outputs=["acuracy"])


def test_an_output_that_has_no_form(script: Any) -> None:
    with pytest.raises(CodecError, match=r"the global `f` of `script.py` is a value of type `function`"):
        script("def f(): ...", outputs=["f"])


def test_outputs_after_an_end_without_one(script: Any) -> None:
    with pytest.raises(OutputMismatch, match=r"before its outputs could be read"):
        script("import os\na = 1\nos._exit(0)", outputs=["a"])


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ('print("a")\nprint(\'{"x": [1, 2]}\')\nprint()', {"x": [1, 2]}),
        ("print('plain text ')", "plain text"),
        ("import sys\nsys.stdout.write('3')", 3),
        ("print('nan')", "nan"),
    ],
)
def test_the_last_line(script: Any, printed: str, value: Any) -> None:
    assert script(printed, outputs="last_line") == value


def test_no_last_line(script: Any) -> None:
    with pytest.raises(OutputMismatch, match=r"printed nothing"):
        script("import sys\nprint('x', file=sys.stderr)", outputs="last_line")


def test_a_file_that_the_script_writes(script: Any) -> None:
    text = "import json\nlr = 1\njson.dump({'lr': lr}, open('metrics.json', 'w'))"
    for lr in (2, 3):
        assert script(text, globals={"lr": lr}, outputs={"json": "metrics.json"}) == {"lr": lr}
    assert script(text, cwd="fresh", outputs={"json": "metrics.json"}) == {"lr": 1}


def test_a_file_that_was_there_before(script: Any) -> None:
    script.write("metrics.json", "1")
    with pytest.raises(OutputMismatch, match=r"wrote no new `metrics.json`"):
        script("", outputs={"json": "metrics.json"})
    with pytest.raises(OutputMismatch, match=r"wrote no `other.json`"):
        script("", outputs={"json": "other.json"})
    with pytest.raises(OutputMismatch, match=r"not JSON"):
        script("open('other.json', 'w').write('{')", outputs={"json": "other.json"})


def test_the_same_content_written_again_is_new(script: Any) -> None:
    text = "open('m.json', 'w').write('[1]')"
    for _ in range(5):
        assert script(text, outputs={"json": "m.json"}) == [1]


def test_artifacts(script: Any) -> None:
    text = "n = 1\nopen('a.txt', 'w').write('x' * n)\nopen('b.png', 'w').write('')"
    found = script(text, globals={"n": 3}, outputs=["n"], artifacts=["a.txt", "*.png"], cwd="fresh")
    assert found["n"] == 3
    assert {name: kept["size"] for name, kept in found["artifacts"].items()} == {"a.txt": 3, "b.png": 0}


def test_a_fresh_folder_is_empty_and_the_script_where_it_is(script: Any) -> None:
    text = "import os, sys\nhere = os.listdir()\nfile = __file__\nfirst = sys.argv[0] == __file__"
    found = script(text, outputs=["here", "file", "first"], cwd="fresh")
    assert found == {"here": [], "file": str(script.root / "script.py"), "first": True}


def test_an_exception_goes_by_its_names(script: Any) -> None:
    text = "class NoData(LookupError):\n    pass\nn = 1\nraise NoData(f'only {n}')"
    with pytest.raises(Exception, match=r"^only 4$") as caught:
        script(text, globals={"n": 4})
    names = class_names(caught.value)
    assert names[:2] == ("NoData", "__main__.NoData")
    assert {"LookupError", "builtins.LookupError", "Exception"} <= set(names)
    assert "exit" not in names
    assert script.err[0] == "Traceback (most recent call last):"
    assert not [line for line in script.err if "specc" in line.replace(str(script.root), "")]


def test_an_exception_of_the_standard_library(script: Any) -> None:
    with pytest.raises(Exception, match=r"slow") as caught:
        script("raise TimeoutError('slow')")
    assert "TimeoutError" in class_names(caught.value)
    assert "OSError" in class_names(caught.value)


def test_an_exception_that_cannot_be_shown(script: Any) -> None:
    with pytest.raises(Exception, match=r"without a readable message"):
        script("class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E")


@pytest.mark.parametrize(("end", "status"), [("sys.exit(3)", 3), ("sys.exit('no data')", 1), ("os._exit(4)", 4)])
def test_a_status_is_a_failure(script: Any, end: str, status: int) -> None:
    with pytest.raises(CommandError, match=f"`script.py` failed with status {status}") as caught:
        script(f"import os, sys\n{end}")
    assert "exit" in class_names(caught.value)


def test_a_signal_is_a_failure(script: Any) -> None:
    with pytest.raises(CommandError, match=r"ended by signal 9, SIGKILL"):
        script("import os\nos.kill(os.getpid(), 9)")


def test_statuses_have_meanings(script: Any) -> None:
    text = "import sys\na = 1\nsys.exit(3)"
    assert script(text, exit_codes={"3": "ok"}, outputs=["a"]) == {"a": 1}
    with pytest.raises(CommandError) as caught:
        script(text, exit_codes={"3": "NoData"})
    assert class_names(caught.value)[0] == "NoData"


def test_an_entry_is_called_in_the_file_under_its_own_name(script: Any) -> None:
    text = """
        import sys
        scale = 1
        def main(x: int, *, y: list[int] = ()):
            return {"name": __name__, "x": x * scale, "y": y, "file": sys.modules[__name__].__file__ == __file__}
        if __name__ == "__main__":
            raise SystemExit("the guard must not run")
    """
    found = script(text, entry="main", arguments={"x": 2, "y": [1]}, globals={"scale": 10})
    assert found == {"name": "script", "x": 20, "y": [1], "file": True}


def test_entries_of_all_kinds(script: Any) -> None:
    text = """
        import asyncio, dataclasses, datetime
        @dataclasses.dataclass
        class Point:
            x: int
        async def waits(p: Point):
            await asyncio.sleep(0)
            return p.x + 1
        def yields(n: datetime.timedelta):
            yield n.days
        class C:
            @staticmethod
            def inner(n):
                return n
        value = 3
    """
    assert script(text, entry="waits", arguments={"p": {"x": 2}}) == 3
    assert script(text, entry="yields", arguments={"n": "P3D"}) == [3]
    assert script(text, entry="C.inner", arguments={"n": 3}) == 3
    with pytest.raises(Exception, match=r"no function `wait`"):
        script(text, entry="wait")
    with pytest.raises(Exception, match=r"is not a function"):
        script(text, entry="value")
    with pytest.raises(Exception, match=r"argument `n`") as caught:
        script(text, entry="yields", arguments={"n": "many"})
    assert "ArgumentMismatch" in class_names(caught.value)


def test_an_entry_of_a_module_and_references_as_arguments(script: Any) -> None:
    script.write("pkg/__init__.py", "")
    script.write("pkg/losses.py", "def huber(x):\n    return x * 2\n")
    script.write("pkg/work.py", "from . import losses\nbase = 1\ndef main(loss):\n    return loss(base), __name__\n")
    found = script(
        module="pkg.work", entry="main", globals={"base": 4}, references={"arguments": {"loss": "pkg.losses:huber"}}
    )
    assert list(found) == [8, "pkg.work"]


def test_globals_of_an_entered_file_can_be_outputs(script: Any) -> None:
    text = "seen = []\ndef main():\n    seen.append(1)\n    return 'not this'\n"
    assert script(text, entry="main", outputs=["seen"]) == {"seen": [1]}


def test_an_array_that_an_entry_gives(script: Any) -> None:
    import numpy

    found = script("import numpy\ndef main():\n    return numpy.eye(2)\n", entry="main")
    assert numpy.array_equal(found, numpy.eye(2))


@pytest.mark.slow
def test_new_processes_of_an_entered_file_see_the_values(script: Any) -> None:
    text = """
        import multiprocessing
        scale = 1
        def work(x):
            return x * scale
        def main():
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                return pool.map(work, [1, 2])
    """
    assert script(text, entry="main", globals={"scale": 10}) == [10, 20]


def test_a_global_that_cannot_be_given(script: Any) -> None:
    with pytest.raises(ArgumentMismatch, match=r"`script.py` has no global `lrr`; did you mean `lr`?"):
        script("lr = 1", globals={"lrr": 1})
    with pytest.raises(ArgumentMismatch, match=r"binds `i` by a loop on line 2"):
        script("x = 1\nfor i in range(3):\n    pass", globals={"i": 1})


def test_scripts_that_are_none(script: Any) -> None:
    with pytest.raises(FunctionNotFound, match=r"there is no script `nothing.py`"):
        script(script="nothing.py")
    script.write("folder/x.py", "")
    with pytest.raises(FunctionNotFound, match=r"is a folder"):
        script(script="folder")
    with pytest.raises(CommandError, match=r"status 1.*no.such.module"):
        script(module="no.such.module")


def test_what_is_no_python(script: Any) -> None:
    (script.root / "script.py").write_bytes(b"\x7fELF\0\0\1\2")
    with pytest.raises(Exception, match=r".") as caught:
        script()
    assert "SyntaxError" in class_names(caught.value)


def test_metrics_are_found_in_what_is_printed_and_logged(script: Any) -> None:
    text = "from specc_runtime import log_metrics\nprint('loss=0.5')\nlog_metrics(step=1, acc=0.75)\n"
    lines: list[str] = []
    with capture.metered(lambda place, line: lines.append(line)):
        script(text, metrics={"loss": "loss=([0-9.]+)"})
    found = " ".join(lines)
    assert "0.5" in found
    assert "0.75" in found


def test_a_package_that_is_run_as_a_program(script: Any) -> None:
    script.write("pkg/__init__.py", "")
    script.write("pkg/__main__.py", "import sys\nn = 1\nm = [n + 1, __name__, __package__, sys.argv[1:]]\n")
    found = script(module="pkg", globals={"n": 4}, outputs=["m"], argv=["a", 2])
    assert found == {"m": [5, "__main__", "pkg", ["a", "2"]]}


def test_a_script_that_starts_itself_starts_the_file_as_it_is(script: Any) -> None:
    text = """
        import subprocess, sys
        n = 1
        if len(sys.argv) > 1:
            print(n)
        else:
            inner = subprocess.run([sys.executable, __file__, "again"], capture_output=True, text=True).stdout
    """
    assert script(text, globals={"n": 2}, outputs=["inner", "n"]) == {"inner": "1\n", "n": 2}


def test_modules_at_the_packages_root_are_found_from_a_folder_in_it(script: Any) -> None:
    script.write("helpers.py", "x = 3\n")
    script.write("jobs/train.py", "import helpers\nx = helpers.x\n")
    assert script(script="jobs/train.py", outputs=["x"]) == {"x": 3}


@pytest.mark.parametrize("depth", [3, 99, 400])
def test_values_within_values(script: Any, depth: int) -> None:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    assert script("xs = None\nys = [xs]", globals={"xs": value}, outputs=["ys"]) == {"ys": [value]}


def test_a_list_that_holds_itself(script: Any) -> None:
    with pytest.raises(CodecError, match=r"the global `xs` of `script.py` holds itself"):
        script("xs = []\nxs.append(xs)", outputs=["xs"])


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (
            "v = float('nan')",
            "holds `nan`, .* log it as a metric, which may be NaN or infinite, or turn it into `None`",
        ),
        ("v = {'a': [1, float('inf')]}", r"holds `inf` at `a\[1\]`, .* log it as a metric"),
        ("v = [b'x']", r"holds a value of type `bytes` at `\[0\]`, .*`artifacts`"),
        ("v = object()", "is a value of type `object`, .* made of numbers, texts, lists and dictionaries"),
        ("import numpy\nv = {'a': numpy.zeros(2)}", "holds a numpy array at `a`, .* as with `.tolist\\(\\)`"),
        ("v = chr(0xDC80)", "holds text with a lone surrogate"),
        ("v = {'é': {1: 2, '1': 3}}", "holds an object with the keys .* the same in JSON"),
    ],
)
def test_the_message_about_an_output_that_is_no_json(script: Any, text: str, about: str) -> None:
    with pytest.raises(CodecError, match=rf"^the global `v` of `script.py` {about}") as caught:
        script(text, outputs=["v"])
    assert "return" not in str(caught.value)
    assert "annotate" not in str(caught.value)


def test_the_message_about_one_output_says_what_the_others_are(script: Any) -> None:
    with pytest.raises(CodecError, match=r"\(the other outputs: accuracy=0.5, note='aaa.*…\)$"):
        script("loss = float('nan')\naccuracy = 0.5\nnote = 'a' * 1000", outputs=["loss", "accuracy", "note"])
