"""Pictures: golden texts of a module with everything in it, and names that try to break the syntax."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.ir.module import Module
from specc.ir.ops import OPS, Op
from specc.ir.reader import read_module
from specc_targets.graph import target
from specc_targets.graph.draw import _NODE_KINDS, draw
from specc_targets.graph.picture import Link, Node, Picture, endings
from specc_targets.graph.target import RENDERERS

GOLDEN = Path(__file__).parents[2] / "golden" / "graph"

EVERYTHING = """\
module birds
  parameter limit type="integer" schema={"type":"integer"} kind="integer"
  body
    task.call get function="birds:get" arguments={"limit":"${params.limit}"} retry={"max":2,"on":["OSError"]}
    wait pause duration=1.5 when="${len(steps.get) > 3}"
    map flap sources={"bird":"${steps.get}"} max_parallel=20 batch=5 tolerance={"unit":"percent","amount":1.0}
      region yields="${steps.flap}" binds=["bird"]
        task.call flap function="birds:flap" arguments={"bird":"${bird}"}
    map process sources={"bird":"${steps.get}"}
      region yields="${steps.second}" binds=["bird"]
        task.call first function="birds:first" arguments={"bird":"${bird}"}
        task.call second function="birds:second" arguments={"x":"${steps.first}"}
        edge first -> second data
    loop train start=null until="${last.done}" max=3
      region yields="${steps.train}" binds=["last"]
        task.call train function="birds:train" arguments={"last":"${last}"} catches=[{"errors":["ValueError"],"use":0}]
    task.call maybe function="birds:maybe" arguments={"x":"${steps.pause}"}
    task.call join function="birds:join" arguments={"a":"${coalesce(steps.maybe, 1)}"} catches=[{"errors":["*"],"run":"rescue"}]
    edge flap -> train order
    edge get -> flap data
    edge get -> pause data
    edge get -> process data
    edge maybe -> join data optional
    edge pause -> maybe data
    handler
      task.call rescue function="birds:rescue" arguments={"why":"${error.message}"}
  finally
    group end
      region yields="${steps.rest}"
        wait rest duration=0
  output song value="${steps.join}"
