"""Every case with every client."""

from __future__ import annotations

import pytest

from editors.clients import Client
from editors.conftest import Ask
from editors.corpus import Case, runs
from editors.judging import verdict

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("case", "client", "format"),
    [pytest.param(*run, id=f"{run[1].name.replace(' ', '-')}-{run[2]}-{run[0].id}") for run in runs()],
)
def test_a_client_does_what_is_expected(case: Case, client: Client, format: str, ask: Ask) -> None:
    answers = ask(client).answers(case, format)
    if wrong := verdict(case, client.name, answers):
        pytest.fail("\n".join(wrong), pytrace=False)
