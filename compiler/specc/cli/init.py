"""`specc init`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from specc.cli.report import Failure

TEMPLATES = ("pipeline", "minimal")
SCHEMA = "specc.schema.json"


@click.command()
@click.argument("name", required=False)
@click.option("--template", type=click.Choice(TEMPLATES), default="pipeline", help="What to start from.")
@click.option("--format", "format", type=click.Choice(["toml", "yaml"]), default="toml", help="The format of the spec.")
@click.option(
    "-d", "--directory", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Where to write."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def command(name: str | None, template: str, format: str, directory: Path, as_json: bool) -> None:
    """Write a new spec called NAME and the functions it calls, runnable at once.

    Without NAME the spec is called like the directory. Existing files are never overwritten.
    """
    name = name or _from_directory(directory)
    if re.fullmatch(r"[a-z][a-z0-9-]{0,47}", name) is None:
        raise click.UsageError(
            f"`{name}` cannot be a spec's name: small letters, digits and `-`, a letter first, at most 48 characters"
        )
    files = _files(name, template, format)
    taken = [str(directory / file) for file in files if (directory / file).exists() or (directory / file).is_symlink()]
    if taken:
        raise Failure(f"refusing to overwrite {', '.join(f'`{file}`' for file in taken)}", 2)
    if not (directory / SCHEMA).exists():
        files[SCHEMA] = _schema()
    _write(directory, files)
    spec = directory / f"{name}.{format}"
    if as_json:
        written = [str(directory / file) for file in files]
        click.echo(json.dumps({"spec": str(spec), "files": written}, indent=2))
        return
    for file in files:
        click.echo(str(directory / file))
    click.echo(f"try: specc run --local {spec}", err=True)


def _files(name: str, template: str, format: str) -> dict[str, str]:
    """The text of each file by its name."""
    module = f"{name.replace('-', '_')}_steps"
    source = Path(__file__).parent / "templates" / template
    texts = {f"{name}.{format}": source / f"spec.{format}", f"{module}.py": source / "functions.py"}
    return {
        file: path.read_text(encoding="utf-8").replace("{{name}}", name).replace("{{module}}", module)
        for file, path in texts.items()
    }


def _schema() -> str:
    from specc_schemas.json_schema import generate

    return json.dumps(generate(None), indent=2, ensure_ascii=False) + "\n"


def _write(directory: Path, files: dict[str, str]) -> None:
    from specc.cli.files import write_atomically

    for file, text in files.items():
        write_atomically(directory / file, text.encode())


def _from_directory(directory: Path) -> str:
    """A legal name made of the directory's own."""
    name = re.sub(r"[^a-z0-9]+", "-", directory.resolve().name.lower()).strip("-")
    return name[:48].rstrip("-") if name[:1].isalpha() and name.isascii() else "example"
