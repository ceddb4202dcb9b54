"""`specc explain`."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from specc.diagnostics.catalogue import Entry


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(code: str | None, as_json: bool) -> None:
    """Say what a diagnostic CODE (such as SPC201) means, with an example of the fix; list all codes without one."""
    from specc.diagnostics.catalogue import ENTRIES

    if code is None:
        if as_json:
            click.echo(json.dumps([_data(entry) for _, entry in sorted(ENTRIES.items())], indent=2, ensure_ascii=False))
        else:
            click.echo("\n".join(f"{entry.code}  {entry.title}" for _, entry in sorted(ENTRIES.items())))
        return
    wanted = code.upper() if code[:3].upper() == "SPC" else f"SPC{code:>03}"
    entry = ENTRIES.get(wanted)
    if entry is None:
        raise click.UsageError(f"no diagnostic has the code `{code}`; `specc explain` lists them all")
    click.echo(json.dumps(_data(entry), indent=2, ensure_ascii=False) if as_json else explanation(entry), nl=as_json)


def explanation(entry: Entry) -> str:
    """An entry as plain text."""
    parts = [f"{entry.code}: {entry.title}\n", entry.why.strip() + "\n"]
    for heading, example in (("Wrong", entry.bad), ("Right", entry.good)):
        if example:
            parts.append(f"{heading}:\n\n{_indented(example)}\n")
    for name, text in entry.files.items():
        parts.append(f"with `{name}`:\n\n{_indented(text)}\n")
    return "\n".join(parts)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").splitlines())


def _data(entry: Entry) -> dict[str, object]:
    return {field.name: getattr(entry, field.name) for field in dataclasses.fields(entry)} | {
        "files": dict(entry.files)
    }
