"""Scripts that do what no script should: the run ends, says what happened, and the next one is well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.errors import CodecError, CommandError, FunctionNotFound, OutputMismatch
from specc_runtime.scripts import servers


def _is_there(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _is_gone_soon(process: int) -> bool:
    deadline = time.monotonic() + 10
    while _is_there(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not _is_there(process)


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.mark.parametrize("kill", ["os.kill(os.getppid(), 9)", "os.killpg(os.getpgid(os.getppid()), 9)"])
def test_a_script_that_kills_its_parent(script: Any, kill: str) -> None:
    with pytest.raises(CommandError, match="was killed, and the script with it"):
        script(f"import os, time\n{kill}\ntime.sleep(60)")
    assert script("a = 1", outputs=["a"]) == {"a": 1}


def test_a_script_that_kills_its_own_group(script: Any) -> None:
    with pytest.raises(CommandError, match="signal 9"):
        script("import os\nos.killpg(0, 9)")


def test_a_script_that_closes_everything(script: Any) -> None:
    with pytest.raises(CommandError, match="status 120"):  # what Python says when it cannot flush
        script(
            "import os\nprint('x')\nfor i in range(1000):\n    try:\n        os.close(i)\n    except OSError:\n        pass\n",
            env={"PYTHONUNBUFFERED": ""},
        )


@linux
@pytest.mark.parametrize("leave", ["", "os.setsid()\n    "], ids=["in the group", "in a session of its own"])
def test_what_a_script_leaves_behind_is_killed_and_not_waited_for(script: Any, leave: str) -> None:
    text = f"""
import os, sys, time
ready, begun = os.pipe()
if not os.fork():
    {leave}if os.fork():
        os._exit(0)
    os.write(begun, str(os.getpid()).encode())
    time.sleep(600)
    os._exit(0)
