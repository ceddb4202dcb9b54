"""Steps and their modifiers as nested operations."""

import textwrap
from pathlib import Path

import pytest

from specc.frontend import check
from specc.ir.printer import print_module

HEAD = 'specc = 1\nkind = "pipeline"\nname = "m"\n'
FUNCTIONS = """\
def load(limit=1): ...
def flap(bird=None, last=None): ...
def rescue(): ...
"""


def ir(tmp_path: Path, body: str) -> str:
    (tmp_path / "work.py").write_text(FUNCTIONS)
    path = tmp_path / "spec.toml"
    path.write_text(HEAD + textwrap.dedent(body))
    found = check(path)
    assert not found.failed, found.diagnostics
    assert found.module is not None
    return print_module(found.module)


CASES = {
    "defaults are merged under a step's own retry": (
        """
        [defaults]
        timeout = "5m"
        retry = { max = 4, delay = "2s", jitter = true }
        [steps.load]
        call = "work:load"
        retry = { max = 1, on = ["OSError"] }
        """,
        """
        module m
          body
            task.call load retry={"max":1,"delay":2.0,"jitter":true,"on":["OSError"]} function="work:load" arguments={} timeout=300.0
        """,
    ),
    "no retries at all": (
        """
        [defaults]
        retry = 3
        [steps.load]
        call = "work:load"
        retry = 0
        """,
        """
        module m
          body
            task.call load function="work:load" arguments={}
        """,
    ),
    "each is outside of what the step does": (
        """
        [steps.flap]
        call = "work:flap"
        each.bird = [1, 2]
        with.bird = "${bird}"
        when = "${params.go}"
        max_parallel = 2
        tolerate = "1%"
        on_error = { ValueError = { use = 0 } }
        [params.go]
        type = "boolean"
        """,
        """
        module m
          parameter go type="boolean" schema={"type":"boolean"} kind="boolean"
          body
            map flap when="${params.go}" sources={"bird":[1,2]} max_parallel=2 tolerance={"unit":"percent","amount":1.0}
              region yields="${steps.flap}" binds=["bird"]
                task.call flap catches=[{"errors":["ValueError"],"use":0}] function="work:flap" arguments={"bird":"${bird}"}
        """,
    ),
    "a loop is inside a map, and its failure is the loop's": (
        """
        [steps.flap]
        call = "work:flap"
        each.bird = [1, 2]
        with.last = "${last}"
        repeat = { start = 0, until = "${last > 2}", max = 5 }
        on_error = { "*" = { run = "rescue" } }
        [steps.rescue]
        call = "work:rescue"
        """,
        """
        module m
          body
            map flap sources={"bird":[1,2]}
              region yields="${steps.flap}" binds=["bird"]
                loop flap catches=[{"errors":["*"],"run":"rescue"}] start=0 until="${last > 2}" max=5
                  region yields="${steps.flap}" binds=["last"]
                    task.call flap function="work:flap" arguments={"bird":"${bird}","last":"${last}"}
                handler
                  task.call rescue function="work:rescue" arguments={}
        """,
    ),
    "a mapped group is the map's own region": (
        """
        [steps.process]
        each.bird = [1]
        [steps.process.steps.one]
        call = "work:load"
        [steps.process.steps.two]
        call = "work:load"
        with.limit = "${steps.one}"
        """,
        """
        module m
          body
            map process sources={"bird":[1]}
              region yields="${steps.two}" binds=["bird"]
                task.call one function="work:load" arguments={}
                task.call two function="work:load" arguments={"limit":"${steps.one}"}
                edge one -> two data
        """,
    ),
    "finally and outputs": (
        """
        [steps.pause]
        wait = "1m"
        [finally.rest]
        wait = "1s"
        when = "${run.status == 'failed'}"
        [outputs]
        done = "${steps.pause == null}"
        """,
        """
        module m
          body
            wait pause duration=60.0
          finally
            wait rest when="${run.status == 'failed'}" duration=1.0
          output done value="${steps.pause == null}"
        """,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lowering(case: str, tmp_path: Path) -> None:
    spec, expected = CASES[case]
    found = [line for line in ir(tmp_path, spec).splitlines() if line.strip()]
    assert [_plain(line) for line in found] == textwrap.dedent(expected).strip().splitlines()


def _plain(line: str) -> str:
    """Without result types, which the passes infer."""
    words = line.split(' result="')
    return words[0] + (words[1].split('"', 1)[1] if len(words) > 1 else "")
