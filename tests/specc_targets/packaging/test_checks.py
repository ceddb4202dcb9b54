"""What cannot run where it is shipped to is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

ELF = b"\x7fELF\x02\x01\x01" + bytes(11)
X86, ARM = b"\x3e\x00", b"\xb7\x00"


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("fast.so", ELF + X86, "Linux x86_64"),
        ("tool", ELF + X86, "Linux x86_64"),
        ("fast.so", ELF[:4] + b"\x01" + ELF[5:] + b"\x28\x00", "Linux another processor"),
        ("fast.cpython-311-aarch64-linux-gnu.so", ELF + ARM, "Python 3.11"),
        ("fast.cpython-312-darwin.so", b"\xcf\xfa\xed\xfe", "macOS"),
        ("fast.pyd", b"MZ", "Windows"),
    ],
)
def test_native_code_for_another_system(project, name: str, content: bytes, what: str) -> None:
    outcome = project.write({name: content}).build(f'include = ["{name}"]\n')
    assert outcome.codes == ["SPC518"]
    assert f"is native code for {what}, and steps run with Python 3.12 on Linux arm64" in (
        outcome.compilation.diagnostics[0].message
    )


@pytest.mark.parametrize("name", ["fast.cpython-312-aarch64-linux-gnu.so", "libfast.so.6", "tool"])
def test_native_code_for_that_system_is_shipped(project, name: str) -> None:
    outcome = project.write({name: ELF + ARM, "data.bin": b"MZ"}).build(f'include = ["{name}", "data.bin"]\n')
    assert outcome.codes == []
    assert name in outcome.names


def test_an_extension_module_of_the_project(project) -> None:
    from importlib.machinery import EXTENSION_SUFFIXES

    name = f"fast{EXTENSION_SUFFIXES[0]}"
    project.write({"work.py": "import fast\ndef do(x): return x\n", name: ELF + X86})
    assert project.build().codes == ["SPC518"]


def test_more_than_lambda_takes(project) -> None:
    path = project.root / "model.bin"
    path.touch()
    with path.open("r+b") as file:
        file.truncate(260 * 1024 * 1024)
    outcome = project.build('include = ["model.bin"]\n')
    assert outcome.codes == ["SPC517"]
    found = outcome.compilation.diagnostics[0]
    assert found.message == "the package has 260 MB unzipped, and Lambda takes 250 MB, layers included"
    assert found.notes[0] == "260 MB: model.bin"
    assert not (project.root / "out").exists()


@pytest.mark.parametrize(("version", "codes"), [("3.9", ["SPC513"]), ("3.10", ["SPC513"]), ("3.11", []), ("3.14", [])])
def test_versions_of_python(project, version: str, codes: list[str]) -> None:
    spec = project.root / "birds.toml"
    outcome = project.build()
    spec.write_text(spec.read_text().replace("3.12", version))
    from specc.frontend import check
    from specc_targets.packaging import build

    compilation = check(spec)
    built = build(compilation, project.root / "out")
    assert [found.code for found in compilation.diagnostics] == codes
    assert (built is None) == bool(codes)
    assert outcome.made.python == "3.12"


IMPORTS = """\
from __future__ import annotations
import json, pandas as pd
from numpy.linalg import norm
import boto3
from specc_runtime.errors import SpeccError
from . import sibling
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import polars
try:
    import orjson
except ImportError:
    orjson = None
try:
    import httpx
except ValueError:
    pass
def do(x):
    import requests
    with open(x):
        import yaml
    return x
"""


def test_imports_that_nothing_satisfies(project) -> None:
    (project.root / "work.py").unlink()
    project.write({"pkg/work.py": IMPORTS, "pkg/__init__.py": "", "pkg/sibling.py": "import specc\n"})
    spec = '[steps.other]\ncall = "pkg.work:do"\nwith.x = 1\n'
    project.write({"work.py": "def do(x): return x\n"})
    outcome = project.build(spec)
    found = outcome.compilation.diagnostics
    assert {item.code for item in found} == {"SPC521"}
    said = {item.message.split("`")[1]: item for item in found}
    assert set(said) == {"httpx", "numpy", "pandas", "requests", "specc", "yaml"}
    pandas = said["pandas"].labels[0].at
    assert (Path(pandas.file).name, pandas.start, pandas.end) == ("work.py", (2, 14), (2, 20))
    assert said["numpy"].labels[0].at.start == (3, 6)
    assert said["yaml"].help[0].lower().startswith("write `pyyaml==")
    assert said["specc"].message == "`specc` is not there when a step runs on AWS"
    assert outcome.built is not None, "a warning keeps nobody from building"


def test_a_step_that_calls_what_nothing_installs(project) -> None:
    outcome = project.build(
        '[steps.sum]\ncall = "numpy:sum"\nwith.a = [1]\n[steps.root]\ncall = "math:sqrt"\nwith.x = 1\n'
    )
    found = [item for item in outcome.compilation.diagnostics if item.code.startswith("SPC5")]
    assert [item.message for item in found] == ["`numpy` is used, and no requirement installs it on AWS"]
    assert found[0].labels[0].text == "calls it"


@pytest.mark.parametrize(
    ("python", "codes"),
    [(">=3.11", []), (">=3.13", ["SPC515"]), (">=3.11,<3.12", ["SPC515"]), ("<3.12.4,>=3", []), ("~=3.13", ["SPC515"])],
)
def test_a_project_for_another_python(project, python: str, codes: list[str]) -> None:
    project.write({"pyproject.toml": f'[project]\nname = "mine"\nrequires-python = "{python}"\n'})
    outcome = project.build('requirements = "pyproject.toml"\n')
    assert outcome.codes == codes
    if codes:
        assert outcome.compilation.diagnostics[0].message.endswith("and steps run with 3.12")


def test_a_stack_may_say_otherwise(project) -> None:
    from specc.frontend import check
    from specc_targets.packaging import build

    project.build('[stacks.old.package]\narch = "x86_64"\npython = "3.11"\n')
    for stack, expected in (("old", ("x86_64", "3.11")), (None, ("arm64", "3.12"))):
        built = build(check(project.root / "birds.toml", stack=stack), project.root / "out")
        assert built is not None
        assert (built.arch, built.python) == expected
