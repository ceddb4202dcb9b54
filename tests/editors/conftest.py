"""One server a client and a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from editors.asking import Checker, Server
from editors.clients import CLIENTS, Client
from editors.corpus import runs

Ask = Callable[[Client], Server | Checker]


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """`ask(client)` is that client with its cases, started when it is needed first."""
    started: dict[str, Server | Checker] = {}

    def find(client: Client) -> Server | Checker:
        if client.missing:
            pytest.skip(client.missing)
        if client.name not in started:
            folder = tmp_path_factory.mktemp("editor")
            its = [(case, format) for case, asked, format in runs() if asked == client]
            started[client.name] = (Server if client.command else Checker)(client, folder, its)
        return started[client.name]

    yield find
    for one in started.values():
        one.close()


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name.replace(" ", "-"))
def client(request: pytest.FixtureRequest) -> Client:
    """Each client."""
    found: Client = request.param
    return found
