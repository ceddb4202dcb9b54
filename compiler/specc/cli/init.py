"""`specc init`."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from specc.cli.init_answers import DEFAULTS, FORMATS, KINDS, Answers, name_of, wrong_name
from specc.cli.report import Failure
from specc.new_project.templates import TEMPLATES

if TYPE_CHECKING:
    from specc.new_project.scalars import Notation
    from specc.new_project.templates import Template

SCHEMA = "specc.schema.json"


@click.command()
@click.argument("name", required=False)
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], expose_value=False, help="The kind of spec.")
@click.option(
    "--template", type=click.Choice(list(TEMPLATES)), metavar="TEMPLATE", default=DEFAULTS.template, show_default=True,
    help="What to start from, see --list.",
)  # fmt: skip
@click.option(
    "--format", "format", type=click.Choice(FORMATS), default=DEFAULTS.format, show_default=True,
    help="The format of the spec.",
)  # fmt: skip
@click.option(
    "-d", "--directory", type=click.Path(file_okay=False, path_type=Path), default=DEFAULTS.directory,
    help="Where to write.",
)  # fmt: skip
@click.option(
    "--editor-files/--no-editor-files", "editor_files", default=DEFAULTS.editor_files,
    help="Whether to write the JSON Schema, and what tells editors of it.",
)  # fmt: skip
@click.option("-y", "--yes", "--no-input", "silent", is_flag=True, help="Ask nothing.")
@click.option("--list", "listing", is_flag=True, help="List the templates and end.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON, and ask nothing.")
@click.pass_context
def command(
    context: click.Context,
    name: str | None,
    template: str,
    format: Notation,
    directory: Path,
    editor_files: bool,
    silent: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Write a new spec called NAME, the functions it calls, its data and its tests, runnable at once.

    On a terminal it asks for what is not given, unless NAME and a template are. Without NAME the spec is called like
    the directory. Existing files are never overwritten.
    """
    if listing:
        _list(as_json)
        return
    given = {
        key for key in context.params if context.get_parameter_source(key) is click.core.ParameterSource.COMMANDLINE
    }
    answers = Answers(name or "", template, format, directory, editor_files)
    asked = not (silent or as_json or {"name", "template"} <= given) and sys.stdin.isatty() and sys.stdout.isatty()
    if name is not None and (wrong := wrong_name(name)):
        raise click.UsageError(f"`{name}` cannot be a spec's name: {wrong}")
    if asked:
        from specc.cli.init_questions import ask

        answers = ask(answers, given)
    elif name is None:
        answers = answers.having(name=name_of(directory))
    written, kept = _write(answers)
    spec = str(answers.directory / f"{answers.name}.{answers.format}")
    if as_json:
        click.echo(json.dumps({"spec": spec, "files": written, "kept": kept}, indent=2))
        return
    for file in written:
        click.echo(file)
    if kept:
        click.echo(f"kept as {'it is' if len(kept) == 1 else 'they are'}: {', '.join(kept)}", err=True)
    if asked:
        click.echo(f"the same without questions: {shlex.join(answers.arguments())}", err=True)
    click.echo(f"try: specc test {shlex.quote(spec)} && specc run --local {shlex.quote(spec)}", err=True)


def _list(as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(TEMPLATES, indent=2, ensure_ascii=False))
        return
    width = max(map(len, TEMPLATES))
    for name, line in TEMPLATES.items():
        click.echo(f"{name:<{width}}  {line}")


def _write(answers: Answers) -> tuple[list[str], list[str]]:
    """Write everything or nothing. What was written, and which files there were already that are not the spec's own."""
    from specc.cli.files import create_all
    from specc.new_project.project import IGNORED, project_files, with_directive

    files = project_files(_template(answers.template), answers.name, answers.format)
    extra = {PurePosixPath(".gitignore"): IGNORED.encode()}
    if answers.editor_files:
        spec = next(iter(files))
        files[spec] = with_directive(files[spec], SCHEMA, answers.format)
        extra |= _editor_files(str(spec))
    taken = list(_taken(answers.directory, files))
    if taken:
        raise Failure(f"refusing to overwrite {', '.join(f'`{file}`' for file in taken)}", 2)
    kept = set(_taken(answers.directory, extra))
    files |= {path: data for path, data in extra.items() if str(answers.directory / path) not in kept}
    create_all(answers.directory, files)
    return [str(answers.directory / path) for path in files], sorted(kept)


def _template(name: str) -> Template:
    from specc.new_project.templates import find

    try:
        return find(name)
    except FileNotFoundError:
        raise Failure(f"this installation has no files of the template `{name}`; install specc again", 3) from None


def _editor_files(spec: str) -> dict[PurePosixPath, bytes]:
    """The schema, and what tells editors of it."""
    from specc.cli.editor_files import editor_files
    from specc_schemas.json_schema import generate, text_of

    texts = {SCHEMA: text_of(generate(None)), **editor_files(spec, SCHEMA)}
    return {PurePosixPath(path): text.encode() for path, text in texts.items()}


def _taken(directory: Path, files: Iterable[PurePosixPath]) -> Iterable[str]:
    """Those files that there are, or whose folder is a symbolic link or none: nothing is written through a link."""
    for path in files:
        inside = [directory / parent for parent in path.parents if parent.parts]
        blocked = any(folder.is_symlink() or (folder.exists() and not folder.is_dir()) for folder in inside)
        if blocked or os.path.lexists(directory / path):
            yield str(directory / path)
