"""HTTP requests, with the standard library: `specc_runtime.actions.http:request`."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from specc_runtime.errors import ArgumentMismatch, SecretNotFound, SpeccError

TIMEOUT = 60.0
"""Seconds that a server may be silent; the step's `timeout` bounds the whole."""
MAX_REDIRECTS = 5
MAX_BODY = 64 * 1024 * 1024
"""Bytes of a response."""
_SHOWN = 200
"""Characters of the body of a refusal that are told."""
_THROTTLED = (429, 503)
"""Statuses that ask for another try later (RFC 6585 and RFC 9110)."""
_PLAIN = "%/?:@!$&'()*+,;="
"""What stays as it is in the path and the query of a URL, beside letters and digits (RFC 3986); `%` escapes."""
_PRIVATE = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
"""Headers that are for the host that they were written for, in lower case."""


class HttpError(SpeccError):
    """A request that was refused, or that nobody answered. `status` is 0 without an answer."""

    status = 0


def request(
    url: str,
    method: str = "GET",
    headers: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    body: Any = None,
    secrets: Mapping[str, Sequence[Any]] | None = None,
) -> Any:
    """Send one request and give the body of the response: parsed when it is JSON, text as text, all else as bytes.

    A status from 400 on raises `HttpError`, which can also be declared as `Http404` and the like, and as `throttled`
    for 429 and 503. No answer raises it as `HttpConnectionError`, or as `timeout`.
    """
    headers = {**(headers or {}), **{name: _private(parts) for name, parts in (secrets or {}).items()}}
    sent = _request(url, method, headers, query or {}, body)
    opener = urllib.request.build_opener(_Redirects(set(map(str.lower, headers))))
    try:
        with opener.open(sent, timeout=TIMEOUT) as response:
            data = response.read(MAX_BODY + 1)
            if len(data) > MAX_BODY:
                raise _error("HttpTooLargeError", f"more than {MAX_BODY // 1024 // 1024} MiB in the response", sent)
            return _content(data, response.headers)
    except urllib.error.HTTPError as error:
        raise _refused(error, sent) from None
    except (TimeoutError, urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _unanswered(error, sent) from None


def _request(
    url: str, method: str, headers: Mapping[str, Any], query: Mapping[str, Any], body: Any
) -> urllib.request.Request:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ArgumentMismatch("the URL of a request begins with http:// or https:// and names a host")
    if parts.username is not None or parts.password is not None:
        raise ArgumentMismatch("a URL holds no user name and password: send a header `Authorization`")
    asked = urlencode([(key, _text(item)) for key, value in query.items() for item in _each(value)])
    text = "&".join(filter(None, (quote(parts.query, safe=_PLAIN), asked)))
    whole = urlunsplit(parts._replace(path=quote(parts.path, safe=_PLAIN), query=text, fragment=""))
    found = urllib.request.Request(whole, method=method)
    found.add_header("User-Agent", "specc")
    found.add_header("Accept", "application/json, text/*;q=0.9, */*;q=0.8")
    if isinstance(body, bytes):
        found.data = body
        found.add_header("Content-Type", "application/octet-stream")
    elif isinstance(body, str):
        found.data = body.encode()
        found.add_header("Content-Type", "text/plain; charset=utf-8")
    elif body is not None:
        found.data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        found.add_header("Content-Type", "application/json")
    for name, value in headers.items():
        text = _text(value)
        if "\n" in text + name or "\r" in text + name:
            raise ArgumentMismatch(f"a header is one line; `{name.splitlines()[0]}` has several")
        found.add_header(name, text)
    return found


def _private(parts: Sequence[Any]) -> str:
    """A header of texts and secrets, which are in the environment under their names."""
    texts: list[str] = []
    for part in parts:
        if not isinstance(part, Mapping):
            texts.append(_text(part))
            continue
        value = os.environ.get(part["secret"])
        if value is None:
            raise SecretNotFound(f"secret `{part['secret']}`: it is not there")
        texts.append(value)
    return "".join(texts)


def _each(value: Any) -> list[Any]:
    """A list in `query` repeats its key; null leaves it out."""
    return [item for item in (value if isinstance(value, list) else [value]) if item is not None]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """A few redirects, to HTTP alone, without what was meant for another host."""

    max_redirections = MAX_REDIRECTS
    max_repeats = MAX_REDIRECTS

    def __init__(self, given: set[str]) -> None:
        self._given = given

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The request for the new place, where there may be one."""
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.scheme not in ("http", "https") or (old.scheme == "https" and new.scheme == "http"):
            raise _error("HttpRedirectError", f"redirected to `{new.scheme}:`, which is not followed", req)
        found = super().redirect_request(req, fp, code, msg, headers, newurl)
        if found is None or (old.scheme, old.netloc) == (new.scheme, new.netloc):
            return found
        for name in list(found.headers):
            if name.lower() in _PRIVATE or name.lower() in self._given - {"accept", "content-type", "user-agent"}:
                found.remove_header(name)
        return found


def _content(data: bytes, headers: Any) -> Any:
    kind = headers.get_content_type() if headers.get("Content-Type") else ""
    charset = headers.get_content_charset() or "utf-8"
    if kind == "application/json" or kind.endswith("+json"):
        if not data.strip():
            return None
        try:
            return json.loads(data)
        except ValueError:
            raise _class("HttpContentError")("the response says that it is JSON, and is not") from None
    if not data:
        return ""
    if kind.startswith("text/") or kind in ("application/xml", "application/x-www-form-urlencoded"):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            raise _class("HttpContentError")(f"the response is not the text in {charset} that it says it is") from None
    return data


def _refused(error: urllib.error.HTTPError, sent: urllib.request.Request) -> HttpError:
    with error:
        try:
            text = error.read(4 * _SHOWN).decode(errors="replace").strip()[:_SHOWN]
        except (OSError, http.client.HTTPException):
            text = ""
    names = [f"Http{error.code}", *(["throttled"] if error.code in _THROTTLED else [])]
    phrase = http.client.responses.get(error.code, "")
    found = _class(*names)(f"{_what(sent)}: {error.code} {phrase}".rstrip() + (f": {text}" if text else ""))
    found.status = error.code
    return found


def _unanswered(error: Exception, sent: urllib.request.Request) -> HttpError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return _error("timeout", f"no answer within {TIMEOUT:g} seconds", sent, "TimeoutError")
    if isinstance(reason, ssl.SSLError):
        return _error("HttpConnectionError", f"no secure connection ({reason.reason})", sent)
    if isinstance(reason, socket.gaierror):
        return _error("HttpConnectionError", "there is no such host", sent)
    told = reason.strerror if isinstance(reason, OSError) and reason.strerror else type(reason).__name__
    return _error("HttpConnectionError", str(told), sent)


def _error(name: str, text: str, sent: urllib.request.Request, *more: str) -> HttpError:
    return _class(name, *more)(f"{_what(sent)}: {text}")


def _what(sent: urllib.request.Request) -> str:
    """The request without its query, where a secret may stand."""
    parts = urlsplit(sent.full_url)
    return f"{sent.get_method()} {urlunsplit(parts._replace(query='', fragment=''))}"


def _class(*names: str) -> type[HttpError]:
    """An `HttpError` that can be declared under `names`, too; the first is its own."""
    base: type[HttpError] = HttpError
    for name in reversed(names):
        base = type(name, (base,), {"__module__": "builtins"})
    return base