"""


def emitted(module: Module) -> dict[str, str]:
    """The text of every form."""
    graph = target()
    context: Any = None  # a picture needs nothing but the module
    assert graph.legalize(context, module) is module
    return {str(path): data.decode() for path, data in graph.emit(context, module).items()}


@pytest.mark.parametrize("name", RENDERERS)
def test_everything(golden: Callable[[Path, str], None], name: str) -> None:
    golden(GOLDEN / "everything" / name, emitted(read_module(EVERYTHING))[name])


def test_no_golden_is_an_orphan() -> None:
    assert {path.name for path in (GOLDEN / "everything").iterdir()} == set(RENDERERS)
    assert [path.name for path in GOLDEN.iterdir()] == ["everything"]


def test_every_operation_can_be_drawn() -> None:
    assert set(_NODE_KINDS) == set(OPS)


def test_links_end_at_nodes() -> None:
    picture = draw(read_module(EVERYTHING))
    keys = [node.key for node in picture.walk()]
    assert len(keys) == len(set(keys))
    assert {end for link in picture.links for end in (link.source, link.target)} <= set(keys)


def test_conditions_and_skips_are_shown() -> None:
    text = emitted(read_module(EVERYTHING))["graph.txt"]
    assert "when len(steps.get) > 3" in text
    assert "<- pause (or skipped)" in text
    assert "<- maybe (if not skipped)" in text
    assert "after flap" in text
    assert "when join (on any error) fails" in text


def test_what_runs_finally_is_drawn_behind_the_body() -> None:
    picture = draw(read_module(EVERYTHING))
    behind = {(node.key, section.key) for node, section in endings(picture)}
    assert behind == {(key, "finally") for key in ("process", "train", "join", "rescue")}
    keys = {node.key: f"n{number}" for number, node in enumerate(picture.walk())}
    assert f"{keys['join']} -.-> {keys['finally']}\n" in RENDERERS["graph.mmd"](picture)
    assert f'lhead="cluster_{keys["finally"]}"' in RENDERERS["graph.dot"](picture)


def test_an_empty_module() -> None:
    for text in emitted(Module(name="empty")).values():
        assert "empty" in text


NAMES = st.text(min_size=1, max_size=12) | st.sampled_from(
    ['"', "]", "end", "subgraph", "-->", "<script>", "a\nb", "\\", '\\"', "%%", "#quot;", "`", "n0", "\u2028", "{", "|"]
)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), NAMES)
def test_no_name_breaks_the_syntax(names: list[str], note: str) -> None:
    inner = Node(key="x/y", name=names[0], kind="call", notes=(note,))
    box = Node(key="x", name=names[-1], kind="group", notes=(note,), children=(inner,))
    nodes = (
        *(Node(key=name, name=name, kind="call", notes=(note,)) for name in names if name not in ("x", "x/y")),
        box,
    )
    links = tuple(Link(source=node.key, target="x", kind="order", label=note) for node in nodes[:-1])
    picture = Picture(title=names[0], nodes=nodes, links=links)
    assert [node["key"] for node in json.loads(RENDERERS["graph.json"](picture))["nodes"]] == [
        node.key for node in nodes
    ]
    mermaid_is_sound(RENDERERS["graph.mmd"](picture))
    dot_is_sound(RENDERERS["graph.dot"](picture), len(links))
    assert len(RENDERERS["graph.txt"](picture).splitlines()) == 1 + len(list(picture.walk()))


def mermaid_is_sound(text: str) -> None:
    """Every line is of the few forms there are, with nothing unescaped between the quotes."""
    lines = text.split("\n")
    body = lines[lines.index("flowchart TD") + 1 : -1]
    label = r'"[^"#<>`]*(?:(?:#\d+;|<br>|</?b>)[^"#<>`]*)*"'
    forms = (rf"n\d+(?:\[|\[\[|\(\[|\{{\{{|\[/|>){label}(?:\]|\]\]|\]\)|\}}\}}|/\])", rf"subgraph n\d+\[{label}\]", "end",
             rf"n\d+ (?:-->|-\.->|==>)(?:\|{label}\|)? n\d+")  # fmt: skip
    for line in body:
        assert any(re.fullmatch(rf"\s*{form}", line) for form in forms), line


def dot_is_sound(text: str, links: int) -> None:
    """Quoted strings close where they should: outside them there are only our own words."""
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "Q", text, flags=re.DOTALL)
    assert '"' not in outside
    assert outside.count("->") == links
    assert outside.count("{") == outside.count("}")
    assert set(re.findall(r"\w+", outside)) <= {
        *(
            "digraph",
            "Q",
            "graph",
            "compound",
            "true",
            "node",
            "edge",
            "shape",
            "box",
            "fontname",
            "fontsize",
            "10",
            "label",
        ),
        *("subgraph", "style", "ltail", "lhead"),
        *re.findall(r"\b(?:cluster_)?n\d+\b", outside),
    }


COUNTED = """\
module counted
  body
    map one sources={"n":[1]} batch=1 tolerance={"unit":"count","amount":1.0}
      region yields="${steps.one}" binds=["n"]
        task.call one function="m:f" arguments={"n":"${n}"} retry={"max":1,"on":["OSError"]}
    loop three start=null max=3
      region yields="${steps.three}" binds=["last"]
        task.call three function="m:f" arguments={"n":"${last}"}
"""


def test_notes_count_as_people_do() -> None:
    one, three = draw(read_module(COUNTED)).nodes
    assert {"1 item a batch", "tolerates 1 item", "retry 1 time on OSError"} <= set(one.notes)
    assert "repeat 3 times" in three.notes, "not `at most`: without a condition it is that often"


ACTIONS = """\
module actions
  body
    task.command build function="specc_runtime.actions.command:run" arguments={"command":["make","${params.target}"],"result":"exit"}
    task.http ask function="specc_runtime.actions.http:request" arguments={"url":"${params.feed}"}
    task.http tell function="specc_runtime.actions.http:request" arguments={"url":"https://example.org/a","method":"POST"}
    task.container draw function="specc_runtime.actions.container:run" arguments={"container":{"image":"plot:1.2"}}
    task.aws keep function="specc_runtime.actions.aws:dynamodb.putItem" arguments={"TableName":"t"}
"""


def test_notes_say_what_is_done() -> None:
    notes = {node.name: node.notes for node in draw(read_module(ACTIONS)).nodes}
    assert notes == {
        "build": ("command make ${params.target}",),
        "ask": ("http GET params.feed",),
        "tell": ("http POST https://example.org/a",),
        "draw": ("container plot:1.2",),
        "keep": ("aws dynamodb:putItem",),
    }


def test_operations_that_wrap_one_step_are_one_node() -> None:
    picture = draw(read_module(EVERYTHING))
    by_key = {node.key: node for node in picture.walk()}
    assert by_key["flap"].children == ()
    assert any(note.startswith("call birds:flap") for note in by_key["flap"].notes)
    assert [child.name for child in by_key["process"].children] == ["first", "second"]
    assert by_key["process"].kind == "map"
    assert by_key["train"].kind == "loop"


def test_an_operation_that_is_unknown_is_a_bug() -> None:
    from dataclasses import dataclass

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Strange(Op):
        kind = "strange"

    from specc.ir.region import Region

    with pytest.raises((KeyError, AssertionError)):
        draw(Module(name="a", body=Region(ops=(Strange(name="x"),))))
