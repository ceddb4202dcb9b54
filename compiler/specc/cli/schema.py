"""`specc schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

KINDS = ("pipeline", "config", "events", "plan")
PLANNED = ("validation", "agent")
"""Kinds that the language will have; a spec of them is an error (SPC113)."""


class Kind(click.Choice[str]):
    """What there is a schema of. Whoever asks for a planned kind is told that it is not there yet."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> str:
        """The kind, or a usage error."""
        if value in PLANNED:
            self.fail(f"there is no schema of kind `{value}` yet: specs of this kind are not supported")
        return super().convert(value, parameter, context)


@click.command()
@click.argument("kind", required=False, type=Kind(KINDS))
@click.option(
    "--draft", type=click.Choice(["2020-12", "7"]), default="2020-12", help="The dialect; 7 is what SchemaStore takes."
)
@click.option("--catalog", is_flag=True, help="Which files the schemas are for, as entries of SchemaStore's catalog.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON with or without this.")
def command(kind: str | None, draft: str, catalog: bool, output: Path | None, as_json: bool) -> None:  # noqa: ARG001 - every printing command has --json
    """Print the JSON Schema that editors use, for any spec or for one KIND; `events` is that of what runs tell."""
    from specc_schemas import json_schema
    from specc_schemas.catalog import catalog as entries

    if catalog and (kind or draft != "2020-12"):
        raise click.UsageError("the catalog is of all kinds, in no dialect: leave KIND and --draft out")
    schema = entries() if catalog else json_schema.generate(kind)
    if draft == "7":
        from specc.cli.draft7 import to_draft7

        schema = to_draft7(schema)
    text = json_schema.text_of(schema)
    if output is None:
        click.echo(text, nl=False)
    else:
        from specc.cli.files import write_atomically

        write_atomically(output, text.encode())
        click.echo(str(output))
