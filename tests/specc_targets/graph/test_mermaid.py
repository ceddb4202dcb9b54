"""What is drawn for Mermaid, read by Mermaid itself: it parses, renders, and has the nodes and edges of the picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pictures import drawn_by_chance
from specc.frontend import check
from specc_targets.graph.draw import draw
from specc_targets.graph.mermaid import to_mermaid
from specc_targets.graph.picture import Link, Node, Picture, endings

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
MERMAID = ROOT / "tests" / "judges" / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
EXAMPLES = sorted((ROOT / "specs").glob("*/*.[ty][oa]ml"))
HOSTILE = (
    "end", "subgraph", "graph", "click", "style x fill:#fff", "%% comment", "%%{init: {}}%%", "---", "a --> b", '"', "'", "`md`",
    "**bold**", "1. list", "- item", "#quot;", "#35;", "&amp;", "<b>x</b>", "<script>alert(1)</script>", "</svg>", "a|b", "]", "[[", "}}",
    ">", "/]", "\\", "x" * 300, "日本語", "עברית", "\u202e", "\u2028", "🦆", "a\nb", "\t", " ", "o", "x", "$$x$$", "@{shape: rect}", ":::cls", "~~~", "fa:fa-car", "n0",
)  # fmt: skip
READ = """
const [text, done] = arguments;
(async () => {
  try {
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const { svg } = await mermaid.render("drawn", text);
    const shown = new DOMParser().parseFromString(svg, "text/html");
    const labels = [...shown.querySelectorAll(".nodeLabel")].map((label) => label.textContent.replaceAll("\\u200b", ""));
    const vertices = [...db.getVertices().keys()];
    const groups = db.getSubGraphs();
    done({ error: "", groups: groups.length, nodes: vertices.filter((id) => !groups.some((group) => group.id === id)).length,
      edges: db.getEdges().length, title: db.getDiagramTitle(), labels, scripts: shown.scripts.length });
  } catch (error) { done({ error: String(error) }); }
})();
"""


@pytest.fixture(scope="module")
def read(driver: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """`read(text)` gives what Mermaid sees in a text."""
    if not MERMAID.exists():
        pytest.skip("needs the npm package mermaid (`make judges` installs it)")
    page = tmp_path_factory.mktemp("mermaid") / "page.html"
    page.write_text(f'<meta charset="utf-8"><body><script src="{MERMAID.as_uri()}"></script>', encoding="utf-8")
    driver.get(page.as_uri())
    driver.set_script_timeout(60)
    driver.execute_script("mermaid.initialize({ startOnLoad: false, maxTextSize: 1e7, maxEdges: 1e5 })")

    def ask(text: str) -> dict[str, Any]:
        found: dict[str, Any] = driver.execute_async_script(READ, text)
        return found

    return ask


def agree(picture: Picture, found: dict[str, Any]) -> None:
    """Mermaid sees as many boxes, nodes and edges as there are, all with their names."""
    assert found["error"] == ""
    nodes = list(picture.walk())
    assert found["groups"] == sum(1 for node in nodes if node.children)
    assert found["nodes"] == sum(1 for node in nodes if not node.children)
    assert found["edges"] == len(picture.links) + len(list(endings(picture)))
    assert found["scripts"] == 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_read(path: Path, read: Callable[[str], dict[str, Any]]) -> None:
    module = check(path).module
    assert module is not None
    picture = draw(module)
    found = read(to_mermaid(picture))
    agree(picture, found)
    assert found["title"] == picture.title
    for node in picture.walk():
        assert any(label.startswith(node.name) for label in found["labels"])


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_is_anything_but_a_name(name: str, read: Callable[[str], dict[str, Any]]) -> None:
    inner = Node(key="g/x", name=name, kind="loop", notes=(name,))
    nodes = (
        Node(key="a", name=name, kind="call", notes=(name, name)),
        Node(key="g", name=name, kind="group", notes=(name,), children=(inner,)),
        Node(key="h", name=name, kind="handler"),
        Node(key="o", name=name, kind="output"),
    )
    links = (
        Link(source="a", target="g", kind="order", label=name),
        Link(source="a", target="h", kind="catch", label=name),
        Link(source="g", target="o", kind="optional", label=name),
    )
    picture = Picture(title=name, nodes=nodes, links=links)
    found = read(to_mermaid(picture))
    agree(picture, found)
    if name.isascii() and name.isprintable() and len(name) < 100 and name.strip():
        assert found["labels"].count(name) == 2, "the handler and the output, which have no notes"


@pytest.mark.parametrize("seed", range(8))
def test_pictures_drawn_by_chance_are_read(seed: int, read: Callable[[str], dict[str, Any]]) -> None:
    picture = drawn_by_chance(seed)
    agree(picture, read(to_mermaid(picture)))


def test_what_is_no_mermaid_is_refused(read: Callable[[str], dict[str, Any]]) -> None:
    assert "Parse error" in read('flowchart TD\n    n0["a"] --> n1["b\n')["error"]
