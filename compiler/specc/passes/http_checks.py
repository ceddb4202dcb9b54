"""What can be said of an `http` request without sending it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from specc.diagnostics import Label, Place, closest
from specc.ir.ops import HttpTask, Op
from specc_runtime.expressions import Template

if TYPE_CHECKING:
    from specc.ir.module import Module
    from specc.passes.base import Context

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token (RFC 9110, "Tokens")."""
_BODILESS = ("GET", "HEAD")
_Report = Callable[[str, Place, str, str], None]
"""Reports a message at a place, with a label and a help."""


def check_http(context: Context, module: Module, op: Op) -> None:
    """Report URLs, headers and bodies that no request can have (SPC358)."""
    assert isinstance(op, HttpTask)
    raw = op.arguments.raw
    if not isinstance(raw, dict):
        return

    def report(message: str, place: Place, text: str, help: str) -> None:
        context.sink.report("SPC358", f"step `{op.name}`: {message}", Label(place, text), help=help)

    place = op.origin.child("http")
    _url(raw.get("url"), place.child("url"), report)
    headers = raw.get("headers")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        at = place.child("headers", name)
        if _HEADER.fullmatch(name) is None:
            report(f"`{name}` is no name of a header", at.key(), "letters, digits and dashes", "leave out what is not")
        elif isinstance(value, str) and ("\n" in value or "\r" in value):
            report(f"the header `{name}` has several lines", at, "one line", "write it in one line")
    _secrets(raw.get("secrets"), module, place.child("headers"), report)
    method = raw.get("method", "GET")
    if raw.get("body") is not None and method in _BODILESS:
        where = place.child("body").key()
        report(f"a request with {method} has no body", where, "servers ignore it", 'use `query`, or `method = "POST"`')


def _secrets(secrets: object, module: Module, place: Place, report: _Report) -> None:
    known = dict(module.secrets)
    for header, parts in secrets.items() if isinstance(secrets, dict) else ():
        for part in parts:
            name = part.get("secret") if isinstance(part, dict) else None
            if name is not None and name not in known:
                near = closest(name, known)
                help = f"did you mean `{near}`?" if near else f"say under `[secrets]` where `{name}` is read"
                report(f"there is no secret `{name}`", place.child(header), "not under `[secrets]`", help)


def _url(url: object, place: Place, report: _Report) -> None:
    if not isinstance(url, str) or url.startswith("${"):
        return
    begin = url.partition("${")[0]
    scheme = _SCHEME.match(begin)
    if scheme is None or scheme[1].lower() not in ("http", "https"):
        if scheme is not None and "://" in begin:
            report(f"`{scheme[1]}` is not spoken by `http`", place, "another protocol", "use http:// or https://")
        elif "${" not in url or "://" not in url:
            report("the URL does not say http:// or https://", place, "no whole URL", f"write `https://{url[:60]}`")
        return
    if not Template(url).is_constant:
        return
    try:
        parts = urlsplit(str(Template(url).evaluate({})))
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        report("the URL cannot be read", place, str(error), "write it as in a browser")
        return
    if not host:
        report("the URL names no host", place, "no host", "as in `https://example.org/path`")
    elif parts.username is not None or parts.password is not None:
        report(
            "the URL holds a user name or a password",
            place,
            "kept with the spec and shown",
            "send the header `Authorization` from a secret",
        )
