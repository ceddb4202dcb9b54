"""`specc schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

KINDS = ("pipeline", "config", "events", "plan")


@click.command()
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option(
    "--draft", type=click.Choice(["2020-12", "7"]), default="2020-12", help="The dialect; 7 is what SchemaStore takes."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON with or without this.")
def command(kind: str | None, draft: str, output: Path | None, as_json: bool) -> None:  # noqa: ARG001 - every printing command has --json
    """Print the JSON Schema that editors use, for any spec or for one KIND; `events` is that of what runs tell."""
    from specc_schemas.json_schema import generate

    schema = generate(kind)
    if draft == "7":
        from specc.cli.draft7 import to_draft7

        schema = to_draft7(schema)
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        from specc.cli.files import write_atomically

        write_atomically(output, (text + "\n").encode())
        click.echo(str(output))
