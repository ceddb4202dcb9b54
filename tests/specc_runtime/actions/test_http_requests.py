"""HTTP requests: what is sent, what comes back, where redirects may lead, what errors are called."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specc_runtime.actions import http
from specc_runtime.actions.http import request
from specc_runtime.errors import ArgumentMismatch, SecretNotFound, class_names

_SPEC = importlib.util.spec_from_file_location("web_server", Path(__file__).with_name("web_server.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
web_server = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(web_server)


@pytest.fixture(scope="module")
def web() -> Iterator[Any]:
    with web_server.serving() as found:
        yield found


def names_of(*arguments: Any, **named: Any) -> tuple[tuple[str, ...], str]:
    with pytest.raises(http.HttpError) as caught:
        request(*arguments, **named)
    return class_names(caught.value), str(caught.value)


def test_the_body_comes_back_by_its_type(web: Any) -> None:
    assert request(f"{web.url}/json") == {"birds": ["goose", 1.5, None]}
    assert request(f"{web.url}/problem") == [1]
    assert request(f"{web.url}/text") == "grüße"
    assert request(f"{web.url}/bytes") == b"\xff\x00"
    assert request(f"{web.url}/status/204") == ""
    assert request(f"{web.url}/json", method="HEAD") is None


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ({"a": "ü"}, "application/json", '{"a":"ü"}'),
        ([], "application/json", "[]"),
        (0, "application/json", "0"),
        ("plain", "text/plain; charset=utf-8", "plain"),
        (b"raw", "application/octet-stream", "raw"),
        (None, None, ""),
    ],
)
def test_a_body_is_sent_as_what_it_is(web: Any, body: Any, kind: str | None, text: str) -> None:
    found = request(f"{web.url}/echo", "POST", body=body)
    assert (found["method"], found["type"], found["body"]) == ("POST", kind, text)


def test_queries_and_headers_are_sent(web: Any) -> None:
    found = request(f"{web.url}/echo?a=1", query={"b": [1, True], "c": None, "d": "x y&z"}, headers={"X-Number": 3})
    assert found["query"] == {"a": ["1"], "b": ["1", "true"], "d": ["x y&z"]}
    assert web.seen[-1][2]["x-number"] == "3"
    assert request(f"{web.url}/echo", "POST", {"content-type": "text/csv"}, body="a,b")["type"] == "text/csv"


def test_letters_that_urls_do_not_have_are_escaped(web: Any) -> None:
    request(f"{web.url}/json/grüne vögel/a%20b?q=ü ü&r=%41#part", query={"s": "ü"})
    assert web.seen[-1][1] == "/json/gr%C3%BCne%20v%C3%B6gel/a%20b?q=%C3%BC%20%C3%BC&r=%41&s=%C3%BC"


def test_refusals_have_names_by_status(web: Any) -> None:
    names, message = names_of(f"{web.url}/status/404?token=very-secret")
    assert names[0] == "Http404"
    assert "HttpError" in names
    assert "throttled" not in names
    assert message == f"GET {web.url}/status/404: 404 Not Found: sorry, no"
    for status in (429, 503):
        assert {f"Http{status}", "throttled"} < set(names_of(f"{web.url}/status/{status}")[0])


def test_no_answer_is_told(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names, message = names_of("http://127.0.0.1:1/x")
    assert names[0] == "HttpConnectionError"
    assert message == "GET http://127.0.0.1:1/x: Connection refused"
    assert names_of(f"{web.url}/broken")[0][0] == "HttpConnectionError"
    monkeypatch.setattr(http, "TIMEOUT", 0.05)
    names, _ = names_of(f"{web.url}/silent")
    assert {"timeout", "TimeoutError", "HttpError"} < set(names)


def test_what_is_not_what_it_says_is_an_error(web: Any) -> None:
    assert names_of(f"{web.url}/nojson")[0][0] == "HttpContentError"


def test_large_responses_are_refused(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BODY", 8)
    assert names_of(f"{web.url}/json")[0][0] == "HttpTooLargeError"


def test_redirects_are_followed_a_few_times(web: Any) -> None:
    assert request(f"{web.url}/to", query={"url": "/json"})["birds"][0] == "goose"
    assert names_of(f"{web.url}/round")[0][0] == "Http302"
    assert len([path for _, path, _, _ in web.seen if path == "/round"]) == http.MAX_REDIRECTS + 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x"])
def test_redirects_stay_with_http(web: Any, url: str) -> None:
    names, message = names_of(f"{web.url}/to", query={"url": url})
    assert names[0] in ("HttpRedirectError", "Http302")
    assert "passwd" not in message


def test_what_is_for_one_host_is_not_sent_to_another(web: Any) -> None:
    with web_server.serving() as other:
        private = {"Authorization": "Bearer very-secret", "X-Token": "very-secret", "Cookie": "a=very-secret"}
        request(f"{web.url}/to", query={"url": f"{other.url}/json"}, headers=private | {"Accept": "text/x"})
        sent = other.seen[-1][2]
        assert "very-secret" not in str(sent)
        assert sent["accept"] == "text/x"
        request(f"{web.url}/to", query={"url": "/json"}, headers=private)
        assert web.seen[-1][2]["authorization"] == "Bearer very-secret"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "example.org", "https://", "http://u:p@example.org/"])
def test_only_urls_of_hosts_are_asked(url: str) -> None:
    with pytest.raises(ArgumentMismatch):
        request(url)


def test_headers_are_single_lines(web: Any) -> None:
    with pytest.raises(ArgumentMismatch, match="X-A"):
        request(f"{web.url}/json", headers={"X-A": "1\r\nX-B: 2"})


def test_secrets_are_put_into_headers_and_stay_with_their_host(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "very-secret")
    secrets = {"X-Token": ["Key ", {"secret": "API_KEY"}, "!"]}
    request(f"{web.url}/json", secrets=secrets)
    assert web.seen[-1][2]["x-token"] == "Key very-secret!"
    with web_server.serving() as other:
        request(f"{web.url}/to", query={"url": f"{other.url}/json"}, secrets=secrets)
        assert "very-secret" not in str(other.seen[-1][2])
    with pytest.raises(SecretNotFound, match="`OTHER`"):
        request(f"{web.url}/json", secrets={"X-Token": [{"secret": "OTHER"}]})
    monkeypatch.setenv("API_KEY", "very-secret\nX-Other: 1")
    with pytest.raises(ArgumentMismatch) as caught:
        request(f"{web.url}/json", secrets=secrets)
    assert "very-secret" not in str(caught.value)


def test_what_steps_give_never_names_a_secret(web: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "very-secret")
    request(f"{web.url}/json", headers={"X-Token": "${secrets.API_KEY}"}, secrets={"X-Other": ["${secrets.API_KEY}"]})
    assert "very-secret" not in str(web.seen[-1][2])
