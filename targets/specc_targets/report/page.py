"""The page itself: one file that needs no other and no network, and runs nothing but its own script."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib import resources
from pathlib import Path
from typing import Any

_SCRIPTS = ("words.js", "graph.js", "lanes.js", "timeline.js", "table.js", "details.js", "page.js")


def write_page(directory: Path, status: str) -> bytes:
    """The report of the run in `directory`, as HTML. What is damaged there is said on the page, never raised."""
    from specc_targets.report.data import page_data

    page = page_data(directory, status)
    return render(page.title, page.content)


def render(title: str, content: dict[str, Any]) -> bytes:
    """The page with this content."""
    style = _static("page.css")
    script = '"use strict";\n(() => {\n' + "\n".join(_static(name) for name in _SCRIPTS) + "\n})();\n"
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "@POLICY@": html.escape(policy, quote=True).replace("&#x27;", "'"),
        "@TITLE@": html.escape(title),
        "@STYLE@": style,
        "@DATA@": embedded(content),
        "@SCRIPT@": script,
    }
    found = []
    rest = _static("page.html")
    for name, text in parts.items():  # one after the other, so that no part is looked at for other parts' names
        before, _, rest = rest.partition(name)
        found += [before, text]
    # A lone surrogate is in a JSON string, where this is its escape.
    return "".join([*found, rest]).encode("utf-8", "backslashreplace")


def embedded(content: object) -> str:
    """JSON that can stand in a `<script>` element: nothing in it ends the element or begins a comment."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<\u2028\u2029\0":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _static(name: str) -> str:
    return (resources.files("specc_targets.report") / "static" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
