"""What can be said of a `command` without running it."""

from __future__ import annotations

import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Severity
from specc.ir.ops import CallTask, CommandTask, Op
from specc_runtime.expressions import Template

if TYPE_CHECKING:
    from specc.ir.module import Module
    from specc.passes.base import Context

_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "busybox", "cmd", "pwsh", "powershell"})
_OPERATORS = frozenset({"|", "||", "&&", "&", ";", ">", ">>", "<", "<<", "2>", "2>&1", "&>", "|&"})
_OWN_OPERATORS = frozenset({"expr", "test", "[", "find", "awk", "jq", "env", "xargs"})
"""Programs with arguments of their own, or of what they start, that look like a shell's."""
_MOST_WORDS = 12
"""Words of a text that is taken for a whole command line."""


def check_command(context: Context, module: Module, op: Op) -> None:
    """Report no program (SPC361), what only a shell understands (SPC362), and a program that is not there (SPC363); and
    what `check_files` does.
    """
    assert isinstance(op, CommandTask)
    check_files(context, module, op)
    arguments = op.arguments.raw
    items = arguments.get("command") if isinstance(arguments, dict) else None
    if not isinstance(items, list) or not items or not isinstance(items[0], str):
        return
    place = op.origin.child("command")
    program = _constant(items[0])
    if program is None:
        return
    if not program.strip():
        context.sink.report(
            "SPC361",
            f"step `{op.name}`: `command` names no program",
            Label(place.child(0), "empty"),
            help="the first item is the program, each further one an argument",
        )
        return
    if PurePosixPath(program).name in _SHELLS:
        return
    if len(items) == 1 and " " in program.strip() and not (context.root / module.package_root / program).exists():
        words = program.split()
        better = "[" + ", ".join(f'"{word}"' for word in words) + "]"
        context.sink.report(
            "SPC362",
            f"step `{op.name}`: `{program[:80]}` is one word to `command`, which is no shell",
            Label(place.child(0), "taken as the name of a program"),
            severity=Severity.WARNING,
            help=f"write `command = {better}`"
            if len(words) <= _MOST_WORDS and not set(words) & _OPERATORS and not set(program) & set("\"'\\")
            else _shell(program),
        )
        return
    for number, item in enumerate(items[1:], 1):
        if isinstance(item, str) and item in _OPERATORS and PurePosixPath(program).name not in _OWN_OPERATORS:
            context.sink.report(
                "SPC362",
                f"step `{op.name}`: `{item}` is handed to `{program}` as an argument: no shell reads a `command`",
                Label(place.child(number), "a plain argument"),
                severity=Severity.WARNING,
                help=_shell(" ".join(part for part in items if isinstance(part, str))),
            )
            break
    _check_there(context, module, op, program)


def check_files(context: Context, _: Module, op: Op) -> None:
    """Report files that would be written among those of the package (SPC364), and ones in the place of each other."""
    assert isinstance(op, CallTask)
    arguments = op.arguments.raw
    files = arguments.get("files") if isinstance(arguments, dict) else None
    if not isinstance(files, dict):
        return
    if isinstance(arguments, dict) and arguments.get("cwd") == "root":
        context.sink.report(
            "SPC364",
            f"step `{op.name}`: `files` would be written into the package's root",
            Label(op.origin.child("cwd"), "the folder of the code"),
            Label(op.origin.child("files").key(), "what would be written there"),
            help='leave `cwd` out, or write `cwd = "fresh"`: programs find the package in `$SPECC_ROOT`',
        )
    names = {str(PurePosixPath(name)): name for name in sorted(files)}
    for path, name in names.items():
        above = next((str(parent) for parent in PurePosixPath(path).parents if str(parent) in names), None)
        if above is not None:
            context.sink.report(
                "SPC364",
                f"step `{op.name}`: `{names[above]}` cannot be a file and the folder of `{name}`",
                Label(op.origin.child("files", name).key(), "a file below it"),
                Label(op.origin.child("files", names[above]).key(), "a file"),
            )


def _check_there(context: Context, module: Module, op: CommandTask, program: str) -> None:
    if "/" not in program or program.startswith("/"):
        return  # on the PATH, or on a machine that is not this one
    path = context.root / module.package_root / program
    if os.path.isfile(path):  # noqa: PTH113  # `Path.is_file` may raise
        if os.name == "posix" and not os.access(path, os.X_OK):
            problem, help = "not executable", f"`chmod +x {program}`, or name what runs it first"
        else:
            return
    else:
        problem, help = "not found", "paths start at the package's root, which is the folder of the spec by default"
    context.sink.report(
        "SPC363",
        f"step `{op.name}`: the program `{program}` is {problem}",
        Label(op.origin.child("command", 0), problem),
        severity=Severity.WARNING,  # an earlier step may make it
        help=help,
    )


def _constant(text: str) -> str | None:
    template = Template(text)
    value = template.evaluate({}) if template.is_constant else None
    return value if isinstance(value, str) else None


def _shell(text: str) -> str:
    return f'for a pipe and the like name the shell: `command = ["sh", "-c", "{text[:60]}"]`'
