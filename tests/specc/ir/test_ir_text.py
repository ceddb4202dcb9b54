"""IR text is complete: what is printed reads back as an equal module."""

from pathlib import Path

import pytest

from specc.frontend import check
from specc.ir.printer import print_module
from specc.ir.reader import IRSyntaxError, read_module

ROOT = Path(__file__).parents[3]
SPECS = sorted(
    [*ROOT.glob("specs/*/*.toml"), *ROOT.glob("specs/*/*.yaml"), *ROOT.glob("tests/conformance/corpus/*/spec.toml")]
)

EVERYTHING = """\
module birds description="a \\"quoted\\" text" environment={"LEVEL":"INFO"}
  parameter limit type="integer" schema={"minimum":1,"type":"integer"} kind="integer" required=false default=3
  body
    task.call get after=["first"] function="birds:get" arguments={"limit":"${params.limit}"} retry={"max":2,"on":["OSError"]} timeout=5.0
    wait first duration=1.5
    map flap sources={"bird":"${steps.get}"} max_parallel=20 tolerance={"unit":"percent","amount":1.0}
      region yields="${steps.flap}" binds=["bird"]
        task.call flap function="birds:flap" arguments={"bird":"${bird}"} catches=[{"errors":["*"],"run":"rescue"}]
        handler
          task.call rescue function="birds:rescue" arguments={"why":"${error.message}"}
    loop train start=null until="${last.done}" max=3
      region yields="${steps.train}" binds=["last"]
        task.call train function="birds:train" arguments={"last":"${last}"} compute={"profile":"big","memory":1024}
    edge first -> get order
    edge get -> flap data
  finally
    group end
      region yields="${steps.wait}"
        wait wait duration=0
  output song value="${steps.flap}"
"""


def test_text_reads_back_to_the_same_text() -> None:
    module = read_module(EVERYTHING)
    printed = print_module(module)
    assert read_module(printed) == module
    assert print_module(read_module(printed)) == printed
    assert set(EVERYTHING.split()) <= set(printed.split()) | {'type="any"'}


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_spec_in_the_repository_round_trips(path: Path) -> None:
    module = check(path).module
    if module is None:
        pytest.skip("a spec that is meant not to compile")
    assert read_module(print_module(module)) == module


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1"),
        ("module a\n  body\n    nonsense b\n", "line 3: no operation is called `nonsense`"),
        ("module a\n  body\n    wait b colour=1\n", "line 3: `wait` has no field `colour`"),
        ("module a\n  body\n    wait b duration={\n", "line 3: `duration` is not JSON"),
        ("module a\n      body\n", "line 2: indented too deep"),
        ("module a\n  body\n    edge b to c\n", "line 3: expected `edge"),
    ],
)
def test_faults_name_their_line(text: str, message: str) -> None:
    with pytest.raises(IRSyntaxError) as caught:
        read_module(text)
    assert str(caught.value).startswith(message)
