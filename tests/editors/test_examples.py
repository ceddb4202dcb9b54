"""No client finds anything wrong with an example, in TOML or in YAML, by the schema that it reads or by SchemaStore's draft 7."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import yaml

from editors.asking import Checker, Server, check
from editors.clients import CLIENTS, Client
from editors.conftest import Ask
from editors.corpus import DIRECTIVES
from specc.cli.draft7 import to_draft7
from specc_schemas import json_schema

pytestmark = pytest.mark.slow

SPECS = Path(__file__).parents[2] / "specs"
EXAMPLES = sorted(path for path in SPECS.glob("*/*") if path.suffix in (".toml", ".yaml"))
SCHEMAS = ("specc", "draft7")


def document(path: Path) -> dict[str, Any]:
    """What an example says."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    return found


def in_format(path: Path, format: str) -> str:
    """An example as it is written, or its twin in the other format."""
    if path.suffix == f".{format}":
        return path.read_text(encoding="utf-8")
    found = document(path)
    return tomli_w.dumps(found) if format == "toml" else yaml.safe_dump(found, sort_keys=False, allow_unicode=True)


def put_draft7(folder: Path) -> None:
    """Writes the schema that SchemaStore has beside the others."""
    (folder / "draft7.schema.json").write_text(json.dumps(to_draft7(json_schema.generate())), encoding="utf-8")


def test_there_are_examples_to_look_at() -> None:
    assert len(EXAMPLES) >= 10
    assert {path.suffix for path in EXAMPLES} == {".toml", ".yaml"}


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize(
    ("client", "format"),
    [(client, format) for client in CLIENTS for format in client.formats],
    ids=lambda value: value if isinstance(value, str) else value.name.replace(" ", "-"),
)
def test_examples_are_right(client: Client, format: str, schema: str, ask: Ask) -> None:
    asked = ask(client)
    put_draft7(asked.folder)
    texts = {path: in_format(path, format) for path in EXAMPLES}
    if isinstance(asked, Checker):
        paths = []
        for path, text in texts.items():
            paths.append(asked.folder / f"example-{path.stem}.{format}")
            paths[-1].write_text(text, encoding="utf-8")
        wrong = check(asked.folder / f"{schema}.schema.json", paths)
        assert wrong == {str(path): [] for path in paths}
        return
    assert found_in(asked, texts, format, schema, "right") == {}


def found_in(server: Server, texts: dict[Path, str], format: str, schema: str, name: str) -> dict[str, list[str]]:
    """The messages of a server about examples, which are opened under names of their own."""
    directive = DIRECTIVES[format].format(schema=schema)
    uris = {
        path.name: server.open(f"{name}-{schema}-{path.stem}.{format}", directive + text)
        for path, text in texts.items()
    }
    messages = {name: [one["message"] for one in server.diagnostics(uri)] for name, uri in uris.items()}
    return {name: found for name, found in messages.items() if found}


@pytest.mark.parametrize("client", [client for client in CLIENTS if client.command], ids=lambda client: client.name)
def test_a_mistake_in_an_example_is_found(client: Client, ask: Ask) -> None:
    server = ask(client)
    assert isinstance(server, Server)
    format = client.formats[0]
    put_draft7(server.folder)
    for schema in SCHEMAS:
        broken = {path: in_format(path, format).replace("kind", "kinds", 1) for path in EXAMPLES[:1]}
        assert found_in(server, broken, format, schema, "broken") != {}
