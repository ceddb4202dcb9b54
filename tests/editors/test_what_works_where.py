"""The corpus is as large as it should be, no client is left out without a word, and docs/editors.md says how each fares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from editors.clients import CLIENTS, Client
from editors.corpus import REASONS, cases, runs
from editors.table import rows, table, versions

PAGE = Path(__file__).parents[2] / "docs/editors.md"
SECTION = re.compile(r"(?<=<!-- clients -->\n).*?(?=\n<!-- /clients -->)", re.DOTALL)
LEAST = {
    "tombi": 240,
    "taplo": 240,
    "yaml-language-server": 260,
    "yaml-language-server 1": 260,
    "check-jsonschema": 135,
}
"""How many cases each client has at least: a case that is taken away is missed."""


def documented() -> dict[str, str]:
    """The version of each client by the page."""
    return dict(re.findall(r"^\| ([\w -]+?) \| ([\d.]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_cases_enough() -> None:
    assert len(cases()) >= 270
    for name, least in LEAST.items():
        assert sum(client.name == name for _, client, _ in runs()) >= least, name


def test_the_page_says_what_works_where(accept: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = {name: version or documented()[name] for name, version in versions().items()}
    produced = table(shown)
    if accept:
        PAGE.write_text(SECTION.sub(lambda _: produced, text), encoding="utf-8")
        return
    assert SECTION.findall(text) == [produced], "look at the corpus, then run pytest --accept"


def test_a_client_is_here(client: Client) -> None:
    if client.missing:
        pytest.skip(client.missing)
    print(client.name, client.version, rows()[client.name])
    assert client.version == documented()[client.name]


def test_every_reason_is_needed() -> None:
    used = {difference.reason for case in cases() for difference in case.differs.values()}
    assert used == set(REASONS.values())


def test_every_client_is_asked() -> None:
    assert {client.name for _, client, _ in runs()} == {client.name for client in CLIENTS}
