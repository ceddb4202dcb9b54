"""The page of a picture in a real browser: moving, searching, details, without scripts, and while the spec is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pictures import drawn_by_chance, faults, thousand
from specc_targets.graph.html import to_html
from specc_targets.graph.picture import Link, Node, Picture
from specc_targets.graph.serving import Server
from specc_targets.graph.svg import to_svg
from whole_files import replace

pytestmark = pytest.mark.slow
PICTURE = Picture(
    title="three",
    nodes=(
        Node(key="fetch", name="fetch", kind="call", notes=("call m:fetch",)),
        Node(
            key="work",
            name="work",
            kind="map",
            notes=("each item in steps.fetch",),
            children=(Node(key="work/part", name="part", kind="call", notes=("call m:part",)),),
        ),
        Node(key="rescue", name="rescue", kind="handler", notes=("call m:rescue",)),
    ),
    links=(
        Link(source="fetch", target="work", kind="data"),
        Link(source="work", target="rescue", kind="catch", label="on OSError"),
    ),
)
SOURCES = {"fetch": "three.toml:5", "work": "three.toml:9"}


@pytest.fixture
def show(driver: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`show(picture)` opens its page; the browser must have nothing to complain about."""
    driver.get_log("browser")

    def open_page(picture: Picture = PICTURE, *, scripts: bool = True, width: int = 1200) -> Any:
        page = tmp_path / "page.html"
        page.write_bytes(to_html(picture, SOURCES, to_svg(picture)))
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(page.as_uri())
        if not scripts:
            driver.get(page.as_uri())  # the setting may have come too late for a process that began with the first one
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        return driver

    yield open_page
    assert driver.get_log("browser") == []


def text(driver: Any, selector: str) -> str:
    return str(
        driver.execute_script(
            "const found = document.querySelector(arguments[0]); return found.innerText ?? found.textContent", selector
        )
    )


def size_of(driver: Any, step: int) -> dict[str, float]:
    """Where the box of a step is on the screen."""
    script = 'return document.querySelector(`[data-step="${arguments[0]}"] > .body`).getBoundingClientRect().toJSON()'
    found: dict[str, float] = driver.execute_script(script, step)
    return found


