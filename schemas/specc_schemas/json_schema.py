"""JSON Schemas of the language, for editors and other validators.

They are made from the models and shaped for what editors do with them; see `json_shape`. The files are written by
`python -m specc_schemas.json_schema --write`, and compared by `--check`.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from specc_schemas import events
from specc_schemas.catalog import BASE, catalog
from specc_schemas.config import Settings
from specc_schemas.json_shape import shaped
from specc_schemas.pipeline import PipelineSpec
from specc_schemas.plan import Plan

FOLDER = Path(__file__).resolve().parent.parent / "json"
"""Where the generated files are kept in the repository."""

_MODELS: dict[str, tuple[type[BaseModel], str]] = {
    "specc": (PipelineSpec, "A spec"),
    "pipeline": (PipelineSpec, "A pipeline"),
    "config": (Settings, "Settings of specc"),
    "plan": (Plan, "A plan"),
}

Schema = dict[str, Any]


def generate(kind: str | None = None) -> Schema:
    """The JSON Schema (2020-12) of specs of one kind, any spec (None), settings (`config`), or `events` of runs.

    Raises ValueError for a kind that has no schema yet.
    """
    name = kind or "specc"
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{BASE}/{name}.schema.json"}
    if name == "events":
        return {**head, "title": "What runs tell", **events.json_schema()}
    if name not in _MODELS:
        raise ValueError(f"there is no schema of kind `{name}` yet")
    model, title = _MODELS[name]
    return {**head, "title": title, **shaped(model, written=name != "plan")}


def files() -> dict[str, str]:
    """The text of every schema, and of the catalog of them, by its file's name."""
    schemas = {f"{name}.schema.json": generate(name) for name in (*_MODELS, "events")}
    return {name: text_of(found) for name, found in {"catalog.json": catalog(), **schemas}.items()}


def text_of(schema: Schema) -> str:
    """A schema as it is written to files and printed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the schemas, or say which of them are not what the models say."""
    parser = argparse.ArgumentParser(prog="python -m specc_schemas.json_schema", description=__doc__)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", action="store_true", help="write the schemas")
    mode.add_argument("--check", action="store_true", help="fail if a schema is not up to date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they are kept")
    options = parser.parse_args(arguments)
    stale = []
    for name, text in files().items():
        file = options.folder / name
        if options.write:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
    sys.stderr.writelines(f"{options.folder / name} is not up to date: run with --write\n" for name in stale)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
