"""The corpus: what readers of the schemas should offer, say and find at a place of a text. One file of cases a topic.

A case of `cases/TOPIC.yaml` has these keys:

name       what it shows
toml, yaml the same document twice; `‸` is the cursor, or stands on each line that is wrong. The head of a spec (or of
           settings, by `schema: config`) is put in front unless the case says `head: false`.
only       why there is just one of the two
keys       labels that are offered: keys of a table
by_action  the same for keys that go with the action of a step
values     labels that are offered: values of a key, and these alone
without    labels that are not offered
hover      texts that the hover at the cursor holds
accept     what the cursor's line and those after it are once the item `label` was taken (`gives`); placeholders are
           what stands in them. `valid: true` asks for a document without faults, `never` for one without a text
quiet      true: nothing is wrong
faults     places (as `$.steps.a`) that are wrong; in an editor, exactly the lines with a cursor are
somewhere  the same, and whichever lines are marked
ends       true: the server ends when it is asked what to offer
unasked    true: it is not asked, as starting it again takes seconds; another case shows that it ends
differs    by client: a `reason` (one of `reasons.yaml`), and the keys above that are otherwise there; null where
           nothing can be expected. It fails when the client does as all others do
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from editors.clients import CLIENTS, Client
from language_texts import CURSOR

FOLDER = Path(__file__).parent / "cases"
REASONS: Mapping[str, str] = yaml.safe_load(FOLDER.with_name("reasons.yaml").read_text(encoding="utf-8"))
"""Why a client does something else than the others, by the name that cases use."""
ASPECTS = {
    "keys": "keys",
    "by_action": "keys by action",
    "values": "values",
    "hover": "hovers",
    "accept": "what is inserted",
    "quiet": "diagnostics",
    "faults": "diagnostics",
    "somewhere": "diagnostics",
}
"""What a case is about, by the key that says what is expected."""
HEADS = {
    ("specc", "toml"): 'specc = 1\nkind = "pipeline"\nname = "x"\n',
    ("specc", "yaml"): "specc: 1\nkind: pipeline\nname: x\n",
    ("config", "toml"): "",
    ("config", "yaml"): "",
}
DIRECTIVES = {
    "toml": "#:schema ./{schema}.schema.json\n",
    "yaml": "# yaml-language-server: $schema=./{schema}.schema.json\n",
}
_EXPECTED = (*ASPECTS, "without", "ends", "unasked")
_KEYS = {"name", "toml", "yaml", "only", "head", "schema", "differs", *_EXPECTED}


@dataclass(frozen=True)
class Difference:
    """Where a client does something else than the others, and why."""

    reason: str
    expected: Mapping[str, Any]
    """Over what is expected of all; None removes it."""


@dataclass(frozen=True)
class Case:
    """A document with a cursor, and what is expected there."""

    topic: str
    name: str
    schema: str
    texts: Mapping[str, str]
    """By format, with the cursor."""
    expected: Mapping[str, Any]
    differs: Mapping[str, Difference]

    @property
    def id(self) -> str:
        """A name for reports and files."""
        return f"{self.topic}-{self.name}".replace(" ", "-").replace("`", "").replace("/", "-")

    @property
    def aspect(self) -> str:
        """What it is about."""
        return next(ASPECTS[key] for key in ASPECTS if key in self.expected)

    def formats(self, client: Client) -> list[str]:
        """Those that a client is asked this case in."""
        if client.command is None and self.aspect != "diagnostics":
            return []
        return [format for format in client.formats if format in self.texts]


@cache
def cases() -> tuple[Case, ...]:
    """All of them, by topic."""
    found = tuple(case for path in sorted(FOLDER.glob("*.yaml")) for case in _read(path))
    assert len({case.id for case in found}) == len(found), "two cases have one name"
    return found


@cache
def runs() -> tuple[tuple[Case, Client, str], ...]:
    """Every case with each client that it is for and each format that it is asked in."""
    return tuple((case, client, format) for client in CLIENTS for case in cases() for format in case.formats(client))


def _read(path: Path) -> Iterator[Case]:
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        where = f"{path.name}: {entry.get('name')}"
        assert not entry.keys() - _KEYS, f"{where}: unknown keys {sorted(entry.keys() - _KEYS)}"
        texts = {format: entry[format] for format in DIRECTIVES if format in entry}
        assert (len(texts) == len(DIRECTIVES)) != ("only" in entry), f"{where}: both formats, or a reason"
        schema = entry.get("schema", "specc")
        expected = {key: entry[key] for key in _EXPECTED if key in entry}
        assert expected.keys() & ASPECTS.keys(), f"{where}: nothing is expected"
        differs = {}
        for name, given in entry.get("differs", {}).items():
            assert name in {client.name for client in CLIENTS}, f"{where}: no client {name}"
            differs[name] = Difference(REASONS[given["reason"]], {key: given[key] for key in given if key != "reason"})
            assert differs[name].expected.keys() <= set(_EXPECTED), f"{where}: an unknown key differs"
            assert differs[name].expected, f"{where}: nothing differs"
        yield Case(
            path.stem,
            entry["name"],
            schema,
            {
                format: DIRECTIVES[format].format(schema=schema)
                + (HEADS[schema, format] if entry.get("head", True) else "")
                + text
                for format, text in texts.items()
            },
            expected,
            differs,
        )


def plain(text: str) -> str:
    """A text without its cursors."""
    return text.replace(CURSOR, "")
