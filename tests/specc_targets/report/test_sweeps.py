"""The cells of a sweep on the page: what is in its data, and what a browser makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from run_folders import Run

MakeRun = Callable[..., Run]
SWEEP = """\
specc = 1
kind = "pipeline"
name = "sweep"
[steps.train]
call = "steps:work"
each = { EACH }
with.number = "${seed}"
tolerate = "100%"
"""
HOSTILE = "</script><script>window.__hit = 1</script><img src=x onerror='window.__hit = 2'>\u2028"


def grid(make_run: MakeRun, lrs: list[float], seeds: int, *, failed: int = -1) -> Run:
    """A finished sweep over learning rates and seeds; the best is the last rate with seed 0."""
    cells = [(lr, seed) for lr in lrs for seed in range(seeds)]
    each = f"lr = {[lr for lr, _ in cells]}, seed = {[seed for _, seed in cells]}"
    run = make_run(SWEEP.replace("EACH", each))
    for index, (lr, seed) in enumerate(cells):
        if index == failed:
            run.failed(f"train[{index}]", HOSTILE, 1.0 + index, 0.5)
        else:
            value = {"accuracy": lr - seed / 100, "loss": {"test": seed + 1 / lr}, "tag": HOSTILE}
            run.item("train", index, value, 1.0 + index, 0.5)
    run.result("succeeded", 100)
    return run


def test_the_page_has_a_table_of_the_cells(make_run: MakeRun) -> None:
    (sweep,) = grid(make_run, [0.1, 0.2], 2, failed=1).data()["sweeps"]
    assert (sweep["name"], sweep["total"], sweep["step"]) == ("train", 4, 0)
    assert sweep["columns"][:5] == [["index", "cell"], ["lr", "config"], ["seed", "config"], ["status", "cell"], ["accuracy", "output"]]  # fmt: skip
    assert [row[:5] for row in sweep["rows"]] == [
        [0, 0.1, 0, "succeeded", 0.1], [1, 0.1, 1, "failed", None], [2, 0.2, 0, "succeeded", 0.2], [3, 0.2, 1, "succeeded", 0.19],
    ]  # fmt: skip


def test_there_is_none_without_cells(make_run: MakeRun) -> None:
    run = make_run(SWEEP.replace("each = { EACH }\n", "").replace('tolerate = "100%"\n', "").replace("${seed}", "1"))
    run.step("train", {"accuracy": 1}, 0.1, 0.1)
    assert run.data()["sweeps"] == []


def test_many_cells_are_sampled_without_a_pattern(make_run: MakeRun) -> None:
    run = grid(make_run, [0.1 * rate for rate in range(1, 1001)], 10)
    (sweep,) = run.data()["sweeps"]
    assert sweep["total"] == 10_000
    assert 1900 <= len(sweep["rows"]) <= 2000
    seeds = [row[2] for row in sweep["rows"]]
    assert all(seeds.count(seed) > 100 for seed in range(10)), "a step of the sample is a multiple of an axis"


def test_a_damaged_run_has_a_page_without_them(make_run: MakeRun) -> None:
    run = grid(make_run, [0.1], 2)
    run.write("plan.json", {"module": 5})
    assert run.data()["sweeps"] == []


@pytest.fixture
def show(driver: Any, tmp_path: Any) -> Callable[[Run], Any]:
    """`show(run)` opens the page; the browser must have nothing to complain about."""
    from specc_targets.report import write_page

    def open_page(run: Run) -> Any:
        page = run.close() / "report.html"
        page.write_bytes(write_page(run.path, "succeeded"))
        driver.get_log("browser")
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        driver.get(page.as_uri())
        assert driver.execute_script("return document.documentElement.dataset.ready") is not None
        assert driver.get_log("browser") == []
        return driver

    return open_page


def column(driver: Any, number: int) -> list[str]:
    script = "return [...document.querySelectorAll('.sweep tbody tr')].map(row => row.children[arguments[0]].innerText)"
    return list(driver.execute_script(script, number))


@pytest.mark.slow
def test_two_axes_are_drawn_and_the_best_is_marked(show: Callable[[Run], Any], make_run: MakeRun) -> None:
    driver = show(grid(make_run, [0.1, 0.2, 0.3], 2, failed=1))
    count = "return document.querySelectorAll(arguments[0]).length"
    assert driver.execute_script(count, ".sweep .axis") == 3
    assert driver.execute_script(count, ".sweep .wire") == 6
    assert driver.execute_script(count, ".sweep .tile") == 6
    assert driver.execute_script(count, ".sweep .tile.failed") == 1
    assert "accuracy = 0.3 with lr=0.3,seed=0" in driver.find_element("css selector", ".best-line").text
    assert column(driver, 0)[4] == driver.find_element("css selector", ".sweep tr.best th").text == "4"
    assert driver.execute_script("return document.querySelector('.tile.best').dataset.row") == "4"
    assert driver.execute_script("return document.querySelector('.tile.failed').textContent") == "✕"
    driver.execute_script(
        "const select = document.querySelector('.sweep select'); select.value = [...select.options].find(one => one.text === 'loss.test').value; select.dispatchEvent(new Event('change'))"
    )
    assert "loss.test = 3.33333 with lr=0.3,seed=0" in driver.find_element("css selector", ".best-line").text


@pytest.mark.slow
def test_cells_are_chosen_with_keys_and_texts_and_sorted(show: Callable[[Run], Any], make_run: MakeRun) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    driver = show(grid(make_run, [0.1, 0.2, 0.3], 2, failed=1))
    driver.execute_script("document.querySelector('.sweep .axis').focus()")
    ActionChains(driver).send_keys(Keys.ARROW_UP).perform()
    assert column(driver, 1) == ["0.3", "0.3"]
    assert driver.execute_script("return document.querySelectorAll('.wire.off').length") == 4
    ActionChains(driver).send_keys(Keys.ESCAPE).perform()
    assert len(column(driver, 1)) == 6
    driver.find_element(
        "xpath", "//section[contains(@class, 'sweep')]//thead//button[normalize-space()='accuracy']"
    ).click()
    assert column(driver, 0) == ["4", "5", "2", "3", "0", "1"], "what is missing comes last"
    driver.find_element("css selector", ".sweep input").send_keys("failed")
    assert column(driver, 0) == ["1"]
    driver.find_element("css selector", ".sweep .hint .link").click()
    assert len(column(driver, 0)) == 6
    driver.execute_script("document.querySelector('.tile').focus()")
    ActionChains(driver).send_keys(Keys.ARROW_RIGHT, Keys.ENTER).perform()
    chosen = driver.execute_script("return document.querySelector('.tile.on').dataset.row")
    assert driver.find_element("css selector", ".sweep tr.on").get_attribute("data-row") == chosen


@pytest.mark.slow
def test_a_thousand_hostile_cells_are_only_text(show: Callable[[Run], Any], make_run: MakeRun) -> None:
    driver = show(grid(make_run, [0.1 * rate for rate in range(1, 201)], 5, failed=3))
    assert driver.execute_script("return document.querySelectorAll('.wire').length") == 1000
    assert len(column(driver, 0)) == 100
    driver.find_element("css selector", ".sweep .more").click()
    assert len(column(driver, 0)) == 600
    assert driver.execute_script("return [window.__hit, document.querySelectorAll('img').length]") == [None, 0]
    assert "<img src=x" in driver.find_element("css selector", ".sweep tbody").text


@pytest.mark.slow
def test_what_is_measured_is_no_repeated_configuration_and_nothing_is_far_below(
    show: Callable[[Run], Any], make_run: MakeRun
) -> None:
    run = make_run(SWEEP.replace("EACH", "lr = [0.1, 0.2], seed = [1, 2]"))
    for index, lr in enumerate([0.1, 0.2]):
        run.item("train", index, {"lr": lr, "seed": 1 + index, "accuracy": 0.5 + lr}, 1.0, 0.5)
    run.result("succeeded", 100)
    driver = show(run)
    assert (
        driver.execute_script("return document.querySelector('.sweep select').innerText.split('\\n')[0]") == "accuracy"
    )
    # However tall the panel at the side is, the cards beside it follow one another.
    gaps = """
        const panel = document.getElementById('details');
        panel.style.cssText = 'position: static; max-height: none; height: 4000px';
        const cards = ['timeline', 'steps', 'failures', 'run'].map(id => document.getElementById(id)).filter(one => one);
        const boxes = cards.map(one => one.getBoundingClientRect());
        return boxes.slice(1).map((box, at) => Math.round(box.top - boxes[at].bottom));
    """
    assert set(driver.execute_script(gaps)) == {16}
