"""A type checker finds nothing in any program, and a formatter and a linter leave each as it is; and all three bite."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.harness.case import load_corpus
from judges.ladder import rung
from judges.programs.cases import CASES, Case, compiled
from judges.programs.running import Shared
from judges.programs.typing import style_faults, type_faults, write_projects

pytestmark = pytest.mark.slow
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def programs(shared: Shared) -> dict[str, dict[str, str]]:
    """The programs of all cases and of the whole corpus."""
    return shared.get("sources", sources)


def sources() -> dict[str, dict[str, str]]:
    cases = [*CASES.values(), *(Case(f"corpus-{case.name}", case.spec) for case in load_corpus())]
    return {
        case.name: {
            path.name: content.decode() for path, content in compiled(case).files.items() if path.suffix == ".py"
        }
        for case in cases
    }


BAD: dict[str, tuple[str, str, str]] = {
    "a required argument is missing": (
        "        assume_role_policy=json.dumps(",
        "        description=json.dumps(",
        "missing-argument",
    ),
    "an argument of another type": ("retention_in_days=30", 'retention_in_days="a month"', "invalid-argument-type"),
    "an argument is misspelt": ("memory_size=", "memory_sise=", "unknown-argument"),
    "arguments of another class": (
        "tracing_config=aws.lambda_.FunctionTracingConfigArgs(",
        "tracing_config=aws.lambda_.FunctionImageConfigArgs(commands=[], working_directory=",
        "invalid-argument-type",
    ),
    "an output that there is none of": (
        "function_version=default_function.version,",
        "function_version=default_function.versoin,",
        "-attribute",
    ),
    "a resource of another class": ("= aws.lambda_.Alias(", "= aws.lambda_.Alais(", "-attribute"),
    "a resource with arguments of another one": (
        "aws.lambda_.AliasArgs(",
        "aws.lambda_.FunctionUrlArgs(",
        "unknown-argument",
    ),
}
"""What is wrong -> what it is in place of, the fault, and the checker's rule."""


def bad_programs() -> dict[str, dict[str, str]]:
    good = compiled(CASES["birds"]).files
    text = next(content.decode() for path, content in good.items() if path.name == "__main__.py")
    found = {}
    for name, (before, after, _) in BAD.items():
        changed = text.replace(before, after, 1)
        if name == "arguments of another class":
            changed = changed.replace('working_directory=mode="Active"', 'working_directory="Active"')
        assert changed != text, name
        found["bad-" + name.replace(" ", "-")] = {"__main__.py": changed}
    return found


def test_types(programs: dict[str, dict[str, str]], tmp_path: Path, record_property: Record) -> None:
    bad = bad_programs()
    write_projects({**programs, **bad}, tmp_path)
    found = type_faults(tmp_path)
    assert {name: faults for name, faults in found.items() if name in programs} == {}
    told = {name: "\n".join(found.get(name, [])) for name in bad}
    missed = [name for name, (_, _, rule) in zip(bad, BAD.values(), strict=True) if f"{rule}]" not in told[name]]
    assert missed == [], json.dumps(told, indent=1)
    rung(record_property, "typed", programs=len(programs), caught=len(bad) - len(missed), bad=len(bad))


def test_layout(programs: dict[str, dict[str, str]], tmp_path: Path, record_property: Record) -> None:
    # What the user adds is laid out as the user likes; that it is there, imports tell.
    own = {
        name: {file: text if file == "__main__.py" else "" for file, text in files.items()}
        for name, files in programs.items()
    }
    write_projects(own, tmp_path)
    assert style_faults(tmp_path) == ""
    rung(record_property, "laid out", programs=len(programs))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import pulumi\n", "import os\nimport pulumi\n"),
        ("import json\n", ""),
        ("here = Path(__file__).parent\n", "here = Path( __file__ ).parent\n"),
        ("# All data of runs\n", "# All data of runs, " + "and more of it " * 7 + "\n"),
    ],
    ids=["unused", "undefined", "spaces", "long"],
)
def test_the_judges_of_layout_bite(tmp_path: Path, before: str, after: str) -> None:
    good = next(
        content.decode() for path, content in compiled(CASES["birds"]).files.items() if path.name == "__main__.py"
    )
    assert before in good
    write_projects({"bad": {"__main__.py": good.replace(before, after, 1)}}, tmp_path)
    assert style_faults(tmp_path) != ""
