"""A folder of a run to fill, and a browser to look at its page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from run_folders import SPEC, Run


@pytest.fixture
def make_run(tmp_path: Any) -> Callable[..., Run]:
    """`make_run(spec)` begins a run of three steps, or of a spec that uses the functions of `steps`."""
    numbers = iter(range(100))
    return lambda spec=SPEC: Run(tmp_path / str(next(numbers)), spec)


@pytest.fixture
def good_run(make_run: Callable[..., Run]) -> Run:
    """A run in which ten items were worked on."""
    run = make_run()
    run.step("numbers", list(range(10)), 0.1, 0.5, 20_000_000)
    run.items("work", 10)
    run.step("join", 10, 1.1, 0.25)
    run.result("succeeded", 1.5, outputs={"count": 10})
    return run


FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--window-size=1400,1000",
)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser without a window."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    program = shutil.which("chromedriver")
    if binary is None or program is None:
        pytest.skip("needs chromium and chromedriver (`make browser` installs them on Debian, as root)")
    selenium = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = selenium.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = selenium.Chrome(options=options, service=Service(program))
    yield found
    found.quit()
