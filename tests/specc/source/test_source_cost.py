"""What reading a spec costs: few imports, and twice the text takes twice the steps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest
import yaml

from specc.diagnostics import Place, Sink
from specc.source import load_spec

HEAVY = {"yaml", "json", "difflib", "unicodedata", "pydantic", "networkx", "rich", "click"}


def imported(code: str, repository: Path) -> set[str]:
    """The heavy modules that a fresh interpreter has after running `code`."""
    program = f"import sys\nsys.path.insert(0, {str(repository / 'compiler')!r})\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return HEAVY & set(done.stdout.split())


def test_toml_loads_without_what_it_does_not_need(repository: Path) -> None:
    load = "from specc.source import load_spec\nfrom specc.diagnostics import Sink\n"
    assert imported(load + "assert load_spec('a.toml', Sink(), text=b'a = 1')", repository) == set()
    assert imported(load + "assert load_spec('a.json', Sink(), text=b'{}')", repository) == {"json"}


def test_locating_toml_needs_no_other_format(repository: Path) -> None:
    code = (
        "from specc.source import load_spec\nfrom specc.diagnostics import Sink, Place\n"
        "load_spec('a.toml', Sink(), text=b'a = 1').locate(Place(('a',)))"
    )
    assert imported(code, repository) == set()


def document(size: int) -> dict[str, object]:
    step = {"call": "m:f", "with": {"a": "${params.x}", "b": [1, 2.5, {"c": "text\nof lines"}]}, "retry": {"max": 2}}
    return {"specc": 1, "steps": {f"step-{number}": step for number in range(size)}}


def text_of(format: str, size: int) -> bytes:
    value = document(size)
    if format == "json":
        return json.dumps(value, indent=1).encode()
    if format == "yaml":

        class Dumper(yaml.SafeDumper):
            def ignore_aliases(self, data: object) -> bool:
                return True

        return yaml.dump(value, Dumper=Dumper).encode()
    import tomli_w

    return tomli_w.dumps(value).encode()


def steps(format: str, size: int) -> int:
    """How many lines of Python are executed to read a document and locate two places in it."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    data = text_of(format, size)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        spec = load_spec(f"spec.{format}", Sink(), text=data)
        assert spec is not None
        spec.locate(Place(("steps", f"step-{size - 1}", "with", "b", 2, "c"), "value", (1, 5)))
        spec.locate(Place(("steps", "step-0", "missing")))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_work_grows_with_the_text(format: str) -> None:
    steps(format, 1)  # imports
    once, twice = steps(format, 40), steps(format, 80)
    assert twice < 2.05 * once


@pytest.mark.parametrize("format", ["toml", "yaml", "json"])
def test_values_cost_nothing_for_spans_that_nobody_asks_for(format: str) -> None:
    spec = load_spec(f"spec.{format}", Sink(), text=text_of(format, 3))
    assert spec is not None
    assert "table" not in vars(spec.documents[0])
    spec.locate(Place(("steps",)))
    assert "table" in vars(spec.documents[0])
