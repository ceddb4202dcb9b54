"""What works where, counted over the corpus, for docs/editors.md."""

from __future__ import annotations

from collections.abc import Iterator

from editors.clients import CLIENTS, Client
from editors.corpus import ASPECTS, runs

COLUMNS = list(dict.fromkeys(ASPECTS.values()))


def versions() -> dict[str, str | None]:
    """The installed version of each client."""
    return {client.name: client.version for client in CLIENTS}


def rows() -> dict[str, dict[str, tuple[int, int]]]:
    """By client and aspect: how many cases go as they should, and how many there are."""
    found: dict[str, dict[str, tuple[int, int]]] = {client.name: {} for client in CLIENTS}
    for case, client, _ in runs():
        good, all_of_them = found[client.name].get(case.aspect, (0, 0))
        found[client.name][case.aspect] = (good + (client.name not in case.differs), all_of_them + 1)
    return found


def reasons(client: Client) -> dict[str, int]:
    """Why a client does something else than it should, and in how many cases."""
    found: dict[str, int] = {}
    for case, asked, _ in runs():
        if asked == client and client.name in case.differs:
            reason = case.differs[client.name].reason
            found[reason] = found.get(reason, 0) + 1
    return found


def table(shown: dict[str, str]) -> str:
    """The table with the reasons below it; `shown` are the versions."""
    counted = rows()
    lines = [
        f"| client | version | used by | {' | '.join(COLUMNS)} | cases |",
        f"| --- | --- | --- |{' ---: |' * len(COLUMNS)} ---: |",
    ]
    for client in CLIENTS:
        cells = [_cell(*counted[client.name].get(aspect, (0, 0))) for aspect in COLUMNS]
        number = sum(all_of_them for _, all_of_them in counted[client.name].values())
        lines.append(f"| {client.name} | {shown[client.name]} | {client.used_by} | {' | '.join(cells)} | {number} |")
    return "\n".join([*lines, "", *_below()])


def _below() -> Iterator[str]:
    for client in CLIENTS:
        for reason, number in reasons(client).items():
            yield f"* {client.name}, {number} {'case' if number == 1 else 'cases'}: {reason}."


def _cell(good: int, number: int) -> str:
    if not number:
        return "–"
    return str(number) if good == number else f"{good} of {number}"
