"""The questions of `specc init`, on terminals of any kind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import click

from specc.cli.init_answers import FORMATS, Answers, name_of, wrong_name
from specc.new_project.templates import TEMPLATES


class _Asker(Protocol):
    """One way to ask. For no answer its methods raise `KeyboardInterrupt`, `EOFError` or `click.Abort`."""

    def choose(self, message: str, choices: Mapping[str, str], default: str) -> str:
        """One of the choices, which have a line each."""

    def text(self, message: str, default: str, wrong: Callable[[str], str | None]) -> str:
        """A text for which `wrong` has no reason."""

    def confirm(self, message: str, default: bool) -> bool:
        """Yes or no."""


def ask(answers: Answers, given: set[str]) -> Answers:
    """Ask for every answer that is not among those given on the command line. What is known already is the default."""
    asker: _Asker = _Lines() if os.environ.get("TERM", "dumb") in ("dumb", "unknown") else _Menus()
    found: dict[str, Any] = {}
    try:
        if "template" not in given:
            found["template"] = asker.choose("What to start from?", TEMPLATES, answers.template)
        if "name" not in given:
            found["name"] = asker.text("Name of the spec?", name_of(answers.directory), wrong_name)
        if "format" not in given:
            found["format"] = asker.choose("Format?", dict.fromkeys(FORMATS, ""), answers.format)
        if "directory" not in given:
            found["directory"] = Path(asker.text("Directory?", str(answers.directory), _wrong_directory)).expanduser()
        if "editor_files" not in given:
            message = "Write the JSON Schema and settings for editors?"
            found["editor_files"] = asker.confirm(message, answers.editor_files)
    except EOFError:
        raise click.Abort from None
    return answers.having(**found)


def _wrong_directory(text: str) -> str | None:
    path = Path(text).expanduser()
    return f"`{text}` is not a directory" if path.exists() and not path.is_dir() else None


class _Menus:
    """Lists with a pointer that arrow keys move, and letters that leave the lines which hold them."""

    def choose(self, message: str, choices: Mapping[str, str], default: str) -> str:
        import questionary
        from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

        keys = KeyBindings()

        @keys.add("c-d")
        def _(event: KeyPressEvent) -> None:
            event.app.exit(exception=EOFError, style="class:aborting")

        room = shutil.get_terminal_size().columns - len(" » ") - 1  # a longer line would be cut anywhere
        width = max(map(len, choices))
        titles = {value: f"{value:<{width}}  {line}".rstrip() for value, line in choices.items()}
        shown = [
            questionary.Choice(title if len(title) <= room else f"{title[: room - 1]}…", value)
            for value, title in titles.items()
        ]
        question = questionary.select(message, shown, default=default, use_search_filter=True, use_jk_keys=False)
        own = question.application.key_bindings
        question.application.key_bindings = merge_key_bindings([own, keys] if own is not None else [keys])
        chosen: str = question.unsafe_ask()
        return chosen

    def text(self, message: str, default: str, wrong: Callable[[str], str | None]) -> str:
        import questionary

        shown = f"{message} ({default})"  # not as text to edit: what is typed replaces it
        asked = questionary.text(shown, validate=lambda text: wrong(text or default) or True)
        given: str = asked.unsafe_ask()
        return given or default

    def confirm(self, message: str, default: bool) -> bool:
        import questionary

        return bool(questionary.confirm(message, default).unsafe_ask())


class _Lines:
    """One line for each question: for terminals that cannot move their cursor."""

    def choose(self, message: str, choices: Mapping[str, str], default: str) -> str:
        width = max(map(len, choices))
        for value, line in choices.items():
            click.echo(f"  {value:<{width}}  {line}".rstrip())
        return str(click.prompt(message, default, type=click.Choice(list(choices)), show_choices=False))

    def text(self, message: str, default: str, wrong: Callable[[str], str | None]) -> str:
        def judged(text: str) -> str:
            if reason := wrong(text):
                raise click.BadParameter(reason)
            return text

        return str(click.prompt(message, default, value_proc=judged))

    def confirm(self, message: str, default: bool) -> bool:
        return click.confirm(message, default)