left = int(os.read(ready, 20))
print("done")
"""
    began = time.monotonic()
    left = script(text, outputs=["left"])["left"]
    assert time.monotonic() - began < 60
    assert script.out == ["done"]
    assert not _is_there(left)


def test_a_hundred_megabytes_are_all_there(script: Any) -> None:
    text = "import sys\nline = 'x' * 999999 + '\\n'\nfor _ in range(100):\n    sys.stdout.write(line)\n"
    script(text)
    assert sum(len(line) for line in script.out) == 100 * 999_999


def test_large_outputs(script: Any) -> None:
    found = script("n = 1\na = list(range(n))\nb = 'x' * n", globals={"n": 300_000}, outputs=["a", "b"])
    assert found == {"a": list(range(300_000)), "b": "x" * 300_000}


def test_large_values(script: Any) -> None:
    value = ["x" * 1000] * 5000
    assert script("xs = []\nn = len(xs)", globals={"xs": value}, outputs=["n"]) == {"n": 5000}


def test_bytes_that_are_no_utf_8(script: Any) -> None:
    script("import sys\nsys.stdout.buffer.write(b'a\\xff\\nb')")
    assert script.out == ["a\N{REPLACEMENT CHARACTER}", "b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable here")
def test_a_file_that_cannot_be_read(script: Any) -> None:
    script.write("secret.py", "").chmod(0)
    with pytest.raises(FunctionNotFound, match="cannot be read: Permission denied"):
        script(script="secret.py")


def test_a_file_with_null_bytes(script: Any) -> None:
    (script.root / "script.py").write_bytes(b"n = 1\n\0\n")
    with pytest.raises(Exception, match="null bytes"):
        script(globals={"n": 1})


def test_a_script_that_reports_nonsense_about_itself(script: Any) -> None:
    """The descriptor of the report is somewhere; what a script writes to all of them is no report."""
    text = "import os\na = 1\nfor i in range(3, 300):\n    try:\n        os.write(i, b'nonsense' * 4)\n    except OSError:\n        pass\n"
    with pytest.raises(Exception, match="before its outputs could be read"):
        script(text, outputs=["a"])


def test_a_script_that_ends_at_once_while_much_is_sent(script: Any) -> None:
    with pytest.raises(CommandError, match="status 5"):
        script("xs = []\nimport os\nos._exit(5)", globals={"xs": ["y" * 100_000] * 50})


@linux
def test_a_server_whose_parent_is_gone_ends_with_what_it_runs(script: Any, tmp_path: Path) -> None:
    script.write(
        "script.py",
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\nos.rename('pid', 'number')\ntime.sleep(600)",
    )
    program = (
        "import sys; from pathlib import Path; from specc_runtime.functions import use_root\n"
        "from specc_runtime.actions.script import run\n"
        f"use_root(Path({str(script.root)!r})); run(script='script.py')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment) as parent:
        number = script.root / "number"
        deadline = time.monotonic() + 30
        while not number.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process = int(number.read_text())
        assert _is_there(process)
        parent.send_signal(signal.SIGKILL)
    assert _is_gone_soon(process)


def test_servers_are_used_again_and_go_when_they_are_many(script: Any) -> None:
    text = "import os\nparent = os.getppid()"
    first, second = (script(text, outputs=["parent"])["parent"] for _ in range(2))
    assert first == second
    for number in range(9):
        script(text, env={"PYTHONHASHSEED": str(number)})
    assert len(servers._idle) <= 8


def test_a_forked_process_has_servers_of_its_own(script: Any) -> None:
    before = script("import os\nparent = os.getppid()", outputs=["parent"])["parent"]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            found = script("import os\nparent = os.getppid()", outputs=["parent"])["parent"]
            os.write(writing, str(found).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != before
    os.close(reading)
    os.close(writing)
    assert script("import os\nparent = os.getppid()", outputs=["parent"])["parent"] == before


@linux
def test_helpers_of_multiprocessing_clean_up_after_the_script(script: Any) -> None:
    text = """
        from multiprocessing import resource_tracker, shared_memory
        memory = shared_memory.SharedMemory(create=True, size=16)
        name = memory.name
    """
    name = script(text, outputs=["name"])["name"]
    assert not Path("/dev/shm", name).exists()


def test_without_a_folder_for_temporary_files(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere/at/all")
    assert script("a = 1", outputs=["a"]) == {"a": 1}
    assert script.err == ["metrics that the script logs are lost: No such file or directory"]


def test_without_a_way_to_see_processes(script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc_runtime.scripts.servers._PROGRAM", str(_blind_server(script.root)))
    text = "import os, time\nif not (a := os.fork()):\n    time.sleep(600)\n"
    left = script(text, outputs=["a"], env={"PYTHONHASHSEED": "1234"})["a"]
    assert _is_gone_soon(left)


def _blind_server(root: Path) -> Path:
    """A server that finds no `/proc`."""
    library = Path(servers.__file__).parents[2]
    program = Path(servers.__file__).with_name("server.py").read_text()
    program = program.replace("__file__.rpartition", f"{str(library / 'x/y/z')!r}.rpartition")
    program = program.replace("_request = ", "_serving._children = list\n_request = ")
    path = root / "blind.py"
    path.write_text(program)
    return path


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("v = []\nfor _ in range(50_000):\n    v = [v]", "is nested too deep"),
        ("v = {}\nfor _ in range(5000):\n    v = {'a': v}", "is nested too deep"),
        ("import sys\nsys.setrecursionlimit(60)\nv = {}\nv['a'] = [v, v]", "holds itself"),
        (
            "import sys\nsys.setrecursionlimit(10**6)\nv = []\nfor _ in range(50_000):\n    v = [v]",
            "is nested too deep",
        ),
        (
            "class V(dict):\n    def items(self):\n        raise KeyError('x')\nv = V(a={1})",
            "cannot be read: KeyError: 'x'",
        ),
    ],
)
def test_outputs_without_end(script: Any, text: str, about: str) -> None:
    with pytest.raises(CodecError, match=f"the global `v` of `script.py` {about}"):
        script(text, outputs=["v"])
    assert script.err == []


@pytest.mark.parametrize(
    "text",
    [
        "import sys\ndel sys.modules['__main__']",
        "import sys\nsys.modules['__main__'] = sys",
        "import builtins\nbuiltins.len = builtins.isinstance = builtins.__import__ = None\ndel builtins.range",
        "import os\nos.write = os.getcwd = None",
    ],
)
def test_outputs_of_a_script_that_takes_python_apart(script: Any, text: str) -> None:
    assert script(f"v = [1]\nw = {{2}}\n{text}\n", outputs=["v", "w"]) == {"v": [1], "w": [2]}
    assert script.err == []


def test_an_error_of_a_script_that_takes_builtins_apart(script: Any) -> None:
    with pytest.raises(Exception, match=r"^only 4$"):
        script("import builtins\nbuiltins.len = builtins.map = None\nraise ValueError('only 4')")


@pytest.mark.parametrize(
    "text",
    [
        "os.closerange(3, 300)",
        "os.closerange(3, 300)\nfile = os.open('kept', os.O_CREAT | os.O_RDWR)\nos.dup2(file, 250)",
    ],
)
def test_a_script_that_closes_what_is_reported_through(script: Any, text: str) -> None:
    with pytest.raises(OutputMismatch, match=r"before its outputs could be read.*closed its descriptors"):
        script(f"import os\nv = 1\n{text}\n", outputs=["v"])
    if (script.root / "kept").exists():
        assert (script.root / "kept").read_bytes() == b""


def test_an_entry_whose_result_has_no_form(script: Any) -> None:
    text = "seen = []\ndef main():\n    seen.append(1)\n    return object()\n"
    with pytest.raises(CodecError, match=r"what `main` gives of `script.py` is a value of type `object`"):
        script(text, entry="main")
    assert script.err == []
    assert script(text, entry="main", outputs=["seen"]) == {"seen": [1]}
