"""The page itself: one file that needs no other and no network, and runs nothing but its own script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from specc_targets.pages import Parts, page

_PARTS = Parts(
    "specc_targets.report",
    ["page.css", "sweeps.css"],
    [
        "words.js",
        "graph.js",
        "lanes.js",
        "timeline.js",
        "table.js",
        "details.js",
        "parallel.js",
        "heat.js",
        "sweeps.js",
        "page.js",
    ],
)


def write_page(directory: Path, status: str) -> bytes:
    """The report of the run in `directory`, as HTML. What is damaged there is said on the page, never raised."""
    from specc_targets.report.data import page_data

    found = page_data(directory, status)
    return render(found.title, found.content)


def render(title: str, content: dict[str, Any]) -> bytes:
    """The page with this content."""
    return page(_PARTS, title, content)
