"""A page as one file: its template filled in, and a policy that allows what is in the file alone."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page is made of, beside what all pages have."""

    package: str
    """Where the folder `static` is, with `page.html` and the files named below."""
    styles: Sequence[str]
    scripts: Sequence[str]
    inline_styles: Sequence[str] = ()
    """Texts of `<style>` elements that are in the content itself."""
    connects: bool = False
    """Whether the page may speak to the server that it came from."""


def page(parts: Parts, title: str, data: object, texts: Mapping[str, str] | None = None) -> bytes:
    """The page with this title and data. `texts` are further markup, by its name in the template."""
    style = "".join([static(__package__, "base.css"), *(static(parts.package, name) for name in parts.styles)])
    scripts = [static(__package__, "base.js"), *(static(parts.package, name) for name in parts.scripts)]
    script = '"use strict";\n(() => {\n' + "\n".join(scripts) + "\n})();\n"
    styles = " ".join(f"'{_digest(text)}'" for text in (style, *parts.inline_styles))
    connects = "connect-src 'self'; " if parts.connects else ""
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src {styles}; "
        f"img-src data:; {connects}base-uri 'none'; form-action 'none'"
    )
    filled = {
        "@POLICY@": html.escape(policy, quote=True).replace("&#x27;", "'"),
        "@TITLE@": html.escape(title),
        "@STYLE@": style,
        **(texts or {}),
        "@DATA@": embedded(data),
        "@SCRIPT@": script,
    }
    found = []
    rest = static(parts.package, "page.html")
    for name, text in filled.items():  # one after the other, so that no part is looked at for other parts' names
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


def static(package: str, name: str) -> str:
    """The text of a file in a package's folder `static`."""
    return (resources.files(package) / "static" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
