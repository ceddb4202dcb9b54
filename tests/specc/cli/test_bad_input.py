"""Hostile input on the real command line: diagnostics, in bounded time and memory, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = 'specc = 1\nkind = "pipeline"\nname = "a"\n'
SECONDS = 60
MEMORY = 2 * 1024**3
"""Bytes of address space for the whole process."""

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
from specc.cli import main
main()
"""


def check(folder: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, str]:
    """The exit code of `specc check` in a process of bounded memory, and everything it said."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED.format(memory=MEMORY), "check", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert "Traceback" not in said
    assert "SPC900" not in said
    assert len(said) < 200_000, "a finding is not a dump of the input"
    return done.returncode, said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    code, said = check(tmp_path, "pipe.toml")
    assert code == 2
    assert "pipe" in said


@pytest.mark.parametrize(
    "name",
    [".", "missing.toml", "missing/a.toml", "loop.toml", "/dev/null", "/dev/zero", "a" * 5000, "bad\nname.toml", "-x"],
)
def test_paths_that_are_no_spec(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    code, said = check(tmp_path, "--", name)
    assert code == 2
    assert "SPC0" in said


def sized(data: bytes) -> object:
    """A case that is slow when it is large."""
    return pytest.param(data, id=f"{data[:8]!r}-{len(data)}", marks=[pytest.mark.slow] if len(data) > 1_000_000 else [])


TEXTS = [
    b"",
    b"\0",
    b"\xff\xfe\0\0",
    HEAD.encode("utf-16"),
    b"\xef\xbb\xbf",
    b"[" * 100_000,
    b"{" * 100_000,
    b'{"a":' * 100_000,
    b"a: " * 50_000,
    b"- " * 50_000,
    b"[[a]]\n" * 20_000,
    b"a." * 50_000 + b"b = 1",
    b"9" * 10_000_000,
    b'name = "' + b"x" * 7_000_000 + b'"',
    b'name: "' + b"x" * 7_000_000 + b'"',
    b'{"name": "' + b"x" * 7_000_000 + b'"}',
    b"x" * 10_000_000,
    b"#" * 7_000_000,
    b"\n" * 7_000_000,
]


@pytest.mark.parametrize("suffix", ["toml", "yaml", "json"])
@pytest.mark.parametrize("data", [sized(data) for data in TEXTS])
def test_texts_that_are_no_spec(tmp_path: Path, suffix: str, data: bytes) -> None:
    (tmp_path / f"bad.{suffix}").write_bytes(data)
    code, said = check(tmp_path, f"bad.{suffix}")
    assert code == 2
    assert "SPC" in said


def test_bombs_of_aliases(tmp_path: Path) -> None:
    lines = ["specc: 1", "kind: pipeline", "name: a", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines))
    (tmp_path / "self.yaml").write_text("specc: 1\nkind: pipeline\nname: a\nsteps: &s\n  a: *s\n")
    assert check(tmp_path, "bomb.yaml")[0] == 2
    assert check(tmp_path, "self.yaml")[0] == 2


def test_circles_of_extends(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = ["b.toml"]\n' + HEAD)
    (tmp_path / "b.toml").write_text('extends = ["c.yaml"]\n')
    (tmp_path / "c.yaml").write_text("extends: [./a.toml]\n")
    (tmp_path / "self.toml").write_text('extends = ["self.toml"]\n' + HEAD)
    for name in ("a.toml", "self.toml"):
        code, said = check(tmp_path, name)
        assert code == 2
        assert "SPC0" in said


def test_many_faults_in_bounded_output(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(HEAD + "".join(f"[steps.s{n}]\nfoo = 1\n" for n in range(300)))
    code, said = check(tmp_path, "bad.toml", "--format", "concise")
    assert code == 2
    assert said.count("\n") >= 100
    assert said.count("\n") < 400


@pytest.mark.parametrize(
    "expression",
    ["(" * 5_000, "not " * 5_000 + "true", "-" * 5_000 + "1", "[" * 5_000, "1 + " * 5_000 + "1", "a" * 100_000, "x if " * 3_000, "1" * 100_000, "2 * " * 3_000 + "9" * 500],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_expressions_without_end(tmp_path: Path, expression: str) -> None:
    (tmp_path / "deep.toml").write_text(f'{HEAD}[steps.a]\nwait = "1s"\nwhen = "${{{expression}}}"\n')
    assert check(tmp_path, "deep.toml")[0] == 2


@pytest.mark.parametrize("depth", [10, 60, 200])
def test_groups_in_groups(tmp_path: Path, depth: int) -> None:
    path = ".steps.a" * depth
    (tmp_path / "deep.toml").write_text(f'{HEAD}[{path[1:]}]\nwait = "1s"\n')
    code, _ = check(tmp_path, "deep.toml")
    assert code == (0 if depth == 10 else code)
    assert code in (0, 2)


def test_python_that_cannot_be_read(tmp_path: Path) -> None:
    """The user's functions are input as well."""
    (tmp_path / "spec.toml").write_text(f'{HEAD}[steps.a]\ncall = "functions:f"\n')
    os.mkfifo(tmp_path / "functions.py")
    assert check(tmp_path, "spec.toml")[0] == 2
    (tmp_path / "functions.py").unlink()
    for data in (
        b"\0",
        b"\xff",
        b"def f(",
        b"(" * 10_000,
        b"x = " + b"-" * 50_000 + b"1",
        b"def f(): pass\n" * 50_000,
        b"from functions import f",
    ):
        (tmp_path / "functions.py").write_bytes(data)
        assert check(tmp_path, "spec.toml")[0] in (0, 2)
