"""The page about a run in a real browser: what it shows, how quickly, and that nothing in a run gets to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc_targets.report import write_page

MakeRun = Callable[..., Any]
pytestmark = pytest.mark.slow


@pytest.fixture
def show(driver: Any) -> Callable[..., Any]:
    """`show(run, status)` opens the page of a run; the browser must have had nothing to complain about."""

    def open_page(run: Any, status: str = "succeeded", *, scheme: str = "light", width: int = 1400) -> Any:
        run.close()
        page: Path = run.path / "report.html"
        page.write_bytes(write_page(run.path, status))
        driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(page.as_uri())
        assert driver.execute_script("return document.documentElement.dataset.ready") is not None, driver.get_log(
            "browser"
        )
        return driver

    return open_page


@pytest.fixture(autouse=True)
def quiet(driver: Any) -> Any:
    """No test leaves a message in the browser's console."""
    driver.get_log("browser")
    yield
    assert driver.get_log("browser") == []


def text(driver: Any, selector: str) -> str:
    return str(driver.execute_script("return document.querySelector(arguments[0]).innerText", selector))


def texts(driver: Any, selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map(found => found.innerText)"
    return list(driver.execute_script(script, selector))


def click(driver: Any, selector: str) -> None:
    driver.find_element("css selector", selector).click()


def test_the_page_shows_the_run(show: Callable[..., Any], good_run: Any) -> None:
    driver = show(good_run)
    assert driver.title == "numbers · specc run"
    assert text(driver, "#status") == "Succeeded"
    assert texts(driver, "#tiles > div")[:3] == ["Duration\n1.50 s", "Steps succeeded\n3 / 3", "Items\n10\nnone failed"]
    assert len(texts(driver, "#canvas-graph .box")) == 3
    assert texts(driver, "#table tbody th") == ["numbers", "work", "join"]
    assert texts(driver, ".chain .link") == ["numbers", "work", "join"]


def test_a_click_on_a_step_selects_it_everywhere(show: Callable[..., Any], good_run: Any) -> None:
    driver = show(good_run)
    click(driver, '#canvas-graph .box[data-step="1"]')
    assert text(driver, "#details h2") == "work"
    assert "At a time" in text(driver, "#details .facts")
    assert texts(driver, "#table tr.selected th") == ["work"]
    click(driver, '#table tr[data-step="2"] td')
    assert text(driver, "#details h2") == "join"
    assert driver.execute_script("return document.querySelector('.box.selected').dataset.step") == "2"
    click(driver, ".strip button")
    assert text(driver, "#details h2") == "numbers"


def test_a_click_on_the_timeline_selects(show: Callable[..., Any], good_run: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    driver = show(good_run)
    canvas = driver.find_element("css selector", "#lanes canvas")
    up = canvas.size["height"] // 2
    ActionChains(driver).move_to_element_with_offset(canvas, 0, 28 + 13 - up).click().perform()
    assert text(driver, "#details h2") == "numbers"
    ActionChains(driver).move_to_element_with_offset(canvas, 0, 28 + 26 + 13 - up).click().perform()
    assert text(driver, "#details h2") == "work"


def test_the_keyboard_reaches_everything(show: Callable[..., Any], good_run: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver = show(good_run)
    driver.execute_script("document.querySelector('.box[tabindex=\"0\"]').focus()")
    ActionChains(driver).send_keys(Keys.ARROW_RIGHT, Keys.ENTER).perform()
    assert text(driver, "#details h2") == "work"
    driver.execute_script("document.querySelector('#lanes canvas').focus()")
    ActionChains(driver).send_keys(Keys.ARROW_DOWN, "+", "-", "0").perform()
    assert text(driver, "#details h2") == "join"
    script = "return [...document.querySelectorAll('button, input, a, [role=button]')].every(found => found.tabIndex >= -1 && (found.innerText || found.ariaLabel || found.title))"
    assert driver.execute_script(script)


def test_columns_sort(show: Callable[..., Any], good_run: Any) -> None:
    driver = show(good_run)
    head = "//table[@id='table']//button[normalize-space()='{}']"
    orders = []
    for _ in range(3):
        driver.find_element("xpath", head.format("Calls")).click()
        orders.append(texts(driver, "#table tbody th"))
    assert orders == [["work", "numbers", "join"], ["numbers", "join", "work"], ["numbers", "work", "join"]]
    driver.find_element("xpath", head.format("Step")).click()
    assert texts(driver, "#table tbody th") == ["join", "numbers", "work"]
    sorts = "return document.querySelector('#table th[aria-sort]:not([aria-sort=none])').ariaSort"
    assert driver.execute_script(sorts) == "ascending"


def test_the_filter_finds_steps(show: Callable[..., Any], good_run: Any) -> None:
    driver = show(good_run)
    driver.find_element("id", "filter").send_keys("jo")
    assert texts(driver, "#table tbody th") == ["join"]
    driver.find_element("id", "filter").send_keys("x")
    assert "No step fits" in text(driver, "#table tbody")


def test_ten_thousand_items_are_there_in_two_seconds(show: Callable[..., Any], make_run: MakeRun) -> None:
    run = make_run()
    run.step("numbers", list(range(10_000)), 0.1, 0.5)
    run.items("work", 9_900)
    for index in range(9_900, 10_000):
        run.failed(f"work[{index}]", f"no number {index}", 14, 0.01, "Traceback (most recent call last): ...")
    run.step("join", 1, 15, 0.5)
    run.result("succeeded", 15.5)
    driver = show(run)
    ready = driver.execute_script("return performance.getEntriesByName('specc-ready')[0].startTime")
    assert ready < 2000
    assert (run.path / "report.html").stat().st_size < 5_000_000
    assert "10,000" in text(driver, "#tiles")
    assert text(driver, ".failure .badge") == "100×"
    click(driver, '#canvas-graph .box[data-step="1"]')
    assert "9,900" in text(driver, "#details .facts")


def test_hostile_content_is_only_text(show: Callable[..., Any], make_run: MakeRun) -> None:
    hostile = "</script><script>window.__hit = 1</script><img src=x onerror='window.__hit = 2'>\u2028\ud800\0"
    run = make_run()
    run.step("numbers", {hostile: hostile}, 0, 0.5)
    run.failed("work[0]", hostile, 0.5, 0.1, hostile)
    run.log(hostile, 0.1, "numbers")
    run.write("run.json", {"name": hostile, "spec": hostile, "parameters": {hostile: hostile}})
    run.result("failed", 1, error={"name": hostile, "message": hostile, "step": hostile, "traceback": hostile})
    driver = show(run, "failed")
    for step in range(3):
        click(driver, f'#table tr[data-step="{step}"]')
    assert driver.execute_script("return window.__hit") is None
    assert driver.execute_script("return document.querySelectorAll('img').length") == 0
    assert driver.execute_script("return document.querySelector('#error').innerText.includes('<img src=x')")


def test_dark_and_light(show: Callable[..., Any], good_run: Any) -> None:
    brightness = """
        const of = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((sum, part) => sum + part, 0);
        const style = getComputedStyle(document.body);
        return [of(style.backgroundColor), of(style.color)];
    """
    page, ink = show(good_run, scheme="light").execute_script(brightness)
    assert page > 650 > 150 > ink
    page, ink = show(good_run, scheme="dark").execute_script(brightness)
    assert page < 150 < 600 < ink


def test_a_phone_sees_it_all(show: Callable[..., Any], good_run: Any) -> None:
    driver = show(good_run, width=380)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 380


def test_a_run_that_did_nothing(show: Callable[..., Any], make_run: MakeRun) -> None:
    driver = show(make_run(), "killed")
    assert text(driver, "#status") == "Killed"
    assert "Nothing has run" in text(driver, "#lanes")


def test_a_folder_without_anything(show: Callable[..., Any], make_run: MakeRun) -> None:
    run = make_run()
    run.lines = []
    for name in ("plan.json", "run.json"):
        (run.path / name).unlink()
    driver = show(run, "killed")
    assert "There are no steps" in text(driver, "#canvas-graph")
