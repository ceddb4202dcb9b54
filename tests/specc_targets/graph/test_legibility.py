"""Pictures measured in a browser: nothing overlaps, sticks out, is clipped or too small to read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pictures import chain, drawn_by_chance, fan, faults, nest, thousand
from specc.frontend import check
from specc_targets.graph.built_in import built_in
from specc_targets.graph.draw import draw
from specc_targets.graph.figure import Arranger
from specc_targets.graph.graphviz import graphviz
from specc_targets.graph.picture import Link, Node, Picture
from specc_targets.graph.svg import to_svg

pytestmark = pytest.mark.slow
EXAMPLES = sorted(Path(__file__).parents[3].glob("specs/*/*.[ty][oa]ml"))
CORPUS = sorted(Path(__file__).parents[2].glob("conformance/corpus/*/spec.toml"))
LAYOUTS: dict[str, Callable[[], Arranger]] = {"built-in": lambda: built_in, "graphviz": graphviz}


@pytest.fixture
def measured(driver: Any, tmp_path: Path) -> Callable[..., list[str]]:
    """`measured(picture, arranger)` shows a picture as a file and says what is wrong with it."""

    def measure(picture: Picture, arranger: Arranger = built_in) -> list[str]:
        path = tmp_path / "picture.svg"
        path.write_text(to_svg(picture, arranger), encoding="utf-8")
        driver.get(path.as_uri())
        return faults(driver)

    return measure


@pytest.fixture(params=LAYOUTS)
def arranger(request: pytest.FixtureRequest) -> Arranger:
    """Each of the layouts."""
    if request.param == "graphviz" and shutil.which("dot") is None:
        pytest.skip("needs Graphviz (`make graphviz` installs it on Debian, as root)")
    return LAYOUTS[request.param]()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 10


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_legible(path: Path, measured: Callable[..., list[str]], arranger: Arranger) -> None:
    module = check(path).module
    assert module is not None
    assert measured(draw(module), arranger) == []


def test_every_spec_of_the_corpus_is_legible(measured: Callable[..., list[str]]) -> None:
    found = {path.parent.name: check(path).module for path in CORPUS}
    assert len(found) > 100
    wrong = {name: measured(draw(module)) for name, module in found.items() if module is not None}
    assert {name: faults for name, faults in wrong.items() if faults} == {}


@pytest.mark.parametrize("seed", range(12))
def test_pictures_drawn_by_chance_are_legible(
    seed: int, measured: Callable[..., list[str]], arranger: Arranger
) -> None:
    assert measured(drawn_by_chance(seed), arranger) == []


def test_a_line_that_graphviz_leads_through_a_box_is_led_around(
    measured: Callable[..., list[str]], arranger: Arranger
) -> None:
    assert measured(drawn_by_chance(236, size=60, depth=4), arranger) == []


@pytest.mark.parametrize("picture", [fan(300), chain(300), nest(30), Picture(title="nothing", nodes=(), links=())])
def test_strange_shapes_are_legible(picture: Picture, measured: Callable[..., list[str]]) -> None:
    assert measured(picture) == []


def test_a_thousand_steps_are_legible(measured: Callable[..., list[str]]) -> None:
    assert measured(thousand()) == []


def test_the_measure_finds_what_is_wrong(measured: Callable[..., list[str]], driver: Any, tmp_path: Path) -> None:
    nodes = tuple(Node(key=name, name=name, kind="call") for name in "abc")
    links = (Link(source="a", target="b", kind="data"), Link(source="b", target="c", kind="data"))
    assert measured(Picture(title="t", nodes=nodes, links=links)) == []
    for script, fault in (
        ("body => body.setAttribute('y', 0)", "boxes 0 and 1 overlap"),
        ("body => body.setAttribute('width', 20)", "text sticks out: b"),
        ("body => body.parentNode.querySelector('text').setAttribute('style', 'font-size: 9px')", "small: b"),
        ("body => body.setAttribute('x', -200)", "box 1 sticks out"),
    ):
        measured(Picture(title="t", nodes=nodes, links=links))
        driver.execute_script(f"({script})(document.querySelector('[data-step=\"1\"] .body'))")
        assert fault in faults(driver)
    measured(Picture(title="t", nodes=nodes, links=links))
    driver.execute_script("document.querySelector('[data-to=\"2\"] .line').setAttribute('d', 'M50 0V150')")
    assert any(re.match("edge 1-2 runs through box 0", fault) for fault in faults(driver))


def test_the_colors_follow_the_reader(driver: Any, tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    path.write_text(to_svg(chain(2)), encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_text(f'<img src="{path.name}" alt="">', encoding="utf-8")
    colors = {}
    for scheme in ("light", "dark"):
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        driver.get(path.as_uri())
        script = "return ['.page', '.name'].map(name => getComputedStyle(document.querySelector(name)).fill)"
        colors[scheme] = driver.execute_script(script)
        driver.get(page.as_uri())
        assert driver.execute_script("return document.images[0].naturalWidth") > 100
    assert all(one != other for one, other in zip(colors["light"], colors["dark"], strict=True))
    assert colors["light"][0] == "rgb(255, 255, 255)"
