"""Text in, text out."""

from specc.ir.printer import print_module
from specc.ir.reader import read_module
from specc.passes.infer_edges import InferEdges

BEFORE = """\
module m
  body
    wait a duration=1
    wait b duration="${steps.a}" after=["a"]
    wait c duration="${coalesce(steps.b, 1)}"
    wait d duration="${coalesce(steps.b, steps.b)}" when="${steps.b == 1}"
    map e sources={"x":"${steps.a}"}
      region yields="${steps.g}" binds=["x"]
        wait f duration="${steps.b}"
        wait g duration="${steps.f + x}"
    task.call h function="m:h" arguments={} catches=[{"errors":["*"],"run":"i"}]
    handler
      wait i duration="${steps.c}"
"""


def test_references_become_edges(context) -> None:
    after = InferEdges().apply(context, read_module(BEFORE))
    edges = [line.strip() for line in print_module(after).splitlines() if line.strip().startswith("edge")]
    assert edges == [
        "edge f -> g data",
        "edge a -> b data",
        "edge a -> b order",
        "edge a -> e data",
        "edge b -> c data optional",
        "edge b -> d data",
        "edge b -> e data",
        "edge c -> h data optional",
    ]
    assert InferEdges().apply(context, after) is after


HANDLERS = """
module m
  body
    wait a duration=1
    task.call h function="m:h" arguments={} catches=[{"errors":["*"],"run":"i"}]
    handler
      task.call i function="m:h" arguments={} catches=[{"errors":["*"],"run":"j"}]
    handler
      task.call j function="m:h" arguments={"x":"${steps.a}"} catches=[{"errors":["*"],"run":"i"}]
"""


def test_what_the_handler_of_a_handler_reads_is_waited_for(context) -> None:
    after = InferEdges().apply(context, read_module(HANDLERS))
    assert [(edge.source, edge.target, edge.optional) for edge in after.body.edges] == [("a", "h", True)]