def keys(driver: Any, *pressed: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(driver).send_keys(*pressed).perform()


def listeners(driver: Any) -> list[str]:
    """What is listened for on the window."""
    window = driver.execute_cdp_cmd("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
    found = driver.execute_cdp_cmd("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
    return sorted(listener["type"] for listener in found)


def test_a_click_tells_of_a_step(show: Callable[..., Any]) -> None:
    driver = show()
    assert driver.title == "three · specc graph"
    assert not driver.find_element("id", "details").is_displayed()
    driver.find_element("css selector", '[data-step="1"] > .name').click()
    told = text(driver, "#details")
    for part in (
        "work",
        "step for each item",
        "three.toml:9",
        "each item in steps.fetch",
        "Waits for",
        "fetch",
        "Holds",
        "part",
        "Before",
        "on OSError",
    ):
        assert part in told
    driver.find_element("xpath", "//aside//button[.='part']").click()
    assert text(driver, "#details h2") == "part"
    assert "work/part" in text(driver, "#details .path")
    assert driver.execute_script("return document.querySelector('.step.selected').dataset.step") == "2"
    keys(driver, "\ue00c")  # Escape
    assert not driver.find_element("id", "details").is_displayed()


def test_the_picture_is_moved_and_zoomed(show: Callable[..., Any]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    driver = show()
    before = size_of(driver, 0)
    driver.find_element("xpath", "//button[@title='Zoom in']").click()
    assert size_of(driver, 0)["width"] == pytest.approx(1.4 * before["width"], rel=0.01)
    driver.find_element("xpath", "//button[@title='Show all']").click()
    assert size_of(driver, 0) == pytest.approx(before)
    host = driver.find_element("id", "graph")
    ActionChains(driver).move_to_element_with_offset(host, 200, 200).click_and_hold().move_by_offset(
        50, 30
    ).release().perform()
    moved = size_of(driver, 0)
    assert (moved["x"] - before["x"], moved["y"] - before["y"]) == pytest.approx((50, 30), abs=1)
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    ActionChains(driver).scroll_from_origin(ScrollOrigin.from_element(host), 0, -200).perform()
    assert size_of(driver, 0)["width"] > before["width"] * 1.2


def test_the_keyboard_reaches_everything(show: Callable[..., Any]) -> None:
    driver = show()
    driver.execute_script("document.querySelector('.step[tabindex=\"0\"]').focus()")
    before = size_of(driver, 0)
    keys(driver, "\ue015", "\ue007")  # arrow down, Enter
    assert text(driver, "#details h2") == "work"
    keys(driver, "+")
    assert size_of(driver, 0)["width"] > before["width"]
    names = "return [...document.querySelectorAll('button, input, a, [role=button]')].filter(found => !(found.ariaLabel || found.innerText || found.title)).length"
    assert driver.execute_script(names) == 0
    assert driver.execute_script("return document.querySelectorAll('.step[tabindex=\"0\"]').length") == 1


def test_steps_are_found(show: Callable[..., Any]) -> None:
    driver = show()
    driver.find_element("id", "search").send_keys("m:")
    assert text(driver, "#found") == "3 steps"
    matches = "return [...document.querySelectorAll('.match')].map(found => found.dataset.step)"
    assert driver.execute_script(matches) == ["0", "2", "3"]
    told = []
    for _ in range(4):
        keys(driver, "\ue007")
        told.append(text(driver, "#details h2"))
    assert told == ["fetch", "part", "rescue", "fetch"]
    driver.find_element("id", "search").clear()
    driver.find_element("id", "search").send_keys("nothing like it")
    assert text(driver, "#found") == "0 steps"


def test_without_scripts_it_is_a_picture(show: Callable[..., Any]) -> None:
    driver = show(scripts=False)
    box = size_of(driver, 0)
    assert box["width"] > 90
    assert box["top"] > 0
    assert not driver.find_element("id", "search").is_displayed()
    assert faults(driver) == []


def test_a_thousand_steps_answer_at_once(show: Callable[..., Any]) -> None:
    driver = show(thousand())
    driver.find_element("id", "search").send_keys("step_777")
    keys(driver, "\ue007")
    assert text(driver, "#details h2") == "step_777"
    box = size_of(driver, 777)
    assert 0 < box["top"] < 800
    took = driver.execute_script(
        "const t = performance.now(); for (let i = 0; i < 10; i++) document.querySelector('[title=\"Zoom in\"]').click(); return performance.now() - t"
    )
    assert took < 500


def test_a_long_chain_opens_at_its_top(show: Callable[..., Any]) -> None:
    nodes = tuple(Node(key=f"s{index}", name=f"s{index}", kind="call", notes=()) for index in range(3000))
    links = tuple(Link(source=f"s{index}", target=f"s{index + 1}", kind="data") for index in range(2999))
    driver = show(Picture(title="chain", nodes=nodes, links=links))
    box = driver.execute_script(
        "const box = document.querySelector('[data-step] > .body').getBoundingClientRect();"
        "const room = document.getElementById('graph').getBoundingClientRect();"
        "return [box.width, box.height, box.top - room.top, room.bottom - box.bottom];"
    )
    assert box[0] > 5
    assert all(length > 2 for length in box), "all of the first box is seen"


@pytest.mark.parametrize("width", [1200, 400])
def test_nothing_sticks_out_of_the_window(show: Callable[..., Any], width: int) -> None:
    driver = show(drawn_by_chance(4), width=width)
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_names_do_nothing(show: Callable[..., Any]) -> None:
    evil = "</script><img src=x onerror=alert(1)><script>alert(2)</script>@SVG@@DATA@"
    node = Node(key=evil, name=evil, kind="call", notes=(evil,))
    driver = show(Picture(title=evil, nodes=(node,), links=()))
    driver.find_element("css selector", '[data-step="0"] > .note').click()
    assert text(driver, "#details h2") == evil
    assert driver.execute_script("return document.images.length + document.scripts.length") == 2
    assert driver.title == f"{evil} · specc graph"


def test_the_preview_follows_the_spec(driver: Any, serve: Callable[[Path], Server], edited: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    driver.get_log("browser")
    driver.get(serve(edited).url)
    wait = WebDriverWait(driver, 10)
    wait.until(lambda _: driver.execute_script("return document.documentElement.dataset.version") == "1")
    driver.find_element("css selector", '[data-step="1"] > .name').click()
    good = edited.read_text()

    def change(text: str, version: int) -> None:
        replace(edited, text)
        wait.until(lambda _: driver.execute_script("return document.documentElement.dataset.version") == str(version))

    listening = listeners(driver)
    change(good.replace("steps.numbers]", "steps.figures]").replace("${steps.numbers}", "${steps.figures}"), 2)
    assert text(driver, "#graph .name") == "figures"
    assert text(driver, "#details h2") == "total", "what was selected still is"
    assert text(driver, "#details li .link") == "figures"
    change(good.replace("functions:total", "functions:totle"), 3)
    assert "sums.toml:10" in text(driver, "#problems")
    assert "did you mean `total`" in text(driver, "#problems")
    assert text(driver, "#graph .name") == "figures", "the last picture stays"
    assert "last picture" in text(driver, "#state")
    change(good, 4)
    assert not driver.find_element("id", "problems").is_displayed()
    assert text(driver, "#graph .name") == "numbers"
    assert text(driver, "#state") == ""
    assert listeners(driver) == listening, "no picture leaves any behind"
    assert faults(driver) == []
    driver.get("about:blank")
    assert [entry for entry in driver.get_log("browser") if "favicon" not in entry["message"]] == []
